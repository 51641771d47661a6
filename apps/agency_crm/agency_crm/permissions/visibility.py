"""Who sees which row: one predicate per DocType, for its lists, counts, reports and forms alike.

A predicate is a frappe.qb criterion over the DocType's own table, made for one reader. The list hook
writes it into the query, the form hook asks it of one name, so the two cannot drift apart. A report adds
`frappe.desk.reportview.build_match_conditions(doctype)`, which ends here too.

What keeps a list quick at a million rows (platform.md): each term is an equality or IN over literals on
an indexed column, but for what most rows are (a public listing, a region's manager): those are met by walking
the list's own order. The stores below a manager, and the records that name an agent in a row elsewhere, are
looked up first. A subquery stands alone (the fees of a deal) or reads one index whole (roles on listings).

Rules: design.md §4, rules.md §2, §3, §4, §6.
"""

from collections.abc import Callable
from dataclasses import dataclass

import frappe
from frappe.query_builder.functions import Coalesce, Count
from frappe.query_builder.terms import NamedParameterWrapper
from pypika.terms import Criterion, Field, ValueWrapper

AGENT, ASSISTANT, OFFICER = "Agency Agent", "Agency Assistant", "Agency Title Officer"
MANAGER, ADMINISTRATOR = "Agency Store Manager", "Agency Administrator"
ACCOUNTANT, CASHIER = "Agency Accountant", "Agency Cashier"

EVERYBODY, NOBODY = ValueWrapper(1) == ValueWrapper(1), ValueWrapper(1) == ValueWrapper(0)
READING = ("read", "select", "print", "email", "report", "export", "share")
BILLED = ("Live", "Closing", "Closed")
# A list looks up at most so many names, the newest; a form looks up its own, so it is always exact.
MOST_NAMES = 1000
# who manages more than one store in so many sees so many rows that an index on the store is a detour
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


def row_conditions(user: str | None, doctype: str) -> str:
	"""The hook `permission_query_conditions`: SQL that a list of `doctype` adds; empty where all is seen."""
	me = reader(user)
	return "" if me.sees_all else as_sql(PREDICATES[doctype](me, None))


def child_conditions(user: str | None, doctype: str) -> str:
	"""The hook `permission_query_conditions` of every DocType: rows of a table are seen with their record.

	Frappe asks no more of `get_list` on a child DocType than a right to read its parent's DocType.
	"""
	if not frappe.get_meta(doctype).istable:
		return ""
	me = reader(user)
	parents = () if me.sees_all else [name for name in PREDICATES if _has_rows(name, doctype)]
	seen = [
		(frappe.qb.DocType(doctype).parenttype == parent)
		& _hangs_on(doctype, "parent", parent, PREDICATES[parent](me, None))
		for parent in parents
	]
	others = frappe.qb.DocType(doctype).parenttype.notin(parents)
	return as_sql(Criterion.any([*seen, others])) if seen else ""


def _has_rows(parent: str, doctype: str) -> bool:
	return any(field.options == doctype for field in frappe.get_meta(parent).get_table_fields())


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""The hook `has_permission`: the same predicate asked of one record as it is stored, not as it was typed.

	Roles decide on a record that is new. Nobody writes what they don't read: the answer to a write is the record.
	"""
	me = reader(user)
	if me.sees_all or doc.is_new():
		return True
	work = WORK.get(doc.doctype) if ptype not in READING else None
	asked = filter(None, (work, PREDICATES[doc.doctype]))
	return all(_matches(doc.doctype, doc.name, predicate(me, doc.name)) for predicate in asked)


def works_on(doctype: str, name: str, user: str | None = None) -> bool:
	"""Whether a Listing or Client is the user's own work: theirs by a role on it or from above.

	It is not enough that a public listing or a client of the pool is open to them.
	"""
	me = reader(user)
	return me.sees_all or _matches(doctype, name, HELD[doctype](me, name))


def manages(store: str | None) -> bool:
	"""Whether the session's user is a manager above `store`, or sees all."""
	me = reader()
	return me.sees_all or store in me.managed


