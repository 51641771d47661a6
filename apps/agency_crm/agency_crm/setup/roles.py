"""The seven roles, their rights on ERPNext's DocTypes (those on ours stand in each DocType's file), its reports.

ERPNext's own rows are left as they are; what an administrator changes in the Role Permissions Manager stays.
"""

import json

import frappe
from frappe import _
from frappe.permissions import reset_perms, rights

from agency_crm.permissions.roles import (
	ACCOUNTANT,
	ADMINISTRATOR,
	CASHIER,
	PARTNER,
	ROLES,
)

# what was given: globals of the site
GIVEN, OWN_ROLES = "agency_crm_rights_given", "agency_crm_report_roles"
VOUCHER = ("read", "write", "create", "submit", "cancel", "amend", "print", "email", "report", "export")
EDIT, READ = ("read", "write", "create"), ("read",)

# DocType -> role -> rights. The cashier books money, no invoices, accruals or settings; of the agency's
# roles only the accountant and the cashier know Customer.
RIGHTS = {
	"Sales Invoice": {ACCOUNTANT: VOUCHER, CASHIER: ("read", "print")},
	"Payment Entry": {ACCOUNTANT: VOUCHER, CASHIER: ("read", "write", "create", "submit", "print", "report")},
	"Journal Entry": {ACCOUNTANT: VOUCHER},
	"Payment Reconciliation": {ACCOUNTANT: EDIT},
	"Unreconcile Payment": {ACCOUNTANT: ("read", "write", "create", "submit")},
	"Accounting Period": {ACCOUNTANT: EDIT},
	"Period Closing Voucher": {ACCOUNTANT: VOUCHER},
	"Bank Transaction": {ACCOUNTANT: VOUCHER},
	"Bank Reconciliation Tool": {ACCOUNTANT: EDIT},
	"Repost Accounting Ledger": {ACCOUNTANT: ("read", "write", "create", "submit", "cancel")},
	"Repost Payment Ledger": {ACCOUNTANT: ("read", "write", "create", "submit", "cancel")},
	"Purchase Invoice": {ACCOUNTANT: ("read", "report")},
	"GL Entry": {ACCOUNTANT: ("read", "report", "export")},
	"Payment Ledger Entry": {ACCOUNTANT: ("read", "report", "export")},
	"Customer": {ACCOUNTANT: ("read", "write", "create", "report"), CASHIER: READ},
	"Account": {ACCOUNTANT: ("read", "report"), CASHIER: READ, ADMINISTRATOR: READ},
	"Cost Center": {ACCOUNTANT: READ, CASHIER: READ, ADMINISTRATOR: READ},
	"Company": {ACCOUNTANT: READ, CASHIER: READ, ADMINISTRATOR: READ},
	"Mode of Payment": {ACCOUNTANT: READ, CASHIER: READ},
	"Bank Account": {ACCOUNTANT: READ, CASHIER: READ},
	"Bank": {ACCOUNTANT: READ},
	"Currency": {ACCOUNTANT: READ},
	"Fiscal Year": {ACCOUNTANT: READ},
	"Finance Book": {ACCOUNTANT: READ},
	"Customer Group": {ACCOUNTANT: READ},
	"Party Type": {ACCOUNTANT: READ},
	"Supplier Group": {ACCOUNTANT: READ},
	"Payment Terms Template": {ACCOUNTANT: READ},
	"Sales Taxes and Charges Template": {ACCOUNTANT: READ, ADMINISTRATOR: READ},
	"Item": {ACCOUNTANT: READ},
	"Supplier": {ACCOUNTANT: READ, CASHIER: READ, ADMINISTRATOR: READ},
	"Employee": {ACCOUNTANT: ("select",), CASHIER: ("select",), ADMINISTRATOR: ("select",)},
	"Sales Person": {ADMINISTRATOR: READ},
	"Territory": {**dict.fromkeys(ROLES, READ), ADMINISTRATOR: EDIT},
	"Letter Head": {ADMINISTRATOR: EDIT},  # what of it is a program: framework/shared_scripts.py
	"Workflow": {ADMINISTRATOR: EDIT},
	"Workflow State": {ADMINISTRATOR: EDIT},
	"Workflow Action Master": {ADMINISTRATOR: EDIT},
}

# of ERPNext's reports those of an accountant's day
REPORTS = (
	*("General Ledger", "Trial Balance", "Profit and Loss Statement", "Balance Sheet", "Sales Register"),
	*("Accounts Receivable", "Accounts Receivable Summary", "Accounts Payable", "Accounts Payable Summary"),
	"Bank Reconciliation Statement",
)


def make_roles() -> None:
	for role in (*ROLES, PARTNER):
		if not frappe.db.exists("Role", role):
			doc = frappe.get_doc({"doctype": "Role", "role_name": role, "desk_access": int(role != PARTNER)})
			doc.insert(ignore_permissions=True)  # perm: set-up, no user asks


