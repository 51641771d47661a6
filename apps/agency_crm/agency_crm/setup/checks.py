"""The keys and settings that secrets and money rest on, for `./agency start` and `./agency doctor`."""

from importlib.util import find_spec

import frappe
from frappe.utils import cint
from frappe.utils.password import check_password
from frappe.utils.scheduler import is_scheduler_disabled

from agency_crm.accounting import settings as books
from agency_crm.framework import addresses, logins, other_apps, wizard
from agency_crm.services.privacy import secrets
from agency_crm.setup import canary, identifiers

GUESSED = ("admin", "administrator", "agency", "frappe", "password", "123456", "12345678")
FEW = 3  # who may do everything, Administrator apart


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
		("Set-up wizard completed", wizard.is_complete(), "run ./agency start again"),
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
			"Money to the fen",
			books.is_to_the_fen(),
			"System Settings > Currency Precision: 2",
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
			not cint(frappe.conf.gate_watch),
			"open what is needed in the list Refused Call, then run bench set-config gate_watch 0",
		),
		*(
			(f"Functions of {app}, open to everybody with a desk: {', '.join(names)}", True, "")
			for app, names in other_apps.functions().items()
		),
		(
			"Who waited for a row of the database reads what it says now",
			_snapshot_isolation() != "ON",
			"innodb_snapshot_isolation = OFF in the [mysqld] part of MariaDB's settings, and restart it",
		),
		("PDF engine", find_spec("weasyprint"), "run ./agency update, which installs WeasyPrint"),
	)
	found = (*found, *_security())
	return [{"name": name, "ok": bool(ok), "mend": mend} for name, ok, mend in found]


def _snapshot_isolation() -> str | None:
	"""Return how MariaDB is set; on (11.6 and later unless told otherwise), two at once get its error 1020."""
	found = frappe.db.sql("show variables like 'innodb_snapshot_isolation'")
	return found[0][1] if found else None


def _security() -> list[tuple[str, bool, str]]:
	"""What an office can open without meaning to; docs/security.md says what each is for."""
	system, conf = frappe.get_cached_doc("System Settings"), frappe.conf
	off = [name for name, number in logins.limits().items() if number <= 0]
	columns = identifiers.inexact()
	return [
		("Log-in limits on", not off, f"Login Limits: give {', '.join(off)} a number; 0 switches a rule off"),
		(
			"Frappe's lock of whole addresses off",
			not cint(system.get(logins.FRAPPES_OWN)),
			"System Settings > Allow Consecutive Login Attempts: 0; Login Limits stands in for it",
		),
		(
			"Proxy named",
			not (conf.host_name or "").startswith("https:") or addresses.trusted(),
			"run bench set-config -g -p trusted_proxies '[\"127.0.0.1\"]' with the address of the web server in"
			" front; until then everybody counts as one address",
		),
		(
			"Numbers of other systems compared exactly",
			not columns,
			f"run bench migrate; {', '.join(columns)} aren't",
		),
		(
			"Server scripts off",
			not conf.server_script_enabled,
			"run bench set-config -g server_script_enabled 0",
		),
		("CSRF check on", not conf.ignore_csrf, "run bench set-config ignore_csrf 0"),
		(
			"Other sites kept out",
			conf.allow_cors != "*",
			"run bench set-config allow_cors with the sites' names",
		),
		(
			"Guests upload nothing",
			not cint(system.allow_guests_to_upload_files),
			"System Settings > Allow Guests to Upload Files: untick it; our own pages don't need it",
		),
		(
			"Nobody signs up alone",
			cint(frappe.db.get_single_value("Website Settings", "disable_signup")),
			"Website Settings > Disable Signups: tick it",
		),
		*_people(),
	]


def _people() -> list[tuple[str, bool, str]]:
	managers = _enabled(
		frappe.get_all("Has Role", {"role": "System Manager", "parenttype": "User"}, pluck="parent")
	)
	left = _enabled(frappe.get_all("Agent", {"status": "Left", "user": ("is", "set")}, pluck="user"))
	return [
		(
			f"At most {FEW} System Managers",
			len(managers) <= FEW,
			f"take the role from who doesn't need it: {', '.join(managers)}",
		),
		("Who left logs in no more", not left, f"disable these users: {', '.join(left)}"),
		("Administrator's password is nobody's guess", not _is_guessed(), "run bench set-admin-password"),
	]


def _enabled(users: list[str]) -> list[str]:
	here = {"enabled": 1, "name": ("in", set(users) - {"Administrator"})}
	return sorted(frappe.get_all("User", here, pluck="name")) if users else []


def _is_guessed() -> bool:
	for password in GUESSED:
		try:
			check_password("Administrator", password, delete_tracker_cache=False)
		except frappe.AuthenticationError:
			continue
		return True
	return False
