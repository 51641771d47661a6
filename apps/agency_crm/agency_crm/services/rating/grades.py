"""The rules of grading in Agency Settings, and pins. Rules: docs/rules/listings.md, "Grades"."""

import frappe
from frappe import _
from frappe.utils import add_days, cint, flt, get_link_to_form, getdate

from agency_crm.domain.phases import LIVE
from agency_crm.domain.rating import grading
from agency_crm.permissions.reader import manages
from agency_crm.services.rating import scales

PINNED_ABOVE = 1000


def rules(settings=None) -> grading.GradeRules:
	"""The rules of grading as the domain takes them, of Agency Settings where none are given."""
	settings = settings or frappe.get_cached_doc("Agency Settings")
	return grading.GradeRules(
		**scales.read(settings, "grade"),
		photos_min=cint(settings.grade_photos_min),
		metro_most=cint(settings.grade_metro_most),
		tax_free_years=cint(settings.tax_free_years),
	)


def rules_changed(settings) -> bool:
	"""Whether saved Agency Settings grade otherwise than before."""
	before = settings.get_doc_before_save()
	return not before or rules(before) != rules(settings)


def rank(score: float, pinned_until) -> float:
	"""Return the sort order of a listing: its score, or above all of them while it is pinned."""
	pinned = pinned_until and getdate(pinned_until) >= getdate()
	return score + (PINNED_ABOVE if pinned else 0)


def pin(listing) -> None:
	"""Pin a live listing above the others for the days of Agency Settings; for a manager above it."""
	_check_manager(listing)
	if listing.phase != LIVE:
		frappe.throw(
			_("Listing {0}: only a listing on the market can be pinned.").format(
				get_link_to_form("Listing", listing.name)
			)
		)
	days = cint(frappe.get_cached_doc("Agency Settings").pin_days)
	_keep_pin(listing, add_days(getdate(), days), frappe.session.user)


def unpin(listing) -> None:
	"""Unpin a listing early; for a manager above it."""
	_check_manager(listing)
	_keep_pin(listing, None, None)


def _keep_pin(listing, until, by: str | None) -> None:
	values = {"pinned_until": until, "pinned_by": by, "grade_rank": rank(flt(listing.grade_score), until)}
	listing.db_set(values, update_modified=False)
	listing.add_comment(
		"Info", _("Pinned until {0}").format(frappe.format(until, "Date")) if until else _("Pin taken off")
	)


def _check_manager(listing) -> None:
	if not manages(listing.store):
		frappe.throw(
			_("Listing {0}: only a manager above its store may do this.").format(
				get_link_to_form("Listing", listing.name)
			),
			frappe.PermissionError,
			title=_("Not Yours to Do"),
		)
