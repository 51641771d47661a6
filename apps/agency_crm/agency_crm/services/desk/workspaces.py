"""Which workspaces the sidebar of an agency's user offers: its own, and those that Agency Settings show its roles.

Frappe offers a workspace without roles to everybody who reads anything in it: Users, Website and Quality to an agent.
"""

import frappe
from frappe.permissions import AUTOMATIC_ROLES

from agency_crm.permissions.roles import ROLES

APP = __name__.partition(".")[0]
# ERPNext gives it with an Employee record; it opens no workspace
BESIDE = frozenset((*AUTOMATIC_ROLES, "Employee"))


def shown(pages: list[dict]) -> list[dict]:
	"""Return the pages of the sidebar that the session's user is to see; of who has other apps' roles too, all."""
	roles = set(frappe.get_roles()) - BESIDE
	if not roles or not roles <= set(ROLES):
		return pages
	rows = frappe.get_cached_doc("Agency Settings").shown_workspaces
	named = {row.workspace for row in rows if row.role in roles}
	return [page for page in pages if page.get("for_user") or page["name"] in named or _is_ours(page)]


def _is_ours(page: dict) -> bool:
	return frappe.local.module_app.get(frappe.scrub(page.get("module") or "")) == APP
