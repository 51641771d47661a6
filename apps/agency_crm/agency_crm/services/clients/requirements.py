"""What a client looks for. Budgets are CNY, areas m²."""

import frappe
from frappe import _
from frappe.utils import flt

RANGES = (("budget_min", "budget_max"), ("bedrooms_min", "bedrooms_max"), ("area_min", "area_max"))


def check_requirement(requirement) -> None:
	"""The upper end of every range is at least its lower end; nothing is below zero."""
	for low, high in RANGES:
		least, most = flt(requirement.get(low)), flt(requirement.get(high))
		for field, value in ((low, least), (high, most)):
			if value < 0:
				frappe.throw(_("{0} is below zero.").format(frappe.bold(_label(requirement, field))))
		if most and least > most:
			frappe.throw(
				_("{0} is below {1}.").format(
					frappe.bold(_label(requirement, high)), frappe.bold(_label(requirement, low))
				)
			)
	if not flt(requirement.budget_max) and not flt(requirement.budget_min):
		frappe.throw(
			_("Enter {0} or {1}: without a budget nothing can be matched.").format(
				*(frappe.bold(_label(requirement, field)) for field in ("budget_min", "budget_max"))
			),
			frappe.MandatoryError,
		)


def _label(doc, fieldname: str) -> str:
	return _(doc.meta.get_label(fieldname), context=doc.doctype)
