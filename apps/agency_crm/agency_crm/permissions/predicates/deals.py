"""Who sees deals, their fees and terminations."""

import frappe
from frappe.query_builder.functions import Coalesce
from pypika.terms import Criterion

from agency_crm.domain.phases import SIGNED
from agency_crm.permissions.lookups import assigned, deals_of_others, names
from agency_crm.permissions.reader import Reader
from agency_crm.permissions.roles import ACCOUNTANT, CASHIER
from agency_crm.permissions.terms import EVERYBODY, NOBODY, any_of, below_me, equals, hangs_on, one_of


def worked(me: Reader, only: str | None) -> Criterion:
	"""Who closes it, the managers above them, the officers assigned to it, the accountants; no other sharer."""
	if me.has(ACCOUNTANT):
		return EVERYBODY
	deal = frappe.qb.DocType("Deal")
	return any_of(
		equals(deal.agent, me.agent),
		below_me(deal.store, me),
		one_of(deal.name, names("Deal Co Agent", "parent", only, agent=me.agent)),
		one_of(deal.name, assigned(me, "Deal")),
	)


def seen(me: Reader, only: str | None) -> Criterion:
	"""Who works on it, who shares in it, the managers above every sharer; of a signed one the cashiers."""
	if me.has(ACCOUNTANT):
		return EVERYBODY
	deal = frappe.qb.DocType("Deal")
	return any_of(
		worked(me, only),
		one_of(deal.name, names("Deal Split", "deal", only, agent=me.agent)),
		one_of(deal.name, deals_of_others(me.managed, only)),
		Coalesce(deal.phase, "").isin(SIGNED)
		if me.has(CASHIER)
		else NOBODY,  # most deals: see `listings.seen`
	)


def fees(me: Reader, only: str | None) -> Criterion:
	return hangs_on("Deal Fee", "deal", "Deal", seen(me, None))


def terminations(me: Reader, only: str | None) -> Criterion:
	return hangs_on("Deal Termination", "deal", "Deal", seen(me, None))


PREDICATES = {
	"Deal": seen,
	"Deal Fee": fees,
	"Deal Termination": terminations,
}
WORK = {
	"Deal": worked,  # a share in it earns, and decides nothing
}
INDEXES = (
	("Deal Co Agent", ("agent", "parent")),
	("ToDo", ("allocated_to", "reference_type")),
)
