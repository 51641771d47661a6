"""Which accounts and terms hold for a company on a day: the rows of Agency Settings."""

from datetime import date

import frappe
from frappe import _
from frappe.utils import get_link_to_form, getdate

FEN = 2  # decimals of an amount in CNY


def for_company(company: str, on: date | str | None = None):
	"""The Agency Company Settings row of `company` in force on `on` (today when None).

	Raises ValidationError, naming the company and the page, where there is none.
	"""
	day = getdate(on)
	rows = [
		row
		for row in frappe.get_cached_doc("Agency Settings").companies
		if row.company == company and (not row.effective_from or getdate(row.effective_from) <= day)
	]
	if not rows:
		frappe.throw(
			_(
				"Company {0} has no row in {1} that holds on {2}: an administrator must add its accounts."
			).format(
				frappe.bold(company),
				get_link_to_form("Agency Settings", "Agency Settings", _("Agency Settings")),
				frappe.format(day, "Date"),
			),
			title=_("Accounts Missing"),
		)
	return max(rows, key=lambda row: getdate(row.effective_from or "1900-01-01"))


def account(row, field: str) -> str:
	"""The account in `field` of a settings row. Raises ValidationError naming company and field if empty."""
	if not row.get(field):
		frappe.throw(
			_("Agency Settings, company {0}: {1} is empty. Fill it in first.").format(
				frappe.bold(row.company), frappe.bold(_(row.meta.get_label(field), context=row.doctype))
			),
			title=_("Account Missing"),
		)
	return row.get(field)


def payable(row, party_type: str) -> str:
	"""The account that commission payable to an Employee or a Supplier stands on."""
	return account(row, "payable_suppliers" if party_type == "Supplier" else "payable_employees")


def cost_center(store: str | None, company: str) -> str:
	"""The store's cost centre, else the company's own."""
	return (store and frappe.db.get_value("Store", store, "cost_center")) or frappe.get_cached_value(
		"Company", company, "cost_center"
	)


def rounding_problems() -> list[str]:
	"""What is wrong with the site's rounding, one sentence each: money is rounded half away from zero, to the fen.

	ERPNext's set-up wizard sets Banker's Rounding. Rules: docs/rules/commission.md, "Rounding".
	"""
	found = []
	if frappe.db.get_single_value("System Settings", "rounding_method") != "Commercial Rounding":
		found.append(_("System Settings: set Rounding Method to Commercial Rounding."))
	if not frappe.db.get_single_value("Global Defaults", "disable_rounded_total"):
		found.append(_("Global Defaults: tick Disable Rounded Total, invoices are made to the fen."))
	if not is_to_the_fen():
		found.append(_("System Settings: set Currency Precision to 2, money is kept to the fen."))
	return found


def is_to_the_fen() -> bool:
	"""Whether the ledger keeps two decimals, by Currency Precision or the number format that stands in for it."""
	return frappe.get_precision("GL Entry", "debit") == FEN
