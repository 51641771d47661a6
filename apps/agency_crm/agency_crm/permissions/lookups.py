"""Names that a predicate looks up first, so that its terms are literals."""

import frappe

from agency_crm.permissions.reader import Reader
from agency_crm.permissions.roles import ASSISTANT, OFFICER

# A list looks up at most so many names, the newest; a form looks up its own, so it is always exact.
MOST_NAMES = 1000


def names(doctype: str, column: str, only: str | None, **wanted) -> list[str]:
	"""`column` of the newest rows that have what is wanted (a value, one of a list, True for any value).

	Of `only` that name where a form asks; [] where something wanted is empty: who is no agent shares in nothing.
	"""
	if not all(wanted.values()):
		return []
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).select(table[column]).distinct().limit(MOST_NAMES)
	for field, value in wanted.items():
		has = table[field].isin(value) if isinstance(value, list) else table[field] == value
		query = query.where(table[field].isnotnull() if value is True else has)
	if only:
		query = query.where(table[column] == only)
	return query.orderby(table.creation, order=frappe.qb.desc).run(pluck=True)


def held_listings(me: Reader, only: str | None) -> list[str]:
	"""The newest listings the reader holds a role on; of `only` where a form asks."""
	if not me.agent:
		return []
	role = frappe.qb.DocType("Listing Role")
	held = (role.agent == me.agent) & role.ended_at.isnull() & role.approved_at.isnotnull()
	query = frappe.qb.from_(role).select(role.parent).distinct().where(held).limit(MOST_NAMES)
	if only:
		query = query.where(role.parent == only)
	return query.orderby(role.creation, order=frappe.qb.desc).run(pluck=True)


def my_clients(me: Reader) -> list[str]:
	shared = names("Client Collaborator", "parent", None, agent=me.agent)
	return names("Client", "name", None, agent=me.agent) + shared


def agents_of(stores: tuple[str, ...], column: str = "name") -> list[str]:
	"""Those of these stores, the ones who left among them."""
	if not stores:
		return []
	return frappe.get_all("Agent", filters={"store": ("in", stores), column: ("is", "set")}, pluck=column)


def assigned(me: Reader, doctype: str) -> list[str]:
	"""Records that somebody else gave a title officer or an assistant as a task, and did not take back."""
	if not me.has(OFFICER, ASSISTANT):
		return []
	task = {"allocated_to": me.user, "reference_type": doctype, "status": ("!=", "Cancelled")}
	task["owner"] = ("!=", me.user)  # what one takes oneself opens nothing
	return frappe.get_all(
		"ToDo", filters=task, pluck="reference_name", order_by="creation desc", limit=MOST_NAMES
	)


def deals_of_others(stores: tuple[str, ...], only: str | None) -> list[str]:
	"""Deals of other stores in which an agent of these stores has a share."""
	if not stores:
		return []
	split, deal = frappe.qb.DocType("Deal Split"), frappe.qb.DocType("Deal")
	query = (
		frappe.qb.from_(split)
		.join(deal)
		.on(deal.name == split.deal)
		.select(deal.name)
		.distinct()
		.where(split.store.isin(stores) & deal.store.notin(stores))
		.orderby(deal.name, order=frappe.qb.desc)
		.limit(MOST_NAMES)
	)
	return (query.where(deal.name == only) if only else query).run(pluck=True)
