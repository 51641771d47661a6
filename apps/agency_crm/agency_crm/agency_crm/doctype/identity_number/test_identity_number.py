"""One record an identity number, kept as long as somebody has the number, and no longer."""

import frappe

from agency_crm.services.privacy import reveals, secrets
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase

CARD, OTHER = "11010519491231002X", "110105199001011232"


class TestIdentityNumber(AgencyTestCase):
	def keep(self, client: str, number: str):
		reveals.keep("Client", client, {"id_type": "Passport", "id_number": number})

	def kept(self, number: str) -> str | None:
		return frappe.db.get_value(secrets.IDENTITY, {"number_hash": secrets.hash_number(number)})

	def test_two_of_one_number_name_one_record_that_goes_with_the_last(self):
		clients = [factory.make_client().name for _ in range(2)]
		for client in clients:
			self.keep(client, CARD)
		names = set(frappe.get_all("Client Private", {"client": ("in", clients)}, pluck="identity_number"))
		self.assertEqual(names, {self.kept(CARD)})
		self.keep(clients[0], OTHER)
		self.assertTrue(self.kept(CARD))
		frappe.delete_doc("Client", clients[1])
		self.assertFalse(self.kept(CARD))
		frappe.delete_doc("Client", clients[0])
		self.assertFalse(self.kept(OTHER))
