"""What the indexes of matching hold of a listing and of a requirement: hidden columns, set whenever they are saved."""

from collections.abc import Iterable

from frappe.utils import cint, cstr, flt

from agency_crm.domain.listings.record import price_field
from agency_crm.domain.matching import rows as match_rows
from agency_crm.domain.matching import wishes
from agency_crm.domain.money import exact
from agency_crm.framework.messages import reading

KINDS = tuple(wishes.WORDS)
COUNTS = ("bedrooms_min", "bedrooms_max", "built_from")
NEEDS = ("needs_metro", "needs_school", "needs_elevator")
# what set_wishes writes
KEPT = (*KINDS, "orientations", "match_facts", "any_place")
AMOUNTS = ("budget_min", "budget_max", "area_min", "area_max")


def of_listing(row, grade_score: float) -> dict:
	"""Return match_price and match_facts of a Listing's document or row, and the score of its grade."""
	home = match_rows.MatchedListing(
		property_type=cstr(row.get("property_type")),
		bedrooms=cint(row.get("bedrooms")),
		floor_band=cstr(row.get("floor_band")),
		year_built=cint(row.get("year_built")),
		orientation=cstr(row.get("orientation")),
		decoration=cstr(row.get("decoration")),
		metro_distance=cint(row.get("metro_distance")),
		has_school=bool(cint(row.get("has_school"))),
		elevator=cstr(row.get("elevator")),
		grade_score=grade_score,
	)
	price = row.get(price_field(row.get("listing_type")))
	return {"match_price": flt(price), "match_facts": home.packed()}


def set_wishes(requirement) -> None:
	"""Set what matching reads of a Client Requirement; a text that is not understood is refused, the others are
	kept in the words of a listing's options.
	"""
	# which places they are is asked of their rows
	named = ([(0, 0)] * len(requirement.territories), [0] * len(requirement.estates))
	wish = wish_of(requirement, *named)
	requirement.update({field: ", ".join(getattr(wish, field)) for field in KINDS})
	requirement.orientations = " ".join(wish.orientations)
	requirement.match_facts = wish.packed()
	requirement.any_place = int(not any(named))


def wish_of(
	requirement, territories: Iterable[tuple[int, int]] = (), estates: Iterable[int] = ()
) -> match_rows.Wish:
	"""Return a Client Requirement as the domain matches it, at places given as numbers."""
	named = {}
	for field in KINDS:
		with reading(requirement, field):
			named[field] = wishes.kinds(field, requirement.get(field))
	with reading(requirement, "orientations"):
		named["orientations"] = wishes.orientations(requirement.orientations)
	return match_rows.Wish(
		requirement.requirement_type,
		requirement.status == "Open",
		**{field: exact(requirement.get(field)) for field in AMOUNTS},
		territories=tuple(territories),
		estates=tuple(estates),
		**named,
		**{field: cint(requirement.get(field)) for field in COUNTS},
		**{field: bool(cint(requirement.get(field))) for field in NEEDS},
	)
