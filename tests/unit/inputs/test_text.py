import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.text import (
	arabic,
	cell_text,
	fold,
	name_key,
	one_line,
	pinyin_initials,
	visible,
	without_markup,
)


def test_error_keeps_template_and_values_apart():
	error = DomainError("Area {0} m² is outside {1}–{2} m²", 2, 5, 900)
	assert str(error) == "Area 2 m² is outside 5–900 m²"
	assert error.template == "Area {0} m² is outside {1}–{2} m²"
	assert error.params == (2, 5, 900)
	assert isinstance(error, ValueError)


@pytest.mark.parametrize(
	("value", "text"),
	[(None, ""), (501, "501"), (501.0, "501"), (350.5, "350.5"), (1e16, "10000000000000000"), ("x", "x")],
)
def test_cell_text_never_shows_how_a_spreadsheet_stores_numbers(value, text):
	assert cell_text(value) == text


@pytest.mark.parametrize(
	("typed", "folded"),
	[
		("  ３＃楼　", "3#楼"),
		("89㎡", "89M2"),
		("a座", "A座"),
		("a\u200bb", "AB"),
		("1—2", "1-2"),
		("（一期）", "(一期)"),
		("x \t\n y", "X Y"),
		(None, ""),
	],
)
def test_fold(typed, folded):
	assert fold(typed) == folded


@given(st.text(max_size=30))
def test_fold_is_stable(text):
	assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
	("chinese", "digits"),
	[
		("三", "3"),
		("十二", "12"),
		("二十一", "21"),
		("五零一", "501"),
		("二〇二四年", "2024年"),
		("两", "2"),
		("廿一", "21"),
		("卅二", "32"),
		("〇", "0"),
		("第三层共十二层", "第3层共12层"),
		("十十", "十十"),
		("百万", "百万"),
		("朝阳", "朝阳"),
	],
)
def test_arabic(chinese, digits):
	assert arabic(chinese) == digits


@given(st.integers(1, 9999))
def test_arabic_reads_every_small_number(number):
	from cn2an import an2cn

	assert arabic(an2cn(number)) == str(number)


@pytest.mark.parametrize(
	("one", "other"),
	[
		("珠江 帝景（二期）", "珠江帝景2期"),
		("柳岸·新苑A区", "柳岸新苑ａ区"),
		("松园九号院", "松园9号院"),
		("CBD公馆", "cbd公馆"),
	],
)
def test_names_that_are_one_estate(one, other):
	assert name_key(one) == name_key(other) != ""


def test_numerals_inside_a_name_do_not_merge_streets():
	assert name_key("北四二条") != name_key("北四十二条")


def test_pinyin_initials():
	assert pinyin_initials("望京新城A 3期") == "wjxca3q"
	assert pinyin_initials("重庆花园") == "cqhy"
	assert pinyin_initials(None) == ""


@pytest.mark.parametrize(
	("typed", "kept"),
	[
		("<img src=x onerror=alert(1)>", "＜img src=x onerror=alert(1)>"),
		("a<b>c</b><!-- -->", "a＜b>c＜/b>＜!-- -->"),
		("面积<90，楼层 < 6", "面积<90，楼层 < 6"),
	],
)
def test_a_tag_is_kept_as_text(typed, kept):
	assert without_markup(typed) == kept


@given(st.text(alphabet="<>/!?ab 1&"))
def test_what_is_kept_opens_no_tag_and_stays(typed):
	kept = without_markup(typed)
	assert kept.replace("＜", "<") == typed
	assert without_markup(kept) == kept
	assert not any(
		kept[at : at + 1] == "<" and kept[at + 1 : at + 2] in set("/!?ab") - {""} for at in range(len(kept))
	)


@pytest.mark.parametrize(
	("text", "seen"),
	[
		("\u202a张三\u202c", "张三"),
		("\u2067张\u200b\u00ad三\u2069\ufeff", "张三"),
		("张\x00三\x07", "张三"),
		("一\r\n二\r三\u2028四", "一\n二\n三\n四"),
		("一\t二 三", "一\t二 三"),
		("👨\u200d👩\u200d👧 ❤️", "👨\u200d👩\u200d👧 ❤️"),
	],
)
def test_what_can_t_be_seen_goes_and_the_rest_stays(text, seen):
	assert visible(text) == visible(seen) == seen


@pytest.mark.parametrize(
	("text", "line"), [("张三\n丰", "张三 丰"), ("\n张三 \r\n\r\n丰\n", "张三 丰"), (" 张三 ", " 张三 ")]
)
def test_one_line(text, line):
	assert one_line(text) == line


@given(st.text(max_size=30))
def test_a_text_made_visible_stays_as_it_is(text):
	once = one_line(visible(text))
	assert one_line(visible(once)) == once and "\n" not in once
