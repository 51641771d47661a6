"""What installing and migrating do besides the DocTypes."""

import json
from pathlib import Path

import frappe
from frappe import _
from frappe.model.naming import NamingSeries

from agency_crm.framework import logins
from agency_crm.permissions import visibility
from agency_crm.services.privacy import secrets
from agency_crm.setup import custom_fields, defaults, identifiers, roles, workflows

MODULE = "Agency CRM"
MODULE_FOLDER = Path(__file__).parent.parent / "agency_crm"
WITHOUT_COMMENTS = ("Listing",)  # whose list counts none, as listing_views.js has it where nothing is kept
LIST_SETTINGS, ALL_ROWS = "List View Settings", "disable_automatic_recency_filters"
SHIPPED = {"DocType": "doctype", "Report": "report", "Workspace": "workspace"}


class NameClashError(frappe.ValidationError):
	"""Something of the same name is already there and isn't ours."""


def before_install() -> None:
	"""Refuse, naming them, where a DocType, Role, Report or Workspace of ours belongs to another module.

	Frappe would overwrite it in silence: our names are the trade's own words (Client, Deal, Store).
	"""
	clashes = [
		_("{0} {1} of the module {2}").format(_(doctype), frappe.bold(name), frappe.bold(module or _("none")))
		for doctype, folder in SHIPPED.items()
		for name, module in _foreign(doctype, shipped_names(folder))
	]
	if not frappe.db.exists("Module Def", {"name": MODULE, "app_name": "agency_crm"}):
		existing = frappe.get_all("Role", {"name": ["in", roles.ROLES]}, pluck="name")
		clashes += [_("{0} {1}").format(_("Role"), frappe.bold(role)) for role in existing]
	if clashes:
		message = _("Agency CRM cannot be installed, these names are taken here: {0}. Rename them first.")
		frappe.throw(message.format(", ".join(clashes)), NameClashError)


def after_install() -> None:
	roles.make_roles()
	defaults.after_install()
	logins.take_over()
	after_migrate()


def after_migrate() -> None:
	roles.make_roles()
	roles.grant_rights()
	roles.open_reports()
	make_counters()
	secrets.make_hash_key()
	visibility.add_indexes()
	identifiers.make_exact()
	show_all_rows()
	custom_fields.make_custom_fields()
	defaults.fill_settings()
	workflows.import_workflows()


def make_counters() -> None:
	"""Have the counter of every kind of record: two people who make the first of one at once would deadlock."""
	doctypes = frappe.get_all("DocType", {"module": MODULE}, pluck="name")
	rules = (frappe.get_meta(doctype).autoname or "" for doctype in doctypes)
	counters = [(NamingSeries(rule).get_prefix(), 0) for rule in rules if "#" in rule]
	frappe.db.bulk_insert("Series", ["name", "current"], counters, ignore_duplicates=True)


def show_all_rows() -> None:
	"""Have the lists of our DocTypes open with all that one may see.

	Newer Frappe opens a list of more than 100,000 with what was modified in the last 90 days: an agent would miss
	the older homes.
	"""
	if not frappe.get_meta(LIST_SETTINGS).has_field(ALL_ROWS):
		return
	for doctype in frappe.get_all("DocType", {"module": MODULE, "issingle": 0, "istable": 0}, pluck="name"):
		if not frappe.db.exists(LIST_SETTINGS, doctype):
			shown = {ALL_ROWS: 1, "disable_comment_count": int(doctype in WITHOUT_COMMENTS)}
			settings = frappe.get_doc({"doctype": LIST_SETTINGS, "name": doctype, **shown})
			settings.insert(ignore_permissions=True)  # perm: set-up, no user asks
		elif not frappe.db.get_value(LIST_SETTINGS, doctype, ALL_ROWS):
			frappe.db.set_value(LIST_SETTINGS, doctype, ALL_ROWS, 1)


def shipped_names(folder: str) -> list[str]:
	"""Names of the documents in one of the module's folders."""
	files = sorted((MODULE_FOLDER / folder).glob("*/*.json"))
	return [json.loads(path.read_text(encoding="utf-8"))["name"] for path in files]


def _foreign(doctype: str, names: list[str]) -> list[tuple[str, str | None]]:
	rows = frappe.get_all(doctype, {"name": ["in", names]}, ["name", "module"], order_by="name")
	return [(row.name, row.module) for row in rows if row.module != MODULE]
