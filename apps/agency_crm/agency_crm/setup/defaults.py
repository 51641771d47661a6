"""Records an agency starts from: split templates, a commission plan, rules for tags, weights of the grade.

They are made once, named in the site's language; an administrator changes, disables or deletes them and no
migrate brings them back.
"""

import frappe
from frappe import _
from frappe.utils import cint

START = "2000-01-01"
RATE = 40  # %
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
LEASE = (("Maintainer", 40, "Closing"), ("Closing", 60, None))


def after_install() -> None:
	"""Make them where ERPNext is set up already; else the wizard's end does, when the language is known."""
	if cint(frappe.db.get_single_value("System Settings", "setup_complete")):
		make_defaults()


def make_defaults(args: dict | None = None) -> None:
	"""Insert the first split templates and commission plan; called with the wizard's answers at its end."""
	if frappe.db.count("Commission Plan") or frappe.db.count("Split Template"):
		return
	ask_for_evidence()
	make_library_defaults()
	plan = _("Standard {0} %").format(RATE)
	_insert("Commission Plan", plan_name=plan, rate=RATE)
	for name, deal_type, rows in ((_("Standard Sale"), "Sale", SALE), (_("Standard Lease"), "Lease", LEASE)):
		fields = ("role", "percent", "fallback_role")
		table = [dict(zip(fields, row, strict=True)) for row in rows]
		_insert("Split Template", template_name=name, deal_type=deal_type, rows=table)


def make_library_defaults() -> None:
	"""Insert the first rules that give tags, and the first weights of the grade, where there are none."""
	fill_settings()
	settings = frappe.get_doc("Agency Settings")
	if not settings.grade_weights:
		for item, weight in GRADE_WEIGHTS.items():
			settings.append("grade_weights", {"item": item, "weight": weight})
		settings.save(ignore_permissions=True)  # perm: set-up runs before anybody has a role
	if not frappe.db.exists("Agency Tag", {"kind": "Rule"}):
		for sort_order, (name, (colour, conditions)) in enumerate(_tag_rules().items(), 1):
			rows = [dict(zip(("fact", "operator", "value"), row, strict=True)) for row in conditions]
			tag = {"tag_name": name, "kind": "Rule", "colour": colour, "sort_order": sort_order}
			_insert("Agency Tag", **tag, conditions=rows)
		make_saved_views()


def make_saved_views() -> None:
	"""Insert the views of the listings that everybody starts from: those on the market that have a tag."""
	live = ["Listing", "phase", "=", "Live", False]
	for tag in list(_tag_rules()):
		view = {"filter_name": tag, "reference_doctype": "Listing", "for_user": ""}
		_insert(
			"List Filter", **view, filters=frappe.as_json([live, ["Listing Tag", "tag", "=", tag, False]])
		)


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
