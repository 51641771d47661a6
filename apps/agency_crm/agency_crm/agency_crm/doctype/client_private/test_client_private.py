"""A client's numbers as they are kept: sealed phones, the identity number, and nowhere a plain copy."""

import frappe
from frappe.utils.password import decrypt

from agency_crm.api.privacy import reveals as api
from agency_crm.services.privacy import secrets
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase

NUMBER, CARD = "13800138000", "11010519491231002X"


class TestSealedPhones(AgencyTestCase):
	def setUp(self):
		super().setUp()
		self.agent = factory.make_agent()
		self.client = factory.make_client(agent=self.agent.name, phones=[{"number": "１３８ 0013-8000"}])

	def stored(self, name: str) -> list[dict]:
		fields = ["number", "number_masked", "phone_number", "label"]
		return frappe.get_all("Client Phone", {"parent": name}, fields, order_by="idx")

	def test_a_number_is_moved(self):
		(row,) = self.stored(self.client.name)
		self.assertFalse(row.number)
		self.assertEqual(row.number_masked, "138****8000")
		(kept,) = frappe.get_all(
			secrets.PHONE, {"name": row.phone_number}, ["number_hash", "number_encrypted"]
		)
		self.assertEqual(decrypt(kept.number_encrypted), NUMBER)
		self.assertEqual(kept.number_hash, secrets.hash_number(NUMBER))

	def test_two_numbers_in_one_cell(self):
		client = factory.make_client(phones=[{"number": "13800138001/010-62351234转2", "label": "Spouse"}])
		rows = self.stored(client.name)
		self.assertEqual([secrets.open_number(row) for row in rows], ["13800138001", "01062351234-2"])
		self.assertEqual({row.label for row in rows}, {"Spouse"})

	def test_what_is_no_number_is_refused(self):
		for phones in (
			[{"number": "138"}],
			[{"label": "Own"}],
			[{"number": NUMBER}, {"number": f"+86 {NUMBER}"}],
		):
			with self.subTest(phones=phones):
				self.assertRaises(frappe.ValidationError, factory.make_client, phones=phones)

	def test_saving_the_form_again_keeps_it(self):
		"""An agent's form doesn't say which number it is, and can't say another."""
		sealed = self.stored(self.client.name)
		with self.set_user(self.agent.user):
			form = frappe.get_doc("Client", self.client.name)
			form.apply_fieldlevel_read_permissions()
			self.assertIsNone(form.phones[0].get("phone_number"))
			form.level = "A"
			form.phones[0].update({"number_masked": "999****9999", "phone_number": "0" * 20})
			form.save()
		self.assertEqual(self.stored(self.client.name), sealed)

	def test_a_row_sent_with_somebody_s_number(self):
		foreign = self.stored(factory.make_client().name)[0]
		values = {key: foreign.get(key) for key in secrets.SEALED}
		with self.set_user(self.agent.user):
			self.assertRaises(frappe.MandatoryError, factory.make_client, phones=[values])

	def test_a_row_is_not_saved_by_itself(self):
		row = {"parent": self.client.name, "parenttype": "Client", "parentfield": "phones", "number": NUMBER}
		self.assertRaises(frappe.ValidationError, frappe.get_doc({"doctype": "Client Phone", **row}).insert)

	def test_a_changed_number_replaces_the_sealed_one(self):
		self.client.phones[0].number = "13900139000"
		self.client.save()
		self.assertEqual(secrets.open_number(self.stored(self.client.name)[0]), "13900139000")

	def test_no_plain_copy_stays_anywhere(self):
		"""Versions, comments, errors, deleted documents: the number typed stands in none of them."""
		self.client.phones[0].number = "13911112222"
		self.client.save()
		self.client.add_comment("Comment", "改了号码")
		with self.assertRaises(frappe.ValidationError):
			frappe.get_doc("Client", self.client.name).update(
				{"phones": [{"number": "13911112222 x y"}]}
			).save()
		frappe.delete_doc("Client", self.client.name)
		kept = {
			"Version": "data",
			"Comment": "content",
			"Error Log": "error",
			"Deleted Document": "data",
			"Client Phone": "number",
		}
		for doctype, column in kept.items():
			for number in (NUMBER, "13911112222", "0013-8000"):
				with self.subTest(doctype=doctype, number=number):
					self.assertFalse(frappe.get_all(doctype, {column: ("like", f"%{number}%")}))

	def test_the_hash_key_is_never_made_anew(self):
		key = frappe.conf.pop(secrets.HASH_KEY)
		try:
			frappe.conf[secrets.HASH_KEY] = "another"
			self.assertRaises(secrets.PhoneKeyError, secrets.make_hash_key)
		finally:
			frappe.conf[secrets.HASH_KEY] = key
		secrets.make_hash_key()
		self.assertEqual(frappe.conf[secrets.HASH_KEY], key)


class TestClientPrivate(AgencyTestCase):
	def setUp(self):
		super().setUp()
		self.agent, self.other = factory.make_agent(), factory.make_agent()
		self.client = factory.make_client(agent=self.agent.name).name

	def test_kept_encrypted_and_shown_with_a_log(self):
		with self.set_user(self.agent.user):
			api.set_client_private(self.client, "11010519491231 002x")
			(shown,) = api.reveal("Identity Number", "Client", self.client, None, "网签")
			self.assertEqual(shown["value"], CARD)
			self.assertRaises(frappe.PermissionError, frappe.get_list, "Client Private")
		self.assertNotIn(CARD, frappe.as_json(frappe.get_doc("Client Private", self.client)))
		self.assertTrue(
			frappe.db.exists("Contact Reveal", {"client": self.client, "what": "Identity Number"})
		)

	def test_the_same_person_is_found_by_the_number(self):
		"""By its hash, exactly; told of as far as one may see, and nobody tries numbers out."""
		with self.set_user(self.agent.user):
			api.set_client_private(self.client, CARD)
			self.assertEqual([row.name for row in api.find_client("１１010519491231002x")], [self.client])
			mine = factory.make_client(agent=self.agent.name).name
			self.assertIn(self.client, self.told_of(mine))
		with self.set_user(self.other.user):
			self.assertEqual(api.find_client(CARD), [])
			own = factory.make_client().name
			told = self.told_of(own)
			self.assertIn(self.agent.agent_name, told)
			self.assertNotIn(self.client, told)
			frappe.db.set_single_value("Agency Settings", "known_answers_an_hour", 0)
			frappe.clear_document_cache("Agency Settings", "Agency Settings")
			# also of what is nobody's: else one tries on until something is told
			for number in (CARD, "110105199001011232"):
				self.assertRaises(frappe.TooManyRequestsError, api.set_client_private, own, number)

	def told_of(self, client: str) -> str:
		"""What is said while this client gets the known number."""
		frappe.clear_messages()
		api.set_client_private(client, CARD)
		return " ".join(str(message.get("message")) for message in frappe.get_message_log())

	def test_a_mistyped_card_is_refused(self):
		for number in ("110105194912310021", "1101051949123100", "11010519491331002X"):
			with self.set_user(self.agent.user):
				self.assertRaises(frappe.ValidationError, api.set_client_private, self.client, number)
		self.assertFalse(frappe.db.exists("Client Private", self.client))

	def test_who_may_write(self):
		with self.set_user(self.other.user):
			self.assertRaises(frappe.PermissionError, api.set_client_private, self.client, CARD)

	def test_goes_with_its_client(self):
		with self.set_user(self.agent.user):
			api.set_client_private(self.client, CARD)
		frappe.delete_doc("Client", self.client)
		self.assertFalse(frappe.db.exists("Client Private", self.client))
