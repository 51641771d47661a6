"""One import: a file's rows are read, checked and written in chunks.

A chunk is one transaction, together with the mark of how far the import is, so an interrupted import continues
there. A subclass says what the rows become.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NoReturn

import frappe
from frappe import _
from frappe.utils import strip_html
from pymysql.err import DataError

from agency_crm.domain.errors import DomainError
from agency_crm.domain.importing import base as importing
from agency_crm.domain.importing.base import Outcome, Reject
from agency_crm.domain.importing.columns import Headings, suggest
from agency_crm.domain.inputs import tables
from agency_crm.framework import files

# errors that refuse one row while the rest goes on
ROW_ERRORS = (
	DomainError,
	frappe.ValidationError,
	frappe.PermissionError,
	frappe.DuplicateEntryError,
	DataError,
)
# A rejected row as it is kept and shown: its number, the column, the reason in the user's language.
Said = tuple[int, str, str]
Progress = Callable[[dict], None]


@dataclass
class Written:
	"""What became of a chunk: counts by field of the import, and the rows that were refused."""

	counts: dict[str, int]
	refused: list[Said] = field(default_factory=list)


class Refusal(DomainError):
	"""A row that can't stand, by the field that is wrong; its template is in the user's language already."""

	def __init__(self, fieldname: str, template: str, *params: object):
		super().__init__(template, *params)
		self.fieldname = fieldname


class Importer:
	"""The import of one record of `doctype`; its user is the session's."""

	doctype: str
	makes: tuple[str, ...]  # what a user must have the right to make
	targets: importing.Targets
	headings: Headings
	chunk = 500
	# what it counts; each is a field of the record
	counted: tuple[str, ...]
	encoding: str | None = None
	columns: importing.Columns

	def __init__(self, doc):
		self.doc = doc
		self.outcome = Outcome()
		self.rejects: list[Said] = []

	# What a subclass says.

	def read_columns(self) -> None:
		"""Say in `columns` what the columns of `table` mean."""
		raise NotImplementedError

	def sources(self) -> Iterator[bytes]:
		"""Return what else the result depends on: when it changed, an interrupted import starts anew."""
		raise NotImplementedError

	def rows(self) -> Iterator:
		"""Yield every row, read or as a Reject, and keep `outcome` up to date."""
		raise NotImplementedError

	def is_heading(self, text: str) -> bool:
		"""Whether a cell reads as the heading of a column: by that the header is found."""
		return self.headings.knows(text)

	def foresee(self, read: list) -> Written:
		"""Return what would become of rows that were read, without writing."""
		raise NotImplementedError

	def write(self, read: list) -> Written:
		"""Write rows that were read. The caller commits, and may repeat it after a conflict."""
		raise NotImplementedError

	def show(self, parsed) -> dict:
		"""A row as a preview shows it."""
		raise NotImplementedError

	def begin(self) -> None:
		"""Make ready to write, before the first row."""

	def prepare(self, read: list) -> None:
		"""Write, in its own transaction, what the rows of a chunk refer to."""

	def finish(self) -> dict:
		"""Values that are known when all rows are done."""
		return {}

	def tidy(self) -> None:
		"""Delete what is no longer needed once all is written."""

	# The way.

	def check_may_run(self) -> None:
		"""Refuse a user who may not write the import or what it makes, and a finished import."""
		self.doc.check_permission("write")
		for doctype in self.makes:
			frappe.has_permission(doctype, "create", throw=True)
		if self.doc.status == "Done":
			message = _("{0} {1} is done. Make a new one to import again.")
			frappe.throw(message.format(_(self.doctype), self.doc.name))

	def open(self):
		"""Read the files. Raises ValidationError where they aren't understood, PermissionError of somebody else's."""
		with reading_files():
			self.file_name, content = read_file(self.doc.file)
			self.table = self.read_table(self.file_name, content)
			self.read_columns()
			for target in importing.not_given(self.columns, self.targets):
				refuse_not_given(target, f"{self.doctype} Column")
			importing.check_columns(self.table, self.columns, self.targets)
			digest = hashlib.sha256(content)
			for part in self.sources():
				digest.update(part)
		self.digest = digest.hexdigest()
		return self

	def read_table(self, name: str, content: bytes) -> tables.Table:
		"""Return the rows of a file. Raises DomainError."""
		return tables.read_table(name, content, self.encoding, self.is_heading)

	def unread(self) -> list[str]:
		"""Return the columns that hold something and go nowhere, unless somebody chose that."""
		return self.table.unread(column for column, _target in self.columns)

	def run(self, progress: Progress) -> dict:
		"""Import, continuing after the last chunk written. Returns the counts; `progress` gets them too.

		Raises what stopped it, which the record keeps as well.
		"""
		try:
			self._run(progress)
		except Exception as error:
			frappe.db.rollback()
			self.doc.db_set({"status": "Failed", "error": strip_html(str(error))}, commit=True)
			progress(self.state())
			raise
		return self.state()

	def preview(self, shown: int) -> dict:
		"""Read all without writing: counts, the first rows and the first rejects."""
		totals, first, refused = dict.fromkeys(self.counted, 0), [], []
		for chunk in self._chunks(self.rows()):
			read = [row for row in chunk if not isinstance(row, Reject)]
			foreseen = self.foresee(read)
			for name, count in foreseen.counts.items():
				totals[name] += count
			refused += [self.said(row) for row in chunk if isinstance(row, Reject)] + foreseen.refused
			first += read[: shown - len(first)]
		return {
			**totals,
			**self.finish(),
			"rows_total": len(self.table.rows),
			"rows_rejected": len(refused),
			"first": [self.show(parsed) for parsed in first],
			"rejects": sorted(refused)[:shown],
			"unread": self.unread(),
			"notes": self.notes(),
		}

	def notes(self) -> list[str]:
		"""Return what of the file isn't read, in the user's language."""
		rows = ", ".join(map(str, self.table.left_out))
		sheets = ", ".join(self.table.other_sheets)
		said = [_("Rows that are totals or the header again are left out: {0}").format(rows)] if rows else []
		return said + (
			[
				_("One sheet of the file is read, and not {0}: import each as a file of its own.").format(
					sheets
				)
			]
			if sheets
			else []
		)

	def suggest(self, shown: int) -> dict:
		"""What the file's columns most likely mean: {"columns": [{"column", "target", "values": the first ones}]}.

		Of a column that most likely goes nowhere nothing is said: that it is left out, a person says.
		"""
		with reading_files():
			name, content = read_file(self.doc.file)
			table = self.read_table(name, content)
		found = [
			{
				"column": column,
				"target": "" if target == importing.IGNORE else target,
				"values": [value for row in table.rows[:shown] if (value := row.cells.get(column))],
			}
			for column, target in suggest(table.columns, self.headings)
			if column
		]
		return {"mapping_name": Path(name).stem, "columns": found, "header": table.header}

	def state(self) -> dict:
		"""What the import has come to so far, for a browser or a screen."""
		fields = ("name", "status", "progress", "error", "rejects_file", "rows_total", "rows_done")
		return {name: self.doc.get(name) for name in (*fields, "rows_rejected", *self.counted)}

	def attach(self, fieldname: str, name: str, content: bytes) -> str:
		"""Attach a private file to the record and return its address."""
		values = {
			"file_name": name,
			"attached_to_doctype": self.doctype,
			"attached_to_name": self.doc.name,
			"attached_to_field": fieldname,
			"is_private": 1,
			"content": content,
		}
		return frappe.get_doc({"doctype": "File", **values}).insert().file_url

	def said(self, reject: Reject) -> Said:
		"""A rejected row in the user's language."""
		return reject.row, *reject.told(self.heading, say)

	def heading(self, column: str) -> str:
		"""A column of the file, or the label of what no column gave: a field, or what a column can go to."""
		if column in self.table.header:
			return column
		for doctype in self.makes:
			if field := frappe.get_meta(doctype).get_field(column):
				return _(field.label, context=doctype)
		return _(column, context=f"{self.doctype} Column") if column in self.targets.readers else column

	def _run(self, progress: Progress) -> None:
		self.open()
		done = 0
		if self.doc.file_digest == self.digest:
			done = self.doc.rows_done
			self.rejects = [tuple(said) for said in json.loads(self.doc.rejects_so_far or "[]")]
		else:
			self.doc.update(dict.fromkeys(self.counted, 0))
		self._mark(done, status="Running", error=None, file_digest=self.digest)
		self.begin()
		frappe.db.commit()  # the form shows that it runs
		progress(self.state())
		rows = self.rows()
		for _row in islice(rows, done):
			pass
		for chunk in self._chunks(rows):
			done += len(chunk)
			self._write(chunk, done)
			progress(self.state())
		rejects_file = self._attach_rejects() if self.rejects else None
		self._mark(done, status="Done", rejects_file=rejects_file, **self.finish())
		self.tidy()
		self.doc.db_set("rejects_so_far", None, commit=True)
		progress(self.state())

	def _chunks(self, rows: Iterator) -> Iterator[list]:
		while chunk := list(islice(rows, self.chunk)):
			yield chunk

	def _write(self, chunk: list, done: int) -> None:
		"""Write one chunk and its mark. Retry when another writer inserted the key first."""
		read = [row for row in chunk if not isinstance(row, Reject)]
		self.prepare(read)
		frappe.db.commit()  # a transaction of its own: a chunk that is rolled back keeps it
		for last in (False, False, True):
			try:
				written = self.write(read)
				break
			except Exception as error:
				if last or not frappe.db.is_unique_key_violation(error):
					raise
				frappe.db.rollback()
		self.rejects += [self.said(row) for row in chunk if isinstance(row, Reject)] + written.refused
		self._mark(done, **{name: self.doc.get(name) + count for name, count in written.counts.items()})

	def _mark(self, done: int, **values) -> None:
		"""Commit how far the import is, with everything since the last mark."""
		total = len(self.table.rows)
		self.doc.db_set(
			{
				**{name: self.doc.get(name) for name in self.counted},
				**values,
				"rows_total": total,
				"rows_done": done,
				"rows_rejected": len(self.rejects),
				"progress": 100 * done / total if total else 100,
				"rejects_so_far": json.dumps(self.rejects, ensure_ascii=False),
			},
			commit=True,
		)

	def _attach_rejects(self) -> str:
		content = tables.write_rejects(self.table, self.rejects, frappe.local.lang)
		return self.attach("rejects_file", f"{Path(self.file_name).stem}-rejects.csv", content)


