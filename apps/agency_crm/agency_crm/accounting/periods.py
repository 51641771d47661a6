"""The first day a voucher can still be posted on."""

from datetime import date, timedelta

import frappe
from frappe.utils import getdate

from agency_crm.accounting import settings
from agency_crm.domain.commission.dues import period


def open_date(company: str, day: date | str | None, doctype: str) -> date:
	"""`day` (today when None) if its books are open for `doctype`, else the first open day after it.

	Closed are the days up to frozen_upto of the company's row in Agency Settings, up to ERPNext's own
	freezing date and its last Period Closing Voucher, and those of an Accounting Period that closes the DocType.
	"""
	day = getdate(day)
	for frozen in (
		settings.for_company(company).frozen_upto,
		frappe.db.get_single_value("Accounts Settings", "acc_frozen_upto"),
		frappe.db.get_value(
			"Period Closing Voucher", {"company": company, "docstatus": 1}, "max(period_end_date)"
		),
	):
		if frozen and getdate(frozen) >= day:
			day = getdate(frozen) + timedelta(days=1)
	for start, end in _closed_periods(company, doctype):
		if start <= day <= end:
			day = end + timedelta(days=1)
	return day


def _closed_periods(company: str, doctype: str) -> list[tuple[date, date]]:
	books, closed = frappe.qb.DocType("Accounting Period"), frappe.qb.DocType("Closed Document")
	return (
		frappe.qb.from_(books)
		.join(closed)
		.on((closed.parent == books.name) & (closed.document_type == doctype) & (closed.closed == 1))
		.select(books.start_date, books.end_date)
		.where(books.company == company)
		.orderby(books.start_date)
		.run()
	)


def month_of(company: str, day: date | str) -> tuple[date, date]:
	"""First and last day of the company's commission month that `day` is in, by its cut-off day."""
	day = getdate(day)
	return period(day, settings.for_company(company, day).cut_off_day or 31)
