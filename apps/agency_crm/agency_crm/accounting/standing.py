"""Where each deal stands: what its ledger says, what follows from it, and what was accrued and paid.

It only reads; `accruals` posts the difference. Rules: docs/rules/commission.md, "Accruals".
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe.query_builder.functions import Max, Sum
from pypika import Table
from pypika.queries import QueryBuilder

from agency_crm.accounting import ledger
from agency_crm.domain.commission import dues as rules
from agency_crm.domain.money import ZERO, exact

POSTED, HELD, CANCELLED = "Posted", "Held", "Cancelled"
FIGURES = ["invoiced", "credited", "received", "realised"]
DEAL_FIELDS = [
	*("name", "listing_title", "company", "store", "status", "signed_on", "split_base", "pooling"),
	*FIGURES,
]
SPLIT_FIELDS = [
	*("name", "deal", "role", "kind", "payee_type", "agent", "supplier", "store", "percent", "rate"),
	"covered_splits",
	*("performance", "realised", "accrued", "paid"),
]


class Holder(NamedTuple):
	"""Where an accrual stands in the books: a party, and the payable account that was credited."""

	party_type: str
	party: str
	account: str


@dataclass(frozen=True)
class Row:
	"""A Deal Split with its part of the whole base, and what it is due of what is realised.

	`posted` is what was accrued, by who holds it, the latest last.
	"""

	split: frappe._dict
	performance: Decimal
	due: rules.Due
	posted: dict[Holder, Decimal]
	paid: Decimal

	@property
	def accrued(self) -> Decimal:
		return self.due.due - self.due.difference

	@property
	def figures(self) -> dict[str, Decimal]:
		"""What the Deal Split should have stored."""
		figures = {"performance": self.performance, "realised": self.due.performance}
		return figures | {"accrued": self.accrued, "paid": self.paid}

	@property
	def is_due(self) -> bool:
		"""Whether something is to post: what is due isn't what was accrued, or somebody holds less than nothing."""
		return bool(self.due.difference) or any(amount < 0 for amount in self.posted.values())


@dataclass(frozen=True)
class Standing:
	"""Where a deal stands: what its ledger says, what follows from it, row by row; CNY."""

	deal: frappe._dict
	sums: rules.LedgerSums
	base: Decimal
	realised: Decimal
	rows: list[Row]

	def total(self, figure: str) -> Decimal:
		"""The sum of `figure` (due, difference) over the rows."""
		return sum((getattr(row.due, figure) for row in self.rows), ZERO)

	@property
	def accrued(self) -> Decimal:
		return sum((row.accrued for row in self.rows), ZERO)

	@property
	def paid(self) -> Decimal:
		return sum((row.paid for row in self.rows), ZERO)

	@property
	def figures(self) -> dict[str, Decimal]:
		"""What the Deal should have stored."""
		sums = self.sums
		figures = {"invoiced": sums.invoiced, "credited": sums.credited, "received": sums.received}
		return figures | {"realised": self.realised}

	@property
	def is_off(self) -> bool:
		"""Whether something is still to post, or a stored figure isn't what it should be."""
		return (
			any(row.is_due for row in self.rows)
			or differ(self.deal, self.figures)
			or any(differ(row.split, row.figures) for row in self.rows)
		)


def standings(deals: Sequence[str], without: Collection[str] = ()) -> dict[str, Standing]:
	"""Deal -> its standing, of submitted deals; a handful of queries, however many the deals.

	The payment ledger rows `without` are left out.
	"""
	found = {}
	splits = _splits(deals)
	sides = defaultdict(list)
	for (deal, _side), sums in ledger.by_side(deals, without).items():
		sides[deal].append(sums)
	defaults = frappe.get_cached_doc("Agency Settings")
	for deal in _deals(deals):
		sums = ledger.pooled(sides[deal.name])
		lots = sides[deal.name] if (deal.pooling or defaults.pooling) == "Per Side" else [sums]
		bases = [rules.base(lot, deal.split_base or defaults.split_base) for lot in lots]
		realised = sum((rules.realised(whole, lot) for whole, lot in zip(bases, lots, strict=True)), ZERO)
		base = sum(bases, ZERO)
		found[deal.name] = Standing(deal, sums, base, realised, _rows(splits[deal.name], base, realised))
	return found


def unsigned(deals: Sequence[str]) -> dict[str, Standing]:
	"""Deal -> its standing, of deals that were never signed: whatever was billed of one is unclassified."""
	sides = ledger.by_side(deals)
	found = {}
	for deal in _deals(deals, docstatus=("!=", 1)):
		sums = ledger.pooled([part for key, part in sides.items() if key[0] == deal.name])
		sums = replace(sums, unclassified=sums.unclassified or sums.invoiced - sums.credited)
		found[deal.name] = Standing(deal, sums, ZERO, ZERO, [])
	return found


def accrued_since(standing: Standing) -> Standing:
	"""The standing after an accrual was posted: the ledger it was read from is the same."""
	name = standing.deal.name
	return replace(standing, rows=_rows(_splits([name])[name], standing.base, standing.realised))


def differ(stored: frappe._dict, figures: dict[str, Decimal]) -> bool:
	"""Whether a stored figure isn't what it should be."""
	return any(exact(stored[field]) != amount for field, amount in figures.items())


