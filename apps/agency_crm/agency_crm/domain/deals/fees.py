"""What a deal's fees come to and who may approve it.

Rules: docs/rules/deals.md, "Fees", and docs/rules/visibility.md, "Who approves". Amounts are CNY,
percentages 0-100.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from agency_crm.domain.errors import DomainError
from agency_crm.domain.money import fen


def fee_amount(
	basis: str,
	rate: Decimal,
	amount: Decimal,
	deal_price: Decimal,
	monthly_rent: Decimal,
	discount: Decimal = Decimal(0),
) -> Decimal:
	"""Return a fee in CNY: `rate` % of the price, `rate` months of rent, or the amount itself; less the
	discount.

	`basis` is "Percent of Price", "Months of Rent" or "Amount". With "Amount", `amount` is before the
	discount.

	Raises:
		DomainError: a rate or discount below 0, a percent above 100, or a discount above the fee.
	"""
	if rate < 0 or discount < 0:
		raise DomainError("Rate and discount can't be below 0")
	if basis == "Percent of Price":
		if rate > 100:
			raise DomainError("A fee of {0} % is more than the price", rate)
		whole = fen(deal_price * rate / 100)
	elif basis == "Months of Rent":
		whole = fen(monthly_rent * rate)
	else:
		whole = fen(amount)
	if discount > whole:
		raise DomainError("The discount of {0} is more than the fee of {1}", fen(discount), whole)
	return whole - fen(discount)


def approvers(chain: Sequence[str | None], involved: Collection[str]) -> list[str]:
	"""Return who may approve a deal, nearest first: managers from its store upwards, but for the involved.

	`chain` is the manager of the deal's store, then of each node above; None where a node has none. A manager
	acts for every store below, so each of them may. Empty means that the Agency Administrators decide.
	"""
	return list(dict.fromkeys(manager for manager in chain if manager and manager not in involved))
