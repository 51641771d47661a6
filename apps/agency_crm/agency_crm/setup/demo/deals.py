"""The demo's deals: from done viewings, through both reviews, with ERPNext's vouchers as their users post them.

`COURSES` says how far each deal has come; the oldest viewings lead furthest.
"""

import json
from dataclasses import dataclass
from datetime import date
from random import Random

import frappe
from frappe.utils import add_days, flt, get_first_day, getdate

from agency_crm.accounting import settings
from agency_crm.domain.phases import CLOSED, HELD
from agency_crm.services.commission import splits
from agency_crm.services.deals import terminations
from agency_crm.setup.demo.actors import act_as, active_agents, insert, managers, press, with_owner

NOTED = "agency_demo_courses"
SALE_FEES = {"Buyer": 2, "Seller": 1}  # percent of the price; of a lease each side pays half a month's rent


@dataclass(frozen=True)
class Course:
	"""How far a deal has come: the buttons pressed on it, and what of each side's fee came in, in %."""

	buttons: tuple[str, ...] = ()
	buyer: int = 0
	seller: int = 0
	paid_out: bool = False
	lost: bool = False  # what is open of the seller's fee is written off
	ending: str = ""  # Recorded: both approvals are missing; Approved: carried out; Refunded: and paid back
	count: int = 1


REVIEW = ("Submit for Review",)
APPROVED = (*REVIEW, "Approve")
SIGNED = (*APPROVED, "Approve and Sign")
TRANSFER = (*SIGNED, "Start Transfer")
COMPLETED = (*TRANSFER, "Complete")
COURSES = (
	Course(COMPLETED, 100, 100, paid_out=True, count=7),
	Course(COMPLETED, 100, 20, lost=True, count=2),
	Course(SIGNED, 60, ending="Refunded"),
	Course(SIGNED, 100, 100, ending="Approved"),
	Course(TRANSFER, ending="Approved"),
	Course(COMPLETED, 100, 100, count=2),
	Course(TRANSFER, 100, 100, count=4),
	Course(TRANSFER, 50, 100, count=5),
	Course(SIGNED, 40, ending="Recorded", count=2),
	Course(SIGNED, 40, count=3),
	Course(SIGNED, count=2),
	Course(("Void",), count=2),
	Course((*REVIEW, "Void")),
	Course(APPROVED, count=2),
	Course(REVIEW, count=3),
	Course(count=2),
)


def enter_deals(random: Random) -> None:
	"""Agents open a deal from a viewing of a listing whose owner is known, with a fee of each side."""
	courses = [course for course in COURSES for _number in range(course.count)]
	found = sorted(random.sample(viewings(), len(courses)), key=lambda row: row.day)
	made = list(zip(found, courses, strict=True))
	noted = {}
	for agent in active_agents():
		frappe.set_user(agent.user)
		for viewing, course in made:
			if viewing.agent == agent.name:
				deal = enter(random, viewing)
				noted[deal.name] = COURSES.index(course)
				go_on(deal, course, "Void" if course.buttons[:1] == ("Void",) else "Submit for Review")
	frappe.db.set_default(NOTED, json.dumps(noted))


def viewings() -> list[frappe._dict]:
	"""Return the done viewings of listings whose owner is recorded, one a listing: client, agent, listing, day."""
	viewing, stop = frappe.qb.DocType("Viewing"), frappe.qb.DocType("Viewing Stop")
	rows = (
		frappe.qb.from_(viewing)
		.join(stop)
		.on(stop.parent == viewing.name)
		.select(viewing.client, viewing.agent, stop.listing, viewing.client_confirmed_on.as_("day"))
		.where(viewing.phase == CLOSED)
		.orderby(viewing.name)
		.run(as_dict=True)
	)
	owned = set(with_owner([row.listing for row in rows]))
	by_listing = {row.listing: row for row in rows if row.listing in owned}
	return list(by_listing.values())


