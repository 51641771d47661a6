"""Who sees follow-ups, tasks and call lists."""

import frappe
from pypika.terms import Criterion

from agency_crm.permissions.lookups import agents_of, my_clients, names
from agency_crm.permissions.predicates import clients
from agency_crm.permissions.reader import Reader
from agency_crm.permissions.terms import any_of, below_me, equals, hangs_on, one_of, walked


def seen(me: Reader, only: str | None) -> Criterion:
	"""Who wrote it, the managers above; whose client or listing it is; of a listing, the writer's store."""
	follow_up = frappe.qb.DocType("Follow Up")
	no_client = follow_up.client.isnull() | (follow_up.client == "")
	return any_of(
		equals(follow_up.agent, me.agent),
		one_of(walked(follow_up.agent, me), agents_of(me.managed)),
		one_of(follow_up.client, my_clients(me)),
		one_of(follow_up.listing, names("Listing", "name", None, maintainer=me.agent)) & no_client,
		one_of(follow_up.agent, agents_of((me.store,) if me.store else ())) & no_client,
	)


def tasks(me: Reader, only: str | None) -> Criterion:
	return hangs_on("Follow Up Task", "client", "Client", clients.seen(me, None))


def worked_tasks(me: Reader, only: str | None) -> Criterion:
	"""Who does it, and whose client it is."""
	mine = equals(frappe.qb.DocType("Follow Up Task").agent, me.agent) & tasks(me, only)
	return any_of(mine, hangs_on("Follow Up Task", "client", "Client", clients.held(me, None)))


def call_lists(me: Reader, only: str | None) -> Criterion:
	"""Who made it, who calls, the managers above."""
	called = one_of(
		frappe.qb.DocType("Call List").name, names("Call List Agent", "parent", only, agent=me.agent)
	)
	return any_of(called, worked_call_lists(me, only))


def worked_call_lists(me: Reader, only: str | None) -> Criterion:
	call_list = frappe.qb.DocType("Call List")
	return any_of(call_list.owner == me.user, below_me(call_list.store, me))


PREDICATES = {
	"Call List": call_lists,
	"Follow Up": seen,
	"Follow Up Task": tasks,
}
WORK = {
	"Call List": worked_call_lists,
	"Follow Up Task": worked_tasks,
}
INDEXES = (
	("Call List", ("owner",)),
	("Call List Agent", ("agent", "parent")),
)
