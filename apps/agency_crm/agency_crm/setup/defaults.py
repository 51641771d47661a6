"""Records an agency starts from: split templates, a commission plan, rules for tags, weights of grade and level.

They are made once, named in the site's language; an administrator changes, disables or deletes them and no
migrate brings them back.
"""

import frappe
from frappe import _

from agency_crm.domain.phases import LIVE
from agency_crm.framework import wizard
from agency_crm.permissions.roles import ACCOUNTANT, ADMINISTRATOR, CASHIER

START = "2000-01-01"
RATE = 40  # %
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# role, percent, who takes it where nobody held the role
SALE = (
	("Entry", 10, "Maintainer"),
	("Maintainer", 15, "Closing"),
	("Survey", 5, "Maintainer"),
	("Mandate", 5, "Maintainer"),
	("Key", 5, "Maintainer"),
	("Referral", 10, "Closing"),
	("First Viewing", 15, "Closing"),
	("Closing", 30, None),
	("Finance", 5, "Closing"),
)
# what speaks for a listing and what should be known of it, with its weight within its part
GRADE_WEIGHTS = {
	**{
		"Surveyed": 20,
		"Exclusive Mandate": 20,
		"Has Key": 15,
		"Free of Tax": 10,
		"Verified": 10,
		"Photos": 10,
	},
	**{"VR": 5, "Video": 5, "Near Metro": 5},
	**{"Room Number": 20, "Owner": 15, "Layout": 10, "Net Area": 5, "Floor": 10, "Orientation": 10},
	**{
		"Decoration": 5,
		"Elevator": 5,
		"Year Built": 5,
		"Ownership Type": 5,
		"Held Since": 5,
		"Floor Plan": 5,
	},
}
# what speaks for a client and what should be known of them, with its weight within its part
LEVEL_WEIGHTS = {
	**{"Urgent": 25, "Viewed": 20, "Keen": 20, "Negotiating": 15, "Eligible": 10},
	**{"Full Payment": 5, "Referred": 5},
	**{"Open Requirement": 20, "Budget": 20, "Places": 15, "Area": 5, "Layout": 10, "Purpose": 5},
	**{"Way of Paying": 10, "Eligibility Checked": 5, "Household": 5, "Consent": 5},
}
SHOWN_WORKSPACES = {
	ACCOUNTANT: ("Accounting", "Receivables", "Payables"),
	CASHIER: ("Accounting",),
	ADMINISTRATOR: ("Users",),
}
LEASE = (("Maintainer", 40, "Closing"), ("Closing", 60, None))


def after_install() -> None:
	"""Make them where ERPNext is set up already; else the wizard's end does, when the language is known."""
	if wizard.is_complete():
		make_defaults()


def make_defaults(args: dict | None = None) -> None:
	"""Insert the first split templates and commission plan; called with the wizard's answers at its end."""
	if frappe.db.count("Commission Plan") or frappe.db.count("Split Template"):
		return
	ask_for_evidence()
	show_workspaces()
	make_library_defaults()
	make_client_defaults()
	make_follow_up_plans()
	make_matching_weights()
	make_pool_defaults()
	plan = _("Standard {0} %").format(RATE)
	_insert("Commission Plan", plan_name=plan, rate=RATE)
	for name, deal_type, rows in ((_("Standard Sale"), "Sale", SALE), (_("Standard Lease"), "Lease", LEASE)):
		fields = ("role", "percent", "fallback_role")
		table = [dict(zip(fields, row, strict=True)) for row in rows]
		_insert("Split Template", template_name=name, deal_type=deal_type, rows=table)


def make_library_defaults() -> None:
	"""Insert the first rules that give tags, and the first weights of the grade, where there are none."""
	fill_settings()
	_weigh("grade_weights", GRADE_WEIGHTS)
	_make_rules("Listing", _tag_rules(), ["Listing", "phase", "=", LIVE, False])


def make_client_defaults() -> None:
	"""Insert the first segments of clients, and the first weights of the level, where there are none."""
	fill_settings()
	_weigh("level_weights", LEVEL_WEIGHTS)
	_make_rules("Client", _segments())


def _weigh(table: str, weights: dict[str, int]) -> None:
	settings = frappe.get_doc("Agency Settings")
	if not settings.get(table):
		for item, weight in weights.items():
			settings.append(table, {"item": item, "weight": weight})
		settings.save(ignore_permissions=True)  # perm: set-up runs before anybody has a role


