from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.clients.profile import Difference, Said, Viewed, differences, looked_at, together

PLACES = st.sampled_from(("徐家汇", "田林", "曹家渡", ""))
VIEWED = st.builds(
	Viewed,
	price=st.integers(0, 9_000_000).map(Decimal),
	area=st.integers(0, 300).map(Decimal),
	bedrooms=st.integers(0, 5),
	place=PLACES,
	estate=st.sampled_from(("E1", "E2")),
	within=PLACES.map(lambda place: frozenset((place, "上海"))),
	interest=st.integers(1, 5),
)
SAID = st.builds(
	Said,
	**{
		field: st.integers(0, 9_000_000).map(Decimal)
		for field in ("price_min", "price_max", "area_min", "area_max")
	},
	bedrooms_min=st.integers(0, 3),
	bedrooms_max=st.integers(0, 5),
	places=st.frozensets(PLACES.filter(bool)),
	estates=st.frozensets(st.sampled_from(("E1", "E2"))),
)


def viewed(price: int, interest: int = 3, place: str = "徐家汇", bedrooms: int = 2, area: int = 90) -> Viewed:
	within = frozenset((place, "徐汇区"))
	return Viewed(Decimal(price), Decimal(area), bedrooms, place, f"{place}小区", within, interest)


@given(st.lists(VIEWED))
def test_a_mean_lies_in_its_span_and_shares_make_a_whole(listings):
	seen = looked_at(listings)
	for span in filter(None, (seen.price, seen.area)):
		assert span.low <= span.mean <= span.high
	for shares in (seen.places, seen.bedrooms):
		assert sum(percent for _name, percent in shares) in (0, 100)
		assert [percent for _name, percent in shares] == sorted(
			(percent for _n, percent in shares), reverse=True
		)


@given(st.lists(VIEWED), st.randoms())
def test_the_order_of_viewings_says_nothing(listings, random):
	shuffled = random.sample(listings, len(listings))
	assert looked_at(shuffled).price == looked_at(listings).price
	assert looked_at(shuffled).area == looked_at(listings).area


@given(st.lists(VIEWED, min_size=1), st.integers(0, 3))
def test_more_interest_draws_the_mean_towards_a_listing(listings, index):
	chosen = listings[index % len(listings)]
	others = [listing for listing in listings if listing is not chosen]
	dull, keen = (looked_at([*others, replace(chosen, interest=interest)]).price for interest in (1, 5))
	if chosen.price:
		assert abs(keen.mean - chosen.price) <= abs(dull.mean - chosen.price)


@given(st.lists(VIEWED))
def test_who_said_nothing_looked_at_nothing_else(listings):
	assert differences(Said(), listings) == ()


@given(st.lists(SAID, min_size=1), st.lists(VIEWED))
def test_several_requirements_are_as_wide_as_each(wishes, listings):
	whole = {found.item for found in differences(together(wishes), listings)}
	for wish in wishes:
		assert whole <= {found.item for found in differences(wish, listings)}


def test_interest_weighs():
	seen = looked_at([viewed(3_000_000, interest=1), viewed(4_000_000, interest=4)])
	assert (seen.price.low, seen.price.mean, seen.price.high) == (3_000_000, 3_800_000, 4_000_000)


def test_what_differs_is_said_with_how_much():
	said = Said(
		price_max=Decimal(3_000_000),
		area_min=Decimal(100),
		bedrooms_min=3,
		places=frozenset(("静安区",)),
		estates=frozenset(("田林小区",)),
	)
	listings = [viewed(3_600_000, interest=3), viewed(3_600_000, interest=1, place="田林", bedrooms=3)]
	assert differences(said, listings) == (
		Difference("price", "Above", Decimal(20)),
		Difference("area", "Below", Decimal(10)),
		Difference("bedrooms", "Outside", Decimal(75)),
		Difference("places", "Outside", Decimal(75)),
	)


def test_a_place_within_a_wanted_one_is_no_difference():
	assert differences(Said(places=frozenset(("徐汇区",))), [viewed(1)]) == ()