def sees_latest(doctype: str, name: str) -> bool:
	"""Whether the session's user may read a record that this transaction's snapshot is too old to hold.

	It is read with a lock: for the loser of a race, who is to hear of the winner.
	"""
	me = reader()
	if me.sees_all or not frappe.has_permission(doctype, "read"):
		return me.sees_all
	return _matches(doctype, name, PREDICATES[doctype](me, name), lock=True)


def forget_places() -> None:
	"""Look everybody's place up anew: an Agent or a Store has changed."""
	_places().clear()


def add_indexes() -> None:
	"""The indexes that the predicates' terms and look-ups use, besides those in the DocTypes' own files."""
	for doctype, columns in INDEXES:
		frappe.db.add_index(doctype, list(columns))


# The predicates. `me` is the reader, `only` the one record a form asks about.


def _held_listings(me: Reader, only: str | None) -> Criterion:
	"""Its maintainer, the holders of an approved role, the managers above."""
	listing, role = frappe.qb.DocType("Listing"), frappe.qb.DocType("Listing Role")
	# a row's own roles, asked where nothing else holds: with IN the database first fetches an agent's thousands
	roles = frappe.qb.from_(role).select(Count("*")).where(role.parent == listing.name)
	held_now = (role.agent == me.agent) & role.ended_at.isnull() & role.approved_at.isnotnull()
	held = roles.where(held_now) > 0
	return _any(_is(listing.maintainer, me.agent), _below_me(listing.store, me), held if me.agent else NOBODY)


def _listings(me: Reader, only: str | None) -> Criterion:
	"""A public listing is the company's, one of a store or an area is theirs, a private one its holders'."""
	listing = frappe.qb.DocType("Listing")
	store, area = _is(listing.store, me.store), _in(listing.store, me.area)
	return _any(
		# not by its index: it would fetch nearly all rows to sort them, where the newest are soon found
		Coalesce(listing.scope, "Public") == "Public",
		store & listing.scope.isin(["Store", "Area"]),
		area & (listing.scope == "Area"),
		_held_listings(me, only),
		listing.phase.isin(["Closing", "Closed"]) if me.has(ACCOUNTANT, CASHIER) else NOBODY,
		_in(listing.name, _names("Deal", "listing", only, name=_assigned(me, "Deal"))),
	)


def _worked_listings(me: Reader, only: str | None) -> Criterion:
	"""Who edits one: its holders, the store's assistant, and the store where nobody maintains it."""
	listing = frappe.qb.DocType("Listing")
	unclaimed = listing.maintainer.isnull() | (listing.maintainer == "")
	shown = (listing.scope != "Private") if me.has(ASSISTANT) else NOBODY
	return _any(_held_listings(me, only), _is(listing.store, me.store) & (unclaimed | shown))


def _mandates(me: Reader, only: str | None) -> Criterion:
	"""Whoever works on the listing: the paper names the owner and the fee. Its store is the listing's."""
	mandate, listing = frappe.qb.DocType("Listing Mandate"), frappe.qb.DocType("Listing")
	about = frappe.db.get_value("Listing Mandate", only, "listing") if only else None
	mine = [*_names("Listing", "name", about, maintainer=me.agent), *_held_names(me, about)]
	shown = frappe.qb.from_(listing).select(listing.name).where(listing.scope != "Private")
	office = _is(mandate.store, me.store) & mandate.listing.isin(shown)
	return _any(
		mandate.owner == me.user,
		_is(mandate.agent, me.agent),
		_in(mandate.listing, mine),
		_below_me(mandate.store, me),
		office if me.has(ASSISTANT) and me.store else NOBODY,
	)


