"""Asking as users do: over HTTP, of the site's real web server, each with a login of their own."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import frappe
import requests
from frappe.installer import update_site_config
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now
from frappe.utils.password import set_encrypted_password

from agency_crm.framework import addresses, deferred, tries, wraps
from agency_crm.framework.system_fields import writing
from agency_crm.permissions.reader import forget_places
from agency_crm.services.privacy import reveals
from agency_crm.setup import install
from agency_crm.tests import factory
from agency_crm.tests.base import forget_asked
from agency_crm.tests.world import Agency

# Frappe's own tables that a request writes into, besides ours
LEFT_BEHIND = (
	*("ToDo", "Comment", "Version", "Tag Link", "Tag", "Dashboard Chart", "Prepared Report", "Territory"),
	*("Notification Log", "Deleted Document", "User", "Has Role", "Data Import", "Data Import Log"),
)
WORKERS = 2
APPLICATION = "agency_crm.framework.web_server:application"  # as in the Procfile
PRICE, NUMBER = 3333000, "13812345678"
DENIED = 403


class Server:
	"""The site's own web server on a free port, for as long as the tests run."""

	def __init__(self, application: str = APPLICATION):
		with socket.socket() as free:
			free.bind(("127.0.0.1", 0))
			self.port = free.getsockname()[1]
		bind = ["-b", f"127.0.0.1:{self.port}", "-w", str(WORKERS), "--timeout", "120", "--preload"]
		self.process = subprocess.Popen(
			[sys.executable, "-m", "gunicorn", *bind, application],
			cwd=frappe.local.sites_path,
			stdout=subprocess.DEVNULL,
			stderr=subprocess.DEVNULL,
		)

	def wait(self):
		for _ in range(300):
			try:
				return requests.get(f"{self.url}/api/method/ping", headers=self.headers, timeout=20)
			except requests.ConnectionError:
				time.sleep(0.2)
		raise TimeoutError("the web server doesn't answer")

	@property
	def url(self) -> str:
		return f"http://127.0.0.1:{self.port}"

	@property
	def headers(self) -> dict:
		# newer Frappe answers whoever names no language in the site's
		asked = {"Accept": "application/json", "Accept-Language": "en"}
		return {"X-Frappe-Site-Name": frappe.local.site, **asked}

	def stop(self):
		self.process.terminate()
		self.process.wait()


class Browser:
	"""One person's requests."""

	def __init__(self, server: Server, token: str):
		self.server, self.session = server, requests.Session()
		self.session.headers.update({**server.headers, "Authorization": f"token {token}"})

	def ask(self, verb: str, path: str, **arguments) -> requests.Response:
		return self.session.request(verb, f"{self.server.url}/{path}", timeout=120, **arguments)

	def resource(self, verb: str, doctype: str, name: str = "", **arguments) -> requests.Response:
		return self.ask(verb, f"api/resource/{doctype}/{name}".rstrip("/"), **arguments)

	def call(self, method: str, **arguments) -> requests.Response:
		data = {
			key: value if isinstance(value, str) else frappe.as_json(value)
			for key, value in arguments.items()
		}
		return self.ask("POST", f"api/method/{method}", data=data)

	def names(self, doctype: str, names: list[str], **arguments) -> set[str]:
		"""Those of `names` that their list of a DocType holds; none where they may not list it."""
		filters = frappe.as_json([["name", "in", names]])
		answer = self.resource(
			"GET", doctype, params={"filters": filters, "limit_page_length": 0, **arguments}
		)
		return {row["name"] for row in answer.json()["data"]} if answer.ok else set()


def side_by_side(ask: Callable, attempts: Iterable) -> Iterator[tuple]:
	"""Each attempt and what `ask`, which asks only the server, says of it: as many at once as it has workers."""
	attempts = list(attempts)
	with ThreadPoolExecutor(WORKERS) as pool:
		yield from zip(attempts, pool.map(ask, attempts), strict=True)


class HTTPCase(FrappeTestCase):
	"""Tests against a server: what `prepare` and they write is committed, and goes when they are done."""

	application = APPLICATION

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		wraps.put_in_place()  # as before each request and job
		frappe.set_user("Administrator")
		cls.started = now()
		forget_asked()
		cls.addClassCleanup(cls.take_away)
		cls.server = Server(cls.application)
		cls.addClassCleanup(cls.server.stop)
		cls.prepare()
		frappe.db.commit()  # the server has a connection of its own; `take_away` deletes it all
		cls.server.wait()

	@classmethod
	def open_at_the_gate(cls, function: str) -> None:
		"""Open a function as a System Manager does, so that its values are looked at."""
		row = frappe.get_doc(doctype="Refused Call", function=function, role="Agency Agent", is_open=1)
		with writing(row):
			row.insert()

	@classmethod
	def believe_addresses(cls):
		"""Let the server take a test's X-Forwarded-For for its address, so that a person can come from anywhere."""
		kept = frappe.conf.get(addresses.SETTING)
		update_site_config(addresses.SETTING, ["127.0.0.1"])
		cls.addClassCleanup(update_site_config, addresses.SETTING, kept or "None")  # Frappe's word for none

	@staticmethod
	def token(user: str) -> str:
		key, secret = frappe.generate_hash(length=15), frappe.generate_hash(length=15)
		frappe.db.set_value("User", user, "api_key", key)
		set_encrypted_password("User", user, secret, "api_secret")
		return f"{key}:{secret}"

	@classmethod
	def prepare(cls):
		"""Make what all tests of the class ask about."""

	@classmethod
	def take_away(cls):
		frappe.db.rollback()
		frappe.set_user("Administrator")
		new = {"creation": (">=", cls.started)}
		for name in frappe.get_all("File", new, pluck="name"):
			frappe.delete_doc("File", name, force=True)
		ours = frappe.get_all("DocType", {"module": install.MODULE, "issingle": 0}, pluck="name")
		for doctype in (*ours, *LEFT_BEHIND):
			frappe.db.delete(doctype, new)
		forget_places()
		tries.forget_all("")
		deferred.forget()  # logs about what goes here
		frappe.clear_cache()
		frappe.db.commit()  # what was committed goes


class AgencyHTTPCase(HTTPCase):
	"""The people of `Agency` at their browsers; ann's private client and a floor price are the secrets."""

	@classmethod
	def prepare(cls):
		cls.agency = Agency()
		cls.people = {
			person: Browser(cls.server, cls.token(user)) for person, user in cls.agency.users.items()
		}
		cls.secret = cls.agency.clients["Private"]
		client = frappe.get_doc("Client", cls.secret)
		client.phones[0].number = NUMBER
		client.save()
		reveals.keep("Listing", cls.agency.listings["Public"], {"floor_price": PRICE})

	@classmethod
	def take_away(cls):
		super().take_away()
		users = list(cls.agency.users.values())
		frappe.db.set_value("User", {"name": ("in", users)}, "api_key", None)
		factory.borrowed.difference_update(users)
		frappe.db.commit()  # so do the keys
