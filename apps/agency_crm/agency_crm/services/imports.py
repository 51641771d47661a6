"""Files of listings into the database: the form's checks row by row, the writing in bulk, chunk by chunk.

A chunk is one transaction with its mark in the Listing Import, so that an interrupted import goes on from
there. What bulk writing leaves out: docs/import.md.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import get_fullname, getdate, strip_html

from agency_crm.domain import importing, tables
from agency_crm.domain import listing as rules
from agency_crm.domain.columns import suggest
from agency_crm.domain.errors import DomainError
from agency_crm.domain.estates import EstateIndex, EstateRow, read_estates
from agency_crm.domain.importing import Mapping, Outcome, ParsedListing, Reject
from agency_crm.domain.text import name_key
from agency_crm.services import bulk, dictionary, files, listings, properties, workflow_guard
from agency_crm.services.library import duplicates, marks, required, tags

DOCTYPE = "Listing Import"
EVENT = "listing_import"
CHUNK = 500
COUNTS = (
	"rows_total",
	"rows_done",
	"rows_created",
	"rows_known",
	"rows_rejected",
	"rows_alike",
	"estates_created",
)
# The form's own fields of the same name; the rest of a ParsedListing says where it comes from.
COPIED = (
	"listing_type address_text building_no unit_no room_no property_type bedrooms living_rooms kitchens "
	"bathrooms gross_area net_area floor total_floors floor_band year_built building_type elevator decoration "
	"orientation asking_price rent certificate_date remarks external_id"
).split()

# What Listing.validate runs; the people are set once for all, the property and the place are found in bulk.
CHECKS = (
	workflow_guard.check,
	listings.read_address,
	listings.fill_from_estate,
	listings.read_layout,
	listings.derive,
	listings.check_price,
	listings.check_facts,
	listings.check_dates,
	listings.check_owners,
	required.check,
	marks.set_marks,
	duplicates.mark,
)
ADDRESS = ("estate", *listings.BOXES)

# A rejected row as it is kept and shown: its number, the column, the reason in the user's language.
Said = tuple[int, str, str]


@dataclass(frozen=True)
class Source:
	"""What an import reads: the file's name and rows, what its columns mean, the estates file's rows."""

	name: str
	table: tables.Table
	mapping: Mapping
	places: list[EstateRow]
	digest: str


def run(name: str, progress: Callable[[dict], None] | None = None) -> dict:
	"""Import the files of a Listing Import as the session's user and return its counts.

	Begun before and not finished, it goes on behind the last chunk that was written. `progress` gets the
	counts after every chunk; without it they go to the user's browser.

	Raises:
		ValidationError: the files can't be read, or another import is running. It is kept in the record.
	"""
	doc = frappe.get_doc(DOCTYPE, name)
	check_may_run(doc)
	progress = progress or _publish
	with _alone():
		try:
			_import(doc, progress)
		except Exception as error:
			frappe.db.rollback()
			doc.db_set({"status": "Failed", "error": strip_html(str(error))}, commit=True)
			progress(counts(doc))
			raise
	return counts(doc)


def check_may_run(doc) -> None:
	"""Refuse a user who may not write the import or make what it makes, and an import that is done."""
	doc.check_permission("write")
	for doctype in ("Listing", "Estate"):
		frappe.has_permission(doctype, "create", throw=True)
	if doc.status == "Done":
		frappe.throw(_("Listing Import {0} is done. Make a new one to import again.").format(doc.name))


def check_idle() -> None:
	"""Refuse to start beside another import."""
	if not frappe.db.sql("select is_free_lock(%s)", _lock())[0][0]:
		_refuse_second()


def run_from_command(
	file: str, estates: str | None = None, mapping: str | None = None, store: str | None = None
) -> None:
	"""Import files of this machine, as `./agency import` does, and print the counts.

	`mapping` is the name of a Listing Import Mapping, or the path of a JSON file that is saved as one under
	the file's name. The same files begun before and not finished go on. Rejected rows are also written
	beside the file.
	"""
	path = Path(file)
	doc = frappe.get_doc({"doctype": DOCTYPE, "store": store, "mapping": keep_mapping(mapping)})
	doc.flags.ignore_mandatory = True
	doc.insert()
	doc.file = _attach(doc, "file", path.name, path.read_bytes())
	if estates:
		doc.estates_file = _attach(doc, "estates_file", Path(estates).name, Path(estates).read_bytes())
	doc.save()
	begun = _begun(read_source(doc).digest)
	if begun:
		frappe.delete_doc(DOCTYPE, doc.name)
	frappe.db.commit()
	doc = frappe.get_doc(DOCTYPE, begun or doc.name)
	answer = run(doc.name, progress=_print)
	summary = "{rows_created:,} new, {rows_known:,} already there, {rows_rejected:,} rejected, {rows_alike:,} look alike"
	print(summary.format(**answer) + f"; {answer['estates_created']:,} new estates")
	if answer["rejects_file"]:
		rejects = path.with_name(f"{path.name}.rejects.csv")
		rejects.write_bytes(_read_file(answer["rejects_file"])[1])
		print(f"Rejected rows with their reasons: {rejects}")


def preview(name: str, shown: int = 10) -> dict:
	"""Read the files of a Listing Import without writing anything: counts, first listings, first rejects."""
	source = read_source(frappe.get_doc(DOCTYPE, name))
	named = {name_key(place.name) for place in source.places}
	kept = [row for row in dictionary.load() if name_key(row.name) not in named]
	index = EstateIndex([*source.places, *kept])
	outcome, first, new_estates, known = Outcome(), [], set(), 0
	rows = _parsed(source, index, outcome)
	while chunk := list(islice(rows, CHUNK)):
		good = [parsed for parsed in chunk if isinstance(parsed, ParsedListing)]
		known += len(_known(good, source.mapping))
		new_estates |= {parsed.estate_name for parsed in good if not parsed.estate}
		first += good[: shown - len(first)]
	return {
		"rows_total": len(source.table.rows),
		"rows_created": outcome.listings - known,
		"rows_known": known,
		"rows_rejected": len(outcome.rejects),
		"rows_alike": len(outcome.alike),
		"estates_created": len(new_estates),
		"first": [_shown(parsed) for parsed in first],
		"rejects": [_said(reject) for reject in outcome.rejects[:shown]],
	}


def suggest_mapping(name: str, shown: int = 3) -> dict:
	"""What the columns of a Listing Import's file most likely mean, for a person to confirm.

	{"mapping_name": the file's, "is_portal": whether it needs no mapping, "columns": [{"column", "target",
	"values": the first ones}]}.
	"""
	doc = frappe.get_doc(DOCTYPE, name)
	with _reading_files():
		file_name, content = _read_file(doc.file)
		table = tables.read_table(file_name, content)
	portal = {column for column, _target in importing.PORTAL.columns}
	found = [
		{
			"column": column,
			"target": target,
			"values": [value for row in table.rows[:shown] if (value := row.cells.get(column))],
		}
		for column, target in suggest(table.header)
		if column
	]
	return {"mapping_name": Path(file_name).stem, "is_portal": portal <= set(table.header), "columns": found}


def read_source(doc) -> Source:
	"""Read the files and the mapping of a Listing Import.

	Raises:
		ValidationError: a file or a mapping that can't be understood; PermissionError: somebody else's file.
	"""
	mapping = saved_mapping(doc.mapping)
	with _reading_files():
		name, content = _read_file(doc.file)
		table = tables.read_table(name, content, mapping.encoding)
		importing.check_columns(table, mapping)
		digest = hashlib.sha256(content + repr(mapping).encode())
		places = []
		if doc.estates_file:
			estates_name, estates_content = _read_file(doc.estates_file)
			places = read_estates(tables.read_table(estates_name, estates_content))
			digest.update(estates_content)
	return Source(name, table, mapping, places, digest.hexdigest())


def saved_mapping(name: str | None) -> Mapping:
	"""Return a Listing Import Mapping as the domain reads it; without a name the portal's."""
	if not name:
		return importing.PORTAL
	saved = frappe.get_cached_doc("Listing Import Mapping", name)
	columns = tuple((row.column_name, row.target) for row in saved.columns)
	return Mapping(saved.source_channel, columns, saved.listing_type, saved.encoding or None)


