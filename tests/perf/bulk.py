"""The generator's bulk outlet: the demo's content as rows, for measuring only, on a site `agency bench`
made.
"""

from random import Random

import frappe
from frappe.utils import getdate

from agency_crm.setup.demo import content

SEED = 20240601
CHANNEL = "Bench"
CITY = "Bench City"
STORES = ("Bench Store 1", "Bench Store 2", "Bench Store 3")


def setting() -> frappe._dict:
	"""Make what listings hang on, once: a territory, 1,000 estates, three stores with eight agents each, as
	documents.
	"""
	if not frappe.db.exists("Territory", CITY):
		root = frappe.db.get_value("Territory", {"parent_territory": ("in", ("", None))})
		frappe.get_doc(doctype="Territory", territory_name=CITY, parent_territory=root).insert()
	company = frappe.defaults.get_global_default("company")
	for store in STORES:
		if not frappe.db.exists("Store", store):
			frappe.get_doc(doctype="Store", store_name=store, company=company).insert()
	plan = frappe.db.get_value("Commission Plan", {"disabled": 0})
	agents = frappe.get_all(
		"Agent", filters={"store": ("in", STORES)}, fields=["name", "user", "store"], order_by="name"
	)
	for index, person in enumerate(content.people(Random(SEED), 24 - len(agents)), 1 + len(agents)):
		user = frappe.get_doc(
			doctype="User",
			email=f"agent{index:02d}@bench.agency.example",
			first_name=person.name,
			send_welcome_email=0,
			roles=[{"role": "Agency Agent"}],
		).insert()
		agent = frappe.get_doc(
			doctype="Agent",
			agent_name=person.name,
			user=user.name,
			store=STORES[index % 3],
			status="Active",
			commission_plan=plan,
		).insert()
		agents.append(frappe._dict(name=agent.name, user=user.name, store=agent.store))
	places = list(content.estates(Random(SEED), 1000))
	known = frappe.get_all(
		"Estate", filters={"source_channel": CHANNEL}, pluck="name", order_by="external_id"
	)
	for index in range(len(known), len(places)):
		place = places[index]
		known.append(
			frappe.get_doc(
				doctype="Estate",
				estate_name=f"{place.name}{index:04d}",
				territory=CITY,
				source_channel=CHANNEL,
				external_id=f"{index:06d}",
			)
			.insert()
			.name
		)
	frappe.db.commit()
	return frappe._dict(agents=agents, places=places, estates=known)


def owner(name: str) -> str:
	"""Return the client of this name, made once."""
	return frappe.db.get_value("Client", {"client_name": name}) or (
		frappe.get_doc(
			doctype="Client",
			client_name=name,
			client_type="Individual",
			store=STORES[0],
			phones=[{"number": "19900009999"}],
		)
		.insert()
		.name
	)


def listing_values(home: content.Home, where: frappe._dict, agent: frappe._dict) -> dict:
	"""Return a generated home as the values of a Listing."""
	return home.listing_values() | {
		"estate": where.estates[home.estate],
		"maintainer": agent.name,
		"store": agent.store,
		"scope": "Public",
	}


def fill_listings(where: frappe._dict, count: int) -> None:
	"""Bring the site to `count` bulk listings on the market, each entered by its maintainer.

	One in twenty is its store's alone, one in a hundred private; every third was surveyed by another agent.
	"""
	have = frappe.db.count("Listing", {"source_channel": CHANNEL})
	if have >= count:
		return
	homes = content.homes(Random(f"{SEED} bulk"), where.places, count, getdate())
	listings, roles = [], []
	for index, home in enumerate(homes):
		if index < have:
			continue
		agent = where.agents[index % len(where.agents)]
		title = f"{where.places[home.estate].name} {home.gross_area}㎡"
		values = {"name": f"BENCH-{index:07d}", **stamp(index), "title": title, **MARKET}
		values |= listing_values(home, where, agent) | {"external_id": f"{index:07d}"}
		if index % 20 == 0:
			values["scope"] = "Private" if index % 100 == 0 else "Store"
		listings.append(values)
		held = [("Entry", agent.name)]
		if index % 3 == 0:
			held.append(("Survey", where.agents[(index * 7 + 1) % len(where.agents)].name))
		for number, (role, name) in enumerate(held, 1):
			row = {"name": f"{values['name']}-{number}", **stamp(index), "idx": number}
			row |= {"parent": values["name"], "parenttype": "Listing", "parentfield": "roles"}
			roles.append(row | {"role": role, "agent": name, "approved_at": row["creation"]})
	insert("Listing Role", roles)
	insert("Listing", listings)
	frappe.db.sql_ddl("analyze table `tabListing`, `tabListing Role`")


MARKET = {"status": "Available", "phase": "Live", "territory": CITY, "source_channel": CHANNEL}


def stamp(index: int) -> dict:
	"""Return who wrote a row and when: a year's worth of moments."""
	moment = f"2026-{1 + index % 9:02d}-{1 + index % 28:02d} 10:{index // 60 % 60:02d}:{index % 60:02d}"
	people = {"owner": "Administrator", "modified_by": "Administrator"}
	return {**people, "creation": moment, "modified": moment, "docstatus": 0}


def insert(doctype: str, rows: list[dict]) -> None:
	"""Write rows of one shape into a DocType's table."""
	frappe.db.bulk_insert(doctype, list(rows[0]), [tuple(row.values()) for row in rows], chunk_size=5000)
