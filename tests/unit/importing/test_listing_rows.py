import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.errors import DomainError
from agency_crm.domain.importing.base import IGNORE, PATTERN, Outcome, Reject, check_columns
from agency_crm.domain.importing.listing_rows import (
	PORTAL,
	READERS,
	TARGETS,
	Mapping,
	ParsedListing,
	parse_rows,
)
from agency_crm.domain.inputs.tables import read_table, write_rejects
from agency_crm.domain.listings.record import Bounds
from agency_crm.domain.places.estates import EstateIndex, EstateRow, Metro, read_estates, read_metro

ROOT = Path(__file__).resolve().parents[3]
BEIJING = ROOT.parent / "shared/data/beijing"
DOCTYPES = ROOT / "apps/agency_crm/agency_crm/agency_crm/doctype"
BOUNDS = Bounds(Decimal(5), Decimal(2000), Decimal(10_000), Decimal(10**9), Decimal(100), Decimal(10**6), 120)
TODAY = date(2026, 11, 24)
HEADER = [column for column, _target in PORTAL.columns]
ROW = {
	"index": "7",
	"title": "南北通透",
	"community": "望京新城",
	"years": "中楼层(共18层)2003年建板楼",
	"floor": "中楼层(共18层)2003年建板楼",
	"housetype": "2室1厅",
	"square": "89.5平米",
	"taxtype": "距离15号线望京东站680米房本满五年随时看房",
	"totalPrice": "350",
	"unitPrice": "39106",
	"followInfo": "53人关注 / 共44次带看 / 一年前发布",
}
OWN = Mapping(
	"Own",
	(
		("小区", "estate_name"),
		("地址", "address_text"),
		("面积", "gross_area"),
		("租金", "rent"),
		("价", "price_yuan"),
	),
	"Lease",
)


def csv_bytes(*rows, header=None, encoding="utf-8"):
	stream = io.StringIO()
	writer = csv.writer(stream)
	writer.writerow(header or HEADER)
	writer.writerows([row.get(column, "") for column in header or HEADER] for row in rows)
	return stream.getvalue().encode(encoding)


def read(*rows, mapping=PORTAL, estates=()):
	header = [column for column, _target in mapping.columns]
	table = read_table("file.csv", csv_bytes(*rows, header=header))
	check_columns(table, mapping.columns, TARGETS)
	outcome = Outcome()
	return list(parse_rows(table, mapping, EstateIndex(estates), BOUNDS, TODAY, outcome)), outcome


def test_a_portal_row_becomes_a_listing_with_every_field_it_states():
	(listing,), _outcome = read(ROW)
	assert listing == ParsedListing(
		row=2,
		listing_type="Sale",
		estate_name="望京新城",
		gross_area=Decimal("89.50"),
		external_id="7",
		bedrooms=2,
		living_rooms=1,
		floor_band="Middle",
		total_floors=18,
		year_built=2003,
		building_type="Slab",
		asking_price=Decimal("3500000.00"),
		metro=(Metro("15号线", "望京东", 680),),
		tags="房本满五年、随时看房",
		remarks="南北通透\n53人关注 / 共44次带看 / 一年前发布",
	)


def test_a_villa_whose_kind_stands_under_layout_gets_its_area_from_the_prices():
	villa = {**ROW, "housetype": "联排别墅", "square": "6室2厅", "totalPrice": "1700", "unitPrice": "59362"}
	(listing,), _outcome = read(villa)
	assert (listing.property_type, listing.bedrooms, listing.gross_area) == ("Villa", 6, Decimal("286.38"))
	assert "286.38" in str(listing.notes[0])


@pytest.mark.parametrize(
	("changes", "column", "reason"),
	[
		({"housetype": "车位", "totalPrice": "39", "unitPrice": ""}, "housetype", "no home"),
		({"square": "大约九十"}, "square", "not understood"),
		({"square": "", "unitPrice": ""}, "gross_area", "missing"),
		({"totalPrice": ""}, "asking_price", "missing"),
		({"totalPrice": "3500000"}, "totalPrice", "万元"),
		({"totalPrice": "530"}, "unitPrice", "39106"),
		({"floor": "五楼半"}, "floor", "not understood"),
		({"floor": "5/500"}, "floor", "500 floors"),
		({"floor": "19/18"}, "floor", "does not exist"),
		({"community": ""}, "estate_name", "missing"),
	],
)
def test_a_row_a_person_would_refuse_is_refused_with_column_and_reason(changes, column, reason):
	(reject,), outcome = read({**ROW, **changes})
	assert (reject.row, reject.column) == (2, column)
	assert reason in str(reject.error)
	assert outcome.rejects == [reject]


