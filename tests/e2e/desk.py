"""The Desk as a person in a browser uses it: log in, fill a form, press a button, read what it says."""

import json
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, Page, expect


class Desk:
	"""One person's browser window, logged in."""

	def __init__(self, page: Page, url: str, user: str):
		self.page, self.url, self.user = page, url, user

	def go(self, *route: str) -> None:
		"""Open a page of the Desk and wait until Frappe has drawn it."""
		self.page.goto(f"{self.url}/app/{'/'.join(route)}")
		self.page.wait_for_function("window.frappe && frappe.router && frappe.router.current_route")
		self.settle()

	def settle(self) -> None:
		"""Wait until no request is under way and nothing is frozen."""
		self.page.wait_for_function(
			"() => !frappe.request.ajax_count && !document.querySelector('#freeze') && !document.body.dataset.ajaxState?.includes('triggered')"
		)

	def new(self, doctype: str) -> None:
		"""Open a new form, full rather than the quick entry."""
		self.page.evaluate("doctype => frappe.new_doc(doctype, true)", doctype)
		self.page.wait_for_function(
			"doctype => window.cur_frm && cur_frm.doctype === doctype && cur_frm.is_new()", arg=doctype
		)
		self.settle()

	def open(self, doctype: str, name: str) -> None:
		"""Open a record's form."""
		self.go(doctype.lower().replace(" ", "-"), name)
		self.page.wait_for_function(
			"name => window.cur_frm && cur_frm.doc && cur_frm.doc.name === name", arg=name
		)
		self.settle()

	def field(self, name: str) -> Locator:
		"""Return the box of a field of the open form, its tab shown."""
		self.page.evaluate(
			"""name => {
				const control = cur_frm.fields_dict[name];
				if (control.tab) control.tab.set_active();
				const section = control.section;
				if (section && section.is_collapsed && section.is_collapsed()) section.collapse(false);
			}""",
			name,
		)
		return self.page.locator(f".form-page:visible [data-fieldname='{name}']:visible").first

	def type(self, name: str, text: str) -> None:
		"""Type into a field as a person does and leave it."""
		box = self.field(name).locator("input:visible, textarea:visible").first
		box.fill(text)
		box.press("Tab")
		self.settle()

	def choose(self, name: str, value: str) -> None:
		"""Choose an option of a Select field by its stored value."""
		self.field(name).locator("select").select_option(value)
		self.settle()

	def link(self, name: str, text: str) -> None:
		"""Type into a Link field and take the first suggestion."""
		box = self.field(name).locator("input:visible").first
		box.click()
		box.fill(text)
		self.page.locator(".awesomplete ul:visible li").filter(has_text=text).first.click()
		self.settle()

	def set(self, **values) -> None:
		"""Set fields the way scripts on the form do, for boxes a walk needn't type into (tables, dates)."""
		for name, value in values.items():
			self.page.evaluate("([name, value]) => cur_frm.set_value(name, value)", [name, value])
		self.settle()

	def add_row(self, table: str, **values) -> None:
		"""Add a row to a table of the open form."""
		self.page.evaluate(
			"""async ([table, values]) => {
				const row = cur_frm.add_child(table);
				for (const [key, value] of Object.entries(values))
					await frappe.model.set_value(row.doctype, row.name, key, value);
				cur_frm.refresh_field(table);
			}""",
			[table, values],
		)
		self.settle()

	def save(self) -> str:
		"""Save with the form's button and return the record's name."""
		self.page.locator(
			".page-container:visible .primary-action[data-label]:visible, .page-container:visible .primary-action:visible"
		).first.click()
		self.page.wait_for_function("() => !cur_frm.is_new() && !cur_frm.is_dirty()")
		self.settle()
		return self.page.evaluate("cur_frm.doc.name")

	def try_save(self) -> str:
		"""Press save and return the text of the message that refuses it."""
		self.page.locator(".page-container:visible .primary-action:visible").first.click()
		return self.message()

	def message(self) -> str:
		"""Return the text of the message on the screen and close it."""
		dialog = self.page.locator(".modal.show .msgprint").last
		expect(dialog).to_be_visible()
		text = dialog.inner_text()
		self.page.keyboard.press("Escape")
		self.settle()
		return text

	def action(self, label: str) -> None:
		"""Choose an action of the workflow from the form's menu."""
		self.page.locator(".actions-btn-group:visible button").first.click()
		self.page.locator(".actions-btn-group .dropdown-menu:visible .dropdown-item").filter(
			has_text=label
		).first.click()
		self.settle()

	def value(self, name: str):
		"""Return the stored value of a field of the open form."""
		return self.page.evaluate("name => cur_frm.doc[name]", name)

	def wait_value(self, name: str, value) -> None:
		"""Wait until a field of the open form has a value."""
		self.page.wait_for_function("([name, value]) => cur_frm.doc[name] === value", arg=[name, value])

	def call(self, method: str, **arguments):
		"""Call an endpoint as this person does through the Desk; return its message."""
		return self.page.evaluate(
			"([method, args]) => frappe.xcall(method, args)",
			[method, json.loads(json.dumps(arguments, default=str))],
		)

	def get(self, path: str) -> bytes:
		"""Fetch a page with this person's session and return its body."""
		answer = self.page.request.get(f"{self.url}{path}")
		assert answer.ok, f"{path}: {answer.status} {answer.text()[:500]}"
		return answer.body()


@contextmanager
def at_desk(browser: Browser, url: str, login: dict):
	"""Log a person in, in a window of their own."""
	context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
	page = context.new_page()
	page.goto(f"{url}/login")
	page.fill("#login_email", login["user"])
	page.fill("#login_password", login["password"])
	page.locator(".form-login .btn-login").click()
	page.wait_for_url("**/app/**")
	desk = Desk(page, url, login["user"])
	desk.settle()
	try:
		yield desk
	finally:
		context.close()
