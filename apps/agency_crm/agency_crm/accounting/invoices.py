"""What a deal is billed and credited: ERPNext Sales Invoices, one for each Deal Fee.

Rules: docs/rules/commission.md, "The voucher's deal".
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce, Sum
from frappe.utils import add_days, cint, get_datetime, get_link_to_form, getdate

from agency_crm.accounting import journals, ledger, loose, parties, periods, settings
from agency_crm.domain.money import ZERO, apportion, exact
from agency_crm.domain.phases import DEAD

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
		made.append(_invoice(deal, fee).name)
	return made


def lock(deal: str) -> None:
	"""Hold a deal and its invoices, in the order in which a receipt takes them.

	Nothing is read without a lock: whoever begins with this reads from then on what is there when it is given.
	"""
	invoice = frappe.qb.DocType("Sales Invoice")
	held = frappe.qb.from_(invoice).select(invoice.name).where(invoice.deal == deal).orderby(invoice.name)
	held.for_update().run()
	frappe.db.get_value("Deal", deal, "name", for_update=True)


def credit_deal(deal, kept: dict[str, Decimal]) -> Decimal:
	"""Credit the deal's invoices so that of each side the gross fee in `kept` is left, CNY, VAT included.

	A side's credit is spread over its invoices in proportion to what is left of them. Returns the refund
	to pay: what was received above what is kept. Raises ValidationError where more is kept than billed.
	"""
	lock(deal.name)
	left = _left(deal.name)
	ledger.mend_outstanding([row.name for row in left])
	for side, keep in kept.items():
		total = _total(left, side)
		if keep > max(total, ZERO):
			frappe.throw(
				_("Deal {0}: {1} can't be kept of the side {2}, only {3} is billed.").format(
					get_link_to_form("Deal", deal.name), keep, _(side, context="Deal Fee"), total
				)
			)
	for row, amount in _credits(left, kept):
		_credit(row, amount)
	return refund_due(deal.name)


def foreseen_refund(deal: str, kept: dict[str, Decimal]) -> Decimal:
	"""Return the refund that `credit_deal` would come to as things stand, CNY; nothing is booked."""
	to_come = defaultdict(Decimal)
	for row, amount in _credits(_left(deal), kept):
		to_come[row.customer] += amount
	return refund_due(deal, to_come)


def refund_due(deal: str, more: Mapping[str, Decimal] = MappingProxyType({})) -> Decimal:
	"""Return what the deal's payers get back: each what they paid above what they are billed, CNY.

	What one payer still owes isn't set against what another gets back, and what was written off was never paid.
	What a payer paid that settles nothing counts. `more` is what is to be added to what each paid too much:
	what is still to be credited, or what was already paid back. Rules: docs/rules/deals.md, "Termination".
	"""
	too_much = defaultdict(Decimal, more)
	for (_deal, payer), amount in loose.by_payer([deal]).items():
		too_much[payer] += amount
	for (_deal, payer), sums in ledger.by_payer([deal]).items():
		too_much[payer] += sums.received - sums.invoiced + sums.credited
	return sum((max(ZERO, amount) for amount in too_much.values()), ZERO)


def left_of_sides(deal: str) -> dict[str, Decimal]:
	"""Side -> what its invoices bill less what was credited of them, CNY: no more can be kept."""
	found: dict[str, Decimal] = defaultdict(Decimal)
	for row in _left(deal):
		if row.side:
			found[row.side] += row.left
	return found


def unbilled(deals: Sequence[str]) -> dict[str, Decimal]:
	"""Deal -> the fees for which no invoice stands, CNY; of deals that go on."""
	deal, fee, invoice = (frappe.qb.DocType(name) for name in ("Deal", "Deal Fee", "Sales Invoice"))
	rows = (
		frappe.qb.from_(fee)
		.join(deal)
		.on(deal.name == fee.deal)
		.left_join(invoice)
		.on((invoice.deal_fee == fee.name) & (invoice.docstatus == 1) & (invoice.is_return == 0))
		.select(fee.deal, Sum(fee.amount))
		.where(fee.deal.isin([*deals, ""]) & fee.fee_type.notin(UNBILLED) & invoice.name.isnull())
		.where((deal.docstatus == 1) & (deal.phase != DEAD))
		.groupby(fee.deal)
		.run()
	)
	return {name: exact(amount) for name, amount in rows}


def billed_twice(deals: Sequence[str]) -> dict[str, Decimal]:
	"""Deal -> what stands billed of its fees beside the newest invoice of each, CNY: an older version let it happen."""
	invoice = frappe.qb.DocType("Sales Invoice")
	rows = (
		frappe.qb.from_(invoice)
		.select(invoice.name, invoice.deal, invoice.deal_fee, invoice.grand_total)
		.where(invoice.deal.isin([*deals, ""]) & (invoice.deal_fee != "") & (invoice.docstatus == 1))
		.where(Coalesce(invoice.return_against, "") == "")
		.orderby(invoice.creation, order=frappe.qb.desc)
		.run(as_dict=True)
	)
	fees = Counter(row.deal_fee for row in rows)
	several = [row for row in rows if fees[row.deal_fee] > 1]
	credited, standing = _credited([row.name for row in several]), set()
	found: dict[str, Decimal] = defaultdict(lambda: ZERO)
	for row in several:
		left = exact(row.grand_total) + credited.get(row.name, ZERO)
		if left > 0 and row.deal_fee in standing:
			found[row.deal] += left
		elif left > 0:
			standing.add(row.deal_fee)
	return found


def check(invoice, _method: str | None = None) -> None:
	"""The event `Sales Invoice.validate`: an invoice or credit note of a deal is of a signed deal and of one fee of it."""
	if invoice.return_against:
		follow_source(invoice)
		check_billed_once(invoice)
		return
	take_fee_along(invoice)
	fill_deal(invoice)
	if invoice.deal:
		check_signed(invoice)
		check_has_fee(invoice)
		check_billed_once(invoice)


def follow_source(note) -> None:
	"""A credit note is of the deal and the fee of the invoice it returns.

	Raises ValidationError where it names another deal.
	"""
	deal, fee = frappe.db.get_value("Sales Invoice", note.return_against, ("deal", "deal_fee"))
	if note.deal and note.deal != deal:
		frappe.throw(
			_("Credit note {0}: invoice {1} is of the deal {2}, not of {3}. Leave the deal empty.").format(
				note.name or "",
				get_link_to_form("Sales Invoice", note.return_against),
				deal or "-",
				note.deal,
			)
		)
	note.deal, note.deal_fee = deal, fee


def take_fee_along(invoice) -> None:
	"""An amendment is of the fee of the invoice it replaces, unless another is chosen."""
	if invoice.amended_from and not invoice.deal_fee:
		deal, fee = frappe.db.get_value("Sales Invoice", invoice.amended_from, ("deal", "deal_fee"))
		if invoice.deal in (None, "", deal):
			invoice.deal_fee = fee


def fill_deal(invoice) -> None:
	"""A fee says which deal the invoice is of. Raises ValidationError where that names another."""
	deal = invoice.deal_fee and frappe.db.get_value("Deal Fee", invoice.deal_fee, "deal")
	if deal and invoice.deal and invoice.deal != deal:
		frappe.throw(
			_("Invoice {0}: the fee {1} is of the deal {2}, not of {3}. Choose a fee of that deal.").format(
				invoice.name or "",
				get_link_to_form("Deal Fee", invoice.deal_fee),
				get_link_to_form("Deal", deal),
				get_link_to_form("Deal", invoice.deal),
			)
		)
	invoice.deal = deal or invoice.deal


def check_signed(invoice) -> None:
	"""Only a signed deal is billed."""
	if frappe.db.get_value("Deal", invoice.deal, "docstatus") != 1:
		frappe.throw(
			_(
				"Invoice {0}: deal {1} is not signed, so nothing of it is billed. Leave the deal empty."
			).format(invoice.name or "", get_link_to_form("Deal", invoice.deal))
		)


def check_has_fee(invoice) -> None:
	"""What no fee stands for would pay no commission, and nobody would notice."""
	if not invoice.deal_fee:
		frappe.throw(
			_("Invoice {0} is of the deal {1}. Choose its fee in {2}.").format(
				invoice.name or "",
				get_link_to_form("Deal", invoice.deal),
				frappe.bold(_("Deal Fee")),
			),
			frappe.MandatoryError,
		)


def check_billed_once(invoice) -> None:
	"""A fee has one submitted invoice, and another only after that was cancelled or credited in full.

	A debit note of one that was credited bills its fee again too.
	"""
	if invoice.docstatus != 1 or not invoice.deal_fee or (invoice.is_return and not invoice.return_against):
		return
	before = _left_of_fee(invoice.deal_fee, but=invoice.name)
	name = invoice.return_against or invoice.name
	after = {**before, name: before.get(name, ZERO) + exact(invoice.grand_total)}
	if other := _billed_beside(name, before, after):
		frappe.throw(
			_("Invoice {0}: the fee {1} is already billed by {2}. Cancel or credit that one first.").format(
				invoice.name or "",
				get_link_to_form("Deal Fee", invoice.deal_fee),
				get_link_to_form("Sales Invoice", other),
			)
		)


def check_not_billed_again(note, _method: str | None = None) -> None:
	"""The event `Sales Invoice.before_cancel`: without its credit note an invoice stands again, unless its fee is billed anew."""
	if not (note.deal_fee and note.return_against):
		return
	before, after = _left_of_fee(note.deal_fee), _left_of_fee(note.deal_fee, but=note.name)
	if other := _billed_beside(note.return_against, before, after):
		frappe.throw(
			_(
				"Credit note {0} can't be cancelled: invoice {1} would bill the fee {2} again beside {3}. "
				"Cancel or credit that one first."
			).format(
				note.name,
				get_link_to_form("Sales Invoice", note.return_against),
				get_link_to_form("Deal Fee", note.deal_fee),
				get_link_to_form("Sales Invoice", other),
			)
		)


def check_not_terminated(invoice, _method: str | None = None) -> None:
	"""The event `Sales Invoice.before_cancel`: what a termination was carried out with stands, as two people approved it."""
	deal = ledger.deals_of([invoice.name]).get(invoice.name)
	ending = deal and _termination(deal)
	if ending and get_datetime(invoice.creation) <= ending.executed_on:
		frappe.throw(
			_(
				"Invoice {0} can't be cancelled: termination {1} of deal {2} was carried out with it. "
				"What is to change is credited or billed by a further voucher."
			).format(
				invoice.name,
				get_link_to_form("Deal Termination", ending.name),
				get_link_to_form("Deal", deal),
			)
		)


def follow_refund(deal: str) -> None:
	"""Keep the refund of a terminated deal at the whole of what goes back: what is due, and what was paid back since."""
	if not (ending := _termination(deal)):
		return
	due = refund_due(deal, _paid_back(deal, ending.executed_on))
	if due != exact(ending.refund_to_pay):
		frappe.db.set_value("Deal Termination", ending.name, "refund_to_pay", due)


def _paid_back(deal: str, since: datetime) -> dict[str, Decimal]:
	"""Customer -> what was paid back to them, or given to another deal, after a moment; CNY."""
	brought = ledger.by_voucher(deal)
	for (_deal, payer, voucher), amount in loose.by_voucher([deal]).items():
		brought[voucher, payer] += amount
	back = {key: -amount for key, amount in brought.items() if amount < 0}
	late = ledger.booked_since(since, {voucher for voucher, _payer in back})
	found: dict[str, Decimal] = defaultdict(Decimal)
	for (voucher, payer), amount in back.items():
		if voucher in late:
			found[payer] += amount
	return found


def terminated_of(payers: Collection[str]) -> dict[str, set[str]]:
	"""Customer -> the deals billed to them that were terminated: what they have on account may be to go back."""
	ending, invoice = frappe.qb.DocType("Deal Termination"), frappe.qb.DocType("Sales Invoice")
	rows = (
		frappe.qb.from_(invoice)
		.join(ending)
		.on(ending.deal == invoice.deal)
		.select(invoice.customer, ending.deal)
		.distinct()
		.where(invoice.customer.isin([*payers, ""]) & ending.executed_on.isnotnull())
		.run()
	)
	found: dict[str, set[str]] = defaultdict(set)
	for payer, deal in rows:
		found[payer].add(deal)
	return found


def _termination(deal: str) -> frappe._dict | None:
	"""The termination of a deal that was carried out."""
	of = {"deal": deal, "executed_on": ("is", "set")}
	return frappe.db.get_value("Deal Termination", of, ["name", "executed_on", "refund_to_pay"], as_dict=True)


def note_on_fee(invoice, _method: str | None = None) -> None:
	"""The events `Sales Invoice.on_submit` and `on_cancel`: the fee shows the invoice that bills it, none when it is unbilled.

	Without a credit note that was cancelled, the invoice bills it again.
	"""
	is_note = invoice.is_return or invoice.return_against
	if invoice.deal_fee and (not is_note or invoice.docstatus == 2):
		show_on_fee(invoice.deal_fee)


def show_on_fee(fee: str) -> None:
	"""Have a Deal Fee show the invoice that bills it."""
	name = next((name for name, left in _left_of_fee(fee).items() if left > 0), None)
	total = frappe.db.get_value("Sales Invoice", name, "grand_total") if name else 0
	frappe.db.set_value("Deal Fee", fee, {"sales_invoice": name, "invoiced": total})


def _billed_beside(name: str, before: dict[str, Decimal], after: dict[str, Decimal]) -> str | None:
	"""Another invoice that stands where this one comes to stand again, of one fee and what is left of each."""
	if before.get(name, ZERO) > 0 or after.get(name, ZERO) <= 0:
		return None
	return next((other for other, left in after.items() if other != name and left > 0), None)


def _left_of_fee(fee: str, but: str | None = None) -> dict[str, Decimal]:
	"""Each submitted invoice of a fee, newest first, -> what isn't credited of it; CNY.

	Read as it stands now, and the fee locked: of two at once the second sees the first.
	"""
	frappe.db.get_value("Deal Fee", fee, "name", for_update=True)
	invoice = frappe.qb.DocType("Sales Invoice")
	rows = (
		frappe.qb.from_(invoice)
		.select(invoice.name, invoice.grand_total, invoice.return_against)
		.where((invoice.deal_fee == fee) & (invoice.docstatus == 1) & (invoice.name != (but or "")))
		.orderby(invoice.creation, order=frappe.qb.desc)
		.for_update()
		.run(as_dict=True)
	)
	left = {row.name: ZERO for row in rows if not row.return_against}
	for row in rows:
		if (name := row.return_against or row.name) in left:
			left[name] += exact(row.grand_total)
	return left


def _invoice(deal, fee):
	"""One submitted Sales Invoice of a fee row."""
	day = periods.open_date(deal.company, deal.signed_on, "Sales Invoice")
	row = settings.for_company(deal.company, day)
	due_days = cint(frappe.db.get_single_value("Agency Settings", "fee_due_days"))
	center = settings.cost_center(deal.store, deal.company)
	title = _("{0}: {1}").format(_(fee.fee_type, context="Deal Fee"), deal.listing_title or deal.listing)
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
					"item_name": _(fee.fee_type, context="Deal Fee"),
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


def _total(left: list[frappe._dict], side: str | None) -> Decimal:
	"""What a side's invoices of `_left` bill less what was credited."""
	return sum((row.left for row in left if row.side == side), ZERO)


