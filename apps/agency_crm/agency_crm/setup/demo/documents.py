"""The demo agency as documents: every record goes in as a user of its role would make it.

`load` goes through `STEPS` in order, one transaction each, and notes each finished step in the site's
defaults: killed in the middle it goes on at the step it was in, and on a site that has the demo it does
nothing.
"""

import json
from datetime import date, datetime, time, timedelta
from random import Random

import frappe
from frappe.utils import getdate, now_datetime

from agency_crm.domain.phases import LIVE
from agency_crm.permissions.roles import AGENT, MANAGER
from agency_crm.setup.demo import clients, content, deals
from agency_crm.setup.demo.actors import (
	LOGINS,
	act_as,
	active_agents,
	address,
	insert,
	make_user,
	managers,
	press,
	read_or_make_logins,
	set_passwords,
	unheard,
	with_owner,
	without_workflow_actions,
)
from agency_crm.setup.demo.clients import client_of, follow_up, seekers
from agency_crm.setup.demo.library import DOUBLES, library

SEED = 20240601
DONE = "agency_demo_steps"
ESTATES, LISTINGS, VIEWINGS, AGENTS = 60, 600, 200, 24
OWNED = 8  # of so many listings on the market, one has its owner recorded: a client, and a deal to come
CHANNEL = "Demo"
# what a client says of a home, what of it didn't suit, what they think of the price
FEEDBACK = (
	("采光好，客厅略小", "Area", "Fair"),
	("户型满意，价格偏高", "", "Too High"),
	("楼层偏高，再考虑", "Floor", "Fair"),
	("交通方便，想再看一次", "", "Low"),
)


def load(logins: str) -> None:
	"""Load the demo into this site; the file `logins` then holds {role: {"user", "password"}}, with mode 600.

	Passwords are made once and stand nowhere else: a later call reads them back.
	"""
	kept = read_or_make_logins(logins)
	done = json.loads(frappe.db.get_default(DONE) or "[]")
	frappe.flags.mute_emails = True
	for step in STEPS:
		if step.__name__ in done:
			continue
		with without_workflow_actions(), unheard():
			step(Random(f"{SEED} {step.__name__}"))
		frappe.set_user("Administrator")
		done.append(step.__name__)
		frappe.db.set_default(DONE, json.dumps(done))
		frappe.db.commit()  # a step is whole or not there
	set_passwords(kept)
	frappe.db.commit()  # the passwords of a file that was made anew


def shops() -> list[str]:
	"""Return the names of the stores, region by region."""
	return [name for names in content.REGIONS.values() for name in names]


def users(random: Random) -> None:
	"""The managers of head office, regions and stores, 24 agents, and one user of every other role."""
	make_user("head", "总经理", MANAGER)
	for index, region in enumerate(content.REGIONS, 1):
		make_user(f"region{index}", f"{region}总监", MANAGER)
	for index, shop in enumerate(shops(), 1):
		make_user(f"manager{index}", f"{shop}长", MANAGER)
	for role, name, person in LOGINS:
		if person:
			make_user(name, person, role)
	for index, person in enumerate(content.people(random, AGENTS), 1):
		make_user(f"agent{index:02d}", person.name, AGENT)


def territories(_random: Random) -> None:
	"""The city, its districts and their business circles."""
	act_as("admin")
	root = frappe.db.get_value("Territory", {"parent_territory": ("in", ("", None))})
	insert("Territory", territory_name=content.CITY, parent_territory=root, is_group=1)
	for district, circles in content.CIRCLES.items():
		insert("Territory", territory_name=district, parent_territory=content.CITY, is_group=1)
		for circle in circles:
			insert("Territory", territory_name=circle, parent_territory=district)


def stores(_random: Random) -> None:
	"""Two regions below head office, three stores, each store with a cost centre of its own."""
	company = frappe.defaults.get_global_default("company")
	centre = frappe.get_cached_value("Company", company, "cost_center")
	above = frappe.db.get_value("Cost Center", centre, "parent_cost_center")
	centres = {
		shop: insert("Cost Center", cost_center_name=shop, company=company, parent_cost_center=above).name
		for shop in shops()
	}
	act_as("admin")
	insert("Store", store_name="总部", company=company, is_group=1, manager=address("head"))
	for index, region in enumerate(content.REGIONS, 1):
		insert(
			"Store",
			store_name=region,
			parent_store="总部",
			company=company,
			is_group=1,
			manager=address(f"region{index}"),
		)
		for shop in content.REGIONS[region]:
			insert(
				"Store",
				store_name=shop,
				parent_store=region,
				company=company,
				territory=content.AROUND[shop],
				manager=address(f"manager{shops().index(shop) + 1}"),
				cost_center=centres[shop],
			)


