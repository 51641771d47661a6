"""Plain text stays text: in every DocType of ours, in its rows, whoever shows it."""

import frappe

from agency_crm.framework.plain_text import PLAIN
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase

TYPED = "<img src=x onerror=alert(1)>面积<90"
KEPT = "＜img src=x onerror=alert(1)>面积<90"


class TestPlainText(AgencyTestCase):
	def test_no_doctype_of_ours_keeps_a_tag(self):
		ours = frappe.get_all("DocType", {"module": "Agency CRM", "istable": 0}, pluck="name")
		self.assertGreater(len(ours), 40)
		for doctype in ours:
			with self.subTest(doctype):
				doc = frappe.new_doc(doctype)
				for table in doc.meta.get_table_fields():
					doc.append(table.fieldname, {})
				typed = list(self.plain_fields(doc))
				for record, fieldname in typed:
					record.set(fieldname, TYPED)
				# the event's handlers without the controller's own, which want a whole record
				frappe.get_attr(frappe.get_hooks("doc_events")["*"]["before_validate"][0])(doc)
				self.assertEqual({record.get(fieldname) for record, fieldname in typed} - {KEPT}, set())

	def plain_fields(self, doc):
		for record in (doc, *doc.get_all_children()):
			for field in record.meta.fields:
				if field.fieldtype in PLAIN:
					yield record, field.fieldname

	def test_what_a_client_looks_for(self):
		wish = factory.make_requirement(client=factory.make_client().name, remarks=TYPED)
		self.assertEqual(frappe.db.get_value("Client Requirement", wish.name, "remarks"), KEPT)

	def test_other_apps_doctypes_are_left_alone(self):
		note = frappe.get_doc({"doctype": "ToDo", "description": "<b>1</b>"}).insert()
		self.assertEqual(note.description, "<b>1</b>")
