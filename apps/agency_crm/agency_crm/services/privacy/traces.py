"""Everything known of a person: found by every link to the client, and cleared.

Three sorts of rows hold it. A client's own rows (follow-ups, wishes, enquiries, logs …) lose all that was
typed. The books (deals, mandates, listings, other clients) lose only the person's name and numbers. What Frappe
attaches to either (comments, versions, notices, mails, files, deleted copies) is deleted with the client's own,
and loses name and numbers on the books. Numbers are looked for in all other text as well.

A DocType that links to Client later counts as the client's own: only the books are listed. Frappe's hook
`user_data_fields` doesn't fit: it knows a person as a User, by an e-mail address, and a client is neither.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

import frappe
from frappe.model import no_value_fields, numeric_fieldtypes
from frappe.query_builder import CustomFunction
from frappe.query_builder.functions import Replace
from frappe.utils import cstr, now_datetime
from frappe.utils.caching import request_cache
from frappe.utils.password import delete_all_passwords_for
from pypika.terms import Criterion

from agency_crm.accounting import parties
from agency_crm.domain.inputs.phones import spellings
from agency_crm.services.privacy import secrets

GONE = "—"
SHORTEST_NAME, SHORTEST_NUMBER = 2, 6  # characters that are looked for in text; less would hit others
# of the client's record the books need these; whatever else it has, or gets, is the person
KEPT = (
	"client_type is_buyer is_seller is_tenant is_landlord source_channel store referred_by customer".split()
)
BOOKS = (
	"Client",
	"Client Handover Row",
	"Deal",
	"Deal Fee",
	"Deal Party",
	"Listing",
	"Listing Mandate",
	"Listing Owner",
)
# what would still be worked on
ENDED = {"Client Requirement": "Dropped", "Follow Up Task": "Skipped", "Client Request": "Withdrawn"}
TEXT = (
	"Data",
	"Small Text",
	"Text",
	"Long Text",
	"Text Editor",
	"HTML Editor",
	"Markdown Editor",
	"JSON",
	"Code",
)
TYPED = (*TEXT, "Attach", "Attach Image", "Password", "Phone", "Signature")
# Frappe's tables that name a record in plain fields; the others have a Dynamic Link
POINTERS = {
	"File": ("attached_to_doctype", "attached_to_name"),
	"Energy Point Log": ("reference_doctype", "reference_name"),
	"Error Log": ("reference_doctype", "reference_name"),
	"Email Queue": ("reference_doctype", "reference_name"),
	"Milestone": ("reference_type", "reference_name"),
	"Notification Log": ("document_type", "document_name"),
	"Version": ("ref_doctype", "docname"),
}
SET_UP = (
	"Webhook",
	"Workspace Link",
	"Workspace Shortcut",
)  # an administrator's own records, about no person
Locate = CustomFunction("LOCATE", ["needle", "text"])


@dataclass(frozen=True)
class Person:
	"""A client who is erased, and the words that give them away; the client's number is the name that stays."""

	client: str
	names: tuple[str, ...]
	numbers: tuple[str, ...]
	kept: dict[str, set[str]]  # Phone Number, Identity Number -> names

	@property
	def words(self) -> list[str]:
		"""Names and numbers as they stand in text, and as Frappe's JSON writes them; the longest first."""
		plain = {name for name in self.names if len(name) >= SHORTEST_NAME} | set(self.numbers)
		return sorted(plain | set(map(_as_json, plain)), key=len, reverse=True)


@dataclass
class Rows:
	"""DocType -> names: the client's own rows, and those of the books."""

	own: dict[str, set[str]] = field(default_factory=dict)
	books: dict[str, set[str]] = field(default_factory=dict)

	def add(self, doctype: str, names: Iterable[str], books: bool = False) -> None:
		"""Take up rows: of the books where the DocType is, or where it is said."""
		if names := set(names):
			kept = self.books if books or doctype in BOOKS else self.own
			kept.setdefault(doctype, set()).update(names)


def erase(client) -> None:
	"""Clear a Client, locked by the caller, everywhere: all of it or nothing, in the caller's transaction.

	The record stays, opaque, for the books to point at.
	"""
	person = _person(client)
	rows = _find_rows(person)
	if client.customer:
		parties.make_opaque(client.customer, person.client)
		for doctype, names in parties.papers_of(client.customer).items():
			rows.add(doctype, names, books=True)
	_clear_pointers(person, rows)
	for doctype, names in rows.own.items():
		_clear_own(person, doctype, names)
	for doctype, names in rows.books.items():
		_scrub(person, doctype, names)
	_clear_client(client)
	for doctype, names in person.kept.items():
		secrets.forget(doctype, names)
	_sweep(person)


