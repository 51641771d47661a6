"""Rows of a spreadsheet or a portal's file, read into listings or refused with a reason: how, base.py.

Rules: docs/rules/typing.md, and docs/rules/listings.md, "Duplicates". Prices are CNY, areas m². A row's
number is the one the spreadsheet shows: the header is row 1.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from agency_crm.domain.errors import DomainError
from agency_crm.domain.importing.base import (
	Cells,
	Columns,
	Outcome,
	Reject,
	Targets,
	as_text,
	choice,
	one,
	or_open,
	read_cells,
)
from agency_crm.domain.inputs import address, floors, layout, numbers
from agency_crm.domain.inputs.dates import parse_date
from agency_crm.domain.inputs.phones import typed_phones, with_area_code
from agency_crm.domain.inputs.tables import Row, Table
from agency_crm.domain.inputs.text import fold, name_key
from agency_crm.domain.listings import record as rules
from agency_crm.domain.matching import wishes
from agency_crm.domain.places.estates import EstateIndex, EstateRow, Metro, read_metro, without_metro

# A unit price is published in whole CNY: a larger difference is a wrong price or area.
UNIT_PRICE_TOLERANCE = Decimal("0.01")


@dataclass(frozen=True)
class Mapping:
	"""What the columns of a file mean: each with a reader of `TARGETS`, or "ignore".

	`encoding` None tries UTF-8, then GB 18030.
	"""

	source_channel: str
	columns: Columns
	listing_type: str = "Sale"
	encoding: str | None = None

	@classmethod
	def from_dict(cls, saved: dict) -> Mapping:
		"""Return the mapping of a JSON file: these fields, `columns` as an object of column → target.

		Raises:
			DomainError: a field is missing or not known.
		"""
		try:
			return cls(**{**saved, "columns": tuple(dict(saved["columns"]).items())})
		except (KeyError, TypeError, ValueError) as error:
			raise DomainError("The mapping is not understood: {0}", error) from error


PORTAL = Mapping(
	source_channel="Lianjia",
	columns=(
		("index", "external_id"),
		("community", "estate_name"),
		("floor", "floor_text"),
		("years", "floor_text"),
		("housetype", "layout"),
		("square", "gross_area"),
		("totalPrice", "price_wan"),
		("unitPrice", "unit_price"),
		("taxtype", "tags_text"),
		("title", "remarks"),
		("followInfo", "remarks"),
	),
)


@dataclass(frozen=True)
class ParsedListing:
	"""A row as a listing; None or "" where the row doesn't say. `notes` are remarks on how it was read."""

	row: int
	listing_type: str
	estate_name: str
	gross_area: Decimal
	external_id: str
	district: str = ""
	circle: str = ""
	estate: EstateRow | None = None
	address_text: str = ""
	building_no: str = ""
	unit_no: str = ""
	room_no: str = ""
	property_type: str | None = None
	bedrooms: int | None = None
	living_rooms: int | None = None
	kitchens: int | None = None
	bathrooms: int | None = None
	net_area: Decimal | None = None
	floor: int | None = None
	total_floors: int | None = None
	floor_band: str | None = None
	year_built: int | None = None
	building_type: str | None = None
	elevator: str | None = None
	decoration: str | None = None
	orientation: str = ""
	asking_price: Decimal | None = None
	rent: Decimal | None = None
	certificate_date: date | None = None
	tags: str = ""
	metro: tuple[Metro, ...] = ()
	owner_name: str = ""
	owner_phones: dict[str, str] = field(default_factory=dict)
	remarks: str = ""
	notes: tuple[DomainError, ...] = ()
	origin: dict | None = field(default=None, compare=False)

	def column(self, name: str) -> str:
		"""The column that gave a field, or the field's own name."""
		return (self.origin or {}).get(name, name)


def parse_count(text: str) -> int:
	"""Return a count of floors or rooms, or a year: `9层`, `3室`, `2003年建`. Raises DomainError."""
	match = re.fullmatch(r"(-?\d{1,4})(?:层|楼|年|年建|室|厅|厨|卫|个)?", fold(text).replace(" ", ""))
	if not match:
		raise DomainError("{0} is not a whole number", text)
	return int(match[1])


