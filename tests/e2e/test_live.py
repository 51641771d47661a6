"""Live events: what reaches an open form, and that one the server can't answer ends it for nobody."""

from desk import at_desk
from playwright.sync_api import expect

COMMENT = "业主下周三可看房"


def test_a_comment_of_another_stands_in_the_open_form(browser, url, logins):
	with (
		at_desk(browser, url, logins["Administrator"]) as mine,
		at_desk(browser, url, logins["Administrator"]) as other,
	):
		[listing] = mine.call("frappe.client.get_list", doctype="Listing", limit_page_length=1)
		mine.open("Listing", listing["name"])
		mine.page.wait_for_function("() => frappe.realtime.socket?.connected")
		about = {"reference_doctype": "Listing", "reference_name": listing["name"]}
		written = {"content": COMMENT, "comment_email": "Administrator", "comment_by": "Administrator"}
		other.call("frappe.desk.form.utils.add_comment", **about, **written)
		timeline = mine.page.locator(".new-timeline:visible")
		expect(timeline.get_by_text(COMMENT).first).to_be_visible()
		assert mine.errors == []


def test_an_event_that_the_server_cant_answer_ends_it_for_nobody(browser, url, logins):
	with at_desk(browser, url, logins["Administrator"]) as desk:
		desk.page.wait_for_function("() => frappe.realtime.socket?.connected")
		desk.page.evaluate(
			"""() => {
				window.lost = 0;
				frappe.realtime.socket.on("disconnect", () => (window.lost += 1));
				frappe.realtime.socket.emit("open_in_editor", {});
			}"""
		)
		desk.page.wait_for_timeout(3000)
		assert desk.page.evaluate("window.lost") == 0