def _person(client) -> Person:
	"""Gather the names and numbers by which the client is known, the former ones too."""
	names = {client.client_name, *(row.person_name for row in client.relations)}
	kept = {secrets.PHONE: secrets.numbers_of(client), secrets.IDENTITY: set()}
	phones = map(secrets.open_number, client.phones)
	numbers = {client.wechat, *(spelling for phone in phones for spelling in spellings(phone))}
	if frappe.db.exists("Client Private", client.name):
		private = frappe.get_doc("Client Private", client.name)
		kept[secrets.IDENTITY].add(private.identity_number)
		for df in private.meta.get("fields", {"fieldtype": "Password"}):
			numbers.add(private.get_password(df.fieldname, raise_exception=False))
	for data in frappe.get_all("Version", {"ref_doctype": "Client", "docname": client.name}, pluck="data"):
		for changed, old, new in frappe.parse_json(data).get("changed", []):
			if changed in ("client_name", "wechat"):
				(names if changed == "client_name" else numbers).update((old, new))
	long_enough = (number for number in _words(numbers) if len(number) >= SHORTEST_NUMBER)
	return Person(client.name, _words(names), tuple(long_enough), kept)


def _words(values: Iterable) -> tuple[str, ...]:
	return tuple(sorted({cstr(value).strip() for value in values} - {""}))


def _as_json(word: str) -> str:
	return json.dumps(word)[1:-1]


# Finding.


def _find_rows(person: Person) -> Rows:
	"""Every row that links to the client or holds one of their numbers; the record around a row is of the books."""
	rows = Rows()
	for doctype, fieldname in _links_to_client():
		for name, parenttype, parent in _all(doctype, {fieldname: person.client}):
			rows.add(doctype, [name])
			if parent:
				rows.add(parenttype, [parent], books=True)
	numbers = list(person.kept[secrets.PHONE])
	for doctype in set(secrets.POINTING[secrets.PHONE]) - {"Client Phone"} if numbers else ():
		rows.add(doctype, frappe.get_all(doctype, {"phone_number": ("in", numbers)}, pluck="name"))
	# what an owner told in confidence is theirs, though the listing is the books'
	owned = {"listing": ("in", list(rows.books.get("Listing", [""])))}
	rows.add("Listing Private", frappe.get_all("Listing Private", owned, pluck="name"))
	rows.books.get("Client", set()).discard(person.client)
	return rows


def _all(doctype: str, filters: dict) -> list[tuple]:
	"""(name, parenttype, parent) of rows; a record of its own has no parent."""
	fields = ["name", "parenttype", "parent"] if _tables()[doctype].istable else ["name"]
	found = frappe.get_all(doctype, filters, fields)
	return [(row.name, row.get("parenttype"), row.get("parent")) for row in found]


def _links_to_client() -> list[tuple[str, str]]:
	"""(DocType, field) of every Link to Client, an administrator's own fields among them."""
	filters = {"fieldtype": "Link", "options": "Client"}
	found = frappe.get_all("DocField", filters, ["parent", "fieldname"], as_list=True)
	found += frappe.get_all("Custom Field", filters, ["dt", "fieldname"], as_list=True)
	return [(doctype, fieldname) for doctype, fieldname in found if doctype in _tables()]


def _pointers() -> list[tuple[str, str, str]]:
	"""(DocType, field of the DocType, field of the name) of all that Frappe hangs on records."""
	links = frappe.get_all("DocField", {"fieldtype": "Dynamic Link"}, ["parent", "options", "fieldname"])
	found = [
		(row.parent, row.options, row.fieldname)
		for row in links
		if row.parent not in SET_UP and row.parent in _tables() and _tables()[row.parent].app == "frappe"
	]
	# what is taken away writes a comment of that: files go first
	return [(doctype, *fields) for doctype, fields in POINTERS.items()] + found


@request_cache
def _tables() -> dict[str, frappe._dict]:
	"""DocType -> istable, app of those with rows: asked at once, for metas load slowly."""
	fields = ["name", "module", "istable"]
	rows = frappe.get_all("DocType", {"issingle": 0, "is_virtual": 0}, fields)
	for row in rows:
		row.app = frappe.local.module_app.get(frappe.scrub(row.module))
	return {row.name: row for row in rows}


# Clearing.


def _clear_pointers(person: Person, rows: Rows) -> None:
	"""Delete what is attached to the client's own rows; on the books, clear name and numbers in it."""
	own = {**rows.own, "Client": {person.client}}
	for pointer, kind, name in _pointers():
		for doctype, names in own.items():
			_delete(pointer, {kind: doctype, name: ("in", list(names))})
		for doctype, names in rows.books.items():
			hanging = {kind: doctype, name: ("in", list(names))}
			if pointer == "Email Queue":  # its text is coded: no word is found in it
				_delete(pointer, {**hanging, "status": ("!=", "Not Sent")})
			else:
				_scrub(person, pointer, set(frappe.get_all(pointer, hanging, pluck="name")))
	deleted = frappe.qb.DocType("Deleted Document")
	mentions = Locate(f'"{person.client}"', deleted.data) > 0
	copies = frappe.qb.from_(deleted).select(deleted.name, deleted.deleted_doctype).where(mentions).run()
	of_books = {name for name, doctype in copies if doctype in BOOKS}
	_delete("Deleted Document", {"name": ("in", [name for name, _doctype in copies if name not in of_books])})
	_scrub(person, "Deleted Document", of_books)


