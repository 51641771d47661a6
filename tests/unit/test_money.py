"""Rounding and parts that always sum to the whole."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.money import FEN, apportion, exact, fen, spread

amounts = st.integers(-(10**10), 10**10).map(lambda cents: Decimal(cents) / 100)
weights = st.lists(st.decimals(0, 100, places=4), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(
	("value", "rounded"),
	[("0.005", "0.01"), ("-0.005", "-0.01"), ("2.675", "2.68"), ("1886.795", "1886.80"), ("3", "3.00")],
)
def test_half_goes_away_from_zero(value, rounded):
	assert fen(value) == Decimal(rounded)


@given(amounts)
def test_rounding_is_symmetrical(amount):
	assert fen(-amount / 3) == -fen(amount / 3)


def test_stored_floats_are_read_as_written():
	assert exact(0.1 + 0.2) == Decimal("0.30")
	assert exact(None) == 0


@pytest.mark.parametrize(
	("total", "parts"),
	[("0.10", ".04 .04 .02"), ("0.11", ".05 .05 .01"), ("-0.11", "-.05 -.05 -.01"), ("0.01", ".01 0 0")],
)
def test_a_row_may_fall_by_a_fen_when_more_comes(total, parts):
	shares = [Decimal(43), Decimal(43), Decimal(14)]
	assert apportion(Decimal(total), shares) == [Decimal(part) for part in parts.split()]


@given(amounts, weights)
def test_parts_sum_to_the_whole(total, shares):
	assert sum(apportion(total, shares)) == total


@given(amounts, weights)
def test_no_part_is_a_fen_off_its_share(total, shares):
	for part, share in zip(apportion(total, shares), shares, strict=True):
		assert abs(part - total * share / sum(shares)) < FEN


@given(amounts, weights)
def test_a_negative_whole_mirrors_the_positive(total, shares):
	assert apportion(-total, shares) == [-part for part in apportion(total, shares)]


def test_ties_go_to_the_earlier_row():
	assert apportion(Decimal("0.01"), [Decimal(1)] * 2) == [Decimal("0.01"), Decimal(0)]


def test_refused():
	with pytest.raises(ValueError, match=r"^weights must not be negative$"):
		apportion(Decimal(1), [Decimal(-1), Decimal(2)])
	with pytest.raises(ValueError, match=r"^no weight to carry the total$"):
		apportion(Decimal(1), [Decimal(0)])
	assert apportion(Decimal(0), [Decimal(0)]) == [Decimal(0)]


def test_parts_of_one_voucher_over_several_invoices_sum_to_it():
	parts = spread([Decimal("33.33")] * 3, [Decimal("49.99"), Decimal(50)])
	assert [str(received) for received, _rest in parts] == ["16.67", "16.66", "16.66"]
	assert [str(rest) for _received, rest in parts] == ["16.66", "16.67", "16.67"]


@given(st.lists(amounts.map(abs), min_size=1, max_size=6), weights)
def test_spread_keeps_both_sums(wholes, of):
	parts = spread(wholes, of)
	assert [sum(row) for row in parts] == wholes
	assert [sum(column) for column in zip(*parts, strict=True)] == apportion(sum(wholes), of)
	assert all(part >= 0 for row in parts for part in row)
