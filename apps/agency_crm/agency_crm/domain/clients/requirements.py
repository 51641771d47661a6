"""What a requirement must keep to. Budgets are CNY, areas m²."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agency_crm.domain.errors import DomainError

RANGES = (("budget_min", "budget_max"), ("bedrooms_min", "bedrooms_max"), ("area_min", "area_max"))


def faults(values: Mapping) -> Iterator[tuple[str, DomainError]]:
	"""Yield each field of a requirement's ranges that can't stand, and why.

	Nothing is below zero, an upper end is at least its lower end, and one end of the budget is given.
	"""
	for low, high in RANGES:
		least, most = (values.get(name) or 0 for name in (low, high))
		below = [(name, value) for name, value in ((low, least), (high, most)) if value < 0]
		for name, value in below:
			yield name, DomainError("{0} is below zero", value)
		if not below and most and least > most:
			yield high, DomainError("The upper end is below the lower end")
	if not (values.get("budget_min") or values.get("budget_max")):
		yield "budget_max", DomainError("Enter a budget: without one nothing can be matched")
