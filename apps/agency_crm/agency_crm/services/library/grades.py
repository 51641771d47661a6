"""The rules of grading in Agency Settings, and pins. Rules: design.md §5."""

import frappe
from frappe import _
from frappe.utils import add_days, cint, flt, get_link_to_form, getdate

from agency_crm.domain import grading
from agency_crm.domain.money import exact
from agency_crm.permissions import visibility

PINNED_ABOVE = 1000
PARTS = ("grade_attributes", "grade_freshness", "grade_completeness")
RULE_FIELDS = (
	*PARTS,
	*("grade_a", "grade_b", "grade_c", "grade_fresh_days", "grade_ageing_days", "grade_ageing_percent"),
	*("grade_photos_min", "grade_metro_most", "tax_free_years"),
)


def rules(settings=None) -> grading.GradeRules:
	"""The rules of grading as the domain takes them, of Agency Settings where none are given."""
	settings = settings or frappe.get_cached_doc("Agency Settings")
	return grading.GradeRules(
		*(exact(settings.get(field)) for field in PARTS),
		items=tuple((row.item, exact(row.weight)) for row in settings.grade_weights),
		a=exact(settings.grade_a),
		b=exact(settings.grade_b),
		c=exact(settings.grade_c),
		fresh_days=cint(settings.grade_fresh_days),
		ageing_days=cint(settings.grade_ageing_days),
		ageing_percent=exact(settings.grade_ageing_percent),
		photos_min=cint(settings.grade_photos_min),
		metro_most=cint(settings.grade_metro_most),
		tax_free_years=cint(settings.tax_free_years),
	)


def check_rules(settings) -> None:
	"""Refuse grades out of order, days out of order, an item twice, and parts that all weigh nothing."""
	for field, above in (
		("grade_b", "grade_a"),
		("grade_c", "grade_b"),
		("grade_fresh_days", "grade_ageing_days"),
	):
		if cint(settings.get(field)) > cint(settings.get(above)):
			labels = (_(settings.meta.get_label(name), context=settings.doctype) for name in (field, above))
			frappe.throw(_("Agency Settings: {0} is above {1}.").format(*map(frappe.bold, labels)))
	if not any(cint(settings.get(field)) for field in PARTS):
		frappe.throw(_("Agency Settings: give at least one part of the grade a weight."))
	if not 0 <= flt(settings.grade_ageing_percent) <= 100:
		label = _(settings.meta.get_label("grade_ageing_percent"), context=settings.doctype)
		frappe.throw(_("Agency Settings: {0} lies between 0 and 100 %.").format(frappe.bold(label)))
	items = [row.item for row in settings.grade_weights]
	twice = next((item for item in items if items.count(item) > 1), None)
	if twice:
		frappe.throw(
			_("Agency Settings: {0} stands in the weights twice.").format(
				frappe.bold(_(twice, context="Listing Grade Weight"))
			)
		)


def rules_changed(settings) -> bool:
	"""Whether saved Agency Settings grade otherwise than before."""
	before = settings.get_doc_before_save()
	return not before or rules(before) != rules(settings)


def rank(score: float, pinned_until) -> float:
	"""What lists sort by: the score, and above all of them what is pinned today."""
	pinned = pinned_until and getdate(pinned_until) >= getdate()
	return score + (PINNED_ABOVE if pinned else 0)


def pin(listing) -> None:
	"""Put a listing on the market above the others for the days of Agency Settings; a manager above it may."""
	_check_manager(listing)
	if listing.phase != "Live":
		frappe.throw(
			_("Listing {0}: only a listing on the market can be pinned.").format(
				get_link_to_form("Listing", listing.name)
			)
		)
	days = cint(frappe.get_cached_doc("Agency Settings").pin_days)
	_keep_pin(listing, add_days(getdate(), days), frappe.session.user)


def unpin(listing) -> None:
	"""Take a pin off before its time; a manager above the listing may."""
	_check_manager(listing)
	_keep_pin(listing, None, None)


def _keep_pin(listing, until, by: str | None) -> None:
	values = {"pinned_until": until, "pinned_by": by, "grade_rank": rank(flt(listing.grade_score), until)}
	listing.db_set(values, update_modified=False)
	listing.add_comment(
		"Info", _("Pinned until {0}").format(frappe.format(until, "Date")) if until else _("Pin taken off")
	)


def _check_manager(listing) -> None:
	if not visibility.manages(listing.store):
		frappe.throw(
			_("Listing {0}: only a manager above its store may do this.").format(
				get_link_to_form("Listing", listing.name)
			),
			frappe.PermissionError,
			title=_("Not Yours to Do"),
		)