def keep_mapping(mapping: str | None) -> str | None:
	"""Name of the Listing Import Mapping meant: one that is there, or one made from a JSON file."""
	if not mapping or frappe.db.exists("Listing Import Mapping", mapping):
		return mapping
	path = Path(mapping)
	if not path.is_file():
		frappe.throw(_("{0} is neither a saved mapping nor a file.").format(frappe.bold(mapping)))
	try:
		read = Mapping.from_dict(json.loads(path.read_text(encoding="utf-8")))
	except (DomainError, ValueError) as error:
		frappe.throw(f"{path.name}: {error}")
	saved = frappe.get_doc(
		{
			"doctype": "Listing Import Mapping",
			"mapping_name": path.stem,
			"source_channel": read.source_channel,
			"listing_type": read.listing_type,
			"encoding": read.encoding,
			"columns": [{"column_name": column, "target": target} for column, target in read.columns],
		}
	)
	return saved.insert().name


def check_mapping(doc) -> None:
	"""Refuse a mapping that says nothing of the estate, or two things of one column."""
	columns = [row.column_name for row in doc.columns]
	twice = next((column for column in columns if columns.count(column) > 1), None)
	if twice:
		frappe.throw(_("{0}: {1} stands there twice.").format(frappe.bold(_("Columns")), twice))
	if "estate_name" not in [row.target for row in doc.columns]:
		frappe.throw(_("No column of the mapping goes to {0}").format(frappe.bold("estate_name")))