def agents(random: Random) -> None:
	"""Eight agents a store, each with a licence and the standing commission plan."""
	act_as("admin")
	plan = frappe.get_all("Commission Plan", filters={"disabled": 0}, pluck="name", limit=1)
	for index in range(1, AGENTS + 1):
		user = address(f"agent{index:02d}")
		insert(
			"Agent",
			agent_name=frappe.db.get_value("User", user, "first_name"),
			user=user,
			store=shops()[(index - 1) * len(shops()) // AGENTS],
			status="Active",
			licence_type=random.choice(("Broker", "Assistant Broker")),
			licence_no=f"YC{index:06d}",
			tax_method="Payroll",
			commission_plan=plan[0] if plan else None,
		)


def estates(random: Random) -> None:
	"""The dictionary of estates."""
	act_as("admin")
	for index, estate in enumerate(content.estates(random, ESTATES), 1):
		insert(
			"Estate",
			estate_name=estate.name,
			aliases=estate.alias,
			territory=estate.circle,
			year_built=estate.year_built,
			property_type="Residential",
			source_channel=CHANNEL,
			external_id=f"estate-{index}",
			buildings=[
				{"building_no": str(no), "units": units, "floors": floors, "rooms": f"101-{floors}04"}
				for no, units, floors in estate.buildings
			],
			location=point(estate.longitude, estate.latitude),
			metro=[{"line": estate.line, "station": estate.station, "distance": estate.distance}],
		)


def point(longitude: float, latitude: float) -> str:
	"""Return a place as a Geolocation field keeps it."""
	geometry = {"type": "Point", "coordinates": [longitude, latitude]}
	features = [{"type": "Feature", "properties": {}, "geometry": geometry}]
	return json.dumps({"type": "FeatureCollection", "features": features})


def listings(random: Random) -> None:
	"""594 listings as agents enter and managers verify them; some wait, some are held or withdrawn.

	User by user: Frappe forgets what it knows of every DocType when another user goes on.
	"""
	places = list(content.estates(Random(f"{SEED} estates"), ESTATES))
	homes = list(content.homes(random, places, LISTINGS - DOUBLES, getdate()))
	owners = content.people(random, LISTINGS, start=1000)
	people = active_agents()
	entered: dict[str, dict] = {agent.name: {} for agent in people}
	of_kind = {"Sale": 0, "Lease": 0}
	for number, agent in enumerate(people):
		frappe.set_user(agent.user)
		for index in range(number, len(homes), len(people)):
			home, state = homes[index], state_of(index)
			values = listing_values(home, index)
			if state == "Available":
				of_kind[home.listing_type] += 1
				values["scope"] = "Store" if index % 17 == 0 else "Public"
				if of_kind[home.listing_type] % OWNED == 0:
					seller = "is_seller" if home.listing_type == "Sale" else "is_landlord"
					owner = client_of(agent, next(owners), **{seller: 1})
					values |= {"owners": [{"client": owner.name, "share": 100}], "scope": "Public"}
			listing = insert("Listing", **values)
			if state != "Draft":
				entered[agent.name][index] = press(listing, "Submit for Verification")
	verify_listings(random, people, entered)
	for agent in people:
		frappe.set_user(agent.user)
		for index, listing in entered[agent.name].items():
			go_on(random, agent, listing, index)


def verify_listings(random: Random, people: list, entered: dict[str, dict]) -> None:
	"""The store's manager verifies what its agents entered, but for what still waits.

	Who surveyed a listing whose owner is recorded, and who holds its key, is the manager's to say.
	"""
	for store, manager in managers().items():
		frappe.set_user(manager)
		for agent in people:
			for index, listing in entered[agent.name].items() if agent.store == store else ():
				if state_of(index) == "Verifying":
					continue
				if listing.owners:
					listing.extend("roles", surveyor_and_keeper(random, people))
					listing.save()
				entered[agent.name][index] = press(listing, "Pass Verification")


def go_on(random: Random, agent, listing, index: int) -> None:
	"""What its agent does with a verified listing: hold it, withdraw it, follow it up."""
	state = state_of(index)
	if state == "On Hold":
		press(listing, "Put on Hold")
	elif state == "Withdrawn":
		listing.status_reason = "业主暂不出售"
		press(listing.save(), "Withdraw")
	elif state == "Available" and index % 9 == 0:
		follow_up(random, agent, random.randint(-1, 4), listing=listing.name)


def state_of(index: int) -> str:
	"""Return in which state the demo leaves the listing of this number, before any deal."""
	for state, step in (("Draft", 16), ("Verifying", 15), ("On Hold", 29), ("Withdrawn", 31)):
		if index % step == 0:
			return state
	return "Available"


def listing_values(home: content.Home, index: int) -> dict:
	"""Return a generated home as the values of a Listing."""
	return home.listing_values() | {
		"estate": frappe.db.get_value("Estate", {"external_id": f"estate-{home.estate + 1}"}),
		"source_channel": CHANNEL,
		"external_id": f"home-{index}",
	}


def surveyor_and_keeper(random: Random, people: list) -> list[dict]:
	"""Return who surveyed a listing and who holds its key: not always its maintainer."""
	held = {role: random.choice(people).name for role in ("Survey", "Key")}
	since = now_datetime() - timedelta(days=120)
	return [
		{"role": role, "agent": name, "gained_at": since, "approved_at": since} for role, name in held.items()
	]


def viewings(random: Random) -> None:
	"""200 viewings of two listings each: today's, those to come, some cancelled, most done with feedback.

	The done ones go first to the listings whose owner is recorded: their deals follow.
	"""
	people = active_agents()
	homes, owned = {}, {}
	for kind in ("Sale", "Lease"):
		public = {"phase": LIVE, "scope": "Public", "listing_type": kind}
		homes[kind] = frappe.get_all("Listing", public, pluck="name", order_by="name")
		owned[kind] = with_owner(homes[kind])
	for number, agent in enumerate(people):
		frappe.set_user(agent.user)
		mine = {"agent": agent.name, "is_seller": 0, "is_landlord": 0}
		people_looking = frappe.get_all("Client", mine, ["name", "is_tenant"], order_by="name")
		for turn in range(VIEWINGS // len(people) + (number < VIEWINGS % len(people))):
			client = people_looking[turn % len(people_looking)]
			kind = "Lease" if client.is_tenant else "Sale"
			stops = random.sample(homes[kind], 3)
			if turn > 2 and owned[kind]:
				stops.insert(0, owned[kind].pop())
			show(random, client.name, list(dict.fromkeys(stops))[:2], turn, number)


def show(random: Random, client: str, stops: list[str], turn: int, number: int) -> None:
	"""Enter the viewing of an agent's `turn`: the first is today, the second to come, the rest are past."""
	days = (0, random.randint(1, 6))[turn] if turn < 2 else -random.randint(2, 75)
	start = datetime.combine(getdate() + timedelta(days=days), time(9 + (turn + number) % 9))
	viewing = insert(
		"Viewing",
		client=client,
		scheduled_start=start,
		scheduled_end=start + timedelta(hours=1),
		stops=[{"listing": listing} for listing in stops],
	)
	if turn == 1 and number % 3 == 0:
		return  # still to be settled with the client
	viewing = press(viewing, "Fix Appointment")
	if turn == 2 and number % 2 == 0:
		viewing.cancel_reason = "客户临时有事"
		press(viewing.save(), "Cancel")
	elif turn > 1:
		finish_viewing(viewing, random, start.date())


def finish_viewing(viewing, random: Random, day: date) -> None:
	"""Write down what the client said of each listing and close the viewing."""
	for stop in viewing.stops:
		said, dislikes, opinion = random.choice(FEEDBACK)
		stop.update({"interest": random.randint(1, 5), "feedback": said})
		stop.update({"dislikes": dislikes, "price_opinion": opinion})
	viewing.client_confirmed_on = day
	press(viewing.save(), "Complete")


STEPS = (
	*(users, territories, stores, agents, estates, listings, library, seekers, viewings),
	*deals.STEPS,
	*clients.STEPS,
)