def _worked_verifications(me: Reader, only: str | None) -> Criterion:
	"""Who is asked, who maintains the listing, the managers above: they bring the evidence."""
	row = frappe.qb.DocType("Listing Verification")
	maintained = _names("Listing", "name", None, maintainer=me.agent)
	return _any(_is(row.requested_of, me.agent), _in(row.listing, maintained), _below_me(row.store, me))


def _verifications(me: Reader, only: str | None) -> Criterion:
	"""Those and who asked: papers hang on it."""
	asked = frappe.qb.DocType("Listing Verification").requested_by == me.user
	return _any(_worked_verifications(me, only), asked)


def _role_requests(me: Reader, only: str | None) -> Criterion:
	"""Who is to hold the role, who would lose it, who asked, the managers above."""
	request = frappe.qb.DocType("Role Request")
	agents = _any(_is(request.agent, me.agent), _is(request.replaces, me.agent))
	return _any(agents, request.owner == me.user, _below_me(request.store, me))


def _keys(me: Reader, only: str | None) -> Criterion:
	return _hangs_on("Listing Key", "listing", "Listing", _listings(me, None))


def _kept_keys(me: Reader, only: str | None) -> Criterion:
	"""The office that keeps it, who received it, the managers above."""
	key = frappe.qb.DocType("Listing Key")
	return _any(_is(key.store, me.store), _is(key.received_by, me.agent), _below_me(key.store, me))


def _key_movements(me: Reader, only: str | None) -> Criterion:
	return _hangs_on("Key Movement", "listing", "Listing", _listings(me, None))


def _held_clients(me: Reader, only: str | None) -> Criterion:
	"""Its agent, the collaborators, the managers above; the officer of a deal it is a party to."""
	client = frappe.qb.DocType("Client")
	return _any(
		_is(client.agent, me.agent),
		_below_me(client.store, me),
		_in(client.name, _names("Client Collaborator", "parent", only, agent=me.agent)),
		_in(client.name, _names("Deal Party", "client", only, parent=_assigned(me, "Deal"))),
	)


def _clients(me: Reader, only: str | None) -> Criterion:
	"""A private client is its holders'; one of a pool is the store's or the area's; billed, the accounts'."""
	client = frappe.qb.DocType("Client")
	return _any(
		_held_clients(me, only),
		_is(client.store, me.store) & (client.pool == "Store"),
		_in(client.store, me.area) & (client.pool == "Area"),
		(client.customer > "") if me.has(ACCOUNTANT, CASHIER) else NOBODY,
	)


def _movements(me: Reader, only: str | None) -> Criterion:
	return _hangs_on("Client Movement", "client", "Client", _clients(me, None))


def _client_requests(me: Reader, only: str | None) -> Criterion:
	"""Who is to gain the client, who has it, who asked, the managers above. It names the client by number alone."""
	request = frappe.qb.DocType("Client Request")
	agents = _any(_is(request.to_agent, me.agent), _is(request.from_agent, me.agent))
	return _any(agents, request.owner == me.user, _below_me(request.store, me))


def _handovers(me: Reader, only: str | None) -> Criterion:
	"""The managers above: it names all the clients an agent has, each taker is told of their own."""
	return _below_me(frappe.qb.DocType("Client Handover").store, me)


def _erasures(me: Reader, only: str | None) -> Criterion:
	"""Who passed the wish on, the managers above, who decide."""
	request = frappe.qb.DocType("Client Erasure")
	return _any(request.asked_by == me.user, _below_me(request.store, me))


def _mailings(me: Reader, only: str | None) -> Criterion:
	"""Who wrote it, the managers above, who let it out."""
	mailing = frappe.qb.DocType("Client Mailing")
	return _any(mailing.owner == me.user, _below_me(mailing.store, me))


def _requirements(me: Reader, only: str | None) -> Criterion:
	return _hangs_on("Client Requirement", "client", "Client", _clients(me, None))


def _worked_requirements(me: Reader, only: str | None) -> Criterion:
	return _hangs_on("Client Requirement", "client", "Client", _held_clients(me, None))


