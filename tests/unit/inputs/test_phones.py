import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.phones import (
	mask_phone,
	parse_area_code,
	parse_phone,
	renew,
	says_more,
	spellings,
	split_phones,
	typed_phones,
)

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
		("62345678 办公室 转803", "62345678-803"),
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
		("21-61234567-805", "02161234567-805"),
		# of a country that has given none like it, as far as is known here
		("+999 123 4567", "+9991234567"),
		("00999 123 4567", "+9991234567"),
		# a mobile with 00 for its prefix, where no country has such a number
		("0015901234567", "15901234567"),
		("+15901234567", "+15901234567"),
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


@pytest.mark.parametrize(
	"text",
	[
		"",
		None,
		"张先生",
		"1380013800",
		"12345678901",
		"138001380001",
		"123",
		"1912345678",
		"+86 12345678901",
		"+86 1234567",
		# of no city
		"3002234567",
	],
)
def test_what_can_be_no_number_is_refused_and_named(text):
	with pytest.raises(DomainError) as caught:
		parse_phone(text)
	assert caught.value.params == (text,)
	assert str(caught.value) == (
		f"{text} can't be a phone number; write a mobile's 11 digits or a landline with its area code"
	)


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
	with pytest.raises(DomainError) as caught:
		parse_area_code(text)
	assert str(caught.value) == f"{text} is no area code; write it as 021 or 0512"


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


@pytest.mark.parametrize(
	("cell", "typed"),
	[
		("13800138000", {"13800138000": "13800138000"}),
		(" 张女士：138 0013 8000 ", {"13800138000": "张女士:138 0013 8000"}),
		(
			"13800000014(先生) 13800000015(女士)",
			{"13800000014": "13800000014(先生)", "13800000015": "13800000015(女士)"},
		),
		(
			"61234567;61234568转3;021-61234567",
			{"02161234567": "61234567", "02161234568-3": "61234568转3"},
		),
		("", {}),
		(None, {}),
	],
)
def test_what_was_typed_of_each_number(cell, typed):
	assert typed_phones(cell, "021") == typed
	assert split_phones(cell, "021") == [*typed]


def test_local_numbers_of_a_cell():
	assert split_phones("61234567\n61234568") == ["61234567", "61234568"]
	assert typed_phones("61234567") == {"61234567": "61234567"}
	assert split_phones("61234567", "021") == ["02161234567"]


@pytest.mark.parametrize(
	("cell", "bad"),
	[
		("13800138000/张先生", "张先生"),
		("1380013800/13800138000", "1380013800"),
		("1380013800", "1380013800"),
		("张先生/", "张先生/"),
	],
)
def test_one_bad_part_refuses_the_cell_and_is_named(cell, bad):
	with pytest.raises(DomainError) as caught:
		split_phones(cell)
	assert caught.value.params == (bad,)


@pytest.mark.parametrize(
	("typed", "number", "more"),
	[
		("138 0013-8000", "13800138000", False),
		("(010) 6234–5678", "01062345678", False),
		("010-62345678-2", "01062345678-2", False),
		("010-62345678转2", "01062345678-2", True),
		("13800138000 张先生", "13800138000", True),
		("+86 13800138000", "13800138000", True),
	],
)
def test_whether_more_was_typed_than_the_number(typed, number, more):
	assert says_more(typed, number) is more


@pytest.mark.parametrize(
	("old", "new"),
	[
		("085223456789", "+85223456789"),
		("06591234567", "+6591234567"),
		("13800138000", "13800138000"),
		("61234567-8", "02161234567-8"),
		("123", "123"),
		("0123", "0123"),
	],
)
def test_a_number_of_an_earlier_rule_is_found_by_the_rule_of_today(old, new):
	assert renew(old, "021") == new


def test_a_local_number_is_renewed_without_an_area_code_too():
	assert renew("61234567") == "61234567"


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
	assert spellings("01062345678-803") == ("01062345678-803", "010 62345678-803", "010-62345678-803")
	assert spellings("02161234567") == ("02161234567", "021 61234567", "021-61234567")
	assert spellings("61234567") == ("61234567",)
	assert spellings("+85223456789-2") == ("+85223456789-2", "+852 23456789-2", "+852-23456789-2")
	assert spellings("+14155552671") == ("+14155552671", "+1 4155552671", "+1-4155552671")
	# of a country nobody knows
	assert spellings("+999123") == ("+999123",)


@pytest.mark.parametrize(
	("number", "masked"),
	[
		("13800138000", "138****8000"),
		("01062345678-803", "010****5678"),
		("051266668888", "051****8888"),
		("+85223456789", "+85****6789"),
		("123456789", "123****6789"),
		("62345678", "6****5678"),
		("6234567", "6****67"),
	],
)
def test_masks(number, masked):
	assert mask_phone(number) == masked