def _make_rules(kind: str, rules: dict[str, tuple], *shown: list) -> None:
	"""Insert the rules of a kind and, of each, the view of the list that everybody starts from."""
	if frappe.db.exists("Agency Tag", {"kind": "Rule", "applies_to": kind}):
		return
	for sort_order, (name, (colour, conditions)) in enumerate(rules.items(), 1):
		rows = [dict(zip(("fact", "operator", "value"), row, strict=True)) for row in conditions]
		tag = {"tag_name": name, "kind": "Rule", "applies_to": kind, "colour": colour}
		_insert("Agency Tag", **tag, sort_order=sort_order, conditions=rows)
		view = {"filter_name": name, "reference_doctype": kind, "for_user": ""}
		filters = [*shown, [f"{kind} Tag", "tag", "=", name, False]]
		_insert("List Filter", **view, filters=frappe.as_json(filters))


def _segments() -> dict[str, tuple]:
	"""Segment, named in the site's language -> colour, conditions."""
	language = frappe.get_system_settings("language")
	seeking = ("Stage", "One Of", "Prospect, Interested, Viewing, Negotiating")
	untouched = ("Days Since the Last Effective Act", "At Least", "30")
	return {
		_("Urgent Clients", language, "Agency Tag"): ("Red", (seeking, ("Urgency", "Is", "High"))),
		_("High Budget", language, "Agency Tag"): (
			"Purple",
			(seeking, ("Budget (10,000 CNY)", "At Least", "1000")),
		),
		_("School Wanted", language, "Agency Tag"): ("Cyan", (seeking, ("School Wanted", "Is", "Yes"))),
		_("Viewed Often", language, "Agency Tag"): ("Orange", (seeking, ("Viewings", "At Least", "3"))),
		_("Long Without Contact", language, "Agency Tag"): ("Gray", (seeking, untouched)),
		_("Birthday Soon", language, "Agency Tag"): (
			"Pink",
			(("Days to the Birthday", "At Most", "7"),),
		),
	}


def _tag_rules() -> dict[str, tuple]:
	"""Tag, named in the site's language -> colour, conditions."""
	language = frappe.get_system_settings("language")
	sale = ("Listing Type", "Is", "Sale")
	only, held = ("Only Family Home", "Is", "Yes"), ("Holding Years", "At Least", "5")
	return {
		_("Five Years and Only Home", language, "Agency Tag"): ("Red", (sale, held, only)),
		_("Two Years", language, "Agency Tag"): ("Orange", (sale, ("Holding Years", "At Least", "2"))),
		_("Near Metro", language, "Agency Tag"): ("Blue", (("Metro Distance (m)", "At Most", "800"),)),
		_("School District", language, "Agency Tag"): ("Cyan", (("School District", "Is", "Yes"),)),
		_("Urgent", language, "Agency Tag"): ("Red", (("Urgent Sale", "Is", "Yes"),)),
		_("Exclusive", language, "Agency Tag"): ("Purple", (("Mandate Type", "Is", "Exclusive"),)),
		_("Key in Hand", language, "Agency Tag"): ("Green", (("Key", "One Of", "In, Out, Overdue"),)),
		_("New", language, "Agency Tag"): ("Yellow", (("Days on the Market", "At Most", "7"),)),
		_("Price Cut", language, "Agency Tag"): ("Pink", (("Days Since the Price Fell", "At Most", "30"),)),
	}


def make_matching_weights() -> None:
	"""Give each company without its own the weights that matching starts with."""
	for company in frappe.get_all("Company", pluck="name"):
		if not frappe.db.exists("Matching Weights", company):
			_insert("Matching Weights", company=company)


def make_follow_up_plans() -> None:
	"""Insert the first plans of follow-ups, where there are none."""
	if frappe.db.count("Follow Up Plan"):
		return
	for name, (starts, steps, repeated) in _follow_up_plans().items():
		values = {"starts": starts, **dict(zip(("repeat_every", "repeat_unit"), repeated, strict=True))}
		if starts == "Stage Entered":
			values["stage"] = "Lost"
		rows = [dict(zip(("days", "method", "subject"), step, strict=True)) for step in steps]
		_insert("Follow Up Plan", plan_name=name, steps=rows, **values)


def make_pool_defaults() -> None:
	"""Insert the view of the pools, and an example, disabled, of the rule that gives who comes in to the agents."""
	language = frappe.get_system_settings("language")
	pools = [["Client", "pool", "in", ["Store", "Area"], False]]
	view = {"filter_name": _("Client Pools", language), "reference_doctype": "Client", "for_user": ""}
	_insert("List Filter", **view, filters=frappe.as_json(pools))
	name = _("Clients Who Come In (Example)", language)
	if frappe.db.exists("Assignment Rule", name):
		return
	rule = {"document_type": "Client", "rule": "Round Robin", "disabled": 1, "name": name}
	# neither anybody's nor fallen; a rule a store, with its agents and `and store == '...'`
	rule["assign_condition"] = "not agent and not last_agent and pool == 'Store'"
	rule["description"] = _("New client: {0}", language).format("{{ client_name }}")
	days = [{"day": day} for day in WEEKDAYS]
	_insert("Assignment Rule", **rule, users=[{"user": "Administrator"}], assignment_days=days)


