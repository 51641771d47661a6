"""Which facts a listing must have, by type: an administrator chooses in Agency Settings.

Some are required to save it, others to go on the market; the system's own saves are not checked.
"""

import frappe
from frappe import _
from frappe.model import no_value_fields
from frappe.utils import cstr

from agency_crm.domain.phases import DRAFT, LIVE
from agency_crm.framework.messages import note

SAVING, MARKET = "Saving", "Going on the Market"
TABLES = ("owners", "media")


def choices() -> list[str]:
	"""Return the fields of Listing that may be required: those somebody fills in."""
	return [
		field.fieldname
		for field in frappe.get_meta("Listing").fields
		if field.fieldname in TABLES
		or not (field.read_only or field.hidden or field.fieldtype in (*no_value_fields, "Table", "Check"))
	]


def rules() -> list[dict]:
	"""Return the rules as the form needs them: listing_type ("" for both), fieldname, required_when."""
	settings = frappe.get_cached_doc("Agency Settings")
	return [
		{key: cstr(row.get(key)) for key in ("listing_type", "fieldname", "required_when")}
		for row in settings.required_fields
	]


def check_required(listing) -> None:
	"""Refuse a Listing that lacks required facts, naming all of them.

	Raises MandatoryError. Checked where a person saves, and on the way from draft to market.
	"""
	before = listing.get_doc_before_save()
	wanted = set()
	if listing.is_new() or not listing.flags.ignore_permissions:  # not the system's own saves
		wanted.add(SAVING)
	if listing.phase == LIVE and (not before or before.phase == DRAFT):
		wanted.add(MARKET)
	missing = [
		row["fieldname"]
		for row in rules()
		if row["required_when"] in wanted
		and row["listing_type"] in ("", listing.listing_type)
		and _is_empty(listing, row["fieldname"])
	]
	if not missing:
		return
	labels = {field: _(listing.meta.get_label(field), context="Listing") for field in missing}
	for field, label in labels.items():
		note(field, _("{0} is missing").format(label))
	message = (
		_("Before a listing of type {0} goes on the market it needs: {1}.")
		if MARKET in wanted
		else _("A listing of type {0} needs: {1}.")
	)
	frappe.throw(
		message.format(
			frappe.bold(_(listing.listing_type, context="Listing")),
			", ".join(frappe.bold(label) for label in labels.values()),
		),
		frappe.MandatoryError,
		title=_("Facts Missing"),
	)


def check_settings(settings) -> None:
	"""Require in Agency Settings fields that people fill in, each once for a type and moment."""
	seen = set()
	allowed = choices()
	for row in settings.required_fields:
		rule = (row.listing_type, row.fieldname, row.required_when)
		if row.fieldname not in allowed or rule in seen:
			frappe.throw(
				_("{0}, row {1}: {2} can't be chosen, or stands there twice.").format(
					frappe.bold(_("Required Fields", context="Agency Settings")),
					row.idx,
					frappe.bold(frappe.utils.escape_html(row.fieldname or "")),
				)
			)
		seen.add(rule)


def _is_empty(listing, fieldname: str) -> bool:
	value = listing.get(fieldname)
	if fieldname == "media":
		return not (value or listing.flags.papers)
	return not (value.strip() if isinstance(value, str) else value)
