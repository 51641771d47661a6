"""Commission Reconciliation: what the ledgers say of each deal, against what follows from them.

Every difference is computed from two independent sources, and must read 0.00. Rules: docs/rules/commission.md,
"Reconciliation".
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import frappe

from agency_crm.accounting import accruals, invoices, ledger, loose, payables, settings
from agency_crm.accounting.standing import HELD, Standing, accrued_by_ledger, standings, unsigned
from agency_crm.domain.money import ZERO, exact

LOT = 2000  # deals read at once
DIFFERENCES = (
	"unclassified",
	"receivable_difference",
	"billed_twice",
	"split_difference",
	"accrual_difference",
	"ledger_difference",
	"payable_difference",
	"payee_difference",
)
# no differences, but to be explained: money that settles nothing, fees without an invoice
OPEN = ("loose", "unbilled")
# of all splits of a deal
OF_ALL_SPLITS = ("accrual_difference", "ledger_difference", "payable_difference")


def deal_rows(deals: Sequence[str], seen: Collection[str] | None = None) -> list[frappe._dict]:
	"""Return a row for each deal, in the order given; Decimals in CNY. About ten queries each `LOT` deals.

	With the splits `seen`, split figures are summed over those alone. Their differences are left out where a
	split is missing: the total less a sharer's own amounts would tell another's.
	"""
	return [row for start in range(0, len(deals), LOT) for row in _lot(deals[start : start + LOT], seen)]


def payee_rows(company: str | None) -> list[frappe._dict]:
	"""Return a row for each payee: payable by our accruals and payouts, against their general ledger balance."""
	ours, books = payables.by_accruals(company), payables.by_ledger(company)
	names = payables.names({*ours, *books})
	return [
		frappe._dict(
			party_type=party[0],
			party=party[1],
			title=names.get(party, party[1]),
			payee_payable=ours.get(party, ZERO),
			payee_in_ledger=books.get(party, ZERO),
			payee_difference=ours.get(party, ZERO) - books.get(party, ZERO),
		)
		for party in sorted({*ours, *books}, key=lambda party: names.get(party, party[1]))
	]


def is_off(row: frappe._dict) -> bool:
	"""Whether one of the row's differences isn't 0.00."""
	return any(row.get(field) for field in DIFFERENCES)


def is_open(row: frappe._dict) -> bool:
	"""Whether money of the deal settles nothing, or a fee of it is unbilled."""
	return any(row.get(field) for field in OPEN)


def compare_again(deal: str) -> bool:
	"""Compare a deal anew after the cause of its held accrual was mended; return whether it went through."""
	accruals.compare_or_hold(deal)
	return not frappe.db.exists("Commission Accrual", {"deal": deal, "status": HELD})


def unsigned_with_money(company: str | None) -> list[str]:
	"""Deals that were never signed and that an invoice or a payment names all the same."""
	return ledger.unsigned_with_money(company)


def warnings() -> list[str]:
	"""Return the settings that make the figures untrustworthy, one sentence each."""
	return settings.rounding_problems()


def _lot(deals: Sequence[str], seen: Collection[str] | None) -> Iterator[frappe._dict]:
	found = standings(deals)
	if others := [deal for deal in deals if deal not in found]:
		found |= unsigned(others)
	unallocated, unbilled = loose.by_deal(deals), invoices.unbilled(deals)
	billed_twice = invoices.billed_twice(deals)
	outstanding = ledger.open_amounts(deals)
	booked = accrued_by_ledger(deals)
	for deal in deals:
		if standing := found.get(deal):
			row = _row(standing, outstanding[deal], booked.get(deal, ZERO))
			row.update(loose=unallocated.get(deal, ZERO), unbilled=unbilled.get(deal, ZERO))
			row.billed_twice = billed_twice.get(deal, ZERO)
			if seen is not None:
				_narrow(row, standing, seen)
			yield row


def _narrow(row: frappe._dict, standing: Standing, seen: Collection[str]) -> None:
	"""Leave in a row what follows from the splits seen."""
	shown = [split for split in standing.rows if split.split.name in seen]
	if len(shown) == len(standing.rows):
		return
	part = replace(standing, rows=shown)
	row.update(due=part.total("due"), accrued=part.accrued, paid=part.paid, payable=part.accrued - part.paid)
	row.update(dict.fromkeys(OF_ALL_SPLITS))


def _row(standing: Standing, outstanding: Decimal, booked: Decimal) -> frappe._dict:
	deal, sums = standing.deal, standing.sums
	due, accrued, paid = standing.total("due"), standing.accrued, standing.paid
	stored = sum((exact(row.split.accrued) - exact(row.split.paid) for row in standing.rows), ZERO)
	splits = sum((exact(row.split.realised) for row in standing.rows if row.split.kind == "Split"), ZERO)
	return frappe._dict(
		deal=deal.name,
		title=deal.listing_title,
		store=deal.store,
		status=deal.status,
		signed_on=deal.signed_on,
		invoiced=sums.invoiced,
		credited=sums.credited,
		received=sums.received,
		written_off=sums.written_off,
		unclassified=sums.unclassified,
		receivable=sums.receivable,
		receivable_difference=sums.receivable - outstanding,
		base=standing.base,
		realised=standing.realised,
		splits=splits,
		split_difference=splits - standing.realised,
		due=due,
		accrued=accrued,
		accrual_difference=accrued - due,
		ledger_difference=accrued - booked,
		paid=paid,
		payable=accrued - paid,
		payable_difference=accrued - paid - stored,
	)
