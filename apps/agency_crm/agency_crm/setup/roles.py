"""The seven roles, and their rights on ERPNext's DocTypes (those on ours stand in each DocType's file).

Rights are given once, at installation: afterwards Role Permissions Manager is the administrator's.
"""

import frappe
from frappe import _
from frappe.core.doctype.doctype.doctype import validate_permissions_for_doctype
from frappe.permissions import reset_perms, rights, setup_custom_perms

AGENT, ASSISTANT, OFFICER = "Agency Agent", "Agency Assistant", "Agency Title Officer"
MANAGER, ADMINISTRATOR = "Agency Store Manager", "Agency Administrator"
ACCOUNTANT, CASHIER = "Agency Accountant", "Agency Cashier"
ROLES = (AGENT, ASSISTANT, OFFICER, MANAGER, ACCOUNTANT, CASHIER, ADMINISTRATOR)
# of the users that partners' programs come as: no desk, no right on any DocType (services/library/partners.py)
PARTNER = "Agency Partner"

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
	"GL Entry": {ACCOUNTANT: ("read", "report", "export")},
	"Payment Ledger Entry": {ACCOUNTANT: ("read", "report", "export")},
	"Customer": {ACCOUNTANT: ("read", "write", "create", "report"), CASHIER: READ},
	"Account": {ACCOUNTANT: ("read", "report"), CASHIER: READ, ADMINISTRATOR: READ},
	"Cost Center": {ACCOUNTANT: READ, CASHIER: READ, ADMINISTRATOR: READ},
	"Company": {ACCOUNTANT: READ, CASHIER: READ, ADMINISTRATOR: READ},
	"Mode of Payment": {ACCOUNTANT: READ, CASHIER: READ},
	"Bank Account": {ACCOUNTANT: READ, CASHIER: READ},
	"Sales Taxes and Charges Template": {ACCOUNTANT: READ, ADMINISTRATOR: READ},
	"Item": {ACCOUNTANT: READ},
	"Supplier": {ACCOUNTANT: READ, CASHIER: READ, ADMINISTRATOR: READ},
	"Employee": {ACCOUNTANT: ("select",), CASHIER: ("select",), ADMINISTRATOR: ("select",)},
	"Sales Person": {ADMINISTRATOR: READ},
	"Territory": {**dict.fromkeys(ROLES, READ), ADMINISTRATOR: EDIT},
	"Workflow": {ADMINISTRATOR: EDIT},
	"Workflow State": {ADMINISTRATOR: EDIT},
	"Workflow Action Master": {ADMINISTRATOR: EDIT},
}


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
	"""Give our roles their rights beside the standing ones, which Frappe copies before the first addition."""
	for doctype, roles in RIGHTS.items():
		setup_custom_perms(doctype)
		for role, given in roles.items():
			row = {"parent": doctype, "role": role, "permlevel": 0, "if_owner": 0}
			if not frappe.db.exists("Custom DocPerm", row):
				values = {right: int(right in given) for right in rights}
				frappe.get_doc({"doctype": "Custom DocPerm", **row, **values}).insert(
					ignore_permissions=True  # perm: set-up, no user asks
				)
		validate_permissions_for_doctype(doctype)


def revoke_rights() -> None:
	"""Take our roles' rights away; what then reads as ERPNext ships it goes back to ERPNext's own."""
	for doctype in RIGHTS:
		frappe.db.delete("Custom DocPerm", {"parent": doctype, "role": ["in", ROLES]})
		if _rows("Custom DocPerm", doctype) == _rows("DocPerm", doctype):
			reset_perms(doctype)
		frappe.clear_cache(doctype=doctype)


def _rows(table: str, doctype: str) -> list[tuple]:
	fields = ["role", "permlevel", "if_owner", *rights]
	return sorted(
		tuple(row) for row in frappe.get_all(table, {"parent": doctype}, fields, as_list=True, order_by="")
	)
