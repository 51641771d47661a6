"""The keys and settings that secrets and money rest on, for `./agency start` and `./agency doctor`."""

from importlib.util import find_spec

import frappe
from frappe.utils import cint
from frappe.utils.scheduler import is_scheduler_disabled

from agency_crm.framework import other_apps
from agency_crm.services import secrets
from agency_crm.setup import canary


def keys() -> None:
	"""Refuse (EncryptionKeyError, PhoneKeyError) where a key isn't the one the site's secrets were made with."""
	canary.check()
	secrets.make_hash_key()


def settings() -> list[dict]:
	"""Return {"name", "ok", "mend"} for each setting; `mend` says what an administrator does where it isn't ok."""
	single = frappe.db.get_single_value
	companies = set(frappe.get_all("Company", {"is_group": 0}, pluck="name"))
	ours = set(frappe.get_all("Agency Company Settings", pluck="company"))
	found = (
		("Set-up wizard completed", single("System Settings", "setup_complete"), "run ./agency start again"),
		(
			"Rounding half away from zero",
			single("System Settings", "rounding_method") == "Commercial Rounding",
			"System Settings > Rounding Method: Commercial Rounding",
		),
		(
			"Invoices to the fen",
			single("Global Defaults", "disable_rounded_total"),
			"Global Defaults > Disable Rounded Total: tick it",
		),
		(
			"Books in CNY",
			single("Global Defaults", "default_currency") == "CNY",
			"Global Defaults > Default Currency: CNY",
		),
		(
			"Time zone",
			single("System Settings", "time_zone") == "Asia/Shanghai",
			"System Settings > Time Zone: Asia/Shanghai",
		),
		(
			"Accounts of every company",
			companies and companies <= ours,
			f"Agency Settings > Companies: add a row for {', '.join(sorted(companies - ours))}",
		),
		*(
			(
				f"Workflow of {doctype}",
				frappe.db.exists("Workflow", {"document_type": doctype, "is_active": 1}),
				f"Workflow list: activate one for {doctype}; without one nobody reviews it",
			)
			for doctype in ("Listing", "Viewing", "Deal")
		),
		("Encryption canary", canary.is_planted(), "run bench migrate"),
		(
			"Scheduler",
			not is_scheduler_disabled(verbose=False),
			"run bench enable-scheduler, and look for pause_scheduler and maintenance_mode in site_config.json",
		),
		("Developer mode off", not frappe.conf.developer_mode, "run bench set-config developer_mode 0"),
		("Tests not allowed here", not cint(frappe.conf.allow_tests), "run bench set-config allow_tests 0"),
		(
			"The gate refuses what it doesn't let through",
			not frappe.conf.gate_watch,
			"open what is needed in the list Refused Call, then run bench set-config gate_watch 0",
		),
		*(
			(f"Functions of {app}, open to everybody with a desk: {', '.join(names)}", True, "")
			for app, names in other_apps.functions().items()
		),
		("PDF engine", find_spec("weasyprint"), "run ./agency update, which installs WeasyPrint"),
	)
	return [{"name": name, "ok": bool(ok), "mend": mend} for name, ok, mend in found]
