"""Listings that look like one home: found by index, kept as Duplicate Pairs for review.

The domain decides what is alike (domain/duplicates/likeness.py); Agency Settings set the points and whose
phones are compared. Merging: services/duplicates/merging.py. Warning while a listing is typed:
services/duplicates/lookalikes.py. Rules: docs/rules/listings.md, "Duplicates".
"""

import operator
from decimal import Decimal
from functools import reduce

import frappe
from frappe import _
from frappe.utils import cint, flt
from pypika.terms import NullValue

from agency_crm.domain.duplicates import likeness as rules
from agency_crm.domain.phases import LIVE_PHASES
from agency_crm.framework import jobs, system_fields, unique
from agency_crm.services.privacy import secrets

PAIR = "Duplicate Pair"
OPEN, MERGED, DISMISSED, UNDONE = "Open", "Merged", "Dismissed", "Undone"
# one check compares at most so many listings, of the same owners first, and keeps the most alike of them
MOST, MOST_PAIRS = 500, 20
CHUNK = 500
COUNTS = ("floor", "total_floors", "bedrooms", "living_rooms", "kitchens", "bathrooms", "year_built")
COMPARED = (
	*("listing_type", "estate", "building_no", "unit_no", "room_no"),
	*("gross_area", *COUNTS, "floor_band", "asking_price", "rent"),
)
SHOWN = ("name", "title", "status", "phase", "maintainer", "store")
Alike = tuple[frappe._dict, rules.Likeness]
SIDE_BY_SIDE = (
	*("name", "title", "status", "listing_type", "estate", "building_no", "unit_no", "room_no", "layout"),
	*("gross_area", "net_area", "floor", "total_floors", "floor_band", "asking_price", "rent", "orientation"),
	*("decoration", "property_type", "year_built", "certificate_no", "certificate_date", "scope"),
	*(
		"mandate_type",
		"key_status",
		"maintainer",
		"store",
		"source_channel",
		"listed_on",
		"last_follow_up_on",
	),
	*("viewing_count", "remarks"),
)


def settings_rules() -> rules.LikenessRules:
	"""What Agency Settings say of duplicates."""
	settings = frappe.get_cached_doc("Agency Settings")
	points = {name: cint(settings.get(f"duplicate_points_{name}")) for name in rules.Points.__annotations__}
	percent = Decimal(str(flt(settings.duplicate_area_percent)))
	return rules.LikenessRules(percent, cint(settings.duplicate_score_min), rules.Points(**points))


def find_alike(row: dict) -> tuple[list[Alike], list[frappe._dict]]:
	"""Return the live listings of the estate that reach the score of a review, most alike first, with how much;
	and those of the same owners in other estates.

	`row` has the fields COMPARED, its `name` if it has one, `owners`, the owners' Phone Numbers, and
	`maintainer` and `store`, within whose listings numbers are compared. What is found has COMPARED and SHOWN;
	nobody's right is asked.
	"""
	by = settings_rules()
	ways = [*_of_owners(row), *_alike_by_facts(row, by)]
	# one round trip: that of a query is longer than its look into an index
	found = _rows(reduce(operator.add, ways)) if ways else []
	home = home_of(row)
	alike = [(other, rules.compare(home, home_of(other), by)) for other in found]
	alike = [pair for pair in alike if pair[1].score >= by.review_from]
	alike.sort(key=lambda pair: (-pair[1].score, pair[0].name))
	return alike, [other for other in found if other.owners and other.estate != row.estate]


def alike_of(name: str) -> list[Alike]:
	"""What a listing looks like, as `find_alike` finds it; nothing looks like one that isn't live."""
	rows = _rows(_with_numbers(_live(None)).where(frappe.qb.DocType("Listing").name == name))
	return find_alike(rows[0])[0] if rows else []


def side_by_side(pair) -> dict:
	"""Return {"listings": [two], "reasons": [...], "may_merge"} of a Duplicate Pair for the session's user.

	A listing they may not read is {"name", "store"} alone.
	"""
	docs = [frappe.get_doc("Listing", name) for name in (pair.listing, pair.other)]
	return {
		"listings": [_shown(doc) for doc in docs],
		"reasons": [say_reason(reason) for reason in reasons_of(pair)],
		"may_merge": all(frappe.has_permission("Listing", "write", doc=doc) for doc in docs),
	}


def mark(listing) -> None:
	"""Mark a listing for comparison where this save changed what makes duplicates.

	It is compared after the commit: of two entered at once the later comparison sees both.
	"""
	if _changed(listing):
		listing.to_compare = 1
		jobs.soon(compare_marked)


