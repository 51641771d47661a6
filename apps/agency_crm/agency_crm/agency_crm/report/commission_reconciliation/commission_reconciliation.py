"""Commission Reconciliation: each deal's money from the ledgers against what follows from it.

Rules: docs/rules/commission.md, "Reconciliation".
"""

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import getdate

from agency_crm.services.commission import reconciliation, splits

SUMMED = ("receivable", "realised", "accrued", "paid", "payable")


def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, message, no chart, and the summary of the report."""
	filters = frappe._dict(filters or {})
	rows = get_data(filters)
	return get_columns(), rows, get_message(rows), None, get_report_summary(rows)


def get_columns() -> list[dict]:
	return [
		{"fieldname": "deal", "label": _("Deal"), "fieldtype": "Link", "options": "Deal", "width": 150},
		{"fieldname": "title", "label": _("Listing or Payee"), "fieldtype": "Data", "width": 200},
		{"fieldname": "store", "label": _("Store"), "fieldtype": "Link", "options": "Store", "width": 110},
		{"fieldname": "status", "label": _("Status"), "fieldtype": "Data", "width": 90},
		{
			"fieldname": "signed_on",
			"label": _("Signed On", context="Deal"),
			"fieldtype": "Date",
			"width": 100,
		},
		*(_amount_column(field, label) for field, label in _amount_labels().items()),
	]


def get_data(filters: frappe._dict) -> list[dict]:
	"""The deals the user may see and the filters ask for, CNY; one that is off is shown whatever they ask.

	Those come first. Who sees every deal's money also sees each payee's payable against the ledger.
	"""
	where = {"company": filters.company} if filters.company else {}
	# get_list: the deals' own predicate decides what a manager sees
	signed = frappe.get_list("Deal", {**where, "docstatus": 1}, pluck="name", limit_page_length=0)
	others = {"name": ("in", reconciliation.unsigned_with_money(filters.company))}
	unsigned = frappe.get_list("Deal", others, pluck="name", limit_page_length=0)
	deals = sorted({*signed, *unsigned})
	rows = reconciliation.deal_rows(deals, splits.seen(deals))
	rows = [row for row in rows if _always_shown(row) or _asked_for(row, filters)]
	if frappe.has_permission("Commission Payout", "report"):
		rows += [row for row in reconciliation.payee_rows(filters.company) if _shown(row, filters)]
	for row in rows:
		row.is_off = reconciliation.is_off(row)
		row.status = row.status and _(row.status, context="Deal")
	return sorted(rows, key=lambda row: (not row.is_off, not reconciliation.is_open(row)))


def get_message(rows: list[dict]) -> str | None:
	"""What an accountant must know before trusting the figures."""
	found = reconciliation.warnings()
	off = sum(1 for row in rows if row.is_off)
	if off:
		found.insert(0, _("{0} rows don't reconcile. They stand first, the differences in red.").format(off))
	unexplained = sum(1 for row in rows if reconciliation.is_open(row))
	if unexplained:
		found.append(
			_("{0} deals have money that settles nothing, or a fee without an invoice.").format(unexplained)
		)
	return "<br>".join(frappe.bold(sentence) for sentence in found) or None


def get_report_summary(rows: list[dict]) -> list[dict]:
	"""The totals of the deals shown, and how many rows are off."""
	deals, labels = [row for row in rows if row.deal], _amount_labels()
	off = sum(1 for row in rows if row.is_off)
	summary = [
		{
			"label": labels[field],
			"value": sum((row[field] for row in deals), Decimal(0)),
			"datatype": "Currency",
			"currency": "CNY",
		}
		for field in SUMMED
	]
	indicator = "Red" if off else "Green"
	return [
		*summary,
		{"label": _("Rows Off"), "value": off, "datatype": "Int", "indicator": indicator},
	]


def _always_shown(row) -> bool:
	return reconciliation.is_off(row) or reconciliation.is_open(row)


def _asked_for(row, filters) -> bool:
	return (
		not filters.only_differences
		and bool(row.signed_on)
		and (not filters.deal or row.deal == filters.deal)
		and (not filters.store or row.store == filters.store)
		and (not filters.from_date or row.signed_on >= getdate(filters.from_date))
		and (not filters.to_date or row.signed_on <= getdate(filters.to_date))
	)


def _shown(row, filters) -> bool:
	narrowed = filters.deal or filters.store or filters.from_date or filters.to_date
	return bool(row.payee_difference) or not (narrowed or filters.only_differences)


def _amount_column(field: str, label: str) -> dict:
	return {
		"fieldname": field,
		"label": label,
		"fieldtype": "Currency",
		"width": 135,
		"is_difference": field in reconciliation.DIFFERENCES,
		"is_open": field in reconciliation.OPEN,
	}


def _amount_labels() -> dict[str, str]:
	return {
		"invoiced": _("Invoiced", context="Commission Reconciliation"),
		"credited": _("Credited"),
		"received": _("Received", context="Commission Reconciliation"),
		"written_off": _("Written Off"),
		"unclassified": _("Unclassified"),
		"receivable": _("Receivable", context="Commission Reconciliation"),
		"receivable_difference": _("Receivable Less Outstanding"),
		"loose": _("Loose", context="Commission Reconciliation"),
		"unbilled": _("Unbilled Fees"),
		"billed_twice": _("Billed Twice"),
		"base": _("Base"),
		"realised": _("Realised", context="Commission Reconciliation"),
		"splits": _("Splits"),
		"split_difference": _("Splits Less Realised"),
		"due": _("Commission Due"),
		"accrued": _("Accrued", context="Commission Reconciliation"),
		"accrual_difference": _("Accrued Less Due"),
		"ledger_difference": _("Accrued Less Ledger"),
		"paid": _("Paid", context="Commission Reconciliation"),
		"payable": _("Payable", context="Commission Reconciliation"),
		"payable_difference": _("Payable Less Splits"),
		"payee_payable": _("Payable to Payee"),
		"payee_in_ledger": _("Payee in Ledger"),
		"payee_difference": _("Payee Less Ledger"),
	}
