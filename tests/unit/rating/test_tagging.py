from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.errors import DomainError
from agency_crm.domain.rating.facts import ClientFacts, ListingFacts
from agency_crm.domain.rating.tagging import VOCABULARIES, Given, Rule, holds, read_condition, tags_of

FACTS = {"Listing": ListingFacts, "Client": ClientFacts}

FIVE_AND_ONLY = Rule(
	"满五唯一",
	(read_condition("Holding Years", "At Least", "5"), read_condition("Only Family Home", "Is", "Yes")),
)


@pytest.mark.parametrize(
	("fact", "operator", "value", "facts", "expected"),
	[
		("Metro Distance (m)", "At Most", "800", {"metro_distance": 800}, True),
		("Metro Distance (m)", "At Most", "８００", {"metro_distance": 801}, False),
		("Metro Distance (m)", "At Most", "800", {"metro_distance": None}, False),
		("Metro Distance (m)", "At Most", "800", {"metro_distance": 0}, False),
		("Asking Price (10,000 CNY)", "At Most", "350", {"asking_price": Decimal(3500000)}, True),
		("Asking Price (10,000 CNY)", "At Most", "350", {"asking_price": Decimal(3500001)}, False),
		("Asking Price (10,000 CNY)", "At Most", "350", {"listing_type": "Lease"}, False),
		("School District", "Is", "Yes", {"has_school": True}, True),
		("School District", "Is", "No", {"has_school": True}, False),
		("Key", "One Of", "In, Out、Overdue", {"key_status": "Out"}, True),
		("Key", "One Of", "In,Out", {"key_status": "Lost"}, False),
		("Floor Band", "Is Not", "Top", {"floor_band": "Low"}, True),
		("Floor Band", "Is Not", "Top", {"floor_band": ""}, False),
		("Bedrooms", "Is", "0", {"bedrooms": 0}, True),
		("Days on the Market", "At Most", "7", {"days_on_market": 0}, True),
		("Days on the Market", "At Most", "7", {}, False),
		("Days Since the Price Fell", "At Most", "30", {"days_since_price_drop": 30}, True),
	],
)
def test_a_condition_holds_of_what_is_known(fact, operator, value, facts, expected):
	assert holds(read_condition(fact, operator, value), ListingFacts(**facts)) is expected


@pytest.mark.parametrize(
	("texts", "message"),
	[
		(("Colour", "Is", "Yes"), "no fact Colour"),
		(("Key", "At Least", "In"), "Key takes one of these operators: Is, Is Not, One Of"),
		(("Photos", "At Least", "many"), "many is not a number"),
		(("Photos", "At Least", "NaN"), "NaN is not a number"),
		(("Photos", "At Least", "-1"), "-1 is not a number"),
		(("Photos", "At Least", " "), "Photos has no value"),
		(("Photos", "At Least", "1, 2"), "with one value, not with 2"),
		(("Role", "Is", "Owner", "Client"), "Owner is none of Buyer, Seller, Tenant, Landlord"),
	],
)
def test_what_is_no_condition_is_refused(texts, message):
	with pytest.raises(DomainError, match=message):
		read_condition(*texts)


@pytest.mark.parametrize(
	("fact", "operator", "value", "facts", "expected"),
	[
		("Stage", "One Of", "Prospect, Interested", {"stage": "Interested"}, True),
		("Role", "Is", "Buyer", {"roles": ("Seller", "Buyer")}, True),
		("Role", "Is Not", "Seller", {"roles": ("Seller", "Buyer")}, False),
		("Role", "Is Not", "Seller", {"roles": ()}, False),
		("Budget (10,000 CNY)", "At Least", "1000", {"budget": Decimal(10_000_000)}, True),
		("Budget (10,000 CNY)", "At Most", "1000", {}, False),
		("Homes Owned Here", "Is", "0", {"homes_owned": 0}, True),
		("Homes Owned Here", "Is", "0", {}, False),
		("Wanted Place", "One Of", "徐汇区、静安区", {"places": ("上海", "徐汇区", "徐家汇")}, True),
		("Wanted Place", "Is", "静安区", {"places": ("上海", "徐汇区")}, False),
		("Consent Given", "Is", "No", {}, True),
		("Days Since the Last Viewing", "At Least", "10", {"days_since_viewing": 9}, False),
	],
)
def test_a_condition_holds_of_a_client(fact, operator, value, facts, expected):
	assert holds(read_condition(fact, operator, value, "Client"), ClientFacts(**facts)) is expected


@pytest.mark.parametrize("kind", FACTS)
def test_every_fact_is_one_of_its_kind(kind):
	names = {field.name for field in fields(FACTS[kind])}
	assert {fact.field for fact in VOCABULARIES[kind].values()} <= names


def test_the_kinds_share_no_fact():
	assert not VOCABULARIES["Listing"].keys() & VOCABULARIES["Client"].keys()
	with pytest.raises(DomainError, match="no fact Photos"):
		read_condition("Photos", "At Least", "3", "Client")


def test_all_conditions_must_hold_and_a_statement_is_said_to_be_one():
	facts = ListingFacts(holding_years=5, sole_home=True)
	assert tags_of([FIVE_AND_ONLY], facts) == [Given("满五唯一", stated=True)]
	assert tags_of([FIVE_AND_ONLY], replace(facts, sole_home_verified=True)) == [Given("满五唯一")]
	assert tags_of([FIVE_AND_ONLY], replace(facts, holding_years=4)) == []
	assert tags_of([Rule("empty", ())], facts) == []


@given(
	st.sampled_from([(kind, fact) for kind, facts in VOCABULARIES.items() for fact in facts]),
	st.sampled_from(["Is", "Is Not", "One Of", "At Least", "At Most"]),
	st.text(),
)
def test_any_text_is_read_or_refused(kind_and_fact, operator, value):
	kind, fact = kind_and_fact
	try:
		condition = read_condition(fact, operator, value, kind)
	except DomainError:
		return
	assert holds(condition, FACTS[kind]()) in (True, False)
