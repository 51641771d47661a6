"""What a deal is billed and credited: ERPNext Sales Invoices, one for each Deal Fee."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import add_days, cint, get_link_to_form, getdate

from agency_crm.accounting import journals, ledger, parties, periods, settings
from agency_crm.domain.money import apportion, exact

UNBILLED = ("Pass-through",)  # money of others: a liability in and out, never an invoice


def bill_deal(deal) -> list[str]:
	"""Make and submit the Sales Invoice of each fee of `deal` (a Deal) that has none; returns the new names.

	VAT by the company's template, included in the price or on top as the fee says; the store's cost
	centre; income account by fee type. May run any number of times.
	"""
	frappe.db.get_value("Deal", deal.name, "name", for_update=True)  # two at once bill one after the other
	fees = frappe.get_all(
		"Deal Fee",
		filters={
			"deal": deal.name,
			"fee_type": ("not in", UNBILLED),
			"amount": (">", 0),
			"sales_invoice": ("is", "not set"),
		},
		fields=["name", "side", "fee_type", "payer", "amount", "vat_included", "due_on"],
		order_by="creation, name",
	)
	made = []
	for fee in fees:
		invoice = _invoice(deal, fee)
		frappe.db.set_value(
			"Deal Fee", fee.name, {"sales_invoice": invoice.name, "invoiced": invoice.grand_total}
		)
		made.append(invoice.name)
	return made


def credit_deal(deal, kept: dict[str, Decimal]) -> Decimal:
	"""Credit the deal's invoices so that of each side the gross fee in `kept` is left, CNY, VAT included.

	A side's credit is spread over its invoices in proportion to what is left of them. Returns the refund
	to pay: what was received above what is kept. Raises ValidationError where more is kept than billed.
	"""
	frappe.db.get_value("Deal", deal.name, "name", for_update=True)
	left = _left(deal.name)
	for side, keep in kept.items():
		rows = [row for row in left if row.side == side]
		total = sum((row.left for row in rows), Decimal(0))
		if keep > total:
			frappe.throw(
				_("Deal {0}: {1} can't be kept of the side {2}, only {3} is billed.").format(
					get_link_to_form("Deal", deal.name), keep, _(side), total
				)
			)
		for row, amount in zip(rows, apportion(total - keep, [row.left for row in rows]), strict=True):
			if amount:
				_credit(row, amount)
	# by side: what one payer still owes isn't set against what another gets back
	sides = ledger.by_side([deal.name]).values()
	return sum((max(Decimal(0), -side.receivable) for side in sides), Decimal(0))


def _invoice(deal, fee):
	"""One submitted Sales Invoice of a fee row."""
	day = periods.open_date(deal.company, deal.signed_on, "Sales Invoice")
	row = settings.for_company(deal.company, day)
	due_days = cint(frappe.db.get_single_value("Agency Settings", "fee_due_days"))
	center = settings.cost_center(deal.store, deal.company)
	title = _("{0}: {1}").format(_(fee.fee_type), deal.listing_title or deal.listing)
	invoice = frappe.get_doc(
		{
			"doctype": "Sales Invoice",
			"company": deal.company,
			"customer": parties.customer_of(fee.payer),
			"deal": deal.name,
			"deal_fee": fee.name,
			"set_posting_time": 1,
			"posting_date": day,
			"due_date": max(getdate(fee.due_on or add_days(day, due_days)), day),
			"currency": frappe.get_cached_value("Company", deal.company, "default_currency"),
			"debit_to": settings.account(row, "receivable"),
			"ignore_pricing_rule": 1,
			"cost_center": center,
			"items": [
				{
					"item_code": settings.account(row, "fee_item"),
					"item_name": _(fee.fee_type),
					"description": title,
					"qty": 1,
					"rate": fee.amount,
					"price_list_rate": fee.amount,
					"income_account": _income_account(row, deal, fee),
					"cost_center": center,
				}
			],
			"taxes_and_charges": settings.account(row, "vat_template"),
		}
	)
	for tax in frappe.get_doc("Sales Taxes and Charges Template", row.vat_template).taxes:
		invoice.append(
			"taxes",
			{
				"charge_type": tax.charge_type,
				"account_head": tax.account_head,
				"description": tax.description,
				"rate": tax.rate,
				"included_in_print_rate": cint(fee.vat_included),
				"cost_center": center,
			},
		)
	return _submit(invoice)


def _income_account(row, deal, fee) -> str:
	if fee.fee_type != "Brokerage":
		return settings.account(row, "income_service")
	return settings.account(row, "income_sale" if deal.deal_type == "Sale" else "income_lease")


def _left(deal: str) -> list[frappe._dict]:
	"""The deal's invoices, oldest first, each with its side and `left`: gross less its credit notes."""
	invoice, fee = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Deal Fee")
	rows = (
		frappe.qb.from_(invoice)
		.left_join(fee)
		.on(fee.name == invoice.deal_fee)
		.select(invoice.name, invoice.return_against, invoice.grand_total, fee.side)
		.where((invoice.deal == deal) & (invoice.docstatus == 1))
		.orderby(invoice.creation)
		.run(as_dict=True)
	)
	invoices = {row.name: row for row in rows if not row.return_against}
	for row in invoices.values():
		row.left = exact(row.grand_total)
	for row in rows:
		if row.return_against in invoices:
			invoices[row.return_against].left += exact(row.grand_total)
	return list(invoices.values())


def _credit(row, amount: Decimal):
	"""A submitted credit note of `amount`, CNY, VAT included.

	It is set against the invoice where that is open for as much; else it stands for itself, and settles what
	the invoice has open: what is left of it is what the client gets back.
	"""
	from erpnext.controllers.sales_and_purchase_return import make_return_doc

	note = make_return_doc("Sales Invoice", row.name)
	source = frappe.get_doc("Sales Invoice", row.name)
	item = note.items[0]
	# without item_code: ERPNext counts the quantity returned, and one unit can be credited only once
	item.update({"item_code": None, "sales_invoice_item": None, "qty": -1})
	item.update({"rate": amount, "price_list_rate": amount, "discount_percentage": 0, "discount_amount": 0})
	for tax in note.taxes:
		tax.included_in_print_rate = 1  # whatever the invoice was: the amount is credited to the fen
	note.update(
		{
			"set_posting_time": 1,
			"posting_date": max(
				periods.open_date(source.company, None, "Sales Invoice"), source.posting_date
			),
			"deal": source.deal,
			"deal_fee": source.deal_fee,
			"update_outstanding_for_self": int(exact(source.outstanding_amount) < amount),
		}
	)
	note.due_date = note.posting_date
	_submit(note)
	if note.update_outstanding_for_self and exact(source.outstanding_amount):
		_set_off(note, source)


def _set_off(note, source) -> None:
	"""Settle what an invoice has open with the credit note that stands for itself, as ERPNext's own tool does."""
	account, amount = source.debit_to, exact(source.outstanding_amount)
	client = {"party_type": "Customer", "party": source.customer}
	journals.post(
		source.company,
		note.posting_date,
		[
			journals.Line(account, -amount, invoice=source.name, **client),
			journals.Line(account, amount, invoice=note.name, **client),
		],
		_("Credit note {0} settles what invoice {1} has open").format(note.name, source.name),
		source.cost_center,
		voucher_type="Credit Note",
	)


def _submit(invoice):
	invoice.flags.ignore_permissions = True  # perm: the deal was approved; its bills follow from it
	invoice.insert()
	invoice.submit()
	return invoice
