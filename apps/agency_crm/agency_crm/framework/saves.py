"""What every record passes as it is saved, ours and Frappe's and ERPNext's."""

import frappe

from agency_crm.framework import files, plain_text, typed_values
from agency_crm.framework.system_fields import KeepsSystemFields


def before_validate(doc, method: str | None = None) -> None:
	"""Keep as text what is typed into a record of ours; read the dates and numbers a request brings into another's.

	Of ours they are read before (system_fields.py). A private file is named by who may read it. Raises ValidationError
	naming the field, PermissionError of a file.
	"""
	if not doc.flags.ignore_permissions:
		files.check_attached(doc)
	if isinstance(doc, KeepsSystemFields):
		plain_text.keep_as_text(doc)
	elif getattr(frappe.local, "request", None):
		typed_values.read(doc, typed_values.MEASURES)
