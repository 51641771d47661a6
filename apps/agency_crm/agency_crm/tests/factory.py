"""Records for tests: each function makes one valid record, its arguments override fields."""

from io import BytesIO
from secrets import token_bytes

import frappe
from frappe.utils import add_to_date, now_datetime, today
from PIL import Image

from agency_crm.framework import workflow_guard
from agency_crm.services.listings import mandates

# a new user costs a second (Frappe drops its caches at each), so tests borrow these, made once a site
SPARE_USERS = {
	"Agency Agent": 10,
	"Agency Assistant": 2,
	"Agency Title Officer": 2,
	"Agency Store Manager": 4,
	"Agency Accountant": 3,
	"Agency Cashier": 2,
	"Agency Administrator": 2,
}
borrowed: set[str] = set()  # by the running test; AgencyTestCase gives them back


def make_user(*roles: str, **fields):
	"""A desk user with these roles: a spare one where there is one and no field is asked for."""
	if len(roles) == 1 and not fields:
		for name in spare_names(roles[0]):
			if name not in borrowed and frappe.db.exists("User", name):
				borrowed.add(name)
				return frappe.get_doc("User", name)
	token = frappe.generate_hash(length=8)
	return _new_user(f"{token}@agency.example", *roles, **fields)


def make_spare_users() -> None:
	"""Make the spare users a site lacks."""
	for role in SPARE_USERS:
		for name in spare_names(role):
			if not frappe.db.exists("User", name):
				_new_user(name, role)


def spare_names(role: str) -> list[str]:
	"""Names of the spare users of a role."""
	stem = role.lower().replace(" ", "-")
	return [f"{stem}-{number}@spare.example" for number in range(1, SPARE_USERS.get(role, 0) + 1)]


def _new_user(email: str, *roles: str, **fields):
	values = {"email": email, "first_name": f"User {email.split('@')[0]}", "send_welcome_email": 0}
	user = frappe.get_doc({"doctype": "User", **values, **fields})
	user.flags.no_welcome_mail = True
	user.append_roles(*roles)
	return user.insert(ignore_permissions=True)  # perm: test data


def make_store(parent: str | None = None, **fields):
	"""A store of the site's first company, below `parent`, with that company's cost centre."""
	company = (
		fields.get("company") or frappe.get_all("Company", pluck="name", order_by="creation", limit=1)[0]
	)
	values = {
		"store_name": f"Store {frappe.generate_hash(length=8)}",
		"parent_store": parent,
		"company": company,
		"cost_center": frappe.db.get_value("Company", company, "cost_center"),
	}
	return _insert("Store", {**values, **fields})


def make_agent(*roles: str, **fields):
	"""An agent with a user of these roles (Agency Agent if none is named) and a store of their own."""
	user = fields.pop("user", None) or make_user(*(roles or ("Agency Agent",))).name
	values = {"agent_name": f"Agent {frappe.generate_hash(length=8)}", "user": user}
	if "store" not in fields:
		values["store"] = make_store().name
	return _insert("Agent", {**values, **fields})


def make_territory(**fields):
	"""A business circle under the root of the territories."""
	values = {
		"territory_name": f"Circle {frappe.generate_hash(length=8)}",
		"parent_territory": frappe.db.get_value("Territory", {"parent_territory": ("in", ("", None))}),
	}
	return _insert("Territory", {**values, **fields})


def make_estate(**fields):
	"""An estate in a business circle of its own."""
	values = {"estate_name": f"Estate {frappe.generate_hash(length=8)}"}
	if "territory" not in fields:
		values["territory"] = make_territory().name
	return _insert("Estate", {**values, **fields})


def make_listing(phase: str | None = None, **fields):
	"""A complete sale listing (or a lease) in an estate of its own, inserted as the user of the session.

	`phase` moves it on as the system does: make_listing("Live") is on the market.
	"""
	values = {
		"listing_type": "Sale",
		"building_no": "3",
		"unit_no": "2",
		"room_no": "501",
		"gross_area": 89.5,
		"floor": 5,
		"total_floors": 18,
		"bedrooms": 2,
		"living_rooms": 1,
	}
	values.update({"rent": 5500} if fields.get("listing_type") == "Lease" else {"asking_price": 3500000})
	if "estate" not in fields:
		values["estate"] = make_estate().name
	return _moved(_insert("Listing", {**values, **fields}, ignore_permissions=False), phase)


