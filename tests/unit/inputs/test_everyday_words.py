"""What offices write into lists, each with what it is read as."""

from datetime import date
from decimal import Decimal

import pytest

from agency_crm.domain.errors import DomainError
from agency_crm.domain.importing import client_rows, listing_rows
from agency_crm.domain.importing.base import Reject
from agency_crm.domain.inputs.dates import parse_date
from agency_crm.domain.inputs.floors import parse_floor_text
from agency_crm.domain.inputs.layout import Layout, parse_layout
from agency_crm.domain.inputs.numbers import Areas, parse_area, parse_areas, parse_price
from agency_crm.domain.inputs.tables import Row
from agency_crm.domain.listings.record import Bounds
from agency_crm.domain.matching.wishes import WORDS, kinds, orientation
from agency_crm.domain.places.estates import EstateIndex

COLUMNS = tuple((target, target) for target in listing_rows.READERS)
ROW = {"estate_name": "望京新城", "gross_area": "89.5", "price_wan": "350"}


def read(**cells):
	mapping = listing_rows.Mapping("Own", COLUMNS)
	return listing_rows.parse_row(
		Row(2, {**ROW, **cells}), mapping, EstateIndex(), Bounds(), date(2026, 11, 24)
	)


@pytest.mark.parametrize("typed", ["不限", " 不限 ", "都可以", "无所谓", "任意"])
def test_not_limited_is_open_in_every_box(typed):
	for target, reader in listing_rows.READERS.items():
		if target not in ("owner_name", "remarks"):
			assert not reader(typed), target
	for target in ("bedrooms", "area", "area_min", "needs_metro", "purpose", "urgency", "payment_way"):
		assert not client_rows.READERS[target](typed), target
	assert client_rows.READERS["places"](f"望京、{typed}") == {"places": ("望京",)}
	for field in WORDS:
		assert kinds(field, typed) == ()
	assert orientation(typed) == ""


@pytest.mark.parametrize(
	("typed", "ends"),
	[("80-不限", {"area_min": 80}), ("不限-100", {"area_max": 100}), ("80及以上", {"area_min": 80})],
)
def test_an_end_that_is_not_limited_is_open(typed, ends):
	assert client_rows.READERS["area"](typed) == ends


def test_a_budget_that_is_not_limited_is_any_price():
	for kind in ("Buy", "Rent"):
		assert client_rows.BUDGETS["budget_typed"](kind)("不限") == {"budget_min": 1}
	assert client_rows.BUDGETS["budget_typed"]("Buy")("300-不限") == {"budget_min": 3_000_000}


@pytest.mark.parametrize(
	("typed", "layout"),
	[
		("3+1房2厅", Layout(4, 2)),
		("复式3室2厅", Layout(3, 2)),
		("3室2厅1卫（复式）", Layout(3, 2, None, 1)),
		("4室2厅跃层", Layout(4, 2)),
	],
)
def test_layouts(typed, layout):
	assert parse_layout(typed) == layout


def test_a_home_on_two_floors_is_tagged_so():
	for typed in ("复式", "复式3室2厅"):
		assert read(layout=typed).tags == "复式"
	assert read(layout="复式", tags_text="满五").tags == "满五、复式"
	with pytest.raises(DomainError):
		parse_layout("复式")


@pytest.mark.parametrize(
	"typed", ["9-10/18", "9-10层/18层", "9-10层(共18层)", "第9至10层(共18层)", "9~10/18"]
)
def test_a_home_on_two_floors_is_on_the_lower(typed):
	found = parse_floor_text(typed)
	assert (found.floor, found.total_floors) == (9, 18)
	listing = read(floor_text=typed)
	assert listing.floor == 9 and typed in str(listing.notes[0])
	with pytest.raises(DomainError):
		parse_floor_text("10-9/18")


@pytest.mark.parametrize("typed", ["约120平", "120平左右", "大约120㎡", "建面约120㎡"])
def test_about_an_area(typed):
	assert parse_area(typed) == 120


@pytest.mark.parametrize(
	"typed", ["89.5㎡(套内75)", "89.5㎡（套内75㎡）", "建面89.5 套内75", "建筑面积89.5㎡，套内面积：75㎡"]
)
def test_gross_and_net_area_in_one_cell(typed):
	assert parse_areas(typed) == Areas(Decimal("89.5"), Decimal(75))
	listing = read(gross_area=typed)
	assert (listing.gross_area, listing.net_area) == (Decimal("89.5"), 75)


def test_the_net_area_alone_is_no_gross_area():
	with pytest.raises(DomainError):
		parse_areas("套内75")


@pytest.mark.parametrize("typed", ["45413", "45413.0", "45413.75", 45413])
def test_a_day_as_a_spreadsheet_counts_it(typed):
	assert parse_date(typed) == date(2024, 5, 1)


@pytest.mark.parametrize(
	("typed", "said"),
	[
		*(
			(text, "南 北")
			for text in ("南北", "南 北", "北南", "南北通透", "南、北", "朝南北", "坐南朝南北")
		),
		*((text, "南") for text in ("南", "南向", "朝南", "正南", "坐北朝南")),
		*(("东南", "东南"), ("东南 南", "南 东南"), ("东西", "东 西"), ("", "")),
	],
)
def test_directions_have_one_way_of_writing(typed, said):
	assert orientation(typed) == said == orientation(said)


def test_what_is_no_direction_is_refused():
	for typed in ("采光好", "南阳台"):
		with pytest.raises(DomainError):
			orientation(typed)


@pytest.mark.parametrize(
	("typed", "half"),
	[("47万", 5000), ("47", 5000), ("47.5", 500), ("470000元", Decimal("0.5")), ("1.2亿", 5_000_000)],
)
def test_half_a_unit_of_a_price_as_written(typed, half):
	assert parse_price(typed, "Wan").half_unit == half


def test_prices_agree_as_far_as_they_were_written():
	assert not isinstance(read(price_wan="47万", gross_area="49.38", unit_price="9,417"), Reject)
	assert not isinstance(read(price_wan="47万", gross_area="49.38", unit_price="9619"), Reject)
	for price, unit_price in (("47.00万", "9,417"), ("47万", "9300"), ("350", "9417")):
		assert isinstance(read(price_wan=price, gross_area="49.38", unit_price=unit_price), Reject)


def test_all_that_is_wrong_with_a_row_is_said_at_once():
	refused = read(
		gross_area="很大", price_wan="", layout="好户型", certificate_date="昨天", floor_text="20/18"
	)
	columns, reasons = refused.told()
	assert columns == "layout、gross_area、certificate_date、asking_price、floor_text"
	assert reasons.count(" · ") == 4 and "很大" in reasons and "昨天" in reasons


def test_a_cell_that_is_not_read_is_not_missing_too():
	refused = read(gross_area="很大")
	assert refused.told() == ("gross_area", str(refused.error)) and not refused.more


def test_all_that_is_wrong_with_a_client_is_said_at_once():
	columns = tuple((target, target) for target in ("client_name", "phone", "budget", "area"))
	row = Row(2, {"phone": "12", "budget": "便宜", "area": "大"})
	refused = client_rows.parse_row(row, columns, "Buy")
	assert refused.told()[0] == "phone、area、client_name、budget"