def counts(doc) -> dict:
	"""What a Listing Import has come to so far, for a browser or a screen."""
	fields = ("name", "status", "progress", "error", "rejects_file", *COUNTS)
	return {field: doc.get(field) for field in fields}


def _import(doc, progress: Callable[[dict], None]) -> None:
	source = read_source(doc)
	done, rejects = 0, []
	if doc.file_digest == source.digest and doc.status != "Done":
		done, rejects = doc.rows_done, [tuple(said) for said in json.loads(doc.rejects_so_far or "[]")]
	else:
		doc.update(dict.fromkeys(COUNTS, 0))
	_mark(doc, {"status": "Running", "error": None, "file_digest": source.digest}, source, done, rejects)
	index = EstateIndex(dictionary.load())
	_add_estates(doc, source.places, source, index)
	frappe.db.commit()
	progress(counts(doc))
	outcome = Outcome()
	rows = _parsed(source, index, outcome)
	for _row in islice(rows, done):
		pass
	while chunk := list(islice(rows, CHUNK)):
		done += len(chunk)
		_write_chunk(doc, source, index, chunk, done, rejects)
		progress(counts(doc))
	rejects_file = _attach_rejects(doc, source, rejects) if rejects else None
	values = {"status": "Done", "rejects_file": rejects_file, "rows_alike": len(outcome.alike)}
	_mark(doc, values, source, done, rejects)
	doc.db_set("rejects_so_far", None, commit=True)
	progress(counts(doc))


def _write_chunk(
	doc, source: Source, index: EstateIndex, chunk: list, done: int, rejects: list[Said]
) -> None:
	"""Write one chunk and its mark. Beaten to a key by another writer, it looks again and finds it there."""
	good = [parsed for parsed in chunk if isinstance(parsed, ParsedListing)]
	_add_estates(doc, (_estate_of(parsed) for parsed in good if _needs_estate(index, parsed)), source, index)
	frappe.db.commit()
	for last in (False, False, True):
		try:
			created, known, refused = _write_rows(doc, source, index, chunk)
			break
		except Exception as error:
			if last or not frappe.db.is_unique_key_violation(error):
				raise
			frappe.db.rollback()
	rejects += refused
	values = {"rows_created": doc.rows_created + created, "rows_known": doc.rows_known + known}
	_mark(doc, values, source, done, rejects)


