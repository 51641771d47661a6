"""What a form tells while a listing is typed: similar homes, and what else its owners have.

Users are told no more than they may know.
"""

import frappe
from frappe import _
from frappe.utils import cint

from agency_crm.domain.duplicates import likeness as rules
from agency_crm.framework import pace
from agency_crm.permissions.reader import reader
from agency_crm.services.duplicates import pairs as duplicates
from agency_crm.services.listings import record as listings
from agency_crm.services.office import agents

# what may be typed of a listing that is looked for
TYPED = (*duplicates.COMPARED, "address_text", "layout")


def look(typed: dict, listing: str | None = None) -> dict:
	"""Return what a form should tell while a listing is typed: {"alike": [...], "owner_has": [...]}.

	`typed` is what the form holds, `owners` the names of its clients. A listing the session's user may read is
	{"name", "title", "status", "agent", "store", "score", "reasons"}. Of any other there is only the "store",
	and only where the address or the owner's number, which the user had to know, is the same: facts alone
	would let one try out what colleagues keep private.
	"""
	row = _typed_row(typed, listing)
	if not row:
		return {"alike": [], "owner_has": []}
	row.owners = _own_numbers(typed.get("owners") or [])
	alike, elsewhere = duplicates.find_alike(row)
	seen = _seen([other.name for other, _likeness in alike] + [other.name for other in elsewhere])
	said = [
		_said(other, seen, likeness)
		for other, likeness in alike[: duplicates.MOST_PAIRS]
		if other.name in seen or {"Address", "Phone"} & set(likeness.reasons)
	]
	return {"alike": said, "owner_has": [_said(other, seen) for other in elsewhere[: duplicates.MOST_PAIRS]]}


def check_pace() -> None:
	"""Count a user's look-ups a minute: nobody tries out addresses by the thousand.

	Raises TooManyRequestsError above what Agency Settings allows.
	"""
	most = cint(frappe.get_cached_doc("Agency Settings").duplicate_checks_a_minute)
	pace.check("duplicate_looks", most, pace.MINUTE, _("Too many look-ups of duplicates within a minute."))


def _typed_row(typed: dict, name: str | None) -> frappe._dict | None:
	"""What is typed as a save would read it; None while there is too little, or something can't be read yet."""
	if not typed.get("estate") or not frappe.db.exists("Estate", typed["estate"]):
		return None
	listing = frappe.new_doc("Listing").update({field: typed.get(field) for field in TYPED})
	try:
		for read in (listings.read_address, listings.fill_from_estate, listings.read_layout, listings.derive):
			read(listing)
	except frappe.ValidationError:
		frappe.clear_last_message()
		return None
	me = reader()
	people = frappe._dict(maintainer=me.agent, store=me.store)
	if name:
		people = frappe.db.get_value("Listing", name, ["maintainer", "store"], as_dict=True)
	return frappe._dict({field: listing.get(field) for field in duplicates.COMPARED}, name=name, **people)


def _own_numbers(clients: list[str]) -> frozenset[str]:
	"""Return the Phone Numbers of those clients the session's user may read: nobody tries out others."""
	if not clients:
		return frozenset()
	own = frappe.get_list("Client", {"name": ("in", clients)}, pluck="name", limit=len(clients))
	filters = {"parenttype": "Client", "parent": ("in", own), "phone_number": ("is", "set")}
	return frozenset(frappe.get_all("Client Phone", filters, pluck="phone_number"))


def _seen(names: list[str]) -> set[str]:
	if not names:
		return set()
	return set(frappe.get_list("Listing", {"name": ("in", names)}, pluck="name", limit=len(names)))


def _said(other: frappe._dict, seen: set[str], likeness: rules.Likeness | None = None) -> dict:
	if other.name not in seen:
		return {"store": other.store}
	said = {field: other.get(field) for field in ("name", "title", "store")}
	said["status"] = _(other.status, context="Listing")
	said["agent"] = agents.name_of(other.maintainer)
	if likeness:
		said |= {
			"score": likeness.score,
			"reasons": [duplicates.say_reason(reason) for reason in likeness.reasons],
		}
	return said
