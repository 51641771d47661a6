"""Spreadsheet files as rows of texts: CSV, XLSX and XLS read, rejected rows written.

A row's number is the one the spreadsheet shows. What an office's file has around its rows is dealt with here: a
title above the header, a header of two lines, merged cells, another sheet in front, totals and repeated headers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Literal

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.text import cell_text, name_key, with_formula, without_formula

ENCODINGS = ("utf-8", "gb18030")
SURPLUS = "\N{HORIZONTAL ELLIPSIS}"
# what stands before the original columns in a file of rejected rows
REJECTED = {"en": ("row", "column", "reason"), "zh": ("行号", "有误的列", "被拒原因")}
# a sheet's cells, its empty ones between; bytes of a file's parts, all of them and for each byte packed
MOST_CELLS = 5_000_000
MEGABYTE = 1_000_000
MOST_UNPACKED, PACKED_BY = 100 * MEGABYTE, 100
HEADER_WITHIN = 30  # filled lines
DELIMITERS = ",\t;|"
# how a file begins, which tells more than its name: exports are often named .xls and are something else
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_BOOKS = (".xlsx", ".xlsm", ".xls")
_TEXTS = (".csv", ".txt", ".tsv", ".xls")
_ERROR = re.compile(r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)")
_DATE = re.compile(r"(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}月\d{1,2}日|\d{1,2}-[A-Z][a-z]{2}")
_TOTAL = re.compile(
	r"(?:合计|总计|小计|共计|本页合计|本页小计|平均|平均值|TOTAL|SUBTOTAL)(?:共?\d*[套条户间个]?)"
)

Kind = Literal["date", "error", "number"]
IsHeading = Callable[[str], bool]


@dataclass(frozen=True)
class Row:
	"""A row of a file: its number in the spreadsheet, its cells as text by column, and which are no plain text."""

	number: int
	cells: dict[str, str]
	kinds: dict[str, Kind] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Table:
	"""A file as read: its columns and the rows that aren't empty.

	`left_out` are the numbers of totals and repeated headers, `other_sheets` the names of those with rows that
	were not read.
	"""

	header: tuple[str, ...]
	rows: tuple[Row, ...]
	left_out: tuple[int, ...] = ()
	other_sheets: tuple[str, ...] = ()

	@property
	def is_rejects(self) -> bool:
		"""Whether these are rows that an import refused, with the reasons before them."""
		return self.header[: len(REJECTED["en"])] in REJECTED.values()

	@property
	def columns(self) -> tuple[str, ...]:
		"""The columns without those that say why a row was refused."""
		return self.header[len(REJECTED["en"]) :] if self.is_rejects else self.header

	def unread(self, named: Iterable[str]) -> list[str]:
		"""Return the columns that hold something and aren't among those `named`."""
		known = set(named)
		open_ones = [column for column in self.columns if column and column not in known]
		return [column for column in open_ones if any(row.cells.get(column) for row in self.rows)]


@dataclass
class _Line:
	number: int
	texts: list[str]
	kinds: dict[int, Kind] = field(default_factory=dict)


@dataclass(frozen=True)
class _Merged:
	"""An area of merged cells; lines and columns count from 0, the last ones are in it."""

	top: int
	bottom: int
	left: int
	right: int


@dataclass
class _Sheet:
	name: str
	lines: list[_Line]
	merged: list[_Merged] = field(default_factory=list)
	is_text: bool = False


def read_table(
	name: str, content: bytes, encoding: str | None = None, is_heading: IsHeading | None = None
) -> Table:
	"""Return the rows of a CSV, XLSX or XLS file.

	The header is the line, and the sheet, with most cells that are a heading by `is_heading`; without one it is the
	first line that isn't empty.

	Raises:
		DomainError: not such a file, another encoding, no header, or a column twice.
	"""
	is_heading = is_heading or (lambda text: False)
	sheets = [sheet for sheet in _sheets(name, content, encoding, is_heading) if _filled(sheet)]
	if not sheets:
		raise DomainError("{0} is empty", name)
	for sheet in sheets:
		_fill_down(sheet)
	scored = [(*_find_header(sheet, is_heading), sheet) for sheet in sheets]
	_score, position, sheet = max(scored, key=lambda found: found[0])
	others = tuple(other.name for score, _position, other in scored if score and other is not sheet)
	header = _header(sheet, position, is_heading)
	twice = next((column for column in header if column and header.count(column) > 1), None)
	if twice:
		raise DomainError("{0} has the column {1} twice", name, twice)
	lines = [line for line in sheet.lines[position + 1 :] if any(line.texts)]
	left_out = {line.number for line in lines if _is_no_row(line, header)}
	rows = tuple(_row(line, header, sheet.is_text) for line in lines if line.number not in left_out)
	return Table(header, rows, tuple(sorted(left_out)), others)


