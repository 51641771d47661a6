"""Frappe's own Data Import, as a test takes it."""

import csv
import tempfile

import frappe
from frappe.core.doctype.data_import.importer import Importer


def import_row(doctype: str, import_type: str, row: dict) -> None:
	"""Write one row by Frappe's own Data Import, without its loop, which commits."""
	with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
		csv.writer(file).writerows([row.keys(), row.values()])
		file.flush()
		importer = Importer(doctype, file_path=file.name, import_type=import_type, console=True)
	payload = importer.import_file.get_payloads_for_import()[0]
	frappe.flags.in_import = True
	try:
		importer.process_doc(payload.doc)
	finally:
		frappe.flags.in_import = False
