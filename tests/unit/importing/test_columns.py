import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.errors import DomainError
from agency_crm.domain.importing.base import IGNORE, read_columns
from agency_crm.domain.importing.columns import (
	CLIENTS,
	LISTINGS,
	OF_CLIENTS,
	OF_LISTINGS,
	likely,
	suggest,
	suggest_mapping,
)
from agency_crm.domain.importing.listing_rows import PORTAL, TARGETS


def test_an_offices_own_list_is_understood():
	header = [
		"编号",
		"小区",
		"楼号",
		"房号",
		"户型",
		"建筑面积(㎡)",
		"总价（万元）",
		"朝向",
		"备注",
		"业主电话",
	]
	assert suggest(header) == [
		("编号", "external_id"),
		("小区", "estate_name"),
		("楼号", "building_no"),
		("房号", "room_no"),
		("户型", "layout"),
		("建筑面积(㎡)", "gross_area"),
		("总价（万元）", "price_wan"),
		("朝向", "orientation"),
		("备注", "remarks"),
		("业主电话", "owner_phone"),
	]


@pytest.mark.parametrize(
	("column", "target"),
	[
		("总价", "price_wan"),
		("总价(元)", "price_yuan"),
		("售价 ( 万 )", "price_wan"),
		("单价（元/平米）", "unit_price"),
		("租金(元/月)", "rent"),
		("面　积", "gross_area"),
		("ｉｄ", "external_id"),
		("", IGNORE),
		("面积误差", IGNORE),
	],
)
def test_one_column(column, target):
	assert suggest([column]) == [(column, target)]


def test_the_portals_columns_mean_what_they_mean_without_a_mapping():
	floors = [column for column, target in PORTAL.columns if target == "floor_text"]
	wanted = dict(PORTAL.columns) | {floors[1]: IGNORE}
	assert dict(suggest(column for column, _target in PORTAL.columns)) == wanted


def test_what_goes_nowhere_is_not_said_to():
	"""That a column is left out is for a person to say."""
	assert likely(["姓名", "电话", "意向", ""], CLIENTS) == (("姓名", "client_name"), ("电话", "phone"))


def test_an_office_s_list_is_read_without_a_mapping():
	sale = suggest_mapping(["编号", "小区", "面积", "总价(万)", "钥匙"], "ours")
	assert (sale.source_channel, sale.listing_type) == ("ours", "Sale")
	assert dict(sale.columns) == {
		**{"编号": "external_id", "小区": "estate_name"},
		**{"面积": "gross_area", "总价(万)": "price_wan"},
	}
	assert suggest_mapping(["小区/面积", "月租金"], "ours").listing_type == "Lease"
	assert suggest_mapping([column for column, _target in PORTAL.columns], "ours") == PORTAL


def test_every_target_is_one_an_import_reads():
	assert OF_LISTINGS.keys() <= LISTINGS.targets.readers.keys()
	assert OF_CLIENTS.keys() == CLIENTS.targets.readers.keys()


@given(st.lists(st.text(max_size=8) | st.sampled_from("小区 面积 总价 备注 标签 楼层".split())))
def test_each_column_once_and_each_target_once(header):
	found = suggest(header)
	assert [column for column, _target in found] == header
	targets = [target for _column, target in found if target not in (IGNORE, *TARGETS.joined)]
	assert len(targets) == len(set(targets))


def test_a_mapping_s_file_says_what_each_column_goes_to():
	assert read_columns('{"姓名": "client_name", "电话": "phone"}'.encode()) == (
		("姓名", "client_name"),
		("电话", "phone"),
	)


@pytest.mark.parametrize(
	("saved", "fault"),
	[
		(b'{"a": "phone"', "The mapping is not understood: "),
		(b"\xff\xfe\x00", "The mapping is not understood: "),
		(b"", "The mapping is not understood: "),
		(b'["phone"]', "The mapping is not understood: "),
		(b'{"a": {"b": "phone"}}', "is not something a column can go to"),
	],
)
def test_a_broken_mapping_is_refused_in_a_sentence(saved: bytes, fault: str):
	with pytest.raises(DomainError, match=fault):
		read_columns(saved)
