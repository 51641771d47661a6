"""What fees come to, and who approves."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.deals.fees import approvers, fee_amount
from agency_crm.domain.errors import DomainError

PRICE, RENT = Decimal(3500000), Decimal(5500)


def fee(basis, rate="0", amount="0", discount="0"):
	return fee_amount(basis, Decimal(rate), Decimal(amount), PRICE, RENT, Decimal(discount))


@pytest.mark.parametrize(
	("args", "amount"),
	[
		(("Percent of Price", "2"), "70000"),
		(("Percent of Price", "1"), "35000"),
		(("Months of Rent", "0.5"), "2750"),
		(("Amount", "0", "800.005"), "800.01"),
		(("Percent of Price", "2", "0", "5000"), "65000"),
	],
)
def test_fee_amount(args, amount):
	assert fee(*args) == Decimal(amount)


@pytest.mark.parametrize(
	"args",
	[
		("Percent of Price", "-1"),
		("Percent of Price", "100.01"),
		("Amount", "0", "100", "100.01"),
		("Amount", "0", "100", "-1"),
	],
)
def test_refused(args):
	with pytest.raises(DomainError):
		fee(*args)


@given(st.decimals(0, 100, places=4), st.decimals(0, 1, places=4))
def test_never_below_zero_nor_above_the_whole(rate, part):
	whole = fee("Percent of Price", str(rate))
	left = fee_amount("Percent of Price", rate, Decimal(0), PRICE, RENT, whole * part)
	assert 0 <= left <= whole <= PRICE


def test_nearest_first_without_those_who_gain():
	assert approvers(["m", None, "r", "m"], {"r"}) == ["m"]
	assert approvers(["m", "r"], {"m"}) == ["r"]
	assert approvers([None, "m"], {"m"}) == []
