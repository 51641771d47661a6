import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.errors import DomainError
from agency_crm.domain.phones import mask_phone, parse_phone, spellings, split_phones

mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
landlines = st.from_regex(r"0[0-9]{2,3}[2-9][0-9]{6,7}", fullmatch=True)
numbers = st.one_of(mobiles, landlines)
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize(
	("text", "number"),
	[
		("138 0013 8000", "13800138000"),
		("１３８－００１３－８０００", "13800138000"),
		("+86 138-0013-8000", "13800138000"),
		("008613800138000", "13800138000"),
		("013800138000", "13800138000"),
		("(010) 6234 5678", "01062345678"),
		("+86 10 62345678", "01062345678"),
		("010-62345678转2", "01062345678-2"),
		("62345678 分机 803", "62345678-803"),
		("400-800-1234", "4008001234"),
		("+852 2345 6789", "+85223456789"),
		(13800138000, "13800138000"),
	],
)
def test_a_number_is_read_as_people_write_it(text, number):
	assert parse_phone(text) == number


@pytest.mark.parametrize("text", ["", None, "张先生", "1380013800", "12345678901", "138001380001", "123"])
def test_what_can_be_no_number_is_refused_and_named(text):
	with pytest.raises(DomainError) as caught:
		parse_phone(text)
	assert caught.value.params == (text,)


@given(numbers)
def test_reading_a_number_again_changes_nothing(number):
	assert parse_phone(parse_phone(number)) == parse_phone(number)


@given(mobiles, st.sampled_from(["", "+86", "0086", "+86 "]), st.sampled_from(["", " ", "-"]))
def test_country_code_width_and_separators_do_not_count(number, country, separator):
	typed = country + separator.join((number[:3], number[3:7], number[7:]))
	assert parse_phone(typed) == parse_phone(typed.translate(WIDE)) == number


@given(
	st.lists(mobiles, min_size=1, max_size=4, unique=True),
	st.sampled_from(["/", "；", "、", " ", "\n", "或"]),
)
def test_every_number_of_a_cell_is_found_in_order(listed, between):
	assert split_phones(between.join(listed)) == listed


@given(mobiles)
def test_a_number_that_stands_twice_is_one(number):
	assert split_phones(f"{number}/{number}") == [number]


def test_one_bad_part_refuses_the_cell():
	with pytest.raises(DomainError):
		split_phones("13800138000/张先生")
	assert split_phones(None) == split_phones("  ") == []


@given(numbers, st.sampled_from(["", "-2", "-803"]))
def test_a_mask_hides_the_middle_and_the_extension(number, extension):
	masked = mask_phone(number + extension)
	shown = masked.replace("*", "")
	assert "****" in masked and len(shown) <= 7
	assert number not in masked and masked == mask_phone(number)
	assert masked.startswith(number[0]) and masked.endswith(number[-4:])


@given(numbers, st.sampled_from(["", "-2", "-803"]))
def test_every_spelling_is_the_number(number, extension):
	ways = spellings(number + extension)
	assert ways[0] == number + extension
	assert {parse_phone(way.removesuffix(extension)) for way in ways} == {parse_phone(number)}


def test_spellings():
	assert spellings("13800138000") == ("13800138000", "138 0013 8000", "138-0013-8000")
	assert spellings("051266668888") == ("051266668888", "0512 66668888", "0512-66668888")
	assert spellings("4008001234") == ("4008001234",)
