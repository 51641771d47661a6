"""What the rules make of a listing, its grade and its tags: at a save, in bulk, over the whole library.

All ways go through `_marks` (services/rating/base.py).
"""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import frappe
from frappe.query_builder.functions import Coalesce
from frappe.utils import cint, cstr, date_diff, getdate, now

from agency_crm.domain.listings.record import holding_years
from agency_crm.domain.money import exact
from agency_crm.domain.phases import LIVE_PHASES
from agency_crm.domain.rating import grading, tagging
from agency_crm.domain.rating.facts import ListingFacts
from agency_crm.framework import jobs
from agency_crm.services.places import estates
from agency_crm.services.rating import base, grades, match_facts, scales, tags

STATE = "Listing Recompute"
JOB = "agency_listing_recompute"
EVENT = "listing_recompute"
PHOTO_SLOTS = ("Exterior", "Living Room", "Bedroom", "Kitchen", "Bathroom")
TEXTS = (
	*("listing_type", "property_type", "ownership_type", "floor_band", "orientation", "decoration"),
	*("elevator", "mandate_type", "key_status"),
)
AMOUNTS = ("asking_price", "rent", "unit_price", "gross_area", "net_area")
COUNTS = ("bedrooms", "floor", "total_floors", "year_built")
CHECKS = ("sole_home", "sole_home_verified", "mortgaged", "leased", "has_school", "is_urgent")
OTHERS = (
	*("room_no", "held_since", "metro_distance", "verification_status", "listed_on", "last_effective_on"),
	*("price_changed_on", "price_change", "pinned_until", "creation"),
)
MARKS = (
	*("grade", "grade_score", "grade_reasons", "grade_rank", "tag_names"),
	*("match_price", "match_facts"),
)


class Related(NamedTuple):
	"""What other tables know of a listing: how many pictures a slot, whether it was surveyed, its owners."""

	slots: Counter
	surveyed: bool
	owners: int


class ListingRules(NamedTuple):
	"""The rules of grading and of the tags."""

	grading: grading.GradeRules
	tags: tags.TagRules


def set_marks(listing) -> None:
	"""Set the grade and the tags of a listing that is being saved."""
	related = Related(
		Counter(row.slot for row in listing.media),
		any(row.role == "Survey" and row.approved_at for row in listing.roles),
		len(listing.owners),
	)
	base.set_marks(KIND, listing, related, _rules())


def refresh(names: Sequence[str], rules: ListingRules | None = None) -> None:
	"""Recompute grade and tags of listings after a fact was written past their form."""
	base.refresh(KIND, names, rules or _rules())


def preview(conditions: tuple[tagging.Condition, ...]) -> dict:
	"""{"found", "of"}: how many of the newest live listings meet all conditions of a rule."""
	live = {"phase": ("in", LIVE_PHASES)}
	names = frappe.get_all("Listing", live, pluck="name", order_by="creation desc", limit=base.PREVIEWED)
	return base.preview(KIND, names, conditions)


def follow_estate(estate) -> None:
	"""Refresh the listings of a saved estate whose place has changed."""
	before = estate.get_doc_before_save()
	if before and estates.place(before) != estates.place(estate):
		refresh_estate_later(estate.name)


def refresh_estate_later(estate: str) -> None:
	"""Refresh the listings of an estate in the background, when its changed place is committed."""
	frappe.enqueue(
		refresh_estate,
		queue="long",
		job_id=f"agency_estate_marks_{estate}",
		deduplicate=True,
		enqueue_after_commit=True,
		estate=estate,
	)


def refresh_estate(estate: str) -> None:
	"""Refresh the listings of an estate."""
	jobs.by_chunks("Listing", refresh, frappe.qb.DocType("Listing").estate == estate)


def refresh_live() -> None:
	"""The daily job: recompute what depends on the day (freshness, tags with a time) for live listings."""
	# not by the index of the phase, which most rows share: walking the names in order is faster
	jobs.by_chunks("Listing", refresh, Coalesce(frappe.qb.DocType("Listing").phase, "").isin(LIVE_PHASES))


def recompute_later() -> None:
	"""Recompute the whole library in the background, from its start, for the session's user.

	Asked for again while it runs, it starts anew; the chunk being written is waited for.
	"""
	_locked_state()
	_keep_state(
		requested_by=frappe.session.user,
		requested_at=now(),
		finished_at=None,
		rows_done=0,
		rows_total=frappe.db.estimate_count("Listing"),
		done_to="",
	)
	_enqueue()


def rules_saved(changed: bool) -> None:
	"""After a saved rule: recompute the listings if it gives other grades or tags."""
	if changed:
		tags.forget_rules()
		recompute_later()


def resume() -> None:
	"""The hourly job: go on where a recomputing was interrupted."""
	if _locked_state().get("requested_by"):
		_enqueue()


def recompute() -> None:
	"""Recompute in chunks what was asked for and isn't done; killed, it goes on after the last chunk."""
	frappe.db.commit()  # start a new snapshot: the first read of each chunk waits for a rule being changed
	while _recompute_chunk():
		pass


