from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.matching.learning import HUNDREDTH, Impression, LearningRules, lessons, together

RULES = LearningRules()
PARTS = ("Budget", "Area", "Place", "Decoration")
parts = st.sampled_from(PARTS)
shares = st.dictionaries(parts, st.decimals(0, 1, places=2))
impressions = st.builds(
	Impression,
	interest=st.integers(1, 5),
	dislikes=st.frozensets(parts),
	price_opinion=st.sampled_from(["", "Too High", "Fair", "Low"]),
	shares=shares,
)
viewings = st.lists(impressions, max_size=8)
rules = st.builds(
	LearningRules,
	step=st.decimals("0.05", 1, places=2),
	most=st.decimals(1, 4, places=2),
)


def learn(*seen: Impression, by: LearningRules = RULES) -> dict[str, Decimal]:
	return lessons(seen, "Budget", by)


def test_what_did_not_suit_matters_more_the_less_the_home_was_liked():
	cold, warm = (learn(Impression(interest, frozenset({"Area"}))) for interest in (1, 5))
	assert cold == {"Area": Decimal("1.20")}
	assert warm == {"Area": Decimal("1.04")}


def test_a_price_is_an_opinion_of_the_budget():
	assert learn(Impression(1, price_opinion="Too High")) == {"Budget": Decimal("1.20")}
	assert learn(Impression(1, price_opinion="Low"))["Budget"] < 1
	assert learn(Impression(1, price_opinion="Fair")) == {}
	said_twice = Impression(1, frozenset({"Budget"}), "Too High")
	assert learn(said_twice) == {"Budget": Decimal("1.20")}


def test_what_a_liked_home_missed_matters_less():
	missed = {"Decoration": Decimal("0.2"), "Area": Decimal("0.9")}
	assert learn(Impression(5, shares=missed)) == {"Decoration": Decimal("0.83")}
	assert learn(Impression(3, shares=missed)) == {}
	assert learn(Impression(5, frozenset({"Decoration"}), shares=missed))["Decoration"] > 1


@given(viewings, rules)
def test_a_viewing_teaches_within_bounds_whatever_was_said(seen, by):
	for factor in lessons(seen, "Budget", by).values():
		assert (1 / by.most).quantize(HUNDREDTH) <= factor <= by.most
		assert factor != 1


@given(viewings, st.randoms())
def test_the_order_of_the_homes_teaches_nothing(seen, random):
	shuffled = random.sample(seen, len(seen))
	assert lessons(shuffled, "Budget", RULES) == lessons(seen, "Budget", RULES)


@given(viewings.filter(bool), parts)
def test_one_more_dislike_never_makes_a_part_matter_less(seen, part):
	more = [replace(seen[0], dislikes=seen[0].dislikes | {part}), *seen[1:]]
	before, after = (lessons(said, "Budget", RULES).get(part, 1) for said in (seen, more))
	assert after >= before


@given(st.lists(st.tuples(parts, st.decimals("0.5", 2, places=2)), max_size=30), st.randoms())
def test_all_lessons_together_stay_within_bounds_in_any_order(taught, random):
	found = together(taught, RULES)
	assert set(found) == {part for part, _factor in taught}
	assert all(1 / RULES.most <= factor <= RULES.most for factor in found.values())
	assert together(random.sample(taught, len(taught)), RULES) == found


def test_a_lesson_and_its_opposite_leave_nothing():
	assert together([("Area", Decimal("1.25")), ("Area", Decimal("0.80"))], RULES) == {"Area": 1}