def _match_pairs(me: Reader, only: str | None) -> Criterion:
	"""Who sees both its client and its listing."""
	pair, listing = frappe.qb.DocType("Match Pair"), frappe.qb.DocType("Listing")
	# asked of the few pairs of one's clients: with IN the database begins with all public listings
	seen = frappe.qb.from_(listing).select(Count("*")).where(listing.name == pair.listing)
	shown = seen.where(_listings(me, None)) > 0
	return _hangs_on("Match Pair", "client", "Client", _clients(me, None)) & shown


def _follow_ups(me: Reader, only: str | None) -> Criterion:
	"""Who wrote it, the managers above; whose client or listing it is; of a listing, the writer's store."""
	follow_up = frappe.qb.DocType("Follow Up")
	no_client = follow_up.client.isnull() | (follow_up.client == "")
	return _any(
		_is(follow_up.agent, me.agent),
		_in(_walked(follow_up.agent, me), _agents(me.managed)),
		_in(follow_up.client, _my_clients(me)),
		_in(follow_up.listing, _names("Listing", "name", None, maintainer=me.agent)) & no_client,
		_in(follow_up.agent, _agents((me.store,) if me.store else ())) & no_client,
	)


def _tasks(me: Reader, only: str | None) -> Criterion:
	return _hangs_on("Follow Up Task", "client", "Client", _clients(me, None))


def _worked_tasks(me: Reader, only: str | None) -> Criterion:
	"""Who does it, and whose client it is."""
	mine = _is(frappe.qb.DocType("Follow Up Task").agent, me.agent) & _tasks(me, only)
	return _any(mine, _hangs_on("Follow Up Task", "client", "Client", _held_clients(me, None)))


def _call_lists(me: Reader, only: str | None) -> Criterion:
	"""Who made it, who calls, the managers above."""
	called = _in(
		frappe.qb.DocType("Call List").name, _names("Call List Agent", "parent", only, agent=me.agent)
	)
	return _any(called, _worked_call_lists(me, only))


def _worked_call_lists(me: Reader, only: str | None) -> Criterion:
	call_list = frappe.qb.DocType("Call List")
	return _any(call_list.owner == me.user, _below_me(call_list.store, me))


def _own_viewings(me: Reader, only: str | None) -> Criterion:
	viewing = frappe.qb.DocType("Viewing")
	companion = _names("Viewing Companion", "parent", only, agent=me.agent)
	return _any(_is(viewing.agent, me.agent), _below_me(viewing.store, me), _in(viewing.name, companion))


def _viewings(me: Reader, only: str | None) -> Criterion:
	"""Who makes it, who comes along, the managers above, the client's agent and collaborators."""
	viewing = frappe.qb.DocType("Viewing")
	return _any(_own_viewings(me, only), _in(viewing.client, _my_clients(me)))


def _deals(me: Reader, only: str | None) -> Criterion:
	"""Who shares in it, the managers above every sharer, the officers assigned to it, the accountants."""
	if me.has(ACCOUNTANT):
		return EVERYBODY
	deal = frappe.qb.DocType("Deal")
	return _any(
		_is(deal.agent, me.agent),
		_below_me(deal.store, me),
		_in(deal.name, _names("Deal Co Agent", "parent", only, agent=me.agent)),
		_in(deal.name, _names("Deal Split", "deal", only, agent=me.agent)),
		_in(deal.name, _deals_of_others(me.managed, only)),
		_in(deal.name, _assigned(me, "Deal")),
		Coalesce(deal.phase, "").isin(BILLED) if me.has(CASHIER) else NOBODY,  # most deals: see `_listings`
	)


def _deal_fees(me: Reader, only: str | None) -> Criterion:
	return _hangs_on("Deal Fee", "deal", "Deal", _deals(me, None))


def _deal_terminations(me: Reader, only: str | None) -> Criterion:
	return _hangs_on("Deal Termination", "deal", "Deal", _deals(me, None))


