"""What every role finds when the Desk opens, and that our screens speak Chinese."""

import pytest
from desk import at_desk
from screens import ROLES, foreign_words

WITH_CLIENTS = ("Agency Agent", "Agency Assistant", "Agency Store Manager", "Agency Administrator")
# who may make one of these sees its form
FORMS = {
	"Agency Administrator": (
		"Estate",
		"Store",
		"Agent",
		"Listing",
		"Client",
		"Client Requirement",
		"Follow Up",
		"Viewing",
		"Deal",
		"Split Template",
		"Commission Plan",
	),
	"Agency Accountant": ("Commission Payout", "Commission Statement"),
}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_workspace(browser, url, logins, role):
	with at_desk(browser, url, logins[role]) as desk:
		desk.page.wait_for_url("**/app/agency")
		desk.page.locator(".shortcut-widget-box:visible").first.wait_for()
		desk.settle()
		assert foreign_words(desk) == []
		assert desk.errors == []


@pytest.mark.parametrize("role", WITH_CLIENTS)
def test_a_role_opens_the_workspace_of_clients(browser, url, logins, role):
	with at_desk(browser, url, logins[role]) as desk:
		desk.go("agency-clients")
		desk.page.locator(".widget.links-widget-box:visible").first.wait_for()
		desk.settle()
		assert foreign_words(desk) == []
		assert desk.errors == []


@pytest.mark.parametrize("role", FORMS)
def test_no_english_word_stands_on_our_forms(people, logins, role):
	desk = people.at(logins[role])
	found = {}
	for doctype in FORMS[role]:
		desk.new(doctype)
		for tab in desk.page.locator(".form-page:visible .form-tabs .nav-link:visible").all():
			tab.click()
			found.setdefault(doctype, set()).update(foreign_words(desk))
		found.setdefault(doctype, set()).update(foreign_words(desk))
	assert {doctype: words for doctype, words in found.items() if words} == {}


def test_no_english_word_stands_on_the_report(people, logins):
	desk = people.at(logins["Agency Accountant"])
	desk.report("Commission Reconciliation")
	assert foreign_words(desk) == []


def test_a_report_and_a_workflow_speak_as_the_form_does(people, logins):
	desk = people.at(logins["Administrator"])
	desk.go("listing", "view", "report")
	floors = desk.page.locator(".page-form:visible [data-fieldname='floor_band'] option")
	floors.last.wait_for(state="attached")
	assert {"底层", "顶层"} < set(floors.all_inner_texts())
	desk.go("workflow", "Agency Listing")
	states = desk.page.locator("[data-fieldname='states'] .grid-body [data-fieldname='state']:visible")
	states.last.wait_for()
	assert {"草稿", "有效"} < set(map(str.strip, states.all_inner_texts()))
