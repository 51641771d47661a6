"""Who asks: a user, and where they stand in the agency."""

from dataclasses import dataclass

import frappe

from agency_crm.permissions.roles import ADMINISTRATOR
from agency_crm.permissions.terms import any_of, equals

# a manager of over 1/WIDE of all stores: skip the store index
WIDE = 4


@dataclass(frozen=True)
class Reader:
	"""A user, and where they stand in the agency."""

	user: str
	roles: frozenset[str]
	agent: str | None
	store: str | None
	area: tuple[str, ...]  # the stores of my store's region, mine among them
	managed: tuple[str, ...]  # the stores at and below the nodes I manage
	wide: bool  # whether those are a good part of all stores

	def has(self, *roles: str) -> bool:
		return not self.roles.isdisjoint(roles)

	@property
	def sees_all(self) -> bool:
		return self.user == "Administrator" or self.has(ADMINISTRATOR)


def reader(user: str | None = None) -> Reader:
	"""Return the Reader that a user is; their place in the agency is looked up once a request."""
	user = user or frappe.session.user
	places = _places()
	if user not in places:
		places[user] = _find_place(user)
	return Reader(user, frozenset(frappe.get_roles(user)), *places[user])


def manages(store: str | None) -> bool:
	"""Whether the session's user is a manager above `store`, or sees all."""
	me = reader()
	return me.sees_all or store in me.managed


def forget_places() -> None:
	"""Drop the cached places: an Agent or a Store has changed."""
	_places().clear()


def _places() -> dict[str, tuple]:
	if not hasattr(frappe.local, "agency_places"):
		frappe.local.agency_places = {}
	return frappe.local.agency_places


def _find_place(user: str) -> tuple:
	"""Return agent, store, area and managed stores of a user; nothing for an agent who left."""
	agent, store = frappe.qb.DocType("Agent"), frappe.qb.DocType("Store")
	found = (
		frappe.qb.from_(agent)
		.left_join(store)
		.on(store.name == agent.store)
		.select(agent.name, store.name, store.parent_store)
		.where((agent.user == user) & (agent.status != "Left"))
	).run()
	name, own, region = found[0] if found else (None, None, None)
	top = region or own
	node = frappe.qb.DocType("Store").as_("node")
	below = (
		frappe.qb.from_(node)
		.join(store)
		.on((store.lft >= node.lft) & (store.rgt <= node.rgt))
		.select(node.name, node.manager, store.name)
		.where(any_of(node.manager == user, equals(node.name, top)))
		.orderby(store.lft)
	).run()
	area = tuple(store for node, _manager, store in below if node == top)
	managed = tuple(dict.fromkeys(store for _node, manager, store in below if manager == user))
	wide = bool(managed) and len(managed) * WIDE > frappe.db.count("Store")
	return name, own, area, managed, wide
