"""Money of a deal's payers that settles nothing: advances, over-payments, what fell off a cancelled invoice.

It counts as nothing else, and is shown with the deal until it is allocated or paid back.
Rules: docs/rules/commission.md, "Loose money".
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Literal

import frappe
from frappe.query_builder.functions import Coalesce, Sum

from agency_crm.accounting import ledger, receipts
from agency_crm.domain.commission import receipts as rules
from agency_crm.domain.money import ZERO, exact


def by_deal(deals: Sequence[str]) -> dict[str, Decimal]:
	"""Deal -> what its payers paid, less what they got back, that settles nothing; CNY."""
	found: dict[str, Decimal] = defaultdict(lambda: ZERO)
	for (deal, _payer), amount in by_payer(deals).items():
		found[deal] += amount
	return found


def by_payer(deals: Sequence[str]) -> dict[tuple[str, str], Decimal]:
	"""(deal, Customer) -> the same of each."""
	found: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
	for (deal, payer, _voucher), amount in by_voucher(deals).items():
		found[deal, payer] += amount
	return found


def by_voucher(deals: Sequence[str]) -> dict[tuple[str, str, str], Decimal]:
	"""(deal, Customer, payment or journal) -> the same of each.

	What fell off an invoice is its deal's; the rest of a voucher the deal's that it names, else of the payer's
	newest deal on its day. What isn't money, as what was written off, is nobody's.
	"""
	wanted, named = set(deals), _named("deal", deals)
	payers = {payer for _deal, payer, _day in _pairs("deal", deals)} | {payer for _voucher, payer in named}
	rows = ledger.on_account(payers)
	if not rows:
		return {}
	vouchers = {row.voucher for row in rows}
	named |= _named("voucher", vouchers)
	of_payers = _deals_of({row.party for row in rows})
	shares = receipts.loose_shares(vouchers) | _shares_of_journals(vouchers)
	found: dict[tuple[str, str, str], Decimal] = defaultdict(lambda: ZERO)
	for row in rows:
		key = row.voucher, row.party
		for whose, amount in rules.parts(row.amount, row.money, shares.get(key, {})).items():
			deal = whose or named.get(key) or _newest(of_payers[row.party], row.posting_date)
			if deal in wanted:
				found[deal, row.party, row.voucher] += amount
	return found


def keep_deals(journal, _method: str | None = None) -> None:
	"""Journal Entry event: a line that settles a deal's invoice carries that deal.

	So it is known whose the money is once it settles nothing.
	"""
	rows = [row for row in journal.accounts if row.reference_type == "Sales Invoice"]
	deals = ledger.deals_of([row.reference_name for row in rows])
	for row in rows:
		if row.party_type == "Customer":
			row.deal = deals.get(row.reference_name) or row.deal


def _shares_of_journals(journals: Collection[str]) -> dict[tuple[str, str], dict[str, Decimal]]:
	"""(journal, Customer) -> deal -> what its lines that settle nothing say of it."""
	line, account = frappe.qb.DocType("Journal Entry Account"), frappe.qb.DocType("Account")
	rows = (
		frappe.qb.from_(line)
		.join(account)
		.on(account.name == line.account)
		.select(line.parent, line.party, line.deal, Sum(line.credit - line.debit))
		.where(line.parent.isin([*journals, ""]) & (line.docstatus == 1) & (line.deal != ""))
		.where((line.party_type == "Customer") & (Coalesce(line.reference_name, "") == ""))
		.where((account.account_type == "Receivable") & account.name.notin([*ledger.deposit_accounts(), ""]))
		.groupby(line.parent, line.party, line.deal)
		.run()
	)
	found: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
	for journal, party, deal, amount in rows:
		found[journal, party][deal] = exact(amount)
	return found


def _named(by: Literal["deal", "voucher"], names: Collection[str]) -> dict[tuple[str, str], str]:
	"""(voucher, Customer) -> the deal it names, of submitted vouchers that name these deals, or are these."""
	payment, line = frappe.qb.DocType("Payment Entry"), frappe.qb.DocType("Journal Entry Account")
	payments = (
		frappe.qb.from_(payment)
		.select(payment.name, payment.party, payment.deal)
		.where((payment.docstatus == 1) & (payment.party_type == "Customer") & (payment.deal != ""))
		.where((payment.deal if by == "deal" else payment.name).isin([*names, ""]))
		.run()
	)
	lines = (
		frappe.qb.from_(line)
		.select(line.parent, line.party, line.deal)
		.where((line.docstatus == 1) & (line.party_type == "Customer") & (line.deal != ""))
		.where((line.deal if by == "deal" else line.parent).isin([*names, ""]))
		.orderby(Coalesce(line.reference_name, ""), line.idx)  # a line that settles nothing says it best
		.run()
	)
	found: dict[tuple[str, str], str] = {}
	for voucher, party, deal in [*payments, *lines]:
		found.setdefault((voucher, party), deal)
	return found


def _deals_of(payers: Collection[str]) -> dict[str, list[tuple]]:
	"""Customer -> [(signed on, deal)] of the signed deals they pay for, oldest first."""
	found = defaultdict(list)
	for deal, customer, day in sorted(_pairs("payer", payers), key=lambda row: (str(row[2] or ""), row[0])):
		found[customer].append((day, deal))
	return found


def _pairs(by: Literal["deal", "payer"], names: Collection[str]) -> set[tuple]:
	"""(deal, Customer, signed on) of signed deals: who pays its fees, or was billed for them."""
	deal, fee, client = (frappe.qb.DocType(name) for name in ("Deal", "Deal Fee", "Client"))
	invoice = frappe.qb.DocType("Sales Invoice")
	fees = (
		frappe.qb.from_(fee)
		.join(deal)
		.on(deal.name == fee.deal)
		.join(client)
		.on(client.name == fee.payer)
		.select(deal.name, client.customer, deal.signed_on)
		.where((deal.docstatus == 1) & (client.customer != ""))
		.where((deal.name if by == "deal" else client.customer).isin([*names, ""]))
		.run()
	)
	billed = (
		frappe.qb.from_(invoice)
		.join(deal)
		.on(deal.name == invoice.deal)
		.select(deal.name, invoice.customer, deal.signed_on)
		.distinct()
		.where((deal.docstatus == 1) & (invoice.docstatus > 0))
		.where((deal.name if by == "deal" else invoice.customer).isin([*names, ""]))
		.run()
	)
	return {*fees, *billed}


def _newest(deals: list[tuple], day) -> str | None:
	"""The newest deal signed on a day or before; the oldest where all are later."""
	before = [deal for signed_on, deal in deals if signed_on and signed_on <= day]
	return before[-1] if before else next((deal for _signed_on, deal in deals), None)
