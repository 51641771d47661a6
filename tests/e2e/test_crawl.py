"""Every role opens all that its workspaces offer: lists, a form of each, reports; no screen throws at its own user.

What there is to open is asked of the Desk itself. Whatever a screen is answered with 4xx or 5xx, an error in the
console, a message nobody asked for and a word of the other language are faults.
"""

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import pytest
from desk import TILES, Desk, at_desk
from screens import ROLES, foreign_words

# the routes that the workspaces' links lead to, as the Desk itself puts them together
OFFERED = """async () => {
	const pages = frappe.boot.allowed_workspaces.filter(page => page.module === 'Agency CRM');
	const routes = new Set();
	for (const {name, title} of pages) {
		routes.add(`/app/${frappe.router.slug(name)}`);
		const page = await frappe.xcall('frappe.desk.desktop.get_desktop_page', {page: {name, title, public: 1}});
		const links = page.cards.items.flatMap(card => card.links);
		for (const {link_type, link_to, is_query_report, type, doc_view} of [...links, ...page.shortcuts.items]) {
			routes.add(frappe.utils.generate_route({
				type: link_type || type, name: link_to, is_query_report, doctype: link_to, doc_view
			}));
		}
	}
	return [...new Set([...routes].map(route => route.replace('/view/list', '')))];
}"""
FIRST_ROW = """() => {
	const list = frappe.get_route()[0] === 'List' && window.cur_list;
	return list && list.data && list.data.length ? [frappe.router.slug(list.doctype), list.data[0].name] : null;
}"""


class Crawl:
	"""One person's walk: where they have been and what was wrong there."""

	def __init__(self, desk: Desk):
		self.desk, self.been, self.forms, self.faults = desk, [], [], []
		desk.page.on("response", self._answered)
		desk.page.on("console", self._printed)

	def open(self, route: str) -> None:
		"""Go to a page of the Desk as a link does, and note what is wrong on it."""
		self.been.append(route)
		self.desk.page.evaluate("route => frappe.set_route(route)", route)
		for _answer in range(3):  # what one answer makes a page ask for
			self.desk.page.wait_for_timeout(1000 if "query-report" in route else 100)
			self.desk.page.wait_for_function(
				"!frappe.request.ajax_count && !document.querySelector('#freeze')"
			)
		for said in self.desk.page.locator(".modal.show .msgprint:visible").all_inner_texts():
			self._fault(f"says {said!r}")
		for word in foreign_words(self.desk):
			self._fault(f"in English: {word!r}")
		for error in self.desk.errors:
			self._fault(error)
		self.desk.errors.clear()

	def first_form(self) -> Iterator[str]:
		"""Yield the route of the first record of the open list, where none of its kind was open yet."""
		if row := self.desk.page.evaluate(FIRST_ROW):
			route = "/app/{}/{}".format(*row)
			if not any(been.startswith(f"/app/{row[0]}/") for been in self.forms):
				self.forms.append(route)
				yield route

	def _answered(self, answer) -> None:
		if answer.status >= 400:
			self._fault(f"{answer.status} {unquote(urlsplit(answer.url).path)}")

	def _printed(self, line) -> None:
		if line.type == "error" and TILES not in str(line.location):  # a machine may have no way out
			self._fault(line.text)

	def _fault(self, what: str) -> None:
		fault = f"{unquote(self.been[-1]) if self.been else 'log-in'}: {what}"
		if fault not in self.faults:
			self.faults.append(fault)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_all_that_it_is_offered(browser, url, logins, role):
	with at_desk(browser, url, logins[role]) as desk:
		crawl = Crawl(desk)
		for route in desk.page.evaluate(OFFERED):
			crawl.open(route)
			for form in crawl.first_form():
				crawl.open(form)
		print(f"\n{role}: {len(crawl.been)} pages\n" + "\n".join(crawl.been))
		assert crawl.faults == [], "\n".join(crawl.faults)