def _credits(left: list[frappe._dict], kept: dict[str, Decimal]) -> Iterator[tuple[frappe._dict, Decimal]]:
	"""Yield the invoices of `_left` that are credited, and by how much, so that of each side what is kept is left."""
	for side in (*kept, None):  # nothing is kept of what no fee stands for
		rows = [row for row in left if row.side == side and not row.is_return]
		credit = max(_total(left, side) - kept.get(side, ZERO), ZERO)
		parts = apportion(credit, [max(row.left, ZERO) for row in rows])
		yield from ((row, part) for row, part in zip(rows, parts, strict=True) if part)


def _left(deal: str) -> list[frappe._dict]:
	"""The deal's invoices, oldest first, each with its side and `left`: gross less its credit notes, CNY.

	A credit note of no invoice stands among them (`is_return`), with what it credits below 0, on its payer's side.
	"""
	invoice, fee = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Deal Fee")
	rows = (
		frappe.qb.from_(invoice)
		.left_join(fee)
		.on(fee.name == invoice.deal_fee)
		.select(invoice.name, invoice.is_return, invoice.grand_total, invoice.customer, fee.side)
		.where((invoice.deal == deal) & (invoice.docstatus == 1))
		.where(Coalesce(invoice.return_against, "") == "")
		.orderby(invoice.creation)
		.run(as_dict=True)
	)
	credited = _credited([row.name for row in rows])
	sides = {row.customer: row.side for row in rows if row.side}
	for row in rows:
		row.left = exact(row.grand_total) + credited.get(row.name, ZERO)
		row.side = row.side or (sides.get(row.customer) if row.is_return else None)
	return rows


