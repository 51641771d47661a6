from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.numbers import (
	AmbiguousUnit,
	Price,
	format_wan,
	parse_area,
	parse_price,
	parse_rent,
)


@pytest.mark.parametrize(
	("text", "amount", "unit_given"),
	[
		("350", "3500000.00", False),
		(350, "3500000.00", False),
		(350.5, "3505000.00", False),
		("350万", "3500000.00", True),
		("３５０．５ｗ", "3505000.00", True),
		("350.5万元", "3505000.00", True),
		("3500000元", "3500000.00", True),
		("¥3,500,000元整", "3500000.00", True),
		("1.2亿", "120000000.00", True),
		("1亿2000万", "120000000.00", True),
		("350万5000元", "3505000.00", True),
		("三百五十万", "3500000.00", True),
		("800k", "800000.00", True),
		("20000", "200000000.00", False),
		("350.123456万", "3501234.56", True),
	],
)
def test_price_in_a_wan_box(text, amount, unit_given):
	assert parse_price(text, "Wan") == Price(Decimal(amount), unit_given)


def test_price_in_a_yuan_box():
	assert parse_price("3500000", "Yuan") == Price(Decimal("3500000.00"), False)
	assert parse_price("350万", "Yuan").amount == Decimal(3500000)


def test_a_big_bare_number_asks_which_unit_is_meant():
	with pytest.raises(AmbiguousUnit) as caught:
		parse_price("3,500,000", "Wan")
	assert caught.value.as_wan.amount == Decimal(35_000_000_000)
	assert caught.value.as_yuan.amount == Decimal(3_500_000)
	assert "3,500,000" in str(caught.value)
	with pytest.raises(AmbiguousUnit):
		parse_price("501", "Wan", ambiguous_above=Decimal(500))


@pytest.mark.parametrize(
	"text",
	[
		"",
		None,
		"面议",
		"-350",
		"350-380万",
		"3,50万",
		"0",
		"0万",
		"350万5",
		"元",
		"350美元",
		"nan",
		"1.2.3",
		"1e5",
	],
)
def test_what_is_no_price_is_refused(text):
	with pytest.raises(DomainError) as caught:
		parse_price(text, "Wan")
	assert not isinstance(caught.value, AmbiguousUnit)


@given(st.decimals(1, 99999999999, places=2))
def test_an_amount_in_yuan_reads_back_exactly(amount):
	assert parse_price(f"{amount}元", "Wan").amount == amount
	assert parse_price(f"{amount:,}元", "Wan").amount == amount
	assert parse_price(amount, "Yuan").amount == amount


@given(st.integers(1, 2_000_000))
def test_a_price_shown_in_wan_reads_back(hundredths):
	amount = Decimal(hundredths) * 100
	assert parse_price(format_wan(amount), "Wan").amount == amount


@pytest.mark.parametrize("text", ["9" * 16, "9" * 400, "1" + "0" * 308, "9" * 60 + "万"])
@pytest.mark.parametrize("parse", [parse_area, parse_rent, lambda text: parse_price(text, "Wan")])
def test_a_number_beyond_all_sizes_is_refused(text, parse):
	with pytest.raises(DomainError):
		parse(text)


def test_format_wan():
	assert format_wan(Decimal(3_500_000)) == "350.00"
	assert format_wan(Decimal("3505050")) == "350.51"
	assert format_wan(Decimal(0)) == "0.00"


@pytest.mark.parametrize(
	("text", "amount"),
	[
		("5500", 5500),
		("5,500元/月", 5500),
		("0.55万每月", 5500),
		("５．５Ｋ", 5500),
		("5500/月", 5500),
		(5500, 5500),
		("5500元一个月", 5500),
	],
)
def test_rent(text, amount):
	assert parse_rent(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "66000元/年", "5元/㎡/天", "面议", "0"])
def test_what_is_no_monthly_rent_is_refused(text):
	with pytest.raises(DomainError) as caught:
		parse_rent(text)
	assert "Rent" in str(caught.value)


@pytest.mark.parametrize(
	("text", "area"),
	[
		("154.62平米", "154.62"),
		("89㎡", "89"),
		("89 m²", "89"),
		("１２０平方米", "120"),
		("1,182.8平方", "1182.8"),
		(89, "89"),
		("89.125", "89.13"),
	],
)
def test_area(text, area):
	assert parse_area(text) == Decimal(area)


@pytest.mark.parametrize("text", ["", None, "5室2厅", "89亩", "89-90㎡", "0㎡", "-5"])
def test_what_is_no_area_is_refused(text):
	with pytest.raises(DomainError):
		parse_area(text)


@given(st.decimals(Decimal("0.01"), 99999, places=2))
def test_an_area_reads_back(area):
	assert parse_area(f"{area}平米") == area
