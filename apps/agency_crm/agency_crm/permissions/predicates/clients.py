"""Who sees clients and what they look for."""

import frappe
from pypika.terms import Criterion

from agency_crm.domain import phases
from agency_crm.permissions.lookups import assigned, names
from agency_crm.permissions.reader import Reader
from agency_crm.permissions.roles import ACCOUNTANT, CASHIER
from agency_crm.permissions.terms import NOBODY, any_of, below_me, equals, hangs_on, one_of


def held(me: Reader, only: str | None) -> Criterion:
	"""Its agent, the collaborators, the managers above; the officer of a deal it is a party to."""
	client = frappe.qb.DocType("Client")
	return any_of(
		equals(client.agent, me.agent),
		below_me(client.store, me),
		one_of(client.name, names("Client Collaborator", "parent", only, agent=me.agent)),
		one_of(client.name, names("Deal Party", "client", only, parent=_given_deals(me))),
	)


def _given_deals(me: Reader) -> list[str]:
	"""Deals given to the reader as a task; none in draft: anybody may write an owner into one."""
	return names("Deal", "name", None, name=assigned(me, "Deal"), phase=[phases.HELD, *phases.SIGNED])


def seen(me: Reader, only: str | None) -> Criterion:
	"""A private client is its holders'; one of a pool is the store's or the area's; billed, the accounts'."""
	client = frappe.qb.DocType("Client")
	return any_of(
		held(me, only),
		equals(client.store, me.store) & (client.pool == "Store"),
		one_of(client.store, me.area) & (client.pool == "Area"),
		(client.customer > "") if me.has(ACCOUNTANT, CASHIER) else NOBODY,
	)


def requirements(me: Reader, only: str | None) -> Criterion:
	return hangs_on("Client Requirement", "client", "Client", seen(me, None))


def worked_requirements(me: Reader, only: str | None) -> Criterion:
	return hangs_on("Client Requirement", "client", "Client", held(me, None))


def movements(me: Reader, only: str | None) -> Criterion:
	return hangs_on("Client Movement", "client", "Client", seen(me, None))


PREDICATES = {
	"Client": seen,
	"Client Movement": movements,
	"Client Requirement": requirements,
}
WORK = {
	"Client": held,  # one of a pool is read only until claimed
	"Client Requirement": worked_requirements,
}
HELD = {"Client": held}
INDEXES = (
	("Client Collaborator", ("agent", "parent")),
	("Client", ("customer",)),
	("Client", ("store", "pool")),
)