def enter(random: Random, viewing: frappe._dict):
	"""Insert a deal and its fees as the agent who showed the home."""
	listing = frappe.get_doc("Listing", viewing.listing)
	signed_on = min(add_days(viewing.day, random.randint(1, 6)), getdate())
	sellers = [
		{"side": "Seller", "client": row.client, "share": row.share, "consented": 1} for row in listing.owners
	]
	values = {"listing": listing.name, "client": viewing.client, "signed_on": signed_on}
	values["parties"] = [{"side": "Buyer", "client": viewing.client, "share": 100}, *sellers]
	if listing.listing_type == "Lease":
		start = add_days(signed_on, 3)
		values |= {"monthly_rent": listing.rent, "deposit_months": 1, "payment_terms": "押一付三"}
		values |= {"lease_start": start, "lease_end": add_days(start, 364), "handover_on": start}
	else:
		values["deal_price"] = flt(listing.asking_price * random.randint(94, 100) / 100, -3)
	deal = insert("Deal", **values)
	payers = {row.side: row.client for row in deal.parties}
	for side, percent in SALE_FEES.items():
		fee = {"basis": "Percent of Price", "rate": percent}
		if deal.deal_type == "Lease":
			fee = {"basis": "Months of Rent", "rate": 0.5}
		insert("Deal Fee", deal=deal.name, side=side, payer=payers[side], fee_type="Brokerage", **fee)
	return deal


def course_of(deal: str) -> Course:
	"""Return how far the deal goes, as `enter_deals` noted it for the later steps."""
	return COURSES[json.loads(frappe.db.get_default(NOTED))[deal]]


def go_on(deal, course: Course, *buttons: str) -> None:
	"""Press those of `buttons` that are on the deal's course as the present user."""
	for button in buttons:
		if button in course.buttons:
			if button == "Void":
				deal.void_reason = "客户改变主意"
				deal.save()
			deal = press(deal, button)


def review_deals(_random: Random) -> None:
	"""The store's manager approves or voids; the accountant signs, which bills each fee."""
	for store, manager in managers().items():
		frappe.set_user(manager)
		for deal in deals(store=store, phase=HELD):
			go_on(deal, course_of(deal.name), "Approve", "Void")
	act_as("accountant")
	for deal in deals(phase=HELD):
		go_on(deal, course_of(deal.name), "Approve and Sign")


def deals(**filters) -> list:
	"""Return the deals that match, oldest first."""
	return [frappe.get_doc("Deal", name) for name in frappe.get_all("Deal", filters, pluck="name")]


def receive_fees(random: Random) -> None:
	"""The cashier receives what came in: the buyer's in two parts, the seller's at once."""
	act_as("cashier")
	for deal in deals(docstatus=1):
		course = course_of(deal.name)
		for fee in frappe.get_all("Deal Fee", {"deal": deal.name}, ["side", "sales_invoice", "invoiced"]):
			share = course.buyer if fee.side == "Buyer" else course.seller
			amount = flt(fee.invoiced * share / 100, 2)
			first = flt(amount * random.choice((0.4, 0.5, 0.6)), 2) if fee.side == "Buyer" else amount
			for part, days in ((first, random.randint(0, 3)), (amount - first, random.randint(5, 12))):
				if flt(part, 2):
					receive(fee.sales_invoice, flt(part, 2), on_or_before_today(deal.signed_on, days))


def on_or_before_today(start: date, days: int) -> date:
	"""Return the day `days` after `start`, today where that is to come."""
	return min(getdate(add_days(start, days)), getdate())


def receive(invoice: str, amount: float, day: date) -> None:
	"""Post a Payment Entry for part of an invoice; of a credit note, where `amount` is below 0, the refund."""
	from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

	payment = get_payment_entry("Sales Invoice", invoice)
	payment.update({"posting_date": day, "reference_date": day, "reference_no": invoice})
	payment.paid_amount = payment.received_amount = abs(amount)
	payment.references[0].allocated_amount = amount
	payment.insert()
	payment.submit()