def _filled(sheet: _Sheet) -> bool:
	return any(any(line.texts) for line in sheet.lines)


def _fill_down(sheet: _Sheet) -> None:
	"""Give every line of a merged area what stands in its first."""
	for area in sheet.merged:
		first = sheet.lines[area.top]
		if area.left >= len(first.texts) or not first.texts[area.left]:
			continue
		for line in sheet.lines[area.top + 1 : area.bottom + 1]:
			line.texts += [""] * (area.left + 1 - len(line.texts))
			line.texts[area.left] = first.texts[area.left]
			if area.left in first.kinds:
				line.kinds[area.left] = first.kinds[area.left]


def _find_header(sheet: _Sheet, is_heading: IsHeading) -> tuple[int, int]:
	"""Return how many headings the header has, and its position among the sheet's lines."""
	filled = [position for position, line in enumerate(sheet.lines) if any(line.texts)][:HEADER_WITHIN]
	scores = [(len(set(filter(is_heading, _names(sheet, at, is_heading)))), at) for at in filled]
	return max(scores, key=lambda found: found[0])


def _names(sheet: _Sheet, position: int, is_heading: IsHeading) -> list[str]:
	"""Return how a line heads its columns: `电话` over two is `电话` and `电话 2`, `面积` over `建筑` is `面积建筑`."""
	names = [" ".join(text.split()) for text in sheet.lines[position].texts]
	for area in sheet.merged:
		if area.top <= position <= area.bottom and names[area.left : area.left + 1] != [""]:
			for number, column in enumerate(range(area.left + 1, min(area.right + 1, len(names))), 2):
				names[column] = names[column] or f"{names[area.left]} {number}"
		elif area.bottom == position - 1:
			group = " ".join(sheet.lines[area.top].texts[area.left].split())
			for column in range(area.left, min(area.right + 1, len(names))):
				joined = f"{group}{names[column]}"
				if names[column] and not is_heading(names[column]) and is_heading(joined):
					names[column] = joined
	return names


def _header(sheet: _Sheet, position: int, is_heading: IsHeading) -> tuple[str, ...]:
	"""Return the names of the columns; one that holds values and has no name is called by its letter."""
	names = _names(sheet, position, is_heading)
	while names and not names[-1]:
		names.pop()
	# in a text file a cell beyond the header slipped there
	width = len(names) if sheet.is_text else max(len(line.texts) for line in sheet.lines)
	names += [""] * (width - len(names))
	below = sheet.lines[position + 1 :]
	for column, name in enumerate(names):
		if not name and any(line.texts[column : column + 1] not in ([], [""]) for line in below):
			names[column] = f"({_letter(column)})"
	while names and not names[-1]:
		names.pop()
	return tuple(names)


def _letter(column: int) -> str:
	letters = ""
	column += 1
	while column:
		column, rest = divmod(column - 1, 26)
		letters = chr(ord("A") + rest) + letters
	return letters


def _is_no_row(line: _Line, header: tuple[str, ...]) -> bool:
	"""Whether a line is a total, or the header again, as it is at the top of each printed page."""
	filled = [text for text in line.texts if text]
	if _TOTAL.fullmatch(name_key(filled[0])):
		return True
	named = [column for column in header if column]
	return len(named) > 1 and [" ".join(text.split()) for text in filled] == named


