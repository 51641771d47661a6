"""Which deals a voucher may have moved, until they are compared together before the commit.

A hook that compared at once would read a half-written ledger: Payment Reconciliation deletes a payment's
rows, saves it, and writes them again (platform.md). So hooks only mark, and `flush` compares each marked deal
once.
"""

from collections.abc import Iterable
from datetime import date
from itertools import chain

import frappe
from frappe.utils import getdate

from agency_crm.accounting import accruals, ledger

INVOICE = "Sales Invoice"


def mark_entry(entry, _method: str | None = None) -> None:
	"""Payment Ledger Entry, on_submit: the invoice it settles."""
	if entry.against_voucher_type == INVOICE:
		_mark_invoices([entry.against_voucher_no], entry.posting_date)


def mark_voucher(voucher, _method: str | None = None) -> None:
	"""A voucher submitted, cancelled or deleted: the invoices it is, returns, refers to or has settled."""
	day = voucher.get("posting_date")
	if voucher.doctype == INVOICE:
		_mark_invoices([voucher.name, voucher.return_against], day)
		_mark_deals([voucher.deal], day)
		return
	tables = [voucher.get(field) or [] for field in ("references", "accounts", "allocations")]
	referred = [
		row.reference_name
		for row in chain.from_iterable(tables)
		if INVOICE in (row.get("reference_doctype"), row.get("reference_type"))
	]
	_mark_invoices([*referred, *_settled_by(voucher.doctype, voucher.name)], day)


def mark_journal_cancelled(journal, _method: str | None = None) -> None:
	"""Journal Entry, on_cancel: besides what it settled, the deal whose accrual it was."""
	mark_voucher(journal)
	_mark_deals(accruals.note_own_journal_cancelled(journal), journal.posting_date)


def flush() -> None:
	"""Compare each marked deal once; called before the commit, and by tests."""
	deals, invoices = _take()
	for deal, day in ledger.deals_of(invoices).items():
		deals[deal] = _later(deals.get(deal), day)
	for deal in sorted(deals):  # in one order, so that two at once wait instead of locking each other
		accruals.compare_or_hold(deal, deals[deal])


def _settled_by(doctype: str, name: str) -> list[str]:
	"""Invoices the voucher has ledger rows against, cancelled rows included."""
	rows = {"voucher_type": doctype, "voucher_no": name, "against_voucher_type": INVOICE}
	return frappe.get_all("Payment Ledger Entry", filters=rows, pluck="against_voucher_no", distinct=True)


def _mark_invoices(names: Iterable[str | None], day) -> None:
	_note(1, names, day)


def _mark_deals(names: Iterable[str | None], day) -> None:
	_note(0, names, day)


def _note(kind: int, names: Iterable[str | None], day) -> None:
	marks = frappe.flags.agency_marks
	if not marks:
		marks = frappe.flags.agency_marks = ({}, {})
		frappe.db.before_commit.add(flush)
		frappe.db.after_rollback.add(_take)
	for name in filter(None, names):
		marks[kind][name] = _later(marks[kind].get(name), day)


def _take() -> tuple[dict[str, date], dict[str, date]]:
	"""The marks, {deal: day} and {invoice: day}, forgotten from here on."""
	marks = frappe.flags.agency_marks or ({}, {})
	frappe.flags.agency_marks = None
	return marks


def _later(one, other) -> date | None:
	days = [getdate(day) for day in (one, other) if day]
	return max(days) if days else None
