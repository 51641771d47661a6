"""Rows of a file read by what their columns mean, or refused with a reason: for whatever they become.

What a column can go to, and what a row must have, is said beside what it becomes: listing_rows.py,
client_rows.py. A row's number is the one the spreadsheet shows: the header is row 1.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from agency_crm.domain.errors import DomainError
from agency_crm.domain.tables import SURPLUS, Row, Table
from agency_crm.domain.text import fold, is_open

IGNORE = "ignore"
LONGEST = 10_000  # characters of a cell: a text field holds 65,535 bytes, a Chinese character has three
# pairs of a column's name and the target it goes to
Columns = tuple[tuple[str, str], ...]
Reader = Callable[[str], dict]


@dataclass(frozen=True)
class Targets:
	"""What columns can go to: a reader a target, which gives fields of a text.

	Where several columns have one target, the first that isn't empty counts; those of `joined` are put
	together with what stands there. One of `needed` must be among the columns.
	"""

	readers: dict[str, Reader]
	joined: dict[str, str]
	needed: tuple[str, ...]


@dataclass(frozen=True)
class Reject:
	"""A row that was refused: its number, the column (or the field's name where no column gave it) and why."""

	row: int
	column: str
	error: DomainError


@dataclass
class Outcome:
	"""What a file's rows came to; `alike` are pairs of rows that look like one, both taken."""

	rejects: list[Reject] = field(default_factory=list)
	alike: list[tuple[int, int]] = field(default_factory=list)
	taken: int = 0


@dataclass
class Cells:
	"""What a row's cells say: `values` by field, and the column that each came of."""

	values: dict
	origin: dict[str, str] = field(default_factory=dict)

	def column(self, name: str) -> str:
		"""The column that gave a field, or the field's own name."""
		return self.origin.get(name, name)


def as_text(name: str) -> Reader:
	return lambda typed: {name: typed}


def one(name: str, read: Callable[[str], object]) -> Reader:
	return lambda typed: {name: read(typed)}


def or_open(read: Reader) -> Reader:
	"""A reader to which 不限 says nothing."""
	return lambda typed: {} if is_open(typed) else read(typed)


def choice(name: str, words: dict[str, str | None]) -> Reader:
	"""A reader of one word of several; a word for None says nothing."""

	def read(typed: str) -> dict:
		folded = fold(typed).replace(" ", "")
		if folded not in words:
			known = ", ".join(word for word, value in words.items() if value)
			raise DomainError("{0} is not understood; write one of: {1}", typed, known)
		return {name: words[folded]}

	return read


def read_object(saved: bytes) -> dict:
	"""Return the object of a mapping's JSON file.

	Raises:
		DomainError: it holds none.
	"""
	try:
		found = json.loads(saved)
	except ValueError as error:
		raise DomainError("The mapping is not understood: {0}", error) from error
	if not isinstance(found, dict):
		raise DomainError("The mapping is not understood: {0}", "it is no JSON object, { … }")
	return found


def read_columns(saved: bytes) -> Columns:
	"""Return the columns of a JSON file that is an object of column → target.

	Raises:
		DomainError: it is none.
	"""
	columns = read_object(saved)
	for target in columns.values():
		if not isinstance(target, str):
			raise DomainError("{0} is not something a column can go to", target)
	return tuple(columns.items())


def check_columns(table: Table, columns: Columns, targets: Targets) -> None:
	"""Refuse a file that lacks a mapped column, and columns that leave out what a row must have.

	Raises:
		DomainError: what is missing.
	"""
	given = {target for _column, target in columns}
	unknown = given - targets.readers.keys() - {IGNORE}
	if unknown:
		raise DomainError("{0} is not something a column can go to", ", ".join(sorted(unknown)))
	for needed in targets.needed:
		if needed not in given:
			raise DomainError("No column of the mapping goes to {0}", needed)
	missing = [column for column, target in columns if target != IGNORE and column not in table.header]
	if missing:
		raise DomainError(
			"The file has no column {0}; it has: {1}", ", ".join(missing), ", ".join(table.header)
		)


def read_cells(row: Row, columns: Columns, targets: Targets, start: dict) -> Cells | Reject:
	"""Return what a row's cells say, added to what `start` says of every row, or the Reject of the first bad one."""
	if SURPLUS in row.cells:
		error = DomainError("The row has more cells than the header: {0}", row.cells[SURPLUS])
		return Reject(row.number, "", error)
	cells = Cells(dict(start))
	values = cells.values
	for column, target, typed in _given(row, columns, targets):
		if len(typed) > LONGEST:
			return Reject(row.number, column, DomainError("The text has more than {0} characters", LONGEST))
		try:
			read = targets.readers[target](typed)
		except DomainError as error:
			return Reject(row.number, column, error)
		for name, value in read.items():
			if value is None:
				continue
			if target in targets.joined and values.get(name):
				between = targets.joined[target] if isinstance(value, str) else ()
				values[name] = values[name] + between + value
			elif values.get(name) is None or name in start:
				values[name], cells.origin[name] = value, column
	return cells


def _given(row: Row, columns: Columns, targets: Targets) -> Iterator[tuple[str, str, str]]:
	"""The cells to read: (column, target, text); of several for one target the first, but joined ones."""
	done = set()
	for column, target in columns:
		typed = row.cells.get(column, "")
		if typed and target != IGNORE and (target not in done or target in targets.joined):
			done.add(target)
			yield column, target, typed
