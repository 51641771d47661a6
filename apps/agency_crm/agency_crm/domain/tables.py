"""Spreadsheet files as rows of texts: CSV and XLSX read, rejected rows written.

A row's number is the one the spreadsheet shows: the header of a file is row 1.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agency_crm.domain.errors import DomainError
from agency_crm.domain.text import cell_text

ENCODINGS = ("utf-8-sig", "gb18030")
SURPLUS = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True)
class Row:
	"""A row of a file: its number in the spreadsheet and its cells as text by column."""

	number: int
	cells: dict[str, str]


@dataclass(frozen=True)
class Table:
	"""A file as read: its columns and the rows that aren't empty."""

	header: tuple[str, ...]
	rows: tuple[Row, ...]


def read_table(name: str, content: bytes, encoding: str | None = None) -> Table:
	"""Return the rows of a CSV or XLSX file (its first sheet); `name` tells which it is.

	Raises:
		DomainError: not such a file, another encoding, no header, or a column twice.
	"""
	suffix = Path(name).suffix.lower()
	if suffix == ".xlsx":
		lines = _xlsx_lines(name, content)
	elif suffix in (".csv", ".txt"):
		lines = _csv_lines(name, content, encoding)
	else:
		raise DomainError("{0} is neither a CSV nor an XLSX file", name)
	numbered = ((number, [text.strip() for text in line]) for number, line in enumerate(lines, 1))
	filled = [(number, line) for number, line in numbered if any(line)]
	if not filled:
		raise DomainError("{0} is empty", name)
	header = tuple(filled[0][1])
	while header and not header[-1]:
		header = header[:-1]
	twice = next((column for column in header if column and header.count(column) > 1), None)
	if twice:
		raise DomainError("{0} has the column {1} twice", name, twice)
	return Table(header, tuple(_row(number, header, line) for number, line in filled[1:]))


def _row(number: int, header: tuple[str, ...], line: list[str]) -> Row:
	cells = dict(zip(header, line, strict=False))
	if any(line[len(header) :]):
		# Kept apart so that the row can be refused: nobody knows which column slipped.
		cells[SURPLUS] = ",".join(line[len(header) :])
	return Row(number, cells)


def _csv_lines(name: str, content: bytes, encoding: str | None) -> list[list[str]]:
	# UTF-8 is read with or without a byte order mark.
	wanted = [ENCODINGS[0] if encoding.lower() in ("utf-8", "utf8") else encoding] if encoding else ENCODINGS
	for candidate in wanted:
		try:
			text = content.decode(candidate)
			break
		except (UnicodeDecodeError, LookupError):
			continue
	else:
		raise DomainError("{0} is not written in {1}: save it as CSV UTF-8", name, " / ".join(wanted))
	head = text.split("\n", 1)[0]
	delimiter = "\t" if head.count("\t") > head.count(",") else ","
	try:
		return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
	except csv.Error as error:
		raise DomainError("{0} can't be read as CSV: {1}", name, error) from error


def _xlsx_lines(name: str, content: bytes) -> list[list[str]]:
	# Only files of this kind need the package.
	from zipfile import BadZipFile

	from openpyxl import load_workbook
	from openpyxl.utils.exceptions import InvalidFileException

	try:
		book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
		sheet = book.worksheets[0]
		return [[_cell(value) for value in line] for line in sheet.iter_rows(values_only=True)]
	except (BadZipFile, InvalidFileException, KeyError, ValueError, IndexError) as error:
		raise DomainError("{0} can't be read as XLSX: {1}", name, error) from error


def _cell(value: object) -> str:
	return value.date().isoformat() if isinstance(value, datetime) else cell_text(value)


def write_rejects(table: Table, rejects: Iterable[tuple[int, str, str]]) -> bytes:
	"""Return a CSV file, as Excel opens it, of (row number, column, reason) and the original row beside them."""
	rows = {row.number: row for row in table.rows}
	stream = io.StringIO(newline="")
	writer = csv.writer(stream)
	writer.writerow(["row", "column", "reason", *table.header])
	for number, column, reason in sorted(rejects):
		cells = rows[number].cells
		surplus = [cells[SURPLUS]] if SURPLUS in cells else []
		writer.writerow([number, column, reason, *(cells.get(name, "") for name in table.header), *surplus])
	return stream.getvalue().encode("utf-8-sig")
