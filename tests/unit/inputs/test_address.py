import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.address import (
	KEY_LENGTH,
	AddressParts,
	address_label,
	combine,
	normalise_part,
	parse_address,
	property_key,
)

BUILDINGS = st.one_of(
	st.integers(1, 999).map(str),
	st.sampled_from("ABCDEF"),
	st.builds("{}{}".format, st.sampled_from("ABC甲乙"), st.integers(1, 99)),
	st.sampled_from(["东", "南", "甲"]),
)
UNITS = st.one_of(st.just(""), st.integers(1, 20).map(str), st.sampled_from("ABC"))
ROOMS = st.one_of(
	st.integers(1, 9999).map(str), st.builds("{}{}".format, st.integers(1, 99), st.sampled_from("AB"))
)


@pytest.mark.parametrize(
	"text", ["3号楼", "三号楼", "3栋", "03幢", "３#楼", "３＃楼", "3座", "3", " 第3栋 ", "3#", "3 号 楼"]
)
def test_one_building_in_many_spellings(text):
	assert normalise_part(text, "building") == "3"


@pytest.mark.parametrize(
	("text", "kind", "part"),
	[
		("A座", "building", "A"),
		("ａ０３栋", "building", "A3"),
		("二十一号楼", "building", "21"),
		("甲三号楼", "building", "甲3"),
		("东楼", "building", "东"),
		("1-2号楼", "building", "1-2"),
		("二单元", "unit", "2"),
		("02门", "unit", "2"),
		("0501室", "room", "501"),
		("五零一", "room", "501"),
		("501号房", "room", "501"),
		(501.0, "room", "501"),
		("-101", "room", "负101"),
		("地下101", "room", "负101"),
		("地下室101室", "room", "负101"),
		("负一层101", "room", "负101"),
		("B101", "room", "B101"),
		("501.0", "room", "501"),
		("3.0", "building", "3"),
		("5楼东户", "room", "5层东"),
		("第六层 东户", "room", "6层东"),
		("5层501室", "room", "501"),
		("5层01", "room", "501"),
		("5层3室", "room", "5层3"),
		("5层601", "room", "5层601"),
		("501,502", "room", "501-502"),
		("负101", "room", "负101"),
		("5|0_1", "room", "501"),
		("5层0501", "room", "501"),
		("05层01", "room", "501"),
		("5层01-02", "room", "501-2"),
		("5层05号", "room", "505"),
		("5层1501", "room", "5层1501"),
		("5层100", "room", "5层100"),
		("10层01", "room", "1001"),
		("10层1001", "room", "1001"),
		("第5层-501", "room", "501"),
		("5F501", "room", "501"),
		("负1层01", "room", "负101"),
		("B1层101", "room", "负101"),
		("地下1层负101", "room", "负101"),
		("地下12层1201", "room", "负1201"),
		("5层负101", "room", "5层负101"),
		("负一层东户", "room", "负1层东"),
		("--101", "room", "负101"),
		("第-101", "room", "负101"),
		("第501室", "room", "501"),
		("-3-", "building", "3"),
		("3_4", "building", "34"),
		("03-04栋", "building", "3-4"),
		("3、4", "building", "3-4"),
		("-2-", "unit", "2"),
		(None, "room", ""),
	],
)
def test_normalise_part(text, kind, part):
	assert normalise_part(text, kind) == part


@given(st.text(max_size=12), st.sampled_from(["building", "unit", "room"]))
def test_normalised_parts_hold_no_separator(text, kind):
	assert "|" not in normalise_part(text, kind)