def _layout(text: str) -> dict:
	kind = layout.parse_property_type(text)
	if kind == "Parking":
		raise DomainError("{0} is no home: parking spaces are not kept as listings", text)
	if kind:
		return {"property_type": kind}
	word = layout.duplex(text)
	if word == fold(text):
		return {"duplex": word}
	return {**vars(layout.parse_layout(text)), "duplex": word or None}


def _property_type(text: str) -> dict:
	read = _layout(text)
	if "property_type" not in read:
		raise DomainError("{0} is not a kind of property", text)
	return read


def _area(text: str) -> dict:
	# Portals that write a villa's kind under layout write its layout under area.
	try:
		areas = numbers.parse_areas(text)
		return {"gross_area": areas.gross_area, "net_area": areas.net_area}
	except DomainError:
		try:
			return dict(vars(layout.parse_layout(text)))
		except DomainError:
			pass
		raise


def _floor_text(text: str) -> dict:
	read = dict(vars(floors.parse_floor_text(text)))
	read["floor_band"] = read.pop("band")
	if floors.is_range(text):
		read["notes"] = (DomainError("Floors {0} are kept as floor {1}, the lower one", text, read["floor"]),)
	return read


def _price(name: str, unit: numbers.FieldUnit) -> Callable[[str], dict]:
	def read(text: str) -> dict:
		if numbers.is_unit_price(text):
			return _unit_price(text)
		price = numbers.parse_price(text, unit)
		return {name: price.amount, "price_half": price.half_unit}

	return read


def _unit_price(text: str) -> dict:
	price = numbers.parse_unit_price(text)
	return {"unit_price": price.amount, "unit_price_half": price.half_unit}


def _tags(text: str) -> dict:
	"""`距离15号线望京东站680米房本满五年` → metro, 满五年, 随时看房: portals run their tags together."""
	metro = tuple(read_metro(text))
	rest = without_metro(text).replace("随时看房", "、随时看房、")
	return {"tags": "、".join(part for part in rest.split("、") if part), "metro": metro}


_YES_NO = {"有": "Yes", "是": "Yes", "YES": "Yes", "无": "No", "没有": "No", "否": "No", "NO": "No"}
_DECORATIONS = {
	**{"毛坯": "Rough", "清水": "Rough", "简装": "Simple", "简装修": "Simple", "普通装修": "Simple"},
	**{"精装": "Fine", "精装修": "Fine", "豪装": "Luxury", "豪华装修": "Luxury", "其他": None},
	**{"ROUGH": "Rough", "SIMPLE": "Simple", "FINE": "Fine", "LUXURY": "Luxury"},
}
_BUILDING_TYPES = {
	**floors.BUILDING_TYPES,
	**{"其他": "Other", "TOWER": "Tower", "SLAB": "Slab", "SLAB-TOWER": "Slab-Tower"},
	**{"BUNGALOW": "Bungalow", "OTHER": "Other"},
}
_LISTING_TYPES = {
	**{"出售": "Sale", "二手房": "Sale", "买卖": "Sale", "SALE": "Sale"},
	**{"出租": "Lease", "租赁": "Lease", "租房": "Lease", "LEASE": "Lease"},
}

