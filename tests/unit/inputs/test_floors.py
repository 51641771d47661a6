import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.floors import (
	BANDS,
	BUILDING_TYPES,
	Floor,
	floor_band,
	parse_floor_text,
)

BAND_WORDS = {
	"底层": "Bottom",
	"低楼层": "Low",
	"中楼层": "Middle",
	"高楼层": "High",
	"顶层": "Top",
	"地下室": "Basement",
}


@pytest.mark.parametrize(
	("text", "floor"),
	[
		("低楼层(共23层)1998年建塔楼", Floor("Low", None, 23, 1998, "Tower")),
		("中楼层（共１１层）２００９年建板塔结合", Floor("Middle", None, 11, 2009, "Slab-Tower")),
		("顶层(共7层)1988年建", Floor("Top", None, 7, 1988)),
		("高楼层(共17层)", Floor("High", None, 17)),
		("地下室(共6层)2003年建板楼", Floor("Basement", None, 6, 2003, "Slab")),
		("上叠(共5层)2007年建", Floor("Top", None, 5, 2007)),
		("下叠(共4层)2006年建", Floor("Bottom", None, 4, 2006)),
		("3层2006年建", Floor(None, None, 3, 2006)),
		("9层2002年建板楼", Floor(None, None, 9, 2002, "Slab")),
		("2004年建板塔结合", Floor(None, None, None, 2004, "Slab-Tower")),
		("2004年建平房", Floor(None, None, None, 2004, "Bungalow")),
		("板塔结合", Floor(None, None, None, None, "Slab-Tower")),
		("共24层", Floor(None, None, 24)),
		("", Floor()),
		(None, Floor()),
		("15/24", Floor("Middle", 15, 24)),
		("15F/24F", Floor("Middle", 15, 24)),
		("第5层", Floor(None, 5)),
		("第五层", Floor(None, 5)),
		("5楼", Floor(None, 5)),
		(5, Floor(None, 5)),
		("5层(共6层)", Floor("High", 5, 6)),
		("六层共六层", Floor("Top", 6, 6)),
		("-1/6", Floor("Basement", -1, 6)),
		("地下1层", Floor(None, -1)),
		("负一层(共六层)", Floor("Basement", -1, 6)),
		("低/24", Floor("Low", None, 24)),
		("中层 / 共18层", Floor("Middle", None, 18)),
		("9/6", Floor(None, 9, 6)),
	],
)
def test_parse_floor_text(text, floor):
	assert parse_floor_text(text) == floor


@pytest.mark.parametrize("text", ["好楼层", "5/6/7", "3室2厅", "1994年建塔楼好"])
def test_what_is_no_floor_is_refused(text):
	with pytest.raises(DomainError):
		parse_floor_text(text)


@given(
	st.sampled_from(list(BAND_WORDS)),
	st.none() | st.integers(1, 120),
	st.none() | st.integers(1900, 2030),
	st.none() | st.sampled_from(list(BUILDING_TYPES)),
)
def test_every_portal_text_reads_as_its_parts(band, total, year, kind):
	text = band + (f"(共{total}层)" if total else "") + (f"{year}年建" if year else "") + (kind or "")
	expected = Floor(BAND_WORDS[band], None, total, year, BUILDING_TYPES.get(kind))
	assert parse_floor_text(text) == expected


@pytest.mark.parametrize(
	("floor", "total", "band"),
	[
		(-1, 6, "Basement"),
		(1, 6, "Bottom"),
		(2, 6, "Low"),
		(3, 6, "Middle"),
		(4, 6, "Middle"),
		(5, 6, "High"),
		(6, 6, "Top"),
		(1, 1, "Bottom"),
		(8, 24, "Low"),
		(9, 24, "Middle"),
		(16, 24, "Middle"),
		(17, 24, "High"),
	],
)
def test_floor_band(floor, total, band):
	assert floor_band(floor, total) == band


@pytest.mark.parametrize(("floor", "total"), [(0, 6), (7, 6), (1, 0)])
def test_a_floor_that_does_not_exist_has_no_band(floor, total):
	with pytest.raises(DomainError):
		floor_band(floor, total)


@given(st.integers(1, 120).flatmap(lambda total: st.tuples(st.integers(1, total), st.just(total))))
def test_bands_rise_with_the_floor(pair):
	floor, total = pair
	bands = [BANDS.index(floor_band(each, total)) for each in range(1, floor + 1)]
	assert bands == sorted(bands)
