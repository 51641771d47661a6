"""A client from the first word to another agent's hands, each step in the window of whose work it is."""

import pytest
from night import let_fall
from playwright.sync_api import expect
from steps import add_client

WAN = 10000
# what the client asks for, but for its decoration or its orientation
HOME = {
	"listing_type": "Sale",
	"property_type": "Residential",
	"building_no": "3",
	"unit_no": "1",
	"layout": "3室2厅1厨2卫",
	"gross_area": 100,
	"asking_price": 350 * WAN,
	"floor": 9,
	"total_floors": 18,
	"orientation": "南",
	"decoration": "Fine",
}
HOMES = {
	"rough": {"room_no": "901", "decoration": "Rough"},
	"simple": {"room_no": "902", "decoration": "Simple"},
	"north": {"room_no": "903", "orientation": "北", "gross_area": 111},
}


@pytest.mark.steps
class TestClients:
	"""The walk of a client: what a step leaves for the next stands on the class."""

	def test_the_office_has_three_homes_on_the_market(self, people, office):
		agent, manager = people.at(office.agent), people.at(office.manager)
		type(self).homes = {}
		for home, facts in HOMES.items():
			values = {"doctype": "Listing", "estate": office.estate, **HOME, **facts}
			listing = agent.call("frappe.client.insert", doc=values)
			for desk, action in ((agent, "Submit for Verification"), (manager, "Pass Verification")):
				listing = desk.call("frappe.model.workflow.apply_workflow", doc=listing, action=action)
			self.homes[home] = listing["name"]

	def test_an_agent_enters_a_client(self, people, office):
		desk = people.at(office.agent)
		type(self).phone = office.phone()
		type(self).client = add_client(desk, office.named("客户赵女士"), "is_buyer", self.phone)
		assert (desk.value("stage"), desk.value("pool")) == ("Prospect", "Private")
		assert desk.value("next_follow_up_on"), "the plan of new clients made its first task"
		[phone] = desk.value("phones")
		assert not phone["number"] and "****" in phone["number_masked"]

	def test_the_number_is_asked_about_when_another_agent_enters_it(self, people, office):
		desk = people.at(office.other_agent)
		desk.new("Client")
		desk.type("client_name", "赵小姐")
		desk.tick("is_buyer")
		desk.cell("phones", 1, "number", self.phone)
		dialog = desk.page.locator(".modal.show:visible").last
		expect(dialog).to_contain_text(office.named("经纪人林岚"))
		assert office.named("客户赵女士") not in dialog.inner_text()

	def test_the_agent_says_what_the_client_looks_for_and_sees_matches(self, people, office):
		desk = people.at(office.agent)
		desk.open("Client", self.client)
		desk.button("New Requirement")
		desk.wait_new("Client Requirement")
		desk.type("budget_min", "300")
		desk.type("budget_max", "400")
		for field, text in (("bedrooms_min", "3"), ("area_min", "90"), ("area_max", "110")):
			desk.type(field, text)
		desk.press_in("orientations", "南")
		desk.press_in("decorations", "精装")
		desk.link("territories", office.territory)
		type(self).requirement = desk.save()
		assert matched(desk) == [self.homes[home] for home in ("rough", "simple", "north")]

	def test_a_viewing_is_booked_with_one_click(self, people, office):
		desk = people.at(office.agent)
		match(desk, self.homes["rough"]).get_by_role("button", name=desk.words("New Viewing")).click()
		desk.wait_new("Viewing")
		assert [stop["listing"] for stop in desk.value("stops")] == [self.homes["rough"]]
		desk.date("scheduled_start")
		type(self).viewing = desk.save()
		desk.action("Fix Appointment")

	def test_what_the_client_said_changes_the_order(self, people, office):
		desk = people.at(office.agent)
		desk.open("Viewing", self.viewing)
		desk.action("Complete")
		dialog = desk.page.locator(".modal.show:visible")
		dialog.get_by_role("radio", name="3").click()
		dialog.get_by_role("button", name=desk.words("Decoration", "Matching Weight")).click()
		dialog.locator("textarea").fill("装修太旧，其他都合适")
		dialog.locator(".btn-modal-primary").click()
		desk.wait_value("phase", "Closed")
		desk.settle()
		desk.open("Client Requirement", self.requirement)
		assert matched(desk) == [self.homes[home] for home in ("north", "simple")]
		learned = desk.field("learned_html")
		expect(learned).to_contain_text(desk.words("Decoration", "Matching Weight"))
		[client] = office.list("Client", ["stage", "protected_until"], name=self.client)
		assert client["stage"] == "Viewing" and client["protected_until"]

	def test_what_was_learned_is_taken_back(self, people, office):
		desk = people.at(office.agent)
		desk.field("learned_html").get_by_role(
			"button", name=desk.words("Undo", "Client Requirement")
		).first.click()
		desk.settle()
		desk.page.reload()
		desk.open("Client Requirement", self.requirement)
		assert matched(desk) == [self.homes[home] for home in ("simple", "north")]

	def test_nobody_else_sees_a_private_client(self, people, office):
		desk = people.at(office.other_agent)
		assert desk.call("frappe.client.get_count", doctype="Client", filters={"name": self.client}) == 0

	def test_the_client_falls_to_the_pool_when_nothing_is_done(self, people, office):
		let_fall(self.client, days=14)
		[client] = office.list("Client", ["pool", "agent"], name=self.client)
		assert client["pool"] == "Private", "a viewing protects"
		let_fall(self.client, days=17)
		[client] = office.list("Client", ["pool", "agent", "stage"], name=self.client)
		assert (client["pool"], client["agent"]) == ("Store", None)

	def test_another_agent_claims_it(self, people, office):
		desk = people.at(office.other_agent)
		desk.open("Client", self.client)
		desk.button("Claim")
		desk.wait_value("agent", office.name_of(office.other_agent))
		assert desk.value("pool") == "Private"
		moved = office.list("Client Movement", ["kind", "to_pool"], client=self.client)
		assert {row["kind"]: row["to_pool"] for row in moved} == {"Fall": "Store", "Claim": "Private"}

	def test_the_browsers_saw_no_error(self, people):
		assert {user: desk.errors for user, desk in people.desks.items() if desk.errors} == {}


def matched(desk) -> list[str]:
	"""Return the listings of the form's matches, best first."""
	desk.field("matches_html")
	rows = desk.page.locator(".agency-matches:visible > .agency-match.is-home")
	expect(rows.first).to_be_visible(timeout=30_000)
	links = rows.locator(".agency-match-title")
	return [link.split("/")[-1] for link in links.evaluate_all("links => links.map(link => link.href)")]


def match(desk, listing: str):
	"""Return the row of a listing among the form's matches."""
	return desk.page.locator(".agency-match.is-home:visible").filter(
		has=desk.page.locator(f".agency-match-title[href$='{listing}']")
	)
