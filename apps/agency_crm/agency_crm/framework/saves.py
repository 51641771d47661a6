"""What runs at the save of every record: ours, Frappe's and ERPNext's."""

import frappe

from agency_crm.framework import files, plain_text, typed_values
from agency_crm.framework.system_fields import KeepsSystemFields


def before_validate(doc, method: str | None = None) -> None:
	"""Neutralise HTML tags in our plain-text fields; read the dates and numbers of other apps' records.

	Our own records read theirs earlier (system_fields.py). A record may name a private file only for users who
	may read that file. Raises ValidationError naming the field, PermissionError for a file.
	"""
	if not doc.flags.ignore_permissions:
		files.check_attached(doc)
	if isinstance(doc, KeepsSystemFields):
		plain_text.keep_as_text(doc)
	elif getattr(frappe.local, "request", None):
		typed_values.read(doc, typed_values.MEASURES)