@pytest.mark.parametrize(
	("text", "parts"),
	[
		("3-2-501", ("3", "2", "501")),
		("3/2/501", ("3", "2", "501")),
		("3 2 501", ("3", "2", "501")),
		("３－２－０５０１室", ("3", "2", "501")),
		("3—2—501", ("3", "2", "501")),
		("3--501", ("3", "", "501")),
		("3号楼2单元501", ("3", "2", "501")),
		("三号楼二单元五零一室", ("3", "2", "501")),
		("3栋501室", ("3", "", "501")),
		("3幢 2单元 501", ("3", "2", "501")),
		("3#2-501", ("3", "2", "501")),
		("3#-2-501", ("3", "2", "501")),
		("3号楼2-501", ("3", "2", "501")),
		("12楼3门501", ("12", "3", "501")),
		("A座1201", ("A", "", "1201")),
		("A-1201", ("A", "", "1201")),
		("3号楼5层501室", ("3", "", "501")),
		("甲3号院5号楼2单元501", ("甲3号院5", "2", "501")),
		("2单元501", ("", "2", "501")),
		("3号楼", ("3", "", "")),
		("501", ("", "", "501")),
		("501室", ("", "", "501")),
		("501-2", ("", "", "501-2")),
		("3号楼501-2", ("3", "", "501-2")),
		("3-501-2", ("3", "", "501-2")),
		("3-2-501-2", ("3", "2", "501-2")),
		("3号楼2单元501-2", ("3", "2", "501-2")),
		("3号楼501-502", ("3", "", "501-502")),
		("5.0/2.0/501.0", ("5", "2", "501")),
		("-101", ("", "", "负101")),
		("B101", ("", "", "B101")),
		("负101", ("", "", "负101")),
		("地下101", ("", "", "负101")),
		("3-2--101", ("3", "2", "负101")),
		("3-2-B101", ("3", "2", "B101")),
		("3-2-地下101", ("3", "2", "负101")),
		("3号楼2单元负101", ("3", "2", "负101")),
		("3号楼2单元--101", ("3", "2", "负101")),
		("3号楼地下1层101", ("3", "", "负101")),
		("3号楼-2单元-101", ("3", "2", "101")),
		("5楼东户", ("", "", "5层东")),
		("3号楼5楼东户", ("3", "", "5层东")),
		("2单元6楼东户", ("", "2", "6层东")),
		("7号楼2单元", ("7", "2", "")),
		("2单元", ("", "2", "")),
		("12楼3门-501", ("12", "3", "501")),
		("3号楼-2-501", ("3", "2", "501")),
		("3号楼 - 501", ("3", "", "501")),
		("3号楼2-5层501", ("3", "2", "501")),
		("3号楼B1层101", ("3", "", "负101")),
		("3号楼地下室1层101", ("3", "", "负101")),
		("第5层东户", ("", "", "5层东")),
		("5楼-东户", ("", "", "5层东")),
		("B1层东户", ("", "", "负1层东")),
		("地下室101", ("", "", "负101")),
		("负101-3", ("", "", "负101-3")),
		("A-2-501-3", ("A", "2", "501-3")),
		("3---101", ("3", "", "负101")),
		("A--401", ("A", "", "401")),
		("3号楼-401", ("3", "", "401")),
		("3号楼----501", ("3", "", "501")),
		("3号楼第5层501", ("3", "", "501")),
		("X座501", ("X", "", "501")),
		("5楼东户-", ("", "", "5层东")),
		("", ("", "", "")),
		(None, ("", "", "")),
	],
)
def test_parse_address(text, parts):
	assert parse_address(text) == AddressParts(*parts)


@pytest.mark.parametrize(
	"text",
	[
		"3号楼-101",
		"A座-101室",
		"3号楼2单元-101",
		"3--101",
		"3号楼-1层101",
		"3 号楼 -101",
		"3号楼 - 101",
		"三号楼-101",
		"A--101",
	],
)
def test_a_dash_that_may_mean_below_ground_is_asked_about(text):
	with pytest.raises(DomainError) as caught:
		parse_address(text)
	assert str(caught.value) == (
		f"Address {text} may be below ground or not; write it as 3号楼101 or as 3号楼负101"
	)


@given(st.integers(1, 30), st.integers(1, 30), st.sampled_from(["东户", "西", "左室", "中户"]))
def test_a_side_of_a_floor_is_another_home_on_each_floor(one, other, side):
	keys = {property_key("E", "3", "", f"{floor}楼{side}") for floor in (one, other)}
	assert (len(keys) == 1) == (one == other)
	parts = parse_address(f"3号楼{one}层{side}")
	assert (
		parts == combine("3号楼", "", f"{one}楼{side}") == parse_address(address_label("3", "", parts.room))
	)


@given(st.text(alphabet="0123456789.-号楼单元层室东户地下负B#/ ", max_size=14))
def test_parts_read_once_stay_as_they_are(text):
	try:
		parts = parse_address(text)
	except DomainError:
		return
	for kind in ("building", "unit", "room"):
		part = getattr(parts, kind)
		assert normalise_part(part, kind) == part


@pytest.mark.parametrize("text", ["1-2-3-4", "3-2-501-502", "号楼单元室门", "3号楼2单元5层6层501"])
def test_what_is_no_address_is_refused_by_name(text):
	with pytest.raises(DomainError) as caught:
		parse_address(text)
	assert str(caught.value) == f"Address {text} is not understood; write it as 3-2-501 or 3号楼2单元501"


@pytest.mark.parametrize(
	"boxes",
	[
		("3", "2", "501"),
		("３号楼", "二单元", "0501室"),
		("", "", "3-2-501"),
		("", "", "3号楼2单元501"),
		("3-2-501", "", ""),
		("3号楼2单元501", "", ""),
		("3", "", "2-501"),
		("3栋", "", "2单元501"),
		("3", "", "3号楼2单元501"),
		("3号楼2单元", "", "501"),
		("3号楼2单元", "2", "501室"),
		("3", "2", "2-501"),
		("3", "2", "5层501"),
		("3", "2", "2单元501"),
		("3", "2", "3号楼2单元501"),
		("", "2", "3号楼2单元501"),
		("3", "2", "3号楼501"),
		("", "2", "3号楼501"),
		("3号楼2单元501", "", "501"),
		("3号楼2单元501", "2", "501室"),
		("3-2-501", "2", ""),
		("3.0", "2.0", "501.0"),
	],
)
def test_boxes_filled_in_any_way_have_one_key(boxes):
	assert combine(*boxes) == AddressParts("3", "2", "501")
	assert property_key("EST-0001", *boxes) == property_key("EST-0001", "3", "2", "501")


