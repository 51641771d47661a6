"""Whose the money of one receipt is."""

from decimal import Decimal

import pytest

from agency_crm.domain.commission.receipts import parts, remembered


def amounts(**values: float | str) -> dict[str, Decimal]:
	return {name: Decimal(str(value)) for name, value in values.items()}


@pytest.mark.parametrize(
	("before", "settled", "whole", "expected"),
	[
		({}, {"a": 1000, "b": 2000}, 3500, {"a": 1000, "b": 2000}),
		# b's invoice was cancelled, and a part settled again: the rest stays b's
		({"a": 1000, "b": 2000}, {"a": 1000, "b": 1500}, 3000, {"a": 1000, "b": 2000}),
		# what a gets more comes from nobody's, then from what b has loose
		({"a": 1000, "b": 2000}, {"a": 1400}, 3500, {"a": 1400, "b": 2000}),
		({"a": 1000, "b": 2000}, {"a": 1400}, 3000, {"a": 1400, "b": 1600}),
		# from who has most loose first, then from the next
		({"a": 500, "b": 2000}, {"c": 300}, 2500, {"a": 500, "b": 1700, "c": 300}),
		({"a": 500, "b": 700}, {"c": 1000}, 1200, {"a": 200, "c": 1000}),
		({"a": 0.5}, {"b": 1}, 1, {"b": 1}),
		# what is settled of a isn't loose, however much it is
		({"a": 2000, "b": 1000}, {"a": 2000, "c": 500}, 3000, {"a": 2000, "b": 500, "c": 500}),
		# a refund
		({"a": -1000}, {"a": -400, "b": -300}, -1200, {"a": -900, "b": -300}),
		# a credit note in a receipt gives back
		({}, {"a": -600, "b": 1000}, 400, {"a": -600, "b": 1000}),
	],
)
def test_what_is_remembered(before, settled, whole, expected):
	found = remembered(amounts(**before), amounts(**settled), Decimal(whole))
	assert found == amounts(**expected)


@pytest.mark.parametrize(
	("left", "money", "shares", "expected"),
	[
		(2000, 2000, {"b": 2000}, {"b": 2000}),
		(2500, 2500, {"b": 2000}, {"b": 2000, None: 500}),
		(-2500, -2500, {"b": -2000}, {"b": -2000, None: -500}),
		# less is left than was theirs: a part was paid back
		(1500, 1500, {"a": 1000, "b": 2000}, {"a": 500, "b": 1000}),
		# a tenth of it was written off
		(3000, 2700, {"a": 1000, "b": 2000}, {"a": 900, "b": 1800}),
		# all of it was
		(3000, 0, {"a": 1000, "b": 2000}, {"a": 0, "b": 0}),
		# to the fen, as any sum
		("0.30", "0.30", {"a": "0.50", "b": "0.40"}, {"a": "0.17", "b": "0.13"}),
		# one owes what the other has
		(400, 400, {"a": -600, "b": 1000}, {"a": -600, "b": 1000}),
		(0, 0, {"a": -600, "b": 600}, {"a": -600, "b": 600}),
		# what was written off of that is nobody's
		(400, 300, {"a": -600, "b": 1000}, {"a": -600, "b": 1000, None: -100}),
		(500, 300, {"a": -600, "b": 1000}, {"a": -600, "b": 1000, None: -100}),
	],
)
def test_whose_is_what_is_left(left, money, shares, expected):
	found = parts(Decimal(left), Decimal(money), amounts(**shares))
	assert found == {name: Decimal(value) for name, value in expected.items()}
