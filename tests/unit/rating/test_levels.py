from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.rating.facts import ClientFacts
from agency_crm.domain.rating.levels import ITEMS, LevelRules, level

DEFAULT = LevelRules(items=tuple((item, Decimal(10)) for item in ITEMS), fresh_days=7, ageing_days=15)
FACTS = st.builds(
	ClientFacts,
	stage=st.sampled_from(("Prospect", "Viewing", "Negotiating", "Lost")),
	roles=st.sampled_from(((), ("Buyer",), ("Buyer", "Seller"))),
	urgencies=st.sampled_from(((), ("Low",), ("High", "Low"))),
	eligibility=st.sampled_from(("", "To Be Checked", "Eligible", "Not Eligible")),
	budget=st.none() | st.integers(1, 9_000_000).map(Decimal),
	viewings=st.integers(0, 6),
	top_interest=st.none() | st.integers(1, 5),
	days_untouched=st.integers(0, 60),
)
EVERYTHING = ClientFacts(
	**{
		**{"stage": "Negotiating", "roles": ("Buyer",), "source_channel": "Referral", "purpose": "School"},
		**{"payment_way": "Full Payment", "eligibility": "Eligible", "consent": True, "household_size": 3},
		**{"requirement_types": ("Buy",), "urgencies": ("High",), "budget": Decimal(1), "viewings": 2},
		**{"bedrooms_wanted": 2, "area_wanted": True, "places": ("徐汇区",), "top_interest": 4},
	}
)


@given(FACTS)
def test_the_points_of_the_reasons_make_the_score(facts):
	graded = level(facts, DEFAULT)
	assert graded.score == sum(reason.points for reason in graded.reasons)
	assert sum(reason.most for reason in graded.reasons) == 100


@given(FACTS, st.integers(0, 60))
def test_more_is_never_worse_and_longer_silence_never_better(facts, days):
	score = level(facts, DEFAULT).score
	more = replace(facts, viewings=facts.viewings + 3, urgencies=("High",), top_interest=5)
	assert level(more, DEFAULT).score >= score
	assert level(replace(facts, days_untouched=facts.days_untouched + days), DEFAULT).score <= score


def test_everything_is_an_a_and_nothing_a_d():
	assert (level(EVERYTHING, DEFAULT).score, level(EVERYTHING, DEFAULT).grade) == (100, "A")
	assert level(ClientFacts(days_untouched=16), DEFAULT).grade == "D"


def test_an_owner_who_looks_for_nothing_has_no_level():
	owner = ClientFacts(roles=("Seller",))
	assert level(owner, DEFAULT) is None
	assert level(replace(owner, requirement_types=("Buy",)), DEFAULT)
	assert level(replace(owner, roles=("Seller", "Buyer")), DEFAULT)