def make_mandate(listing: str, agent: str | None = None, active: bool = False, **fields):
	"""A mandate of `listing` from today on, signed by its first owner, inserted as the session's user.

	It is the maintainer's where no agent is named. `active` puts it into force as the nearest approver does.
	"""
	row = {"parent": listing, "parenttype": "Listing"}
	values = {
		"listing": listing,
		"agent": agent or frappe.db.get_value("Listing", listing, "maintainer"),
		"start": today(),
		"signed_on": today(),
		"signed_by": frappe.db.get_value("Listing Owner", row, "client", order_by="idx asc"),
		"fee_basis": "Amount",
		"fee": 30000,
	}
	mandate = _insert("Listing Mandate", {**values, **fields}, ignore_permissions=False)
	if active:
		mandates.submit(mandate.name)
		user = frappe.session.user
		frappe.set_user(mandates.approvers(mandate)[0])
		mandates.approve(mandate.name)
		frappe.set_user(user)
	return mandate.reload()


def make_client(**fields):
	"""An individual client with one mobile number, inserted as the user of the session.

	The agent is the session's, if its user is one; otherwise the client is in the pool of a new store.
	"""
	values = {
		"client_name": f"Client {frappe.generate_hash(length=8)}",
		"client_type": "Individual",
		"phones": [{"number": make_phone(), "label": "Own", "is_primary": 1}],
	}
	if not {"agent", "store"} & fields.keys() and not frappe.db.exists(
		"Agent", {"user": frappe.session.user}
	):
		values["store"] = make_store().name
	pool = fields.pop("pool", None)
	client = _insert("Client", {**values, **fields}, ignore_permissions=False)
	# a rule may have given it to an agent meanwhile
	if pool and not frappe.db.get_value("Client", client.name, "agent"):
		client.db_set("pool", pool, update_modified=False)
	return client


def make_phone() -> str:
	"""A mobile number that looks valid, another at every call."""
	return f"199{int(frappe.generate_hash(length=10), 16) % 10**8:08d}"


def make_requirement(client: str | None = None, **fields):
	"""A requirement to buy for 3 to 4 million CNY, inserted as the user of the session."""
	values = {
		"client": client or make_client().name,
		"requirement_type": "Buy",
		"budget_min": 3000000,
		"budget_max": 4000000,
	}
	return _insert("Client Requirement", {**values, **fields}, ignore_permissions=False)


def make_viewing(*listings: str, phase: str | None = None, **fields):
	"""A viewing tomorrow of `listings` (one new live listing where none is given), inserted as the user.

	`phase` moves it on as the system does; "Closed" also fills the feedback of every stop.
	"""
	if "agent" not in fields and not frappe.db.exists("Agent", {"user": frappe.session.user}):
		fields["agent"] = make_agent().name
	if "client" not in fields:
		fields["client"] = make_client(**{key: fields[key] for key in ("agent",) if key in fields}).name
	values = {
		"scheduled_start": add_to_date(now_datetime(), days=1),
		"stops": [{"listing": listing} for listing in listings or [make_listing("Live").name]],
	}
	viewing = _insert("Viewing", {**values, **fields}, ignore_permissions=False)
	for stop in viewing.stops if phase == "Closed" else []:
		stop.update({"feedback": "采光好", "interest": 4})
	return _moved(viewing, phase)


def _moved(doc, phase: str | None):
	if phase and phase != doc.phase:
		workflow_guard.move(doc, phase, reason="Test")
	return doc


def _insert(doctype: str, values: dict, ignore_permissions: bool = True):
	doc = frappe.get_doc({"doctype": doctype, **values})
	return doc.insert(ignore_permissions=ignore_permissions)  # perm: masters no test is about


def make_plan(**fields):
	"""A Commission Plan of 40 %, in force since long."""
	values = {
		"plan_name": f"Plan {frappe.generate_hash(length=8)}",
		"rate": 40,
		"effective_from": "2000-01-01",
	}
	return _insert("Commission Plan", {**values, **fields})


def make_split_template(*rows: tuple, **fields):
	"""A Split Template of (role, percent, fallback role or None) `rows`: all to Closing where none is given."""
	values = {
		"template_name": f"Template {frappe.generate_hash(length=8)}",
		"deal_type": "Sale",
		"effective_from": "2000-01-01",
		"rows": [
			{"role": role, "percent": percent, "fallback_role": fallback}
			for role, percent, fallback in rows or [("Closing", 100, None)]
		],
	}
	return _insert("Split Template", {**values, **fields})


