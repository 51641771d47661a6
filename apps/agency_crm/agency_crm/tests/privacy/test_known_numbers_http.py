"""Whether a number is known: a second agent asks by every way there is, over HTTP."""

import frappe

from agency_crm.domain.inputs.phones import mask_phone
from agency_crm.framework import deferred
from agency_crm.services.privacy import secrets
from agency_crm.tests import factory
from agency_crm.tests.base import forget_asked
from agency_crm.tests.cases.http import NUMBER, AgencyHTTPCase

LOOK, FIND = "agency_crm.api.privacy.known_numbers.look", "agency_crm.api.privacy.reveals.find_client"
TOO_MANY = 429
LIMITS = {"known_answers_an_hour": 60, "number_questions_a_day": 300, "import_questions_a_day": 20000}


class TestKnownNumbers(AgencyHTTPCase):
	"""cat, of another store, wants to hear whose 13812345678 is: ann's client has it, and one of a pool another."""

	@classmethod
	def prepare(cls):
		super().prepare()
		cls.pooled = frappe.get_doc("Client", cls.agency.clients["Area"])
		cls.pool_number = factory.make_phone()
		cls.pooled.phones[0].number = cls.pool_number
		cls.pooled.save()
		cls.cat = cls.people["cat"]

	def setUp(self):
		super().setUp()
		self.limit(**LIMITS)
		forget_asked()

	@classmethod
	def take_away(cls):
		super().take_away()
		frappe.db.set_single_value("Agency Settings", LIMITS)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")
		frappe.db.commit()  # as the settings were

	def limit(self, **values: int):
		frappe.db.set_single_value("Agency Settings", values)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")
		frappe.db.commit()  # the server reads them

	def enter(self, number: str, **phone: str):
		"""cat enters a client with a number by REST."""
		client = {"client_name": "试号", "phones": [{"number": number, **phone}]}
		return self.cat.resource("POST", "Client", json=client)

	def ways(self):
		"""Every way of asking for a number: what it is, and the question."""
		own = self.enter(factory.make_phone()).json()["data"]

		def add(number: str):
			phones = [*own["phones"], {"number": number, "related_as": "Other"}]
			return self.cat.resource("PUT", "Client", own["name"], json={"phones": phones})

		def ask_access(number: str):
			asked = {"number": number, "reason": "想一起跟进"}
			return self.cat.call("agency_crm.api.pools.requests.ask_by_number", **asked)

		yield "look", lambda number: self.cat.call(LOOK, number=number)
		yield "find", lambda number: self.cat.call(FIND, number=number)
		yield "save", self.enter
		yield "save, answered already", lambda number: self.enter(number, related_as="Other")
		yield "another row of one's own", add
		yield "ask for access", ask_access

	def test_every_way_counts_against_one_budget_and_is_logged(self):
		"""When the known answers of an hour are used up, a new number and a known one are refused alike."""
		for way, ask in list(self.ways()):
			with self.subTest(way=way):
				forget_asked()
				self.limit(known_answers_an_hour=1, number_questions_a_day=2)
				self.assertNotEqual(ask(self.pool_number).status_code, TOO_MANY)
				for number in (factory.make_phone(), NUMBER):
					answer = ask(number)
					self.assertEqual(answer.status_code, TOO_MANY, answer.text[-300:])
				forget_asked()
				self.limit(known_answers_an_hour=60, number_questions_a_day=1)
				number = factory.make_phone()
				self.assertNotEqual(ask(number).status_code, TOO_MANY)
				self.assertEqual(ask(self.pool_number).status_code, TOO_MANY)
				self.assertTrue(self.is_logged(number))

	def is_logged(self, number: str) -> bool:
		"""Whether cat is known to have asked for a number."""
		frappe.db.rollback()
		deferred.flush()
		frappe.db.commit()  # the log goes with the rest
		asked = {"what": "Number Check", "number_masked": mask_phone(number)}
		return bool(frappe.db.exists("Contact Reveal", {**asked, "user": self.agency.users["cat"]}))

	def test_only_whole_numbers_are_asked_for(self):
		for number in (NUMBER[:7], f"{NUMBER[:7]}%", f"{NUMBER[:10]}_", mask_phone(NUMBER)):
			for method in (LOOK, FIND):
				with self.subTest(method=method, number=number):
					answer = self.cat.call(method, number=number)
					self.assertEqual(answer.status_code, 417, answer.text[-300:])

	def test_an_answer_to_related_as_names_whom_the_asker_sees(self):
		hidden = self.enter(NUMBER, related_as="Friend").json()["data"]
		self.assertNotIn(self.secret, frappe.as_json(hidden))
		self.assertEqual(hidden["relations"], [])
		seen = self.enter(self.pool_number, related_as="Friend").json()["data"]
		self.assertEqual([row["client"] for row in seen["relations"]], [self.pooled.name])

	def test_no_answer_carries_hash_or_cipher(self):
		"""Neither of a read nor of a write, nor can either be filtered or sorted by."""
		ann = self.people["ann"]
		stored = self.kept(NUMBER)
		for hole, answer in (
			("read", ann.resource("GET", "Client", self.secret)),
			("change", ann.resource("PUT", "Client", self.secret, json={"wechat": "w1"})),
			("create", self.enter(NUMBER, related_as="Friend")),
			("insert", self.inserted(related_as="Friend")),
			("set_value", self.set_value(ann)),
			("form", ann.call("frappe.desk.form.load.getdoc", doctype="Client", name=self.secret)),
			("save of the form", self.saved(ann)),
		):
			with self.subTest(hole=hole):
				self.assertTrue(answer.ok, answer.text[-300:])
				for word in (*stored, "number_hash", "number_encrypted", "id_hash"):
					self.assertNotIn(word, answer.text)
		for column in ("number_hash", "number_encrypted", "id_hash"):
			for filtered in (
				{"filters": [["Client Phone", column, "like", "%"]]},
				{"filters": [["Client Private", column, "like", "%"]]},
				{"filters": [["Phone Number", column, "like", "%"]]},
				{"order_by": f"`tabClient Phone`.`{column}`"},
				{"fields": ["name", f"phones.{column}"]},
			):
				with self.subTest(column=column, filtered=filtered):
					answer = ann.call("frappe.client.get_list", **{"doctype": "Client", **filtered})
					self.assertFalse(answer.ok, answer.text[-300:])
		for doctype in ("Phone Number", "Identity Number", "Client Private"):
			for person in ("ann", "boss", "admin"):
				with self.subTest(doctype=doctype, person=person):
					self.assertFalse(self.people[person].resource("GET", doctype).ok)
					self.assertFalse(self.people[person].call("frappe.client.get_count", doctype=doctype).ok)

	def kept(self, number: str) -> tuple[str, ...]:
		frappe.db.rollback()  # to see what the server wrote
		hashed = secrets.hash_number(number)
		return hashed, frappe.db.get_value("Phone Number", {"number_hash": hashed}, "number_encrypted")

	def inserted(self, **phone: str):
		client = {"doctype": "Client", "client_name": "试号", "phones": [{"number": NUMBER, **phone}]}
		return self.cat.call("frappe.client.insert", doc=client)

	def set_value(self, who):
		return who.call(
			"frappe.client.set_value", doctype="Client", name=self.secret, fieldname="wechat", value="w2"
		)

	def saved(self, who):
		doc = who.resource("GET", "Client", self.secret).json()["data"]
		return who.call("frappe.desk.form.save.savedocs", doc=frappe.as_json(doc), action="Save")
