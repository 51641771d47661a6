"""The demo that `start` loads is what the README promises, as its own users see it over HTTP."""

from collections import Counter
from datetime import date

import pytest
import requests

MADE_BY_DEMO = ["like", "%@demo.agency.example"]
ROLES = (
	"Agency Agent",
	"Agency Assistant",
	"Agency Title Officer",
	"Agency Store Manager",
	"Agency Accountant",
	"Agency Cashier",
	"Agency Administrator",
)


class User:
	"""A logged-in user of the site."""

	def __init__(self, url: str, login: dict):
		self.url, self.session = url, requests.Session()
		self.call("login", usr=login["user"], pwd=login["password"])

	def call(self, method: str, **arguments):
		"""Call an endpoint; return its message."""
		answer = self.session.post(f"{self.url}/api/method/{method}", json=arguments)
		assert answer.ok, f"{method} {arguments.get('doctype', '')}: {answer.text[:1000]}"
		return answer.json().get("message")

	def list(self, doctype: str, *fields: str, **filters) -> list[dict]:
		"""Return all rows the user sees of those that match."""
		arguments = {"doctype": doctype, "fields": ["name", *fields], "filters": filters}
		return self.call("frappe.client.get_list", **arguments, limit_page_length=0)


@pytest.fixture(scope="module")
def user(url: str, logins: dict):
	"""Return who logs a role's user in, once."""
	known: dict[str, User] = {}

	def of_role(role: str) -> User:
		return known.setdefault(role, User(url, logins[role]))

	return of_role


@pytest.mark.parametrize("role", ROLES)
def test_each_role_has_a_login(user, role: str):
	assert user(role).call("frappe.client.get_count", doctype="Listing") > 0


def test_the_agency_has_the_size_promised(user):
	administrator = user("Agency Administrator")
	made = {"owner": MADE_BY_DEMO}
	places = administrator.list("Store", "is_group", "manager", **made)
	assert Counter(place["is_group"] for place in places) == {0: 3, 1: 3}  # two regions and head office
	assert all(place["manager"] for place in places)
	sizes = {"Agent": 24, "Estate": 60, "Listing": 600, "Client": 300, "Viewing": 200, "Deal": 40}
	assert {doctype: len(administrator.list(doctype, **made)) for doctype in sizes} == sizes


def test_deals_and_listings_stand_in_every_state(user):
	administrator = user("Agency Administrator")
	states = {
		"Deal": {
			*("Draft", "Manager Review", "Finance Review", "Void", "Signed", "In Transfer", "Completed"),
			*("Terminating", "Terminated"),
		},
		"Listing": {
			*("Draft", "Verifying", "Available", "On Hold", "Under Offer", "Sold", "Leased", "Withdrawn"),
		},
		"Viewing": {"Requested", "Scheduled", "Done", "Cancelled"},
	}
	for doctype, expected in states.items():
		rows = administrator.list(doctype, "status", owner=MADE_BY_DEMO)
		assert {row["status"] for row in rows} >= expected, doctype


def test_every_deal_reconciles(user):
	report = "Commission Reconciliation"
	answer = user("Agency Accountant").call("frappe.desk.query_report.run", report_name=report, filters={})
	rows = [row for row in answer["result"] if isinstance(row, dict)]
	off = [row for row in rows if row.get("is_off")]
	assert not off
	deals = [row for row in rows if row.get("deal")]
	for figure in ("invoiced", "credited", "received", "written_off", "accrued", "paid", "payable"):
		assert any(float(row[figure]) for row in deals), f"no deal shows {figure}"
	part_paid = [row for row in deals if float(row["received"]) and float(row["receivable"]) > 0]
	assert part_paid


def test_the_day_has_work_for_everybody(user):
	agent, cards = user("Agency Agent"), "agency_crm.api.desk.cards"
	today = ["Viewing", "scheduled_start", "Timespan", "today"]
	assert agent.call("frappe.client.get_count", doctype="Viewing", filters=[today]) > 0
	assert agent.call(f"{cards}.clients_to_follow_up")["value"] > 0
	assert user("Agency Store Manager").call(f"{cards}.listings_to_verify")["value"] > 0
	waiting = {"phase": "Held"}
	for role in ("Agency Store Manager", "Agency Accountant"):
		assert user(role).call("frappe.client.get_count", doctype="Deal", filters=waiting) > 0


def test_clients_are_known_for_some_time(user):
	administrator = user("Agency Administrator")
	fields = ("pool", "stage", "level", "consent", "store", "referred_by", "referred_by_client", "tag_names")
	clients = administrator.list("Client", *fields, owner=MADE_BY_DEMO)
	held = {field: {client[field] for client in clients} for field in fields}
	assert held["pool"] == {"Private", "Store", "Area"}
	assert len({client["store"] for client in clients if client["stage"] == "Lost"}) == 3
	assert {"A", "B", "C"} <= held["level"] and {"Given", "Withdrawn"} <= held["consent"]
	assert len(held["referred_by"]) > 1 and len(held["referred_by_client"]) > 1
	assert any("近期生日" in (tags or "") for tags in held["tag_names"])
	couple = ["Client Phone", "related_as", "=", "Spouse"]
	assert administrator.call("frappe.client.get_count", doctype="Client", filters=[couple]) == 1
	soon = user("Agency Store Manager").call("agency_crm.api.desk.cards.clients_falling_soon")
	assert soon["value"] > 0


def test_every_agent_has_an_overdue_task(user):
	late = {"status": "Open", "due_on": ["<", date.today().isoformat()], "agent": ["is", "set"]}
	rows = user("Agency Administrator").list("Follow Up Task", "agent", **late)
	assert len({row["agent"] for row in rows}) == 24


def test_what_waits_for_a_decision_is_there(user):
	administrator = user("Agency Administrator")
	waiting = {
		"Client Request": ("status", "Open"),
		"Client Handover": ("status", "Draft"),
		"Client Erasure": ("status", "Requested"),
		"Client Mailing": ("status", "Requested"),
	}
	for doctype, (field, value) in waiting.items():
		assert administrator.list(doctype, **{field: value}), doctype
	[calls] = administrator.list("Call List", owner=MADE_BY_DEMO)
	tasks = administrator.list("Follow Up Task", "status", call_list=calls["name"])
	assert {task["status"] for task in tasks} == {"Open", "Done"}


def test_people_enquire_and_find_their_match(user):
	administrator = user("Agency Administrator")
	enquiries = administrator.list("Client Enquiry", "source_channel", "source_detail")
	assert {row["source_channel"] for row in enquiries} == {"Client Page", "Referral", "Portal"}
	assert {row["source_detail"] for row in enquiries} >= {"抖音", "小红书"}
	pairs = administrator.list("Match Pair", "status")
	assert {pair["status"] for pair in pairs} == {"Suggested", "Shown", "Viewed", "Rejected"}
	taught = [["Requirement Learned", "part", "is", "set"]]
	assert administrator.call("frappe.client.get_count", doctype="Client Requirement", filters=taught) > 0


def test_nobody_sees_all_clients(user):
	agent = user("Agency Agent")
	mine = agent.call("frappe.client.get_count", doctype="Client")
	assert 0 < mine < user("Agency Administrator").call("frappe.client.get_count", doctype="Client")
