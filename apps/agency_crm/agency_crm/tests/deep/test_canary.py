"""Each role asks everything of a site on which every private value is one of its own: none comes back.

`Canaries` plants the values and knows who may read each. What a person is answered, and every realtime event they may
listen to, is searched for them. Asked is with a server that keeps nothing (server.py), so the calls may be any.
"""

import json
from collections import Counter
from collections.abc import Iterator

import frappe
from frappe.utils.background_jobs import get_queues
from frappe.website.router import get_pages

from agency_crm.framework import gate
from agency_crm.permissions import visibility
from agency_crm.services.intake import partners
from agency_crm.tests import factory
from agency_crm.tests.cases.http import AgencyHTTPCase, Browser, side_by_side
from agency_crm.tests.deep import WHOLE, pairs, sample
from agency_crm.tests.deep.canaries import NUMBERS, OF_ANN, OF_CLIENT, TEXTS, Canaries, text_of
from agency_crm.tests.deep.events import listening, touch
from agency_crm.tests.deep.functions import LEFT_OUT, Function, Target, functions
from agency_crm.tests.deep.ways import CHART, CHARTS, LISTS, PAGES
from agency_crm.tests.users import as_user

# one of each role, agents of the same store and of another
ASKING = ("bob", "cat", "assistant", "officer", "accountant", "cashier", "sue", "admin")
OUTSIDE = ("plain", "web", "partner", "guest")
# what hangs on private records, and users
ROWS = (
	"Listing Private",
	"Client Private",
	"Client Phone",
	"Listing Owner",
	"Deal Party",
	"Property",
	"User",
)
PLANTED = (*TEXTS, *NUMBERS, "Code", "Password")
REPORTS = ("frappe.desk.query_report.run", "frappe.desk.query_report.export_query")


