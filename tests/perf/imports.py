"""Figures of importing: our file import beside Frappe's Data Import, with the same rows, on the same site."""

import csv
import io
from collections.abc import Callable, Iterator
from random import Random
from time import perf_counter

import frappe
from figures import Figure
from frappe.core.doctype.data_import.importer import Importer
from frappe.utils import getdate

from agency_crm.domain.importing.listing_rows import PORTAL
from agency_crm.domain.inputs.layout import Layout, format_layout
from agency_crm.services.importing import runs
from agency_crm.setup.demo import content

ROWS = 1000
CHANNEL = PORTAL.source_channel


def import_figures(where: frappe._dict) -> Iterator[Figure]:
	"""Rows a second of both ways; `where` is `bulk.setting()`. The rows are taken away again."""
	homes = list(content.homes(Random("import"), where.places, ROWS, getdate(), lease_share=0))
	frappe.flags.mute_emails = True
	speeds = []
	for way in (ours, theirs):
		run = way(homes, where)
		start = perf_counter()
		run()
		speeds.append(ROWS / (perf_counter() - start))
		have = frappe.db.count("Listing", {"source_channel": CHANNEL})
		assert have == ROWS, f"{way.__name__}: {have} of {ROWS} rows came in"
		remove()
	yield Figure("Import / Data Import, 1,000 rows", speeds[0] / speeds[1], goal=10, at_most=False)
	yield Figure("Import", speeds[0], unit="rows/s")
	yield Figure("Data Import", speeds[1], unit="rows/s")


def ours(homes: list[content.Home], where: frappe._dict) -> Callable[[], object]:
	"""Write the homes as a portal's file, and return what imports it."""
	names = dict(
		frappe.get_all("Estate", {"name": ("in", where.estates)}, ["name", "estate_name"], as_list=True)
	)
	header = [column for column, _target in PORTAL.columns]
	rows = [
		{
			"index": number,
			"community": names[where.estates[home.estate]],
			"floor": f"{home.floor}/{home.total_floors}",
			"housetype": format_layout(Layout(*home.layout)),
			"square": f"{home.gross_area}平米",
			"totalPrice": f"{home.price / 10_000:f}",
		}
		for number, home in enumerate(homes)
	]
	doc = frappe.get_doc({"doctype": "Listing Import", "file": attach("portal.csv", header, rows)}).insert()
	frappe.db.commit()
	return lambda: runs.run(doc.doctype, doc.name, progress=lambda counts: None)


def theirs(homes: list[content.Home], where: frappe._dict) -> Callable[[], object]:
	"""Write the homes as Frappe's Data Import wants them, and return what imports it."""
	header = (
		"listing_type estate floor total_floors layout gross_area asking_price source_channel external_id"
	)
	rows = [
		{
			"listing_type": home.listing_type,
			"estate": where.estates[home.estate],
			"floor": home.floor,
			"total_floors": home.total_floors,
			"layout": format_layout(Layout(*home.layout)),
			"gross_area": home.gross_area,
			"asking_price": home.price,
			"source_channel": CHANNEL,
			"external_id": number,
		}
		for number, home in enumerate(homes)
	]
	values = {"reference_doctype": "Listing", "import_type": "Insert New Records", "mute_emails": 1}
	data_import = frappe.get_doc(
		{
			"doctype": "Data Import",
			**values,
			"import_file": attach("data-import.csv", header.split(), rows),
		}
	).insert()
	frappe.db.commit()
	return Importer("Listing", data_import=data_import).import_data


def attach(name: str, header: list[str], rows: list[dict]) -> str:
	"""Store rows as a private CSV file and return its address."""
	stream = io.StringIO()
	writer = csv.DictWriter(stream, header, restval="")
	writer.writeheader()
	writer.writerows(rows)
	file = frappe.get_doc(doctype="File", file_name=name, is_private=1, content=stream.getvalue())
	return file.insert().file_url


def remove() -> None:
	"""Take the imported listings away again."""
	names = frappe.get_all("Listing", {"source_channel": CHANNEL}, pluck="name")
	frappe.db.delete("Listing Role", {"parent": ("in", names)})
	frappe.db.delete("Comment", {"reference_doctype": "Listing", "reference_name": ("in", names)})
	frappe.db.delete("Listing", {"name": ("in", names)})
	frappe.db.commit()