def _deal_splits(me: Reader, only: str | None) -> Criterion:
	"""One's own row; on the deal's form a sharer also sees the others' roles and shares (api/deals.py)."""
	return _earnings("Deal Split", me)


def _statements(me: Reader, only: str | None) -> Criterion:
	return EVERYBODY if me.has(CASHIER) else _earnings("Commission Statement", me)


def _earnings(doctype: str, me: Reader) -> Criterion:
	"""The agent who earns it, the managers of that store, the accountants."""
	row = frappe.qb.DocType(doctype)
	own = _any(_is(row.agent, me.agent), _below_me(row.store, me))
	return EVERYBODY if me.has(ACCOUNTANT) else own


def _ledger_documents(me: Reader, only: str | None) -> Criterion:
	"""One document holds what many agents earn, of every store: it is the accounts' alone."""
	return EVERYBODY if me.has(ACCOUNTANT, CASHIER) else NOBODY


def _reveals(me: Reader, only: str | None) -> Criterion:
	reveal = frappe.qb.DocType("Contact Reveal")
	below = _agents(me.managed, "user")
	return _any(reveal.user == me.user, _in(_walked(reveal.user, me), below))


def _changes(me: Reader, only: str | None) -> Criterion:
	return _hangs_on("Listing Change", "listing", "Listing", _listings(me, None))


def _followers(me: Reader, only: str | None) -> Criterion:
	return frappe.qb.DocType("Listing Follower").user == me.user


def _listing_imports(me: Reader, only: str | None) -> Criterion:
	return _brought("Listing Import", me)


def _client_imports(me: Reader, only: str | None) -> Criterion:
	return _brought("Client Import", me)


def _brought(doctype: str, me: Reader) -> Criterion:
	"""An import's file is everything an office knew: who brought it, and the managers above."""
	batch = frappe.qb.DocType(doctype)
	return _any(batch.owner == me.user, _below_me(batch.store, me))


def _duplicate_pairs(me: Reader, only: str | None) -> Criterion:
	"""The managers above either listing, the assistants of its store: who may decide whether they are one."""
	pair, listing = frappe.qb.DocType("Duplicate Pair"), frappe.qb.DocType("Listing")
	shown = frappe.qb.from_(listing).select(listing.name).where(listing.scope != "Private")
	ours = _is(pair.store, me.store) & pair.listing.isin(shown)
	theirs = _is(pair.other_store, me.store) & pair.other.isin(shown)
	office = [ours, theirs] if me.has(ASSISTANT) and me.store else []
	return _any(_below_me(pair.store, me), _below_me(pair.other_store, me), *office)


def _listing_enquiries(me: Reader, only: str | None) -> Criterion:
	return _enquiries("Listing Enquiry", me)


def _client_enquiries(me: Reader, only: str | None) -> Criterion:
	return _enquiries("Client Enquiry", me)


def _enquiries(doctype: str, me: Reader) -> Criterion:
	"""The clerks and managers of its store; of no store yet, all of them. No agent: it holds who offers or asks what."""
	if not me.has(ASSISTANT, MANAGER):
		return NOBODY
	enquiry = frappe.qb.DocType(doctype)
	unrouted = enquiry.store.isnull() | (enquiry.store == "")
	mine = _is(enquiry.store, me.store) if me.has(ASSISTANT) else NOBODY
	return _any(unrouted, mine, enquiry.assigned_to == me.user, _below_me(enquiry.store, me))


def _properties(me: Reader, only: str | None) -> Criterion:
	"""Who sees a listing of it, now or of before: the address is of the listing, a private one's too."""
	home, listing = frappe.qb.DocType("Property"), frappe.qb.DocType("Listing")
	# asked of one row at a time, as in `_match_pairs`: most homes were listed publicly
	listings = frappe.qb.from_(listing).select(Count("*")).where(listing.property == home.name)
	return listings.where(_listings(me, None)) > 0


