"""The demo agency as documents: every record goes in as a user of its role would make it.

`load` goes through `STEPS` in order, one transaction each, and notes each finished step in the site's
defaults: killed in the middle it goes on at the step it was in, and on a site that has the demo it does
nothing.
"""

import json
import os
import secrets
from datetime import date, datetime, time, timedelta
from random import Random

import frappe
from frappe.utils import getdate, now_datetime

from agency_crm.services import workflow_guard
from agency_crm.setup.demo import content
from agency_crm.setup.demo.deals import make_deals

SEED = 20240601
DONE = "agency_demo_steps"
ESTATES, LISTINGS, CLIENTS, VIEWINGS, AGENTS = 60, 600, 300, 200, 24
CHANNEL = "Demo"
DOMAIN = "demo.agency.example"
# who logs in as what: the role, the name before the @, the person's name
LOGINS = (
	("Agency Agent", "agent01", None),
	("Agency Assistant", "assistant", "助理小周"),
	("Agency Title Officer", "title", "权证老秦"),
	("Agency Store Manager", "manager1", "滨江店长"),
	("Agency Accountant", "accountant", "会计许姐"),
	("Agency Cashier", "cashier", "出纳小沈"),
	("Agency Administrator", "admin", "系统管理员"),
)


def load(logins: str) -> dict:
	"""Load the demo into this site; return {role: {"user", "password"}}, which also stands in the file
	`logins`.

	The file has mode 600. Passwords are made once and kept there: a later call reads them back.
	"""
	passwords = read_or_make_logins(logins)
	done = json.loads(frappe.db.get_default(DONE) or "[]")
	frappe.flags.mute_emails = True
	for step in STEPS:
		if step.__name__ in done:
			continue
		frappe.set_user("Administrator")
		step(Random(f"{SEED} {step.__name__}"))
		frappe.set_user("Administrator")
		done.append(step.__name__)
		frappe.db.set_default(DONE, json.dumps(done))
		frappe.db.commit()  # a step is whole or not there
	for login in passwords.values():
		frappe.utils.password.update_password(login["user"], login["password"])
	frappe.db.commit()  # the passwords of a file that was made anew
	return passwords


def read_or_make_logins(path: str) -> dict:
	"""Return the logins of the file, made with new passwords where it isn't there."""
	if os.path.exists(path):
		with open(path, encoding="utf-8") as file:
			return json.load(file)
	logins = {
		role: {"user": f"{name}@{DOMAIN}", "password": secrets.token_urlsafe(9)}
		for role, name, _person in LOGINS
	}
	with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
		json.dump(logins, file, ensure_ascii=False, indent=1)
	return logins


def make_user(name: str, person: str, roles: tuple[str, ...]) -> str:
	"""Insert a user who reads Chinese and gets no mail; return the address."""
	email = f"{name}@{DOMAIN}"
	user = frappe.new_doc("User")
	user.update(
		email=email,
		first_name=person,
		language="zh",
		send_welcome_email=0,
		user_type="System User",
		enabled=1,
	)
	user.extend("roles", [{"role": role} for role in roles])
	user.insert()
	return email


def insert(doctype: str, **values):
	"""Insert a document as the present user and return it."""
	return frappe.get_doc({"doctype": doctype, **values}).insert()


def stores(_random: Random) -> None:
	"""Two regions with a manager each, three stores with theirs, each store with its cost centre."""
	company = frappe.defaults.get_global_default("company")
	abbreviation, root_centre = frappe.db.get_value("Company", company, ["abbr", "cost_center"])
	parent_centre = frappe.db.get_value("Cost Center", root_centre, "parent_cost_center")
	head = insert(
		"Store",
		store_name="总部",
		company=company,
		is_group=1,
		manager=make_user("head", "总经理", ("Agency Store Manager",)),
	)
	number = 0
	for index, (region, names) in enumerate(content.REGIONS.items(), 1):
		manager = make_user(f"region{index}", f"{region}总监", ("Agency Store Manager",))
		insert(
			"Store", store_name=region, parent_store=head.name, company=company, is_group=1, manager=manager
		)
		for name in names:
			number += 1
			manager = make_user(f"manager{number}", f"{name}长", ("Agency Store Manager",))
			centre = insert(
				"Cost Center", cost_center_name=name, company=company, parent_cost_center=parent_centre
			)
			insert(
				"Store",
				store_name=name,
				parent_store=region,
				company=company,
				manager=manager,
				cost_center=centre.name,
			)
	for role, name, person in LOGINS[1:]:
		if not frappe.db.exists("User", f"{name}@{DOMAIN}"):
			make_user(name, person, (role,))
	assert abbreviation