def watch_owner(client) -> None:
	"""Mark a client's listings for comparison where the client's numbers changed."""
	before = client.get_doc_before_save()
	if not before or secrets.numbers_of(before) == secrets.numbers_of(client):
		return
	owned = {"parenttype": "Listing", "client": client.name}
	names = frappe.get_all("Listing Owner", owned, pluck="parent", distinct=True)
	if names:
		frappe.db.set_value("Listing", {"name": ("in", names)}, "to_compare", 1, update_modified=False)
		jobs.soon(compare_marked)


def compare_marked() -> None:
	"""Compare every marked listing. Runs after a save or an import, and hourly for what is left."""
	after = ""
	while names := _marked_after(after):
		jobs.each(names, _compare)
		after = names[-1]


def follow_store(listing) -> None:
	"""Write the present stores of two listings to their pair, and so who sees it."""
	if listing.get_doc_before_save() and listing.has_value_changed("store"):
		for link, store in (("listing", "store"), ("other", "other_store")):
			filters = {link: listing.name}
			frappe.db.set_value(PAIR, filters, store, listing.store, update_modified=False)


def forget(listing) -> None:
	"""Delete the pairs of a listing that is deleted."""
	for pair in _pairs_of(listing.name):
		frappe.delete_doc(PAIR, pair.name, ignore_permissions=True)  # perm: follows its listing


def refresh_pairs(name: str) -> None:
	"""Update the Duplicate Pairs of a listing to its present facts.

	An undecided pair is deleted when the two are no longer alike. A dismissed one stays so until they have more
	in common.
	"""
	alike = alike_of(name)
	known = {pair.pair_key: pair for pair in _pairs_of(name)}
	for other, likeness in alike[:MOST_PAIRS]:
		key = pair_key(name, other.name)
		_refresh(known[key], likeness) if key in known else _add(key, other.estate, likeness)
	still = {pair_key(name, other.name) for other, _likeness in alike}
	for key, pair in known.items():
		if pair.status == OPEN and key not in still:
			frappe.delete_doc(PAIR, pair.name, ignore_permissions=True)  # perm: nobody decided on it


def pair_key(one: str, other: str) -> str:
	"""The key of two listings in whatever order: one record a pair."""
	return "|".join(sorted((one, other)))


def reasons_of(pair) -> list[str]:
	"""The reasons of a Duplicate Pair, as the domain names them."""
	return (pair.reasons or "").split(",") if pair.reasons else []


def say_reason(reason: str) -> str:
	"""A reason in the user's language."""
	return {
		"Address": _("same address"),
		"Other Address": _("another building, unit or room"),
		"Phone": _("same owner's phone"),
		"Area": _("area alike"),
		"Floor": _("same floor"),
		"Layout": _("same layout"),
		"Building": _("same building"),
		"Room": _("same room, one without its unit"),
		"Price": _("same price"),
	}[reason]


# Finding.


def _alike_by_facts(row: dict, by: rules.LikenessRules) -> list:
	"""Ask for live listings of the estate and type with an area alike, and for those with the building and room."""
	listing = frappe.qb.DocType("Listing")
	query = _live(row.name).select(NullValue().as_("phone_number"))
	query = query.where((listing.estate == row.estate) & (listing.listing_type == row.listing_type))
	ways = []
	if row.building_no and row.room_no:
		ways.append(query.where((listing.building_no == row.building_no) & (listing.room_no == row.room_no)))
	if row.gross_area:
		least, most = rules.alike_range(_decimal(row.gross_area), by.area_percent)
		ways.append(query.where(listing.gross_area[float(least) : float(most)]))
	return ways


def _of_owners(row: dict) -> list:
	"""Ask for other live listings of the owners' numbers, those within the agency's scope."""
	scope = frappe.get_cached_doc("Agency Settings").duplicate_phone_scope
	field = {"Mine": "maintainer", "Store": "store"}.get(scope)
	if not row.owners or (field and not row.get(field)):
		return []
	query = _with_numbers(_live(row.name))
	query = query.where(frappe.qb.DocType("Client Phone").phone_number.isin(list(row.owners)))
	return [query.where(frappe.qb.DocType("Listing")[field] == row.get(field)) if field else query]


def _live(but: str | None):
	listing = frappe.qb.DocType("Listing")
	columns = [listing[field] for field in dict.fromkeys((*SHOWN, *COMPARED))]
	query = frappe.qb.from_(listing).select(*columns)
	return query.where(listing.phase.isin(LIVE_PHASES) & (listing.name != (but or "")))


