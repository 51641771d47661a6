"""Records an agency starts from: one split template a kind of deal, one commission plan.

They are made once, at install; an administrator changes or disables them, no migrate brings them back.
"""

import frappe

START = "2000-01-01"
PLAN = {"plan_name": "Standard 40 %", "rate": 40, "effective_from": START}
# role, percent, who takes it where nobody held the role
TEMPLATES = {
	"Standard Sale": (
		"Sale",
		(
			("Entry", 10, "Maintainer"),
			("Maintainer", 15, "Closing"),
			("Survey", 5, "Maintainer"),
			("Mandate", 5, "Maintainer"),
			("Key", 5, "Maintainer"),
			("Referral", 10, "Closing"),
			("First Viewing", 15, "Closing"),
			("Closing", 30, None),
			("Finance", 5, "Closing"),
		),
	),
	"Standard Lease": ("Lease", (("Maintainer", 40, "Closing"), ("Closing", 60, None))),
}


def make_defaults() -> None:
	"""Insert the shipped split templates and commission plan where none of their name exists."""
	if not frappe.db.exists("Commission Plan", PLAN["plan_name"]):
		_insert({"doctype": "Commission Plan", **PLAN})
	for name, (deal_type, rows) in TEMPLATES.items():
		if not frappe.db.exists("Split Template", name):
			_insert(
				{
					"doctype": "Split Template",
					"template_name": name,
					"deal_type": deal_type,
					"effective_from": START,
					"rows": [
						{"role": role, "percent": percent, "fallback_role": fallback}
						for role, percent, fallback in rows
					],
				}
			)


def _insert(values: dict) -> None:
	# perm: install runs before anybody has a role
	frappe.get_doc(values).insert(ignore_permissions=True)
