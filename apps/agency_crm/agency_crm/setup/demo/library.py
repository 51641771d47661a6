"""What the demo's listing library holds beside the listings themselves, each by whose work it is."""

from datetime import timedelta
from random import Random

import frappe
from frappe.utils import getdate

from agency_crm.domain.phases import LIVE
from agency_crm.services.listings import mandates
from agency_crm.setup.demo import pictures
from agency_crm.setup.demo.actors import active_agents, insert, managers, with_owner

COPIED = (
	"listing_type estate building_no bedrooms living_rooms kitchens bathrooms gross_area floor total_floors "
	"asking_price rent"
).split()
DOUBLES = 6


def library(random: Random) -> None:
	"""Of every agent's listings on the market: two with pictures, one exclusive, one with a key, one cheaper.

	Then managers approve most of the mandates, and some homes are entered again without their room.
	"""
	people = active_agents()
	for agent in people:
		frappe.set_user(agent.user)
		shown, with_key, cheaper = on_market(agent)[:3]
		for name in (shown, with_key):
			add_pictures(random, name)
		insert("Listing Key", listing=with_key, place="Store", received_by=agent.name)
		lower_price(random, cheaper)
		give_mandate(random, agent)
	approve_mandates()
	for number, agent in enumerate(people[:DOUBLES]):
		frappe.set_user(agent.user)
		enter_again(people[number + DOUBLES])


def on_market(agent) -> list[str]:
	"""Return the names of an agent's public listings for sale."""
	mine = {"maintainer": agent.name, "phase": LIVE, "scope": "Public", "listing_type": "Sale"}
	return frappe.get_all("Listing", mine, pluck="name", order_by="name")


def add_pictures(random: Random, name: str) -> None:
	"""Draw a living room and a floor plan for a listing of the present user."""
	listing = frappe.get_doc("Listing", name)
	drawn = (
		("Living Room", "客厅.jpg", pictures.room(random)),
		("Floor Plan", "户型.jpg", pictures.floor_plan(random, listing.bedrooms)),
	)
	for slot, title, content in drawn:
		file = insert(
			"File", file_name=title, content=content, attached_to_doctype="Listing", attached_to_name=name
		)
		listing.append("media", {"slot": slot, "file": file.file_url})
	listing.save()


def give_mandate(random: Random, agent) -> None:
	"""Send an exclusive mandate, signed by the owner, to the manager; some end within the week."""
	days = random.choice((5, 40, 75))
	exclusive = {"kind": "Exclusive", "end": getdate() + timedelta(days=days)}
	for name in with_owner(on_market(agent))[:1]:
		values = mandates.prefilled(frappe.get_doc("Listing", name)) | exclusive
		mandates.submit(insert("Listing Mandate", **values).name)


def lower_price(random: Random, name: str) -> None:
	"""Ask 2 to 6 % less for a listing."""
	listing = frappe.get_doc("Listing", name)
	part = 100 - random.randint(2, 6)
	listing.update(
		{"asking_price": listing.asking_price * part // 1000000 * 10000, "price_reason": "业主急于置换"}
	)
	listing.save()


def approve_mandates() -> None:
	"""The managers approve what was sent to them, but for every fifth, which still waits."""
	for store, manager in managers().items():
		sent = {"store": store, "status": "Submitted"}
		waiting = frappe.get_all("Listing Mandate", sent, pluck="name", order_by="name")
		if waiting:
			frappe.set_user(manager)
		for number, name in enumerate(waiting, 1):
			if number % 5:
				mandates.approve(name)


def enter_again(other) -> None:
	"""Enter a home of another agent as one who doesn't know its room: a pair for the review of duplicates."""
	theirs = {"maintainer": other.name, "phase": LIVE, "scope": "Public"}
	[home] = frappe.get_all("Listing", theirs, COPIED, order_by="name desc", limit=1)
	insert("Listing", **{field: value for field, value in home.items() if value})
