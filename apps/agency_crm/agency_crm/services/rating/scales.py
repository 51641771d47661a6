"""The scales of Agency Settings: listings get their grade and clients their level by them.

A scale's fields share a prefix, `grade` or `level`; its items are rows of the table `<prefix>_weights`.
"""

import json
from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import cint, flt

from agency_crm.domain.money import exact
from agency_crm.domain.rating import grading

PARTS = ("attributes", "freshness", "completeness")
ASCENDING = (("b", "a"), ("c", "b"), ("fresh_days", "ageing_days"))


def read(settings, prefix: str) -> dict:
	"""The values of domain.grading.Scale that stand in the settings under `prefix`."""
	days = {field: cint(settings.get(f"{prefix}_{field}")) for field in ("fresh_days", "ageing_days")}
	amounts = (*PARTS, "a", "b", "c", "ageing_percent")
	return {
		**{field: exact(settings.get(f"{prefix}_{field}")) for field in amounts},
		**days,
		"items": tuple((row.item, exact(row.weight)) for row in settings.get(f"{prefix}_weights")),
	}


def check_scale(settings, prefix: str) -> None:
	"""Refuse letters out of order, days out of order, an item twice, and parts that all weigh nothing."""

	def label(field: str) -> str:
		text = settings.meta.get_label(f"{prefix}_{field}")
		return frappe.bold(_(text, context=settings.doctype))

	for field, above in ASCENDING:
		if cint(settings.get(f"{prefix}_{field}")) > cint(settings.get(f"{prefix}_{above}")):
			frappe.throw(_("Agency Settings: {0} is above {1}.").format(label(field), label(above)))
	if not any(cint(settings.get(f"{prefix}_{field}")) for field in PARTS):
		frappe.throw(_("Agency Settings: give {0} or another part a weight.").format(label(PARTS[0])))
	if not 0 <= flt(settings.get(f"{prefix}_ageing_percent")) <= 100:
		frappe.throw(_("Agency Settings: {0} lies between 0 and 100 %.").format(label("ageing_percent")))
	rows = settings.get(f"{prefix}_weights")
	items = [row.item for row in rows]
	twice = next((row for row in rows if items.count(row.item) > 1), None)
	if twice:
		item = frappe.bold(_(twice.item, context=twice.doctype))
		frappe.throw(_("Agency Settings: {0} stands in {1} twice.").format(item, label("weights")))


def as_json(reasons: Iterable[grading.Reason]) -> str:
	"""The reasons as a field keeps them: [{"part", "item", "points", "most"}]."""
	return json.dumps(
		[
			{
				"part": reason.part,
				"item": reason.item,
				"points": float(reason.points),
				"most": float(reason.most),
			}
			for reason in reasons
		]
	)
