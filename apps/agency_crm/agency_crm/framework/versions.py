"""Take fields out of a Version: whoever may read a record sees its versions."""

from collections.abc import Collection, Mapping

import frappe


def without(data: str, own: Collection[str], tables: Mapping[str, Collection[str]]) -> str:
	"""Return the JSON of a version without some fields of its record (`own`), and of its rows by table."""
	said = frappe.parse_json(data)
	if said.get("changed"):
		said["changed"] = [change for change in said["changed"] if change[0] not in own]
	for change in said.get("row_changed") or ():
		change[3] = [field for field in change[3] if field[0] not in tables.get(change[0], ())]
	for table, row in [*(said.get("added") or ()), *(said.get("removed") or ())]:
		for field in tables.get(table, ()):
			row.pop(field, None)
	return frappe.as_json(said, indent=None)