def _follow_up_plans() -> dict[str, tuple]:
	"""Plan, named in the site's language -> what starts it, its steps (days, method, what to do), its repeat."""
	language = frappe.get_system_settings("language")

	return {
		_("New Clients", language, "Follow Up Plan"): (
			"New Client",
			(
				(1, "Call", _("First call: what they look for and by when", language, "Follow Up Plan")),
				(3, "WeChat", _("Send suitable homes and ask what they think", language, "Follow Up Plan")),
				(7, "Call", _("Arrange a viewing", language, "Follow Up Plan")),
				(
					15,
					"Call",
					_("Ask what has changed and what stands in the way", language, "Follow Up Plan"),
				),
			),
			(1, "Months"),
		),
		_("After-sale Care", language, "Follow Up Plan"): (
			"Handover",
			(
				(7, "Call", _("Ask whether the handover went well", language, "Follow Up Plan")),
				(30, "WeChat", _("Ask how they have settled in", language, "Follow Up Plan")),
				(90, "Call", _("Ask for their opinion and a recommendation", language, "Follow Up Plan")),
				(365, "WeChat", _("Greet on the anniversary of the handover", language, "Follow Up Plan")),
			),
			(1, "Years"),
		),
		_("Birthday Greeting", language, "Follow Up Plan"): (
			"Birthday",
			((0, "WeChat", _("Send birthday wishes", language, "Follow Up Plan")),),
			(0, "Months"),
		),
		_("Win Back Lost Clients", language, "Follow Up Plan"): (
			"Stage Entered",
			(
				(30, "WeChat", _("Ask whether they have found a home", language, "Follow Up Plan")),
				(
					90,
					"Call",
					_("Tell what the market does and ask for their plans", language, "Follow Up Plan"),
				),
				(180, "Call", _("Ask once more whether they still look", language, "Follow Up Plan")),
			),
			(0, "Months"),
		),
	}


def ask_for_evidence() -> None:
	"""Write the first list of evidence into Agency Settings, where it has none."""
	if frappe.db.count("Verification Evidence"):
		return
	place = {
		"parent": "Agency Settings",
		"parenttype": "Agency Settings",
		"parentfield": "verification_evidence",
	}
	for idx, (kind, slot, required) in enumerate(_evidence(), 1):
		row = {"kind": kind, "slot": slot, "required": required, "idx": idx}
		frappe.get_doc({"doctype": "Verification Evidence", **place, **row}).db_insert()
	frappe.clear_document_cache("Agency Settings", "Agency Settings")


def show_workspaces() -> None:
	"""Write into Agency Settings which workspaces of ERPNext the agency's roles use, where it names none."""
	if frappe.db.count("Shown Workspace"):
		return
	place = {"parent": "Agency Settings", "parenttype": "Agency Settings", "parentfield": "shown_workspaces"}
	shown = [(role, name) for role, names in SHOWN_WORKSPACES.items() for name in names]
	for idx, (role, name) in enumerate(shown, 1):
		row = {"role": role, "workspace": name, "idx": idx}
		frappe.get_doc({"doctype": "Shown Workspace", **place, **row}).db_insert()
	frappe.clear_document_cache("Agency Settings", "Agency Settings")


def _evidence() -> tuple[tuple[str, str, int], ...]:
	"""What is asked for to verify a listing: kind, evidence in the site's language, whether it must be there."""
	language = frappe.get_system_settings("language")
	return (
		("Existence", _("Photo of the Home", language, "Verification Evidence"), 0),
		("Existence", _("Owner's Confirmation", language, "Verification Evidence"), 0),
		("Ownership Certificate", _("Ownership Certificate", language, "Verification Evidence"), 1),
		("Ownership Certificate", _("Owner's Identity Paper", language, "Verification Evidence"), 0),
		("Site Survey", _("Living Room", language, "Verification Evidence"), 1),
		("Site Survey", _("Floor Plan", language, "Verification Evidence"), 0),
		("Key", _("Photo of the Key", language, "Verification Evidence"), 0),
		("Mandate", _("Signed Mandate", language, "Verification Evidence"), 1),
	)


def fill_settings() -> None:
	"""Give each rule of Agency Settings that the site has never kept its default; a kept one stays, 0 too.

	Frappe gives a single its defaults only while nothing of it was saved, so a rule a newer version brings
	would read 0.
	"""
	doctype = "Agency Settings"
	kept = frappe.db.get_singles_dict(doctype)
	fields = (field for field in frappe.get_meta(doctype).fields if field.default)
	new = {field.fieldname: field.default for field in fields if field.fieldname not in kept}
	if kept and new:
		frappe.db.set_single_value(doctype, new)


def _insert(doctype: str, **values) -> None:
	doc = frappe.get_doc({"doctype": doctype, "effective_from": START, **values})
	doc.insert(ignore_permissions=True)  # perm: set-up runs before anybody has a role
