"""Tax on labour service and what is left to pay. Figures: docs/rules/commission.md, "Labour service tax"."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.commission.payout import (
	LABOUR_TABLES,
	Band,
	LabourTable,
	labour_service_tax,
	month_tax,
	net,
)
from agency_crm.domain.errors import DomainError

TODAY = date(2026, 3, 31)
cents = st.integers(-(10**8), 10**8).map(lambda value: Decimal(value) / 100)


@pytest.mark.parametrize(
	("income", "tax"),
	[
		("19457.56", "3113.21"),
		("2830.20", "406.04"),
		("800", "0"),
		("800.01", "0"),
		("4000", "640"),
		("25000", "4000"),
		("25000.02", "4000.01"),
		("62500", "13000"),
		("100000", "25000"),
		("-500", "0"),
	],
)
def test_labour_service_tax(income, tax):
	assert labour_service_tax(Decimal(income), TODAY) == Decimal(tax)


@pytest.mark.parametrize(
	("amounts", "taxes"),
	[
		(("800", "800"), ("0", "160")),
		(("3000", "2000"), ("440", "360")),
		(("800", "-500", "0.01"), ("0", "0", "0")),
	],
)
def test_a_month_is_taxed_as_one(amounts, taxes):
	earlier = withheld = Decimal(0)
	for amount, tax in zip(amounts, taxes, strict=True):
		found = month_tax(Decimal(amount), earlier, withheld, TODAY)
		assert found == Decimal(tax)
		earlier, withheld = earlier + Decimal(amount), withheld + found


# a law that doesn't go on where its steps meet: each amount tells which side of a step it is on
NEW_LAW = LabourTable(
	effective_from=date(2027, 1, 1),
	free_upto=Decimal(1000),
	flat_upto=Decimal(5000),
	flat_deduction=Decimal(1500),
	percent_deduction=Decimal(20),
	bands=(Band(Decimal(10000), Decimal(10), Decimal(0)), Band(None, Decimal(20), Decimal(500))),
)


@pytest.mark.parametrize(
	("income", "on", "tax"),
	[
		("1000", date(2026, 12, 31), "40"),
		("1000", date(2027, 1, 1), "0"),
		("1500.10", date(2027, 1, 1), "0.01"),
		("5000", date(2028, 1, 1), "350"),
		("5000.01", date(2028, 1, 1), "400"),
		("12500", date(2028, 1, 1), "1000"),
		("12500.10", date(2028, 1, 1), "1500.02"),
	],
)
@pytest.mark.parametrize("tables", [(*LABOUR_TABLES, NEW_LAW), (NEW_LAW, *LABOUR_TABLES)])
def test_a_change_of_law_counts_from_its_first_day(income, on, tax, tables):
	assert labour_service_tax(Decimal(income), on, tables) == Decimal(tax)
	assert month_tax(Decimal(income), Decimal(0), Decimal(0), on, tables) == Decimal(tax)


def test_what_was_withheld_too_much_is_not_given_back():
	assert month_tax(Decimal(1000), Decimal(0), Decimal(41), TODAY) == 0


def test_no_table_in_force():
	with pytest.raises(DomainError) as caught:
		labour_service_tax(Decimal(1000), date(2018, 12, 31))
	assert str(caught.value) == "No tax table for labour service is in force on 2018-12-31"


@given(st.integers(0, 10**7), st.integers(1, 1000))
def test_more_income_never_leaves_less(fen, more):
	income, higher = Decimal(fen) / 100, Decimal(fen + more) / 100
	step = Decimal("0.02")  # two roundings
	kept = income - labour_service_tax(income, TODAY)
	assert higher - labour_service_tax(higher, TODAY) >= kept - step


def test_deductions():
	assert net(Decimal("8490.57"), Decimal("1210")) == (Decimal("7280.57"), 0)
	assert net(Decimal("-2188.68"), Decimal(0)) == (0, Decimal("-2188.68"))
	assert net(Decimal(100), Decimal(100)) == (0, 0)
	for gross, deductions, available in (("100", "100.01", "100"), ("-100", "0.01", "0.00")):
		with pytest.raises(DomainError) as caught:
			net(Decimal(gross), Decimal(deductions))
		assert str(caught.value) == f"The deductions of {deductions} are more than the {available} to pay"


@given(cents)
def test_paid_and_carried_make_the_gross(gross):
	paid, carried = net(gross, Decimal(0))
	assert paid >= 0 >= carried
	assert paid + carried == gross