def take_away(doc, fieldname: str) -> None:
	"""Delete the file in a field of an import."""
	attached = {
		"attached_to_doctype": doc.doctype,
		"attached_to_name": doc.name,
		"file_url": doc.get(fieldname),
	}
	for name in frappe.get_all("File", attached, pluck="name") if doc.get(fieldname) else ():
		# perm: the file of an import its user writes
		frappe.delete_doc("File", name, ignore_permissions=True, delete_permanently=True)
	doc.db_set(fieldname, None)


def read_earlier(
	doc, columns_of: Callable[[str], set[str]], read_by: str = "name", **filters: object
) -> str | None:
	"""Return what a file of refused rows is read by: the `read_by` of the newest import it may come from.

	That import refused rows, and all its columns are in the file.
	"""
	if not (given := _rejected_columns(doc)):
		return None
	wanted = {"rows_rejected": (">", 0), **filters}
	earlier = frappe.get_list(doc.doctype, wanted, pluck=read_by, order_by="creation desc")
	return next((name for name in earlier if (columns := columns_of(name)) and columns <= given), None)


def _rejected_columns(doc) -> set[str]:
	"""Return the columns of a file that holds what an import refused; none where it is another file, or none at all."""
	if not doc.file or not doc.has_value_changed("file"):
		return set()
	try:
		table = tables.read_table(*read_file(doc.file))
	except DomainError:  # said when it is looked at
		return set()
	return set(table.columns) if table.is_rejects else set()