def go_through(_random: Random) -> None:
	"""Managers start and complete the transfer; the accountant writes off what a seller never paid."""
	for store, manager in managers().items():
		frappe.set_user(manager)
		for deal in deals(store=store, docstatus=1):
			go_on(deal, course_of(deal.name), "Start Transfer", "Complete")
	act_as("accountant")
	for deal in deals(docstatus=1):
		if course_of(deal.name).lost:
			write_off(deal)


def write_off(deal) -> None:
	"""Post what is open of the deal's invoices to the write-off account by a Journal Entry."""
	account = settings.account(settings.for_company(deal.company), "write_off")
	open_invoices = {"deal": deal.name, "docstatus": 1, "outstanding_amount": (">", 0)}
	fields = ["name", "customer", "debit_to", "outstanding_amount", "cost_center"]
	for invoice in frappe.get_all("Sales Invoice", open_invoices, fields):
		amount = invoice.outstanding_amount
		credit = {
			"account": invoice.debit_to,
			"party_type": "Customer",
			"party": invoice.customer,
			"reference_type": "Sales Invoice",
			"reference_name": invoice.name,
			"credit_in_account_currency": amount,
		}
		debit = {
			"account": account,
			"debit_in_account_currency": amount,
			"cost_center": invoice.cost_center,
			"deal": deal.name,
		}
		insert(
			"Journal Entry",
			company=deal.company,
			posting_date=getdate(),
			user_remark="业主失联，坏账核销",
			accounts=[debit, credit],
		).submit()


def end_deals(_random: Random) -> None:
	"""Head office records that a deal ends; the store's manager and the accountant approve; one is refunded."""
	ending = [deal for deal in deals(docstatus=1) if course_of(deal.name).ending]
	act_as("head")
	recorded = [
		insert(
			"Deal Termination",
			deal=deal.name,
			broken_by="Buyer",
			broken_on=on_or_before_today(deal.signed_on, 12),
			kept_buyer=5000 if course_of(deal.name).buyer and deal.deal_type == "Sale" else 0,
			reason="买方贷款未获批准，双方协商解约",
			listing_goes="Available",
		)
		for deal in ending
	]
	approved = [row for row in recorded if course_of(row.deal).ending != "Recorded"]
	for termination in approved:
		frappe.set_user(managers()[frappe.db.get_value("Deal", termination.deal, "store")])
		terminations.approve(termination.name)
	act_as("accountant")
	for termination in approved:
		terminations.approve(termination.name)
	act_as("cashier")
	for termination in approved:
		if course_of(termination.deal).ending == "Refunded":
			refund(termination)


def refund(termination) -> None:
	"""Pay back what the credit notes of a terminated deal leave open to the client's side."""
	notes = {"deal": termination.deal, "is_return": 1, "docstatus": 1, "outstanding_amount": ("<", 0)}
	for note in frappe.get_all("Sales Invoice", notes, ["name", "outstanding_amount"]):
		receive(note.name, note.outstanding_amount, getdate())


def pay_out(_random: Random) -> None:
	"""Agents confirm their shares of old deals; the accountant prepares last month's payout, the cashier pays."""
	names = [deal.name for deal in deals(docstatus=1) if course_of(deal.name).paid_out]
	for agent in active_agents():
		mine = {"agent": agent.name, "deal": ("in", names), "confirmed_on": ("is", "not set")}
		frappe.set_user(agent.user)
		for row in frappe.get_all("Deal Split", mine, pluck="name"):
			splits.confirm(row)
	act_as("accountant")
	payout = insert(
		"Commission Payout",
		company=frappe.defaults.get_global_default("company"),
		period_end=add_days(get_first_day(getdate()), -1),
		posting_date=getdate(),
	)
	act_as("cashier")
	frappe.get_doc("Commission Payout", payout.name).submit()


STEPS = (enter_deals, review_deals, receive_fees, go_through, end_deals, pay_out)