def _with_numbers(query):
	"""Add the owners' Phone Numbers, a row each; none where there are none."""
	listing = frappe.qb.DocType("Listing")
	owner, phone = frappe.qb.DocType("Listing Owner"), frappe.qb.DocType("Client Phone")
	query = query.left_join(owner).on((owner.parent == listing.name) & (owner.parenttype == "Listing"))
	query = query.left_join(phone).on((phone.parent == owner.client) & (phone.parenttype == "Client"))
	return query.select(phone.phone_number)


def _rows(query) -> list[frappe._dict]:
	"""The listings of a query, at most so many, each with its owners' numbers that were asked for."""
	found: dict[str, frappe._dict] = {}
	for row in query.limit(MOST).run(as_dict=True):
		number = row.pop("phone_number")
		first = found.setdefault(row.name, row)
		first.owners = (first.owners or frozenset()) | ({number} if number else set())
	return list(found.values())


def home_of(row: dict) -> rules.ComparedListing:
	"""A listing's row as the domain compares it."""
	return rules.ComparedListing(
		row.listing_type,
		row.estate,
		row.building_no or "",
		row.unit_no or "",
		row.room_no or "",
		gross_area=_decimal(row.gross_area),
		floor_band=row.floor_band or "",
		price=_decimal(row.asking_price or row.rent),
		owners=row.owners or frozenset(),
		**{field: cint(row.get(field)) for field in COUNTS},
	)


def _decimal(value) -> Decimal:
	return Decimal(str(flt(value)))


def _shown(listing) -> dict:
	if not frappe.has_permission("Listing", "read", doc=listing):
		return {"name": listing.name, "store": listing.store}
	return {field: listing.get(field) for field in SIDE_BY_SIDE}


# Keeping.


def _marked_after(after: str) -> list[str]:
	marked = {"to_compare": 1, "name": (">", after)}
	return frappe.get_all("Listing", marked, pluck="name", order_by="name", limit=CHUNK)


def _compare(name: str) -> None:
	# the mark is cleared first: that write waits for a save under way, whose facts are then read
	frappe.db.set_value("Listing", name, "to_compare", 0, update_modified=False)
	refresh_pairs(name)


def _changed(listing) -> bool:
	before = listing.get_doc_before_save()
	if not before:
		return True
	owners = [{row.client for row in doc.owners} for doc in (before, listing)]
	live = [doc.phase in LIVE_PHASES for doc in (before, listing)]
	compared = any(listing.has_value_changed(field) for field in (*COMPARED, "maintainer", "store"))
	return compared or owners[0] != owners[1] or live[0] != live[1]


def _pairs_of(name: str) -> list[frappe._dict]:
	pair = frappe.qb.DocType(PAIR)
	query = frappe.qb.from_(pair).select(pair.name, pair.pair_key, pair.status, pair.score, pair.reasons)
	return query.where((pair.listing == name) | (pair.other == name)).run(as_dict=True)


def _add(key: str, estate: str, likeness: rules.Likeness) -> None:
	one, other = key.split("|")
	stores = dict(frappe.get_all("Listing", {"name": ("in", (one, other))}, ["name", "store"], as_list=True))
	values = {"listing": one, "other": other, "store": stores[one], "other_store": stores[other]}
	values |= {"pair_key": key, "estate": estate}
	values |= {"score": likeness.score, "reasons": ",".join(likeness.reasons)}
	pair = frappe.get_doc({"doctype": PAIR, **values})
	with system_fields.writing(pair):
		# the other listing's check may be quicker, from the same facts
		unique.is_first(lambda: pair.insert(ignore_permissions=True))  # perm: made by the system


def _refresh(pair: frappe._dict, likeness: rules.Likeness) -> None:
	if pair.status == DISMISSED and not _more_in_common(set(reasons_of(pair)), set(likeness.reasons)):
		return
	values = {"score": likeness.score, "reasons": ",".join(likeness.reasons)}
	if pair.status == DISMISSED:
		values |= {"status": OPEN, "decided_by": None, "decided_at": None, "decision_reason": None}
	if any(pair.get(field) != value for field, value in values.items()):
		doc = frappe.get_doc(PAIR, pair.name)
		doc.update(values)
		with system_fields.writing(doc):
			doc.save(ignore_permissions=True)  # perm: made by the system


def _more_in_common(before: set[str], now: set[str]) -> bool:
	"""Whether two dismissed listings have become more alike: a reason that is new, or addresses that no longer differ."""
	apart = {"Other Address"}
	return bool(now - before - apart) or bool(apart & before - now)
