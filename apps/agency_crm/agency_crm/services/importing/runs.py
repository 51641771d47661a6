"""Imports started from the Desk, in the background or by the command; one runs at a time on a site."""

from contextlib import contextmanager
from pathlib import Path

import frappe
from frappe import _

from agency_crm.domain.errors import DomainError
from agency_crm.domain.importing.base import read_columns
from agency_crm.services.importing.base import Importer, Progress, as_row, read_file, take_away
from agency_crm.services.importing.clients import ClientImporter
from agency_crm.services.importing.listings import ListingImporter, keep_mapping, likely_mapping

KINDS = {kind.doctype: kind for kind in (ListingImporter, ClientImporter)}
EVENT = "agency_import"


def importer(doc) -> Importer:
	"""The import of a record of one of KINDS."""
	return KINDS[doc.doctype](doc)


def run(doctype: str, name: str, progress: Progress | None = None) -> dict:
	"""Import the files of a record as the session's user and return its counts.

	Begun before and not finished, it goes on behind the last chunk that was written. `progress` gets the
	counts after every chunk; without it they go to the user's browser.

	Raises:
		ValidationError: the files can't be read, or another import is running. It is kept in the record.
	"""
	asked = importer(frappe.get_doc(doctype, name))
	asked.check_may_run()
	with _alone():
		return asked.run(progress or _publish)


def preview(doc, shown: int = 10) -> dict:
	"""Read the files without writing anything: counts, the first rows, the first rejects."""
	return importer(doc).open().preview(shown)


def suggest_columns(doc, shown: int = 3) -> dict:
	"""What the columns of the file most likely mean, for a person to confirm: {"mapping_name", "columns", …}."""
	return importer(doc).suggest(shown)


def check_may_start(doc) -> list[str]:
	"""Refuse an import the user may not start, an unreadable file, and one beside another import.

	Returns the columns that hold something and go nowhere, for the user to confirm.
	"""
	asked = importer(doc)
	asked.check_may_run()
	if not frappe.db.sql("select is_free_lock(%s)", _lock())[0][0]:
		_refuse_second()
	return asked.open().unread()


def run_from_command(
	file: str,
	doctype: str = ListingImporter.doctype,
	estates: str | None = None,
	mapping: str | None = None,
	store: str | None = None,
	requirement_type: str | None = None,
) -> None:
	"""Import files of this machine, as `./agency import` does, and print the counts.

	`mapping` is the name of a Listing Import Mapping, or the path of a JSON file of one, which is kept under the
	file's name; for clients, a JSON file of column → target. Without one the columns are taken for what they most
	likely mean, and that is printed. The same files begun before and not finished go on. Rejected rows are also
	written beside the file.
	"""
	path = Path(file)
	doc = frappe.get_doc({"doctype": doctype, "store": store, "requirement_type": requirement_type})
	if doctype == ListingImporter.doctype:
		doc.mapping = keep_mapping(mapping)
	elif mapping:
		doc.set("columns", _columns_of(Path(mapping)))
	doc.flags.ignore_mandatory = True
	doc.insert()
	asked = importer(doc)
	doc.file = asked.attach("file", path.name, path.read_bytes())
	if estates:
		doc.estates_file = asked.attach("estates_file", Path(estates).name, Path(estates).read_bytes())
	if doctype == ListingImporter.doctype and not mapping:
		doc.mapping = likely_mapping(doc, path.stem)
	doc.save()
	asked = importer(doc)
	begun = _begun(doctype, asked.open().digest)
	taken = [] if mapping else [f"{column} → {target}" for column, target in asked.columns]
	for line in (*taken, *_unread(asked), *asked.notes()):
		print(line)
	if begun:
		frappe.delete_doc(doctype, doc.name)
	frappe.db.commit()  # a run that fails says so in this record
	answer = run(doctype, begun or doc.name, progress=_print)
	print("; ".join(f"{answer[name]:,} {name}" for name in (*asked.counted, "rows_rejected")))
	if answer["rejects_file"]:
		rejects = path.with_name(f"{path.name}.rejects.csv")
		rejects.write_bytes(read_file(answer["rejects_file"])[1])
		print(f"Rejected rows with their reasons: {rejects}")


def erase_files(doc) -> None:
	"""Delete the file and the refused rows of an import that isn't running."""
	if doc.status == "Running":
		frappe.throw(_("{0} {1} is running: its file is needed.").format(_(doc.doctype), doc.name))
	for fieldname in ("file", "rejects_file"):
		take_away(doc, fieldname)


def _columns_of(mapping: Path) -> list[dict]:
	try:
		columns = read_columns(mapping.read_bytes())
	except (DomainError, OSError) as error:
		frappe.throw(f"{mapping.name}: {error}")
	return [as_row(*pair) for pair in columns]


def _unread(asked: Importer) -> list[str]:
	names = ", ".join(asked.unread())
	return (
		[_("Nothing says where these columns go, and they are not read: {0}").format(names)] if names else []
	)


def _begun(doctype: str, digest: str) -> str | None:
	"""An import of the same files that was interrupted."""
	return frappe.db.get_value(doctype, {"file_digest": digest, "status": ("in", ("Running", "Failed"))})


@contextmanager
def _alone():
	"""Hold the site's import lock; the database releases it when the process is killed."""
	if not frappe.db.sql("select get_lock(%s, 0)", _lock())[0][0]:
		_refuse_second()
	try:
		yield
	finally:
		frappe.db.sql("select release_lock(%s)", _lock())


def _lock() -> str:
	return f"{frappe.conf.db_name}:{EVENT}"


def _refuse_second() -> None:
	frappe.throw(_("Another import is running. Start this one when it is done."))


def _publish(state: dict) -> None:
	frappe.publish_realtime(EVENT, state, user=frappe.session.user)


def _print(state: dict) -> None:
	print(f"{state['rows_done']:,} / {state['rows_total']:,}", flush=True)
