"""Spreadsheets as offices have them: each is read as its rows, or refused with what is wrong."""

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from agency_crm.domain.errors import DomainError
from agency_crm.domain.importing.base import (
	Outcome,
	Reject,
	check_columns,
	named_targets,
	read_cells,
	take_apart,
)
from agency_crm.domain.importing.columns import CLIENTS, LISTINGS, suggest, usual_heading
from agency_crm.domain.importing.listing_rows import TARGETS, Mapping, parse_rows
from agency_crm.domain.inputs.tables import Row, read_table, write_rejects
from agency_crm.domain.listings.record import Bounds
from agency_crm.domain.places.estates import EstateIndex

openpyxl = pytest.importorskip("openpyxl")

HEADER = ["小区", "地址", "户型", "面积", "总价(万)"]
HOME = ["望京新城", "3-2-501", "2室1厅", 89.5, 350]
BOUNDS = Bounds(*map(Decimal, ("5", "2000", "100000", "200000000", "300", "300000")), 100)


def xlsx(*lines, merged=(), before=None) -> bytes:
	book = openpyxl.Workbook()
	sheet = book.active
	if before:
		sheet.append(before)
		sheet = book.create_sheet("房源")
	for line in lines:
		sheet.append(line)
	for area in merged:
		sheet.merge_cells(area)
	stream = io.BytesIO()
	book.save(stream)
	return stream.getvalue()


def texts(*lines, delimiter=",") -> str:
	stream = io.StringIO()
	csv.writer(stream, delimiter=delimiter).writerows(lines)
	return stream.getvalue()


def listings(name: str, content: bytes, encoding=None):
	return read_table(name, content, encoding, LISTINGS.knows)


def read(content: bytes, columns=None, name="f.xlsx"):
	table = listings(name, content)
	mapping = Mapping("Own", tuple(columns or suggest(table.header)))
	check_columns(table, mapping.columns, TARGETS)
	rows = parse_rows(table, mapping, EstateIndex(), BOUNDS, date(2026, 11, 30), Outcome())
	return table, list(rows)


class TestHeader:
	def test_a_title_and_a_note_stand_above_it(self):
		table = listings("f.xlsx", xlsx(["望京店房源表"], ["制表：张三", "2026-11-30"], HEADER, HOME))
		assert table.header == tuple(HEADER)
		assert [(row.number, row.cells["地址"]) for row in table.rows] == [(4, "3-2-501")]

	def test_it_is_merged_of_two_lines(self):
		content = xlsx(
			["房源", None, "面积", None, "总价(万)", "电话", None],
			["小区", "地址", "建筑", "套内", None, None, None],
			["望京新城", "3-2-501", 89.5, 75, 350, "13800138000", "13900139000"],
			merged=("A1:B1", "C1:D1", "E1:E2", "F1:G2"),
		)
		table = read_table("f.xlsx", content, None, lambda text: LISTINGS.knows(text) or text == "面积建筑")
		assert table.header == ("小区", "地址", "面积建筑", "套内", "总价(万)", "电话", "电话 2")
		assert table.rows[0].cells["电话 2"] == "13900139000"
		assert dict(suggest(table.header))["电话 2"] == "owner_phone"

	def test_the_data_stand_on_another_sheet(self):
		table = listings("f.xlsx", xlsx(HEADER, HOME, before=["填表说明"]))
		assert table.rows[0].cells["小区"] == "望京新城" and table.other_sheets == ()

	def test_a_second_sheet_of_data_is_named(self):
		book = openpyxl.load_workbook(io.BytesIO(xlsx(HEADER, HOME)))
		other = book.create_sheet("丰台")
		other.append(HEADER)
		other.append(HOME)
		stream = io.BytesIO()
		book.save(stream)
		assert listings("f.xlsx", stream.getvalue()).other_sheets == ("丰台",)

	def test_totals_and_the_header_again_are_no_rows(self):
		lines = [HEADER, HOME, ["合计：1套", None, None, 89.5, 350], HEADER, HOME, ["总计"]]
		table = listings("f.xlsx", xlsx(*lines))
		assert [row.number for row in table.rows] == [2, 5] and table.left_out == (3, 4, 6)

	def test_a_column_without_a_name_is_named_by_its_letter(self):
		table = listings(
			"f.xlsx", xlsx([*HEADER, None, "备注"], [*HOME, "急", "x"], [*HOME, None, None, "y"])
		)
		assert table.header[5:] == ("(F)", "备注", "(H)")
		assert table.unread(column for column, _target in suggest(HEADER)) == ["(F)", "备注", "(H)"]