def _recompute_chunk() -> bool:
	state = _locked_state()
	if not state.get("requested_by"):
		frappe.db.commit()  # gives the lock back
		return False
	names = jobs.names_after("Listing", cstr(state.get("done_to")))
	done = cint(state.get("rows_done")) + len(names)
	if names:
		settings = frappe.get_doc("Agency Settings")
		rules = ListingRules(grades.rules(settings), tags.load_rules(tagging.LISTING))
		jobs.together(names, partial(refresh, rules=rules))
		if _locked_state() != state:
			frappe.db.commit()  # gives the lock back to who asked anew
			return True  # asked for anew while what failed was tried by itself
		_keep_state(rows_done=done, done_to=names[-1])
	else:
		_keep_state(requested_by=None, finished_at=now(), rows_total=done, done_to="")
	frappe.db.commit()  # killed, it goes on behind this chunk
	total = max(done, cint(state.get("rows_total")))
	progress = {"rows_done": done, "rows_total": total, "done": not names}
	frappe.publish_realtime(EVENT, progress, user=state["requested_by"])
	return bool(names)


def _enqueue() -> None:
	frappe.enqueue(recompute, queue="long", job_id=JOB, deduplicate=True, enqueue_after_commit=True)


def _rules() -> ListingRules:
	return ListingRules(grades.rules(), tags.rules(tagging.LISTING))


def _locked_state() -> dict:
	single = frappe.qb.DocType("Singles")
	query = frappe.qb.from_(single).select(single.field, single.value).where(single.doctype == STATE)
	return dict(query.for_update().run())


def _keep_state(**values) -> None:
	frappe.db.set_single_value(STATE, values)


def _marks(
	row, related: Related, current: list[tags.Row], rules: ListingRules
) -> tuple[dict, list[tags.Row]]:
	"""The values of MARKS and the tag rows of a listing: the one place that decides them."""
	facts = _facts(row, related)
	graded = grading.grade(facts, rules.grading)
	wanted = tags.merge(current, tagging.tags_of(rules.tags.active, facts), rules.tags.names)
	score = float(graded.score)
	return {
		"grade": graded.grade,
		"grade_score": score,
		"grade_reasons": scales.as_json(graded.reasons),
		"grade_rank": grades.rank(score, row.get("pinned_until")),
		"tag_names": tags.text_of(wanted),
		**match_facts.of_listing(row, score),
	}, wanted


def _facts(row, related: Related) -> ListingFacts:
	today = getdate()
	entered = getdate(row.get("creation")) if row.get("creation") else today
	touched = max(getdate(row.get("last_effective_on") or entered), entered)
	fell = row.get("price_changed_on") and exact(row.get("price_change")) < 0
	held = row.get("held_since")
	return ListingFacts(
		**{field: cstr(row.get(field)) for field in TEXTS},
		**{field: exact(row.get(field)) for field in AMOUNTS},
		**{field: cint(row.get(field)) for field in COUNTS},
		**{field: bool(cint(row.get(field))) for field in CHECKS},
		room_known=bool(row.get("room_no")),
		owners=related.owners,
		holding_years=holding_years(getdate(held) if held else None, today),
		metro_distance=cint(row.get("metro_distance")) or None,
		verified=row.get("verification_status") == "Verified",
		surveyed=related.surveyed,
		photos=sum(related.slots[slot] for slot in PHOTO_SLOTS),
		has_floor_plan=related.slots["Floor Plan"] > 0,
		has_video=related.slots["Video"] > 0,
		has_vr=related.slots["VR Link"] > 0,
		days_on_market=date_diff(today, row.get("listed_on")) if row.get("listed_on") else None,
		days_untouched=max(date_diff(today, touched), 0),
		days_since_price_drop=date_diff(today, getdate(row.get("price_changed_on"))) if fell else None,
	)


def _query(names: Sequence[str]):
	listing = frappe.qb.DocType("Listing")
	fields = (*TEXTS, *AMOUNTS, *COUNTS, *CHECKS, *OTHERS, *MARKS)
	query = frappe.qb.from_(listing).select(listing.name, *(listing[field] for field in fields))
	return query.where(listing.name.isin(list(names)))


def _related(names: Sequence[str]) -> dict[str, Related]:
	slots: dict[str, Counter] = {name: Counter() for name in names}
	for row in _children("Listing Media", names, ["parent", "slot"]):
		slots[row.parent][row.slot] += 1
	approved = {"role": "Survey", "approved_at": ("is", "set")}
	surveyed = {row.parent for row in _children("Listing Role", names, ["parent"], approved)}
	owners = Counter(row.parent for row in _children("Listing Owner", names, ["parent"]))
	return {name: Related(slots[name], name in surveyed, owners[name]) for name in names}


def _children(doctype: str, names: Sequence[str], fields: list[str], filters: dict | None = None) -> list:
	of_listings = {"parent": ("in", list(names)), "parenttype": "Listing", **(filters or {})}
	return frappe.get_all(doctype, of_listings, fields, order_by="parent, idx")


KIND = base.Marked(tagging.LISTING, MARKS, _query, _related, _facts, _marks)
