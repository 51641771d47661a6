from email import message_from_string

import frappe
from frappe.utils import getdate

from agency_crm.api.notifications import mailings as api
from agency_crm.api.privacy import reveals
from agency_crm.services.notifications import mailings
from agency_crm.tests import factory
from agency_crm.tests.cases.clients import ClientCase

AGREED = {"consent": "Given", "consent_source": "On paper"}


class TestClientMailing(ClientCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.manager = factory.make_user("Agency Store Manager").name
		cls.agent = factory.make_agent(store=factory.make_store(manager=cls.manager).name)
		cls.other = factory.make_agent(store=cls.agent.store)
		account = {"email_account_name": "Out", "email_id": "office@example.com", "smtp_server": "localhost"}
		account |= {"enable_outgoing": 1, "default_outgoing": 1, "no_smtp_authentication": 1}
		frappe.get_doc({"doctype": "Email Account", **account}).insert()
		# Frappe remembers the account beyond this test, and mails of later ones would be sent and committed
		cls.addClassCleanup(setattr, frappe.local, "outgoing_email_account", {})

	def setUp(self):
		super().setUp()
		self.segment = self.make_segment(("Role", "Is", "Buyer"))
		frappe.set_user(self.agent.user)
		self.reached = self.client("张三", "zhang@example.com", **AGREED)
		self.client("李四", "li@example.com")
		self.client("王五", None, **AGREED)
		frappe.set_user(self.other.user)
		self.client("别人的客户", "theirs@example.com", **AGREED)
		frappe.set_user(self.agent.user)
		self.mailing = self.make_mailing()

	def client(self, name: str, email: str | None, **fields) -> str:
		made = factory.make_client(client_name=name, is_buyer=1, **fields).name
		if email:
			api.set_email(made, email)
		return made

	def make_mailing(self, **fields):
		values = {
			"subject": "{name}，年末好房",
			"segment": self.segment,
			"message": "<p>{name}您好 {{ 7*7 }}</p>",
		}
		return frappe.get_doc({"doctype": "Client Mailing", **values, **fields}).insert()

	def let_out(self) -> None:
		api.request(self.mailing.name)
		with self.set_user(self.manager):
			api.approve(self.mailing.name)

	def mails(self) -> list:
		"""The queued mails to clients: recipient, message."""
		rows = frappe.get_all(
			"Email Queue Recipient", {"recipient": ("like", "%@example.com")}, ["recipient", "parent"]
		)
		return [(row.recipient, frappe.get_doc("Email Queue", row.parent).message) for row in rows]

	def test_it_reaches_those_who_agreed_and_whom_its_writer_sees_once(self):
		self.assertEqual(api.get_audience(self.mailing.name), {"members": 3, "reachable": 1})
		self.let_out()
		for _run in range(2):
			mailings.run()
		((recipient, message),) = self.mails()
		self.assertEqual(recipient, "zhang@example.com")
		self.assertIn("stop-mails", _decoded(message))
		self.assertIn("张三您好 {{ 7*7 }}", _decoded(message))
		self.mailing.reload()
		self.assertEqual(
			(self.mailing.status, self.mailing.mails_sent, self.mailing.left_out), ("Sent", 1, 2)
		)

	def test_a_run_that_was_cut_off_goes_on_behind_the_last_client(self):
		self.let_out()
		frappe.db.set_value("Client Mailing", self.mailing.name, "done_to", self.reached)
		mailings.run()
		self.assertEqual(self.mails(), [])
		self.assertEqual(frappe.db.get_value("Client Mailing", self.mailing.name, "status"), "Sent")

	def test_a_manager_lets_it_out_or_sends_it_back(self):
		self.assertRaises(frappe.ValidationError, self.let_out_too_early)
		api.request(self.mailing.name)
		self.assertRaises(frappe.PermissionError, api.approve, self.mailing.name)
		self.mailing.reload()
		self.mailing.message = "<p>something else</p>"
		self.assertRaises(frappe.ValidationError, self.mailing.save)
		with self.set_user(self.manager):
			self.assertRaises(frappe.MandatoryError, api.send_back, self.mailing.name, " ")
			api.send_back(self.mailing.name, "太长")
		self.mailing.reload()
		self.mailing.update({"message": "<p>短</p>", "status": "Sent"}).save()
		self.assertEqual(self.mailing.status, "Draft")

	def let_out_too_early(self) -> None:
		with self.set_user(self.manager):
			api.approve(self.mailing.name)

	def test_another_agent_neither_sees_nor_changes_it(self):
		frappe.set_user(self.other.user)
		self.assertEqual(frappe.get_list("Client Mailing"), [])
		for step in (api.get_audience, api.request, api.approve):
			self.assertRaises(frappe.PermissionError, step, self.mailing.name)
		elsewhere = factory.make_store().name
		self.assertEqual(self.make_mailing(store=elsewhere).store, self.other.store)
		with self.set_user(self.manager):
			self.assertRaises(frappe.PermissionError, self.make_mailing, store=elsewhere)
		self.assertRaises(frappe.PermissionError, api.set_email, self.reached, "mine@example.com")

	def test_an_address_is_sealed_and_shown_for_a_reason(self):
		self.assertRaises(frappe.ValidationError, api.set_email, self.reached, "no address")
		kept = frappe.db.get_value("Client Private", self.reached, "email")
		self.assertNotIn("zhang", kept)
		(shown,) = reveals.reveal("E-mail", "Client", self.reached, reason="核对")
		self.assertEqual(shown["value"], "zhang@example.com")
		self.assertTrue(frappe.db.exists("Contact Reveal", {"client": self.reached, "what": "E-mail"}))

	def test_the_link_in_a_mail_withdraws_the_consent(self):
		frappe.set_user("Guest")
		self.assertRaises(frappe.PermissionError, api.stop, self.reached, "0" * 64)
		for _click in range(2):
			api.stop(self.reached, mailings._key(self.reached))
		client = frappe.get_doc("Client", self.reached)
		self.assertEqual((client.consent, getdate(client.consent_at)), ("Withdrawn", getdate()))
		with self.set_user(self.agent.user), self.assertRaises(frappe.ValidationError):
			api.request(self.mailing.name)

	def test_homes_that_suit_are_public_and_without_room_or_owner(self):
		listing = factory.make_listing("Live", layout="2室1厅")
		factory.make_listing("Live", scope="Store")
		factory.make_requirement(self.reached)
		(line,) = mailings._homes(self.reached, 1)
		self.assertIn(frappe.db.get_value("Estate", listing.estate, "estate_name"), line)
		self.assertNotIn(listing.room_no, line)

	def test_it_goes_to_a_segment_of_clients(self):
		for tag in (self.make_free(), self.make_listing_rule()):
			self.assertRaises(frappe.ValidationError, self.make_mailing, segment=tag)

	def make_listing_rule(self) -> str:
		with self.set_user("Administrator"):
			return self.make_rule(("Photos", "At Least", "3")).name


def _decoded(message: str) -> str:
	"""The text of a mail as it is read."""
	parts = message_from_string(message).walk()
	return "".join(
		part.get_payload(decode=True).decode() for part in parts if part.get_content_maintype() == "text"
	)