def _write_rows(doc, source: Source, index: EstateIndex, chunk: list) -> tuple[int, int, list[Said]]:
	"""Insert a chunk's new listings with their comments; return how many are new, how many known, the refused."""
	read = [parsed for parsed in chunk if isinstance(parsed, ParsedListing)]
	known = _known(read, source.mapping)
	refused = [_said(row) for row in chunk if isinstance(row, Reject)]
	template, new = _template(doc, source), []
	for parsed in read:
		if parsed.row not in known:
			try:
				new.append((parsed, {**template, **_values(index, parsed)}))
			except DomainError as error:
				refused.append(_said(Reject(parsed.row, "estate", error)))
	dictionary.keep_at_hand(values["estate"] for _row, values in new)
	masters = tags.ensure(row["tag"] for _row, values in new for row in values["tags"])
	for row in (row for _row, values in new for row in values["tags"]):
		row["tag"] = masters[row["tag"]]
	written = _checked([(parsed, frappe.get_doc(values)) for parsed, values in new], refused)
	bulk.insert([listing for _row, listing in written])
	_comment(source, written)
	return len(written), len(known), refused


def _checked(rows: list[tuple], refused: list[Said]) -> list[tuple]:
	"""Return the (row, Listing) pairs a save of the form would take; add why not to `refused`."""
	for check in CHECKS:
		rows = _sift(rows, check, refused)
	properties.ensure([[listing.get(name) for name in ADDRESS] for _row, listing in rows])
	rows = _sift(rows, listings.set_property, refused)
	places = [listing.live_key for _row, listing in rows if listing.live_key]
	taken = bulk.there("Listing", "live_key", places)
	rows = _sift(rows, lambda listing: _check_place(listing, taken), refused)
	return _sift(rows, bulk.check, refused)


def _sift(rows: list[tuple], check: Callable, refused: list[Said]) -> list[tuple]:
	passed = []
	for parsed, listing in rows:
		try:
			check(listing)
			passed.append((parsed, listing))
		except (frappe.ValidationError, frappe.DuplicateEntryError) as error:
			refused.append((parsed.row, "", strip_html(str(error))))
	frappe.clear_messages()
	return passed


def _check_place(listing, taken: set[str]) -> None:
	"""Refuse an address that is listed, in the words in which the database's own refusal is told."""
	if listing.live_key in taken:
		with listings.one_listing_an_address(listing):
			raise frappe.UniqueValidationError(listing.doctype, listing.name, "live_key")


def _template(doc, source: Source) -> dict:
	"""What the file's listings have in common: a new form's defaults, and whose they are."""
	people = frappe.new_doc("Listing")
	people.update({"maintainer": doc.maintainer, "store": doc.store})
	listings.set_people(people)
	return {
		**frappe.new_doc("Listing", as_dict=True),
		"source_channel": source.mapping.source_channel,
		"maintainer": people.maintainer,
		"store": people.store,
		"last_effective_on": people.last_effective_on,
		"roles": [role.as_dict(no_nulls=True, no_default_fields=True) for role in people.roles],
	}


def _values(index: EstateIndex, parsed: ParsedListing) -> dict:
	read = {name: getattr(parsed, name) for name in COPIED}
	values = {name: value for name, value in read.items() if value not in (None, "")}
	return {
		**values,
		"estate": _find(index, parsed).key,
		"tags": [{"tag": name} for name in tags.split_names(parsed.tags)],
	}


def _parsed(source: Source, index: EstateIndex, outcome: Outcome):
	bounds = listings.bounds()
	return importing.parse_rows(source.table, source.mapping, index, bounds, getdate(), outcome)


def _find(index: EstateIndex, parsed: ParsedListing) -> EstateRow | None:
	"""The estate of a row, also where an earlier row has made it since this one was read."""
	return parsed.estate or index.find(parsed.estate_name, parsed.district, parsed.circle)


def _needs_estate(index: EstateIndex, parsed: ParsedListing) -> bool:
	try:
		return _find(index, parsed) is None
	except DomainError:
		return False


def _estate_of(parsed: ParsedListing) -> EstateRow:
	return EstateRow(parsed.estate_name, parsed.district, parsed.circle)


def _add_estates(doc, rows: Iterable[EstateRow], source: Source, index: EstateIndex) -> None:
	rows = list(rows)
	made = dictionary.add(rows, source.mapping.source_channel) if rows else []
	for row in made:
		index.add(row)
	doc.estates_created += len(made)


