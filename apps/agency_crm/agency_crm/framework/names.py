"""A new record is named by its DocType's rule, whichever way it comes in.

Frappe drops a name sent with a record, with these exceptions. Newer Frappe keeps the `name` of a REST call,
unchecked, also for whatever else that request inserts. Data Import keeps the column ID. `amended_from` names a
record even where its DocType has no such field. `naming_series` is compared with no list. A DocType named by
`Prompt` keeps asking.
"""

import frappe
from frappe import _

from agency_crm.framework.gate import is_unlimited
from agency_crm.framework.system_fields import ShippedDocument

AMENDED, SERIES = "amended_from", "naming_series"


def keep_series(doc, method: str | None = None) -> None:
	"""before_insert of every DocType: leave the name to the DocType's rule.

	Raises:
		ValidationError: a series that is none of the DocType's.
	"""
	frappe.flags.api_name_set = None
	if doc.get(AMENDED) and not doc.meta.has_field(AMENDED):
		doc.set(AMENDED, None)
	_drop_imported_name(doc)
	_check_series(doc)


def _drop_imported_name(doc) -> None:
	"""Drop the name of an imported record of ours; other apps' records keep theirs for a System Manager."""
	is_asked = (doc.meta.autoname or "").lower() == "prompt"
	if (
		frappe.flags.in_import
		and not is_asked
		and (isinstance(doc, ShippedDocument) or not is_unlimited(frappe.session.user))
	):
		doc.name = None


def _check_series(doc) -> None:
	field, series = doc.meta.get_field(SERIES), doc.get(SERIES)
	if (
		not field
		or not series
		or doc.get(AMENDED)
		or doc.flags.ignore_permissions
		or is_unlimited(frappe.session.user)
	):
		return
	known = (field.options or "").split("\n")
	if series not in known:
		frappe.throw(
			_("{0} is no series of {1}. Choose one of: {2}").format(
				frappe.bold(series), _(doc.doctype), ", ".join(filter(None, known))
			)
		)
