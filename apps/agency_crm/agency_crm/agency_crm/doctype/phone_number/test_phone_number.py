"""One record a number, kept as long as somebody has the number, and no longer."""

import frappe

from agency_crm.framework.system_fields import writing
from agency_crm.services.privacy import reveals, secrets
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase


class TestPhoneNumber(AgencyTestCase):
	def setUp(self):
		super().setUp()
		self.number = factory.make_phone()
		self.client = factory.make_client(phones=[{"number": self.number}])

	def kept(self) -> list[str]:
		filters = {"number_hash": secrets.hash_number(self.number)}
		return frappe.get_all(secrets.PHONE, filters, pluck="name")

	def test_all_who_have_a_number_name_one_record(self):
		other = factory.make_client(phones=[{"number": f"+86 {self.number}", "related_as": "Child"}])
		enquiry = secrets.seal(self.number)
		(name,) = self.kept()
		named = {self.client.phones[0].phone_number, other.phones[0].phone_number, enquiry["phone_number"]}
		self.assertEqual(named, {name})
		self.assertEqual(secrets.open_number(other.phones[0]), self.number)

	def test_it_goes_with_the_last_who_has_it(self):
		"""Replaced, taken off, deleted with its client or its enquiry."""
		other = factory.make_client(
			phones=[{"number": self.number, "related_as": "Child"}, {"number": factory.make_phone()}]
		)
		sent = {
			"enquirer_name": "张先生",
			"requirement_type": "Rent",
			"budget_max": 5000,
			**secrets.seal(self.number),
		}
		enquiry = frappe.get_doc({"doctype": "Client Enquiry", **sent})
		with writing(enquiry):
			enquiry.insert(ignore_permissions=True)  # perm: test data
		self.client.phones[0].number = factory.make_phone()
		self.client.save()
		self.assertTrue(self.kept())
		other.remove(other.phones[0])
		other.save()
		self.assertTrue(self.kept())
		frappe.delete_doc("Client Enquiry", enquiry.name)
		self.assertFalse(self.kept())
		self.number = factory.make_phone()
		frappe.delete_doc("Client", factory.make_client(phones=[{"number": self.number}]).name)
		self.assertFalse(self.kept())

	def test_a_refused_client_leaves_none(self):
		number = self.number = factory.make_phone()
		frappe.db.savepoint("request")
		with self.assertRaises(frappe.MandatoryError):
			factory.make_client(client_name=None, phones=[{"number": number}])
		frappe.db.rollback(save_point="request")  # as the end of a request that failed
		self.assertFalse(self.kept())

	def test_no_copy_of_hash_or_cipher_stays(self):
		"""Nor does a version say which record it was."""
		(name,) = self.kept()
		cipher = frappe.db.get_value(secrets.PHONE, name, "number_encrypted")
		self.client.append("phones", {"number": factory.make_phone()})
		self.client.save()
		self.client.remove(self.client.phones[0])
		self.client.save()
		frappe.delete_doc("Client", self.client.name)
		for doctype, words in (
			("Version", (name, cipher, secrets.hash_number(self.number))),
			("Deleted Document", (cipher, secrets.hash_number(self.number))),
		):
			for word in words:
				self.assertFalse(frappe.get_all(doctype, {"data": ("like", f"%{word}%")}))

	def test_what_was_typed_of_a_number_is_kept_and_shown_with_it(self):
		mine, other = factory.make_phone(), factory.make_phone()
		typed = f"{mine}（微信同号） {other}先生"
		client = factory.make_client(phones=[{"number": typed}])
		shown = [reveals.reveal("Phone", client, row.name, "回访")[0] for row in client.phones]
		self.assertEqual([row["value"] for row in shown], [mine, other])
		self.assertEqual([row["typed"] for row in shown], [f"{mine}(微信同号)", f"{other}先生"])
		client.client_name = "李四"
		client.save()
		self.assertEqual(secrets.open_typed(client.reload().phones[0]), f"{mine}(微信同号)")
		self.assertNotIn(mine, frappe.as_json(client.as_dict()))
		self.assertNotIn("typed", reveals.reveal("Phone", self.client, self.client.phones[0].name, "回访")[0])