def keep_name(doc, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""The event `Role.before_rename`: our rules name our roles. Raises ValidationError for one of them."""
	if old in (*ROLES, PARTNER):
		frappe.throw(
			_("The role {0} keeps its name: the rules of this app name it. Translate it instead.").format(
				frappe.bold(old)
			)
		)


def remove_roles() -> None:
	ours = (*ROLES, PARTNER)
	frappe.db.delete("Has Role", {"role": ["in", ours]})
	for role in ours:
		frappe.delete_doc("Role", role, ignore_missing=True, force=True)


def grant_rights() -> None:
	"""Give our roles their rights beside ERPNext's own, which stay as ERPNext ships them; after every migrate.

	Ours are plain DocPerm rows: an upgrade that brings a DocType's file in takes them away, and they come back
	here. A copy (Custom DocPerm) would hold ERPNext's own rows back. Where an administrator has made one in the
	Role Permissions Manager, that copy decides, and is given what it lacks once.
	"""
	known = set(json.loads(frappe.db.get_global(GIVEN) or "[]"))
	for doctype, by_role in RIGHTS.items():
		_write_rows("DocPerm", doctype, by_role)
		if doctype not in known and frappe.db.exists("Custom DocPerm", {"parent": doctype}):
			_write_rows("Custom DocPerm", doctype, by_role)
		frappe.clear_cache(doctype=doctype)
	frappe.db.set_global(GIVEN, json.dumps(sorted(RIGHTS)))


def _write_rows(table: str, doctype: str, by_role: dict[str, tuple[str, ...]]) -> None:
	for role, given in by_role.items():
		row = {"parent": doctype, "role": role, "permlevel": 0, "if_owner": 0}
		values = {right: int(right in given) for right in rights}
		if name := frappe.db.get_value(table, row):
			if table == "DocPerm":
				frappe.db.set_value(table, name, values, update_modified=False)
			continue
		place = {"parenttype": "DocType", "parentfield": "permissions"} if table == "DocPerm" else {}
		doc = frappe.get_doc({"doctype": table, **row, **place, **values})
		doc.set_new_name()
		doc.idx = frappe.db.count(table, {"parent": doctype}) + 1
		doc.db_insert()


def drop_copies() -> None:
	"""Take away the copies that older releases made, where they read as ERPNext's rows with ours beside them."""
	for doctype in RIGHTS:
		copy = _rows("Custom DocPerm", doctype)
		if copy and copy == _rows("DocPerm", doctype):
			reset_perms(doctype)
			frappe.clear_cache(doctype=doctype)


def revoke_rights() -> None:
	"""Take our roles' rights away, and our Custom Roles where nothing but ERPNext's own roles is left."""
	for doctype in RIGHTS:
		for table in ("DocPerm", "Custom DocPerm"):
			frappe.db.delete(table, {"parent": doctype, "role": ["in", ROLES]})
		if _rows("Custom DocPerm", doctype) == _rows("DocPerm", doctype):
			reset_perms(doctype)
		frappe.clear_cache(doctype=doctype)
	for report in REPORTS:
		role = _custom_role(report)
		role.roles = [row for row in role.roles if row.role not in ROLES]
		if {row.role for row in role.roles} == set(_own_roles(report)):
			frappe.delete_doc("Custom Role", role.name, force=True)
	for key in (GIVEN, OWN_ROLES):
		frappe.defaults.clear_default(key=key, parent="__global")


def open_reports() -> None:
	"""Open the reports of an accountant's day beside their own roles; after every migrate.

	Frappe asks a report's Custom Role instead of the report where there is one. So roles that an upgrade gives the
	report, or takes from it, are given to that too, and what an administrator chose stays.
	"""
	known = json.loads(frappe.db.get_global(OWN_ROLES) or "{}")
	own = {report: _own_roles(report) for report in REPORTS if frappe.db.exists("Report", report)}
	for report, now in own.items():
		role, before = _custom_role(report), known.get(report)
		names = [row.role for row in role.roles]
		added = [*now, ACCOUNTANT] if before is None else [name for name in now if name not in before]
		gone = set(before or ()) - set(now)
		wanted = [name for name in dict.fromkeys([*names, *added]) if name not in gone]
		if wanted != names:
			role.set("roles", [{"role": name} for name in wanted])
			role.save(ignore_permissions=True)  # perm: set-up, no user asks
	frappe.db.set_global(OWN_ROLES, json.dumps(own))


def _custom_role(report: str):
	name = frappe.db.get_value("Custom Role", {"report": report})
	return frappe.get_doc("Custom Role", name) if name else frappe.new_doc("Custom Role", report=report)


def _own_roles(report: str) -> list[str]:
	of_report = {"parenttype": "Report", "parent": report}
	return frappe.get_all("Has Role", of_report, pluck="role", order_by="idx, role")


def _rows(table: str, doctype: str) -> list[tuple]:
	fields = ["role", "permlevel", "if_owner", *rights]
	return sorted(
		tuple(row) for row in frappe.get_all(table, {"parent": doctype}, fields, as_list=True, order_by="")
	)
