"""What rules may ask of a listing or a client: one fixed vocabulary for its grade or level and its tags.

Prices are CNY, areas m², distances m.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class ListingFacts:
	"""A listing on one day; None, 0 or "" where something isn't known.

	`days_on_market` count from the first day on the market, `days_untouched` from the last follow-up, viewing
	or entry, `days_since_price_drop` from the last change of the price where it was a fall.
	"""

	listing_type: str = "Sale"
	property_type: str = ""
	ownership_type: str = ""
	asking_price: Decimal = Decimal(0)
	rent: Decimal = Decimal(0)
	unit_price: Decimal = Decimal(0)
	gross_area: Decimal = Decimal(0)
	net_area: Decimal = Decimal(0)
	bedrooms: int = 0
	floor: int = 0
	total_floors: int = 0
	floor_band: str = ""
	orientation: str = ""
	decoration: str = ""
	elevator: str = ""
	year_built: int = 0
	room_known: bool = False
	owners: int = 0
	holding_years: int | None = None
	sole_home: bool = False
	sole_home_verified: bool = False
	mortgaged: bool = False
	leased: bool = False
	metro_distance: int | None = None
	has_school: bool = False
	is_urgent: bool = False
	mandate_type: str = ""
	key_status: str = ""
	verified: bool = False
	surveyed: bool = False
	photos: int = 0
	has_floor_plan: bool = False
	has_video: bool = False
	has_vr: bool = False
	days_on_market: int | None = None
	days_untouched: int = 0
	days_since_price_drop: int | None = None


@dataclass(frozen=True)
class ClientFacts:
	"""A client on one day; None, "" or () where something isn't known.

	What they say comes from the open requirements together: the highest budget, the fewest bedrooms, the places
	wanted with those they lie in. What they looked at comes from viewings that were done, weighted by interest.
	`days_untouched` count from the last effective act or entry.
	"""

	stage: str = ""
	level: str = ""
	pool: str = ""
	client_type: str = ""
	roles: tuple[str, ...] = ()
	source_channel: str = ""
	purpose: str = ""
	payment_way: str = ""
	eligibility: str = ""
	consent: bool = False
	has_agent: bool = False
	has_children: bool = False
	household_size: int | None = None
	homes_owned: int | None = None
	birthday_month: int | None = None
	days_to_birthday: int | None = None
	requirement_types: tuple[str, ...] = ()
	urgencies: tuple[str, ...] = ()
	budget: Decimal | None = None
	rent_budget: Decimal | None = None
	bedrooms_wanted: int | None = None
	area_wanted: bool = False
	places: tuple[str, ...] = ()
	needs_school: bool = False
	needs_metro: bool = False
	viewings: int = 0
	top_interest: int | None = None
	looked_price: Decimal | None = None
	looked_rent: Decimal | None = None
	looked_area: Decimal | None = None
	days_since_entry: int = 0
	days_untouched: int = 0
	days_since_viewing: int | None = None
