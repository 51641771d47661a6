"""Answer with a sentence the addresses on which Frappe itself would fail."""

import frappe
from frappe import _

from agency_crm.framework import moved

RESOURCES = ("/api/resource/", "/api/v1/resource/")
METHODS = ("/api/method/", "/api/v1/method/")


def check() -> None:
	"""before_request: raise DoesNotExistError for what isn't a DocType or a function, ValidationError for no method."""
	if resource := _after(RESOURCES):
		_check_resource(*resource.split("/", 1))
	elif address := _after(METHODS) or frappe.form_dict.cmd:
		moved.note(address)
		_check_function(address)


def _after(prefixes: tuple[str, ...]) -> str:
	path = frappe.request.path
	return next((path.removeprefix(prefix) for prefix in prefixes if path.startswith(prefix)), "")


def _check_resource(doctype: str, name: str = "") -> None:
	frappe.get_meta(doctype)
	if name and frappe.request.method == "POST" and not frappe.form_dict.get("run_method"):
		frappe.throw(
			_("Name the method to call on {0} {1} as run_method.").format(_(doctype), frappe.bold(name))
		)


def _check_function(address: str) -> None:
	"""Refuse an address that names a module or a value; Frappe refuses unknown ones."""
	if address.partition(".")[0] not in frappe.get_installed_apps():
		return
	try:
		found = frappe.get_attr(address)
	except (ImportError, AttributeError, ValueError):
		return
	if not callable(found):
		frappe.throw(_("{0} is no function.").format(frappe.bold(address)), frappe.DoesNotExistError)
