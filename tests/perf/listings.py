"""Suite `listings`: what the Listing list costs an agent at 1,000,000 listings, beside 10,000 of them."""

from collections.abc import Iterator
from contextlib import contextmanager

import bulk
import frappe
from figures import Figure, medians
from frappe.desk import reportview

from agency_crm.api.frappe import lists
from agency_crm.api.listings import finding

FEW, MANY = 10_000, 1_000_000
RUNS, PLAIN_RUNS = 40, 5
TABLES = ("Listing", "Listing Role", "Listing Tag")
UPPER = 201  # the Desk counts so far and shows "200+"
COLUMNS = (
	"name owner creation modified modified_by _user_tags _comments _assign _liked_by docstatus idx title status "
	"listing_type asking_price unit_price rent layout gross_area floor total_floors floor_band tag_names grade "
	"last_follow_up_on listed_on phase"
).split()
CIRCLE = ["Listing", "territory", "descendants of (inclusive)", "Bench District 03-4"]
SALE = ["Listing", "listing_type", "=", "Sale"]
PRICE = [["Listing", "asking_price", ">=", 3_000_000], ["Listing", "asking_price", "<=", 4_000_000]]
# the functions of a page and of its count
OURS = (lists.get_page, lists.get_page_count)
PLAIN = (reportview.get, reportview.get_count)
BESIDE_PLAIN = ("district, price, area", "tag, circle")


def figures() -> Iterator[Figure]:
	"""Yield the figures of the suite."""
	where = bulk.setting()
	bulk.fill_listings(where, MANY)
	agent = where.agents[0].user
	sets = {
		"first page": [],
		"circle, price, rooms": [CIRCLE, SALE, *PRICE, ["Listing", "bedrooms", "=", 3]],
		"district, price, area": [
			["Listing", "territory", "descendants of (inclusive)", "Bench District 03"],
			*PRICE,
			["Listing", "gross_area", ">=", 90],
			["Listing", "gross_area", "<=", 120],
		],
		"estate": [["Listing", "estate", "=", where.estates[7]]],
		"tag, circle": [CIRCLE, ["Listing Tag", "tag", "=", "满五唯一"]],
		"tag": [["Listing Tag", "tag", "=", "满五唯一"]],
		"metro, price": [
			*PRICE,
			["Listing", "metro_distance", ">=", 1],
			["Listing", "metro_distance", "<=", 800],
		],
	}
	with aside(FEW) as switch:
		for name, filters in sets.items():
			few, many = medians(RUNS, *(look(switch, size, agent, filters) for size in (FEW, MANY)), warm=2)
			yield Figure(f"Listing list, {name}, 1,000,000 / 10,000", many / few, goal=1.5)
			yield Figure(f"Listing list, {name}, 1,000,000, as an agent", many, unit="ms")
		for name in BESIDE_PLAIN:
			ways = (look(switch, MANY, agent, sets[name], way) for way in (OURS, PLAIN))
			ours, plain = medians(PLAIN_RUNS, *ways, warm=1)
			yield Figure(f"Listing list, {name}, 1,000,000, ours / Frappe's filters", ours / plain)
		box = {"south": 30.1, "north": 30.14, "west": 120.2, "east": 120.24}
		few, many = medians(RUNS, *(on_map(switch, size, agent, box) for size in (FEW, MANY)), warm=2)
		yield Figure("Map of 16 km², 1,000,000 / 10,000", many / few)
		yield Figure("Map of 16 km², 1,000,000, as an agent", many, unit="ms")
	frappe.set_user("Administrator")


def look(switch, size: int, user: str, filters: list, way: tuple = OURS):
	"""A page of the list and its count, as the Desk asks for them."""
	get_page, get_count = way

	def prepare(_run: int):
		switch(size)
		frappe.set_user(user)
		fields = frappe.as_json([f"`tabListing`.`{field}`" for field in COLUMNS])
		args = {"doctype": "Listing", "filters": frappe.as_json(filters)}
		tagged = any(row[0] != "Listing" for row in filters)
		page = {"fields": fields, "order_by": "`tabListing`.`modified` desc", "start": 0, "page_length": 20}
		page |= {"view": "List", "group_by": "`tabListing`.`name`" if tagged else None}

		def timed():
			frappe.local.form_dict = frappe._dict(args | page)
			get_page()
			frappe.local.form_dict = frappe._dict(args, distinct=tagged, limit=UPPER, fields="[]")
			get_count()

		return timed

	return prepare


def on_map(switch, size: int, user: str, box: dict):
	def prepare(_run: int):
		switch(size)
		frappe.set_user(user)
		return lambda: finding.on_map(box, [])

	return prepare


@contextmanager
def aside(few: int):
	"""Yield a function that puts the first `few` listings, or all, in the place of the tables.

	Both lie in one database, so that whatever slows one slows the other.
	"""
	names = [f"tab{doctype}" for doctype in TABLES]
	for doctype, name in zip(TABLES, names, strict=True):
		frappe.db.sql_ddl(f"drop table if exists `few {name}`")
		frappe.db.sql_ddl(f"create table `few {name}` like `{name}`")
		column = "name" if doctype == "Listing" else "parent"
		frappe.db.sql(
			f"insert into `few {name}` select * from `{name}` where `{column}` between %s and %s",
			("BENCH-0000000", f"BENCH-{few - 1:07d}"),
		)
		frappe.db.commit()
		frappe.db.sql_ddl(f"analyze table `few {name}`")
	there = MANY

	def switch(size: int) -> None:
		nonlocal there
		if size == there:
			return
		away, back = ("many", "few") if size == few else ("few", "many")
		moves = [f"`{name}` to `{away} {name}`, `{back} {name}` to `{name}`" for name in names]
		frappe.db.sql_ddl(f"rename table {', '.join(moves)}")
		there = size

	try:
		yield switch
	finally:
		switch(MANY)
