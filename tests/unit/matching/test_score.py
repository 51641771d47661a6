"""A wish and a home: one gate and one score both ways, whose parts add up."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.floors import BANDS
from agency_crm.domain.matching import rows as match_rows
from agency_crm.domain.matching import score as matching
from agency_crm.domain.matching import wishes
from agency_crm.domain.matching.rows import Homes, MatchedListing, Wish, Wishes
from agency_crm.domain.matching.score import MatchRules, Weights

RULES = MatchRules()
SPANS = ((1, 20), (2, 9), (3, 4), (5, 6), (10, 15), (11, 12))  # a city, districts and circles in a nested set
amounts = st.integers(0, 900).map(lambda step: Decimal(step * 10_000))
areas = st.integers(0, 300).map(Decimal)
rooms = st.integers(0, 6)
years = st.one_of(st.just(0), st.integers(1950, 2026))
homes = st.builds(
	MatchedListing,
	listing_type=st.sampled_from(("Sale", "Lease")),
	on_market=st.booleans(),
	price=amounts,
	gross_area=areas,
	territory=st.sampled_from((*SPANS, (0, 0))),
	estate=st.integers(0, 3),
	property_type=st.sampled_from(("", *match_rows.PROPERTY_TYPES)),
	bedrooms=rooms,
	floor_band=st.sampled_from(("", *BANDS)),
	year_built=years,
	orientation=st.sampled_from(("", "南", "南 北", "东南", "西")),
	decoration=st.sampled_from(("", *match_rows.DECORATIONS)),
	metro_distance=st.integers(0, 3000),
	has_school=st.booleans(),
	elevator=st.sampled_from(("", "Yes", "No")),
	grade_score=st.floats(0, 100),
)
some = dict(max_size=3, unique=True)
asking = st.builds(
	Wish,
	requirement_type=st.sampled_from(("Buy", "Rent")),
	is_open=st.booleans(),
	budget_min=amounts,
	budget_max=amounts,
	area_min=areas,
	area_max=areas,
	territories=st.lists(st.sampled_from(SPANS), **some).map(tuple),
	estates=st.lists(st.integers(1, 3), **some).map(tuple),
	property_types=st.lists(st.sampled_from(match_rows.PROPERTY_TYPES), **some).map(tuple),
	bedrooms_min=rooms,
	bedrooms_max=rooms,
	floor_bands=st.lists(st.sampled_from(BANDS), **some).map(tuple),
	built_from=years,
	orientations=st.lists(st.sampled_from(match_rows.DIRECTIONS), **some).map(tuple),
	decorations=st.lists(st.sampled_from(match_rows.DECORATIONS), **some).map(tuple),
	needs_metro=st.booleans(),
	needs_school=st.booleans(),
	needs_elevator=st.booleans(),
)
# what passes the gate often enough to be scored
likely = st.tuples(asking, homes).map(
	lambda pair: (
		replace(pair[0], requirement_type="Buy", is_open=True, needs_metro=False, needs_school=False),
		replace(pair[1], listing_type="Sale", on_market=True),
	)
)


def scores(wishes_: list[Wish], homes_: list[MatchedListing]) -> np.ndarray:
	return matching.scores(Wishes.of(wishes_), Homes.of(homes_), Weights().row(), RULES)


@settings(max_examples=40)
@given(st.lists(asking, min_size=1, max_size=6), st.lists(homes, min_size=1, max_size=6))
def test_both_directions_give_the_same(many_wishes, many_homes):
	asked, offered = Wishes.of(many_wishes), Homes.of(many_homes)
	one_to_many = [
		(matching.gate(Wishes.of([wish]), offered, RULES), scores([wish], many_homes)) for wish in many_wishes
	]
	many_to_one = [
		(matching.gate(asked, Homes.of([home]), RULES), scores(many_wishes, [home])) for home in many_homes
	]
	for row, (gates, points) in enumerate(one_to_many):
		for column, (others, same) in enumerate(many_to_one):
			assert gates[column] == others[row]
			assert points[column] == same[row]


@given(likely)
def test_points_make_the_score_and_their_most_makes_a_hundred(pair):
	wish, home = pair
	match = matching.match(wish, home)
	if match is None:
		return
	assert 0 <= match.score <= 100
	assert sum(reason.points for reason in match.reasons) == match.score
	assert sum(reason.most for reason in match.reasons) == 100
	assert all(0 <= reason.points <= reason.most for reason in match.reasons)
	assert {reason.word for reason in match.reasons} <= set(matching.WORDS)


@given(likely, st.sampled_from(tuple(matching.PARTS)), st.floats(0, 3))
def test_weights_and_what_was_learned_keep_the_sum(pair, part, factor):
	weight = Weights({"Price": 3, "Rooms": 1, part: 2}).row({part: factor})
	given_, most = matching.points(Wishes.of(pair[:1]), Homes.of(pair[1:]), weight, RULES)
	assert most.sum() in (0, matching.WHOLE)
	assert (given_ <= most).all()


@given(asking, homes)
def test_what_passes_the_gate_has_what_must_be(wish, home):
	if matching.match(wish, home) is None:
		return
	assert match_rows.TYPES[wish.requirement_type] == home.listing_type
	assert wish.is_open and home.on_market
	assert not wish.budget_max or home.price <= wish.budget_max * Decimal("1.1000001")
	assert home.price * Decimal("1.1000001") >= wish.budget_min
	assert home.price or not (wish.budget_min or wish.budget_max)
	assert not wish.needs_school or home.has_school
	assert not wish.needs_elevator or home.elevator == "Yes"
	assert not wish.needs_metro or 0 < home.metro_distance <= RULES.metro_most
	if wish.estates or wish.territories:
		spans = [home.territory] if home.territory[0] else []
		related = any(
			(left <= low and high <= right) or (low <= left and right <= high)
			for left, right in wish.territories
			for low, high in spans
		)
		assert home.estate in wish.estates or related


@settings(max_examples=50)
@given(asking, st.lists(amounts.filter(bool), min_size=2, max_size=2, unique=True))
def test_a_price_nearer_to_the_budget_is_no_worse(wish, prices):
	wish = replace(wish, budget_min=Decimal(0), budget_max=Decimal(3_000_000))
	near, far = sorted(prices, key=lambda price: abs(price - wish.budget_max))
	if (near > wish.budget_max) == (far > wish.budget_max):
		one, other = scores([wish], [MatchedListing(price=near), MatchedListing(price=far)])
		assert one >= other


@given(homes)
def test_a_wish_that_asks_for_nothing_takes_any_home_on_the_market_by_its_grade(home):
	home = replace(home, listing_type="Sale", on_market=True)
	match = matching.match(Wish(), home)
	assert [reason.part for reason in match.reasons] == ["Grade"]
	assert match.score == int(home.grade_score)


def test_what_is_not_known_satisfies_no_must_have_and_breaks_nothing():
	for wish in (
		Wish(needs_metro=True),
		Wish(needs_school=True),
		Wish(needs_elevator=True),
		Wish(budget_max=Decimal(1)),
		Wish(territories=((3, 4),)),
		Wish(estates=(1,)),
	):
		assert matching.match(wish, MatchedListing()) is None
	asked = Wish(
		area_min=Decimal(80), bedrooms_min=2, orientations=("南",), decorations=("Fine",), built_from=2000
	)
	words = {reason.part: reason.word for reason in matching.match(asked, MatchedListing()).reasons}
	assert {part for part, word in words.items() if word == "Not Known"} == {
		*("Area", "Rooms", "Orientation", "Decoration", "Age")
	}


def test_a_home_known_by_its_district_alone_is_found_and_worth_less():
	wish = Wish(territories=((3, 4),))
	here, district = (matching.match(wish, MatchedListing(territory=span)) for span in ((3, 4), (2, 9)))
	assert here.score > district.score > 0
	assert [match.reasons[0].word for match in (here, district)] == ["Named Place", "Wider Place"]
	assert matching.match(wish, MatchedListing(territory=(5, 6))) is None


def test_the_budget_reaches_a_tenth_further():
	wish = Wish(budget_max=Decimal(1_000_000))
	assert matching.match(wish, MatchedListing(price=Decimal(1_100_000))).reasons[0].word == "Above"
	assert matching.match(wish, MatchedListing(price=Decimal(1_100_001))) is None
	assert matching.match(wish, MatchedListing(price=Decimal(1_100_001)), rules=MatchRules(Decimal(20)))


@given(homes, asking)
def test_packed_facts_come_back(home, wish):
	small = Homes.of([home]).small
	assert small["bedrooms"][0] == home.bedrooms
	assert bool(small["has_school"][0]) == home.has_school
	assert small["year_built"][0] == (home.year_built and home.year_built - match_rows.YEAR_ZERO)
	assert bin(Wishes.of([wish]).small["decorations"][0]).count("1") == len(wish.decorations)
	assert max(home.packed(), wish.packed()) < 2**53


@pytest.mark.parametrize(
	("text", "found"),
	[("南 北", ("南", "北")), ("南北通透", ("南", "北")), ("东南，西", ("东南", "西")), ("", ())],
)
def test_orientations_are_read(text, found):
	assert wishes.orientations(text) == found


def test_kinds_are_read_in_both_languages():
	assert wishes.kinds("decorations", "精装、luxury") == ("Fine", "Luxury")
	assert wishes.kinds("property_types", "Villa, 住宅") == ("Villa", "Residential")
	assert wishes.kinds("floor_bands", "低楼层/Middle") == ("Low", "Middle")
	assert wishes.kinds("floor_bands", None) == ()
	for read in (lambda: wishes.kinds("decorations", "豪华游艇"), lambda: wishes.orientations("看海")):
		with pytest.raises(DomainError, match="not understood"):
			read()
