"""Records an agency starts from: one split template a kind of deal, one commission plan.

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
LEASE = (("Maintainer", 40, "Closing"), ("Closing", 60, None))


def after_install() -> None:
	"""Make them where ERPNext is set up already; else the wizard's end does, when the language is known."""
	if cint(frappe.db.get_single_value("System Settings", "setup_complete")):
		make_defaults()


def make_defaults(args: dict | None = None) -> None:
	"""Insert the first split templates and commission plan; called with the wizard's answers at its end."""
	if frappe.db.count("Commission Plan") or frappe.db.count("Split Template"):
		return
	plan = _("Standard {0} %").format(RATE)
	_insert("Commission Plan", plan_name=plan, rate=RATE)
	for name, deal_type, rows in ((_("Standard Sale"), "Sale", SALE), (_("Standard Lease"), "Lease", LEASE)):
		fields = ("role", "percent", "fallback_role")
		table = [dict(zip(fields, row, strict=True)) for row in rows]
		_insert("Split Template", template_name=name, deal_type=deal_type, rows=table)


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
