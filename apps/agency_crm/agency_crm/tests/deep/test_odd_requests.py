"""Requests that no screen of ours sends: odd types in every argument and raw paths end in a sentence, and write nothing."""

import inspect
import json
import socket
from copy import copy

import frappe
import requests
from frappe.utils import strip_html

from agency_crm.setup import install
from agency_crm.tests.cases.http import AgencyHTTPCase, Server, side_by_side
from agency_crm.tests.deep import sample
from agency_crm.tests.deep.functions import Function, Target, functions

API = "agency_crm.api."
ODD = {
	"an object": {"x": ["like", "%"]},
	"a list": [["x"], {"y": 1}],
	"null": None,
	"NaN": float("nan"),
	"1e308": 1e308,
	"1 MB": "x" * 1_000_000,
	"true": True,
	"a NUL": "a\x00b",
	"half a character": "\ud800",
	"as a text": '{"x": ["like", "%"]}',
}
# of every role one, and a guest: each gets as far as its rights
ASKING = ("ann", "lead", "admin", "accountant")
# sent as it stands, which requests would tidy
PATHS = (
	*(
		"/files/../../site_config.json",
		"/files/..%2f..%2fsite_config.json",
		"/files//etc/passwd",
		"/files/%2fetc%2fpasswd",
	),
	*(
		"/files/%252e%252e/%252e%252e/site_config.json",
		"/files/..\\..\\site_config.json",
		"/files/a%00.txt",
		"//etc/passwd",
	),
	*(
		"/private/files/../../site_config.json",
		"/private/files/%00",
		"/assets/../site_config.json",
		"/assets/..%2f..%2fapps.txt",
	),
	*(
		"/api/method/agency_crm.api.listings.keys.act/../x",
		"/api/method/%00",
		"/api/method/agency_crm..api",
		"/api/method/os.system",
	),
	*(
		"/api/resource/Client/%00",
		"/api/resource/Client/%ff%fe",
		"/api/resource/No Such",
		"/api/resource/Client/a%2f..%2fb",
	),
	*(
		"/api/v2/document/Client/%00",
		"/api/v2/method/Client/%00",
		"/api/v2/doctype/%00/count",
		"/api/v3/x",
		"/api/%00",
	),
	*("/%c0%af", "/" + "a" * 5000, "/backups/../site_config.json", "/?cmd=%00", "/?cmd=agency_crm.api"),
)


class TestOddRequests(AgencyHTTPCase):
	def test_odd_types_in_every_argument(self):
		"""One argument is odd at a time; the others are what they should be, of a record that is there.

		A server that keeps nothing is asked first: what it takes is no odd value. What it refuses is then sent to
		the real one, which must not have written anything.
		"""
		attempts, wrong, refused = self.attempts(), {}, []
		self.sent_to = self.forgetful_server()
		for attempt, answer in side_by_side(self.ask, attempts):
			person, function, argument, kind, _arguments = attempt
			if problem := self.problem(answer):
				wrong.setdefault(f"{function.address}, {argument}: {problem}", set()).add(
					f"{kind} by {person}"
				)
			elif not answer.ok:
				refused.append(attempt)
		self.assertEqual(wrong, {}, "\n".join(f"{what} ({', '.join(who)})" for what, who in wrong.items()))
		before, self.sent_to = self.counts(), self.server
		taken = [
			attempt for attempt, answer in side_by_side(self.ask, refused) if answer is None or answer.ok
		]
		self.assertEqual(taken, [])
		frappe.db.rollback()  # to see what the server wrote
		self.assertEqual(self.counts(), before)

	def forgetful_server(self) -> Server:
		server = Server("agency_crm.tests.deep.server:application")
		self.addCleanup(server.stop)
		server.wait()
		return server

	def attempts(self) -> list[tuple]:
		ours = [function for function in functions() if function.address.startswith(API)]
		places = [
			(person, function, parameter.name, kind)
			for person in ASKING
			for function in ours
			for parameter in function.parameters
			if parameter.kind is not inspect.Parameter.VAR_KEYWORD
			for kind in ODD
		]
		return [self.attempt(*place) for place in sample(places, 150)]

	def attempt(self, person: str, function: Function, parameter: str, kind: str) -> tuple:
		records = {doctype: next(iter(records)) for doctype, records in self.agency.seen.items()}
		target = Target("Client", self.secret, self.agency.users["ann"], records, short=True)
		arguments = {**function.arguments(target), parameter: ODD[kind]}
		return person, function, parameter, kind, arguments

	def ask(self, attempt: tuple):
		person, function, *_what, arguments = attempt
		path = f"api/method/{function.address}"
		if function.verb == "GET":
			sent = {"params": {key: json.dumps(value)[:4000] for key, value in arguments.items()}}
		else:
			sent = {"data": json.dumps(arguments), "headers": {"Content-Type": "application/json"}}
		try:
			browser = copy(self.people[person])
			browser.server = self.sent_to
			return browser.ask(function.verb, path, **sent)
		except requests.Timeout:
			return None

	@staticmethod
	def problem(answer) -> str | None:
		"""What is wrong with an answer: none, a failure of ours, or a refusal that says nothing."""
		if answer is None:
			return "no answer"
		if answer.status_code >= 500:
			traces = (
				json.loads(answer.json().get("exc") or "[]")
				if "json" in answer.headers["Content-Type"]
				else []
			)
			return (
				f"{answer.status_code} {' '.join(trace.strip().splitlines()[-1][:160] for trace in traces)}"
			)
		if answer.ok or "json" not in answer.headers["Content-Type"]:
			return None if answer.text else f"{answer.status_code}, empty"
		said = answer.json()
		messages = json.loads(said.get("_server_messages", "[]"))
		texts = [strip_html(json.loads(message).get("message", "")) for message in messages]
		return None if any(texts) or said.get("exception") else f"{answer.status_code} without a sentence"

	@staticmethod
	def counts() -> dict[str, int]:
		"""How many records there are of ours, and of what a request leaves elsewhere."""
		ours = frappe.get_all("DocType", {"module": install.MODULE, "issingle": 0}, pluck="name")
		others = ("File", "Comment", "ToDo", "User", "Email Queue", "Communication", "Tag", "Territory")
		kept = {doctype: frappe.db.count(doctype) for doctype in (*ours, *others)}
		return {doctype: count for doctype, count in kept.items() if doctype not in LOGS}

	def test_raw_paths(self):
		"""Sent byte for byte: refused, with nothing of the machine's files in it."""
		secret = frappe.conf.db_password
		for path in PATHS:
			for verb in ("GET", "POST"):
				with self.subTest(path=path[:60], verb=verb):
					status, text = self.raw(verb, path)
					self.assertIn(status // 100, (2, 3, 4), text[-300:])
					self.assertNotIn("root:x:0", text)
					self.assertNotIn(secret, text)

	def raw(self, verb: str, path: str) -> tuple[int, str]:
		headers = f"Host: 127.0.0.1\r\nX-Frappe-Site-Name: {frappe.local.site}\r\nConnection: close\r\nContent-Length: 0"
		with socket.create_connection(("127.0.0.1", self.server.port), timeout=60) as line:
			line.sendall(f"{verb} {path.replace(' ', '%20')} HTTP/1.1\r\n{headers}\r\n\r\n".encode("latin-1"))
			answer = b"".join(iter(lambda: line.recv(65536), b""))
		return int(answer.split()[1]), answer.decode("utf-8", "replace")


# what counts the questions, not what was asked for
LOGS = ("Contact Reveal", "Refused Call")
