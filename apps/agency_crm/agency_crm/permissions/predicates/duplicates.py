"""Who sees pairs of listings that look alike."""

import frappe
from pypika.terms import Criterion

from agency_crm.permissions.reader import Reader
from agency_crm.permissions.roles import ASSISTANT
from agency_crm.permissions.terms import any_of, below_me, equals


def pairs(me: Reader, only: str | None) -> Criterion:
	"""The managers above either listing, the assistants of its store: who may decide whether they are one."""
	pair, listing = frappe.qb.DocType("Duplicate Pair"), frappe.qb.DocType("Listing")
	shown = frappe.qb.from_(listing).select(listing.name).where(listing.scope != "Private")
	ours = equals(pair.store, me.store) & pair.listing.isin(shown)
	theirs = equals(pair.other_store, me.store) & pair.other.isin(shown)
	office = [ours, theirs] if me.has(ASSISTANT) and me.store else []
	return any_of(below_me(pair.store, me), below_me(pair.other_store, me), *office)


PREDICATES = {
	"Duplicate Pair": pairs,
}