def _row(line: _Line, header: tuple[str, ...], is_text: bool) -> Row:
	cells = dict(zip(header, line.texts, strict=False))
	kinds = {header[at]: kind for at, kind in line.kinds.items() if at < len(header)}
	if is_text and any(line.texts[len(header) :]):
		# Kept apart so that the row can be refused: nobody knows which column slipped.
		cells[SURPLUS] = ",".join(line.texts[len(header) :])
	return Row(line.number, cells, kinds)


def _sheets(name: str, content: bytes, encoding: str | None, is_heading: IsHeading) -> list[_Sheet]:
	suffix = Path(name).suffix.lower()
	if suffix not in (*_BOOKS, *_TEXTS):
		raise DomainError("{0} is neither a CSV nor an XLSX file", name)
	if content.startswith(_OLE):
		return _xls_sheets(name, content)
	if content.startswith(_ZIP) or suffix not in _TEXTS:
		return _xlsx_sheets(name, content)
	return [_text_sheet(name, content, encoding, is_heading)]


def _text_sheet(name: str, content: bytes, encoding: str | None, is_heading: IsHeading) -> _Sheet:
	text = _decode(name, content, encoding)
	if text.lstrip()[:1] == "<":
		raise DomainError("{0} is a web page, whatever its name says: open it and save it as XLSX", name)
	delimiter = max(DELIMITERS, key=lambda delimiter: _fit(text, delimiter, is_heading))
	try:
		read = list(_lines(text, delimiter))
	except csv.Error as error:
		raise DomainError("{0} can't be read as CSV: {1}", name, error) from error
	lines = [_line(number, ((text, _kind(text)) for text in line)) for number, line in enumerate(read, 1)]
	return _Sheet("", lines, is_text=True)


def _lines(text: str, delimiter: str) -> Iterator[list[str]]:
	return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _fit(text: str, delimiter: str, is_heading: IsHeading) -> tuple[int, float]:
	"""How well a delimiter makes lines a table's: most headings in one of the first, then most cells in each."""
	try:
		first = list(islice(filter(any, _lines(text, delimiter)), HEADER_WITHIN))
	except csv.Error:
		return -1, 0
	headings = max((len(set(filter(is_heading, line))) for line in first), default=0)
	return headings, median(map(len, first)) if first else 0


def _decode(name: str, content: bytes, encoding: str | None) -> str:
	"""Return the text of a file: its mark counts, then the encoding that is named, then what fits."""
	marked = next((known for mark, known in _MARKS if content.startswith(mark)), None)
	wanted = [marked] if marked else [encoding] if encoding else [*_without_mark(content), *ENCODINGS]
	for candidate in wanted:
		try:
			return content.decode(candidate)
		except (UnicodeDecodeError, LookupError):
			continue
	raise DomainError("{0} is not written in {1}: save it as CSV UTF-8", name, " / ".join(wanted))


def _without_mark(content: bytes) -> list[str]:
	"""UTF-16 without its mark: an ASCII character has an empty byte on one side, always the same one."""
	high, low = content[:4096:2].count(0), content[1:4096:2].count(0)
	if min(high, low) or max(high, low) < len(content[:4096]) / 40:
		return []
	return ["utf-16-le" if low else "utf-16-be"]


def _xlsx_sheets(name: str, content: bytes) -> list[_Sheet]:
	# Only files of this kind need the package.
	from zipfile import BadZipFile, ZipFile

	from openpyxl import load_workbook
	from openpyxl.utils.exceptions import InvalidFileException

	try:
		with ZipFile(io.BytesIO(content)) as parts:
			unpacked = sum(part.file_size for part in parts.infolist())
		if unpacked > MOST_UNPACKED or unpacked > MEGABYTE + PACKED_BY * len(content):
			raise DomainError("{0} unpacks to more than is read: save it as CSV", name)
		book = load_workbook(io.BytesIO(content), data_only=True)
		return [_xlsx_sheet(name, sheet) for sheet in book.worksheets]
	except DomainError:
		raise
	except (BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, TypeError, OSError) as error:
		raise DomainError("{0} can't be read as XLSX: {1}", name, error) from error


