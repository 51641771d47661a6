"""Numbers that an earlier rule kept are found by today's, with all who have them."""

import subprocess
import sys

import frappe
from frappe.utils import now
from frappe.utils.password import encrypt

from agency_crm.patches.v1_0 import renew_numbers
from agency_crm.services.privacy import secrets
from agency_crm.tests import factory
from agency_crm.tests.cases.races import RacesCase

# as they were kept -> as they are found
CHANGED = {
	"085225550101": "+85225550101",
	"085366550101-12": "+85366550101-12",
	"0912550101": "+886912550101",
	"+8860912550102": "+886912550102",
	"06591250101": "+6591250101",
}
SAME = ("13855501010", "02155501010-805", "+85225550102", "95501010")


class TestKeptNumbers(RacesCase):
	"""What the patch commits is taken away by hand."""

	def setUp(self):
		super().setUp()
		self.addCleanup(frappe.db.commit)

	def keep_as_before(self, *numbers: str) -> dict[str, str]:
		"""A Client for each number, which is kept in exactly this form; return number -> Client."""
		clients = {}
		for number in numbers:
			client = factory.make_client()
			sealed = {"number_hash": secrets.hash_number(number), "number_encrypted": encrypt(number)}
			frappe.db.set_value(secrets.PHONE, client.phones[0].phone_number, sealed)
			clients[number] = client.name
		return clients

	def number_of(self, client: str) -> list[str]:
		return [secrets.open_number(row) for row in frappe.get_doc("Client", client).phones]

	def test_a_number_of_another_form_is_brought_along_and_the_others_stay(self):
		clients = self.keep_as_before(*CHANGED, *SAME)
		before = dict(frappe.get_all(secrets.PHONE, ["name", "number_hash"], as_list=True))
		for _run in range(2):
			renew_numbers.execute()
		for old, new in CHANGED.items():
			row = frappe.get_doc("Client", clients[old]).phones[0]
			self.assertEqual(secrets.open_number(row), new)
			self.assertEqual(secrets.find([new]), {new: row.phone_number})
			self.assertFalse(secrets.find([old]))
			self.assertTrue(row.number_masked.startswith("+"))
		after = dict(frappe.get_all(secrets.PHONE, ["name", "number_hash"], as_list=True))
		for number in SAME:
			name = frappe.get_doc("Client", clients[number]).phones[0].phone_number
			self.assertEqual(after[name], before[name])

	def test_two_who_had_one_number_in_two_forms_have_it_together(self):
		old, new = "085225550103", "+85225550103"
		clients = self.keep_as_before(old, new)
		both = factory.make_client(
			phones=[{"number": factory.make_phone()}, {"number": factory.make_phone()}]
		)
		for row, number in zip(both.phones, (new, old), strict=True):
			row.db_set("phone_number", frappe.get_doc("Client", clients[number]).phones[0].phone_number)
		renew_numbers.execute()
		for name in (*clients.values(), both.name):
			self.assertEqual(self.number_of(name), [new])

	def test_a_patch_that_is_killed_goes_on(self):
		lot, many = 20, 160
		numbers = {f"0852234{index:05d}": f"+852234{index:05d}" for index in range(many)}
		user, at = "Administrator", now()
		fields = ["name", "owner", "modified_by", "creation", "modified", "number_hash", "number_encrypted"]
		kept = [
			(f"OLD{index:05d}", user, user, at, at, secrets.hash_number(number), encrypt(number))
			for index, number in enumerate(numbers)
		]
		frappe.db.bulk_insert(secrets.PHONE, fields, kept)
		rows = [(f"OLD-{row[0]}", user, user, at, at, row[0], "085****") for row in kept]
		frappe.db.bulk_insert("Listing Enquiry", [*fields[:5], "phone_number", "number_masked"], rows)
		frappe.db.commit()
		self.kill_in_the_middle(lot, many)
		renew_numbers.execute()
		found = frappe.get_all("Listing Enquiry", {"name": ("like", "OLD-%")}, ["name", "phone_number"])
		self.assertEqual(sorted(map(secrets.open_number, found)), sorted(numbers.values()))
		self.assertFalse(frappe.get_all(secrets.PHONE, {"name": ("like", "OLD%")}))

	def kill_in_the_middle(self, lot: int, many: int):
		"""Run the patch in lots small enough to be killed between two."""
		script = (
			"import sys, frappe; frappe.init(sys.argv[1]); frappe.connect();"
			"from agency_crm.framework import jobs; jobs.CHUNK = int(sys.argv[2]);"
			"from agency_crm.patches.v1_0 import renew_numbers; renew_numbers.execute()"
		)
		command = [sys.executable, "-c", script, frappe.local.site, str(lot)]
		process = subprocess.Popen(command, cwd=frappe.local.sites_path)
		left = {"name": ("like", "OLD%")}
		while frappe.db.count(secrets.PHONE, left) == many:
			self.assertIsNone(process.poll())
			frappe.db.rollback()  # to see what it has committed since
		process.kill()
		process.wait()
		frappe.db.rollback()
		self.assertTrue(frappe.db.count(secrets.PHONE, left))


class TestLocalNumbers(RacesCase):
	def setUp(self):
		super().setUp()
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")
		self.addCleanup(frappe.db.set_single_value, "Agency Settings", "local_area_code", None)

	def set_area_code(self, code: str):
		settings = frappe.get_doc("Agency Settings")
		settings.local_area_code = code
		settings.save()
		secrets.renew_numbers()  # what the save asks for in the background

	def test_a_number_without_an_area_code_is_one_of_the_office_s_city(self):
		client = factory.make_client(phones=[{"number": "61550101"}])
		self.set_area_code("（０２１）")
		client.reload()
		self.assertEqual(secrets.open_number(client.phones[0]), "02161550101")
		later = factory.make_client(phones=[{"number": "61550102转8"}])
		self.assertEqual(secrets.open_number(later.phones[0]), "02161550102-8")
		with self.assertRaisesRegex(frappe.ValidationError, "stands there twice"):
			factory.make_client(phones=[{"number": "61550103"}, {"number": "021-6155 0103"}])
		with self.assertRaisesRegex(frappe.ValidationError, "Area Code"):
			self.set_area_code("上海")
