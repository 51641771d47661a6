"""Base, realised and due: the worked figures, and what holds for any.

Figures: docs/rules/commission.md, "Worked examples".
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.commission.dues import (
	LedgerSums,
	Share,
	base,
	commission,
	due,
	dues,
	performance_parts,
	period,
	realised,
	settle,
)

PERCENTS = [Decimal(percent) for percent in (10, 15, 5, 5, 5, 10, 15, 30, 5)]
RATES = [Decimal(rate) for rate in (40, 40, 40, 40, 40, 50, 50, 50, 40)]
AGENTS = "AABABCCCE"
B = Decimal("99056.61")

cents = st.integers(0, 10**9).map(lambda value: Decimal(value) / 100)


def sums(received="0", credited="0", net_credited="0", written_off="0"):
	return LedgerSums(
		invoiced=Decimal(105000),
		received=Decimal(received),
		credited=Decimal(credited),
		written_off=Decimal(written_off),
		commissionable_net_invoiced=B,
		commissionable_net_credited=Decimal(net_credited),
		commissionable_gross_invoiced=Decimal(105000),
		commissionable_gross_credited=Decimal(credited),
	)


def by_agent(amounts):
	return {agent: sum(a for a, of in zip(amounts, AGENTS, strict=True) if of == agent) for agent in "ABCE"}


def decimals(text: str) -> list[Decimal]:
	return [Decimal(part) for part in text.split()]


def test_case_1_performance_at_the_whole():
	parts = "9905.66 14858.49 4952.83 4952.83 4952.83 9905.66 14858.49 29716.99 4952.83"
	assert performance_parts(B, PERCENTS) == decimals(parts)


@pytest.mark.parametrize(
	("received", "whole", "total", "a", "b", "c", "e"),
	[
		("40000", "37735.85", "17169.84", "4528.31", "1509.44", "10377.37", "754.72"),
		("75000", "70754.72", "32193.42", "8490.57", "2830.20", "19457.56", "1415.09"),
		("105000", "99056.61", "45070.76", "11886.79", "3962.26", "27240.58", "1981.13"),
		("87000", "82075.48", "37344.35", "9849.06", "3283.02", "22570.76", "1641.51"),
	],
)
def test_cases_2_and_6_cumulative(received, whole, total, a, b, c, e):
	R = realised(B, sums(received))
	assert Decimal(whole) == R
	rows = dues(R, [Share(p, r) for p, r in zip(PERCENTS, RATES, strict=True)])
	assert sum(row.due for row in rows) == Decimal(total)
	assert by_agent([row.due for row in rows]) == dict(zip("ABCE", decimals(f"{a} {b} {c} {e}"), strict=True))


def test_case_2_rows_of_the_first_receipt():
	rows = dues(Decimal("37735.85"), [Share(p, r) for p, r in zip(PERCENTS, RATES, strict=True)])
	assert [row.due for row in rows] == decimals(
		"1509.44 2264.15 754.72 754.72 754.72 1886.80 2830.19 5660.38 754.72"
	)


def test_case_3_credited_and_refunded():
	after = sums("85000", "20000", "18867.92")
	assert base(after) == realised(base(after), after) == Decimal("80188.69")
	assert after.receivable == 0


def test_case_6_forgiven_is_not_received():
	lost = sums("75000", written_off="30000")
	assert realised(base(lost), lost) == Decimal("70754.72")
	assert lost.receivable == 0


def test_gross_base_and_deductions():
	assert base(sums(credited="5000"), "Gross", Decimal(1000)) == 99000
	assert base(sums(), deductions=Decimal("56.61")) == 99000


@given(received=cents, credited=st.integers(0, 105000))
def test_realised_never_exceeds_the_base(received, credited):
	stand = sums(str(received), str(credited))
	assert realised(B, stand) <= B
	if credited == 105000:
		assert realised(B, stand) == 0


@given(st.lists(cents, min_size=1, max_size=6), st.lists(st.integers(1, 60), min_size=1, max_size=8))
def test_differences_always_lead_to_the_cumulative_figure(receipts, percents):
	rates = [Decimal(40 + index) for index in range(len(percents))]
	accrued = [Decimal(0)] * len(percents)
	whole = Decimal(0)
	for receipt in [*receipts, -sum(receipts)]:  # everything is taken back in the end
		whole += receipt
		shares = [Share(Decimal(p), r, a) for p, r, a in zip(percents, rates, accrued, strict=True)]
		rows = dues(whole, shares)
		accrued = [a + row.difference for a, row in zip(accrued, rows, strict=True)]
		assert accrued == [row.due for row in rows]
		assert sum(row.performance for row in rows) == whole
	assert not any(accrued)


def test_what_is_due_never_falls_below_0():
	"""It is taken down to nothing; the rest is told apart."""
	row = due(Decimal("-100.00"), Share(Decimal(100), Decimal(40), Decimal("30.00")))
	assert (row.due, row.difference, row.short) == (0, Decimal("-30.00"), Decimal("-40.00"))


@pytest.mark.parametrize(
	("amount", "held", "posted", "left"),
	[
		("20", {"former": "13"}, {}, "7"),
		("0", {"former": "13"}, {"former": "-13"}, "0"),
		("10", {"former": "13", "latest": "6"}, {"former": "-3", "latest": "-6"}, "0"),
		# taken from whoever had nothing, as it used to be
		("0", {"former": "13", "latest": "-13"}, {"former": "-13", "latest": "13"}, "0"),
	],
)
def test_what_is_too_much_is_taken_from_who_holds_it(amount, held, posted, left):
	found = settle(Decimal(amount), {holder: Decimal(has) for holder, has in held.items()})
	assert found == ({holder: Decimal(change) for holder, change in posted.items()}, Decimal(left))


def test_what_came_of_a_receipt_that_is_gone_is_taken_back_whole():
	held = {"before": Decimal(10), "after": Decimal(3)}
	assert settle(Decimal(7), held, {"before": Decimal(10)}) == ({"before": Decimal(-10)}, Decimal(4))
	assert settle(Decimal(2), held, {"before": Decimal(10)}) == (
		{"before": Decimal(-10), "after": Decimal(-1)},
		Decimal(0),
	)
	assert settle(Decimal(13), held, {"after": Decimal(-3)}) == ({}, Decimal(0))


signed_cents = cents.flatmap(lambda has: st.sampled_from((has, -has)))


@given(cents, st.lists(signed_cents, max_size=4), st.lists(signed_cents, max_size=4))
def test_settled_holders_have_what_is_due_and_nobody_less_than_nothing(amount, held, gone):
	posted, left = settle(amount, dict(enumerate(held)), dict(enumerate(gone)))
	after = [has + posted.get(holder, 0) for holder, has in enumerate(held)]
	assert sum(after) + left == amount
	assert all(has >= 0 for has in after)
	assert left >= 0


def test_commission_rounds_half_up():
	assert commission(Decimal("3773.59"), Decimal(50)) == Decimal("1886.80")


@pytest.mark.parametrize(
	("day", "cut_off", "start", "end"),
	[
		(date(2026, 3, 10), 31, date(2026, 3, 1), date(2026, 3, 31)),
		(date(2026, 2, 28), 31, date(2026, 2, 1), date(2026, 2, 28)),
		(date(2026, 3, 25), 25, date(2026, 2, 26), date(2026, 3, 25)),
		(date(2026, 3, 26), 25, date(2026, 3, 26), date(2026, 4, 25)),
		(date(2026, 12, 26), 25, date(2026, 12, 26), date(2027, 1, 25)),
		(date(2026, 3, 1), 30, date(2026, 3, 1), date(2026, 3, 30)),
	],
)
def test_period(day, cut_off, start, end):
	assert period(day, cut_off) == (start, end)


@given(st.dates(date(2020, 1, 31), date(2030, 1, 1)), st.integers(1, 31))
def test_periods_follow_each_other(day, cut_off):
	start, end = period(day, cut_off)
	assert start <= day <= end
	assert period(end + timedelta(days=1), cut_off)[0] == end + timedelta(days=1)