def _delete(doctype: str, filters: dict) -> None:
	"""Delete rows with their tables, a file with what is on the disk, a row of a table with its record."""
	for name, parenttype, parent in _all(doctype, filters):
		if parent:
			_delete(parenttype, {"name": parent})
		elif doctype == "File":
			frappe.delete_doc(
				doctype,
				name,
				force=True,
				ignore_permissions=True,  # perm: the erasure was decided on
				delete_permanently=True,
			)
		else:
			for table in frappe.get_meta(doctype).get_table_fields():
				frappe.db.delete(table.options, {"parenttype": doctype, "parent": name})
			frappe.db.delete(doctype, {"name": name})


def _clear_own(person: Person, doctype: str, names: set[str]) -> None:
	"""Empty all typed text in the client's own rows and their tables, and end what is still open."""
	if not names:
		return
	meta = frappe.get_meta(doctype)
	typed = [df for df in meta.fields if df.fieldtype in TYPED and not df.unique]
	values = {df.fieldname: _empty(person, df) for df in typed}
	if doctype in ENDED:
		values["status"] = ENDED[doctype]
	if not meta.istable:
		values |= {"_comments": None, "_user_tags": None}
	if values:
		frappe.db.set_value(doctype, {"name": ("in", list(names))}, values, update_modified=False)
	for name in names if any(df.fieldtype == "Password" for df in typed) else ():
		delete_all_passwords_for(doctype, name)
	for table in meta.get_table_fields():
		inside = {"parenttype": doctype, "parent": ("in", list(names))}
		_clear_own(person, table.options, set(frappe.get_all(table.options, inside, pluck="name")))


def _empty(person: Person, df) -> str | None:
	if cstr(df.fetch_from).endswith(".client_name") or df.fieldname == "enquirer_name":
		return person.client
	return GONE if df.reqd and not df.hidden and df.fieldtype in TEXT and df.fieldtype != "JSON" else None


def _scrub(person: Person, doctype: str, names: set[str]) -> None:
	"""Remove the person's name and numbers from the text of these rows; copies of the name become opaque."""
	if not names:
		return
	table, meta = frappe.qb.DocType(doctype), frappe.get_meta(doctype)
	update = frappe.qb.update(table).where(table.name.isin(list(names)))
	copies = {
		df.fieldname: df.fetch_from.split(".")[0]
		for df in meta.fields
		if cstr(df.fetch_from).endswith(".client_name")
	}
	for copy, link in copies.items():
		update.set(table[copy], person.client).where(table[link] == person.client).run()
	for column in _text_columns(doctype):
		if column in copies or (doctype, column) == ("Client", "client_name"):
			continue
		text = table[column]
		for word in person.words:
			text = Replace(text, word, GONE)
		update.set(table[column], text).run()


def _text_columns(doctype: str) -> list[str]:
	meta = frappe.get_meta(doctype)
	own = [
		df.fieldname
		for df in meta.fields
		if df.fieldtype in TEXT and not df.unique and not df.get("is_virtual")
	]
	return own if meta.istable else [*own, "_comments"]


def _clear_client(client) -> None:
	"""Empty the client's record except for what the books need."""
	for table in client.meta.get_table_fields():
		frappe.db.delete(table.options, {"parenttype": client.doctype, "parent": client.name})
	values = {
		df.fieldname: 0 if df.fieldtype in numeric_fieldtypes else None
		for df in client.meta.fields
		if df.fieldtype not in no_value_fields and df.fieldname not in KEPT
	}
	values |= {
		"client_name": client.name,
		"stage": "Lost",
		"pool": "Private",  # of nobody: not in a pool to be claimed
		"last_agent": client.agent,
		"consent": "Withdrawn",
		"erased_on": now_datetime(),
		"_comments": None,
		"_user_tags": None,
	}
	frappe.db.set_value(client.doctype, client.name, values)


def _sweep(person: Person) -> None:
	"""Look for the numbers in all other text: a note on a listing, a comment on somebody else's client.

	A log of errors, which nobody needs for its words, goes where it has a name.
	"""
	log = frappe.qb.DocType("Error Log")
	for word in person.words:
		frappe.qb.from_(log).delete().where(Locate(word, log.error) > 0).run()
	for doctype, columns in _all_text().items() if person.numbers else ():
		table = frappe.qb.DocType(doctype)
		held = [Locate(number, table[column]) > 0 for column in columns for number in person.numbers]
		_scrub(
			person,
			doctype,
			set(frappe.qb.from_(table).select(table.name).where(Criterion.any(held)).run(pluck=True)),
		)


def _all_text() -> dict[str, list[str]]:
	"""DocType -> columns with text, of the agency's tables and Frappe's."""
	columns: dict[str, list[str]] = {}
	text = {"fieldtype": ("in", TEXT), "is_virtual": 0}
	found = frappe.get_all("DocField", text, ["parent", "fieldname"], as_list=True)
	found += frappe.get_all("Custom Field", text, ["dt", "fieldname"], as_list=True)
	for doctype, column in found:
		if doctype in _tables() and _tables()[doctype].app in ("frappe", "agency_crm"):
			own = ["_comments"] if not _tables()[doctype].istable else []
			columns.setdefault(doctype, own).append(column)
	return columns
