"""The first day a voucher can still be posted on."""

from datetime import date, timedelta

import frappe
from frappe.utils import getdate

from agency_crm.accounting import settings


def open_date(company: str, day: date | str | None, doctype: str) -> date:
	"""`day` (today when None) if its books are open for `doctype`, else the first open day after it.

	Closed are the days up to frozen_upto of the company's row in Agency Settings, up to ERPNext's own
	freezing date, and those of an Accounting Period that closes the DocType.
	"""
	day = getdate(day)
	for frozen in (
		settings.for_company(company).frozen_upto,
		frappe.db.get_single_value("Accounts Settings", "acc_frozen_upto"),
	):
		if frozen and getdate(frozen) >= day:
			day = getdate(frozen) + timedelta(days=1)
	for start, end in _closed_periods(company, doctype):
		if start <= day <= end:
			day = end + timedelta(days=1)
	return day


def _closed_periods(company: str, doctype: str) -> list[tuple[date, date]]:
	period, closed = frappe.qb.DocType("Accounting Period"), frappe.qb.DocType("Closed Document")
	return (
		frappe.qb.from_(period)
		.join(closed)
		.on((closed.parent == period.name) & (closed.document_type == doctype) & (closed.closed == 1))
		.select(period.start_date, period.end_date)
		.where(period.company == company)
		.orderby(period.start_date)
		.run()
	)
