"""Which deals a voucher may have moved, until they are compared together before the commit.

A hook that compared at once would read a half-written ledger: Payment Reconciliation deletes a payment's
rows, saves it, and writes them again. So hooks only mark, and `flush` compares each marked deal once; one
that only received, once for each day of its receipts. Why: docs/rules/platform.md, "Ledger".
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

import frappe
from frappe.utils import getdate

from agency_crm.accounting import accruals, invoices, ledger

INVOICE = "Sales Invoice"


@dataclass
class Mark:
	"""What one action did: its latest day, the vouchers, the ledger rows of its receipts by day, whether anything was taken back."""

	day: date | None = None
	vouchers: set[str] = field(default_factory=set)
	receipts: dict[str, date] = field(default_factory=dict)
	took_back: bool = False

	def add(self, other: "Mark") -> None:
		days = [day for day in (self.day, other.day) if day]
		self.day = max(days) if days else None
		self.vouchers |= other.vouchers
		self.receipts |= other.receipts
		self.took_back |= other.took_back

	def steps(self) -> list[tuple[date, set[str]]]:
		"""(day, ledger rows of later days) of each day before the latest, where there were receipts alone."""
		days = [] if self.took_back else sorted({*self.receipts.values()})
		return [
			(day, {row for row, on in self.receipts.items() if on > day}) for day in days if day < days[-1]
		]


def mark_entry(entry, _method: str | None = None) -> None:
	"""Payment Ledger Entry, on_submit: the invoice it settles, and who pays."""
	mark = _mark(entry.posting_date)
	if entry.party_type == "Customer" and entry.voucher_type != INVOICE:
		_note("payers", [entry.party], mark)
	if entry.against_voucher_type != INVOICE:
		return
	if entry.voucher_type != INVOICE:
		mark.vouchers.add(entry.voucher_no)
		mark.receipts[entry.name] = mark.day
		mark.took_back = entry.amount > 0
	_note("invoices", [entry.against_voucher_no], mark)


def mark_voucher(voucher, _method: str | None = None) -> None:
	"""A voucher submitted, cancelled or deleted: the invoices it is, returns, refers to or has settled, its deals and payers."""
	mark = _mark(_day_of(voucher))
	mark.took_back = voucher.docstatus == 2 or voucher.doctype == "Unreconcile Payment"
	if voucher.doctype == INVOICE:
		mark.took_back |= bool(voucher.return_against or voucher.is_return)
		_note("invoices", [voucher.name, voucher.return_against], mark)
		_note("deals", [voucher.deal], mark)
		return
	mark.vouchers.add(
		voucher.get("voucher_no") or voucher.name
	)  # an unreconciling is of the voucher it takes off
	tables = [voucher.get(table) or [] for table in ("references", "accounts", "allocations")]
	rows = [*chain.from_iterable(tables)]
	referred = [
		row.reference_name
		for row in rows
		if INVOICE in (row.get("reference_doctype"), row.get("reference_type"))
	]
	_note("invoices", [*referred, *_settled_by(voucher.doctype, voucher.name)], mark)
	of_clients = [row for row in (voucher, *rows) if row.get("party_type") == "Customer"]
	_note("deals", [row.get("deal") for row in of_clients], mark)
	_note("payers", [row.party for row in of_clients], mark)


def mark_settled(invoice, _method: str | None = None) -> None:
	"""Sales Invoice, before_cancel: what settled it falls off, on the day of the latest."""
	against = {"against_voucher_type": INVOICE, "against_voucher_no": invoice.name, "delinked": 0}
	rows = frappe.get_all("Payment Ledger Entry", against, ["voucher_no", "posting_date"])
	mark = _mark(max((row.posting_date for row in rows), default=None), took_back=True)
	mark.vouchers = {row.voucher_no for row in rows} - {invoice.name}
	_note("invoices", [invoice.name], mark)


def mark_journal_cancelled(journal, _method: str | None = None) -> None:
	"""Journal Entry, on_cancel: besides what it settled, the deal whose accrual it was."""
	mark_voucher(journal)
	deals = accruals.note_own_journal_cancelled(journal)
	_note("deals", deals, _mark(journal.posting_date, took_back=True))


def flush() -> None:
	"""Compare each marked deal; called before the commit, and by tests."""
	marks = _take()
	deals = marks["deals"]
	for invoice, deal in ledger.deals_of(marks["invoices"]).items():
		deals.setdefault(deal, Mark()).add(marks["invoices"][invoice])
	_mark_takers(marks)
	for payer, ended in invoices.terminated_of(marks["payers"]).items():
		for deal in ended:
			deals.setdefault(deal, Mark()).add(marks["payers"][payer])
	frappe.flags.agency_settled = [*(frappe.flags.agency_settled or ()), *marks["invoices"]]
	for deal in sorted(deals):  # in one order, so that two at once wait instead of locking each other
		mark = deals[deal]
		for day, later in mark.steps():
			accruals.compare_or_hold(deal, day, later, mark.vouchers)
		accruals.compare_or_hold(deal, mark.day, vouchers=mark.vouchers)


def _mark_takers(marks: dict[str, dict[str, Mark]]) -> None:
	"""Mark who was given something by what is marked, on its latest day: they have it as far as that has."""
	days = [mark.day for mark in chain.from_iterable(of.values() for of in marks.values()) if mark.day]
	day = max(days, default=None)
	for taker in ledger.takers(marks["invoices"], marks["deals"], marks["payers"]):
		marks["payers"].setdefault(taker.party, Mark(day, took_back=True))
		if taker.doctype == "Deal":
			marks["deals"].setdefault(taker.name, Mark(day, took_back=True))


def mend() -> None:
	"""Called after the commit: two vouchers on one invoice at once each left out the other in what is outstanding."""
	settled, frappe.flags.agency_settled = frappe.flags.agency_settled, None
	try:
		ledger.mend_outstanding_now(settled or ())
	except Exception:
		frappe.db.rollback()
		frappe.log_error(title="Outstanding amounts of invoices")


def _day_of(voucher) -> date | str | None:
	"""The voucher's day; of an unreconciling that of the payment it takes off."""
	if voucher.doctype == "Unreconcile Payment":
		return frappe.db.get_value(voucher.voucher_type, voucher.voucher_no, "posting_date")
	return voucher.get("posting_date")


def _settled_by(doctype: str, name: str) -> list[str]:
	"""Invoices the voucher has ledger rows against, cancelled rows included."""
	rows = {"voucher_type": doctype, "voucher_no": name, "against_voucher_type": INVOICE}
	return frappe.get_all("Payment Ledger Entry", filters=rows, pluck="against_voucher_no", distinct=True)


def _mark(day: date | str | None, took_back: bool = False) -> Mark:
	return Mark(day=day and getdate(day), took_back=took_back)


def _note(kind: str, names: Iterable[str | None], mark: Mark) -> None:
	if not (names := [*filter(None, names)]):
		return
	marks = frappe.flags.agency_marks
	if not marks:
		marks = frappe.flags.agency_marks = _none()
		frappe.db.before_commit.add(flush)
		frappe.db.after_commit.add(mend)
		frappe.db.after_rollback.add(_take)
	for name in names:
		marks[kind].setdefault(name, Mark()).add(mark)


def _take() -> dict[str, dict[str, Mark]]:
	"""The marks, {"deals" or "invoices" or "payers": {name: Mark}}, forgotten from here on."""
	marks = frappe.flags.agency_marks or _none()
	frappe.flags.agency_marks = None
	return marks


def _none() -> dict[str, dict[str, Mark]]:
	return {"deals": {}, "invoices": {}, "payers": {}}
