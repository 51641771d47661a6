"""Only System Managers write scripts that run in other people's browsers.

Frappe lets everybody with a desk make a Custom HTML Block. Its script runs with the rights of whoever opens the
block's form, or a workspace that shows it. A Letter Head is rendered into everybody's prints, and as a template
it can read the whole site.
"""

import re

import frappe
from frappe import _
from frappe.utils import cstr

TEMPLATES, SCRIPTS = ("content", "footer"), ("header_script", "footer_script")
TEMPLATE = re.compile(r"\{[{%#]")
WRITING = ("create", "write", "delete", "submit", "cancel", "amend", "import")


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""The hook `has_permission` of Custom HTML Block."""
	return ptype not in WRITING or "System Manager" in frappe.get_roles(user)


def check_letter_head(letter_head, method: str | None = None) -> None:
	"""validate and on_update of Letter Head: only a System Manager writes templates and scripts.

	What is stored is checked too: Frappe cleans HTML after `validate`, and removing a tag may join two braces.
	A template or script that was there before may stay. Raises PermissionError.
	"""
	if "System Manager" in frappe.get_roles():
		return
	before = letter_head.get_doc_before_save() or frappe._dict()
	for fieldname in (*TEMPLATES, *SCRIPTS):
		value = cstr(letter_head.get(fieldname))
		runs = bool(value) if fieldname in SCRIPTS else TEMPLATE.search(value)
		if runs and value != cstr(before.get(fieldname)):
			frappe.throw(
				_(
					"Letter Head {0}: templates and scripts in {1} are written by System Managers alone."
				).format(
					letter_head.name,
					frappe.bold(_(letter_head.meta.get_label(fieldname), context=letter_head.doctype)),
				),
				frappe.PermissionError,
			)
