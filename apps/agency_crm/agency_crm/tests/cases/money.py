"""The deal of the worked examples and what an accountant does with it, for the money tests.

Figures: docs/rules/commission.md, "Worked examples".
"""

from datetime import date
from decimal import Decimal

import frappe
from frappe.utils import now_datetime

from agency_crm.accounting import ledger, marks, settings
from agency_crm.accounting.standing import standings
from agency_crm.domain.money import exact as money
from agency_crm.framework import workflow_guard
from agency_crm.services.commission import reconciliation
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase

YEAR = date.today().year
# docs/rules/commission.md, "The common deal": role, percent, agent
SPLITS = (
	("Entry", 10, "A"),
	("Maintainer", 15, "A"),
	("Survey", 5, "B"),
	("Mandate", 5, "A"),
	("Key", 5, "B"),
	("Referral", 10, "C"),
	("First Viewing", 15, "C"),
	("Closing", 30, "C"),
	("Finance", 5, "E"),
)
RATES = {"A": 40, "B": 40, "C": 50, "E": 40}


def day(month: int, day_of_month: int) -> date:
	"""A day of this year, which has a fiscal year on every site."""
	return date(YEAR, month, day_of_month)


class MoneyTestCase(AgencyTestCase):
	"""The common deal, signed on 3 March once a class; every test takes back what it posts."""

	splits = SPLITS

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		cls.store = factory.make_store()
		cls.company = cls.store.company
		cls.agents = {
			name: factory.make_agent(
				agent_name=f"Agent {name}",
				store=cls.store.name,
				commission_plan=factory.make_plan(rate=rate).name,
			)
			for name, rate in RATES.items()
		}
		cls.deal = sign_deal(cls.agents, cls.splits)
		marks.flush()
		cls.invoices = dict(
			frappe.get_all("Deal Fee", {"deal": cls.deal}, ["side", "sales_invoice"], as_list=True)
		)
		cls.accounts = settings.for_company(cls.company)

	def tearDown(self):
		super().tearDown()
		frappe.flags.agency_marks = None

	def sign(self, rows: tuple, more: tuple = (), **fields) -> str:
		"""Another deal of the same fees; from then on its invoices are paid by `receive`."""
		self.deal = sign_deal(self.agents, rows, more, **fields)
		fees = frappe.get_all("Deal Fee", {"deal": self.deal}, ["side", "sales_invoice"])
		self.invoices = {fee.side: fee.sales_invoice for fee in fees}
		return self.deal

	def receive(self, side: str, amount: float, on: date):
		"""Receive part of a side's invoice of the deal signed last; then flush."""
		return self.pay_invoice(self.invoices[side], amount, on)

	@classmethod
	def pay(cls, side: str, amount: float, on: date, **fields):
		"""Receive part of a side's invoice by Payment Entry, as ERPNext's own button makes it."""
		return cls.pay_invoice(cls.invoices[side], amount, on, **fields)

	@classmethod
	def pay_invoice(cls, invoice: str, amount: float, on: date, **fields):
		"""Receive, or for a credit note pay back, `amount` of an invoice; then flush."""
		payment = payment_of(invoice, amount, on, **fields)
		payment.insert()
		payment.submit()
		marks.flush()
		return payment

	def pay_rows(self, amount: float, *rows: tuple[str, float], **fields):
		"""One receipt of (invoice or credit note, allocated) and what is above them; then flush."""
		payment = payment_of(rows[0][0], rows[0][1], day(3, 10), paid_amount=amount, received_amount=amount)
		for name, allocated in rows[1:]:
			row = payment.references[0].as_dict(no_default_fields=True)
			payment.append("references", {**row, "reference_name": name, "allocated_amount": allocated})
		payment.update(fields)
		payment.insert()
		payment.submit()
		marks.flush()
		return payment

	def journal(self, on: date, *lines: tuple):
		"""A Journal Entry of lines (account, debit above 0, invoice or None, payer of no invoice); then flush."""
		journal = frappe.new_doc("Journal Entry")
		journal.update({"company": self.company, "posting_date": on, "voucher_type": "Journal Entry"})
		for account, amount, invoice, *payer in lines:
			row = {"account": account, "debit_in_account_currency": max(amount, 0)}
			row["credit_in_account_currency"] = max(-amount, 0)
			if invoice:
				customer = frappe.db.get_value("Sales Invoice", invoice, "customer")
				row |= {"party_type": "Customer", "party": customer}
				row |= {"reference_type": "Sales Invoice", "reference_name": invoice}
			elif payer:
				row |= {"party_type": "Customer", "party": payer[0]}
			journal.append("accounts", row)
		journal.insert()
		journal.submit()
		marks.flush()
		return journal

	def credit_note(self, side: str, amount: float, on: date):
		"""A credit note of `amount` gross that stands for itself; then flush."""
		from erpnext.controllers.sales_and_purchase_return import make_return_doc

		note = make_return_doc("Sales Invoice", self.invoices[side])
		# without item_code: ERPNext credits one unit only once
		note.items[0].update({"item_code": None, "sales_invoice_item": None, "qty": -1})
		note.items[0].update({"rate": amount, "price_list_rate": amount})
		note.update({"set_posting_time": 1, "posting_date": on, "due_date": on})
		note.update_outstanding_for_self = 1
		note.insert()
		note.submit()
		marks.flush()
		return note

	def advance(self, amount: float, on: date, **fields):
		"""Money on account of the buyer, against no invoice; below 0 what is paid back to them."""
		payment = payment_of(self.invoices["Buyer"], abs(amount), on)
		payment.references = []
		if amount < 0:
			payment.payment_type = "Pay"
			payment.paid_from, payment.paid_to = payment.paid_to, payment.paid_from
		payment.update(fields)
		payment.insert()
		payment.submit()
		marks.flush()
		return payment

	def reconcile(self, invoice: str, amount: float, payment: str | None = None, flush: bool = True):
		"""Settle `amount` of an invoice by ERPNext's own tool with what the payer has open, or with one payment."""
		tool = self.open_tool(invoice)
		invoices = [row.as_dict() for row in tool.invoices if row.invoice_number == invoice]
		payments = [row.as_dict() for row in tool.payments if payment in (None, row.reference_name)]
		tool.allocate_entries(frappe._dict(invoices=invoices, payments=payments))
		tool.allocation[0].allocated_amount = amount
		tool.allocation = tool.allocation[:1]
		tool.reconcile()
		if flush:
			marks.flush()

	def open_tool(self, invoice: str):
		"""Payment Reconciliation of the invoice's customer, with what is open."""
		customer = frappe.db.get_value("Sales Invoice", invoice, "customer")
		tool = frappe.get_doc("Payment Reconciliation")
		tool.update({"company": self.company, "party_type": "Customer", "party": customer})
		tool.receivable_payable_account = self.accounts.receivable
		tool.default_advance_account = frappe.db.get_value(
			"Company", self.company, "default_advance_received_account"
		)
		tool.get_unreconciled_entries()
		return tool

	def unreconcile(self, payment, flush: bool = True, only: str | None = None):
		doc = frappe.new_doc("Unreconcile Payment")
		doc.update({"company": self.company, "voucher_type": payment.doctype, "voucher_no": payment.name})
		doc.add_references()
		doc.allocations = [row for row in doc.allocations if only in (None, row.reference_name)]
		doc.insert()
		doc.submit()
		if flush:
			marks.flush()

	def cancel(self, doc):
		doc.reload()
		doc.cancel()
		marks.flush()

	def sums(self, deal: str | None = None):
		return ledger.sums([deal or self.deal])[deal or self.deal]

	def accrued(self) -> dict[str, Decimal]:
		"""Agent's letter -> what stands accrued in the general ledger for that person."""
		found = {}
		for name, agent in self.agents.items():
			employee = frappe.db.get_value("Agent", agent.name, "employee")
			rows = frappe.get_all(
				"GL Entry",
				{"party": employee or "-", "account": self.accounts.payable_employees, "is_cancelled": 0},
				["credit", "debit"],
			)
			found[name] = money(sum(row.credit - row.debit for row in rows))
		return found

	def last_accrual(self):
		name = frappe.get_all(
			"Commission Accrual",
			{"deal": self.deal},
			order_by="creation desc, name desc",
			limit=1,
			pluck="name",
		)
		return frappe.get_doc("Commission Accrual", name[0])

	def assert_last_accrual(self, total: str, on: date, **by_agent: str):
		"""The newest accrual and its journal: total, day, and each agent's line."""
		accrual = self.last_accrual()
		self.assertEqual((accrual.status, accrual.posting_date), ("Posted", on))
		self.assertEqual(money(accrual.total), Decimal(total))
		journal = frappe.get_doc("Journal Entry", accrual.journal_entry)
		self.assertEqual((journal.docstatus, journal.posting_date), (1, on))
		letters = {frappe.db.get_value("Agent", a.name, "employee"): n for n, a in self.agents.items()}
		lines = {letters[row.party]: money(row.credit - row.debit) for row in journal.accounts if row.party}
		self.assertEqual(lines, {name: Decimal(amount) for name, amount in by_agent.items()})
		costs = [row for row in journal.accounts if not row.party]
		self.assertEqual([row.account for row in costs], [self.accounts.commission_cost])
		self.assertEqual(money(costs[0].debit - costs[0].credit), Decimal(total))
		return accrual

	def assert_reconciled(self, **figures: str):
		"""Every difference of the deal, and of its agents in the ledger, reads 0.00; `figures` are as said."""
		row = reconciliation.deal_rows([self.deal])[0]
		for field in reconciliation.DIFFERENCES:
			self.assertEqual(money(row.get(field)), 0, f"{field} of {row}")
		employees = [frappe.db.get_value("Agent", agent.name, "employee") for agent in self.agents.values()]
		for payee in reconciliation.payee_rows(self.company):
			if payee.party in employees:
				self.assertEqual(money(payee.payee_difference), 0, payee)
		for field, amount in figures.items():
			self.assertEqual(money(row[field]), Decimal(amount), field)
		standing = standings([self.deal])[self.deal]
		self.assertFalse(standing.is_off)


