"""From what the ledger says to what each row of a split is due.

Rules: docs/rules/commission.md, "Base and realised amount", "Accruals", "Worked examples".
Amounts are Decimals in CNY, rates are % of 0-100.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, TypeVar

from agency_crm.domain.money import ZERO, apportion, fen

SplitBase = Literal["Net of VAT", "Gross"]
Holder = TypeVar("Holder", bound=Hashable)


@dataclass(frozen=True)
class LedgerSums:
	"""What the payment ledger says of one deal, gross of VAT, and what of it is base for commission.

	`invoiced`, `credited`, `received`, `written_off` are above 0 in the usual direction: a credit note of
	20,000 is credited 20,000, a refund lowers received. `unclassified` is what no rule explains. The
	`commissionable_` figures are of the commissionable fees alone, net of VAT and gross, as ERPNext booked
	them.
	"""

	invoiced: Decimal = ZERO
	credited: Decimal = ZERO
	received: Decimal = ZERO
	written_off: Decimal = ZERO
	unclassified: Decimal = ZERO
	commissionable_net_invoiced: Decimal = ZERO
	commissionable_net_credited: Decimal = ZERO
	commissionable_gross_invoiced: Decimal = ZERO
	commissionable_gross_credited: Decimal = ZERO

	@property
	def receivable(self) -> Decimal:
		"""What the payers still owe."""
		return self.invoiced - self.credited - self.received - self.written_off


@dataclass(frozen=True)
class Share:
	"""One row of a split: its percent of the whole, its commission rate in %, what was accrued so far."""

	percent: Decimal
	rate: Decimal
	accrued: Decimal = ZERO


@dataclass(frozen=True)
class Due:
	"""What one row stands at: performance and commission due, cumulative, and the difference to post.

	What is due is never below 0: `short` is what of it would be, 0 or less.
	"""

	performance: Decimal
	due: Decimal
	difference: Decimal
	short: Decimal = ZERO


def base(sums: LedgerSums, split_base: SplitBase = "Net of VAT", deductions: Decimal = ZERO) -> Decimal:
	"""Return the base B: commissionable invoices less credits less deductions before the split."""
	if split_base == "Gross":
		return sums.commissionable_gross_invoiced - sums.commissionable_gross_credited - deductions
	return sums.commissionable_net_invoiced - sums.commissionable_net_credited - deductions


def realised(whole: Decimal, sums: LedgerSums) -> Decimal:
	"""Return R = min(B, round(B × received ÷ (invoiced − credited))), 0 where nothing is invoiced."""
	claim = sums.invoiced - sums.credited
	if not claim:
		return ZERO
	return min(whole, fen(whole * sums.received / claim))


def performance_parts(whole: Decimal, percents: Sequence[Decimal]) -> list[Decimal]:
	"""Return the parts of `whole` by percent, to the fen, ties to the earlier row."""
	return apportion(whole, percents)


def commission(part: Decimal, rate: Decimal) -> Decimal:
	"""Return the commission of a part of the performance at a rate in %, to the fen."""
	return fen(part * rate / 100)


def due(part: Decimal, share: Share) -> Due:
	"""Return what a row is due of its `part` of the performance, and the difference to what it was accrued.

	Always from cumulative figures, so a row may fall by a fen when more money comes.
	"""
	amount = commission(part, share.rate)
	owed = max(amount, ZERO)
	return Due(part, owed, owed - share.accrued, min(amount, ZERO))


def dues(whole: Decimal, shares: Sequence[Share]) -> list[Due]:
	"""Return what each row is due of what is realised."""
	parts = performance_parts(whole, [share.percent for share in shares])
	return [due(part, share) for part, share in zip(parts, shares, strict=True)]


def settle(
	amount: Decimal, held: Mapping[Holder, Decimal], gone: Mapping[Holder, Decimal] = MappingProxyType({})
) -> tuple[dict[Holder, Decimal], Decimal]:
	"""Return what to post to each holder so that together they have at most `amount`, and what is left of it.

	`held` says who has how much, the latest last, `gone` what of it came from receipts that are no more: that is
	taken from its holder whole. What is too much still is taken from the latest first, from nobody below 0; a
	holder below 0 is brought back to 0. What is left is due to whoever earns it today.
	"""
	kept = {holder: max(has - max(gone.get(holder, ZERO), ZERO), ZERO) for holder, has in held.items()}
	left = amount - sum(kept.values(), ZERO)
	for holder in reversed(kept):
		taken = min(kept[holder], max(-left, ZERO))
		kept[holder] -= taken
		left += taken
	return {holder: kept[holder] - has for holder, has in held.items() if kept[holder] != has}, left


def period(day: date, cut_off_day: int) -> tuple[date, date]:
	"""Return the first and last day of the commission month that `day` is in.

	It ends on `cut_off_day`, 1-31, or on the calendar month's last day where that is earlier; 31 is the
	calendar month.
	"""
	end = _cut_off(day, cut_off_day)
	if day > end:
		end = _cut_off(end.replace(day=1) + timedelta(days=32), cut_off_day)
	return _cut_off(end.replace(day=1) - timedelta(days=1), cut_off_day) + timedelta(days=1), end


def _cut_off(day: date, cut_off_day: int) -> date:
	return day.replace(day=min(cut_off_day, monthrange(day.year, day.month)[1]))