def test_the_later_of_two_rows_of_one_number_is_refused_and_a_look_alike_is_noted():
	rows, outcome = read(ROW, {**ROW, "index": "8"}, {**ROW, "title": "又一次"})
	assert [type(row) for row in rows] == [ParsedListing, ParsedListing, Reject]
	assert "row 2" in str(rows[2].error)
	assert outcome.alike == [(2, 3)]


def test_the_later_of_two_rows_of_one_address_is_refused():
	home = {"小区": "望京新城", "地址": "3号楼2单元501", "面积": "89", "租金": "5500元/月"}
	rows, _outcome = read(
		home, {**home, "地址": "3-2-501", "租金": "5600"}, {**home, "地址": "3-2-502"}, mapping=OWN
	)
	assert [type(row) for row in rows] == [ParsedListing, Reject, ParsedListing]
	assert (rows[0].building_no, rows[0].unit_no, rows[0].room_no) == ("3", "2", "501")
	assert (rows[0].rent, rows[0].listing_type) == (Decimal("5500.00"), "Lease")


def test_a_row_without_a_number_is_known_by_its_content():
	home = {"小区": "望京新城", "面积": "89", "租金": "5500"}
	(first,), _outcome = read(home, mapping=OWN)
	(again,), _outcome = read({**home, "面积": "８９"}, mapping=OWN)
	(other,), _outcome = read({**home, "租金": "5600"}, mapping=OWN)
	assert first.external_id == again.external_id != other.external_id


def test_a_row_with_more_cells_than_the_header_is_refused():
	content = csv_bytes(ROW) + b"8,a,b,c,d,e,f,g,h,i,j,k\r\n"
	rows = list(parse_rows(read_table("f.csv", content), PORTAL, EstateIndex(), BOUNDS, TODAY, Outcome()))
	assert isinstance(rows[1], Reject) and "k" in str(rows[1].error)


class TestEstates:
	HERE = EstateRow("永安东里", "朝阳", "建国门外", (Metro("1号线", "永安里"),), key="E1")
	THERE = EstateRow("永安东里", "海淀", "定慧寺", (Metro("6号线", "海淀五路居"),), key="E2")

	def test_one_name_of_two_estates_is_told_apart_by_metro_district_or_circle(self):
		index = EstateIndex([self.HERE, self.THERE])
		assert index.find("永安东里", metro=(Metro("6号线", "海淀五路居", 755),)) == self.THERE
		assert index.find("永安东里", district="朝阳") == self.HERE
		assert index.find("永安东里", circle="定慧寺") == self.THERE
		assert index.find("永安西里") is None

	def test_what_cannot_be_told_apart_is_refused_naming_both(self):
		(reject,), _outcome = read({**ROW, "community": "永安东里"}, estates=[self.HERE, self.THERE])
		assert reject.column == "community"
		assert "建国门外" in str(reject.error) and "定慧寺" in str(reject.error)

	def test_an_alias_and_another_spelling_find_the_estate(self):
		index = EstateIndex([EstateRow("珠江帝景（二期）", aliases=("帝景二期",), key="E3")])
		assert index.find("珠江 帝景2期").key == index.find("帝景2期").key == "E3"

	def test_two_spellings_in_one_circle_are_one_estate_with_an_alias(self):
		header = ["id", "community", "district", "bizcircle", "tagList"]
		rows = [
			{
				"id": "1",
				"community": "贡院九号",
				"district": "东城",
				"bizcircle": "建国门内",
				"tagList": "近地铁1号线建国门站",
			},
			{"id": "2", "community": "贡院9号", "district": "东城", "bizcircle": "建国门内"},
		]
		(estate,) = read_estates(read_table("e.csv", csv_bytes(*rows, header=header)))
		assert (estate.external_id, estate.aliases) == ("1", ("贡院9号",))
		assert estate.metro == (Metro("1号线", "建国门"),)

	def test_metro_of_a_station_called_station(self):
		assert list(read_metro("距离2号线北京站站486米房本满五年")) == [Metro("2号线", "北京站", 486)]


