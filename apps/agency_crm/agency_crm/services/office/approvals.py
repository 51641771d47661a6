"""Who approves a deal, or what belongs to a store. Whoever gains by it, or made it, does not.

Rules: docs/rules/visibility.md, "Who approves".
"""

from collections.abc import Collection

import frappe
from frappe import _
from frappe.utils import get_link_to_form

from agency_crm.domain.deals import fees as rules
from agency_crm.domain.phases import DRAFT, HELD
from agency_crm.permissions.roles import ACCOUNTANT, ADMINISTRATOR, MANAGER

REVIEWERS = {MANAGER, ACCOUNTANT, ADMINISTRATOR}


def check_approver(deal, as_manager: bool) -> None:
	"""Refuse an approver who gains by the deal, or whom the store tree doesn't name.

	`as_manager`: the approval is the manager's, else finance's. Raises PermissionError, naming who may.
	"""
	user = frappe.session.user
	# as stored too: nobody leaves a deal in the save that approves it
	reasons = involvement(deal.get_doc_before_save()).get(user) or involvement(deal).get(user)
	if reasons:
		frappe.throw(
			_("Deal {0}: you can't approve it, you are {1}. {2} may.").format(
				deal.name, ", ".join(reasons), names(approvers(deal))
			),
			frappe.PermissionError,
			title=_("Not Your Deal to Approve"),
		)
	if as_manager:
		allowed = approvers(deal)
		if user not in allowed:
			frappe.throw(
				_("Deal {0} is approved by {1}.").format(deal.name, names(allowed)),
				frappe.PermissionError,
				title=_("Not Your Deal to Approve"),
			)


def check_row(row) -> None:
	"""Refuse a change to a Deal Fee or Deal Split that the deal's phase doesn't allow this user."""
	by_system = row.flags.ignore_permissions  # rows the system writes ask no rights
	check_open(frappe.get_doc("Deal", row.deal), by_system)


def check_open(deal, by_system: bool = False) -> None:
	"""Refuse a change of the fees and splits of a deal that is signed or ended, or in others' review.

	In review only those who review change them, so nobody who gains by them; `by_system` asks no rights.
	Raises PermissionError or ValidationError, naming the deal.
	"""
	link = get_link_to_form("Deal", deal.name)
	if not by_system:
		deal.check_permission("write")
	if is_frozen(deal):
		frappe.throw(
			_("Deal {0} is {1}: its fees and splits are frozen.").format(
				link, frappe.bold(_(deal.status, context="Deal"))
			),
			title=_("Frozen"),
		)
	if not by_system and is_under_review_by_others(deal):
		message = _(
			"Deal {0} is in review: only a manager or an accountant with no part in it changes its rows."
		)
		frappe.throw(message.format(link), frappe.PermissionError)


def is_frozen(deal) -> bool:
	"""Whether the deal's fees and splits are final: it is signed, or has ended."""
	return not deal.docstatus.is_draft() or deal.phase not in (DRAFT, HELD)


def is_under_review_by_others(deal) -> bool:
	"""Whether the deal is in review and this user is no reviewer, or gains by it."""
	if deal.phase != HELD:
		return False
	user = frappe.session.user
	reviews = REVIEWERS & set(frappe.get_roles()) or user in approvers(deal)
	return not reviews or user in involvement(deal)


def involvement(deal) -> dict[str, list[str]]:
	"""Return user -> why they gain by `deal` or made it; they approve nothing of it."""
	why = {deal.agent: _("its closing agent")}
	why.update((row.agent, _("a co-agent")) for row in deal.co_agents)
	why.setdefault(frappe.db.get_value("Client", deal.client, "agent"), _("the client's agent"))
	for agent in frappe.get_all("Deal Split", filters={"deal": deal.name}, pluck="agent"):
		why.setdefault(agent, _("a sharer"))
	found: dict[str, list[str]] = {}
	names = list(filter(None, why))
	for agent in frappe.get_all("Agent", filters={"name": ("in", names)}, fields=["name", "user"]):
		if agent.user:
			found.setdefault(agent.user, []).append(why[agent.name])
	found.setdefault(deal.owner or frappe.session.user, []).append(_("the one who made it"))
	if deal.submitted_for_review_by:
		found.setdefault(deal.submitted_for_review_by, []).append(_("the one who sent it for review"))
	return found


def approvers(deal) -> list[str]:
	"""Users who may approve `deal` as manager, none of them involved in it."""
	return approvers_of(deal.store, involvement(deal))


def nearest_approvers(deal) -> list[str]:
	"""Return the nearest users who may approve `deal` as manager; else the administrators."""
	return rules.approvers(managers_above(deal.store), set(involvement(deal)))[:1] or administrators()


def readers_of(deal, roles: Collection[str]) -> list[str]:
	"""The users of these roles who see `deal` and aren't involved in it."""
	of_roles = {"role": ("in", list(roles)), "parenttype": "User"}
	users = frappe.get_all("Has Role", of_roles, pluck="parent", distinct=True, order_by="parent")
	involved = involvement(deal)
	others = (user for user in users if user not in involved)
	return [user for user in others if frappe.has_permission("Deal", "read", doc=deal, user=user)]


def approvers_of(store: str | None, involved: Collection[str] = ()) -> list[str]:
	"""Users who approve what belongs to `store`: its manager first, then those above, none of them involved.

	With nobody left, the Agency Administrators.
	"""
	return rules.approvers(managers_above(store), set(involved)) or administrators()


def managers_above(store: str | None) -> list[str]:
	"""Users who manage `store` or a node above it and may log in, the nearest first."""
	if not store:
		return []
	lft, rgt = frappe.db.get_value("Store", store, ["lft", "rgt"])
	above = {"lft": ("<=", lft), "rgt": (">=", rgt), "manager": ("is", "set")}
	rows = frappe.get_all("Store", above, ["manager", "manager.enabled"], order_by="lft desc")
	return [row.manager for row in rows if row.enabled]


def administrators() -> list[str]:
	"""The enabled Agency Administrators."""
	users = frappe.get_all("Has Role", filters={"role": ADMINISTRATOR, "parenttype": "User"}, pluck="parent")
	return frappe.get_all(
		"User", filters={"name": ("in", users), "enabled": 1}, order_by="name", pluck="name"
	)


def names(users: list[str]) -> str:
	"""The users' full names for a message."""
	names = [frappe.bold(frappe.utils.get_fullname(user)) for user in users]
	return ", ".join(names) or frappe.bold(_(ADMINISTRATOR))
