"""Columns that the database compares byte by byte.

The default collation takes `Ab12` for `aB12`, `Ｗ1` for `w1`, and any emoji for any other. That suits words that
people search for, not a number that another system issued. Frappe has no such setting for a field and resets a
column's collation whenever it changes the type, so `make_exact` runs after every migrate.
"""

from collections.abc import Iterator, Mapping, Sequence

import frappe

COLLATION = "utf8mb4_nopad_bin"  # a space at the end counts too

# DocType -> fieldnames
Fields = Mapping[str, Sequence[str]]


def make_exact(fields: Fields) -> None:
	"""Give these fields a binary collation where they haven't one; index and values stay."""
	for doctype, column, kind in _inexact(fields):
		# a name of ours and the type the column has: nothing in this statement comes from outside
		frappe.db.sql_ddl(
			f"alter table `tab{doctype}` modify `{column}` {kind} character set utf8mb4 collate {COLLATION}"
		)


def inexact(fields: Fields) -> list[str]:
	"""Return those of the fields, as `DocType.fieldname`, that the database compares by its own collation."""
	return [f"{doctype}.{column}" for doctype, column, _kind in _inexact(fields)]


def _inexact(fields: Fields) -> Iterator[tuple[str, str, str]]:
	for doctype, names in fields.items():
		table = frappe.qb.Schema("information_schema").columns
		here = (table.table_schema == frappe.conf.db_name) & (table.table_name == f"tab{doctype}")
		of_another = table.column_name.isin(list(names)) & (table.collation_name != COLLATION)
		query = frappe.qb.from_(table).select(table.column_name, table.column_type).where(here & of_another)
		yield from ((doctype, *row) for row in query.run())
