"""Who sees what was revealed and what is to be erased."""

import frappe
from pypika.terms import Criterion

from agency_crm.permissions.lookups import agents_of
from agency_crm.permissions.reader import Reader
from agency_crm.permissions.terms import any_of, below_me, one_of, walked


def reveals(me: Reader, only: str | None) -> Criterion:
	reveal = frappe.qb.DocType("Contact Reveal")
	below = agents_of(me.managed, "user")
	return any_of(reveal.user == me.user, one_of(walked(reveal.user, me), below))


def erasures(me: Reader, only: str | None) -> Criterion:
	"""Who passed the wish on, the managers above, who decide."""
	request = frappe.qb.DocType("Client Erasure")
	return any_of(request.asked_by == me.user, below_me(request.store, me))


PREDICATES = {
	"Client Erasure": erasures,
	"Contact Reveal": reveals,
}
