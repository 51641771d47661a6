"""Who sees listings, their roles, keys, mandates and papers."""

import frappe
from frappe.query_builder.functions import Coalesce, Count
from pypika.terms import Criterion

from agency_crm.domain.phases import CLOSED, CLOSING
from agency_crm.permissions.lookups import assigned, held_listings, names
from agency_crm.permissions.reader import Reader
from agency_crm.permissions.roles import ACCOUNTANT, ASSISTANT, CASHIER
from agency_crm.permissions.terms import NOBODY, any_of, below_me, equals, hangs_on, one_of


def held(me: Reader, only: str | None) -> Criterion:
	"""Its maintainer, the holders of an approved role, the managers above."""
	listing, role = frappe.qb.DocType("Listing"), frappe.qb.DocType("Listing Role")
	# a row's own roles, asked where nothing else holds: with IN the database first fetches an agent's thousands
	roles = frappe.qb.from_(role).select(Count("*")).where(role.parent == listing.name)
	held_now = (role.agent == me.agent) & role.ended_at.isnull() & role.approved_at.isnotnull()
	by_role = roles.where(held_now) > 0
	return any_of(
		equals(listing.maintainer, me.agent), below_me(listing.store, me), by_role if me.agent else NOBODY
	)


def seen(me: Reader, only: str | None) -> Criterion:
	"""A public listing is the company's, one of a store or an area is theirs, a private one its holders'."""
	listing = frappe.qb.DocType("Listing")
	store, area = equals(listing.store, me.store), one_of(listing.store, me.area)
	return any_of(
		# Coalesce keeps MariaDB off this index: nearly every row matches, so walking the sort order is faster
		Coalesce(listing.scope, "Public") == "Public",
		store & listing.scope.isin(["Store", "Area"]),
		area & (listing.scope == "Area"),
		held(me, only),
		listing.phase.isin([CLOSING, CLOSED]) if me.has(ACCOUNTANT, CASHIER) else NOBODY,
		one_of(listing.name, names("Deal", "listing", only, name=assigned(me, "Deal"))),
	)


def worked(me: Reader, only: str | None) -> Criterion:
	"""Who edits one: its holders, the store's assistant, and the store where nobody maintains it."""
	listing = frappe.qb.DocType("Listing")
	unclaimed = listing.maintainer.isnull() | (listing.maintainer == "")
	shown = (listing.scope != "Private") if me.has(ASSISTANT) else NOBODY
	return any_of(held(me, only), equals(listing.store, me.store) & (unclaimed | shown))


def mandates(me: Reader, only: str | None) -> Criterion:
	"""Whoever works on the listing: the paper names the owner and the fee. Its store is the listing's."""
	mandate, listing = frappe.qb.DocType("Listing Mandate"), frappe.qb.DocType("Listing")
	about = frappe.db.get_value("Listing Mandate", only, "listing") if only else None
	mine = [*names("Listing", "name", about, maintainer=me.agent), *held_listings(me, about)]
	shown = frappe.qb.from_(listing).select(listing.name).where(listing.scope != "Private")
	office = equals(mandate.store, me.store) & mandate.listing.isin(shown)
	return any_of(
		mandate.owner == me.user,
		equals(mandate.agent, me.agent),
		one_of(mandate.listing, mine),
		below_me(mandate.store, me),
		office if me.has(ASSISTANT) and me.store else NOBODY,
	)


def worked_verifications(me: Reader, only: str | None) -> Criterion:
	"""Who is asked, who maintains the listing, the managers above: they bring the evidence."""
	row = frappe.qb.DocType("Listing Verification")
	maintained = names("Listing", "name", None, maintainer=me.agent)
	return any_of(
		equals(row.requested_of, me.agent), one_of(row.listing, maintained), below_me(row.store, me)
	)


def verifications(me: Reader, only: str | None) -> Criterion:
	"""Those and who asked: papers hang on it."""
	asked = frappe.qb.DocType("Listing Verification").requested_by == me.user
	return any_of(worked_verifications(me, only), asked)


def role_requests(me: Reader, only: str | None) -> Criterion:
	"""Who is to hold the role, who would lose it, who asked, the managers above."""
	request = frappe.qb.DocType("Role Request")
	agents = any_of(equals(request.agent, me.agent), equals(request.replaces, me.agent))
	return any_of(agents, request.owner == me.user, below_me(request.store, me))


def keys(me: Reader, only: str | None) -> Criterion:
	return hangs_on("Listing Key", "listing", "Listing", seen(me, None))


def kept_keys(me: Reader, only: str | None) -> Criterion:
	"""The office that keeps it, who received it, the managers above."""
	key = frappe.qb.DocType("Listing Key")
	return any_of(equals(key.store, me.store), equals(key.received_by, me.agent), below_me(key.store, me))


def key_movements(me: Reader, only: str | None) -> Criterion:
	return hangs_on("Key Movement", "listing", "Listing", seen(me, None))


def changes(me: Reader, only: str | None) -> Criterion:
	return hangs_on("Listing Change", "listing", "Listing", seen(me, None))


def followers(me: Reader, only: str | None) -> Criterion:
	return frappe.qb.DocType("Listing Follower").user == me.user


def properties(me: Reader, only: str | None) -> Criterion:
	"""Who sees a listing of it, now or of before: the address is of the listing, a private one's too."""
	home, listing = frappe.qb.DocType("Property"), frappe.qb.DocType("Listing")
	# asked of one row at a time, as in `matching.pairs`: most homes were listed publicly
	listings = frappe.qb.from_(listing).select(Count("*")).where(listing.property == home.name)
	return listings.where(seen(me, None)) > 0


PREDICATES = {
	"Key Movement": key_movements,
	"Listing": seen,
	"Listing Change": changes,
	"Listing Follower": followers,
	"Listing Key": keys,
	"Listing Mandate": mandates,
	"Listing Verification": verifications,
	"Property": properties,
	"Role Request": role_requests,
}
WORK = {
	"Listing": worked,
	"Listing Key": kept_keys,
	"Listing Verification": worked_verifications,
}
HELD = {"Listing": held}
INDEXES = (
	("Listing Role", ("agent", "ended_at", "approved_at", "parent")),
	("Listing Mandate", ("owner",)),
	("Role Request", ("replaces",)),
	("Role Request", ("owner",)),
)