def _credited(names: Sequence[str]) -> dict[str, Decimal]:
	"""Sales Invoice -> what its credit notes, less its debit notes, come to; CNY, below 0."""
	if not names:
		return {}
	invoice = frappe.qb.DocType("Sales Invoice")
	rows = (
		frappe.qb.from_(invoice)
		.select(invoice.return_against, Sum(invoice.grand_total))
		.where(invoice.return_against.isin(names) & (invoice.docstatus == 1))
		.groupby(invoice.return_against)
		.run()
	)
	return {name: exact(amount) for name, amount in rows}


def _credit(row, amount: Decimal):
	"""A submitted credit note of `amount`, CNY, VAT included.

	It is set against the invoice where that is open for as much; else it stands for itself, and settles what
	the invoice has open: what is left of it is what the client gets back.
	"""
	source = frappe.get_doc("Sales Invoice", row.name)
	_take_back_write_off(source, amount - exact(source.outstanding_amount))
	source.reload()
	note = _return_of(row.name)
	item = note.items[0]
	note.set("items", [item])
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
			"additional_discount_percentage": 0,
			"discount_amount": 0,
			"update_outstanding_for_self": int(exact(source.outstanding_amount) < amount),
		}
	)
	note.due_date = note.posting_date
	note.calculate_taxes_and_totals()  # ERPNext compares the total with what is open before it reckons it
	_submit(note)
	if -exact(note.grand_total) != amount:
		frappe.throw(
			_(
				"Invoice {0}: a credit note of {1} comes out as {2}. Credit it by hand, then approve again."
			).format(get_link_to_form("Sales Invoice", source.name), amount, -exact(note.grand_total))
		)
	if note.update_outstanding_for_self and exact(source.outstanding_amount):
		_set_off(note, source)


