"""Room lists: what an office writes is read as the rooms it means, and anything else is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.rooms import in_order, parse_rooms

ONE_FLOOR = {"101", "102", "103", "104"}


@pytest.mark.parametrize(
	"text, rooms",
	[
		("101-104", {("", room) for room in ONE_FLOOR}),
		("１０１－１０４室、", {("", room) for room in ONE_FLOOR}),
		("0101~0104", {("", room) for room in ONE_FLOOR}),
		("101-102; 201", {("", "101"), ("", "102"), ("", "201")}),
		("101-202", {("", "101"), ("", "102"), ("", "201"), ("", "202")}),
		("2单元: 101-102\n201\n3单元：101", {("2", "101"), ("2", "102"), ("2", "201"), ("3", "101")}),
		("1单元:101 二单元：102", {("1", "101"), ("2", "102")}),
		("A101-A102, B1", {("", "A101"), ("", "A102"), ("", "B1")}),
		("1-3", {("", "1"), ("", "2"), ("", "3")}),
		("901-1002", {("", "901"), ("", "902"), ("", "1001"), ("", "1002")}),
		("", set()),
		(None, set()),
	],
)
def test_what_an_office_writes(text, rooms):
	assert parse_rooms(text).rooms == rooms


@pytest.mark.parametrize("text", ["104-101", "201-104", "A101-B104", "无", "101 102", "1-104", "101-", "<b>"])
def test_what_names_no_rooms_is_refused_with_the_piece(text):
	with pytest.raises(DomainError) as refused:
		parse_rooms(text)
	assert refused.value.params[0] in text.upper()


def test_more_rooms_than_a_building_has_are_refused():
	with pytest.raises(DomainError, match="5000"):
		parse_rooms("101-99999")
	with pytest.raises(DomainError, match="5000"):
		parse_rooms("1-5000,10101-10199")


def test_a_unit_left_out_on_either_side_does_not_warn():
	rooms = parse_rooms("2单元: 101-102")
	assert rooms.knows("2", "101") and rooms.knows("", "101")
	assert not rooms.knows("3", "101") and not rooms.knows("2", "103")
	assert parse_rooms("101").knows("7", "101")


numbers = st.integers(1, 40)


@given(numbers, numbers, st.integers(1, 99), st.integers(1, 99), st.sampled_from(["", "1", "B"]))
def test_a_range_holds_its_grid_and_nothing_else(floor, height, first, last, unit):
	first, last, top = min(first, last), max(first, last), floor + height - 1
	text = f"{unit}单元: " if unit else ""
	rooms = parse_rooms(f"{text}{floor}{first:02d}-{top}{last:02d}")
	assert len(rooms.rooms) == height * (last - first + 1)
	for storey in (floor - 1, floor, top, top + 1):
		for room in (first - 1, first, last, last + 1):
			inside = floor <= storey <= top and first <= room <= last
			if 0 < room <= 99 and storey > 0:
				assert rooms.knows(unit, f"{storey}{room:02d}") == inside


@given(st.lists(st.integers(1, 9999), min_size=1, max_size=30))
def test_single_rooms_are_kept_and_stand_in_order(numbers):
	rooms = parse_rooms(", ".join(map(str, numbers)))
	assert rooms.of_unit("") == [str(number) for number in sorted(set(numbers))]
	assert rooms.of_unit("") == sorted(rooms.of_unit(""), key=in_order)


@given(st.text(alphabet="0123456789-~,;:：、单元 AB\n", max_size=30))
def test_any_text_is_read_or_refused(text):
	try:
		rooms = parse_rooms(text)
	except DomainError:
		return
	assert all(room for _unit, room in rooms.rooms)
