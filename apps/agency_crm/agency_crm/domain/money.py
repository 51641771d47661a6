"""Money to the fen: rounding half away from zero and parts that always sum to the whole.

Rules: docs/rules/commission.md, "Rounding". Every amount is a Decimal in CNY.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")
ZERO = Decimal("0.00")


def fen(amount: Decimal | int | str) -> Decimal:
	"""Return an amount in CNY rounded to the fen, half away from zero."""
	return Decimal(amount).quantize(FEN, ROUND_HALF_UP)


def exact(amount: float | int | str | Decimal | None) -> Decimal:
	"""Return a stored amount in CNY as the Decimal to the fen it stands for; None is 0.00."""
	return fen(str(amount or 0))


def apportion(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
	"""Return `total` in parts by `weights`, each to the fen, their sum exactly `total`: largest remainder.

	Each part is rounded down first; the fen left over go to the largest remainders, ties to the earlier row.
	A negative total mirrors the positive one. Weights of which none is above 0 give parts of 0, for a total
	of 0.

	Raises:
		ValueError: a negative weight, or a total without any weight to carry it.
	"""
	if any(weight < 0 for weight in weights):
		raise ValueError("weights must not be negative")
	whole = sum(weights, Decimal(0))
	if not whole:
		if total:
			raise ValueError("no weight to carry the total")
		return [ZERO for _ in weights]
	if total < 0:
		return [-part for part in apportion(-total, weights)]
	shares = [total * weight / whole for weight in weights]
	parts = [share.quantize(FEN, ROUND_FLOOR) for share in shares]
	left = int((total - sum(parts, ZERO)) / FEN)
	by_remainder = sorted(range(len(parts)), key=lambda index: (parts[index] - shares[index], index))
	for index in by_remainder[:left]:
		parts[index] += FEN
	return parts


def spread(wholes: Sequence[Decimal], weights: Sequence[Decimal]) -> list[list[Decimal]]:
	"""Return for each of `wholes` its parts by `weights`, so that each weight's parts sum to its part of them all.

	No whole is below 0. What rounding leaves of a whole is its last part.

	Raises:
		ValueError: see `apportion`.
	"""
	left = list(wholes)
	columns = []
	for total in apportion(sum(wholes, ZERO), weights)[:-1]:
		columns.append(apportion(total, left))
		left = [whole - part for whole, part in zip(left, columns[-1], strict=True)]
	return [list(parts) for parts in zip(*columns, left, strict=True)]