class TestCells:
	def test_a_merged_cell_holds_for_each_of_its_rows(self):
		second = [None, "3-2-502", *HOME[2:]]
		table = listings("f.xlsx", xlsx(HEADER, HOME, second, second, merged=("A2:A3",)))
		assert [row.cells["小区"] for row in table.rows] == ["望京新城", "望京新城", ""]

	@pytest.mark.parametrize(
		("cell", "said"),
		[(date(2003, 2, 1), "date"), ("#REF!", "formula"), (45353, "number")],
	)
	def test_another_thing_than_an_address_is_refused_by_name(self, cell, said):
		content = xlsx(HEADER, [HOME[0], cell, *HOME[2:]], HOME)
		(refused, taken) = read(content)[1]
		assert isinstance(refused, Reject) and refused.column == "地址" and said in str(refused.error)
		assert taken.room_no == "501"

	@pytest.mark.parametrize(
		("cell", "said"), [("3月2日", "date"), ("2003/2/1", "date"), ("#N/A", "formula")]
	)
	def test_a_text_files_too(self, cell, said):
		refused = read(texts(HEADER, [HOME[0], cell, *HOME[2:]]).encode(), name="f.csv")[1][0]
		assert refused.column == "地址" and said in str(refused.error)

	def test_a_date_is_a_date_where_one_is_meant(self):
		content = xlsx([*HEADER, "发证日期"], [*HOME, date(2019, 5, 1)])
		assert read(content)[1][0].certificate_date == date(2019, 5, 1)

	def test_a_price_of_a_square_metre_is_one(self):
		(home,) = read(xlsx(["小区", "总价(万)", "单价"], ["望京新城", 102, "10247元/平"]))[1]
		assert str(home.gross_area) == "99.54"
		columns = [("小区", "estate_name"), ("总价(万)", "price_wan"), ("价格", "price_yuan")]
		content = xlsx(["小区", "总价(万)", "价格"], ["望京新城", 102, "1.0247万/㎡"])
		assert read(content, columns)[1][0].gross_area == home.gross_area


class TestBounds:
	def test_a_cell_far_out_is_refused_unread_and_an_empty_one_costs_nothing(self):
		book = openpyxl.Workbook()
		book.active.append(["小区", "房号"])
		book.active.append(["紫荆里", "501"])
		book.active.cell(3, 16384).fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")
		content = io.BytesIO()
		book.save(content)
		assert [row.cells["房号"] for row in read_table("f.xlsx", content.getvalue()).rows] == ["501"]
		book.active.cell(1000, 16384, "x")
		content = io.BytesIO()
		book.save(content)
		with pytest.raises(DomainError, match="16384"):
			read_table("f.xlsx", content.getvalue())

	def test_a_file_that_unpacks_to_much_more_is_refused_unread(self):
		content = io.BytesIO(xlsx(["小区"], ["紫荆里"]))
		with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as parts:
			parts.writestr("xl/comments.xml", b" " * 20_000_000)
		with pytest.raises(DomainError, match="unpacks"):
			read_table("f.xlsx", content.getvalue())


class TestTextFiles:
	@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
	@pytest.mark.parametrize(
		"encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
	)
	def test_delimiters_and_encodings(self, delimiter, encoding):
		content = texts(["望京店,房源;表"], HEADER, HOME, delimiter=delimiter).encode(encoding)
		table = listings("f.txt", content)
		assert table.header == tuple(HEADER) and table.rows[0].cells["总价(万)"] == "350"

	def test_the_files_own_mark_counts_before_a_saved_encoding(self):
		content = texts(HEADER, HOME).encode("utf-8-sig")
		assert listings("f.csv", content, "gb18030").header == tuple(HEADER)

	def test_a_books_name_on_a_text_file_and_the_other_way_round(self):
		assert listings("f.xls", texts(HEADER, HOME, delimiter="\t").encode()).header == tuple(HEADER)
		assert listings("f.csv", xlsx(HEADER, HOME)).header == tuple(HEADER)

	def test_an_old_book_reads_as_a_new_one(self):
		homes = read((Path(__file__).parent / "files/office.xls").read_bytes(), name="office.xls")[1]
		assert (homes[0].estate_name, homes[0].room_no, homes[0].asking_price) == (
			"望京新城",
			"501",
			3_500_000,
		)
		assert homes[1].column == "地址" and "2003-02-01" in str(homes[1].error)

	def test_a_web_page_named_as_a_book_is_refused_with_what_to_do(self):
		with pytest.raises(DomainError, match="XLSX"):
			listings("f.xls", b"<html><table><tr><td>x</td></tr></table></html>")


