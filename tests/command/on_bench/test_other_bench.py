"""`bench get-app` of this repository into a bench of somebody else's, and out of it again."""

import json
import shutil
from pathlib import Path

import pytest
from bench_site import ROOT, Site, run

from command import place
from command.marks import commit

BENCH = ROOT / ".agency/cli/bin/bench"
BRANCH = "here"
DOCTYPES = ROOT / "apps/agency_crm/agency_crm/agency_crm/doctype"
POST = """
from agency_crm.setup.company import FEE_ITEM, complete_setup
company = complete_setup()
customer = frappe.get_doc(
	doctype="Customer", customer_name="Neighbour", customer_type="Individual"
).insert()
invoice = frappe.get_doc(
	doctype="Sales Invoice", company=company, customer=customer.name,
	items=[{"item_code": FEE_ITEM, "qty": 1, "rate": 4000}],
).insert()
invoice.submit()
print(invoice.name)
"""
OPEN = """
from frappe.desk.form.load import getdoc
from frappe.utils import flt
frappe.set_user("Administrator")
frappe.local.response = frappe._dict(docs=[])
getdoc("Sales Invoice", "{name}")
invoice = frappe.get_doc("Sales Invoice", "{name}")
assert flt(invoice.grand_total) == 4000 and invoice.docstatus == 1
again = frappe.copy_doc(invoice).insert()
again.submit()
invoice.cancel()
lost = frappe.get_all("DocField", {{"fieldtype": "Link"}}, ["parent", "options"])
lost += frappe.get_all("Custom Field", {{"fieldtype": "Link"}}, ["dt as parent", "options"])
print([row for row in lost if row.options in {ours}])
"""
STARTED = """
first = ("Commission Plan", "Split Template", "Follow Up Plan", "Agency Tag", "Assignment Rule", "Matching Weights")
print([doctype for doctype in first if not frappe.db.count(doctype)])
"""


@pytest.fixture
def other(tmp_path: Path):
	"""A bench with Frappe and ERPNext, cloned from this one's; it shares the database and Redis."""
	bench = tmp_path / "other"
	(bench / "sites").mkdir(parents=True)
	config = bench / "sites/common_site_config.json"
	shared = (
		"db_host",
		"db_port",
		"root_login",
		"root_password",
		"redis_cache",
		"redis_queue",
		"frappe_user",
	)
	ours = json.loads((place.SITES / "common_site_config.json").read_text())
	config.write_text(json.dumps({key: ours[key] for key in shared}))
	flags = ["--ignore-exist", "--no-procfile", "--no-backups", "--skip-assets"]
	flags += ["--skip-redis-config-generation", "--python", (ROOT / "env/bin/python").resolve()]
	origin = ["--frappe-path", clone_source("frappe", tmp_path), "--frappe-branch", BRANCH]
	run(bench, BENCH, "init", ".", *flags, *origin)
	run(bench, bench / "env/bin/python", "-m", "pip", "install", "-q", "setuptools<81")
	run(
		bench,
		*(BENCH, "get-app", clone_source("erpnext", tmp_path), "--branch", BRANCH, "--skip-assets"),
	)
	yield bench
	for site in (bench / "sites").glob("*/site_config.json"):
		run(bench, BENCH, "drop-site", site.parent.name, "--force", "--no-backup")
	shutil.rmtree(bench)


def clone_source(app: str, folder: Path) -> str:
	"""Clone the commit this bench has, under a branch another bench can ask for; return its address."""
	source = folder / "sources" / app
	run(ROOT, "git", "clone", "-q", "--depth", "1", f"file://{ROOT}/apps/{app}", source)
	assert run(source, "git", "rev-parse", "HEAD").startswith(commit(app))
	run(source, "git", "switch", "-q", "-C", BRANCH)
	return f"file://{source}"


def test_installs_posts_uninstalls_and_leaves_erpnext_whole(other):
	run(other, BENCH, "get-app", f"file://{ROOT}")
	apps = (other / "sites/apps.txt").read_text().split()
	assert apps == ["frappe", "erpnext", "agency_crm"]
	assert list((other / "sites/assets/agency_crm/dist/js").glob("agency_crm.bundle.*.js"))

	site = Site(other, "other.example")
	site.command(
		*("new-site", site.name, "--admin-password", "other", "--mariadb-user-host-login-scope", "%"),
		*("--install-app", "erpnext", "--install-app", "agency_crm"),
	)
	invoice = site.python(POST).strip().splitlines()[-1]

	site.command("uninstall-app", "agency_crm", "--yes", "--no-backup")
	ours = [json.loads(file.read_text())["name"] for file in DOCTYPES.glob("*/*.json")]
	assert site.python(OPEN.format(name=invoice, ours=ours)).strip().splitlines()[-1] == "[]"

	# into a site that is set up already, where no wizard ends any more
	site.command("install-app", "agency_crm")
	assert site.python(STARTED).strip().splitlines()[-1] == "[]"