@pytest.mark.parametrize(
	("boxes", "parts"),
	[
		(("3", "", "501-2"), ("3", "", "501-2")),
		(("3号楼", "", ""), ("3", "", "")),
		(("", "", "3-501"), ("3", "", "501")),
		(("", "2", "2-501"), ("", "2", "501")),
		(("3", "", "3-2-501"), ("3", "2", "501")),
		(("1-2号楼", "", ""), ("1-2", "", "")),
		(("", "", "501"), ("", "", "501")),
		(("4", "", "3号楼2单元501"), ("4", "", "3号楼2单元501")),
		(("3", "2", "4-501"), ("3", "2", "4-501")),
		(("3号楼2单元", "4", "501"), ("3号楼2单元", "4", "501")),
		(("3", "2", "-101"), ("3", "2", "负101")),
		(("3", "", "-101"), ("3", "", "负101")),
		(("3", "", "B101"), ("3", "", "B101")),
		(("3", "", "101-102"), ("3", "", "101-102")),
		(("3", "", "1-2-3-4"), ("3", "", "1-2-3-4")),
		(("3", "2", "2号楼501"), ("3", "2", "2号楼501")),
		(("3", "", "4号楼501"), ("3", "", "4号楼501")),
		(("3号楼2单元501", "", "502"), ("3号楼2单元501", "", "502")),
		(("3号楼2单元501", "3", ""), ("3号楼2单元501", "3", "")),
		(("3号楼501", "", ""), ("3号楼501", "", "")),
		(("3-2", "", "501"), ("3-2", "", "501")),
		(("2单元", "", "501"), ("2单元", "", "501")),
		(("4", "2", "3号楼2单元501"), ("4", "2", "3号楼2单元501")),
		(("3", "2", "1单元501"), ("3", "2", "1单元501")),
		(("", "2", "1-501"), ("", "2", "1-501")),
		(("3", "2", "3号楼"), ("3", "2", "3号楼")),
		(("3", "", "2单元"), ("3", "", "2单元")),
		(("", "", "3号楼"), ("", "", "3号楼")),
		(("", "", ""), ("", "", "")),
	],
)
def test_boxes_that_hold_one_part_each_are_left_alone(boxes, parts):
	assert combine(*boxes) == AddressParts(*parts)


@pytest.mark.parametrize("room", ["501", "3号楼501", "3栋501室", "三号楼0501"])
def test_a_building_named_again_in_the_rooms_box_is_no_unit(room):
	assert combine("3", "", room) == AddressParts("3", "", "501")


@pytest.mark.parametrize("boxes", [("", "2", "501"), ("3", "2", ""), ("", "", "501"), ("", "", "")])
def test_an_address_that_is_not_whole_has_no_key(boxes):
	assert property_key("EST-0001", *boxes) is None
	assert property_key("", "3", "2", "501") is None


@given(BUILDINGS, UNITS, ROOMS, BUILDINGS, UNITS, ROOMS)
def test_two_addresses_share_a_key_only_when_they_are_one(b1, u1, r1, b2, u2, r2):
	same_key = property_key("E", b1, u1, r1) == property_key("E", b2, u2, r2)
	assert same_key == ((b1, u1, r1) == (b2, u2, r2))


@given(st.text(min_size=1, max_size=300), BUILDINGS, ROOMS)
def test_a_key_fits_its_column(estate, building, room):
	assert len(property_key(estate, building, "", room)) <= KEY_LENGTH


def test_long_keys_stay_apart():
	long = "长" * 200
	assert property_key(long, "3", "", "501") != property_key(long, "3", "", "502")


def test_a_key_stays_what_it_was():
	"""It is stored: another form of it would find no home that is there."""
	assert property_key("EST-0001", "3号楼", "2单元", "501室") == "EST-0001|3|2|501"
	assert property_key("EST-0001", "3号楼", "", "501室") == "EST-0001|3||501"
	assert property_key("长" * 133, "3", "", "501") == "长" * 133 + "|3||501"
	whole = "长" * 134 + "|3||501"
	digest = hashlib.sha256(whole.encode()).hexdigest()[:32]
	assert property_key("长" * 134, "3", "", "501") == f"{whole[:107]}~{digest}"


@given(BUILDINGS, UNITS, ROOMS)
def test_a_label_reads_back_as_its_address(building, unit, room):
	parts = AddressParts(building, unit, room)
	assert parse_address(address_label(building, unit, room)) == parts


def test_labels():
	assert address_label("03", "2", "501") == "3号楼2单元501室"
	assert address_label("A座", "", "1201") == "A座1201室"
	assert address_label("东楼", "", "3") == "东楼3室"
	assert address_label("3", "2", "5楼东户") == "3号楼2单元5层东户"
	assert address_label("3", "", "5层3室") == "3号楼5层3室"
	assert address_label("3", "", "-101") == "3号楼负101室"
	assert address_label("3", "A", "501A") == "3号楼A单元501A室"
	assert address_label("", "2", "501") == "2单元501室"
	assert address_label("", "2", "") == "2单元"
	assert address_label("", "", "") == ""
