import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.phones import mask_phone, parse_area_code, parse_phone, spellings, split_phones

mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
landlines = st.from_regex(r"0(10|2[0-9]|[3-7][0-9]{2})[2-9][0-9]{6,7}", fullmatch=True)
# of Hong Kong, Macau, Taiwan, Singapore, Britain and Malaysia, by their country codes
abroad = st.one_of(
	st.from_regex(r"852(2[1-9]|6[0-7])[0-9]{6}", fullmatch=True),
	st.from_regex(r"853(28|66)[0-9]{6}", fullmatch=True),
	st.from_regex(r"886(22[0-9]{7}|91[0-9]{7})", fullmatch=True),
).filter(lambda number: phonenumbers.is_valid_number(phonenumbers.parse(f"+{number}")))
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
		("00852 2345-6789", "+85223456789"),
		("0852 23456789", "+85223456789"),
		("852-2345-6789", "+85223456789"),
		("（852）23456789", "+85223456789"),
		("852 23456789转12", "+85223456789-12"),
		("853 66123456", "+85366123456"),
		("886-2-2345-6789", "+886223456789"),
		("+886 (0)912 345 678", "+886912345678"),
		("886 0912345678", "+886912345678"),
		("0912-345-678", "+886912345678"),
		("65 9123 4567", "+6591234567"),
		("+44 (0)20 7946 0958", "+442079460958"),
		("001 415 555 2671", "+14155552671"),
		("021-66778891-805", "02166778891-805"),
		("021-6677-8891-805", "02166778891-805"),
		("+86 21 66778891-805", "02166778891-805"),
		("66778891-805", "66778891-805"),
		("512-6666-8888", "051266668888"),
		("86-13800138000", "13800138000"),
		("086 13800138000", "13800138000"),
		("0086 138 0013 8000", "13800138000"),
		("13800138000(微信同号)", "13800138000"),
		("13800138000（先生）", "13800138000"),
		("13800138000 张先生", "13800138000"),
		("张女士：13800138000", "13800138000"),
		("tel:13800138000", "13800138000"),
		("TEL:+86-21-66778891;ext=805", "02166778891-805"),
		("\u202d13800138000\u202c", "13800138000"),
		("\u2066138\u200b0013\u206a8000\u2069", "13800138000"),
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


@pytest.mark.parametrize("text", ["61234567", "021-61234567", "(021) 6123 4567", "21 61234567"])
def test_a_local_number_gets_the_area_code(text):
	assert parse_phone(text, "021") == "02161234567"
	assert parse_phone(f"{text}转8", "021") == "02161234567-8"


def test_only_a_local_number_gets_the_area_code():
	for text in ("13800138000", "4008001234", "+852 6123 4567", "010-62345678"):
		assert parse_phone(text, "021") == parse_phone(text)
	assert parse_phone("61234567") == "61234567"


@pytest.mark.parametrize(
	("text", "code"), [("021", "021"), (" ０５１２ ", "0512"), ("(010)", "010"), ("", ""), (None, "")]
)
def test_area_code(text, code):
	assert parse_area_code(text) == code


@pytest.mark.parametrize("text", ["21", "上海", "0021", "0111", "021 021"])
def test_what_is_no_area_code_is_refused(text):
	with pytest.raises(DomainError):
		parse_area_code(text)


@given(abroad, st.sampled_from(["+", "00", "", "+ "]), st.sampled_from(["", " ", "-"]), st.booleans())
def test_a_number_beyond_the_mainland_is_one_however_its_prefix_is_written(number, prefix, sign, bracket):
	code, rest = number[:3], number[3:]
	code = f"({prefix}{code})" if bracket else prefix + code
	assert parse_phone(code + sign + rest) == f"+{number}" == parse_phone(f"+{number}")


@given(abroad, st.sampled_from(["", "-2", "-803"]))
def test_a_number_beyond_the_mainland_is_found_in_each_spelling(number, extension):
	assert {parse_phone(way) for way in spellings(f"+{number}{extension}")} == {f"+{number}{extension}"}


@given(numbers, st.sampled_from(["13", "805", "123456"]), st.sampled_from(["-", "转", " 分机 ", "ext."]))
def test_an_extension_is_kept_apart(number, extension, between):
	assert parse_phone(f"{number}{between}{extension}") == f"{parse_phone(number)}-{extension}"


@pytest.mark.parametrize(
	"text",
	[
		"13800000014 or 13800000015",
		"13800000014或者13800000015",
		"13800000014(先生) 13800000015(女士)",
		"13800000014先生13800000015女士",
		"\u202a13800000014\u202c\n\u202a13800000015\u202c",
	],
)
def test_two_numbers_and_the_words_between_them(text):
	assert split_phones(text) == ["13800000014", "13800000015"]


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
