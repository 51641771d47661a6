"""A fee linked the invoice it was first billed by, cancelled or not, and an amendment by hand could lose its fee."""

import frappe

from agency_crm.accounting import invoices
from agency_crm.setup.custom_fields import OF_DEAL


def execute() -> None:
	open_field()
	for name in frappe.get_all(
		"Sales Invoice",
		{"docstatus": 1, "deal_fee": ("is", "not set"), "amended_from": ("is", "set")},
		pluck="name",
	):
		take_fee_along(name)
	of_fees = {"docstatus": 1, "deal_fee": ("is", "set"), "return_against": ("is", "not set")}
	for invoice in frappe.get_all("Sales Invoice", of_fees, ["name", "deal", "deal_fee"]):
		if not invoice.deal:
			deal = frappe.db.get_value("Deal Fee", invoice.deal_fee, "deal")
			frappe.db.set_value("Sales Invoice", invoice.name, "deal", deal, update_modified=False)
	dead = {"name": ("in", _linked()), "docstatus": ("!=", 1)}
	for name in frappe.get_all("Sales Invoice", dead, pluck="name"):
		for fee in frappe.get_all("Deal Fee", {"sales_invoice": name}, pluck="name"):
			invoices.show_on_fee(fee)


def open_field() -> None:
	"""The invoice's form asks for the fee."""
	field = frappe.db.get_value("Custom Field", {"dt": "Sales Invoice", "fieldname": "deal_fee"})
	if field:
		frappe.db.set_value("Custom Field", field, {"read_only": 0, "link_filters": OF_DEAL})
		frappe.clear_cache(doctype="Sales Invoice")


def take_fee_along(name: str) -> None:
	"""An amendment is of the fee of the first invoice before it that has one, where the deals agree."""
	deal, source = frappe.db.get_value("Sales Invoice", name, ("deal", "amended_from"))
	while source:
		of, fee, source = frappe.db.get_value("Sales Invoice", source, ("deal", "deal_fee", "amended_from"))
		if fee:
			if deal in (None, "", of):
				frappe.db.set_value(
					"Sales Invoice", name, {"deal": of, "deal_fee": fee}, update_modified=False
				)
			return


def _linked() -> list[str]:
	return frappe.get_all("Deal Fee", {"sales_invoice": ("is", "set")}, pluck="sales_invoice")
