"""The generator's bulk outlet: the demo's content as rows, for measuring only, on a site `agency bench`
made.
"""

from random import Random

import frappe
from agency_crm.setup.demo import content
from frappe.utils import getdate, now

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
			doctype="Agent", agent_name=person.name, user=user.name, store=STORES[index % 3], status="Active"
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


def listing_values(home: content.Home, where: frappe._dict, agent: frappe._dict) -> dict:
	"""Return a generated home as the values of a Listing."""
	bedrooms, living_rooms, kitchens, bathrooms = home.layout
	return {
		"listing_type": home.listing_type,
		"estate": where.estates[home.estate],
		"building_no": home.building,
		"unit_no": home.unit,
		"room_no": home.room,
		"bedrooms": bedrooms,
		"living_rooms": living_rooms,
		"kitchens": kitchens,
		"bathrooms": bathrooms,
		"gross_area": float(home.gross_area),
		"floor": home.floor,
		"total_floors": home.total_floors,
		"orientation": home.orientation,
		"decoration": home.decoration,
		"property_type": "Residential",
		"asking_price": 0 if home.listing_type == "Lease" else float(home.price),
		"rent": float(home.price) if home.listing_type == "Lease" else 0,
		"certificate_date": home.held_since,
		"maintainer": agent.name,
		"store": agent.store,
		"scope": "Public",
	}


def fill_listings(where: frappe._dict, count: int) -> None:
	"""Bring the site to `count` bulk listings: nine in ten public and available, the rest of store scope or
	draft.
	"""
	have = frappe.db.count("Listing", {"source_channel": CHANNEL})
	if have >= count:
		return
	stamp = now()
	homes = content.homes(Random(f"{SEED} bulk"), where.places, count, getdate())
	extra = {
		"status": "Available",
		"phase": "Live",
		"territory": CITY,
		"source_channel": CHANNEL,
		"owner": "Administrator",
		"modified_by": "Administrator",
		"creation": stamp,
		"docstatus": 0,
	}
	rows = []
	for index, home in enumerate(homes):
		if index < have:
			continue
		agent = where.agents[index % len(where.agents)]
		values = listing_values(home, where, agent) | extra
		values["title"] = f"{where.places[home.estate].name} {home.building}-{home.unit}-{home.room}"
		values["scope"] = "Store" if index % 20 == 0 else "Public"
		values["external_id"] = f"{index:07d}"
		values["modified"] = f"2026-{1 + index % 9:02d}-{1 + index % 28:02d} 10:00:{index % 60:02d}"
		rows.append((f"BENCH-{index:07d}", *values.values()))
	frappe.db.bulk_insert("Listing", ["name", *values], rows, chunk_size=5000)
	frappe.db.commit()
	frappe.db.sql("analyze table `tabListing`")
