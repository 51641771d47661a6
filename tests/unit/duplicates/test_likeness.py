"""When two listings are one home. Rules: docs/rules/listings.md, "Duplicates"."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.duplicates.likeness import (
	ComparedListing,
	Likeness,
	LikenessRules,
	Points,
	alike_range,
	areas_alike,
	compare,
)

RULES = LikenessRules(
	Decimal(2), 60, Points(phone=60, area=25, floor=20, layout=15, building=10, room=40, price=5)
)
HOME = ComparedListing(
	listing_type="Sale",
	estate="EST-1",
	building="3",
	unit="2",
	room="501",
	gross_area=Decimal("89.5"),
	floor=5,
	total_floors=18,
	bedrooms=2,
	living_rooms=1,
	price=Decimal(3500000),
)
NOBODY = dict.fromkeys(("building", "unit", "room"), "")

parts = st.sampled_from(["", "1", "2", "3"])
homes = st.builds(
	ComparedListing,
	listing_type=st.sampled_from(["Sale", "Lease"]),
	estate=st.sampled_from(["EST-1", "EST-2"]),
	building=parts,
	unit=parts,
	room=parts,
	gross_area=st.sampled_from([Decimal(0), Decimal(88), Decimal("89.5"), Decimal(90), Decimal(120)]),
	floor=st.integers(0, 3),
	total_floors=st.sampled_from([0, 3, 6, 18]),
	year_built=st.sampled_from([0, 1998, 2015]),
	floor_band=st.sampled_from(["", "Low", "High"]),
	bedrooms=st.integers(0, 2),
	living_rooms=st.integers(0, 2),
	kitchens=st.integers(0, 1),
	bathrooms=st.integers(0, 2),
	price=st.sampled_from([Decimal(0), Decimal(3500000), Decimal(3600000)]),
	owners=st.frozensets(st.sampled_from("abc"), max_size=2),
)


def likeness(**changes) -> Likeness:
	return compare(HOME, replace(HOME, **changes), RULES)


def reviewed(**changes) -> bool:
	return likeness(**changes).score >= RULES.review_from


def test_a_whole_address_is_certain_whatever_else_is_said():
	found = likeness(gross_area=Decimal(150), floor=7, bedrooms=4, price=Decimal(1))
	assert found == Likeness(100, ("Address",))


def test_a_building_without_units_has_whole_addresses_too():
	assert compare(replace(HOME, unit=""), replace(HOME, unit=""), RULES).score == 100


def test_area_floor_and_layout_are_enough_where_the_room_is_not_known():
	assert reviewed(**NOBODY, price=Decimal(1))
	assert not reviewed(**NOBODY, gross_area=Decimal(92))
	assert not reviewed(**NOBODY, floor=6)
	assert not reviewed(**NOBODY, bedrooms=3)


BARE = ComparedListing("Sale", "EST-1")
ADDRESS = {"building": "3", "unit": "2", "room": "501"}
AREA = {"gross_area": Decimal("89.5")}
FLOOR, LAYOUT, PRICE = {"floor": 5}, {"bedrooms": 2, "living_rooms": 1}, {"price": Decimal(3500000)}
OWNER = {"owners": frozenset("ab")}


@pytest.mark.parametrize(
	("facts", "changes", "score", "reasons"),
	[
		({}, {}, 0, ""),
		(OWNER, {"owners": frozenset("bc")}, 60, "Phone"),
		(OWNER, {"owners": frozenset("cd")}, 0, ""),
		(AREA, {}, 25, "Area"),
		(FLOOR, {}, 20, "Floor"),
		(LAYOUT, {}, 15, "Layout"),
		({"building": "3"}, {}, 10, "Building"),
		({"room": "501"}, {}, 0, ""),
		(PRICE, {}, 5, "Price"),
		(ADDRESS, {}, 100, "Address"),
		# the unit left out of one
		(ADDRESS, {"unit": ""}, 50, "Building Room"),
		(ADDRESS, {"unit": "", "room": ""}, 10, "Building"),
		# two addresses: what the homes look like counts half
		(ADDRESS, {"room": "502"}, 5, "Building+Other Address"),
		(ADDRESS, {"building": "4"}, 0, ""),
		(
			ADDRESS | AREA | FLOOR | LAYOUT | PRICE,
			{"unit": "1"},
			37,
			"Area Floor Layout Building Price+Other Address",
		),
		(ADDRESS | OWNER | AREA, {"room": "502"}, 77, "Phone Area Building+Other Address"),
		# points alone make no certainty
		(OWNER | AREA | FLOOR | LAYOUT | PRICE, {}, 99, "Phone Area Floor Layout Price"),
	],
)
def test_points(facts, changes, score, reasons):
	"""Figures: docs/rules/listings.md, "Duplicates"."""
	home = replace(BARE, **facts)
	plain, _plus, last = reasons.partition("+")
	expected = Likeness(score, (*plain.split(), *filter(None, [last])))
	assert compare(home, replace(home, **changes), RULES) == expected


@pytest.mark.parametrize(
	("facts", "changes", "reasons"),
	[
		(AREA, {"gross_area": Decimal("91.32")}, ("Area",)),
		(AREA, {"gross_area": Decimal("91.33")}, ()),
		(AREA, {"gross_area": Decimal(0)}, ()),
		(FLOOR, {"floor": 6}, ()),
		(FLOOR | {"floor_band": "Low"}, {"floor": 0}, ("Floor",)),
		(FLOOR | {"floor_band": "Low"}, {"floor": 6}, ()),
		(FLOOR | {"total_floors": 18}, {"total_floors": 17}, ()),
		({"floor_band": "Low", "total_floors": 3}, {"floor_band": "High"}, ()),
		({"total_floors": 1}, {}, ("Floor",)),
		({"total_floors": 4}, {}, ("Floor",)),
		({"total_floors": 5}, {}, ()),
		({"total_floors": 3}, {"floor": 2}, ("Floor",)),
		({"total_floors": 3}, {"floor_band": "Low"}, ("Floor",)),
		({"total_floors": 3, "year_built": 1998}, {"year_built": 2003}, ("Floor",)),
		({"total_floors": 3, "year_built": 1998}, {"year_built": 2004}, ()),
		({"total_floors": 3, "year_built": 1998}, {"year_built": 0}, ("Floor",)),
		(LAYOUT, {"living_rooms": 2}, ()),
		(LAYOUT, {"bedrooms": 1}, ()),
		({"living_rooms": 1}, {}, ()),
		(LAYOUT | {"kitchens": 1}, {"kitchens": 2}, ()),
		(LAYOUT | {"kitchens": 1}, {"kitchens": 0}, ("Layout",)),
		(LAYOUT | {"bathrooms": 1}, {"bathrooms": 2}, ()),
		(LAYOUT | {"bathrooms": 1}, {"bathrooms": 0}, ("Layout",)),
		(PRICE, {"price": Decimal(3500001)}, ()),
	],
)
def test_what_is_alike(facts, changes, reasons):
	home = replace(BARE, **facts)
	assert compare(home, replace(home, **changes), RULES).reasons == reasons


def test_buildings_of_other_years_are_two():
	old = replace(HOME, **NOBODY, year_built=1998)
	for year, alike in ((1998, True), (2003, True), (2015, False), (0, True)):
		found = compare(old, replace(old, year_built=year), RULES)
		assert (found.score >= RULES.review_from) == alike, year


def test_a_house_of_few_floors_that_names_none_is_reviewed():
	house = replace(HOME, **NOBODY, floor=0, total_floors=3, price=Decimal(1))
	for other, alike in (
		({"price": Decimal(2)}, True),
		({"floor": 1, "price": Decimal(2)}, True),
		({"total_floors": 2}, False),
		({"total_floors": 0}, False),
	):
		found = compare(house, replace(house, **other), RULES)
		assert (found.score >= RULES.review_from) == alike, other
	tall = replace(house, total_floors=18)
	assert compare(tall, tall, RULES).score < RULES.review_from


def test_neighbours_of_one_layout_are_not_reviewed():
	assert not reviewed(room="502")
	assert not reviewed(unit="1")
	assert likeness(room="502").reasons[-1] == "Other Address"


def test_the_same_phone_in_one_estate_is_reviewed_and_tells_when_the_rooms_differ():
	one = replace(HOME, owners=frozenset("a"))
	other = replace(
		one, building="9", room="101", gross_area=Decimal(40), floor=1, bedrooms=1, price=Decimal(1)
	)
	assert compare(one, other, RULES) == Likeness(60, ("Phone", "Other Address"))
	assert compare(one, replace(other, **NOBODY), RULES) == Likeness(60, ("Phone",))


def test_the_same_phone_in_another_estate_is_no_duplicate():
	one = replace(HOME, owners=frozenset("a"))
	assert compare(one, replace(one, estate="EST-2"), RULES).score == 0


def test_a_sale_and_a_lease_of_one_home_are_two_listings():
	assert likeness(listing_type="Lease") == Likeness()


def test_a_room_whose_unit_one_of_them_leaves_out():
	assert reviewed(unit="", gross_area=Decimal("98.5"))
	assert not reviewed(unit="", gross_area=Decimal(40), floor=3, bedrooms=1, price=Decimal(1))


@pytest.mark.parametrize(
	("changes", "alike"),
	[
		({"floor": 0, "floor_band": "Low"}, False),  # the one says the floor only, the other the band only
		({"total_floors": 0}, True),
		({"total_floors": 20}, False),
	],
)
def test_floors(changes, alike):
	assert ("Floor" in likeness(**NOBODY, **changes).reasons) is alike


def test_bands_stand_in_for_floors():
	one = replace(HOME, **NOBODY, floor=0, floor_band="Middle")
	assert "Floor" in compare(one, one, RULES).reasons
	assert "Floor" not in compare(one, replace(one, floor_band="High"), RULES).reasons


@given(homes, homes)
def test_the_order_does_not_matter(one, other):
	assert compare(one, other, RULES) == compare(other, one, RULES)


@given(homes)
def test_a_home_is_itself(one):
	score = compare(one, one, RULES).score
	assert score == 100 if one.whole else 0 <= score < 100


@given(homes, homes)
def test_a_score_has_reasons_and_stays_in_its_range(one, other):
	found = compare(one, other, RULES)
	assert 0 <= found.score <= 100
	assert bool(found.score) == bool(found.reasons)


@pytest.mark.parametrize(
	"facts",
	[
		["owners"],
		["gross_area"],
		["price"],
		["floor", "floor_band", "total_floors"],
		["bedrooms", "living_rooms", "kitchens", "bathrooms"],
		["building", "unit", "room"],
	],
	ids=lambda facts: facts[0],
)
@given(one=homes, other=homes)
def test_more_in_common_never_scores_less(facts, one, other):
	known = one.whole if facts[0] == "building" else getattr(one, facts[0])
	if known:
		closer = replace(other, **{fact: getattr(one, fact) for fact in facts})
		assert compare(one, closer, RULES).score >= compare(one, other, RULES).score


@given(st.decimals(1, 2000, places=2), st.decimals(1, 2000, places=2), st.decimals(0, 20, places=1))
def test_the_range_of_an_area_holds_just_those_alike(one, other, percent):
	least, most = alike_range(one, percent)
	if areas_alike(one, other, percent):
		slack = Decimal("1e-20")
		assert least - slack <= other <= most + slack
	elif not least <= other <= most:
		assert not areas_alike(one, other, percent)


def test_the_range_of_an_area():
	assert alike_range(Decimal(98), Decimal(2)) == (Decimal("96.04"), Decimal(100))
	assert alike_range(Decimal(100), Decimal(100)) == alike_range(Decimal(100), Decimal(99)) == (1, 10000)


def test_areas_alike():
	assert areas_alike(Decimal(100), Decimal(98), Decimal(2))
	assert not areas_alike(Decimal(100), Decimal("97.99"), Decimal(2))
	# one that isn't known is like none, however wide the agency's limit is
	assert not areas_alike(Decimal(0), Decimal(98), Decimal(100))
