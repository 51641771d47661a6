"""What a test site needs before the first test."""

import frappe

from agency_crm.framework import wizard
from agency_crm.setup.company import complete_setup
from agency_crm.tests import factory


def before_tests() -> None:
	"""Finish the set-up wizard on a fresh site, once; no records of Frappe's making: the factory makes ours."""
	frappe.flags.skip_test_records = True
	if not wizard.is_complete():
		complete_setup()
	factory.make_spare_users()
	frappe.db.commit()
