from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.dates import parse_date

days = st.dates(date(1951, 1, 1), date(2050, 12, 31))


@pytest.mark.parametrize(
	("text", "day"),
	[
		("2024.5.1", date(2024, 5, 1)),
		("24年5月", date(2024, 5, 1)),
		("２０２４年５月１日", date(2024, 5, 1)),
		("二〇二四年五月一日", date(2024, 5, 1)),
		("2024年", date(2024, 1, 1)),
		("99年12月31日", date(1999, 12, 31)),
		("2024/5/1 09:30", date(2024, 5, 1)),
		("20240501", date(2024, 5, 1)),
		("2024 - 05 - 01", date(2024, 5, 1)),
		("2024-02-29", date(2024, 2, 29)),
	],
)
def test_a_date_is_read_as_people_write_it(text, day):
	assert parse_date(text) == day


@pytest.mark.parametrize(
	"text", ["", None, "去年", "2024", "5.1", "2024.13.1", "2023-02-29", "2024-5-1-2", "1/2/2024"]
)
def test_what_is_no_day_is_refused_and_named(text):
	with pytest.raises(DomainError) as caught:
		parse_date(text)
	assert caught.value.params == (text,)


@given(days, st.sampled_from(["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y年%m月%d日", "%y年%m月%d日", "%Y%m%d"]))
def test_every_way_of_writing_a_day_reads_as_that_day(day, shape):
	assert parse_date(day.strftime(shape)) == day


@given(days)
def test_a_month_is_its_first_day(day):
	assert parse_date(f"{day.year}年{day.month}月") == day.replace(day=1)
	assert parse_date(f"{day.year}年") == date(day.year, 1, 1)


@given(st.integers(0, 99), st.integers(0, 99))
def test_two_digits_of_a_year_are_of_this_century_up_to_the_pivot(year, pivot):
	assert parse_date(f"{year:02d}年3月", pivot).year == year + (2000 if year <= pivot else 1900)


@given(st.text(max_size=12))
def test_any_text_is_a_day_or_refused(text):
	try:
		assert isinstance(parse_date(text), date)
	except DomainError as error:
		assert error.params == (text,)
