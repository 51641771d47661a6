"""A listing from its entry to a client's table, each step in the window of whose work it is."""

import io

import pytest
from desk import TILES
from PIL import Image
from playwright.sync_api import FilePayload, Route, expect
from steps import add_client, pages_of

WAN = 10000


@pytest.mark.steps
class TestLibrary:
	"""The walk of a listing: what a step leaves for the next stands on the class."""

	def test_an_agent_enters_a_listing_from_the_dictionary(self, people, office):
		desk = people.at(office.agent)
		owner = add_client(desk, office.named("业主方女士"), "is_seller", office.phone())
		type(self).owner = office.named("业主方女士")
		desk.new("Listing")
		desk.link("estate", f"yqhy{office.token}", office.estate_name)  # by the initials of its pinyin
		for field, text in (("building_no", "3"), ("unit_no", "2"), ("room_no", "901")):
			desk.link(field, text)
		desk.type("asking_price", "420")
		desk.type("layout", "3室2厅1厨2卫")
		desk.type("gross_area", "118.6")
		desk.type("floor", "9")
		desk.type("total_floors", "18")
		desk.press_in("orientation", "南")
		desk.press_in("orientation", "北")
		desk.cell("owners", 1, "client", owner)
		type(self).listing = desk.save()
		assert (desk.value("unit_price"), desk.value("orientation")) == (35413, "南 北")
		assert (desk.value("metro_distance"), desk.value("year_built")) == (450, 2012)
		assert "近地铁" in desk.value("tag_names")

	def test_the_agent_adds_pictures_of_two_rooms_at_once(self, people, office):
		desk = people.at(office.agent)
		for slot, names in (("Living Room", ("客厅1.jpg", "客厅2.jpg")), ("Floor Plan", ("户型.jpg",))):
			desk.upload(slot, [picture(name) for name in names])
		rows = desk.value("media")
		assert [row["slot"] for row in rows] == ["Living Room", "Living Room", "Floor Plan"]
		assert [row["is_cover"] for row in rows] == [1, 0, 0]
		expect(desk.page.locator(".agency-media-tile img")).to_have_count(3)

	def test_a_picture_that_is_none_is_refused(self, people, office):
		desk = people.at(office.agent)
		fake = FilePayload(name="厨房.jpg", mimeType="image/jpeg", buffer=b"MZ" + bytes(100))
		said = desk.upload_refused("Kitchen", [fake])
		assert "厨房.jpg" in said
		assert not office.list("File", ["name"], attached_to_name=self.listing, file_name="厨房.jpg")

	def test_the_manager_verifies_it(self, people, office):
		desk = people.at(office.agent)
		desk.action("Submit for Verification")
		desk.wait_value("status", "Verifying")
		[request] = office.list("Listing Verification", ["name"], listing=self.listing, kind="Existence")
		desk = people.at(office.manager)
		desk.open("Listing Verification", request["name"])
		desk.button("Approve", "Listing Verification")
		desk.wait_value("result", "Approved")
		desk.open("Listing", self.listing)
		assert (desk.value("status"), desk.value("verification_status")) == ("Available", "Verified")

	def test_another_agent_is_told_while_typing_that_it_is_listed(self, people, office):
		desk = people.at(office.other_agent)
		desk.new("Listing")
		desk.link("estate", office.named("云栖小区"), office.estate_name)  # by its alias
		desk.type("building_no", "３号楼")
		desk.type("asking_price", "425")
		desk.type("layout", "3室2厅1厨2卫")
		desk.type("gross_area", "118.5")
		desk.type("floor", "9")
		desk.type("total_floors", "18")
		notice = desk.page.locator(".agency-alike:visible")
		expect(notice).to_contain_text(self.listing)
		expect(notice).to_contain_text(office.named("经纪人林岚"))
		type(self).second = desk.save()

	def test_the_manager_merges_the_two(self, people, office):
		desk = people.at(office.manager)
		pair = desk.wait_for_row("Duplicate Pair", other=self.second)
		desk.open("Duplicate Pair", pair)
		desk.button("Merge")
		desk.page.locator(".modal.show [data-fieldname=survivor] select").select_option(self.listing)
		desk.answer("Merge")
		desk.wait_value("status", "Merged")
		[gone] = office.list("Listing", ["phase", "merged_into"], name=self.second)
		assert (gone["phase"], gone["merged_into"]) == ("Dead", self.listing)

	def test_a_price_that_falls_says_why_and_stands_in_the_history(self, people, office):
		desk = people.at(office.agent)
		desk.open("Listing", self.listing)
		desk.type("asking_price", "405")
		desk.primary()
		desk.page.locator(".modal.show [data-fieldname=reason] textarea").fill("业主急于置换")
		desk.page.locator(".modal.show .btn-modal-primary:visible").click()
		desk.wait_value("asking_price", 405 * WAN)
		desk.page.wait_for_function("() => !cur_frm.is_dirty() && !document.querySelector('.modal.show')")
		desk.settle()
		assert "降价" in desk.value("tag_names")
		[change] = office.list(
			"Listing Change", ["old", "new", "reason"], listing=self.listing, field="Price"
		)
		assert change["reason"] == "业主急于置换"

	def test_another_agent_finds_it_by_what_a_client_asks(self, people, office):
		desk = people.at(office.other_agent)
		desk.go("listing", "view", "list")
		desk.filter("asking_price", "400-410")
		desk.filter("gross_area", "110-120")
		desk.filter("bedrooms", "3")
		desk.filter_link("estate", office.named("云栖小区"), office.estate_name)
		desk.wait_listed([self.listing])
		desk.go("listing", "view", "image")
		expect(desk.page.locator(".agency-card:visible img").first).to_be_visible()
		desk.go("listing", "view", "map")
		desk.filter_link("estate", office.named("云栖小区"), office.estate_name)
		expect(desk.page.locator(".agency-map:visible span").filter(has_text="405.00").first).to_be_visible()

	def test_where_no_map_is_set_no_server_is_asked_for_pictures(self, people, office):
		desk, asked = people.at(office.other_agent), []

		def unset(route: Route) -> None:
			"""Give the page as it is of an office that has emptied the setting."""
			page = route.fetch()
			route.fulfill(
				response=page, body=page.text().replace(f"https://{TILES}/{{z}}/{{x}}/{{y}}.png", "")
			)

		desk.page.route("**/app/**", unset)
		desk.page.on("request", lambda request: asked.append(request.url))
		desk.go("listing", "view", "map")
		assert not desk.page.evaluate("() => frappe.boot.agency_crm.finding.map_tiles")
		expect(desk.page.locator(".agency-map:visible")).to_be_visible()
		expect(desk.page.locator(".agency-map:visible span").first).to_be_visible()
		desk.page.unroute("**/app/**")
		assert [address for address in asked if TILES in address] == []

	def test_its_sheet_tells_a_client_nothing_of_the_owner(self, people, office):
		desk = people.at(office.other_agent)
		[text] = pages_of(desk.pdf("Listing", self.listing, "Listing Sheet"))
		for expected in (office.estate_name, "405", "118.6", office.named("经纪人高远")):
			assert expected in text
		for hidden in (self.owner, "901"):
			assert hidden not in text

	def test_the_browsers_saw_no_error(self, people):
		assert {user: desk.errors for user, desk in people.desks.items() if desk.errors} == {}


def picture(name: str) -> FilePayload:
	"""Return a photo of this name."""
	content = io.BytesIO()
	Image.new("RGB", (640, 480), (196, 208, 196)).save(content, "JPEG")
	return FilePayload(name=name, mimeType="image/jpeg", buffer=content.getvalue())