def _workflow_actions(me: Reader, only: str | None) -> Criterion:
	"""Who sees the record that waits for a step; by roles alone it would name every private one."""
	action = frappe.qb.DocType("Workflow Action")
	with_workflow = frappe.get_all("Workflow", pluck="document_type", distinct=True)
	seen = [
		(action.reference_doctype == doctype) & _points_at_seen(action.reference_name, doctype, me)
		for doctype in PREDICATES
		if doctype in with_workflow
		and doctype != "Workflow Action"
		and frappe.has_permission(doctype, "read", user=me.user)  # a public listing is public to agents
	]
	return _any(action.reference_doctype.notin(list(PREDICATES)), *seen)


def _points_at_seen(name: Field, doctype: str, me: Reader) -> Criterion:
	"""Whether a row names a record that the reader sees: asked of one row at a time."""
	table = frappe.qb.DocType(doctype)
	named = frappe.qb.from_(table).select(Count("*")).where(table.name == name)
	return named.where(PREDICATES[doctype](me, None)) > 0


Predicate = Callable[[Reader, str | None], Criterion]

PREDICATES: dict[str, Predicate] = {
	"Listing": _listings,
	"Client": _clients,
	"Client Import": _client_imports,
	"Client Handover": _handovers,
	"Client Erasure": _erasures,
	"Client Mailing": _mailings,
	"Client Movement": _movements,
	"Client Request": _client_requests,
	"Client Requirement": _requirements,
	"Call List": _call_lists,
	"Follow Up": _follow_ups,
	"Follow Up Task": _tasks,
	"Viewing": _viewings,
	"Deal": _deals,
	"Deal Fee": _deal_fees,
	"Deal Split": _deal_splits,
	"Deal Termination": _deal_terminations,
	"Commission Accrual": _ledger_documents,
	"Commission Payout": _ledger_documents,
	"Commission Statement": _statements,
	"Contact Reveal": _reveals,
	"Duplicate Pair": _duplicate_pairs,
	"Client Enquiry": _client_enquiries,
	"Listing Enquiry": _listing_enquiries,
	"Key Movement": _key_movements,
	"Listing Change": _changes,
	"Listing Follower": _followers,
	"Listing Import": _listing_imports,
	"Listing Key": _keys,
	"Listing Mandate": _mandates,
	"Listing Verification": _verifications,
	"Match Pair": _match_pairs,
	"Property": _properties,
	"Role Request": _role_requests,
	"Workflow Action": _workflow_actions,
}
# whose work it is; where fewer may write than read
HELD: dict[str, Predicate] = {"Listing": _held_listings, "Client": _held_clients}
WORK: dict[str, Predicate] = {
	"Call List": _worked_call_lists,
	"Client": _held_clients,  # one of a pool is read only until claimed
	"Client Requirement": _worked_requirements,
	"Follow Up Task": _worked_tasks,
	"Listing": _worked_listings,
	"Listing Key": _kept_keys,
	"Listing Verification": _worked_verifications,
	"Viewing": _own_viewings,
}

INDEXES = (
	("Client Mailing", ("owner",)),
	("Call List", ("owner",)),
	("Call List Agent", ("agent", "parent")),
	("Listing Role", ("agent", "ended_at", "approved_at", "parent")),
	("Client Collaborator", ("agent", "parent")),
	("Viewing Companion", ("agent", "parent")),
	("Deal Co Agent", ("agent", "parent")),
	("Client", ("customer",)),
	("Client", ("store", "pool")),
	("Commission Statement", ("agent",)),
	("Commission Statement", ("store",)),
	("Client Import", ("store",)),
	("Client Import", ("owner",)),
	("Listing Import", ("store",)),
	("Listing Import", ("owner",)),
	("Listing Mandate", ("owner",)),
	("Role Request", ("replaces",)),
	("Role Request", ("owner",)),
	("Client Request", ("owner",)),
	("ToDo", ("allocated_to", "reference_type")),
)


# What they are made of.