def make_deal(**fields):
	"""A draft deal of 3,500,000 CNY (a lease: 5,500 a month) on a live listing, inserted as the session's user.

	Its owner, who consented, and buyer are new clients, its agent has a commission plan.
	"""
	if "listing" not in fields:
		owner = make_client(is_seller=1)
		fields["listing"] = make_listing("Live", owners=[{"client": owner.name, "share": 100}]).name
	lease = frappe.db.get_value("Listing", fields["listing"], "listing_type") == "Lease"
	if "agent" not in fields:
		fields["agent"] = make_agent(commission_plan=make_plan().name).name
	if "client" not in fields:
		fields["client"] = make_client(agent=fields["agent"]).name
	values = {"monthly_rent": 5500} if lease else {"deal_price": 3500000}
	values["parties"] = [{"side": "Buyer", "client": fields["client"], "share": 100}]
	listing = {"parent": fields["listing"], "parenttype": "Listing"}
	for owner in frappe.get_all("Listing Owner", listing, ["client", "share"], order_by="idx"):
		values["parties"].append({"side": "Seller", "consented": 1, **owner})
	return _insert("Deal", {**values, **fields}, ignore_permissions=False)


def make_fee(deal, side: str = "Buyer", **fields):
	"""A fee of `deal` (a Deal), inserted as the session's user: 2 % of the buyer, 1 % of the seller.

	Of a lease, half a month's rent.
	"""
	payer = next(row.client for row in deal.parties if row.side == side)
	values = {"deal": deal.name, "side": side, "payer": payer, "fee_type": "Brokerage"}
	if deal.deal_type == "Lease":
		values.update({"basis": "Months of Rent", "rate": 0.5})
	else:
		values.update({"basis": "Percent of Price", "rate": 2 if side == "Buyer" else 1})
	return _insert("Deal Fee", {**values, **fields}, ignore_permissions=False)


def make_partner(**fields):
	"""A partner of a store of its own, inserted as the session's user; its user is made with it."""
	token = frappe.generate_hash(length=8)
	values = {"partner_name": f"Partner {token}", "source_channel": f"Partner {token}"}
	if "store" not in fields:
		values["store"] = make_store().name
	return _insert("Listing Partner", {**values, **fields}, ignore_permissions=False)


def make_follow_up_plan(*days: int, **fields):
	"""A Follow Up Plan for new clients with a call on each of these days."""
	values = {
		"plan_name": f"Plan {frappe.generate_hash(length=8)}",
		"starts": "New Client",
		"steps": [{"days": day, "method": "Call", "subject": f"Day {day}"} for day in days],
	}
	return _insert("Follow Up Plan", {**values, **fields})


def make_segment(**fields):
	"""A segment of clients in stage Negotiating."""
	values = {
		"tag_name": f"Segment {frappe.generate_hash(length=8)}",
		"kind": "Rule",
		"applies_to": "Client",
		"conditions": [{"fact": "Stage", "operator": "Is", "value": "Negotiating"}],
	}
	return _insert("Agency Tag", {**values, **fields})


def picture() -> bytes:
	"""A small photo like no other."""
	stored = BytesIO()
	Image.frombytes("RGB", (16, 16), token_bytes(16 * 16 * 3)).save(stored, "JPEG")
	return stored.getvalue()


def phone_photo(width: int = 60, height: int = 40) -> bytes:
	"""A photo of a phone held upright, its left half red: turned by its orientation, with place and camera."""
	made = Image.frombytes("RGB", (width, height), token_bytes(width * height * 3))
	made.paste("red", (0, 0, width // 2, height))
	told = made.getexif()
	told[0x0112], told[0x010F] = 6, "A phone"
	told.get_ifd(0x8825)[1] = "N"
	stored = BytesIO()
	made.save(stored, "JPEG", exif=told)
	return stored.getvalue()


def huge_photo(width: int, height: int) -> bytes:
	"""A small JPEG whose head says that it has so many pixels."""
	content = picture()
	frame = content.index(b"\xff\xc0") + 5
	return content[:frame] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + content[frame + 4 :]
