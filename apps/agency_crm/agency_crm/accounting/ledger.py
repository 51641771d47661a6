"""What the payment ledger says of each deal: every row of it classed by its other leg (rules.md §7).

A row that settles an invoice, or a credit note, of a deal is invoiced, credited, received, written off,
moved between two vouchers of the deal, or unclassified. Only what was received drives commission.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import frappe

from agency_crm.domain.commission import LedgerSums
from agency_crm.domain.money import ZERO, apportion, exact

RECEIVED, WRITTEN_OFF, MOVED, UNCLASSIFIED = "received", "written_off", "moved", "unclassified"
CLASSES = (RECEIVED, WRITTEN_OFF, MOVED, UNCLASSIFIED)
MONEY_TYPES = ("Bank", "Cash")


def sums(deals: Sequence[str]) -> dict[str, LedgerSums]:
	"""Deal -> its sums, both sides together; amounts in CNY, gross of VAT but for the net figures."""
	sides = by_side(deals)
	return {deal: pooled([part for key, part in sides.items() if key[0] == deal]) for deal in deals}


def pooled(sides: Iterable[LedgerSums]) -> LedgerSums:
	"""The sums of a deal's sides together."""
	whole = LedgerSums()
	for part in sides:
		whole = replace(whole, **{name: getattr(whole, name) + value for name, value in vars(part).items()})
	return whole