def _any(*terms: Criterion) -> Criterion:
	return Criterion.any([term for term in terms if term is not NOBODY] or [NOBODY])


def _is(column: Field, value: str | None) -> Criterion:
	return column == value if value else NOBODY


def _in(column: Field, values) -> Criterion:
	return column.isin(list(values)) if values else NOBODY


def _below_me(store: Field, me: Reader) -> Criterion:
	"""Rows of the stores I manage."""
	return _in(_walked(store, me), me.managed)


def _walked(column: Field, me: Reader):
	"""A column as it stands in the condition of who sees many rows: without its index.

	The newest of them are found sooner by walking the list's own order than by fetching them all to sort.
	"""
	return Coalesce(column, "") if me.wide else column


def _hangs_on(doctype: str, link: str, parent: str, criterion: Criterion) -> Criterion:
	"""Rows whose parent the reader sees."""
	if criterion is EVERYBODY:
		return EVERYBODY
	table = frappe.qb.DocType(parent)
	return frappe.qb.DocType(doctype)[link].isin(frappe.qb.from_(table).select(table.name).where(criterion))


def _names(doctype: str, column: str, only: str | None, **wanted) -> list[str]:
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


def _held_names(me: Reader, only: str | None) -> list[str]:
	"""The newest listings the reader holds a role on; of `only` where a form asks."""
	if not me.agent:
		return []
	role = frappe.qb.DocType("Listing Role")
	held = (role.agent == me.agent) & role.ended_at.isnull() & role.approved_at.isnotnull()
	query = frappe.qb.from_(role).select(role.parent).distinct().where(held).limit(MOST_NAMES)
	if only:
		query = query.where(role.parent == only)
	return query.orderby(role.creation, order=frappe.qb.desc).run(pluck=True)


def _my_clients(me: Reader) -> list[str]:
	shared = _names("Client Collaborator", "parent", None, agent=me.agent)
	return _names("Client", "name", None, agent=me.agent) + shared


def _agents(stores: tuple[str, ...], column: str = "name") -> list[str]:
	"""Those of these stores, the ones who left among them."""
	if not stores:
		return []
	return frappe.get_all("Agent", filters={"store": ("in", stores), column: ("is", "set")}, pluck=column)


def _assigned(me: Reader, doctype: str) -> list[str]:
	"""Records given to a title officer or an assistant as a task that was not taken back."""
	if not me.has(OFFICER, ASSISTANT):
		return []
	task = {"allocated_to": me.user, "reference_type": doctype, "status": ("!=", "Cancelled")}
	return frappe.get_all(
		"ToDo", filters=task, pluck="reference_name", order_by="creation desc", limit=MOST_NAMES
	)


def _deals_of_others(stores: tuple[str, ...], only: str | None) -> list[str]:
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


def _places() -> dict[str, tuple]:
	if not hasattr(frappe.local, "agency_places"):
		frappe.local.agency_places = {}
	return frappe.local.agency_places


def _find_place(user: str) -> tuple:
	"""Agent, store, area and managed stores of a user; who has left stands nowhere."""
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
		.where(_any(node.manager == user, _is(node.name, top)))
		.orderby(store.lft)
	).run()
	area = tuple(store for node, _manager, store in below if node == top)
	managed = tuple(dict.fromkeys(store for _node, manager, store in below if manager == user))
	wide = bool(managed) and len(managed) * WIDE > frappe.db.count("Store")
	return name, own, area, managed, wide


def as_sql(criterion: Criterion) -> str:
	"""The criterion in brackets, its literals escaped by the database's own driver."""
	values = NamedParameterWrapper()
	sql = criterion.get_sql(quote_char="`", with_namespace=True, subquery=True, param_wrapper=values)
	return f"({frappe.db.mogrify(sql, values.get_parameters())})"


def _matches(doctype: str, name: str, criterion: Criterion, lock: bool = False) -> bool:
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).select(table.name).where((table.name == name) & criterion)
	return bool((query.for_update() if lock else query).run())
