"""Records for tests: each function makes one valid record, its arguments override fields."""

import frappe


def make_user(*roles: str, **fields):
	"""A desk user with these roles."""
	token = frappe.generate_hash(length=8)
	values = {"email": f"{token}@agency.example", "first_name": f"User {token}", "send_welcome_email": 0}
	user = frappe.get_doc({"doctype": "User", **values, **fields})
	user.flags.no_welcome_mail = True
	user.insert(ignore_permissions=True)  # perm: test data
	user.add_roles(*roles)
	return user


def make_store(parent: str | None = None, **fields):
	"""A store of the site's first company, below `parent`."""
	values = {
		"store_name": f"Store {frappe.generate_hash(length=8)}",
		"parent_store": parent,
		"company": frappe.get_all("Company", pluck="name", order_by="creation", limit=1)[0],
	}
	return _insert("Store", {**values, **fields})


def make_agent(*roles: str, **fields):
	"""An agent with a user of these roles (Agency Agent if none is named) and a store of their own."""
	user = fields.pop("user", None) or make_user(*(roles or ("Agency Agent",))).name
	values = {"agent_name": f"Agent {frappe.generate_hash(length=8)}", "user": user}
	if "store" not in fields:
		values["store"] = make_store().name
	return _insert("Agent", {**values, **fields})


def make_estate(**fields):
	"""An estate in the first territory without others below it."""
	values = {
		"estate_name": f"Estate {frappe.generate_hash(length=8)}",
		"territory": frappe.get_all("Territory", {"is_group": 0}, pluck="name", order_by="lft", limit=1)[0],
	}
	return _insert("Estate", {**values, **fields})


def make_listing(**fields):
	"""A complete sale listing in an estate of its own, inserted as the user of the session."""
	values = {
		"listing_type": "Sale",
		"building_no": "3",
		"unit_no": "2",
		"room_no": "501",
		"asking_price": 3500000,
		"gross_area": 89.5,
		"floor": 5,
		"total_floors": 18,
		"bedrooms": 2,
		"living_rooms": 1,
	}
	if "estate" not in fields:
		values["estate"] = make_estate().name
	return _insert("Listing", {**values, **fields}, ignore_permissions=False)


def make_client(**fields):
	"""An individual client, inserted as the user of the session."""
	values = {"client_name": f"Client {frappe.generate_hash(length=8)}", "client_type": "Individual"}
	return _insert("Client", {**values, **fields}, ignore_permissions=False)


def _insert(doctype: str, values: dict, ignore_permissions: bool = True):
	doc = frappe.get_doc({"doctype": doctype, **values})
	return doc.insert(ignore_permissions=ignore_permissions)  # perm: masters no test is about
