"""What runs in other people's browsers is written by System Managers alone.

Frappe lets everybody with a desk make a Custom HTML Block. Its script runs, with the rights of whoever opens it, on
the block's form and on each workspace that shows it.
"""

import frappe

WRITING = ("create", "write", "delete", "submit", "cancel", "amend", "import")


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""The hook `has_permission` of Custom HTML Block."""
	return ptype not in WRITING or "System Manager" in frappe.get_roles(user)
