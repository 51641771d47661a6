import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.layout import Layout, format_layout, parse_layout, parse_property_type

COUNTS = st.integers(0, 20)
MAYBE = st.none() | COUNTS


@pytest.mark.parametrize(
	("text", "layout"),
	[
		("3室2厅1厨2卫", Layout(3, 2, 1, 2)),
		("3室2厅2卫1厨", Layout(3, 2, 1, 2)),
		("３ 室 ２ 厅", Layout(3, 2)),
		("三室两厅", Layout(3, 2)),
		("2房间1卫", Layout(2, None, None, 1)),
		("1房间0卫", Layout(1, None, None, 0)),
		("1室0厅", Layout(1, 0)),
		("三居", Layout(3)),
		("2居室", Layout(2)),
		("3房2厅2卫1阳台", Layout(3, 2, None, 2)),
		("开间", Layout(1, 0)),
		("3-2-1-2", Layout(3, 2, 1, 2)),
		("3/2/1", Layout(3, 2, None, 1)),
		("3-2", Layout(3, 2)),
	],
)
def test_parse_layout(text, layout):
	assert parse_layout(text) == layout


@pytest.mark.parametrize("text", ["", None, "车位", "联排别墅", "154.62平米", "3", "室厅", "3室2厅5房"])
def test_what_is_no_layout_is_refused(text):
	with pytest.raises(DomainError):
		parse_layout(text)


@given(st.builds(Layout, COUNTS, MAYBE, MAYBE, MAYBE))
def test_a_formatted_layout_reads_back(layout):
	assert parse_layout(format_layout(layout)) == layout


def test_format_layout():
	assert format_layout(Layout(3, 2, 1, 2)) == "3室2厅1厨2卫"
	assert format_layout(Layout(2, None, None, 1)) == "2室1卫"


@pytest.mark.parametrize(
	("text", "kind"), [("联排别墅", "Villa"), (" 车位 ", "Parking"), ("商铺", "Commercial"), ("3室2厅", None)]
)
def test_parse_property_type(text, kind):
	assert parse_property_type(text) == kind
