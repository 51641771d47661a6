from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.listings import record as rules

TODAY = date(2026, 11, 24)
BOUNDS = rules.Bounds(
	area_min=Decimal(5),
	area_max=Decimal(2000),
	price_min=Decimal(10_000),
	price_max=Decimal(500_000_000),
	rent_min=Decimal(100),
	rent_max=Decimal(500_000),
	floors_max=120,
)
SALE = rules.Facts("Sale", Decimal("89.5"), asking_price=Decimal(3_500_000), floor=5, total_floors=18)
LEASE = rules.Facts("Lease", Decimal("89.5"), rent=Decimal(5500))
amounts = st.decimals(1, 10**9, places=2)
areas = st.decimals(1, 5000, places=2)
days = st.dates(date(1980, 1, 1), TODAY)


def fields_of(facts, bounds=BOUNDS):
	return [fault.field for fault in rules.faults(facts, bounds, TODAY)]


def test_sound_facts_have_no_fault():
	assert fields_of(SALE) == fields_of(LEASE) == []


@pytest.mark.parametrize(
	("facts", "field"),
	[
		(replace(SALE, gross_area=Decimal(0)), "gross_area"),
		(replace(SALE, gross_area=Decimal("4.99")), "gross_area"),
		(replace(SALE, gross_area=Decimal(2001)), "gross_area"),
		(replace(SALE, asking_price=Decimal(350)), "asking_price"),
		(replace(SALE, asking_price=Decimal(-1)), "asking_price"),
		(replace(LEASE, rent=Decimal(99)), "rent"),
		(replace(LEASE, rent=Decimal(500_001)), "rent"),
		(replace(SALE, net_area=Decimal("89.51")), "net_area"),
		(replace(SALE, total_floors=121), "total_floors"),
		(replace(SALE, floor=19), "floor"),
		(replace(SALE, year_built=1799), "year_built"),
		(replace(SALE, year_built=2032), "year_built"),
	],
)
def test_a_fact_out_of_bounds_is_named(facts, field):
	assert fields_of(facts) == [field]


def test_every_fault_is_told_at_once_in_the_order_of_the_form():
	bad = replace(SALE, gross_area=Decimal(1), asking_price=Decimal(1), net_area=Decimal(2), floor=30)
	assert fields_of(bad) == ["gross_area", "asking_price", "net_area", "floor"]


@given(amounts, areas)
def test_without_bounds_no_price_or_area_is_a_fault(price, area):
	facts = rules.Facts("Sale", area, asking_price=price)
	assert fields_of(facts, rules.Bounds()) == []


@given(areas, st.sampled_from(["Sale", "Lease"]))
def test_a_price_of_the_other_type_is_not_judged(area, kind):
	other = {"rent": Decimal(1)} if kind == "Sale" else {"asking_price": Decimal(1)}
	assert (
		fields_of(rules.Facts(kind, area, **other), rules.Bounds(price_min=Decimal(5), rent_min=Decimal(5)))
		== []
	)


@given(st.text(min_size=1, max_size=30), st.sampled_from(["Sale", "Lease"]))
def test_a_property_has_one_live_key_a_type_and_none_when_it_is_not_live(key, kind):
	keys = {rules.live_key(key, kind, phase) for phase in rules.LIVE_PHASES}
	assert len(keys) == 1 and None not in keys
	other = "Lease" if kind == "Sale" else "Sale"
	assert rules.live_key(key, other, "Live") not in keys
	assert rules.live_key(key, kind, "Closed") is rules.live_key(key, kind, "Dead") is None
	assert rules.live_key(None, kind, "Live") is None


def test_a_record_of_another_system_needs_channel_and_number():
	assert rules.external_key("portal", "17") == "portal|17"
	assert rules.external_key("portal", "") is rules.external_key(None, "17") is None


@given(amounts, areas)
def test_a_unit_price_is_whole_and_within_half_a_yuan(price, area):
	unit = rules.unit_price(price, area)
	assert unit == int(unit) and abs(unit * area - price) <= area / 2


def test_a_unit_price_needs_price_and_area():
	assert rules.unit_price(Decimal(3_500_000), Decimal("89.5")) == Decimal(39106)
	assert rules.unit_price(None, Decimal(90)) is rules.unit_price(Decimal(1), None) is None


@given(st.one_of(st.none(), days), st.one_of(st.none(), days))
def test_holding_counts_from_the_earlier_paper(certificate, deed_tax):
	since = rules.held_since(certificate, deed_tax)
	assert since in (certificate, deed_tax)
	assert all(since <= day for day in (certificate, deed_tax) if day)


@given(days)
def test_a_year_of_holding_is_full_on_its_day_and_not_before(since):
	day = since.replace(year=since.year + 5, day=min(since.day, 28))
	since = since.replace(day=min(since.day, 28))
	assert rules.holding_years(since, day) == 5
	assert rules.holding_years(since, day - timedelta(days=1)) == 4
	assert rules.holding_years(None, day) is None


def test_a_title_tells_the_home_and_not_the_room():
	assert rules.listing_title("锦绣花园", "3室2厅1厨2卫", Decimal("98.50")) == "锦绣花园 3室2厅1厨2卫 98.5㎡"
	assert rules.listing_title("锦绣花园", None, None) == "锦绣花园"
