"""Partners who send listings."""

import frappe

from agency_crm.tests.factory.office import make_store
from agency_crm.tests.factory.record import insert


def make_partner(**fields):
	"""A partner of a store of its own, inserted as the session's user; its user is made with it."""
	token = frappe.generate_hash(length=8)
	values = {"partner_name": f"Partner {token}", "source_channel": f"Partner {token}"}
	if "store" not in fields:
		values["store"] = make_store().name
	return insert("Listing Partner", {**values, **fields}, ignore_permissions=False)