# Target of a column -> reader of its text, which gives fields. A target says its unit where there are two.
READERS: dict[str, Callable[[str], dict]] = {
	"external_id": as_text("external_id"),
	"listing_type": choice("listing_type", _LISTING_TYPES),
	"estate_name": as_text("estate_name"),
	"district": as_text("district"),
	"circle": as_text("circle"),
	"address_text": as_text("address_text"),
	"building_no": as_text("building_no"),
	"unit_no": as_text("unit_no"),
	"room_no": as_text("room_no"),
	"property_type": _property_type,
	"layout": _layout,
	"bedrooms": one("bedrooms", parse_count),
	"living_rooms": one("living_rooms", parse_count),
	"kitchens": one("kitchens", parse_count),
	"bathrooms": one("bathrooms", parse_count),
	"gross_area": _area,
	"net_area": one("net_area", numbers.parse_area),
	"floor_text": _floor_text,
	"floor": one("floor", parse_count),
	"total_floors": one("total_floors", parse_count),
	"year_built": one("year_built", parse_count),
	"building_type": choice("building_type", _BUILDING_TYPES),
	"elevator": choice("elevator", _YES_NO),
	"orientation": one("orientation", wishes.orientation),
	"decoration": choice("decoration", _DECORATIONS),
	"price_wan": _price("asking_price", "Wan"),
	"price_yuan": _price("asking_price", "Yuan"),
	"unit_price": _unit_price,
	"rent": one("rent", numbers.parse_rent),
	"certificate_date": one("certificate_date", parse_date),
	"tags_text": _tags,
	"owner_name": as_text("owner_name"),
	"owner_phone": one("owner_phones", lambda typed: tuple(typed_phones(typed).items())),
	"remarks": as_text("remarks"),
}
# a name and remarks are texts
READERS |= {
	target: or_open(read) for target, read in READERS.items() if target not in ("owner_name", "remarks")
}
TARGETS = Targets(
	READERS,
	joined={"remarks": "\n", "tags_text": "、", "owner_phone": ""},
	needed=("estate_name",),
	dated=frozenset(("certificate_date", "tags_text", "remarks")),
	worded=frozenset(("address_text", "layout", "orientation", "decoration", "building_type", "owner_name")),
)
# what a row must say -> the targets that give it
GIVEN_BY = {"gross_area": {"gross_area"}, "asking_price": {"price_wan", "price_yuan"}, "rent": {"rent"}}
_NAMES = frozenset(item.name for item in fields(ParsedListing))


def parse_row(
	row: Row,
	mapping: Mapping,
	estates: EstateIndex,
	bounds: rules.Bounds,
	today: date,
	area_code: str = "",
) -> ParsedListing | Reject:
	"""Return a row as a ParsedListing, or the Reject that says all for which a person would refuse it too.

	`area_code` is that of local numbers.
	"""
	cells = read_cells(row, mapping.columns, TARGETS, {"listing_type": mapping.listing_type})
	values = cells.values
	values["tags"] = "、".join(filter(None, (values.get("tags"), values.pop("duplex", None))))
	for column, check in (
		(cells.origin.get("address_text") or cells.column("building_no"), _read_address),
		(cells.column("unit_price"), _check_prices),
		(cells.column("estate_name"), lambda values: _find_estate(values, estates)),
	):
		cells.judge(column, check)
	_check_needed(cells)
	_check_facts(cells, bounds, today)
	if cells.faults:
		return Reject.of(row.number, cells.faults)
	if "external_id" not in values:
		values["external_id"] = _digest(row, mapping)
	owners = values.pop("owner_phones", ())
	values["owner_phones"] = {with_area_code(number, area_code): typed for number, typed in owners}
	given = {name: values[name] for name in values.keys() & _NAMES}
	return ParsedListing(row=row.number, origin=cells.origin, **given)


def parse_rows(
	table: Table,
	mapping: Mapping,
	estates: EstateIndex,
	bounds: rules.Bounds,
	today: date,
	outcome: Outcome,
	area_code: str = "",
) -> Iterator[ParsedListing | Reject]:
	"""Yield every row of a file in order as a listing or a Reject, duplicates within the file among them.

	Two rows of one number, or of one address and type, are one listing: the later is refused. Rows that merely
	look alike are both taken and noted in `outcome`, which is kept up to date.
	"""
	seen: dict[object, int] = {}
	homes: dict[tuple, int] = {}
	for row in table.rows:
		parsed = parse_row(row, mapping, estates, bounds, today, area_code)
		if isinstance(parsed, ParsedListing):
			parsed = _twice(parsed, seen) or parsed
		if isinstance(parsed, Reject):
			outcome.rejects.append(parsed)
		else:
			outcome.taken += 1
			first = homes.setdefault(_look(parsed), parsed.row)
			if first != parsed.row:
				outcome.alike.append((first, parsed.row))
		yield parsed


def _find_estate(values: dict, estates: EstateIndex) -> None:
	where = [values.get(name, "") for name in ("estate_name", "district", "circle")]
	if name_key(where[0]):
		values["estate"] = estates.find(*where, values.get("metro", ()))