def _xlsx_sheet(name: str, sheet) -> _Sheet:
	# not `iter_rows`: it makes each cell up to the farthest, a row coloured to its end has 16,384
	filled = {place: cell.value for place, cell in sheet._cells.items() if cell.value is not None}
	height = max((row for row, _column in filled), default=0)
	width = max((column for _row, column in filled), default=0)
	if height * width > MOST_CELLS:
		raise DomainError(
			"{0}: sheet {1} reaches to row {2}, column {3}: delete what stands far out, or save it as CSV",
			name,
			sheet.title,
			height,
			width,
		)
	lines = [
		_line(row, (_cell(filled.get((row, column))) for column in range(1, width + 1)))
		for row in range(1, height + 1)
	]
	areas = [
		_Merged(area.min_row - 1, area.max_row - 1, area.min_col - 1, min(area.max_col, width) - 1)
		for area in sheet.merged_cells.ranges
	]
	return _Sheet(sheet.title, lines, [area for area in areas if area.bottom < len(lines)])


def _xls_sheets(name: str, content: bytes) -> list[_Sheet]:
	import xlrd

	try:
		book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
		return [_xls_sheet(book, sheet) for sheet in book.sheets()]
	except Exception as error:  # a damaged or locked file makes xlrd raise whatever its parts raise
		raise DomainError(
			"{0} can't be read: take its password away, or save it as XLSX ({1})", name, error
		) from error


def _xls_sheet(book, sheet) -> _Sheet:
	rows = ((sheet.cell(at, column) for column in range(sheet.ncols)) for at in range(sheet.nrows))
	lines = [_line(number, (_xls_cell(book, cell) for cell in row)) for number, row in enumerate(rows, 1)]
	areas = [_Merged(top, bottom - 1, left, right - 1) for top, bottom, left, right in sheet.merged_cells]
	return _Sheet(sheet.name, lines, [area for area in areas if area.bottom < len(lines)])


def _xls_cell(book, cell) -> tuple[str, Kind | None]:
	import xlrd

	if cell.ctype == xlrd.XL_CELL_DATE:
		return _cell(xlrd.xldate_as_datetime(cell.value, book.datemode))
	if cell.ctype == xlrd.XL_CELL_ERROR:
		return xlrd.error_text_from_code.get(cell.value, "#N/A"), "error"
	return _cell(bool(cell.value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else cell.value)


def _cell(value: object) -> tuple[str, Kind | None]:
	if isinstance(value, datetime):
		bare = value.time() == time()
		return (value.date() if bare else value).isoformat(*([] if bare else [" "])), "date"
	if isinstance(value, date | time):
		return value.isoformat(), "date"
	if isinstance(value, int | float) and not isinstance(value, bool):
		return cell_text(value), "number"
	text = cell_text(value)
	return text, "error" if _ERROR.fullmatch(text.strip()) else None


def _kind(text: str) -> Kind | None:
	"""What a cell of a text file was before the spreadsheet wrote it there: a formula's error, a date."""
	text = text.strip()
	if text.startswith("#") and _ERROR.fullmatch(text):
		return "error"
	return "date" if _DATE.fullmatch(text) else None


def _line(number: int, cells: Iterable[tuple[str, Kind | None]]) -> _Line:
	cells = list(cells)
	kinds = {at: kind for at, (_text, kind) in enumerate(cells) if kind}
	return _Line(number, [with_formula(text.strip()) for text, _kind in cells], kinds)


def write_rejects(table: Table, rejects: Iterable[tuple[int, str, str]], language: str = "en") -> bytes:
	"""Return a CSV file, as Excel opens it, of (row number, column, reason) and the original row beside them.

	The three are headed in a language of REJECTED, by which an import knows them again.
	"""
	rows = {row.number: row for row in table.rows}
	header = table.columns
	stream = io.StringIO(newline="")
	writer = csv.writer(stream)
	headings = REJECTED.get(language.partition("-")[0], REJECTED["en"])
	writer.writerow([*headings, *map(without_formula, header)])
	for number, column, reason in sorted(rejects):
		cells = rows[number].cells
		surplus = [cells[SURPLUS]] if SURPLUS in cells else []
		texts = [column, reason, *(cells.get(name, "") for name in header), *surplus]
		writer.writerow([number, *map(without_formula, texts)])
	return stream.getvalue().encode("utf-8-sig")
