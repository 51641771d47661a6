"""Tags by rule: conditions over the fixed vocabulary of facts, all of which must hold.

Rules: docs/rules/listings.md, "Tags".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from unicodedata import normalize

from agency_crm.domain.errors import DomainError
from agency_crm.domain.rating.facts import ClientFacts, ListingFacts

IS, IS_NOT, ONE_OF, AT_LEAST, AT_MOST = "Is", "Is Not", "One Of", "At Least", "At Most"
YES, NO = "Yes", "No"
WAN = 10000


@dataclass(frozen=True)
class Fact:
	"""What a condition may ask: the field of the facts, and what it is compared with.

	That is one of `choices`, an option of the field `select` ("DocType.field"), the name of a `record` of that
	DocType, or else a number in `unit`.
	"""

	field: str
	choices: tuple[str, ...] = ()
	unit: int = 1
	record: str = ""
	select: str = ""

	@property
	def is_number(self) -> bool:
		return not (self.choices or self.record or self.select)

	@property
	def operators(self) -> tuple[str, ...]:
		if self.is_number:
			return (AT_LEAST, AT_MOST, IS)
		return (IS,) if self.choices == CHECK else (IS, IS_NOT, ONE_OF)


CHECK = (YES, NO)
LISTING, CLIENT = "Listing", "Client"
OF_LISTING = {
	"Listing Type": Fact("listing_type", select="Listing.listing_type"),
	"Property Type": Fact("property_type", select="Listing.property_type"),
	"Asking Price (10,000 CNY)": Fact("asking_price", unit=WAN),
	"Monthly Rent (CNY)": Fact("rent"),
	"Unit Price (CNY/m²)": Fact("unit_price"),
	"Gross Area (m²)": Fact("gross_area"),
	"Bedrooms": Fact("bedrooms"),
	"Floor Band": Fact("floor_band", select="Listing.floor_band"),
	"Decoration": Fact("decoration", select="Listing.decoration"),
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
	"Mandate Type": Fact("mandate_type", select="Listing.mandate_type"),
	"Key": Fact("key_status", select="Listing.key_status"),
	"Verified": Fact("verified", CHECK),
	"Surveyed": Fact("surveyed", CHECK),
	"Photos": Fact("photos"),
	"Video": Fact("has_video", CHECK),
	"VR": Fact("has_vr", CHECK),
	"Days on the Market": Fact("days_on_market"),
	"Days Without Follow-up": Fact("days_untouched"),
	"Days Since the Price Fell": Fact("days_since_price_drop"),
}
OF_CLIENT = {
	"Stage": Fact("stage", select="Client.stage"),
	"Level": Fact("level", select="Client.level"),
	"Pool": Fact("pool", select="Client.pool"),
	"Role": Fact("roles", ("Buyer", "Seller", "Tenant", "Landlord")),
	"Client Type": Fact("client_type", select="Client.client_type"),
	"Source": Fact("source_channel", select="Client.source_channel"),
	"Purpose": Fact("purpose", select="Client.purpose"),
	"Way of Paying": Fact("payment_way", select="Client.payment_way"),
	"Eligibility": Fact("eligibility", select="Client.eligibility"),
	"Consent Given": Fact("consent", CHECK),
	"Has an Agent": Fact("has_agent", CHECK),
	"Has Children": Fact("has_children", CHECK),
	"Household Size": Fact("household_size"),
	"Homes Owned Here": Fact("homes_owned"),
	"Birthday Month": Fact("birthday_month"),
	"Days to the Birthday": Fact("days_to_birthday"),
	"Requirement Type": Fact("requirement_types", select="Client Requirement.requirement_type"),
	"Urgency": Fact("urgencies", select="Client Requirement.urgency"),
	"Budget (10,000 CNY)": Fact("budget", unit=WAN),
	"Rent Budget (CNY)": Fact("rent_budget"),
	"Wanted Bedrooms": Fact("bedrooms_wanted"),
	"Wanted Place": Fact("places", record="Territory"),
	"School Wanted": Fact("needs_school", CHECK),
	"Metro Wanted": Fact("needs_metro", CHECK),
	"Viewings": Fact("viewings"),
	"Highest Interest": Fact("top_interest"),
	"Looked-at Price (10,000 CNY)": Fact("looked_price", unit=WAN),
	"Looked-at Rent (CNY)": Fact("looked_rent"),
	"Looked-at Area (m²)": Fact("looked_area"),
	"Days Since Entry": Fact("days_since_entry"),
	"Days Since the Last Effective Act": Fact("days_untouched"),
	"Days Since the Last Viewing": Fact("days_since_viewing"),
}
# what a rule is about -> its vocabulary
VOCABULARIES = {LISTING: OF_LISTING, CLIENT: OF_CLIENT}


@dataclass(frozen=True)
class Condition:
	"""A fact, an operator, and what it is compared with: numbers in the unit of the facts, or words."""

	fact: Fact
	operator: str
	values: tuple[Decimal | str, ...]


@dataclass(frozen=True)
class Rule:
	"""A tag and the conditions that give it."""

	tag: str
	conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Given:
	"""A tag a record has by rule; `stated` where it rests on what the owner says alone (业主自述)."""

	tag: str
	stated: bool = False


def read_condition(fact: str, operator: str, value: str, of: str = LISTING) -> Condition:
	"""Return the condition three texts make `of` a kind of record; several values are separated by commas.

	Whether a record or an option that is named exists is the caller's question.

	Raises:
		DomainError: a fact, an operator or a value outside the vocabulary.
	"""
	known = VOCABULARIES[of].get(fact)
	if not known:
		raise DomainError("There is no fact {0}", fact)
	if operator not in known.operators:
		raise DomainError("{0} takes one of these operators: {1}", fact, ", ".join(known.operators))
	parts = split_values(value)
	if not parts:
		raise DomainError("{0} has no value to compare with", fact)
	if len(parts) > 1 and operator != ONE_OF:
		raise DomainError("{0} compares {1} with one value, not with {2}", operator, fact, len(parts))
	read = _number if known.is_number else _choice
	return Condition(known, operator, tuple(read(known, part) for part in parts))


def split_values(value: str) -> list[str]:
	"""The values of a text, separated by commas of any width."""
	parts = (part.strip() for part in normalize("NFKC", value).replace("、", ",").split(","))
	return [part for part in parts if part]


def holds(condition: Condition, facts: ListingFacts | ClientFacts) -> bool:
	"""Whether the condition is true of the record; it never is of something that isn't known.

	Of several values, a client's roles, one is enough.
	"""
	known = condition.fact
	value = getattr(facts, known.field)
	if isinstance(value, bool):
		value = YES if value else NO
	if value in (None, "", ()) or (known.field in _UNKNOWN_AT_ZERO and not value):
		return False
	if condition.operator == AT_LEAST:
		return value >= condition.values[0]
	if condition.operator == AT_MOST:
		return value <= condition.values[0]
	values = value if isinstance(value, tuple) else (value,)
	return any(one in condition.values for one in values) != (condition.operator == IS_NOT)


def tags_of(rules: Iterable[Rule], facts: ListingFacts | ClientFacts) -> list[Given]:
	"""Return the tags the rules give the record, in the rules' order; a rule without conditions gives none."""
	return [
		Given(rule.tag, _rests_on_statement(rule, facts))
		for rule in rules
		if rule.conditions and all(holds(condition, facts) for condition in rule.conditions)
	]


# a number that isn't entered stands as 0
_UNKNOWN_AT_ZERO = frozenset(
	("asking_price", "rent", "unit_price", "gross_area", "year_built", "metro_distance")
)


def _rests_on_statement(rule: Rule, facts: ListingFacts | ClientFacts) -> bool:
	says = any(condition.fact.field == "sole_home" for condition in rule.conditions)
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
	if fact.choices and text not in fact.choices:
		raise DomainError("{0} is none of {1}", text, ", ".join(fact.choices))
	return text