def _known(parsed: list[ParsedListing], mapping: Mapping) -> set[int]:
	"""Row numbers of the listings that are in the database already, by their number in the channel."""
	rows = {rules.external_key(mapping.source_channel, row.external_id): row.row for row in parsed}
	return {rows[key] for key in bulk.there("Listing", "external_key", rows)}


def _comment(source: Source, written: list[tuple]) -> None:
	"""One summary a record, in place of the versions bulk writing doesn't make."""
	user, now = frappe.session.user, frappe.utils.now()
	stamp = (user, user, now, now, user, get_fullname(user), "Info", "Listing")
	rows = []
	for parsed, listing in written:
		lines = [_("Imported from {0}, row {1}.").format(source.name, parsed.row)]
		lines += [_(note.template).format(*note.params) for note in parsed.notes]
		content = frappe.utils.escape_html("\n".join(lines))
		rows.append((frappe.generate_hash(length=10), *stamp, listing.name, content))
	fields = ["name", "owner", "modified_by", "creation", "modified", "comment_email", "comment_by"]
	fields += ["comment_type", "reference_doctype", "reference_name", "content"]
	frappe.db.bulk_insert("Comment", fields, rows)


def _mark(doc, values: dict, source: Source, done: int, rejects: list[Said]) -> None:
	"""Write how far the import is, with everything since the last mark: one transaction."""
	total = len(source.table.rows)
	doc.db_set(
		{
			**values,
			"estates_created": doc.estates_created,
			"rows_total": total,
			"rows_done": done,
			"rows_rejected": len(rejects),
			"progress": 100 * done / total if total else 100,
			"rejects_so_far": json.dumps(rejects, ensure_ascii=False),
		},
		commit=True,
	)


def _said(reject: Reject) -> Said:
	return reject.row, reject.column, _(reject.error.template).format(*reject.error.params)


def _shown(parsed: ParsedListing) -> dict:
	place, band = parsed.estate or parsed, parsed.floor_band
	return {
		"row": parsed.row,
		"estate": parsed.estate.name if parsed.estate else parsed.estate_name,
		"place": " ".join(part for part in (place.district, place.circle) if part),
		"gross_area": float(parsed.gross_area),
		"bedrooms": parsed.bedrooms,
		"floor": parsed.floor or (band and _(band, context="Listing")),
		"price": float(parsed.rent or parsed.asking_price),
		"listing_type": _(parsed.listing_type),
		"lease": parsed.listing_type == "Lease",
	}


def _begun(digest: str) -> str | None:
	"""A Listing Import of the same files that was interrupted."""
	return frappe.db.get_value(DOCTYPE, {"file_digest": digest, "status": ("in", ("Running", "Failed"))})


def check_files(doc) -> None:
	"""Refuse a file the user may not read: once saved, Frappe would attach it and open it by that."""
	for fieldname in ("file", "estates_file"):
		if doc.get(fieldname) and doc.has_value_changed(fieldname):
			files.readable(doc.get(fieldname))


@contextmanager
def _reading_files():
	"""Say what is wrong with a file in the user's language."""
	try:
		yield
	except DomainError as error:
		frappe.throw(_(error.template).format(*error.params), title=_("File Not Understood"))


def _read_file(file_url: str) -> tuple[str, bytes]:
	file = files.readable(file_url)
	return file.file_name, Path(file.get_full_path()).read_bytes()


def _attach(doc, fieldname: str, name: str, content: bytes) -> str:
	"""Attach a private file to a Listing Import and return its address."""
	values = {
		"file_name": name,
		"attached_to_doctype": DOCTYPE,
		"attached_to_name": doc.name,
		"attached_to_field": fieldname,
		"is_private": 1,
		"content": content,
	}
	return frappe.get_doc({"doctype": "File", **values}).insert().file_url


def _attach_rejects(doc, source: Source, rejects: list[Said]) -> str:
	content = tables.write_rejects(source.table, rejects)
	return _attach(doc, "rejects_file", f"{Path(source.name).stem}-rejects.csv", content)


@contextmanager
def _alone():
	"""Hold the site's one import; the database gives it back where the process is killed."""
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