def _check_needed(cells: Cells) -> None:
	"""What every row says; a cell that wasn't understood isn't missing as well."""
	values = cells.values
	if not name_key(values.get("estate_name", "")) and "estate_name" not in cells.unread:
		cells.fault("estate_name", DomainError("The estate is missing"))
	for name in ("gross_area", rules.price_field(values["listing_type"])):
		if not values.get(name) and cells.unread.isdisjoint(GIVEN_BY[name]):
			cells.fault(name, DomainError("The value is missing"))
	if values.get("owner_name") and not values.get("owner_phones") and "owner_phone" not in cells.unread:
		cells.fault("owner_name", DomainError("An owner needs a phone number"))


def _check_facts(cells: Cells, bounds: rules.Bounds, today: date) -> None:
	known = {name: cells.values.get(name) for name in rules.Facts.__dataclass_fields__}
	for fault in rules.faults(rules.Facts(**known), bounds, today):
		if not (fault.field == "gross_area" and not known["gross_area"]):
			cells.fault(fault.field, fault.error)


def _read_address(values: dict) -> None:
	boxes = [values.get(name, "") for name in ("building_no", "unit_no", "room_no")]
	if any(boxes):
		# an address text beside them is kept as it was written
		parts = address.combine(*boxes)
	else:
		parts = address.parse_address(values.get("address_text", ""))
	values.update(building_no=parts.building, unit_no=parts.unit, room_no=parts.room)


def _check_prices(values: dict) -> None:
	"""Price, area and unit price: of three that are given they agree, of two the area follows.

	They agree as far as they were written: 47万 stands for 46.5 to 47.5, and 9,417 for 9,416.5 to 9,417.5.
	"""
	half, half_unit_price = (values.get(name, 0) for name in ("price_half", "unit_price_half"))
	price, area, unit_price = (values.get(name) for name in ("asking_price", "gross_area", "unit_price"))
	if not price or not unit_price:
		return
	if not area:
		values["gross_area"] = area = (price / unit_price).quantize(Decimal("0.01"), ROUND_HALF_UP)
		note = DomainError("The area of {0} m² is the price divided by the unit price", area)
		values["notes"] = (*values.get("notes", ()), note)
	elif abs(price - unit_price * area) > max(half + half_unit_price * area, price * UNIT_PRICE_TOLERANCE):
		raise DomainError(
			"A price of {0} CNY and an area of {1} m² make {2} CNY/m², not {3}",
			price,
			area,
			rules.unit_price(price, area),
			unit_price,
		)


def _digest(row: Row, mapping: Mapping) -> str:
	"""A row without a number is known again by its content."""
	content = "\0".join(fold(row.cells.get(column, "")) for column, _ in mapping.columns)
	return f"row-{hashlib.sha256(content.encode()).hexdigest()[:16]}"


def _twice(parsed: ParsedListing, seen: dict[object, int]) -> Reject | None:
	estate = _estate_id(parsed)
	place = address.property_key(estate, parsed.building_no, parsed.unit_no, parsed.room_no)
	marks = [(("number", parsed.external_id), DomainError("The row has the listing number of row {0}"))]
	if place:
		marks.append(((parsed.listing_type, place), DomainError("The row has the address of row {0}")))
	for mark, error in marks:
		first = seen.setdefault(mark, parsed.row)
		if first != parsed.row:
			return Reject(parsed.row, "", DomainError(error.template, first))
	return None


def _estate_id(parsed: ParsedListing) -> str:
	"""The same before an estate is in the dictionary and after."""
	place = parsed.estate or parsed
	name = parsed.estate.name if parsed.estate else parsed.estate_name
	return "/".join((name_key(name), place.district, place.circle))


def _look(parsed: ParsedListing) -> tuple:
	rooms = (parsed.bedrooms, parsed.living_rooms, parsed.bathrooms)
	height = (parsed.floor, parsed.floor_band, parsed.total_floors)
	price = (parsed.listing_type, parsed.asking_price, parsed.rent)
	return (_estate_id(parsed), parsed.gross_area, *rooms, *height, *price)