class TestCanary(AgencyHTTPCase):
	application = "agency_crm.tests.deep.server:application"

	@classmethod
	def prepare(cls):
		super().prepare()
		cls._add_outsiders()
		cls.canaries = Canaries(cls.agency)
		cls._keep_file()
		cls.hidden: dict[str, dict[str, str]] = {}
		cls.columns: dict[str, list[str]] = {}
		cls.called: Counter = Counter()

	@classmethod
	def _add_outsiders(cls):
		"""A user of the Desk without a role of ours, one of the website, a partner's program and nobody."""
		plain, web = factory.make_user("Employee").name, factory.make_user().name
		key = partners.make_key(factory.make_partner())
		tokens = {"plain": cls.token(plain), "web": cls.token(web)}
		tokens["partner"] = f"{key['api_key']}:{key['api_secret']}"
		cls.people |= {person: Browser(cls.server, token) for person, token in tokens.items()}
		guest = cls.people["guest"] = Browser(cls.server, "")
		del guest.session.headers["Authorization"]
		by_key = {"api_key": key["api_key"]}
		cls.users = {**cls.agency.users, "plain": plain, "web": web, "guest": "Guest"}
		cls.users["partner"] = frappe.db.get_value("User", by_key)

	@classmethod
	def _keep_file(cls):
		"""A private file on ann's private client."""
		readers = cls.agency.seen["Client"][cls.secret]
		home = {"attached_to_doctype": "Client", "attached_to_name": cls.secret, "is_private": 1}
		content = cls.canaries.word("File, what is in it", readers)
		stem = frappe.generate_hash(length=10)
		paper = frappe.get_doc({"doctype": "File", "file_name": f"{stem}.txt", "content": content, **home})
		paper.insert()
		paper.db_set("file_name", cls.canaries.word("File.file_name", readers))
		cls.file = paper.file_url.rsplit("/", 1)[-1]
		cls.agency.seen["File"] = {paper.name: readers}

	@classmethod
	def take_away(cls):
		if hasattr(cls, "canaries"):
			frappe.db.rollback()
			cls.canaries.take_away()
		_drop_jobs()
		super().take_away()
		frappe.cache.delete_keys("")

	def assert_nothing_learned(self, attempts: list):
		"""Ask each attempt, (person, how, request); nobody's answer tells what they may not know."""
		leaks: dict[tuple, set] = {}
		for (person, how, _request), told in side_by_side(self.learn, attempts):
			if told:
				leaks.setdefault((how, *sorted(told)[:4]), set()).add(person)
		self.called.update(how for _person, how, _request in attempts)
		found = [
			f"{how}: {', '.join(sorted(who))} read {', '.join(what)}" for (how, *what), who in leaks.items()
		]
		self.assertEqual(found, [], "\n".join(found))

	def learn(self, attempt: tuple) -> set[str]:
		"""What an attempt's answer tells that it may not; the answer itself isn't kept."""
		person, _how, request = attempt
		return self.canaries.learned(person, self.ask(attempt), json.dumps(request, ensure_ascii=False))

	def ask(self, attempt: tuple) -> str:
		"""What the answer to an attempt says; arguments go as a form's do, each a text."""
		person, _how, (verb, path, arguments) = attempt
		sent = {
			key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
			for key, value in arguments.items()
		}
		return text_of(self.people[person].ask(verb, path, **{"params" if verb == "GET" else "data": sent}))

	def target(self, person: str, doctype: str) -> Target:
		"""A record of a DocType that the person doesn't see, among others that they don't."""
		if person not in self.hidden:
			self.hidden[person] = {kind: self.canaries.hidden(person, kind) for kind in self.agency.seen}
		records = self.hidden[person]
		return Target(doctype, records.get(doctype) or doctype, self.agency.users["ann"], records)

	def test_functions(self):
		"""All that the gate lets through, on a record that is hidden and on all of its DocType."""
		known = [function for function in functions() if function.address not in LEFT_OUT]
		let = {
			person: [function for function in known if self.lets(person, function)] for person in self.asking
		}
		unknown = {function.address: function.unknown() for some in let.values() for function in some}
		unknown = {address: names for address, names in unknown.items() if names}
		self.assertEqual(
			unknown, {}, "give these parameters a value, or leave the functions out with a reason"
		)
		subjects = [
			(person, function, kind)
			for place, function in enumerate(known)
			for kind, person in pairs(
				self.kinds(function), [person for person in let if function in let[person]], place
			)
		]
		self.assert_nothing_learned(
			[call for subject in sample(subjects, 150) for call in self.calls(*subject)]
		)
		self.report(len(known), let)

	def lets(self, person: str, function: Function) -> bool:
		return gate.allows(function.call, self.users[person])

	def kinds(self, function: Function) -> list[str]:
		"""The DocTypes a function is asked about; one that may be about any, about each that hides something."""
		if function.asks_any:
			return [*visibility.PREDICATES, *OF_ANN, *OF_CLIENT, "File"]
		return [function.doctype] if function.doctype in self.agency.seen else ["Client", "Listing"]

	def calls(self, person: str, function: Function, kind: str) -> Iterator[tuple]:
		for request in function.requests(self.target(person, kind)):
			yield person, function.address, request

	def test_lists(self):
		"""Every list, print and export of each DocType that hides something, by its fields."""
		self.assert_nothing_learned(self.asked_of_all(LISTS, 200))

	def test_search_where_rights_are_ignored(self):
		"""Links that ignore User Permissions ignore no condition on rows."""
		how = "search, rows ignored"
		kinds = (*OF_ANN, *OF_CLIENT, "File", "Client")
		self.assert_nothing_learned(
			[self.filled(who, how, kind, "owner", LISTS[how]) for who in ("cat", "plain") for kind in kinds]
		)

	def test_charts(self):
		"""Every type of chart, on one hidden record."""
		shown = {"document_type": "DOCTYPE", "filters_json": '[["DOCTYPE", "name", "=", "NAME"]]'}
		charts = {
			how: ("POST", CHART, {"chart": {**chart, **shown}, "refresh": 1}) for how, chart in CHARTS.items()
		}
		self.assert_nothing_learned(self.asked_of_all(charts, 60))

	def asked_of_all(self, ways: dict[str, tuple], least: int) -> list[tuple]:
		"""Each way, asked of each field of each DocType that hides something, and by each person."""
		doctypes = (*self.agency.seen, *ROWS)
		subjects = [
			(person, how, doctype, field)
			for place, (how, way) in enumerate(ways.items())
			for (doctype, field), person in pairs(
				[(doctype, field) for doctype in doctypes for field in self.asked_by(way, doctype)],
				self.asking,
				place,
			)
		]
		return [self.filled(*subject, ways[subject[1]]) for subject in sample(subjects, least)]

	def asked_by(self, way: tuple, doctype: str) -> list[str]:
		return self.fields(doctype) if "FIELD" in str(way) else ["name"]

	def filled(self, person: str, how: str, doctype: str, field: str, way: tuple) -> tuple:
		words = {"DOCTYPE": doctype, "NAME": self.target(person, doctype).name, "FIELD": field}
		verb, path, arguments = way
		filled = json.loads(_filled(json.dumps(arguments), words))
		return person, f"{how} of {doctype}", (verb, _filled(path, words), filled)

	def fields(self, doctype: str) -> list[str]:
		"""Of its fields in which a canary may stand one of each type."""
		if doctype not in self.columns:
			fields = frappe.get_meta(doctype).fields
			of_type = {field.fieldtype: field.fieldname for field in fields if field.fieldtype in PLANTED}
			self.columns[doctype] = list(of_type.values()) or ["owner"]
		return self.columns[doctype]

	def test_pages(self):
		words = {"TEXT": "kn", "CLIENT": self.secret, "FILE": self.file}
		routes = [page.route for page in get_pages().values()]
		pages = [_filled(path, words) for path in (*PAGES, *routes)]
		self.assert_nothing_learned(
			sample(
				[(person, f"page {path}", ("GET", path, {})) for person in self.asking for path in pages], 100
			)
		)

	def test_reports(self):
		"""Script and query reports with what their filters are at first, run and exported; prepared ones by name."""
		reports = frappe.get_all("Report", {"report_type": ("!=", "Report Builder")}, pluck="name")
		company = frappe.get_all("Company", pluck="name", limit=1)
		filters = {"company": company and company[0], "from_date": "2000-01-01", "to_date": "2100-01-01"}
		asked = {"filters": filters, "file_format_type": "CSV", "ignore_prepared_report": 1}
		self.assert_nothing_learned(
			sample(
				[
					(
						person,
						f"report {report}",
						("POST", f"api/method/{method}", {"report_name": report, **asked}),
					)
					for place, report in enumerate(reports)
					for method, person in pairs(REPORTS, self.asking, place)
				],
				100,
			)
		)

	def test_events(self):
		"""As a hidden record is changed, commented on and shared with a task, whoever may listen is told nothing."""
		self.addCleanup(frappe.db.rollback)
		with listening() as heard:
			for doctype in visibility.PREDICATES:
				for name in self.agency.seen.get(doctype, ()):
					touch(doctype, name)
		self.assertTrue(heard, "no event at all was heard")
		told = {
			(event["event"], event["room"].split("/")[0], person, *sorted(learned))
			for event in heard
			for person in self.listeners(event["room"])
			if (learned := self.canaries.learned(person, json.dumps(event["message"]), event["room"]))
		}
		self.assertEqual(sorted(told), [])

	def listeners(self, room: str) -> list[str]:
		"""Who of those asking may join a room of socket.io, as Frappe's server decides it."""
		kind, _colon, subject = room.partition(":")
		return [person for person in self.asking if self.may_join(person, kind, subject)]

	def may_join(self, person: str, kind: str, subject: str) -> bool:
		user = self.users[person]
		if kind == "user":
			return subject == user
		if kind == "all":
			return frappe.db.get_value("User", user, "user_type") == "System User"
		with as_user(user):
			if kind == "doctype":
				return bool(frappe.has_permission(subject))
			if kind in ("doc", "open_doc"):
				doctype, _slash, name = subject.partition("/")
				return bool(frappe.has_permission(doctype, doc=name))
		return kind == "website"

	@property
	def asking(self) -> tuple[str, ...]:
		return (*ASKING, *OUTSIDE)

	def report(self, known: int, let: dict[str, list[Function]]):
		"""Print what was called and what was not."""
		print(
			f"\n{known} functions; so many the gate lets through:",
			{who: len(some) for who, some in let.items()},
		)
		print("left out:", *(f"{address}: {reason}" for address, reason in LEFT_OUT.items()), sep="\n\t")
		if WHOLE:
			print("called:", *(f"{how} ({count})" for how, count in sorted(self.called.items())), sep="\n\t")


def _filled(text: str, words: dict[str, str]) -> str:
	for word, value in words.items():
		text = text.replace(word, value)
	return text


def _drop_jobs():
	"""Take back what the calls left for workers to do."""
	for queue in get_queues():
		for job in queue.jobs:
			if job.kwargs.get("site") == frappe.local.site:
				job.delete()