class TestFiles:
	@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
	def test_encodings_are_recognised(self, encoding):
		table = read_table("f.csv", csv_bytes(ROW, encoding=encoding))
		assert table.header == tuple(HEADER) and table.rows[0].cells["community"] == "望京新城"

	def test_a_named_encoding_counts(self):
		with pytest.raises(DomainError, match="utf-8"):
			read_table("f.csv", csv_bytes(ROW, encoding="gb18030"), "utf-8")

	def test_xlsx_reads_as_csv_does(self):
		openpyxl = pytest.importorskip("openpyxl")
		book = openpyxl.Workbook()
		book.active.append(HEADER)
		book.active.append([350.0 if column == "totalPrice" else ROW[column] for column in HEADER])
		stream = io.BytesIO()
		book.save(stream)
		assert read_table("f.xlsx", stream.getvalue()) == read_table("f.csv", csv_bytes(ROW))

	@pytest.mark.parametrize(
		("name", "content"),
		[("f.pdf", b"x"), ("f.xlsx", b"no zip"), ("f.csv", b""), ("f.csv", b"a,a\n1,2")],
	)
	def test_what_is_no_table_is_refused(self, name, content):
		with pytest.raises(DomainError):
			read_table(name, content)

	def test_row_numbers_are_the_spreadsheets(self):
		table = read_table("f.csv", b'\n"a\nb",c\n\n1,2\n')
		assert [row.number for row in table.rows] == [4]

	def test_a_missing_column_is_named(self):
		with pytest.raises(DomainError, match="housetype"):
			check_columns(read_table("f.csv", csv_bytes(ROW, header=HEADER[:4])), PORTAL.columns, TARGETS)

	def test_rejected_rows_keep_their_cells(self):
		table = read_table("f.csv", csv_bytes(ROW))
		written = read_table("r.csv", write_rejects(table, [(2, "square", "why")]))
		assert written.header == ("row", "column", "reason", *HEADER)
		assert {**written.rows[0].cells} == {**ROW, "row": "2", "column": "square", "reason": "why"}


def test_the_form_of_a_mapping_offers_what_can_be_read():
	fields = json.loads((DOCTYPES / "listing_import_column/listing_import_column.json").read_text())["fields"]
	target = next(field for field in fields if field["fieldname"] == "target")
	assert target["options"].split("\n") == [*READERS, PATTERN, IGNORE]


def test_a_mapping_of_a_json_file_reads_as_written():
	saved = {"source_channel": "Own", "listing_type": "Lease", "columns": dict(OWN.columns)}
	assert Mapping.from_dict(saved) == OWN
	with pytest.raises(DomainError):
		Mapping.from_dict({"columns": {}, "channel": "Own"})


@given(st.lists(st.text(), min_size=len(HEADER), max_size=len(HEADER)))
def test_any_text_in_any_cell_is_read_or_refused(texts):
	table = read_table("f.csv", csv_bytes(dict(zip(HEADER, texts, strict=True)), ROW))
	rows = list(parse_rows(table, PORTAL, EstateIndex(), BOUNDS, TODAY, Outcome()))
	assert isinstance(rows[-1], ParsedListing | Reject)


@pytest.mark.skipif(not BEIJING.exists(), reason="the real listings are not beside the repository")
def test_the_real_file_loses_nothing_but_parking_spaces():
	places = read_estates(read_table("estates.csv", (BEIJING / "estates.csv").read_bytes()))
	table = read_table("listings.csv", (BEIJING / "listings.csv").read_bytes())
	check_columns(table, PORTAL.columns, TARGETS)
	outcome = Outcome()
	rows = list(parse_rows(table, PORTAL, EstateIndex(places), BOUNDS, TODAY, outcome))
	assert len(rows) == 12_108 == outcome.taken + len(outcome.rejects)
	by_number = {row.number: row.cells for row in table.rows}
	assert len(outcome.rejects) <= 0.005 * len(rows)
	assert {by_number[reject.row]["housetype"] for reject in outcome.rejects} == {"车位"}
	listings = [row for row in rows if isinstance(row, ParsedListing)]
	assert sum(row.estate is None for row in listings) / len(listings) < 0.08
	told_apart = {row.estate.district for row in listings if row.estate_name == "永安东里"}
	assert told_apart == {"海淀"}
	for row in listings:
		assert abs(row.asking_price / row.gross_area / int(by_number[row.row]["unitPrice"]) - 1) < Decimal(
			"0.001"
		)