def by_side(deals: Sequence[str]) -> dict[tuple[str, str | None], LedgerSums]:
	"""(deal, side of the fee) -> the sums of that side's invoices; side is None for an invoice of no fee.

	A handful of queries, however many the deals.
	"""
	invoices = _invoices(deals)
	totals: dict[tuple, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	for row in invoices.values():
		if row.commissionable:
			kind, sign = ("credited", -1) if row.is_return else ("invoiced", 1)
			total = totals[row.deal, row.side]
			total[f"commissionable_net_{kind}"] += sign * exact(row.base_net_total)
			total[f"commissionable_gross_{kind}"] += sign * exact(row.base_grand_total)
	entries = _entries(list(invoices))
	legs = {**_payment_legs(entries), **_journal_legs(entries)}
	for entry in entries:
		invoice = invoices[entry.against_voucher_no]
		for kind, amount in _classed(entry, invoices, legs).items():
			totals[invoice.deal, invoice.side][kind] += amount
	_settle_moves(totals)
	return {key: LedgerSums(**total) for key, total in totals.items()}


def open_amounts(deals: Sequence[str]) -> dict[str, Decimal]:
	"""Deal -> what ERPNext says is outstanding on its invoices and credit notes: the reports' counter-check."""
	found = dict.fromkeys(deals, ZERO)
	for row in _invoices(deals).values():
		found[row.deal] += exact(row.outstanding_amount)
	return found


def deals_of(invoices: dict[str, date | None]) -> dict[str, date | None]:
	"""Deal -> the latest day of its Sales Invoices among {invoice: day}.

	A credit note belongs to its invoice's deal where it names none itself.
	"""
	if not invoices:
		return {}
	invoice, source = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Sales Invoice").as_("source")
	rows = (
		frappe.qb.from_(invoice)
		.left_join(source)
		.on(source.name == invoice.return_against)
		.select(invoice.name, invoice.deal, source.deal)
		.where(invoice.name.isin(list(invoices)))
		.run()
	)
	found: dict[str, date | None] = {}
	for name, own, theirs in rows:
		if deal := own or theirs:
			found[deal] = max(filter(None, (found.get(deal), invoices[name])), default=None)
	return found


def latest_dates(deals: Sequence[str]) -> dict[str, date]:
	"""Deal -> the latest posting date among the ledger rows on its invoices."""
	invoices = _invoices(deals)
	found: dict[str, date] = {}
	for entry in _entries(list(invoices)):
		deal = invoices[entry.against_voucher_no].deal
		found[deal] = max(found.get(deal, entry.posting_date), entry.posting_date)
	return found


def _settle_moves(totals: dict[tuple, dict[str, Decimal]]) -> None:
	"""Moves between two vouchers of one deal are nothing; what doesn't net to nothing is unexplained."""
	net: dict[str, Decimal] = defaultdict(Decimal)
	last = {}
	for key, total in totals.items():
		net[key[0]] += total.pop(MOVED, ZERO)
		last[key[0]] = total
	for deal, amount in net.items():
		if amount:
			last[deal][UNCLASSIFIED] += amount


def _invoices(deals: Sequence[str]) -> dict[str, frappe._dict]:
	"""Submitted invoices and credit notes of the deals by name, with side and commissionable of their fee."""
	if not deals:
		return {}
	invoice, fee = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Deal Fee")
	source = frappe.qb.DocType("Sales Invoice").as_("source")
	fields = (
		invoice.name,
		invoice.is_return,
		invoice.base_net_total,
		invoice.base_grand_total,
		invoice.outstanding_amount,
		fee.side,
		fee.commissionable,
	)
	own = (
		frappe.qb.from_(invoice)
		.left_join(fee)
		.on(fee.name == invoice.deal_fee)
		.select(invoice.deal, *fields)
		.where(invoice.deal.isin(deals) & (invoice.docstatus == 1))
		.run(as_dict=True)
	)
	# a credit note made by hand may carry no deal of its own
	returns = (
		frappe.qb.from_(source)
		.join(invoice)
		.on(invoice.return_against == source.name)
		.left_join(fee)
		.on(fee.name == source.deal_fee)
		.select(source.deal, *fields)
		.where(source.deal.isin(deals) & (invoice.docstatus == 1))
		.run(as_dict=True)
	)
	return {row.name: row for row in [*own, *returns]}


def _entries(invoices: list[str]) -> list[frappe._dict]:
	"""The standing payment ledger rows against these invoices."""
	if not invoices:
		return []
	ple = frappe.qb.DocType("Payment Ledger Entry")
	return (
		frappe.qb.from_(ple)
		.select(ple.voucher_type, ple.voucher_no, ple.against_voucher_no, ple.amount, ple.posting_date)
		.where(ple.against_voucher_type == "Sales Invoice")
		.where(ple.against_voucher_no.isin(invoices))
		.where((ple.account_type == "Receivable") & (ple.delinked == 0))
		.run(as_dict=True)
	)


def _classed(entry, invoices: dict, legs: dict) -> dict[str, Decimal]:
	"""One ledger row as {class: amount}, each positive in its usual direction (domain LedgerSums)."""
	amount = exact(entry.amount)
	if entry.voucher_type == "Sales Invoice":
		voucher = invoices.get(entry.voucher_no)
		if voucher and voucher.is_return:
			return {"credited": -amount}
		if voucher and entry.voucher_no == entry.against_voucher_no and amount > 0:
			return {"invoiced": amount}
		return {UNCLASSIFIED: -amount}
	# a credit on the receivable is explained by the voucher's debits, a debit by its credits
	side = "debit" if amount < 0 else "credit"
	weights = legs.get((entry.voucher_type, entry.voucher_no, side)) or {UNCLASSIFIED: Decimal(1)}
	parts = apportion(-amount, list(weights.values()))
	return dict(zip(weights, parts, strict=True))


def _payment_legs(entries: list[frappe._dict]) -> dict[tuple, dict[str, Decimal]]:
	"""(voucher type, name, leg side) -> class -> weight, of Payment Entries: the bank and the deductions."""
	names = {entry.voucher_no for entry in entries if entry.voucher_type == "Payment Entry"}
	if not names:
		return {}
	payment, row = frappe.qb.DocType("Payment Entry"), frappe.qb.DocType("Payment Entry Deduction")
	payments = (
		frappe.qb.from_(payment)
		.select(payment.name, payment.company, payment.payment_type, payment.paid_from, payment.paid_to)
		.select(payment.base_paid_amount, payment.base_received_amount)
		.where(payment.name.isin(names))
		.run(as_dict=True)
	)
	lines = []
	for doc in payments:
		receive = doc.payment_type == "Receive"
		account, amount = (
			(doc.paid_to, doc.base_received_amount) if receive else (doc.paid_from, -doc.base_paid_amount)
		)
		lines.append((doc.name, doc.company, account, exact(amount)))
	companies = {doc.name: doc.company for doc in payments}
	deductions = (
		frappe.qb.from_(row)
		.select(row.parent, row.account, row.amount)
		.where(row.parent.isin(names) & (row.parenttype == "Payment Entry"))
		.run()
	)
	lines += [(name, companies[name], account, exact(amount)) for name, account, amount in deductions]
	return _legs("Payment Entry", lines)


def _journal_legs(entries: list[frappe._dict]) -> dict[tuple, dict[str, Decimal]]:
	"""The same of Journal Entries: every line but those on the invoices themselves."""
	names = {entry.voucher_no for entry in entries if entry.voucher_type == "Journal Entry"}
	if not names:
		return {}
	journal, row = frappe.qb.DocType("Journal Entry"), frappe.qb.DocType("Journal Entry Account")
	rows = (
		frappe.qb.from_(journal)
		.join(row)
		.on((row.parent == journal.name) & (row.parenttype == "Journal Entry"))
		.select(journal.name, journal.company, row.account, row.debit - row.credit)
		.where(journal.name.isin(names))
		.run()
	)
	return _legs(
		"Journal Entry", [(name, company, account, exact(net)) for name, company, account, net in rows]
	)


def _legs(voucher_type: str, lines: list[tuple]) -> dict[tuple, dict[str, Decimal]]:
	"""Lines (voucher, company, account, debit above 0) as weights of the classes on each side."""
	classes = _account_classes({(company, account) for _name, company, account, _amount in lines})
	legs: dict[tuple, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	for name, company, account, amount in lines:
		if amount:
			side = "debit" if amount > 0 else "credit"
			legs[voucher_type, name, side][classes[company, account]] += abs(amount)
	return legs


def _account_classes(pairs: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
	"""(company, account) -> what money on its other side means for the receivable."""
	from_settings = _named_accounts({company for company, _account in pairs})
	names = {account for _company, account in pairs}
	types = dict(frappe.get_all("Account", {"name": ("in", names)}, ["name", "account_type"], as_list=True))
	found = {}
	for company, account in pairs:
		if account in from_settings[WRITTEN_OFF]:
			kind = WRITTEN_OFF
		elif account in from_settings[RECEIVED] or types.get(account) in MONEY_TYPES:
			kind = RECEIVED
		else:
			kind = MOVED if types.get(account) == "Receivable" else UNCLASSIFIED
		found[company, account] = kind
	return found


def _named_accounts(companies: set[str]) -> dict[str, set[str]]:
	"""The accounts that Agency Settings and the companies name for write-offs, and for clients' money."""
	named: dict[str, set[str]] = {WRITTEN_OFF: set(), RECEIVED: set()}
	for row in frappe.get_cached_doc("Agency Settings").companies:
		if row.company in companies:
			named[WRITTEN_OFF] |= {row.write_off, row.bad_debt_allowance}
			named[RECEIVED] |= {row.deposits, row.bank_charges}
	for company in companies:
		named[WRITTEN_OFF].add(frappe.get_cached_value("Company", company, "write_off_account"))
		named[RECEIVED].add(frappe.get_cached_value("Company", company, "default_advance_received_account"))
	advances = frappe.get_all(
		"Party Account",
		{"company": ("in", companies), "parenttype": ("in", ("Customer", "Customer Group"))},
		pluck="advance_account",
	)
	named[RECEIVED] |= set(advances)
	for accounts in named.values():
		accounts.discard(None)
	return named
