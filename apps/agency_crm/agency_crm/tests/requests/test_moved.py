"""Endpoints that have moved answer where they were, and what a site stored names them where they are."""

import frappe

from agency_crm.framework import moved
from agency_crm.patches.v1_0 import follow_moved_endpoints
from agency_crm.tests.cases.http import AgencyHTTPCase


class TestMoved(AgencyHTTPCase):
	def test_each_is_there(self):
		for old, new in moved.addresses().items():
			with self.subTest(old):
				self.assertIn(frappe.get_attr(new), frappe.whitelisted)
				self.assertRaises((ImportError, AttributeError), frappe.get_attr, old)

	def test_each_answers_at_both(self):
		"""Asked without an argument: the same sentence of what is missing, or the same answer."""
		asked = self.people["ann"]
		for place, (old, new) in enumerate(moved.addresses().items()):
			way = ("api/method", "api/v2/method")[place % 2]
			with self.subTest(old, way=way):
				before, now = (asked.ask("GET", f"{way}/{address}") for address in (old, new))
				self.assertEqual(before.status_code, now.status_code, before.text[-300:])

	def test_what_was_stored_follows(self):
		old, new = "agency_crm.api.workspace.new_clients", "agency_crm.api.desk.cards.new_clients"
		card = frappe.get_doc({"doctype": "Number Card", "label": "Mine", "type": "Custom", "method": old})
		card.insert()
		script = f"frappe.xcall('{old}')"
		mine = frappe.get_doc({"doctype": "Client Script", "dt": "Client", "name": "Mine", "script": script})
		mine.insert()
		follow_moved_endpoints.execute()
		self.assertEqual(frappe.db.get_value("Number Card", card.name, "method"), new)
		self.assertEqual(frappe.db.get_value("Client Script", mine.name, "script"), script.replace(old, new))
