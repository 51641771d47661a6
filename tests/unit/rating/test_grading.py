from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.rating.facts import ListingFacts
from agency_crm.domain.rating.grading import AGEING, FRESH, FRESHNESS, ITEMS, STALE, GradeRules, grade

DEFAULT = GradeRules(items=tuple((item, Decimal(10)) for item in ITEMS))
WEIGHTS = st.integers(0, 100).map(Decimal)
RULES = st.builds(
	GradeRules,
	attributes=WEIGHTS,
	freshness=WEIGHTS,
	completeness=WEIGHTS,
	items=st.lists(st.tuples(st.sampled_from(list(ITEMS)), WEIGHTS), unique_by=lambda row: row[0]).map(tuple),
	ageing_percent=WEIGHTS,
)
FACTS = st.builds(
	ListingFacts,
	bedrooms=st.integers(0, 5),
	photos=st.integers(0, 12),
	holding_years=st.none() | st.integers(0, 20),
	days_untouched=st.integers(0, 60),
	has_vr=st.booleans(),
	sole_home=st.booleans(),
	key_status=st.sampled_from(("None", "In", "Lost")),
	mandate_type=st.sampled_from(("Ordinary", "Exclusive")),
)
EVERYTHING = ListingFacts(
	**{
		**{"surveyed": True, "mandate_type": "Exclusive", "key_status": "Out", "sole_home": True},
		**{"holding_years": 5, "verified": True, "has_vr": True, "has_video": True, "photos": 5},
		**{"metro_distance": 700, "has_school": True, "is_urgent": True, "room_known": True, "owners": 1},
		**{"bedrooms": 2, "net_area": Decimal(80), "floor": 3, "total_floors": 6, "orientation": "南"},
		**{"decoration": "Fine", "elevator": "No", "year_built": 2003, "ownership_type": "Other"},
		**{"has_floor_plan": True},
	}
)


@given(FACTS, RULES)
def test_the_points_of_the_reasons_make_the_score(facts, rules):
	graded = grade(facts, rules)
	assert graded.score == sum(reason.points for reason in graded.reasons)
	assert 0 <= graded.score <= 100
	assert all(0 <= reason.points <= reason.most for reason in graded.reasons)
	assert sum(reason.most for reason in graded.reasons) in (0, 100)


@given(FACTS, RULES, st.integers(0, 60))
def test_more_is_never_worse_and_older_never_better(facts, rules, days):
	score = grade(facts, rules).score
	assert grade(replace(facts, has_vr=True, photos=20, bedrooms=3), rules).score >= score
	assert grade(replace(facts, days_untouched=facts.days_untouched + days), rules).score <= score


@given(FACTS, RULES)
def test_the_letter_follows_the_score(facts, rules):
	graded = grade(facts, rules)
	bounds = {"A": (80, 101), "B": (60, 80), "C": (40, 60), "D": (0, 40)}
	low, high = bounds[graded.grade]
	assert low <= graded.score < high


def test_everything_is_an_a_and_nothing_a_d():
	assert (grade(EVERYTHING, DEFAULT).score, grade(EVERYTHING, DEFAULT).grade) == (100, "A")
	nothing = grade(ListingFacts(days_untouched=31), DEFAULT)
	assert (nothing.score, nothing.grade) == (0, "D")


def test_freshness_falls_in_two_steps():
	found = []
	for days in (15, 16, 30, 31):
		graded = grade(replace(EVERYTHING, days_untouched=days), DEFAULT)
		reason = next(reason for reason in graded.reasons if reason.part == FRESHNESS)
		found.append((reason.item, reason.points))
	assert found == [(FRESH, 30), (AGEING, 15), (AGEING, 15), (STALE, 0)]


def test_a_part_without_items_leaves_its_points_to_the_others():
	rules = GradeRules(items=(("VR", Decimal(1)),))
	assert [reason.most for reason in grade(EVERYTHING, rules).reasons] == [
		Decimal("42.86"),
		Decimal("57.14"),
	]


def test_a_lease_is_never_free_of_tax():
	rules = GradeRules(freshness=Decimal(0), items=(("Free of Tax", Decimal(1)),))
	assert grade(EVERYTHING, rules).score == 100
	assert grade(replace(EVERYTHING, listing_type="Lease"), rules).score == 0
