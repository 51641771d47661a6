"""Who sees requests for clients and handovers."""

import frappe
from pypika.terms import Criterion

from agency_crm.permissions.reader import Reader
from agency_crm.permissions.terms import any_of, below_me, equals


def client_requests(me: Reader, only: str | None) -> Criterion:
	"""Who is to gain the client, who has it, who asked, the managers above. It names the client by number alone."""
	request = frappe.qb.DocType("Client Request")
	agents = any_of(equals(request.to_agent, me.agent), equals(request.from_agent, me.agent))
	return any_of(agents, request.owner == me.user, below_me(request.store, me))


def handovers(me: Reader, only: str | None) -> Criterion:
	"""The managers above: it names all the clients an agent has, each taker is told of their own."""
	return below_me(frappe.qb.DocType("Client Handover").store, me)


PREDICATES = {
	"Client Handover": handovers,
	"Client Request": client_requests,
}
INDEXES = (("Client Request", ("owner",)),)
