import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.clients.requirements import faults
from agency_crm.domain.importing.base import LONGEST, Outcome, Reject, check_columns
from agency_crm.domain.importing.client_rows import TARGETS, ParsedClient, parse_rows
from agency_crm.domain.importing.columns import CLIENTS, suggest
from agency_crm.domain.inputs.tables import read_table

COLUMNS = {
	"姓名": "client_name",
	"电话": "phone",
	"类型": "requirement_type",
	"预算": "budget",
	"最低": "budget_min",
	"最高": "budget_max",
	"户型": "bedrooms",
	"面积": "area",
	"商圈": "places",
	"身份": "roles",
	"来源": "source",
	"生日": "birthday",
	"备注": "remarks",
}
ROW = {"姓名": "张先生", "电话": "13800138000", "类型": "求购", "预算": "300-400万"}


def read(*rows, requirement_type=None):
	stream = io.StringIO()
	writer = csv.DictWriter(stream, list(COLUMNS), restval="")
	writer.writeheader()
	writer.writerows(rows)
	table = read_table("clients.csv", stream.getvalue().encode())
	columns = tuple(COLUMNS.items())
	check_columns(table, columns, TARGETS)
	outcome = Outcome()
	return list(parse_rows(table, columns, requirement_type, outcome)), outcome


def test_a_row_says_who_it_is_and_what_they_look_for():
	row = {
		**ROW,
		"电话": "13800138000 / 010-65551234",
		"户型": "两居到三居",
		"面积": "80-100平",
		"商圈": "望京、酒仙桥",
		"身份": "买方,业主",
		"来源": "贝壳",
		"备注": "急",
	}
	(client,), _outcome = read(row)
	assert tuple(client.phones) == ("13800138000", "01065551234")
	assert client.client == {
		"client_name": "张先生",
		"is_buyer": 1,
		"is_seller": 1,
		"source_channel": "Other",
		"source_detail": "贝壳",
	}
	assert client.requirement == {
		"requirement_type": "Buy",
		"budget_min": Decimal(3000000),
		"budget_max": Decimal(4000000),
		"bedrooms_min": 2,
		"bedrooms_max": 3,
		"area_min": Decimal(80),
		"area_max": Decimal(100),
	}
	assert (client.places, client.remarks) == (("望京", "酒仙桥"), "急")


@pytest.mark.parametrize(
	("typed", "low", "high"),
	[
		("300-400", 3000000, 4000000),
		("300万~400万", 3000000, 4000000),
		("350", None, 3500000),
		("350万以内", None, 3500000),
		("三百万以上", 3000000, None),
		("3000000-4000000元", 3000000, 4000000),
	],
)
def test_a_budget_to_buy_is_in_ten_thousands(typed, low, high):
	(client,), _outcome = read({**ROW, "预算": typed})
	assert (client.requirement.get("budget_min"), client.requirement.get("budget_max")) == (low, high)


@pytest.mark.parametrize("typed", ["5000-6000", "5000-6000元/月", "0.5-0.6万/月"])
def test_a_budget_to_rent_is_a_month(typed):
	(client,), _outcome = read({**ROW, "类型": "求租", "预算": typed})
	assert (client.requirement["budget_min"], client.requirement["budget_max"]) == (5000, 6000)


@pytest.mark.parametrize(
	("changes", "column", "reason"),
	[
		({"姓名": ""}, "client_name", "missing"),
		({"电话": ""}, "phones", "missing"),
		({"电话": "138"}, "电话", "phone number"),
		({"类型": ""}, "requirement_type", "buy or to rent"),
		({"类型": "换房"}, "类型", "not understood"),
		({"预算": "400-300"}, "预算", "below"),
		({"预算": "", "最低": "400", "最高": "300"}, "最高", "below"),
		({"预算": ""}, "budget_max", "budget"),
		({"预算": "很多"}, "预算", "not understood"),
		({"户型": "大"}, "户型", "bedrooms"),
		({"面积": "100-80"}, "面积", "below"),
	],
)
def test_a_bad_row_is_refused_with_its_column_and_reason(changes, column, reason):
	(reject,), outcome = read({**ROW, **changes})
	assert isinstance(reject, Reject)
	assert (reject.row, reject.column) == (2, column)
	assert reason in str(reject.error)
	assert outcome.rejects == [reject]


def test_who_looks_for_nothing_is_a_client_without_a_requirement():
	(client,), _outcome = read({"姓名": "李女士", "电话": "13800138001"})
	assert client.requirement is None


def test_the_files_own_type_is_that_of_rows_that_say_none():
	(client, other), _outcome = read(
		{**ROW, "类型": "", "预算": "6000"}, {**ROW, "电话": "13800138001"}, requirement_type="Rent"
	)
	assert client.requirement["requirement_type"] == "Rent"
	assert other.requirement["requirement_type"] == "Buy"


def test_a_number_of_an_earlier_row_is_noted():
	rows, outcome = read(ROW, {**ROW, "电话": "13900139000"}, {**ROW, "电话": "138 0013 8000"})
	assert [row.first_row for row in rows] == [None, None, 2]
	assert outcome.alike == [(2, 4)]


def test_an_offices_own_list_of_clients_is_understood():
	header = ["客户姓名", "联系电话", "备用电话", "需求类型", "预算（万）", "意向商圈", "归属人", "身高"]
	assert [target for _column, target in suggest(header, CLIENTS)] == [
		*("client_name", "phone", "phone", "requirement_type", "budget", "places", "agent", "ignore")
	]


@given(
	st.dictionaries(
		st.sampled_from(list(COLUMNS)), st.text(max_size=12) | st.sampled_from("求购 300-400 2居".split())
	)
)
def test_every_row_is_a_client_or_is_refused_with_words(row):
	rows, outcome = read({**ROW, **row})
	for parsed in rows:
		if isinstance(parsed, Reject):
			assert str(parsed.error)
		else:
			assert isinstance(parsed, ParsedClient)
			assert parsed.phones and parsed.client["client_name"]
			assert parsed.requirement is None or not list(faults(parsed.requirement))
	assert outcome.taken + len(outcome.rejects) == len(rows)


@pytest.mark.parametrize(
	("typed", "born"),
	[("45年3月2日", date(1945, 3, 2)), ("26.3.2", date(1926, 3, 2)), ("05-3-2", date(2005, 3, 2))],
)
def test_nobody_was_born_in_a_year_to_come(typed, born):
	(client,), _outcome = read({**ROW, "生日": typed})
	assert client.client["birthday"] == born


def test_a_text_that_no_field_holds_is_refused_by_its_row_alone():
	rows, outcome = read({**ROW, "备注": "好" * (LONGEST + 1)}, {**ROW, "备注": "好" * LONGEST})
	assert [(reject.row, reject.column) for reject in outcome.rejects] == [(2, "备注")]
	assert rows[1].remarks == "好" * LONGEST
