"""The reasons of a match in the user's language: what the home has, and by how much it misses the wish."""

from collections.abc import Callable

import frappe
from frappe import _
from frappe.utils import cint, cstr, flt

from agency_crm.domain.inputs.numbers import format_wan
from agency_crm.domain.listings.record import price_field
from agency_crm.domain.money import exact

# what the words read of a listing
FACTS = (
	*("listing_type", "asking_price", "rent", "gross_area", "bedrooms", "territory", "property_type"),
	*("floor_band", "year_built", "orientation", "decoration", "metro_distance", "grade"),
)
AS_ASKED, BELOW, ABOVE, NOT_KNOWN = "As Asked", "Below", "Above", "Not Known"


def say(reason: dict, requirement, listing) -> str:
	"""Say why a part gave its points: `reason` as pairs.read_reasons has it, rows of either side beside it."""
	if reason["word"] == NOT_KNOWN:
		return _("not known")
	return SAYING.get(reason["part"], _fact)(reason, requirement, listing)


def part_name(part: str) -> str:
	"""A part of the score in the user's language."""
	return _(part, context="Matching Weight")


def _price(reason: dict, requirement, listing) -> str:
	lease = listing.listing_type == "Lease"
	price = flt(listing.get(price_field(listing.listing_type)))
	beside = _beside(reason["word"], price, requirement.budget_min, requirement.budget_max)
	amount = (
		_("{0} CNY").format(f"{beside:,.0f}")
		if lease
		else _("{0} × 10,000 CNY").format(format_wan(exact(beside)))
	)
	return {
		AS_ASKED: _("within the budget"),
		BELOW: _("{0} below the budget").format(amount),
		ABOVE: _("{0} above the budget").format(amount),
	}[reason["word"]]


def _area(reason: dict, requirement, listing) -> str:
	beside = _beside(reason["word"], flt(listing.gross_area), requirement.area_min, requirement.area_max)
	size = f"{flt(beside, 1):g}"
	return {
		AS_ASKED: _("{0} m², as asked").format(f"{flt(listing.gross_area, 1):g}"),
		BELOW: _("{0} m² too small").format(size),
		ABOVE: _("{0} m² larger than asked").format(size),
	}[reason["word"]]


def _rooms(reason: dict, requirement, listing) -> str:
	rooms = _("{0} bedrooms").format(cint(listing.bedrooms))
	return {
		AS_ASKED: rooms,
		BELOW: _("{0}, fewer than asked").format(rooms),
		ABOVE: _("{0}, more than asked").format(rooms),
	}[reason["word"]]


def _place(reason: dict, requirement, listing) -> str:
	return {
		"Named Estate": _("in an estate asked for"),
		"Named Place": _("in {0}, as asked").format(listing.territory),
		"Wider Place": _("near what is asked: {0}").format(listing.territory),
	}[reason["word"]]


def _metro(reason: dict, requirement, listing) -> str:
	return _("metro at {0} m").format(cint(listing.metro_distance))


def _year(reason: dict, requirement, listing) -> str:
	return _otherwise(reason, _("built in {0}").format(cint(listing.year_built)))


def _grade(reason: dict, requirement, listing) -> str:
	return _("grade {0}").format(listing.grade)


def _fact(reason: dict, requirement, listing) -> str:
	"""The fact itself where it is a word of the listing's; else that it is there."""
	field = frappe.scrub(reason["part"]) if reason["part"] != "Floor" else "floor_band"
	value = cstr(listing.get(field))
	return _otherwise(reason, _(value, context="Listing") if value else _("there, as asked"))


def _otherwise(reason: dict, said: str) -> str:
	return said if reason["word"] == AS_ASKED else _("{0}, not as asked").format(said)


def _beside(word: str, value: float, low: float, high: float) -> float:
	"""How far a value is out of a range on the side the word names."""
	return {BELOW: flt(low) - value, ABOVE: value - flt(high)}.get(word, 0)


SAYING: dict[str, Callable] = {
	"Price": _price,
	"Area": _area,
	"Rooms": _rooms,
	"Place": _place,
	"Metro": _metro,
	"Age": _year,
	"Grade": _grade,
}