def agents(random: Random) -> None:
	"""Eight agents a store, each with a user and a licence."""
	shops = [name for names in content.REGIONS.values() for name in names]
	plan = frappe.db.get_value("Commission Plan", {"disabled": 0})
	for index, person in enumerate(content.people(random, AGENTS), 1):
		insert(
			"Agent",
			agent_name=person.name,
			user=make_user(f"agent{index:02d}", person.name, ("Agency Agent",)),
			store=shops[(index - 1) * len(shops) // AGENTS],
			status="Active",
			licence_type=random.choice(("Broker", "Assistant Broker")),
			licence_no=f"YC{index:06d}",
			tax_method="Payroll",
			commission_plan=plan,
		)


def estates(random: Random) -> None:
	"""The territory tree and the dictionary of estates."""
	root = frappe.db.get_value("Territory", {"parent_territory": ("in", ("", None))})
	city = insert("Territory", territory_name=content.CITY, parent_territory=root, is_group=1)
	for district, circles in content.CIRCLES.items():
		insert("Territory", territory_name=district, parent_territory=city.name, is_group=1)
		for circle in circles:
			insert("Territory", territory_name=circle, parent_territory=district)
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
				{"building_no": str(no), "units": units, "floors": floors}
				for no, units, floors in estate.buildings
			],
			metro=[{"line": estate.line, "station": estate.station, "distance": estate.distance}],
		)


def active_agents() -> list[frappe._dict]:
	"""Return the demo's agents in order, with user and store."""
	return frappe.get_all(
		"Agent", fields=["name", "user", "store"], filters={"status": "Active"}, order_by="name"
	)


def listings(random: Random) -> None:
	"""600 listings entered by agents: most verified and available, some waiting, held or withdrawn."""
	places = list(content.estates(Random(f"{SEED} estates"), ESTATES))
	names = dict(
		frappe.get_all(
			"Estate", filters={"source_channel": CHANNEL}, fields=["external_id", "name"], as_list=True
		)
	)
	people = active_agents()
	for index, home in enumerate(content.homes(random, places, LISTINGS, getdate()), 1):
		agent = people[index % len(people)]
		frappe.set_user(agent.user)
		bedrooms, living_rooms, kitchens, bathrooms = home.layout
		listing = insert(
			"Listing",
			listing_type=home.listing_type,
			estate=names[f"estate-{home.estate + 1}"],
			building_no=home.building,
			unit_no=home.unit,
			room_no=home.room,
			bedrooms=bedrooms,
			living_rooms=living_rooms,
			kitchens=kitchens,
			bathrooms=bathrooms,
			gross_area=float(home.gross_area),
			floor=home.floor,
			total_floors=home.total_floors,
			orientation=home.orientation,
			decoration=home.decoration,
			property_type="Residential",
			certificate_date=home.held_since,
			sole_home=home.sole_home,
			mortgaged=home.mortgaged,
			maintainer=agent.name,
			store=agent.store,
			source_channel=CHANNEL,
			external_id=f"home-{index}",
			**({"rent": home.price} if home.listing_type == "Lease" else {"asking_price": home.price}),
		)
		if index % 12 == 0:
			continue  # still a draft
		workflow_guard.move(listing, "Draft", prefer="Verifying")
		if index % 12 == 1:
			continue  # waits for a manager
		listing.verification_status = "Verified"
		workflow_guard.move(listing, "Live")
		if index % 30 == 5:
			workflow_guard.move(listing, "Held")