def why(error: Exception) -> str:
	"""Why a row is refused, in the user's language."""
	if isinstance(error, DomainError):
		return say(error)
	if isinstance(error, DataError):
		return _("A value of the row is too long or too large to be kept.")
	return strip_html(str(error))


def as_row(column: str, target: str) -> dict:
	"""Return the row of a table of columns for a column and its target."""
	several = importing.is_pattern(target)
	return {
		"column_name": column,
		"target": importing.PATTERN if several else target,
		"pattern": target if several else None,
	}


def as_columns(rows) -> importing.Columns:
	"""Return what the rows of a table of columns say."""
	return tuple((row.column_name, row.pattern or row.target) for row in rows)


def check_patterns(doc, targets: importing.Targets) -> None:
	"""Refuse a column's pattern that can't be read, names what nothing goes to, or stands beside another target."""
	for row in doc.columns:
		if row.target != importing.PATTERN:
			row.pattern = None
			continue
		with reading_files():
			named = importing.named_targets(row.pattern or "{}")
			importing.check_targets(named, targets)


def say(error: DomainError) -> str:
	"""An error of the domain in the user's language."""
	return _(error.template).format(*error.params)


def refuse_not_given(target: str, rows: str) -> NoReturn:
	"""Say in the words of a table of columns, `rows`, what none of them goes to. Raises ValidationError."""
	frappe.throw(_("No column of the mapping goes to {0}").format(frappe.bold(_(target, context=rows))))


def read_file(file_url: str) -> tuple[str, bytes]:
	"""Name and content of a file the session's user may read."""
	file = files.readable(file_url)
	return file.file_name, Path(file.get_full_path()).read_bytes()


@contextmanager
def reading_files():
	"""Say what is wrong with a file in the user's language."""
	try:
		yield
	except DomainError as error:
		frappe.throw(say(error), title=_("File Not Understood"))