def _return_of(invoice: str):
	"""An unsaved credit note, as ERPNext's own button makes it."""
	from erpnext.controllers.sales_and_purchase_return import make_return_doc

	user = frappe.session.user
	# perm: it was approved; the manager, who may approve last, has no right on invoices, and ERPNext asks for it
	frappe.session.user = "Administrator"
	try:
		note = make_return_doc("Sales Invoice", invoice)
	finally:
		frappe.session.user = user
	note.owner = user
	return note


def _take_back_write_off(source, wanted: Decimal) -> None:
	"""Reverse what was written off of an invoice, at most `wanted`, CNY: what it settled is credited instead."""
	accounts = ledger.written_off(source.name)
	amount = min(wanted, sum(accounts.values(), ZERO))
	if amount <= 0:
		return
	parts = apportion(amount, list(accounts.values()))
	journals.post(
		source.company,
		max(periods.open_date(source.company, None, "Journal Entry"), source.posting_date),
		[
			journals.Line(
				source.debit_to, amount, invoice=source.name, party_type="Customer", party=source.customer
			),
			*(journals.Line(account, -part) for account, part in zip(accounts, parts, strict=True)),
		],
		_("What was written off of invoice {0} is credited instead").format(source.name),
		source.cost_center,
	)


def _set_off(note, source) -> None:
	"""Settle what an invoice has open with the credit note that stands for itself, as ERPNext's own tool does."""
	account, amount = source.debit_to, min(exact(source.outstanding_amount), -exact(note.grand_total))
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
	invoice.flags.ignore_mandatory = True  # what an administrator asks of a form nobody fills here
	invoice.insert()
	invoice.submit()
	return invoice
