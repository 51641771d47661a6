"""One sale from the listing to the reconciled commission, each step in the window of whose work it is."""

import pytest
from steps import add_client, pages_of

REPORT = "Commission Reconciliation"
WAN = 10000


@pytest.mark.steps
class TestSale:
	"""The walk of a sale: what a step leaves for the next stands on the class."""

	def test_an_agent_enters_two_listings(self, people, office):
		desk = people.at(office.agent)
		owner = add_client(desk, office.named("业主王女士"), "is_seller", office.phone())
		type(self).listings = [
			add_listing(desk, office, owner, address) for address in ("3号楼2单元501", "3-2-601")
		]
		assert (desk.value("building_no"), desk.value("unit_no"), desk.value("room_no")) == ("3", "2", "601")
		assert desk.value("asking_price") == 350 * WAN
		assert desk.value("maintainer") == office.name_of(office.agent)

	def test_a_second_one_of_the_address_is_refused(self, people, office):
		desk = people.at(office.other_agent)
		desk.new("Listing")
		fill_listing(desk, office, "３-２-０５０１")
		text, links = desk.refusal()
		assert office.named("经纪人林岚") in text
		assert any(link.endswith(f"/app/listing/{self.listings[0]}") for link in links)

	def test_a_manager_verifies_them(self, people, office):
		desk = people.at(office.manager)
		for listing in self.listings:
			desk.open("Listing", listing)
			desk.action("Pass Verification")
			desk.wait_value("status", "Available")
			assert desk.value("verification_status") == "Verified"

	def test_another_agent_records_a_client_and_a_requirement(self, people, office):
		desk = people.at(office.other_agent)
		type(self).client = add_client(desk, office.named("陈先生"), "is_buyer", office.phone())
		desk.button("New Requirement")
		desk.wait_new("Client Requirement")
		desk.type("budget_min", "300")
		desk.type("budget_max", "380万")
		desk.type("bedrooms_min", "2")
		desk.save()
		assert (desk.value("budget_min"), desk.value("budget_max")) == (300 * WAN, 380 * WAN)

	def test_the_agent_makes_a_viewing_of_both_and_prints_the_confirmation(self, people, office):
		desk = people.at(office.other_agent)
		desk.button("New Viewing")
		desk.wait_new("Viewing")
		assert desk.value("client") == self.client
		assert desk.value("agent") == office.name_of(office.other_agent)
		desk.date("scheduled_start")
		for row, listing in enumerate(self.listings, 1):
			desk.cell("stops", row, "listing", listing)
		type(self).viewing = desk.save()
		desk.action("Fix Appointment")
		desk.wait_value("status", "Scheduled")
		text = "\n".join(pages_of(desk.printed("Print Confirmation")))
		for expected in (
			"看房确认书",
			office.named("陈先生"),
			"501",
			"601",
			"350.00",
			"客户签字",
			"经纪人签字",
		):
			assert expected in text
		assert text.rstrip().endswith("1 / 1"), "the page number"

	def test_the_agent_records_what_the_client_said(self, people, office):
		desk = people.at(office.other_agent)
		for row, (feedback, interest) in enumerate((("采光好，户型满意", "5"), ("客厅略小", "3")), 1):
			desk.cell("stops", row, "feedback", feedback)
			desk.cell("stops", row, "interest", interest)
		desk.date("client_confirmed_on")
		desk.save()
		desk.action("Complete")
		desk.wait_value("status", "Done")

	def test_the_agent_opens_the_deal_from_the_viewing_with_a_fee_of_each_side(self, people, office):
		desk = people.at(office.other_agent)
		desk.button("Open Deal")
		desk.answer("Open Deal")  # the first listing is chosen already
		desk.wait_new("Deal")
		assert desk.value("deal_price") == 350 * WAN
		desk.cell("parties", 2, "consented")
		type(self).deal = desk.save()
		for side, amount in (("Buyer", 70000), ("Seller", 35000)):
			desk.open("Deal", self.deal)
			desk.button("Add Fee")
			desk.page.locator(".modal.show .btn-modal-primary:visible").first.click()
			desk.page.wait_for_function("() => !document.querySelector('.modal.show')")
			desk.settle()
			[fee] = office.list("Deal Fee", ["amount"], deal=self.deal, side=side)
			assert fee["amount"] == amount

	def test_the_deal_goes_to_review_and_its_sharers_cannot_approve(self, people, office):
		desk = people.at(office.other_agent)
		desk.open("Deal", self.deal)
		desk.action("Submit for Review")
		desk.wait_value("status", "Manager Review")
		for sharer in (office.agent, office.other_agent):
			desk = people.at(sharer)
			desk.open("Deal", self.deal)
			assert desk.actions() == []

	def test_the_manager_and_the_accountant_approve_and_the_others_hear_of_it(self, people, office):
		watching = people.at(office.other_agent)
		watching.listen("doc_update")
		desk = people.at(office.manager)
		desk.open("Deal", self.deal)
		desk.action("Approve")
		desk.wait_value("status", "Finance Review")
		watching.wait_heard(self.deal)
		desk = people.at(office.accountant)
		desk.open("Deal", self.deal)
		desk.action("Approve and Sign")
		desk.wait_value("status", "Signed")

	def test_signing_bills_each_fee(self, office):
		fields = ["name", "grand_total", "total_taxes_and_charges", "cost_center", "docstatus"]
		type(self).invoices = office.list("Sales Invoice", fields, deal=self.deal)
		assert [(row["grand_total"], row["total_taxes_and_charges"]) for row in self.invoices] == [
			(70000, 3962.26),
			(35000, 1981.13),
		]
		for row in self.invoices:
			assert row["docstatus"] == 1
			assert row["cost_center"].startswith(office.named("云栖路店"))

	def test_a_part_payment_accrues_its_part(self, people, office):
		pay(people.at(office.cashier), self.invoices[0]["name"], "30000")
		assert self.figures(office) == (30000, 28301.89, 11320.77)
		self.reconcile(people, office)

	def test_the_rest_is_paid(self, people, office):
		for invoice in self.invoices:
			type(self).payment = pay(people.at(office.cashier), invoice["name"])
		assert self.figures(office) == (105000, 99056.61, 39622.64)

	def test_cancelling_a_payment_takes_its_accrual_back(self, people, office):
		desk = people.at(office.accountant)
		desk.open("Payment Entry", self.payment)
		desk.cancel()
		assert self.figures(office)[:2] == (70000, 66037.74)
		self.reconcile(people, office)
		pay(people.at(office.cashier), self.invoices[1]["name"])
		assert self.figures(office) == (105000, 99056.61, 39622.64)

	def test_each_agent_confirms_their_splits(self, people, office):
		for login in (office.agent, office.other_agent):
			desk = people.at(login)
			desk.open("Deal", self.deal)
			desk.button("Confirm My Splits")
			desk.page.locator("[data-confirm]").first.wait_for(state="detached")
		rows = office.list("Deal Split", ["confirmed_on"], deal=self.deal)
		assert rows and all(row["confirmed_on"] for row in rows)

	def test_one_accountant_prepares_the_payout_and_another_approves_it(self, people, office):
		desk = people.at(office.accountant)
		desk.new("Commission Payout")
		desk.date("period_end")
		payout = desk.save()
		net = {row["agent"]: row["net"] for row in desk.value("rows")}
		assert net[office.name_of(office.agent)] == 15849.05
		assert net[office.name_of(office.other_agent)] == 23773.59
		desk = people.at(office.other_accountant)
		desk.open("Commission Payout", payout)
		desk.submit()
		desk.wait_value("status", "Paid")

	def test_the_statement_of_an_agent_prints(self, people, office):
		desk = people.at(office.other_accountant)
		desk.new("Commission Statement")
		desk.link("agent", office.named("经纪人高远"))
		desk.date("month")
		name = desk.save()
		assert (desk.value("accrued"), desk.value("paid"), desk.value("payable")) == (23773.59, 23773.59, 0)
		text = "\n".join(pages_of(desk.pdf("Commission Statement", name, "Commission Statement")))
		for expected in ("佣金结算单", office.named("经纪人高远"), self.deal, "23,773.59"):
			assert expected in text

	def test_everything_reconciles_in_the_end(self, people, office):
		self.reconcile(people, office)
		row = people.at(office.accountant).report(REPORT, deal=self.deal)[0]
		assert (row["receivable"], row["accrued"], row["paid"], row["payable"]) == (0, 39622.64, 39622.64, 0)

	def test_the_browsers_saw_no_error(self, people):
		assert {user: desk.errors for user, desk in people.desks.items() if desk.errors} == {}

	def figures(self, office) -> tuple[float, float, float]:
		"""Return what the deal received, realised and accrued, CNY."""
		[deal] = office.list("Deal", ["received", "realised"], name=self.deal)
		splits = office.list("Deal Split", ["accrued"], deal=self.deal)
		return deal["received"], deal["realised"], round(sum(row["accrued"] for row in splits), 2)

	def reconcile(self, people, office) -> None:
		"""Read the deal's row in the accountant's report: each difference is 0.00."""
		desk = people.at(office.accountant)
		[row] = desk.report(REPORT, deal=self.deal)
		differences = desk.page.evaluate(
			"frappe.query_report.columns.filter(column => column.is_difference).map(column => column.fieldname)"
		)
		assert len(differences) > 4
		assert {field: row[field] for field in differences if row.get(field)} == {}


def add_listing(desk, office, owner: str, address: str) -> str:
	"""Enter a listing with its owner and send it for verification; return its name."""
	desk.new("Listing")
	fill_listing(desk, office, address)
	desk.cell("owners", 1, "client", owner)
	name = desk.save()
	desk.action("Submit for Verification")
	desk.wait_value("status", "Verifying")
	return name


def fill_listing(desk, office, address: str) -> None:
	"""Fill a new listing of the office's estate."""
	desk.link("estate", office.estate_name)
	desk.type("address_text", address)
	desk.type("asking_price", "350")
	desk.type("layout", "2室1厅1厨1卫")
	desk.type("gross_area", "89.5")
	desk.type("floor", "5")
	desk.type("total_floors", "18")


def pay(desk, invoice: str, amount: str | None = None) -> str:
	"""Receive a payment of an invoice in ERPNext's own form, all that is open by default; return its name."""
	desk.open("Sales Invoice", invoice)
	desk.make("Payment", "Payment Entry")
	if amount:
		desk.type("paid_amount", amount)
	desk.type("reference_no", invoice)
	name = desk.save()
	desk.submit()
	return name
