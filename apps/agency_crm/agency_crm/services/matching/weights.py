"""Matching Weights: what the parts of a match count for in a company, and the company of a requirement."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import cint, flt

from agency_crm.domain.matching import score as matching
from agency_crm.domain.money import exact

DOCTYPE = "Matching Weights"


def fill_parts(weights) -> None:
	"""Start a new record without parts with the tuned weights."""
	if weights.is_new() and not weights.parts:
		for part, weight in matching.DEFAULTS.items():
			weights.append("parts", {"part": part, "weight": weight})


def check_parts(weights) -> None:
	"""Refuse a part named twice, and parts that all weigh nothing."""
	parts = [row.part for row in weights.parts]
	twice = next((part for part in parts if parts.count(part) > 1), None)
	if twice:
		frappe.throw(
			_("{0} {1}: {2} stands in the weights twice.").format(
				_(DOCTYPE), weights.name, frappe.bold(_(twice, context="Matching Weight"))
			)
		)
	if not any(row.weight for row in weights.parts):
		frappe.throw(_("{0} {1}: give at least one part a weight.").format(_(DOCTYPE), weights.name))


def of_company(company: str | None) -> tuple[matching.Weights, matching.MatchRules]:
	"""Return what a company matches by; the defaults where it has no record."""
	if not company or not frappe.db.exists(DOCTYPE, company, cache=True):
		return matching.Weights(), matching.MatchRules()
	doc = frappe.get_cached_doc(DOCTYPE, company)
	parts = {row.part: cint(row.weight) for row in doc.parts}
	return matching.Weights(parts), matching.MatchRules(exact(flt(doc.budget_percent)), cint(doc.metro_most))


def companies() -> dict[str, str]:
	"""Return store -> its company."""
	return dict(frappe.get_all("Store", fields=["name", "company"], order_by="", as_list=True))


def widest(names: Iterable[str | None]) -> float:
	"""Return the furthest that any of these companies lets a price be out of the budget, as a factor."""
	return max((of_company(name)[1].stretch for name in names), default=matching.MatchRules().stretch)
