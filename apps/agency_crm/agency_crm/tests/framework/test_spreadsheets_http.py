"""What people typed leaves as text: no file that Frappe writes for a spreadsheet opens as a formula."""

import csv
import io

import frappe
from openpyxl import load_workbook

from agency_crm.tests import factory
from agency_crm.tests.cases.http import AgencyHTTPCase, Browser, HTTPCase

FORMULAS = ('=HYPERLINK("http://bad.example","看房")', "+cmd|'/C calc'!A0", "@SUM(1+1)*cmd", "-2+3", "＝1+1")


class TestSpreadsheets(HTTPCase):
	@classmethod
	def prepare(cls):
		cls.mark = frappe.generate_hash(length=8)
		cls.estates = [
			factory.make_estate(estate_name=f"{cls.mark}{number}", address=formula).name
			for number, formula in enumerate(FORMULAS)
		]
		cls.manager = factory.make_user("Agency Administrator", "System Manager")
		cls.admin = Browser(cls.server, AgencyHTTPCase.token(cls.manager.name))

	def assert_texts(self, cells: list[str]):
		"""Each formula stands there, and nothing begins as one."""
		for formula in FORMULAS:
			self.assertIn(f"'{formula}", cells)
		self.assertFalse([cell for cell in cells if cell.startswith(tuple("=+-@＝")) and not is_number(cell)])

	def test_a_list(self):
		for kind in ("CSV", "Excel"):
			with self.subTest(kind):
				answer = self.admin.call(
					"frappe.desk.reportview.export_query",
					doctype="Estate",
					title="Estate",
					fields=["`tabEstate`.`name`", "`tabEstate`.`address`"],
					filters={"name": ["in", self.estates]},
					file_format_type=kind,
				)
				self.assert_file(answer, kind)

	def test_a_report(self):
		name = f"Formulas {self.mark}"
		report = {"doctype": "Report", "report_name": name, "ref_doctype": "Estate", "is_standard": "No"}
		query = "select name, address from tabEstate where name in ({})".format(
			", ".join(frappe.db.escape(name) for name in self.estates)
		)
		frappe.get_doc({**report, "report_type": "Query Report", "query": query}).insert()
		self.addCleanup(frappe.db.commit)  # what was committed goes
		self.addCleanup(frappe.delete_doc, "Report", name)
		frappe.db.commit()  # for the server
		for kind in ("CSV", "Excel"):
			with self.subTest(kind):
				answer = self.admin.call(
					"frappe.desk.query_report.export_query",
					report_name=name,
					filters={},
					file_format_type=kind,
					visible_idx=[],
				)
				self.assert_file(answer, kind)

	def test_a_data_import_reads_back_what_its_export_held(self):
		answer = self.admin.call(
			"frappe.core.doctype.data_import.data_import.download_template",
			doctype="Estate",
			export_fields={"Estate": ["name", "address"]},
			export_records="by_filter",
			export_filters={"name": ["in", self.estates]},
			file_type="CSV",
		)
		self.assert_file(answer, "CSV")
		file = {"file_name": f"{self.mark}.csv", "content": answer.text, "is_private": 1}
		values = {"reference_doctype": "Estate", "import_type": "Update Existing Records"}
		made = self.admin.resource("POST", "Data Import", json=values).json()["data"]["name"]
		url = self.admin.resource("POST", "File", json=file).json()["data"]["file_url"]
		self.admin.resource("PUT", "Data Import", made, json={"import_file": url})
		seen = self.admin.call(
			"frappe.core.doctype.data_import.data_import.get_preview_from_template", data_import=made
		).json()["message"]
		cells = [cell for row in seen["data"] for cell in row]
		for formula in FORMULAS:
			self.assertIn(formula, cells)

	def assert_file(self, answer, kind: str):
		self.assertEqual(answer.status_code, 200, answer.text[-500:])
		if kind == "CSV":
			rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
			return self.assert_texts([cell for row in rows for cell in row])
		sheet = load_workbook(io.BytesIO(answer.content)).active
		cells = [cell for row in sheet.iter_rows() for cell in row]
		self.assertFalse([cell.value for cell in cells if cell.data_type == "f"])
		for formula in FORMULAS:
			self.assertIn(formula, [cell.value for cell in cells])


def is_number(cell: str) -> bool:
	return cell.lstrip("+-").replace(".", "").isdigit()
