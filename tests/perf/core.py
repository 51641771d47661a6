"""Suite `core`: deals made both ways, saving a Listing and a Client, the Listing list as an agent, importing."""

from collections.abc import Callable, Iterator
from itertools import cycle
from random import Random

import bulk
import frappe
import frappe.handler
from deals import deal_figures
from figures import Figure, medians
from frappe.desk import reportview
from frappe.model.document import Document
from frappe.utils import getdate, set_request
from imports import import_figures
from werkzeug.wrappers import Response

from agency_crm.framework import gate, headers
from agency_crm.setup.demo import content

PLAIN, FLAT = "Bench Plain Listing", "Bench Flat Listing"
PLAIN_CLIENT = "Bench Plain Client"
RUNS = 200
LIST_ROWS = 100_000
NOT_FLAT = {"Section Break", "Column Break", "Tab Break", "Table", "Table MultiSelect"}
LIST_FIELDS = (
	"name",
	"title",
	"status",
	"asking_price",
	"gross_area",
	"layout",
	"maintainer",
	"store",
	"modified",
)
FIELD_KEYS = {
	"fieldname",
	"fieldtype",
	"label",
	"options",
	"reqd",
	"unique",
	"search_index",
	"default",
	"hidden",
	"length",
}


def figures() -> Iterator[Figure]:
	"""Yield the figures of the suite."""
	where = bulk.setting()
	yield from deal_figures(where)
	yield from listing_figures(where)
	yield from client_figures(where)
	bulk.fill_listings(where, LIST_ROWS)
	yield from list_figures(where)
	yield from gate_figures(where)
	yield from import_figures(where)


def listing_figures(where: frappe._dict) -> Iterator[Figure]:
	"""Insert and update a Listing beside the same fields, rows, naming, versions and workflow without a
	controller.
	"""
	make_plain("Listing", PLAIN, "BPL-")
	make_plain("Listing", FLAT, "BFL-", tables=False)
	copy_workflow("Listing", PLAIN)
	new = {doctype: values_source(where, doctype) for doctype in ("Listing", PLAIN, FLAT)}

	def change(doc) -> None:
		doc.update({"asking_price": doc.asking_price + 10000, "rent": doc.rent + 100})

	for verb, (ours, plain, flat) in save_times(new, change):
		yield Figure(f"Listing {verb} / plain DocType with the same workflow", ours / plain, goal=2)
		yield Figure(f"Listing {verb} / flat DocType without workflow", ours / flat)
		yield Figure(f"Listing {verb}", ours, unit="ms")


def client_figures(where: frappe._dict) -> Iterator[Figure]:
	"""Insert and update a Client beside the same fields, rows, naming and versions without a controller."""
	make_plain("Client", PLAIN_CLIENT, "BPC-")
	new = {doctype: client_source(where, doctype) for doctype in ("Client", PLAIN_CLIENT)}

	def change(doc) -> None:
		doc.household_size = doc.household_size % 5 + 1

	for verb, (ours, plain) in save_times(new, change):
		yield Figure(f"Client {verb} / plain DocType", ours / plain, goal=2)
		yield Figure(f"Client {verb}", ours, unit="ms")


def save_times(
	new: dict[str, Iterator[dict]], change: Callable[[Document], None]
) -> Iterator[tuple[str, list[float]]]:
	"""Yield "insert" and "update", each with the median milliseconds of every DocType in `new`."""
	saved: dict[str, list] = {doctype: [] for doctype in new}

	def insert(doctype: str):
		def prepare(_run: int):
			doc = frappe.get_doc(next(new[doctype]))

			def timed():
				saved[doctype].append(doc.insert().name)
				frappe.db.commit()

			return timed

		return prepare

	def update(doctype: str):
		def prepare(run: int):
			doc = frappe.get_doc(doctype, saved[doctype][run])
			change(doc)

			def timed():
				doc.save()
				frappe.db.commit()

			return timed

		return prepare

	for verb, way in (("insert", insert), ("update", update)):
		yield verb, medians(RUNS, *(way(doctype) for doctype in new))
	for doctype, names in saved.items():
		remove(doctype, names)


def remove(doctype: str, names: list[str]) -> None:
	"""Take away documents that were made to be timed, with all that was written beside them."""
	for field in frappe.get_meta(doctype).get_table_fields():
		frappe.db.delete(field.options, {"parenttype": doctype, "parent": ("in", names)})
	for table in ("Comment", "Workflow Action"):
		frappe.db.delete(table, {"reference_doctype": doctype, "reference_name": ("in", names)})
	frappe.db.delete("Version", {"ref_doctype": doctype, "docname": ("in", names)})
	frappe.db.delete("Listing Change", {"listing": ("in", names)})
	frappe.db.delete("Follow Up Task", {"client": ("in", names)})
	frappe.db.delete(doctype, {"name": ("in", names)})
	frappe.db.commit()


def client_source(where: frappe._dict, doctype: str) -> Iterator[dict]:
	"""Yield one new client after another, the same for every DocType, with a number nobody has."""
	for index, agent in enumerate(cycle(where.staff)):
		yield {
			"doctype": doctype,
			"client_name": f"Bench {index}",
			"client_type": "Individual",
			"is_buyer": 1,
			"household_size": 1,
			"agent": agent.name,
			"store": agent.store,
			"phones": [{"number": f"1991{index:07d}", "is_primary": 1}],
		}


