"""The level of a client: what speaks for a deal, how fresh the contact is, how much is known of their wishes.

Graded as a listing is (domain/rating/grading.py). Rules: docs/rules/clients.md, "Levels".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from agency_crm.domain.rating.facts import ClientFacts
from agency_crm.domain.rating.grading import ATTRIBUTES, COMPLETENESS, Graded, Item, Scale, grade

SEEKING, OWNING = frozenset(("Buyer", "Tenant")), frozenset(("Seller", "Landlord"))
BARGAINING = ("Negotiating", "Closed", "After-sale")

ITEMS: dict[str, Item] = {
	"Urgent": Item(ATTRIBUTES, lambda facts, _rules: "High" in facts.urgencies),
	"Eligible": Item(ATTRIBUTES, lambda facts, _rules: facts.eligibility == "Eligible"),
	"Full Payment": Item(ATTRIBUTES, lambda facts, _rules: facts.payment_way == "Full Payment"),
	"Referred": Item(ATTRIBUTES, lambda facts, _rules: facts.source_channel == "Referral"),
	"Viewed": Item(ATTRIBUTES, lambda facts, rules: facts.viewings >= max(rules.viewings_min, 1)),
	"Keen": Item(ATTRIBUTES, lambda facts, rules: (facts.top_interest or 0) >= max(rules.interest_min, 1)),
	"Negotiating": Item(ATTRIBUTES, lambda facts, _rules: facts.stage in BARGAINING),
	"Open Requirement": Item(COMPLETENESS, lambda facts, _rules: bool(facts.requirement_types)),
	"Budget": Item(COMPLETENESS, lambda facts, _rules: bool(facts.budget or facts.rent_budget)),
	"Places": Item(COMPLETENESS, lambda facts, _rules: bool(facts.places)),
	"Area": Item(COMPLETENESS, lambda facts, _rules: facts.area_wanted),
	"Layout": Item(COMPLETENESS, lambda facts, _rules: bool(facts.bedrooms_wanted)),
	"Purpose": Item(COMPLETENESS, lambda facts, _rules: bool(facts.purpose)),
	"Way of Paying": Item(COMPLETENESS, lambda facts, _rules: bool(facts.payment_way)),
	"Eligibility Checked": Item(
		COMPLETENESS, lambda facts, _rules: facts.eligibility in ("Eligible", "Not Eligible")
	),
	"Household": Item(COMPLETENESS, lambda facts, _rules: bool(facts.household_size)),
	"Consent": Item(COMPLETENESS, lambda facts, _rules: facts.consent),
}


@dataclass(frozen=True)
class LevelRules(Scale):
	"""The scale of clients, and from where on their items count."""

	known: ClassVar[Mapping[str, Item]] = ITEMS

	viewings_min: int = 2
	interest_min: int = 4


def level(facts: ClientFacts, rules: LevelRules) -> Graded | None:
	"""Return the score, the letter and the reasons of a client; none of an owner who looks for nothing."""
	roles = set(facts.roles)
	if roles & OWNING and not (roles & SEEKING or facts.requirement_types):
		return None
	return grade(facts, rules)
