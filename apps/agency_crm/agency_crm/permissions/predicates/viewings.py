"""Who sees viewings."""

import frappe
from pypika.terms import Criterion

from agency_crm.permissions.lookups import my_clients, names
from agency_crm.permissions.reader import Reader
from agency_crm.permissions.terms import any_of, below_me, equals, one_of


def own(me: Reader, only: str | None) -> Criterion:
	viewing = frappe.qb.DocType("Viewing")
	companion = names("Viewing Companion", "parent", only, agent=me.agent)
	return any_of(
		equals(viewing.agent, me.agent), below_me(viewing.store, me), one_of(viewing.name, companion)
	)


def seen(me: Reader, only: str | None) -> Criterion:
	"""Who makes it, who comes along, the managers above, the client's agent and collaborators."""
	viewing = frappe.qb.DocType("Viewing")
	return any_of(own(me, only), one_of(viewing.client, my_clients(me)))


PREDICATES = {
	"Viewing": seen,
}
WORK = {
	"Viewing": own,
}
INDEXES = (("Viewing Companion", ("agent", "parent")),)
