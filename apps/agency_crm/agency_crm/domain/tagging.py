"""Tags by rule: conditions over the fixed vocabulary of facts, all of which must hold. Rules: rules.md §2."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from unicodedata import normalize

from agency_crm.domain.errors import DomainError
from agency_crm.domain.facts import ListingFacts

IS, IS_NOT, ONE_OF, AT_LEAST, AT_MOST = "Is", "Is Not", "One Of", "At Least", "At Most"
YES, NO = "Yes", "No"
WAN = 10000


@dataclass(frozen=True)
class Fact:
	"""What a condition may ask: the field of ListingFacts, its choices (none: a number), the unit of a number."""

	field: str
	choices: tuple[str, ...] = ()
	unit: int = 1

	@property
	def operators(self) -> tuple[str, ...]:
		if not self.choices:
			return (AT_LEAST, AT_MOST, IS)
		return (IS,) if self.choices == CHECK else (IS, IS_NOT, ONE_OF)


CHECK = (YES, NO)
FACTS = {
	"Listing Type": Fact("listing_type", ("Sale", "Lease")),
	"Property Type": Fact("property_type", ("Residential", "Apartment", "Villa", "Commercial")),
	"Asking Price (10,000 CNY)": Fact("asking_price", unit=WAN),
	"Monthly Rent (CNY)": Fact("rent"),
	"Unit Price (CNY/m²)": Fact("unit_price"),
	"Gross Area (m²)": Fact("gross_area"),
	"Bedrooms": Fact("bedrooms"),
	"Floor Band": Fact("floor_band", ("Basement", "Bottom", "Low", "Middle", "High", "Top")),
	"Decoration": Fact("decoration", ("Rough", "Simple", "Fine", "Luxury")),
	"Elevator": Fact("elevator", CHECK),
	"Year Built": Fact("year_built"),
	"Holding Years": Fact("holding_years"),
	"Only Family Home": Fact("sole_home", CHECK),
	"Only Family Home Verified": Fact("sole_home_verified", CHECK),
	"Mortgaged": Fact("mortgaged", CHECK),
	"Leased": Fact("leased", CHECK),
	"Metro Distance (m)": Fact("metro_distance"),
	"School District": Fact("has_school", CHECK),
	"Urgent Sale": Fact("is_urgent", CHECK),
	"Mandate Type": Fact("mandate_type", ("Ordinary", "Exclusive")),
	"Key": Fact("key_status", ("None", "In", "Out", "Overdue", "Lost", "Returned")),
	"Verified": Fact("verified", CHECK),
	"Surveyed": Fact("surveyed", CHECK),
	"Photos": Fact("photos"),
	"Video": Fact("has_video", CHECK),
	"VR": Fact("has_vr", CHECK),
	"Days on the Market": Fact("days_on_market"),
	"Days Without Follow-up": Fact("days_untouched"),
	"Days Since the Price Fell": Fact("days_since_price_drop"),
}


@dataclass(frozen=True)
class Condition:
	"""A fact, an operator, and what it is compared with: numbers in the unit of ListingFacts, or words."""

	fact: str
	operator: str
	values: tuple[Decimal | str, ...]


@dataclass(frozen=True)
class Rule:
	"""A tag and the conditions that give it."""

	tag: str
	conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Given:
	"""A tag a listing has by rule; `stated` where it rests on what the owner says alone (业主自述)."""

	tag: str
	stated: bool = False


def read_condition(fact: str, operator: str, value: str) -> Condition:
	"""Return the condition three texts make; several values are separated by commas.

	Raises:
		DomainError: a fact, an operator or a value outside the vocabulary.
	"""
	if fact not in FACTS:
		raise DomainError("There is no fact {0}", fact)
	known = FACTS[fact]
	if operator not in known.operators:
		raise DomainError("{0} takes one of these operators: {1}", fact, ", ".join(known.operators))
	parts = split_values(value)
	if not parts:
		raise DomainError("{0} has no value to compare with", fact)
	if len(parts) > 1 and operator != ONE_OF:
		raise DomainError("{0} compares {1} with one value, not with {2}", operator, fact, len(parts))
	read = _choice if known.choices else _number
	return Condition(fact, operator, tuple(read(known, part) for part in parts))


def split_values(value: str) -> list[str]:
	"""The values of a text, separated by commas of any width."""
	parts = (part.strip() for part in normalize("NFKC", value).replace("、", ",").split(","))
	return [part for part in parts if part]


def holds(condition: Condition, facts: ListingFacts) -> bool:
	"""Whether the condition is true of the listing; it never is of something that isn't known."""
	known = FACTS[condition.fact]
	value = getattr(facts, known.field)
	if isinstance(value, bool):
		value = YES if value else NO
	if value is None or value == "" or (not known.choices and known.field in _UNKNOWN_AT_ZERO and not value):
		return False
	if condition.operator == AT_LEAST:
		return value >= condition.values[0]
	if condition.operator == AT_MOST:
		return value <= condition.values[0]
	return (value in condition.values) != (condition.operator == IS_NOT)


def tags_of(rules: Iterable[Rule], facts: ListingFacts) -> list[Given]:
	"""Return the tags the rules give the listing, in the rules' order; a rule without conditions gives none."""
	return [
		Given(rule.tag, _rests_on_statement(rule, facts))
		for rule in rules
		if rule.conditions and all(holds(condition, facts) for condition in rule.conditions)
	]


# a number that isn't entered stands as 0
_UNKNOWN_AT_ZERO = frozenset(
	("asking_price", "rent", "unit_price", "gross_area", "year_built", "metro_distance")
)


def _rests_on_statement(rule: Rule, facts: ListingFacts) -> bool:
	says = any(condition.fact == "Only Family Home" for condition in rule.conditions)
	return says and facts.sole_home and not facts.sole_home_verified


def _number(fact: Fact, text: str) -> Decimal:
	try:
		number = Decimal(text)
	except InvalidOperation:
		number = Decimal("NaN")
	if not number.is_finite() or number < 0:
		raise DomainError("{0} is not a number", text)
	return number * fact.unit


def _choice(fact: Fact, text: str) -> str:
	if text not in fact.choices:
		raise DomainError("{0} is none of {1}", text, ", ".join(fact.choices))
	return text
