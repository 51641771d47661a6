"""Whose the money of one voucher is, where it settles invoices of several deals or of none.

Amounts are Decimals in CNY, above 0 for a receipt, below 0 for a refund.
Rules: docs/rules/commission.md, "Loose money".
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from agency_crm.domain.money import ZERO, apportion

Amounts = Mapping[str, Decimal]


def remembered(before: Amounts, settled: Amounts, whole: Decimal) -> dict[str, Decimal]:
	"""Return what of a receipt of `whole` is which deal's: what was, and at least what it settles of each now.

	What a deal has got more than `before` comes out of what was no deal's, then out of what others have loose.
	"""
	mine = {
		deal: max(before.get(deal, ZERO), settled.get(deal, ZERO), key=abs) for deal in {**before, **settled}
	}
	over = abs(sum(mine.values(), ZERO)) - abs(whole)
	loose = {deal: mine[deal] - settled.get(deal, ZERO) for deal in mine}
	for deal in sorted(loose, key=lambda deal: -abs(loose[deal])):
		taken = min(max(over, ZERO), abs(loose[deal]))
		mine[deal] -= taken if loose[deal] > 0 else -taken
		over -= taken
	return {deal: amount for deal, amount in mine.items() if amount}


def parts(left: Decimal, money: Decimal, shares: Amounts) -> dict[str | None, Decimal]:
	"""Return whose the `money` is of what a voucher has `left`, by what each deal's `shares` of it are.

	What is in no share is nobody's: None. Of what isn't money each bears its part.
	"""
	if left < 0:
		return {deal: -part for deal, part in parts(-left, -money, _negative(shares)).items()}
	found: dict[str | None, Decimal] = {deal: share for deal, share in shares.items() if share}
	one_way = all(share > 0 for share in found.values())
	if one_way and sum(found.values(), ZERO) > left:
		found = _shared(left, found)
	elif rest := left - sum(found.values(), ZERO):
		found[None] = rest
	if money == left:
		return found
	if one_way and money >= 0:
		return _shared(money, found)
	return {**found, None: found.get(None, ZERO) + money - left}


def _shared(total: Decimal, weights: Mapping[str | None, Decimal]) -> dict[str | None, Decimal]:
	return dict(zip(weights, apportion(total, [*weights.values()]), strict=True))


def _negative(amounts: Amounts) -> dict[str, Decimal]:
	return {deal: -amount for deal, amount in amounts.items()}
