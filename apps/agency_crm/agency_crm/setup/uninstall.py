"""What uninstalling takes away besides our own module, so that ERPNext is left whole and nobody's secret lies about."""

import frappe

from agency_crm.framework import logins
from agency_crm.setup import custom_fields, install, roles, workflows

# what stands for records of ours in a DocType of Frappe's -> the field that names their DocType
ABOUT = {"Communication": "reference_doctype", "Data Import": "reference_doctype"}


def before_uninstall() -> None:
	"""Remove our links on ERPNext's forms first: a Link to a dropped DocType breaks the whole form."""
	custom_fields.remove_custom_fields()
	workflows.remove_workflows()
	roles.revoke_rights()
	roles.remove_roles()
	logins.hand_back()
	remove_list_settings()
	remove_files()


def remove_list_settings() -> None:
	"""Delete how the lists of our DocTypes are shown."""
	ours = frappe.get_all("DocType", {"module": install.MODULE}, pluck="name")
	frappe.db.delete(install.LIST_SETTINGS, {"name": ("in", ours)})


def remove_files() -> None:
	"""Delete the files of our records, on disk as well: papers, photos, and the rows an import refused.

	Frappe drops the tables and leaves the files, with their File records, to whoever administers the site. A file
	that a record of somebody else's shares stays.
	"""
	for name in _files():
		# perm: set-up, no user asks
		frappe.delete_doc("File", name, force=True, ignore_permissions=True, delete_permanently=True)


def _files() -> list[str]:
	ours = frappe.get_all("DocType", {"module": install.MODULE}, pluck="name")
	found = _attached_to(ours)
	for doctype, field in ABOUT.items():
		records = frappe.get_all(doctype, {field: ("in", ours)}, pluck="name")
		found += _attached_to([doctype], records)
	reports = frappe.get_all("Report", {"module": install.MODULE}, pluck="name")
	results = frappe.get_all("Prepared Report", {"report_name": ("in", reports)}, pluck="name")
	return found + _attached_to(["Prepared Report"], results)


def _attached_to(doctypes: list[str], names: list[str] | None = None) -> list[str]:
	attached = {"attached_to_doctype": ("in", doctypes)}
	if names is not None:
		attached["attached_to_name"] = ("in", names)
	return frappe.get_all("File", attached, pluck="name") if names != [] else []