def values_source(where: frappe._dict, doctype: str) -> Iterator[dict]:
	"""Yield one new listing after another, the same for every DocType, two rows in each table."""
	owners = [bulk.owner(name) for name in ("Bench Owner 1", "Bench Owner 2")]
	homes = content.homes(Random("saves"), where.places, 10**6, getdate())
	for index, home in enumerate(homes):
		agent = where.agents[index % len(where.agents)]
		values = bulk.listing_values(home, where, agent)
		# buildings that the bulk rows don't have
		values |= {"doctype": doctype, "building_no": f"9{home.building}", "status": "Draft"}
		if doctype != FLAT:
			values["owners"] = [{"client": name, "share": 50} for name in owners]
			values["roles"] = [{"role": role, "agent": agent.name} for role in ("Survey", "Key")]
			# links, for a file is uploaded before the save that is timed
			values["media"] = [
				{"slot": "VR Link", "url": f"https://vr.example/{index}/{room}"} for room in (1, 2)
			]
		yield values


def make_plain(of: str, doctype: str, prefix: str, tables: bool = True) -> None:
	"""Give a DocType to compare with the fields that another has now; without `tables` neither rows nor versions."""
	fields = [
		{key: value for key, value in field.as_dict().items() if key in FIELD_KEYS}
		for field in frappe.get_meta(of).fields
		if tables or field.fieldtype not in NOT_FLAT
	]
	for field in fields:
		if field["fieldtype"] == "Long Int":  # none that a form of DocTypes offers
			field["fieldtype"] = "Int"
	known = frappe.db.exists("DocType", doctype)
	plain = frappe.get_doc("DocType", doctype) if known else frappe.new_doc("DocType", name=doctype)
	plain.update(
		{
			"module": "Custom",
			"custom": 1,
			"autoname": f"{prefix}.######",
			"track_changes": int(tables),
			"fields": fields,
			"permissions": [{"role": "System Manager", "read": 1, "write": 1, "create": 1, "delete": 1}],
		}
	)
	plain.save()
	frappe.db.commit()


def copy_workflow(of: str, doctype: str) -> None:
	"""Give a DocType the workflow of another."""
	if not frappe.db.exists("Workflow", doctype):
		workflow = frappe.copy_doc(frappe.get_doc("Workflow", {"document_type": of, "is_active": 1}))
		workflow.update({"workflow_name": doctype, "document_type": doctype, "is_active": 1})
		workflow.insert()
	frappe.db.commit()


def list_request(filters: dict) -> frappe._dict:
	"""Return what the Desk sends for a page of the Listing list."""
	return frappe._dict(
		doctype="Listing",
		fields=frappe.as_json([f"`tabListing`.`{field}`" for field in LIST_FIELDS]),
		filters=frappe.as_json(filters),
		order_by="`tabListing`.`modified` desc",
		start=0,
		page_length=20,
		view="List",
	)


def list_figures(where: frappe._dict) -> Iterator[Figure]:
	"""The Desk's Listing list, first page and with a filter, as an agent beside Administrator."""
	pages = {
		"first page": {},
		"price and area filter": {"asking_price": ["between", [2000000, 3000000]], "gross_area": [">", 90]},
	}

	def look(user: str, filters: dict):
		def prepare(_run: int):
			frappe.set_user(user)
			frappe.local.form_dict = list_request(filters)
			return reportview.get

		return prepare

	size = f"{frappe.db.count('Listing', {'source_channel': bulk.CHANNEL}):,}"
	for name, filters in pages.items():
		agent, administrator = medians(
			RUNS, look(where.agents[0].user, filters), look("Administrator", filters)
		)
		yield Figure(
			f"Listing list of {size}, {name}, agent / Administrator", agent / administrator, goal=1.5
		)
		yield Figure(f"Listing list of {size}, {name}, as an agent", agent, unit="ms")
	frappe.set_user("Administrator")


def gate_figures(where: frappe._dict) -> Iterator[Figure]:
	"""The same list called as a request calls it, as an agent: behind the gate and with our headers, beside neither."""
	frappe.get_module("agency_crm.api.frappe.lists")  # its functions are in the list before that is copied
	plain = frappe.whitelisted
	gate.stand_in()
	gated = frappe.whitelisted

	def call(functions: list):
		def prepare(_run: int):
			frappe.whitelisted = functions
			frappe.set_user(where.agents[0].user)
			frappe.local.cache = {}  # a request starts with none
			frappe.local.gate_asked = False
			frappe.local.form_dict = list_request({})
			return answer

		def answer():
			frappe.handler.execute_cmd("frappe.desk.reportview.get")
			response = Response(mimetype="application/json")
			if functions is gated:
				headers.add(response, frappe.request)
				headers.add_missing(response.headers, frappe.request.path)

		return prepare

	set_request(method="POST", path="/api/method/frappe.desk.reportview.get")
	behind, beside = medians(RUNS, call(gated), call(plain))
	yield Figure("Listing list as a call, with gate and headers / without", behind / beside, goal=1.03)
	frappe.whitelisted = plain
	frappe.set_user("Administrator")
	del frappe.local.request
