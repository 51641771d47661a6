"""What follows from a listing's facts: keys, title, unit price, holding years, and the bounds they must keep.

Rules: docs/rules/listings.md, "Facts", "One live listing an address", "Ownership". Prices are CNY, areas m².
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.text import cell_text
from agency_crm.domain.phases import LIVE_PHASES


@dataclass(frozen=True)
class Bounds:
	"""What an agency takes for a typing error: areas in m², sale prices in CNY, rents in CNY a month. 0 is no
	bound.
	"""

	area_min: Decimal = Decimal(0)
	area_max: Decimal = Decimal(0)
	price_min: Decimal = Decimal(0)
	price_max: Decimal = Decimal(0)
	rent_min: Decimal = Decimal(0)
	rent_max: Decimal = Decimal(0)
	floors_max: int = 0


@dataclass(frozen=True)
class Fault:
	"""A fact that is refused: the field's name and why."""

	field: str
	error: DomainError


@dataclass(frozen=True)
class Facts:
	"""The facts of a listing that are checked; None or 0 where not known."""

	listing_type: str
	gross_area: Decimal
	net_area: Decimal | None = None
	asking_price: Decimal | None = None
	rent: Decimal | None = None
	floor: int | None = None
	total_floors: int | None = None
	year_built: int | None = None


def price_field(listing_type: str | None) -> str:
	"""Where the price of a listing stands: a sale's in CNY, a lease's in CNY a month."""
	return "rent" if listing_type == "Lease" else "asking_price"


def faults(facts: Facts, bounds: Bounds, today: date) -> list[Fault]:
	"""Return every fact that is out of bounds or contradicts another, in the order of the form."""
	found = [
		_within("gross_area", facts.gross_area, bounds.area_min, bounds.area_max, "m²"),
	]
	if facts.listing_type == "Sale":
		found.append(_within("asking_price", facts.asking_price, bounds.price_min, bounds.price_max, "元"))
	else:
		found.append(_within("rent", facts.rent, bounds.rent_min, bounds.rent_max, "元"))
	if facts.net_area and facts.gross_area and facts.net_area > facts.gross_area:
		error = DomainError(
			"The net area of {0} m² is above the gross area of {1} m²", facts.net_area, facts.gross_area
		)
		found.append(Fault("net_area", error))
	if facts.total_floors is not None and bounds.floors_max and facts.total_floors > bounds.floors_max:
		found.append(
			Fault(
				"total_floors",
				DomainError("{0} floors are above the bound of {1}", facts.total_floors, bounds.floors_max),
			)
		)
	if facts.floor and facts.total_floors and facts.floor > facts.total_floors:
		error = DomainError(
			"Floor {0} does not exist in a building of {1} floors", facts.floor, facts.total_floors
		)
		found.append(Fault("floor", error))
	if facts.year_built and not 1800 <= facts.year_built <= today.year + 5:
		error = DomainError("The year {0} is not between 1800 and {1}", facts.year_built, today.year + 5)
		found.append(Fault("year_built", error))
	return [fault for fault in found if fault]


def _within(field: str, value: Decimal | None, least: Decimal, most: Decimal, unit: str) -> Fault | None:
	if value is None:
		return None
	if value < 0 or (field == "gross_area" and not value):
		return Fault(field, DomainError("It must be above 0"))
	if least and 0 < value < least:
		return Fault(
			field, DomainError("{0} {2} is below the bound of {1} {2}", *map(cell_text, (value, least)), unit)
		)
	if most and value > most:
		return Fault(
			field, DomainError("{0} {2} is above the bound of {1} {2}", *map(cell_text, (value, most)), unit)
		)
	return None


def live_key(property_key: str | None, listing_type: str, phase: str) -> str | None:
	"""Return the key that one live listing of a property and type may hold, None while it isn't live."""
	if not property_key or phase not in LIVE_PHASES:
		return None
	return f"{listing_type}|{property_key}"


def external_key(source_channel: str | None, external_id: str | None) -> str | None:
	"""Return the key of a record in another system, None where channel or number is missing."""
	if not source_channel or not external_id:
		return None
	return f"{source_channel}|{external_id}"


def unit_price(asking_price: Decimal | None, gross_area: Decimal | None) -> Decimal | None:
	"""Return the price of a m² in whole CNY, None where price or area is missing."""
	if not asking_price or not gross_area:
		return None
	return (asking_price / gross_area).quantize(Decimal(1), ROUND_HALF_UP)


def held_since(certificate_date: date | None, deed_tax_date: date | None) -> date | None:
	"""Return the day the holding years count from: the earlier of certificate and deed tax."""
	return min((day for day in (certificate_date, deed_tax_date) if day), default=None)


def holding_years(since: date | None, today: date) -> int | None:
	"""Return the full years a property was held, None where the day isn't known."""
	if not since:
		return None
	return today.year - since.year - ((today.month, today.day) < (since.month, since.day))


def listing_title(estate_name: str, layout: str | None, gross_area: Decimal | None) -> str:
	"""Return how a listing is called without giving its room away: `锦绣花园 3室2厅1厨2卫 98.5㎡`."""
	area = f"{gross_area.normalize():f}㎡" if gross_area else ""
	return " ".join(part for part in (estate_name, layout, area) if part)
