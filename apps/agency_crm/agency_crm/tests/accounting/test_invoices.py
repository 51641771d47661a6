"""What is billed of a deal's fees, and who stands in the books for whom."""

import frappe

from agency_crm.accounting import invoices, ledger, marks, parties, periods
from agency_crm.domain.money import exact
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.cases.money import day


class TestInvoices(AgencyTestCase):
	def setUp(self):
		super().setUp()
		self.deal = factory.make_deal(signed_on=day(3, 3))

	def tearDown(self):
		super().tearDown()
		frappe.flags.agency_marks = None

	def bill(self, **fee):
		"""The invoice of one fee of the buyer by amount."""
		factory.make_fee(self.deal, basis="Amount", rate=0, **fee)
		self.deal.db_set("docstatus", 1)  # only a signed deal is billed
		(name,) = invoices.bill_deal(self.deal)
		return frappe.get_doc("Sales Invoice", name)

	def test_a_fee_is_billed_once(self):
		invoice = self.bill(amount=70000)
		self.assertEqual(invoices.bill_deal(self.deal), [])
		fee = frappe.get_doc("Deal Fee", {"deal": self.deal.name})
		self.assertEqual((fee.sales_invoice, fee.invoiced), (invoice.name, 70000))
		self.assertEqual((invoice.deal, invoice.deal_fee), (self.deal.name, fee.name))
		center = frappe.db.get_value("Store", self.deal.store, "cost_center")
		self.assertEqual({row.cost_center for row in [*invoice.items, *invoice.taxes]}, {center})

	def test_vat_is_what_was_booked_round_off_included(self):
		invoice = self.bill(amount=4000)
		entries = frappe.get_all(
			"GL Entry", {"voucher_no": invoice.name}, ["account", "debit", "credit"], order_by="name"
		)
		credits = sorted(exact(row.credit) for row in entries if row.credit)
		self.assertEqual(credits, [exact("0.01"), exact("226.41"), exact("3773.58")])
		sums = ledger.sums([self.deal.name])[self.deal.name]
		self.assertEqual((sums.invoiced, sums.unclassified), (4000, 0))

	def test_vat_on_top(self):
		invoice = self.bill(amount=1000, vat_included=0)
		self.assertEqual((invoice.net_total, invoice.grand_total), (1000, 1060))
		kept = {"Buyer": exact(560), "Seller": exact(0)}
		self.assertEqual(invoices.credit_deal(self.deal, kept), 0)
		sums = ledger.sums([self.deal.name])[self.deal.name]
		self.assertEqual((sums.credited, sums.receivable), (500, 560))

	def test_more_than_billed_cant_be_kept(self):
		self.bill(amount=1000)
		with self.assertRaises(frappe.ValidationError):
			invoices.credit_deal(self.deal, {"Buyer": exact("1000.01")})

	def test_other_peoples_money_is_not_billed(self):
		factory.make_fee(self.deal, basis="Amount", rate=0, amount=500, fee_type="Pass-through")
		self.assertEqual(invoices.bill_deal(self.deal), [])

	def test_an_invoice_is_dated_on_an_open_day(self):
		period = frappe.new_doc("Accounting Period")
		period.update({"period_name": frappe.generate_hash(length=8), "company": self.deal.company})
		period.update({"start_date": day(3, 1), "end_date": day(4, 15)})
		period.append("closed_documents", {"document_type": "Sales Invoice", "closed": 1})
		period.insert()
		self.assertEqual(periods.open_date(self.deal.company, day(3, 3), "Journal Entry"), day(3, 3))
		self.assertEqual(self.bill(amount=1000).posting_date, day(4, 16))


class TestParties(AgencyTestCase):
	def test_a_customer_is_a_number_and_a_name(self):
		client = factory.make_client(store=factory.make_store().name)
		name = parties.customer_of(client.name)
		self.assertEqual(name, parties.customer_of(client.name))
		customer = frappe.get_doc("Customer", name)
		self.assertEqual((customer.name, customer.customer_name), (client.name, client.client_name))
		number = client.phones[0].number_masked or "-"
		self.assertNotIn(number, frappe.as_json(customer))
		self.assertFalse(customer.mobile_no or customer.customer_primary_contact)

	def test_an_agent_is_an_employee_or_a_supplier(self):
		agent = factory.make_agent()
		kind, employee = parties.party_of(agent.name)
		self.assertEqual((kind, (kind, employee)), ("Employee", parties.party_of(agent.name)))
		self.assertEqual(frappe.db.get_value("Employee", employee, "employee_name"), agent.agent_name)

	def test_whoever_is_paid_by_invoice_needs_a_supplier(self):
		agent = factory.make_agent(tax_method="Invoice")
		with self.assertRaisesRegex(frappe.ValidationError, "Supplier"):
			parties.party_of(agent.name)


class TestMarks(AgencyTestCase):
	def test_a_deleted_draft_marks_and_does_no_harm(self):
		deal = factory.make_deal(signed_on=day(3, 3))
		factory.make_fee(deal)
		deal.db_set("docstatus", 1)
		(name,) = invoices.bill_deal(deal)
		copy = frappe.copy_doc(frappe.get_doc("Sales Invoice", name))
		copy.docstatus = 0  # in a test Frappe copies it
		copy.insert()
		copy.delete()
		marks.flush()
		self.assertFalse(frappe.db.exists("Commission Accrual", {"deal": deal.name}))