class PayoutTestCase(MoneyTestCase):
	"""The common deal with an accountant who prepares payouts and another who approves them."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.accountant = factory.make_user("Agency Accountant").name
		cls.second = factory.make_user("Agency Accountant").name

	def draft(self, until=None, on=None):
		"""A payout of what is open until a day, as the accountant makes it."""
		payout = frappe.new_doc("Commission Payout")
		payout.update({"company": self.company, "period_end": until or day(3, 31)})
		payout.posting_date = on or payout.period_end
		with self.set_user(self.accountant):
			payout.insert()
		return payout

	def approve(self, payout, user: str | None = None):
		with self.set_user(user or self.second):
			frappe.get_doc("Commission Payout", payout.name).submit()
		payout.reload()
		return payout

	def confirm(self):
		frappe.db.set_value("Deal Split", {"deal": self.deal}, "confirmed_on", now_datetime())


def sign_deal(agents: dict, rows: tuple = SPLITS, more: tuple = (), **fields) -> str:
	"""A deal of 3,500,000 with both fees and these splits, signed on 3 March; returns its name.

	`more` are further Deal Splits as dicts.
	"""
	closer = next(agent for role, _percent, agent in rows if role == "Closing")
	deal = factory.make_deal(agent=agents[closer].name, signed_on=day(3, 3), **fields)
	factory.make_fee(deal, "Buyer")
	factory.make_fee(deal, "Seller")
	workflow_guard.move(deal, "Held")
	for name in frappe.get_all("Deal Split", {"deal": deal.name}, pluck="name"):
		frappe.delete_doc("Deal Split", name, ignore_permissions=True)  # perm: test data
	splits = [{"role": role, "percent": percent, "agent": agents[name].name} for role, percent, name in rows]
	for sequence, row in enumerate([*splits, *more], 1):
		split = frappe.new_doc("Deal Split")
		split.update({"deal": deal.name, "sequence": sequence, **row})
		split.insert(ignore_permissions=True)  # perm: test data
	deal.reload()
	state = workflow_guard.state_for("Deal", "Live", docstatus=1)
	deal.status = deal.flags.system_state = state
	deal.submit()
	return deal.name


def payment_of(invoice: str, amount: float, on: date, **fields):
	"""An unsaved Payment Entry of part of an invoice, as ERPNext's own button makes it."""
	from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

	payment = get_payment_entry("Sales Invoice", invoice)
	payment.update({"posting_date": on, "reference_no": "1", "reference_date": on})
	payment.paid_amount = payment.received_amount = abs(amount)
	payment.references[0].allocated_amount = amount
	payment.update(fields)
	return payment
