"""What the system notes on a record isn't typed."""

import frappe
from frappe.model import table_fields

ONCE_SAVED = "eval:!doc.__islocal"


def keep(doc, but: tuple[str, ...] = ()) -> None:
	"""Leave the read-only fields of `doc` as they stand in a user's save, over REST and from an old form too.

	So too those that are read-only once the record is saved. `but` names fields with a guard of their own.
	"""
	# what a service saves it has decided
	if doc.flags.ignore_permissions or frappe.session.user == "Administrator":
		return
	stored = doc.get_doc_before_save()
	for field in doc.meta.fields:
		noted = field.read_only or (stored and field.read_only_depends_on == ONCE_SAVED)
		if noted and field.fieldname not in but and field.fieldtype not in table_fields:
			doc.set(field.fieldname, stored.get(field.fieldname) if stored else field.default)
