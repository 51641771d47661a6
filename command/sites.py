"""Sites: made once by installing, then copied; migrated when the code has changed; the demo."""

import json
import shutil
from pathlib import Path

from command.marks import code_digest, mark, once, set_mark
from command.place import HOME, PYTHON, ROOT, SITES, passwords, read_json, write_private
from command.services import database
from command.shell import Failure, run, step

# a site as it is after installing and the set-up wizard, to copy others from
PRISTINE = HOME / "pristine.sql.gz"
COMPLETE_SETUP = "agency_crm.setup.company.complete_setup"
PLANT_CANARY = "agency_crm.setup.canary.plant"
CHECK_KEYS = "agency_crm.setup.checks.keys"
LOAD_DEMO = "agency_crm.setup.demo.documents.load"


def frappe(what: str, site: str, *command: str | Path, show: bool = False, **extra: str) -> str:
	"""Run one of Frappe's commands on a site and return what it printed."""
	helper = [PYTHON, "-m", "frappe.utils.bench_helper", "frappe", "--site", site]
	return run(what, [*helper, *command], cwd=SITES, show=show, **extra)


def call(what: str, site: str, function: str, show: bool = False, **arguments: object) -> str:
	"""Call a function of the app on a site, commit, and return what it printed: its answer last, as JSON."""
	# as text: run as a file it would find this folder's modules before the bench's
	program = (ROOT / "command/on_site.py").read_text(encoding="utf-8")
	return run(what, [PYTHON, "-c", program, site, function, json.dumps(arguments)], cwd=SITES, show=show)


def config(site: str) -> dict:
	"""Return a site's own configuration, empty where there is no such site."""
	return read_json(SITES / site / "site_config.json")


def set_config(site: str, **values: object) -> None:
	"""Write entries of a site's own configuration."""
	write_private(
		SITES / site / "site_config.json", json.dumps(config(site) | values, indent=1, sort_keys=True)
	)


def is_ready(site: str) -> bool:
	"""Whether a site is there and we aren't in the middle of making it."""
	return bool(config(site)) and not mark(f"making:{site}")


def make(site: str, **values: object) -> bool:
	"""Make a site with the set-up wizard completed, unless it is there; return whether it was made now.

	What an interrupted try left is dropped first; a site we didn't begin is never touched. `values` go into
	the site's configuration.
	"""
	if is_ready(site):
		return False
	set_mark(f"making:{site}", "begun")
	if PRISTINE.exists():
		with step(f"Make the site {site} as a copy"):
			new_site(site, "--source-sql", PRISTINE)
	else:
		with step(f"Make the site {site}: install ERPNext and the app (minutes)"):
			new_site(site, "--install-app", "erpnext", "--install-app", "agency_crm")
		with step("Complete the set-up: company, chart of accounts, rounding"):
			call("The set-up", site, COMPLETE_SETUP)
			keep_pristine(site)
	set_mark(f"migrated:{site}", mark("pristine"))
	call("The encryption canary", site, PLANT_CANARY)
	frappe("bench enable-scheduler", site, "enable-scheduler")  # a restored site's is off
	set_config(site, **values)
	set_mark(f"making:{site}", None)
	return True


def new_site(site: str, *options: str | Path) -> None:
	"""Make a site and its database."""
	shutil.rmtree(SITES / site, ignore_errors=True)
	set_mark(f"migrated:{site}", None)
	secrets = passwords()
	frappe(
		"bench new-site",
		site,
		*("new-site", site, "--force", "--mariadb-user-host-login-scope", "%"),
		*("--db-root-username", "root", "--db-root-password", secrets["database"]),
		*("--admin-password", secrets["administrator"]),
		*options,
	)


def keep_pristine(site: str) -> None:
	"""Keep a dump of a site nobody has used yet."""
	part = PRISTINE.with_name("part-" + PRISTINE.name)
	dump(site, part)
	part.replace(PRISTINE)
	set_mark("pristine", code_digest())


def dump(site: str, file: Path) -> None:
	"""Write a site's database into a file."""
	command = 'set -o pipefail; mariadb-dump --defaults-file="$0" --single-transaction "$1" | gzip -1 > "$2"'
	run(
		"mariadb-dump",
		["bash", "-c", command, HOME / "client.cnf", config(site)["db_name"], file],
	)


def restore(site: str, file: Path) -> None:
	"""Put a dump in the place of a site's database.

	Raises:
		Failure: it can't be read, or was encrypted with another key than the site's.
	"""
	name = config(site)["db_name"]
	database(f"drop database if exists `{name}`; create database `{name}`")
	command = 'set -o pipefail; gunzip -c "$2" | mariadb --defaults-file="$0" "$1"'
	run("The restored database", ["bash", "-c", command, HOME / "client.cnf", name, file])
	check_keys(site)


def drop(site: str) -> None:
	"""Remove a site, its database and its files."""
	if name := config(site).get("db_name"):
		database(f"drop database if exists `{name}`; drop user if exists '{name}'@'%', '{name}'@'localhost'")
	shutil.rmtree(SITES / site, ignore_errors=True)
	set_mark(f"migrated:{site}", None)


def migrate(site: str) -> bool:
	"""Migrate a site made with other code than this; return whether it was."""
	return once(
		f"migrated:{site}",
		code_digest(),
		f"Migrate {site}",
		lambda: frappe("bench migrate", site, "migrate"),
	)


def check_keys(site: str) -> None:
	"""Refuse a site whose keys aren't the ones its secrets were encrypted and hashed with.

	Frappe would make a new encryption key in silence, and no phone number would ever be read again.

	Raises:
		Failure: naming the key and what to do.
	"""
	try:
		call("The keys", site, CHECK_KEYS)
	except Failure as failure:
		raise Failure(
			f"The keys in sites/{site}/site_config.json don't fit its data.\n{failure}"
		) from failure


def want_demo(site: str, wanted: bool) -> None:
	"""Decide, while a site isn't there yet, whether it gets the demo: people's own data never does later.

	Of a demo that was begun and not finished nothing more is loaded where it is no longer wanted.
	"""
	if not is_ready(site) or (not wanted and mark(f"demo:{site}") == "wanted"):
		set_mark(f"demo:{site}", "wanted" if wanted else "without")


def load_demo(site: str, logins: Path) -> dict:
	"""Load the demo agency where it is wanted; return its logins by role, {role: {"user", "password"}}, or none."""
	if mark(f"demo:{site}") == "wanted":
		with step("Load the demo agency"):
			call("The demo", site, LOAD_DEMO, logins=str(logins))
		set_mark(f"demo:{site}", "loaded")
	return read_json(logins) if mark(f"demo:{site}") == "loaded" else {}
