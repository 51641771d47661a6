"""Typed texts leave as text: no file that Frappe writes for a spreadsheet holds a user's formula.

A client named `=HYPERLINK("https://…","Open")` would be run by the spreadsheet of whoever opens the export. A
CSV cell gets a leading apostrophe, which spreadsheets read as "this is text" and a Data Import removes; an XLSX
cell gets the type text.
"""

from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace

from frappe.utils.xlsxutils import handle_html
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from agency_crm.domain.inputs.text import with_formula, without_formula

# sheets whose texts go back in as they are
TEMPLATES = ("Data Import Template", "Data Export")


def csv_bytes(write: Callable, data: Iterable, csv_params: dict) -> bytes:
	"""Return rows as a CSV file that opens no formula: of reports and lists."""
	return write([_as_texts(row) for row in data], csv_params)


def write_row(write: Callable, writer, row: Iterable) -> None:
	"""Write a row of a CSV file that opens no formula: of other exports and mailed reports."""
	write(writer, _as_texts(row))


def make_xlsx(
	make: Callable, data: Iterable, sheet_name: str, wb: Workbook | None = None, column_widths=None
):
	"""Return rows as an XLSX file that holds no formula."""
	book = wb or Workbook(write_only=True)
	return make(_text_cells(data, sheet_name, book), sheet_name, book, column_widths)


def read_csv(read: Callable, content) -> list[list]:
	"""Return the rows of a CSV file as they were before it was exported."""
	return [[with_formula(item) if isinstance(item, str) else item for item in row] for row in read(content)]


def _as_texts(row: Iterable) -> list:
	return [without_formula(item) if isinstance(item, str) else item for item in row]


def _text_cells(data: Iterable, sheet_name: str, book: Workbook) -> Iterator[list]:
	# the sheet is made later: a cell asks it for its book alone, and for a name where it is described
	sheet = SimpleNamespace(title=sheet_name, parent=book, encoding=book.encoding)
	for row in data:
		yield [_text_cell(item, sheet) if isinstance(item, str) else item for item in row]


def _text_cell(item: str, sheet: SimpleNamespace):
	"""Return a text, as a cell of text where the file's writer would make a formula of it."""
	text = item if sheet.title in TEMPLATES else handle_html(item)
	if not text.startswith("="):
		return item
	cell = WriteOnlyCell(sheet, text)
	cell.data_type = "s"
	return cell