def clients(random: Random) -> None:
	"""300 clients with one requirement each, entered by their agents; every seventh has been followed up."""
	people = active_agents()
	territories = frappe.get_all(
		"Territory", filters={"is_group": 0, "parent_territory": ("in", list(content.CIRCLES))}, pluck="name"
	)
	for index, person in enumerate(content.people(random, CLIENTS, start=1000), 1):
		agent = people[index % len(people)]
		frappe.set_user(agent.user)
		rents = index % 6 == 0
		client = insert(
			"Client",
			client_name=person.name,
			client_type="Individual",
			is_tenant=rents,
			is_buyer=not rents,
			agent=agent.name,
			store=agent.store,
			pool="Private" if index % 5 else "Store",
			level=random.choice("ABC"),
			source_channel=random.choice(("Walk-in", "Phone", "Referral", "Portal", "WeChat")),
			phones=[{"number": person.phone, "label": "Own", "is_primary": 1}],
		)
		budget = random.randrange(2500, 9000, 500) if rents else random.randrange(150, 700, 10) * 10000
		insert(
			"Client Requirement",
			client=client.name,
			requirement_type="Rent" if rents else "Buy",
			status="Open",
			urgency=random.choice(("Low", "Normal", "High")),
			budget_min=budget * 0.8,
			budget_max=budget,
			bedrooms_min=random.randint(1, 3),
			area_min=random.randrange(40, 100, 5),
			territories=[{"territory": random.choice(territories)}],
		)
		if index % 7 == 0:
			insert(
				"Follow Up",
				client=client.name,
				agent=agent.name,
				method="Call",
				followed_on=now_datetime() - timedelta(days=random.randint(0, 9)),
				next_follow_up_on=getdate() + timedelta(days=random.randint(-1, 4)),
				content="电话沟通购房预算与看房时间，约定本周再联系确认。",
			)


def viewings(random: Random) -> None:
	"""200 viewings of two listings each: most done with feedback, some today, some to come, some
	cancelled.
	"""
	people = {agent.name: agent for agent in active_agents()}
	homes = {
		kind: frappe.get_all(
			"Listing", filters={"phase": "Live", "listing_type": kind}, pluck="name", order_by="name"
		)
		for kind in ("Sale", "Lease")
	}
	seekers = frappe.get_all("Client", fields=["name", "agent", "is_tenant"], order_by="name", limit=CLIENTS)
	for index in range(VIEWINGS):
		client = seekers[index % len(seekers)]
		agent = people[client.agent]
		frappe.set_user(agent.user)
		days = -random.randint(1, 60) if index % 10 < 7 else (0 if index % 10 == 7 else random.randint(1, 6))
		start = datetime.combine(getdate() + timedelta(days=days), time(9 + index % 9))
		viewing = insert(
			"Viewing",
			client=client.name,
			agent=agent.name,
			scheduled_start=start,
			scheduled_end=start + timedelta(hours=1),
			stops=[
				{"listing": listing, "sequence": number}
				for number, listing in enumerate(
					random.sample(homes["Lease" if client.is_tenant else "Sale"], 2), 1
				)
			],
		)
		finish_viewing(viewing, random, start.date(), cancelled=index % 10 == 9)


def finish_viewing(viewing, random: Random, on: date, cancelled: bool) -> None:
	"""Move a viewing to where its day puts it."""
	workflow_guard.move(viewing, "Live")
	if cancelled:
		viewing.cancel_reason = "客户临时有事"
		workflow_guard.move(viewing, "Dead")
	elif on < getdate():
		for stop in viewing.stops:
			stop.interest = random.randint(1, 5)
			stop.feedback = random.choice(
				("采光好，客厅略小", "户型满意，价格偏高", "楼层偏高，再考虑", "交通方便，想再看一次")
			)
		viewing.client_confirmed_on = on
		workflow_guard.move(viewing, "Closed")


STEPS = (stores, agents, estates, listings, clients, viewings, make_deals)