def held_deals(company: str) -> set[str]:
	"""Deals whose commission is held: what is posted of them isn't the whole."""
	of = {"company": company, "status": HELD}
	return set(frappe.get_all("Commission Accrual", of, pluck="deal"))


def posted_rows() -> tuple[Table, Table, QueryBuilder]:
	"""(Commission Accrual, its rows, a query of the rows of posted accruals that selects nothing yet)."""
	accrual, row = frappe.qb.DocType("Commission Accrual"), frappe.qb.DocType("Commission Accrual Row")
	of_accrual = (row.parent == accrual.name) & (row.parenttype == "Commission Accrual")
	query = frappe.qb.from_(accrual).join(row).on(of_accrual)
	return accrual, row, query.where(accrual.status == POSTED)


def accrued_by_ledger(deals: Sequence[str]) -> dict[str, Decimal]:
	"""Deal -> what the general ledger says was accrued: the reports' counter-check."""
	if not deals:
		return {}
	posted = {"deal": ("in", deals), "journal_entry": ("is", "set")}
	journals_of = frappe.get_all("Commission Accrual", posted, ["deal", "journal_entry"], as_list=True)
	entry, found = frappe.qb.DocType("GL Entry"), defaultdict(Decimal)
	# in two steps: joined, MariaDB may fail with error 1032 where an accrual has no journal
	booked = dict(
		frappe.qb.from_(entry)
		.select(entry.voucher_no, Sum(entry.credit - entry.debit))
		.where((entry.voucher_type == "Journal Entry") & (entry.is_cancelled == 0))
		.where(entry.voucher_no.isin([*{journal for _deal, journal in journals_of}, ""]))
		.where(entry.party_type.isin(("Employee", "Supplier")))
		.groupby(entry.voucher_no)
		.run()
	)
	for deal, journal in journals_of:
		found[deal] += exact(booked.get(journal))
	return dict(found)


def _deals(names: Sequence[str], docstatus: int | tuple = 1) -> list[frappe._dict]:
	return frappe.get_all(
		"Deal",
		filters={"name": ("in", names), "docstatus": docstatus},
		fields=DEAL_FIELDS,
		order_by="name",
	)


def _splits(deals: Sequence[str]) -> dict[str, list[frappe._dict]]:
	"""Deal -> its split rows in order, each with `posted` by holder and `paid_out` from the accruals."""
	found = defaultdict(list)
	rows = frappe.get_all(
		"Deal Split",
		filters={"deal": ("in", deals)},
		fields=SPLIT_FIELDS,
		order_by="sequence, name",
	)
	posted, paid = _posted(deals)
	for row in rows:
		row.posted, row.paid_out = posted[row.name], paid[row.name]
		found[row.deal].append(row)
	return found


def _posted(deals: Sequence[str]) -> tuple[dict[str, dict[Holder, Decimal]], dict[str, Decimal]]:
	"""What the posted accruals of the deals say: Deal Split -> accrued by holder, and Deal Split -> paid."""
	held: dict[str, dict[Holder, Decimal]] = defaultdict(dict)
	paid: dict[str, Decimal] = defaultdict(Decimal)
	for split, party_type, party, account, payout, amount in _posted_rows(deals):
		holder = Holder(party_type, party, account)
		# taken out and put in again: the latest last
		held[split][holder] = held[split].pop(holder, ZERO) + exact(amount)
		if payout:
			paid[split] += exact(amount)
	return held, paid


def _posted_rows(deals: Sequence[str]) -> list[tuple]:
	"""(Deal Split, party type, party, account, payout, amount) of the posted accruals, the latest last."""
	if not deals:
		return []
	accrual, row, posted = posted_rows()
	holder = (row.deal_split, row.party_type, row.party, row.account, row.payout)
	return (
		posted.select(*holder, Sum(row.amount))
		.where(accrual.deal.isin(deals))
		.groupby(*holder)
		.orderby(Max(accrual.creation))
		.run()
	)


def _rows(splits: list[frappe._dict], base: Decimal, realised: Decimal) -> list[Row]:
	"""The split rows with their figures: parts of the whole, overrides on the parts they cover."""
	shares = {
		row.name: rules.Share(_percent(row.percent), _percent(row.rate), sum(row.posted.values(), ZERO))
		for row in splits
	}
	ordinary = [row.name for row in splits if row.kind == "Split"]
	earning = [shares[name] for name in ordinary]
	if not any(share.percent for share in earning):
		return []
	parts = rules.performance_parts(base, [share.percent for share in earning])
	wholes = dict(zip(ordinary, parts, strict=True))
	dues = dict(zip(ordinary, rules.dues(realised, earning), strict=True))
	for row in splits:
		if row.kind != "Split":
			covered = set((row.covered_splits or "").split())
			below = [name for name in ordinary if name in covered]
			wholes[row.name] = sum((wholes[name] for name in below), ZERO)
			part = sum((dues[name].performance for name in below), ZERO)
			dues[row.name] = rules.due(part, shares[row.name])
	return [Row(row, wholes[row.name], dues[row.name], row.posted, row.paid_out) for row in splits]


def _percent(stored: float) -> Decimal:
	"""A stored percent as the Decimal of six places that it stands for."""
	return Decimal(f"{stored or 0:.6f}")
