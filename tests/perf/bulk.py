"""The generator's bulk outlet: the demo's content as rows, for measuring only, on a site `agency bench`
made.
"""

from collections.abc import Iterator
from itertools import islice
from random import Random
from zlib import crc32

import frappe
from frappe.utils import add_to_date, getdate

from agency_crm.domain.inputs import floors, layout
from agency_crm.services.rating import match_facts, tags
from agency_crm.setup.demo import content

SEED = 20240601
CHANNEL = "Bench"
CITY = "Bench City"
DISTRICTS, CIRCLES = 12, 10  # business circles in each district
STORES = ("Bench Store 1", "Bench Store 2", "Bench Store 3")
STAFF = 216  # agents without a user, in the same stores: a maintainer has thousands of listings, not all
ESTATES, ROW = 3000, 60  # estates, and how many lie side by side
CHUNK = 20_000


def setting() -> frappe._dict:
	"""Make what listings hang on, once, as documents: a city's circles, estates, three stores with eight
	agents each and their colleagues without a user, `staff`.
	"""
	make_circles()
	# far more clients an agent than an agency allows, and counted all the same
	frappe.db.set_single_value("Agency Settings", "clients_an_agent", 1_000_000)
	company = frappe.defaults.get_global_default("company")
	for store in STORES:
		if not frappe.db.exists("Store", store):
			frappe.get_doc(doctype="Store", store_name=store, company=company).insert()
	plan = frappe.db.get_value("Commission Plan", {"disabled": 0})
	agents = frappe.get_all(
		"Agent",
		filters={"store": ("in", STORES), "user": ("is", "set")},
		fields=["name", "user", "store"],
		order_by="name",
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
	staff = frappe.get_all(
		"Agent", filters={"store": ("in", STORES)}, fields=["name", "store"], order_by="name"
	)
	for index in range(len(staff), len(agents) + STAFF):
		colleague = frappe.get_doc(
			doctype="Agent", agent_name=f"Bench {index:03d}", store=STORES[index % 3], status="Active"
		).insert()
		staff.append(frappe._dict(name=colleague.name, store=colleague.store))
	places = list(content.estates(Random(SEED), ESTATES))
	known = frappe.get_all(
		"Estate", filters={"source_channel": CHANNEL}, pluck="name", order_by="external_id"
	)
	for index in range(len(known), len(places)):
		place = places[index]
		known.append(
			frappe.get_doc(
				doctype="Estate",
				estate_name=f"{place.name}{index:04d}",
				territory=circle(index),
				source_channel=CHANNEL,
				external_id=f"{index:06d}",
			)
			.insert()
			.name
		)
	frappe.db.commit()
	return frappe._dict(agents=agents, staff=staff, places=places, estates=known)


def make_circles() -> None:
	"""Make the city, its districts and their business circles as territories."""
	root = frappe.db.get_value("Territory", {"parent_territory": ("in", ("", None))})
	wanted = {CITY: root}
	for number in range(DISTRICTS * CIRCLES):
		wanted |= {district(number): CITY, circle(number): district(number)}
	for name, parent in wanted.items():
		if not frappe.db.exists("Territory", name):
			frappe.get_doc(
				doctype="Territory",
				territory_name=name,
				parent_territory=parent,
				is_group=int(name in wanted.values() or name == CITY),
			).insert()


def district(index: int) -> str:
	"""Return the district of an estate's number."""
	return f"Bench District {index % DISTRICTS:02d}"


def circle(index: int) -> str:
	"""Return the business circle of an estate's number."""
	return f"{district(index)}-{index // DISTRICTS % CIRCLES}"


def spot(index: int) -> dict:
	"""Return where an estate lies, in degrees: one in each square of about a kilometre."""
	return {"latitude": 30 + index // ROW * 0.01, "longitude": 120 + index % ROW * 0.01}


def owner(name: str) -> str:
	"""Return the client of this name, made once, with a number of their own."""
	return frappe.db.get_value("Client", {"client_name": name}) or (
		frappe.get_doc(
			doctype="Client",
			client_name=name,
			client_type="Individual",
			store=STORES[0],
			phones=[{"number": f"199{crc32(name.encode()) % 10**8:08d}"}],
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
	fill_match_columns()
	if have >= count:
		return
	names = ("满五唯一", "近地铁", "急售")
	tags.ensure(names)
	today = getdate()
	homes = enumerate(content.homes(Random(f"{SEED} bulk"), where.places, count, today))
	for _skipped in islice(homes, have):
		pass
	while lot := list(islice(homes, CHUNK)):
		rows = {"Listing": [], "Listing Role": [], "Listing Tag": []}
		for index, home in lot:
			values = market_values(index, home, where, today)
			rows["Listing"].append(values)
			held = [("Entry", values["maintainer"])]
			if index % 3 == 0:
				held.append(("Survey", where.staff[(index * 7 + 1) % len(where.staff)].name))
			for number, (role, name) in enumerate(held, 1):
				row = child(values["name"], index, "roles", number)
				rows["Listing Role"].append(
					row | {"role": role, "agent": name, "approved_at": row["creation"]}
				)
			for number, tag in enumerate(tags.split_names(values["tag_names"]), 1):
				row = child(values["name"], index, "tags", number)
				rows["Listing Tag"].append(row | {"tag": tag, "by_rule": 1})
		for doctype, values in rows.items():
			insert(doctype, values)
		frappe.db.commit()
	frappe.db.sql_ddl("analyze table `tabListing`, `tabListing Role`, `tabListing Tag`")


def fill_requirements(where: frappe._dict, count: int) -> None:
	"""Bring the site to `count` clients with an open requirement each, their agents' the most of them private.

	One in six is of its store's pool and one in twenty of the area's; one in ten wants to rent. Seven in ten name a
	business circle or two, two in ten a district, one in twenty estates, one in twenty no place.
	"""
	have = frappe.db.count("Client Requirement", {"name": ("like", "BENCH-%")})
	random = Random(f"{SEED} requirements")
	for start in range(0, count, CHUNK):
		rows: dict[str, list[dict]] = {}
		for index in range(start, min(start + CHUNK, count)):
			for doctype, row in requirement_rows(random, index, where):
				rows.setdefault(doctype, []).append(row)
		if start >= have:
			for doctype, values in rows.items():
				insert(doctype, values)
			frappe.db.commit()
	if have < count:
		frappe.db.sql_ddl(
			"analyze table `tabClient`, `tabClient Requirement`, `tabRequirement Territory`, `tabRequirement Estate`"
		)


def requirement_rows(random: Random, index: int, where: frappe._dict) -> Iterator[tuple[str, dict]]:
	"""Yield the rows of a client and of what it looks for: DocType, values."""
	agent = where.staff[random.randrange(len(where.staff))]
	name, pool = f"BENCH-{index:07d}", random.random()
	pool = "Area" if pool < 0.05 else "Store" if pool < 0.2 else "Private"
	client = {"name": name, **stamp(index), "client_name": f"Bench {index}", "client_type": "Individual"}
	client |= {"agent": agent.name if pool == "Private" else None, "store": agent.store, "pool": pool}
	yield "Client", client
	rent, home = random.random() < 0.1, where.places[random.randrange(len(where.places))]
	area = random.randint(45, 160)
	budget = area * home.price * random.uniform(0.85, 1.15)
	budget = round(budget / 600, -2) if rent else round(budget, -4)
	wanted = frappe._dict(
		{"requirement_type": "Rent" if rent else "Buy", "status": "Open"},
		budget_min=budget * 0.85 if random.random() < 0.6 else 0,
		budget_max=budget,
		area_min=area * 0.9 if random.random() < 0.7 else 0,
		area_max=area * 1.15 if random.random() < 0.4 else 0,
		bedrooms_min=min(1 + area // 45, 4) if random.random() < 0.8 else 0,
		orientations="南, 东南" if random.random() < 0.4 else "",
		decorations="Fine, Luxury" if random.random() < 0.3 else "",
		floor_bands="Low, Middle" if random.random() < 0.3 else "",
		built_from=2000 if random.random() < 0.3 else 0,
		needs_metro=int(random.random() < 0.2),
		needs_school=int(random.random() < 0.1),
		needs_elevator=int(random.random() < 0.2),
	)
	kind, number = random.random(), random.randrange(ESTATES)
	territories = {circle(number), circle(number + DISTRICTS)} if kind < 0.3 else {circle(number)}
	territories = {district(number)} if 0.7 <= kind < 0.9 else territories if kind < 0.7 else set()
	estates = {where.estates[number], where.estates[number - 1]} if 0.9 <= kind < 0.95 else set()
	match_facts.set_wishes(wanted.update(territories=territories, estates=estates))
	places = ("territories", "estates")
	values = {field: value for field, value in wanted.items() if field not in places}
	yield "Client Requirement", {"name": name, **stamp(index), "client": name, **values}
	for field, table in zip(places, ("Territory", "Estate"), strict=True):
		for idx, place in enumerate(sorted(wanted[field]), 1):
			row = child(name, index, field, idx) | {"parenttype": "Client Requirement"}
			yield f"Requirement {table}", row | {table.lower(): place}


def market_values(index: int, home: content.Home, where: frappe._dict, today) -> dict:
	"""Return a generated home as the row of a verified listing on the market, its facts derived."""
	place, agent = where.places[home.estate], where.staff[index % len(where.staff)]
	values = {"name": f"BENCH-{index:07d}", **stamp(index), **MARKET, **spot(home.estate)}
	values |= listing_values(home, where, agent)
	shape = layout.format_layout(layout.Layout(*home.layout))
	listed = add_to_date(today, days=-(index * 13 % 240))
	held_five = (today - home.held_since).days >= 5 * 365
	marks = {
		"满五唯一": held_five and home.sole_home,
		"近地铁": place.distance <= 800,
		"急售": index % 33 == 0,
	}
	score = 30 + index * 7 % 65
	scope = "Public" if index % 20 else "Private" if index % 100 == 0 else "Store"
	values |= {
		"external_id": f"{index:07d}",
		"title": f"{place.name} {shape} {home.gross_area}㎡",
		"layout": shape,
		"scope": scope,
		"territory": circle(home.estate),
		"district": district(home.estate),
		"unit_price": 0 if home.listing_type == "Lease" else round(home.price / home.gross_area),
		"floor_band": floors.floor_band(home.floor, home.total_floors),
		"held_since": home.held_since,
		"year_built": place.year_built,
		"metro_distance": place.distance,
		"grade": "ABBCCCD"[index % 7],
		"grade_score": score,
		"verification_status": "Failed" if index % 50 == 0 else "Verified",
		"listed_on": listed,
		"last_follow_up_on": add_to_date(listed, days=index % 40),
		"tag_names": tags.SEPARATOR.join(tag for tag, holds in marks.items() if holds),
		"elevator": ("", "Yes", "No")[home.total_floors % 3],
		"has_school": int(home.estate % 5 == 0),
	}
	return values | match_facts.of_listing(values, score)


def fill_match_columns() -> None:
	"""Give listings of a site filled before there was matching what it reads of them."""
	fields = ("name", "listing_type", "asking_price", "rent", "grade_score", *FACTS)
	lacking = {"source_channel": CHANNEL, "match_price": 0}
	frappe.db.sql_ddl(
		"create temporary table match_columns (name varchar(140) primary key, price decimal(21,9), facts bigint)"
	)
	query = "insert into match_columns values "
	while rows := frappe.get_all("Listing", lacking, fields, order_by="", limit=CHUNK):
		values = [(row.name, *match_facts.of_listing(row, row.grade_score).values()) for row in rows]
		marks = ", ".join(["(%s, %s, %s)"] * len(values))
		frappe.db.sql(query + marks, [value for row in values for value in row])
		frappe.db.sql(
			"update `tabListing` l join match_columns m using (name)"
			" set l.match_price = m.price, l.match_facts = m.facts"
		)
		frappe.db.sql("delete from match_columns")
		frappe.db.commit()
	frappe.db.sql_ddl("drop temporary table match_columns")


FACTS = (
	*("property_type", "bedrooms", "floor_band", "year_built", "orientation", "decoration"),
	*("metro_distance", "has_school", "elevator"),
)
MARKET = {"status": "Available", "phase": "Live", "source_channel": CHANNEL}


def child(parent: str, index: int, table: str, number: int) -> dict:
	"""Return the columns that a row of a listing's table begins with."""
	row = {"name": f"{parent}-{table}-{number}", **stamp(index), "idx": number}
	return row | {"parent": parent, "parenttype": "Listing", "parentfield": table}


def stamp(index: int) -> dict:
	"""Return who wrote a row and when: a year's worth of moments."""
	moment = f"2026-{1 + index % 9:02d}-{1 + index % 28:02d} 10:{index // 60 % 60:02d}:{index % 60:02d}"
	people = {"owner": "Administrator", "modified_by": "Administrator"}
	return {**people, "creation": moment, "modified": moment, "docstatus": 0}


def insert(doctype: str, rows: list[dict]) -> None:
	"""Write rows of one shape into a DocType's table.

	Many in one statement, and its unique keys filled at its end: ten times as fast as `frappe.db.bulk_insert`.
	"""
	if not rows:
		return
	columns = ", ".join(f"`{column}`" for column in rows[0])
	marks = f"({', '.join(['%s'] * len(rows[0]))})"
	frappe.db.sql("set unique_checks = 0, foreign_key_checks = 0")
	for start in range(0, len(rows), 5000):
		lot = rows[start : start + 5000]
		query = f"insert into `tab{doctype}` ({columns}) values {', '.join([marks] * len(lot))}"
		frappe.db.sql(query, [value for row in lot for value in row.values()])
	frappe.db.sql("set unique_checks = 1, foreign_key_checks = 1")