class TestPatterns:
	TYPED = "2室2厅/99.54m²/南 北/小区名"
	PATTERN = "{layout}/{gross_area}/{orientation}/{estate_name}"

	def test_one_column_fills_four_fields(self):
		content = xlsx(["房源", "总价(万)"], [self.TYPED, 350], ["2室2厅／99.54m²／南 北／小区名", 350])
		columns = [("房源", self.PATTERN), ("总价(万)", "price_wan")]
		table = read_table("f.xlsx", content)
		mapping = Mapping("Own", tuple(columns))
		check_columns(table, mapping.columns, TARGETS)
		homes = list(parse_rows(table, mapping, EstateIndex(), BOUNDS, date(2026, 11, 30), Outcome()))
		home = homes[0]
		assert (home.bedrooms, home.living_rooms, str(home.gross_area)) == (2, 2, "99.54")
		assert (home.orientation.replace(" ", ""), home.estate_name) == ("南北", "小区名")

	def test_a_text_of_another_make_is_refused_with_both(self):
		cells = read_cells(Row(2, {"房源": "2室2厅/99"}), (("房源", self.PATTERN),), TARGETS, {})
		((_column, error),) = cells.faults
		assert "2室2厅/99" in str(error) and "{layout}" in str(error)

	@pytest.mark.parametrize(
		("typed", "pattern", "parts"),
		[
			("2室1厅 | 75平米 | 南", "{layout} | {gross_area} | {orientation}", ["2室1厅", "75平米", "南"]),
			("望京（朝阳）", "{estate_name}({district})", ["望京", "朝阳"]),
			("房源：望京 3-2-501", "房源:{estate_name} {address_text}", ["望京", "3-2-501"]),
			("a/b/c/d/e", PATTERN, None),
			("", PATTERN, None),
		],
	)
	def test_what_stands_between_takes_it_apart(self, typed, pattern, parts):
		assert [text for _target, text in take_apart(typed, pattern)] == (parts or [])

	@pytest.mark.parametrize("pattern", ["{layout}", "{layout}{gross_area}", "{}", "{a b}/{c}"])
	def test_no_pattern(self, pattern):
		with pytest.raises(DomainError):
			named_targets(pattern)

	def test_a_text_made_otherwise_is_refused_in_the_words_of_whoever_reads(self):
		(refused,) = read(
			xlsx(["小区", "房源"], ["望京", "两室"]), [("小区", "estate_name"), ("房源", self.PATTERN)]
		)[1]
		said = refused.told(usual_heading)[1]
		assert "两室 is not written as 户型/建筑面积/朝向/小区" in said
		assert "{" not in said and "gross_area" not in said

	def test_a_heading_of_several_is_one(self):
		assert suggest(["户型/面积/朝向/小区"]) == [("户型/面积/朝向/小区", self.PATTERN)]


def test_an_owner_and_their_number_have_targets():
	assert suggest(["业主", "电话", "小区"]) == [
		("业主", "owner_name"),
		("电话", "owner_phone"),
		("小区", "estate_name"),
	]
	content = xlsx(["业主", "电话", *HEADER], ["张三", 13800138000, *HOME], ["李四", None, *HOME])
	home, refused = read(content)[1]
	assert (home.owner_name, len(home.owner_phones)) == ("张三", 1)
	assert refused.column == "业主"


@pytest.mark.parametrize("text", ["=1+1", "+cmd|'/C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", " =1"])
def test_a_rejected_row_opens_no_formula_and_comes_back_as_it_was(text):
	table = read_table("f.csv", texts(["a", "b"], ["x", text]).encode())
	written = write_rejects(table, [(2, "b", f"{text} is wrong")])
	cells = list(csv.reader(io.StringIO(written.decode("utf-8-sig"))))[1]
	assert not any(cell.strip().startswith(tuple("=+-@＝")) for cell in cells)
	assert read_table("r.csv", written).rows[0].cells["b"] == text.strip()


def test_a_signed_number_stays_one():
	table = read_table("f.csv", texts(["a", "b"], ["-1", "+8613800138000"]).encode())
	assert b"-1,+8613800138000" in write_rejects(table, [(2, "b", "why")])


def test_rejected_rows_of_a_file_of_rejects_have_the_reason_once():
	table = read_table("f.csv", texts(["a"], ["x"]).encode())
	for language, headings in (
		("en", ("row", "column", "reason")),
		("zh", ("行号", "有误的列", "被拒原因")),
		("zh-TW", ("行号", "有误的列", "被拒原因")),
		("de", ("row", "column", "reason")),
	):
		again = read_table("r.csv", write_rejects(table, [(2, "a", "why")], language))
		assert again.header == (*headings, "a")
		assert again.is_rejects and again.columns == ("a",)
		assert again.unread(["a"]) == []
		# whoever imports it again may speak another language
		once_more = read_table("r.csv", write_rejects(again, [(2, "a", "why")], "en"))
		assert once_more.header == ("row", "column", "reason", "a")
	assert not table.is_rejects and table.columns == ("a",)


def test_a_client_file_is_found_by_its_words_too():
	table = read_table(
		"f.xlsx", xlsx(["客户登记表"], ["姓名", "电话"], ["张三", 13800138000]), None, CLIENTS.knows
	)
	assert table.rows[0].cells == {"姓名": "张三", "电话": "13800138000"}
