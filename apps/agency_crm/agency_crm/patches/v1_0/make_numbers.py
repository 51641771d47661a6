"""Hash and cipher of a number, once in every row that had it, stand in one Phone Number or Identity Number.

A million rows move in lots, each a transaction: killed, it goes on with the rows that name no number yet.
The old columns, and their copies in deleted records, go last.
"""

from collections.abc import Callable

import frappe
from frappe.model.utils.rename_field import rename_field
from frappe.query_builder import CustomFunction
from frappe.query_builder.functions import Concat, Max, Substring
from frappe.utils import now
from pypika.terms import ValueWrapper

from agency_crm.services.privacy.secrets import IDENTITY, PHONE, POINTER, POINTING

LOT = 20_000
COPIES = 500  # deleted records that are read at once
GONE = {"number_hash", "number_encrypted", "id_hash"}
OLD = {PHONE: ("number_hash", "number_encrypted"), IDENTITY: ("id_hash",)}
DROP = {
	"Client Phone": "alter table `tabClient Phone` drop column number_hash, drop column number_encrypted",
	"Listing Enquiry": "alter table `tabListing Enquiry` drop column number_hash, drop column number_encrypted",
	"Client Enquiry": "alter table `tabClient Enquiry` drop column number_hash, drop column number_encrypted",
	"Client Private": "alter table `tabClient Private` drop column id_hash",
}
Sha2 = CustomFunction("SHA2", ["text", "bits"])


def execute() -> None:
	"""Move the numbers of every row that has one, and what a user may ask in an hour to its new name."""
	rename_field("Agency Settings", "number_checks_an_hour", "known_answers_an_hour")
	for kept_as, doctypes in POINTING.items():
		for doctype in doctypes:
			if _has_column(doctype, OLD[kept_as][0]):
				_move(doctype, kept_as)
	_in_lots(_copies_after, _clear_copies)


def _move(doctype: str, kept_as: str) -> None:
	_in_lots(
		lambda after: _unmoved_after(doctype, kept_as, after), lambda lot: _move_lot(doctype, kept_as, lot)
	)
	frappe.db.sql_ddl(DROP[doctype])
	frappe.cache.hdel("table_columns", f"tab{doctype}")


def _in_lots(after: Callable[[str], list[str]], work: Callable[[list[str]], None]) -> None:
	names = after("")
	while names:
		work(names)
		frappe.db.commit()
		names = after(names[-1])


def _unmoved_after(doctype: str, kept_as: str, after: str) -> list[str]:
	row = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(row).select(row.name).where((row.name > after) & _unmoved(row, kept_as))
	return query.orderby(row.name).limit(LOT).run(pluck=True)


def _unmoved(row, kept_as: str):
	pointer = row[POINTER[kept_as]]
	return (row[OLD[kept_as][0]] > "") & (pointer.isnull() | (pointer == ""))


def _move_lot(doctype: str, kept_as: str, lot: list[str]) -> None:
	"""Insert the numbers that the rows of a lot have, unless they are there, and have the rows name them."""
	row, kept = frappe.qb.DocType(doctype), frappe.qb.DocType(kept_as)
	rows = row.name[lot[0] : lot[-1]] & _unmoved(row, kept_as)
	number_hash, *cipher = (row[column] for column in OLD[kept_as])
	# a name that tells nothing of the hash
	name = Substring(Sha2(Concat(frappe.generate_hash(length=64), number_hash), 256), 1, 20)
	columns = ("name", "owner", "modified_by", "creation", "modified", *OLD[PHONE][: 1 + len(cipher)])
	stamp = map(ValueWrapper, ("Administrator", "Administrator", now(), now()))
	values = (name, *stamp, number_hash, *map(Max, cipher))
	new = frappe.qb.into(kept).ignore().columns(*columns).from_(row).select(*values).where(rows)
	new.groupby(number_hash).run()
	named = frappe.qb.update(row).join(kept).on(kept.number_hash == number_hash)
	named.set(row[POINTER[kept_as]], kept.name).where(rows).run()


def _copies_after(after: str) -> list[str]:
	copy = frappe.qb.DocType("Deleted Document")
	ours = (*(doctype for doctypes in POINTING.values() for doctype in doctypes), "Client")
	query = (
		frappe.qb.from_(copy).select(copy.name).where((copy.name > after) & copy.deleted_doctype.isin(ours))
	)
	return query.orderby(copy.name).limit(COPIES).run(pluck=True)


def _clear_copies(names: list[str]) -> None:
	for row in frappe.get_all("Deleted Document", {"name": ("in", names)}, ["name", "data"]):
		data = frappe.as_json(_without(frappe.parse_json(row.data)))
		frappe.db.set_value("Deleted Document", row.name, "data", data, update_modified=False)


def _without(data):
	"""The same without the columns that are gone, in rows of tables neither."""
	if isinstance(data, list):
		return [_without(row) for row in data]
	if isinstance(data, dict):
		return {key: _without(value) for key, value in data.items() if key not in GONE}
	return data


def _has_column(doctype: str, column: str) -> bool:
	frappe.cache.hdel("table_columns", f"tab{doctype}")  # a run that was killed may have dropped it
	return frappe.db.has_column(doctype, column)
