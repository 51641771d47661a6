"""What a site of before brings along: its columns are there again, as Frappe leaves those of fields that are gone."""

import subprocess
import sys

import frappe
from frappe.utils import now
from frappe.utils.password import encrypt

from agency_crm.patches.v1_0 import make_numbers, move_client_tags, move_listing_tags
from agency_crm.services.privacy import secrets
from agency_crm.tests import factory
from agency_crm.tests.cases.races import RacesCase

# DocType -> the columns a number stood in
COLUMNS = {
	**dict.fromkeys(
		("Client Phone", "Listing Enquiry", "Client Enquiry"), ("number_hash", "number_encrypted")
	),
	"Client Private": ("id_hash",),
}


class TestTagTexts(RacesCase):
	"""A column is added and dropped outside transactions, so what is made is taken away by hand."""

	def check_moved(self, doc, execute):
		"""Both ways of a record: tags typed by hand become rows with masters, once, and a list finds them."""
		frappe.db.sql_ddl(f"alter table `tab{doc.doctype}` add column tags text")
		self.addCleanup(frappe.db.sql_ddl, f"alter table `tab{doc.doctype}` drop column tags")
		frappe.cache.hdel("table_columns", f"tab{doc.doctype}")  # Frappe remembers them
		frappe.db.sql(
			f"update `tab{doc.doctype}` set tags = %s where name = %s", ("楼王, 可议价；楼王、", doc.name)
		)
		before = doc.reload().modified

		for _run in range(2):
			execute()
			doc.reload()
			self.assertEqual([row.tag for row in doc.tags], ["楼王", "可议价"])
			self.assertEqual({row.by_rule for row in doc.tags}, {0})
		self.assertEqual(doc.modified, before)
		self.assertEqual(
			frappe.get_all("Agency Tag", {"name": ("in", ("楼王", "可议价"))}, pluck="kind"), ["Free"] * 2
		)
		found = frappe.get_list(doc.doctype, [[f"{doc.doctype} Tag", "tag", "=", "可议价"]], pluck="name")
		self.assertEqual(found, [doc.name])
		doc.save()
		self.assertEqual(doc.tag_names, "楼王、可议价")

	def test_tags_of_listings_become_rows(self):
		self.check_moved(factory.make_listing(), move_listing_tags.execute)

	def test_tags_of_clients_become_rows(self):
		self.check_moved(factory.make_client(), move_client_tags.execute)


class TestNumbers(RacesCase):
	"""Some thousand rows as they were before a number had a record of its own."""

	ROWS, LOT = 3000, 100
	SHARED = 3  # of so many rows, one has the number of the row before it

	def add_old_columns(self):
		for doctype, (column, *more) in COLUMNS.items():
			added = ", ".join(f"add column {name} text" for name in more)
			hashed = f"add column {column} varchar(140), add index (`{column}`)"
			frappe.db.sql_ddl(f"alter table `tab{doctype}` {hashed}" + (f", {added}" if added else ""))
			dropped = ", ".join(f"drop column if exists {name}" for name in (column, *more))
			self.addCleanup(frappe.db.sql_ddl, f"alter table `tab{doctype}` {dropped}")

	def fill(self, doctype: str, rows: int, **more: str) -> dict[str, str]:
		"""Write rows with a hash, and a cipher where there is one; return name -> number."""
		column, *cipher = COLUMNS[doctype]
		table, numbers = frappe.qb.DocType(doctype), {}
		columns = ("name", "creation", column, *cipher, *more)
		query = frappe.qb.into(table).columns(*columns)
		for index in range(rows):
			number = f"199{index - (index % self.SHARED == 0 and index):08d}"
			sealed = (secrets.hash_number(number), *(encrypt(number) for _ in cipher))
			name = f"OLD-{doctype}-{index:05d}"
			numbers[name] = number
			query = query.insert(name, now(), *sealed, *more.values())
		query.run()
		return numbers

	def test_hash_and_cipher_move_to_one_record_a_number_though_the_patch_is_killed(self):
		self.add_old_columns()
		of_client = {"parent": "C-OLD", "parenttype": "Client", "parentfield": "phones"}
		numbers = {"Client Phone": self.fill("Client Phone", self.ROWS, **of_client)}
		numbers |= {doctype: self.fill(doctype, 20) for doctype in COLUMNS if doctype != "Client Phone"}
		copy = {"deleted_doctype": "Client", "deleted_name": "C-OLD"}
		copy["data"] = frappe.as_json({"name": "C-OLD", "phones": [{"idx": 1, "number_hash": "h"}]})
		copy = frappe.get_doc({"doctype": "Deleted Document", **copy}).insert()
		frappe.db.commit()

		self.kill_in_the_middle()
		for _run in range(2):
			make_numbers.execute()

		for doctype, of_rows in numbers.items():
			self.check_moved(doctype, of_rows)
			frappe.cache.hdel("table_columns", f"tab{doctype}")
			for column in COLUMNS[doctype]:
				self.assertFalse(frappe.db.has_column(doctype, column))
		self.assertEqual(frappe.parse_json(copy.reload().data)["phones"], [{"idx": 1}])
		frappe.delete_doc("Deleted Document", copy.name, force=True)

	def kill_in_the_middle(self):
		"""Run the patch in lots small enough to be killed between two."""
		script = (
			"import sys, frappe; frappe.init(sys.argv[1]); frappe.connect();"
			"from agency_crm.patches.v1_0 import make_numbers; make_numbers.LOT = int(sys.argv[2]);"
			"make_numbers.execute()"
		)
		command = [sys.executable, "-c", script, frappe.local.site, str(self.LOT)]
		process = subprocess.Popen(command, cwd=frappe.local.sites_path)
		moved = {"name": ("like", "OLD-%"), "phone_number": ("is", "set")}
		while not frappe.db.count("Client Phone", moved):
			self.assertIsNone(process.poll())
			frappe.db.rollback()  # to see what it has committed since
		process.kill()
		process.wait()
		frappe.db.rollback()
		self.assertLess(frappe.db.count("Client Phone", moved), self.ROWS)

	def check_moved(self, doctype: str, numbers: dict[str, str]):
		kept_as = secrets.IDENTITY if doctype == "Client Private" else secrets.PHONE
		pointer = secrets.POINTER[kept_as]
		rows = frappe.get_all(doctype, {"name": ("in", list(numbers))}, ["name", pointer])
		kept = dict(frappe.get_all(kept_as, ["name", "number_hash"], as_list=True))
		found = {row.name: kept.get(row[pointer]) for row in rows}
		self.assertEqual(found, {name: secrets.hash_number(number) for name, number in numbers.items()})
		self.assertEqual(len({row[pointer] for row in rows}), len(set(numbers.values())))
		if kept_as == secrets.PHONE:
			last = rows[-1]
			self.assertEqual(secrets.open_number(last), numbers[last.name])

	def test_what_a_user_may_ask_in_an_hour_keeps_its_number(self):
		rule = {"doctype": "Agency Settings", "field": "known_answers_an_hour"}
		before = frappe.db.get_single_value("Agency Settings", rule["field"])
		self.addCleanup(frappe.db.commit)  # with the patch's own commits
		self.addCleanup(frappe.db.set_single_value, "Agency Settings", rule["field"], before)
		frappe.db.delete("Singles", rule)
		frappe.qb.into("Singles").columns("doctype", "field", "value").insert(
			"Agency Settings", "number_checks_an_hour", "7"
		).run()
		make_numbers.execute()
		self.assertEqual(frappe.db.get_single_value("Agency Settings", rule["field"], cache=False), 7)
