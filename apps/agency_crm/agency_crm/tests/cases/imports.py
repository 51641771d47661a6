"""Files that the tests of imports bring in."""

import csv
import io

import frappe

from agency_crm.domain.importing.listing_rows import PORTAL

HEADER = [column for column, _target in PORTAL.columns]


def portal_file(rows: list[dict], header: list[str] = HEADER) -> str:
	stream = io.StringIO()
	writer = csv.DictWriter(stream, header, restval="")
	writer.writeheader()
	writer.writerows(rows)
	# each its own content: Frappe keeps equal files once
	name = f"{frappe.generate_hash(length=8)}.csv"
	file = frappe.get_doc(
		{"doctype": "File", "file_name": name, "is_private": 1, "content": stream.getvalue()}
	)
	return file.insert().file_url
