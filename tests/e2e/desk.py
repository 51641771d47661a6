"""The Desk as a person in a browser uses it: log in, fill a form, press a button, read what it says."""

import json
import re
from contextlib import contextmanager
from fnmatch import fnmatch
from urllib.parse import unquote_plus, urlencode, urlsplit

import calls
from playwright.sync_api import Browser, Locator, Page, expect

# refusals of the server are logged too; what the browser refused by the policy of our headers is an error
SCRIPT_ERROR = re.compile(r"(Type|Reference|Syntax|Range|Eval)Error|Content Security Policy")
TILES = "tile.openstreetmap.org"  # until the office names another, or none
PDF = "*/api/method/frappe.utils.print_format.download_pdf*"


class Desk:
	"""One person's browser window, logged in."""

	def __init__(self, page: Page, url: str, user: str):
		self.page, self.url, self.user = page, url, user
		self.errors: list[str] = []  # what the browser's console called an error
		page.on("pageerror", lambda error: self.errors.append(str(error)))
		page.on("console", lambda line: SCRIPT_ERROR.search(line.text) and self.errors.append(line.text))
		page.on("request", lambda request: self.is_foreign(request.url) and self.errors.append(request.url))
		page.on("response", lambda answer: answer.status >= 500 and self.errors.append(answer.url))

	def is_foreign(self, address: str) -> bool:
		"""Whether an address is of another host than the site's and the one that Agency Settings name for maps."""
		asked = urlsplit(address)
		return asked.scheme in ("http", "https") and asked.hostname not in (
			urlsplit(self.url).hostname,
			TILES,
		)

	def go(self, *route: str) -> None:
		"""Open a page of the Desk and wait until Frappe has drawn it."""
		self.page.goto(f"{self.url}/app/{'/'.join(route)}")
		self.page.wait_for_function("window.frappe && frappe.router && frappe.router.current_route")
		self.settle()

	def settle(self) -> None:
		"""Wait until no request is under way and nothing is frozen; a red message fails with what it says."""
		self.page.wait_for_function(
			"""() => document.querySelector('.modal.show .msgprint-dialog .indicator.red, .modal.show .indicator.red')
				|| (!frappe.request.ajax_count && !document.querySelector('#freeze'))"""
		)
		refused = self.page.locator(".modal.show:has(.indicator.red) .msgprint")
		assert not refused.count(), refused.last.inner_text()

	def new(self, doctype: str) -> None:
		"""Open a new form, full rather than the quick entry."""
		self.page.evaluate("doctype => frappe.new_doc(doctype, true)", doctype)
		self.wait_new(doctype)

	def wait_new(self, doctype: str) -> None:
		"""Wait until a new record's form is open."""
		self.page.wait_for_function(
			"""doctype => window.cur_frm && cur_frm.doctype === doctype && cur_frm.is_new()
				&& cur_frm.doc.name === frappe.get_route()[2]""",
			arg=doctype,
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
		box.blur()  # Tab would open the row of a table that comes next
		self.settle()

	def choose(self, name: str, value: str) -> None:
		"""Choose an option of a Select field by its stored value."""
		self.field(name).locator("select").select_option(value)
		self.settle()

	def tick(self, name: str) -> None:
		"""Tick a Check field."""
		self.field(name).locator("input:visible").first.check()
		self.settle()

	def link(self, name: str, text: str, shown: str | None = None) -> None:
		"""Type into a Link field and take the first suggestion; `shown` is what it says instead of the text."""
		self._suggested(self.field(name), text, shown or text)

	def _suggested(self, field: Locator, text: str, shown: str) -> None:
		box = field.locator("input:visible").first
		box.click()
		box.fill(text)
		self.suggestion(shown).click()
		self.settle()

	def press_in(self, name: str, label: str) -> None:
		"""Press the button with this text beside a field's box."""
		self.field(name).get_by_role("button", name=label, exact=True).click()
		self.settle()

	def upload(self, slot: str, files: list) -> None:
		"""Choose files for a slot of the open listing's media; wait until they are rows of it."""
		before = len(self.value("media"))
		self._choose_files(slot, files)
		self.page.wait_for_function(
			"count => cur_frm.doc.media.length === count && !cur_frm.is_dirty()", arg=before + len(files)
		)
		self.settle()

	def upload_refused(self, slot: str, files: list) -> str:
		"""Choose files that are not taken; return what is said of it. Closes the dialogs."""
		self._choose_files(slot, files)
		said = self.page.locator(".msgprint:visible, .file-upload-area .error-message:visible").first
		expect(said).to_be_visible()
		text = said.inner_text()
		while self.page.locator(".modal.show").count():
			self.page.keyboard.press("Escape")
			self.page.wait_for_timeout(300)
		return text

	def _choose_files(self, slot: str, files: list) -> None:
		self.field("gallery")
		with self.page.expect_file_chooser() as chooser:
			self.page.locator(f".agency-media-add:visible [data-slot='{slot}']").click()
		chooser.value.set_files(files)

	def filter(self, name: str, text: str) -> None:
		"""Type into a box of the open list's filters."""
		box = self.page.locator(f".standard-filter-section:visible [data-fieldname='{name}'] input").first
		box.fill(text)
		box.press("Enter")
		self.settle()

	def filter_link(self, name: str, text: str, shown: str) -> None:
		"""Type into a Link box of the open list's filters and take the suggestion that says `shown`."""
		field = self.page.locator(f".standard-filter-section:visible [data-fieldname='{name}']")
		self._suggested(field, text, shown)

	def wait_listed(self, names: list[str]) -> None:
		"""Wait until the open list shows these records and no others."""
		self.page.wait_for_function(
			"names => cur_list.data.map(row => row.name).sort().join() === names.sort().join()", arg=names
		)

	def wait_for_row(self, doctype: str, **filters) -> str:
		"""Wait until a record that the background makes is there for this person; return its name."""
		for _second in range(60):
			rows = self.call("frappe.client.get_list", doctype=doctype, filters=filters)
			if rows:
				return rows[0]["name"]
			self.page.wait_for_timeout(1000)
		raise AssertionError(f"no {doctype} with {filters} was made")

	def cell(self, table: str, row: int, field: str, text: str = "") -> None:
		"""Fill a cell of a table of the open form, row 1 first: type, choose, take a suggestion, tick."""
		for _attempt in range(3):  # a grid drawn anew in the meantime drops what was typed
			self._fill_cell(table, row, field, text)
			if self.page.evaluate(
				"([table, row, field]) => cur_frm.doc[table][row][field]", [table, row - 1, field]
			):
				return
		raise AssertionError(f"{table} row {row}: {field} didn't take {text!r}")

	def _fill_cell(self, table: str, row: int, field: str, text: str) -> None:
		rows = self.field(table).locator(".grid-body .grid-row")
		if rows.count() < row:
			self.field(table).locator(".grid-add-row").click()
		cell = rows.nth(row - 1).locator(f".grid-static-col[data-fieldname='{field}']")
		cell.click()
		box = cell.locator("input:visible, textarea:visible, select:visible").first
		if box.get_attribute("type") == "checkbox":
			box.check()
		elif box.evaluate("box => box.tagName") == "SELECT":
			box.select_option(text)
		else:
			box.fill(text)
			if box.get_attribute("data-fieldtype") == "Link":
				self.suggestion(text).click()
		box.blur()
		self.settle()

	def suggestion(self, text: str) -> Locator:
		"""Return the first suggestion with this text below the Link box that has the focus."""
		return self.page.locator(".awesomplete ul:visible :is(li, [role=option])").filter(has_text=text).first

	def button(self, label: str, context: str | None = None) -> None:
		"""Press a button of the form's head, by its label, and its context, as the source has them."""
		self._press(".page-container:visible .page-head button:visible", label, context)

	def answer(self, label: str) -> None:
		"""Press a button of the open dialog, by its label as the source has it."""
		self._press(".modal.show button:visible", label)

	def _press(self, where: str, label: str, context: str | None = None) -> None:
		self.page.locator(where).filter(has_text=self.words(label, context)).last.click()
		self.settle()

	def save(self) -> str:
		"""Save with the form's button and return the record's name; a refusal fails with what it says."""
		self.primary()
		self.page.wait_for_function(
			"""() => document.querySelector('.modal.show .msgprint')
				|| (cur_frm.doc && !cur_frm.doc.__islocal && !cur_frm.doc.__unsaved)"""
		)
		self.settle()
		return self.page.evaluate("cur_frm.doc.name")

	def submit(self) -> None:
		"""Submit the saved form and answer yes."""
		self.primary()
		self.page.locator(".modal.show .btn-primary:visible").click()
		self.page.wait_for_function(
			"() => cur_frm.doc.docstatus === 1 || document.querySelector('.msgprint')"
		)
		self.settle()

	def make(self, label: str, doctype: str) -> None:
		"""Choose what to make from the form's list of them; its new form opens."""
		groups = self.page.locator(".page-container:visible .inner-group-button")
		groups.filter(has_text=self.words("Create")).locator("button").click()
		groups.locator(".dropdown-item:visible").filter(has_text=self.words(label)).first.click()
		self.wait_new(doctype)

	def primary(self) -> None:
		"""Press the form's main button."""
		self.page.locator(".page-container:visible .primary-action:visible").first.click()

	def refusal(self) -> tuple[str, list[str]]:
		"""Press save; return what the message that refuses it says, and where its links lead. Closes it."""
		self.primary()
		dialog = self.page.locator(".modal.show .msgprint").last
		expect(dialog).to_be_visible()
		text = dialog.inner_text()
		links = dialog.locator("a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
		self.page.locator(".modal.show .btn-modal-close:visible").last.click()
		expect(dialog).to_be_hidden()
		return text, links

	def action(self, label: str) -> None:
		"""Choose an action of the workflow from the form's menu, by its stored name, shown in Chinese."""
		old = self.value("modified")
		self.page.locator(".page-container:visible .actions-btn-group button").first.click()
		self.page.locator(".page-container:visible .actions-btn-group .dropdown-item:visible").filter(
			has_text=self.words(label)
		).first.click()
		self.page.wait_for_function(
			"old => cur_frm.doc.modified !== old || document.querySelector('.modal.show')", arg=old
		)
		self.settle()

	def words(self, text: str, context: str | None = None) -> str:
		"""Return a text as this person's Desk shows it."""
		return self.page.evaluate("([text, context]) => __(text, null, context)", [text, context])

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

	def actions(self) -> list[str]:
		"""Return what the workflow lets this person do with the open form, in the words of the screen."""
		return self.page.locator(
			".page-container:visible .actions-btn-group .dropdown-item"
		).all_inner_texts()

	def date(self, name: str, days: int = 0) -> None:
		"""Type a day into a Date field, today or `days` later, written as this person writes dates."""
		day = "frappe.datetime.str_to_user(frappe.datetime.add_days(frappe.datetime.get_today(), days))"
		typed = self.page.evaluate(f"days => {day}", days)
		for _attempt in range(3):  # a form drawn anew in the meantime drops what was typed
			self.type(name, typed)
			if self.value(name):
				return
		raise AssertionError(f"{name} didn't take {typed}")

	def cancel(self) -> None:
		"""Cancel the open submitted record and answer yes."""
		self.page.locator(".page-container:visible .page-head").get_by_role(
			"button", name=self.words("Cancel"), exact=True
		).click()
		self.page.locator(".modal.show .btn-primary:visible").click()
		self.page.wait_for_function(
			"() => cur_frm.doc.docstatus === 2 || document.querySelector('.msgprint')"
		)
		self.settle()

	def report(self, name: str, **filters) -> list[dict]:
		"""Open a report with filters and return the rows it was answered with, the total row left out."""

		def is_answer(response) -> bool:
			url = unquote_plus(response.url)
			return "query_report.run" in url and all(str(value) in url for value in filters.values())

		with self.page.expect_response(is_answer) as answer:
			self.page.goto(f"{self.url}/app/query-report/{name}?{urlencode(filters)}")
		self.page.wait_for_function(
			"name => window.frappe?.query_report?.report_name === name && frappe.query_report.datatable",
			arg=name,
		)
		self.settle()
		message = answer.value.json()["message"]
		return message["result"][:-1] if message["add_total_row"] else message["result"]

	def listen(self, event: str) -> None:
		"""Note from now on the realtime events of this name that reach this window."""
		self.page.wait_for_function("() => frappe.realtime.socket?.connected")
		self.page.evaluate(
			"event => { window.heard = []; frappe.realtime.on(event, data => window.heard.push(data)); }",
			event,
		)

	def wait_heard(self, name: str) -> None:
		"""Wait until one of those events is about this record."""
		self.page.wait_for_function("name => window.heard.some(data => data.name === name)", arg=name)

	def printed(self, label: str) -> bytes:
		"""Press a button that opens a PDF in a window of its own; return the PDF."""
		context = self.page.context
		context.route(PDF, lambda route: route.abort())  # fetched below, once
		with context.expect_event("request", lambda request: fnmatch(request.url, PDF)) as asked:
			self.button(label)
		context.unroute(PDF)
		return self.get(asked.value.url)

	def pdf(self, doctype: str, name: str, print_format: str) -> bytes:
		"""Return a record's PDF as this person gets it from the print view."""
		query = urlencode({"doctype": doctype, "name": name, "format": print_format, "_lang": "zh"})
		return self.get(f"{self.url}{PDF.strip('*')}?{query}")

	def get(self, url: str) -> bytes:
		"""Fetch a page with this person's session and return its body."""
		answer = self.page.request.get(url, timeout=120_000)  # setting Chinese type takes seconds
		assert answer.ok, f"{url}: {answer.status} {answer.text()[:500]}"
		return answer.body()


@contextmanager
def at_desk(browser: Browser, url: str, login: dict):
	"""Log a person in, in a window of their own."""
	context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
	context.set_default_timeout(60_000)
	context.on("request", calls.record)
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
		calls.keep()
		context.close()
