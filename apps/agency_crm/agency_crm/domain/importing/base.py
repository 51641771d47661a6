"""Rows of a file read by what their columns mean, or refused with a reason: for whatever they become.

What a column can go to, and what a row must have, is said beside what it becomes: listing_rows.py,
client_rows.py. A row's number is the one the spreadsheet shows: the header is row 1.

One column may hold several values. Its target is a pattern then: `{layout}/{gross_area}/{estate_name}` takes
`2室2厅/99.54m²/珠江帝景` apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.tables import SURPLUS, Kind, Row, Table
from agency_crm.domain.inputs.text import fold, is_open

IGNORE = "ignore"
# what a form offers for a column of several values; which they are, the pattern beside it says
PATTERN = "pattern"
LONGEST = 10_000  # characters of a cell: a text field holds 65,535 bytes, a Chinese character has three
# pairs of a column's name and the target it goes to, or a pattern of several
Columns = tuple[tuple[str, str], ...]
EXAMPLE = "{layout}/{gross_area}/{estate_name}"
_NAMED = re.compile(r"\{(\w+)\}")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
Reader = Callable[[str], dict]
Faults = tuple[tuple[str, DomainError], ...]


class NotAsPattern(DomainError):
	"""A cell that isn't written as its pattern says."""

	def __init__(self, typed: str, pattern: str):
		super().__init__("{0} is not written as {1}", typed, pattern)

	def labelled(self, heading: Callable[[str], str]) -> DomainError:
		"""Return the same with the targets of the pattern as somebody reads them."""
		typed, pattern = self.params
		return DomainError(self.template, typed, _NAMED.sub(lambda named: heading(named[1]), pattern))


@dataclass(frozen=True)
class Targets:
	"""What columns can go to: a reader a target, which gives fields of a text.

	Where several columns have one target, the first that isn't empty counts; those of `joined` are put
	together with what stands there. One of `needed` must be among the columns. A spreadsheet's date is taken by
	`dated` alone, a number is refused by `worded`.
	"""

	readers: dict[str, Reader]
	joined: dict[str, str]
	needed: tuple[str, ...]
	dated: frozenset[str] = frozenset()
	worded: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reject:
	"""A row that was refused: its number, the column (or the field's name where no column gave it) and why.

	`more` are further faults of the row, as (column, error).
	"""

	row: int
	column: str
	error: DomainError
	more: Faults = ()

	@classmethod
	def of(cls, row: int, faults: Iterable[tuple[str, DomainError]]) -> Reject:
		(column, error), *more = faults
		return cls(row, column, error, tuple(more))

	def told(
		self, heading: Callable[[str], str] = str, say: Callable[[DomainError], str] = str
	) -> tuple[str, str]:
		"""Return the columns and the reasons of all its faults as two texts."""
		faults = [
			(heading(column), say(error.labelled(heading) if isinstance(error, NotAsPattern) else error))
			for column, error in ((self.column, self.error), *self.more)
		]
		columns = "、".join(dict.fromkeys(column for column, _reason in faults if column))
		if not self.more:
			return columns, faults[0][1]
		return columns, " · ".join(f"{column}: {reason}" if column else reason for column, reason in faults)


@dataclass
class Outcome:
	"""What a file's rows came to; `alike` are pairs of rows that look like one, both taken."""

	rejects: list[Reject] = field(default_factory=list)
	alike: list[tuple[int, int]] = field(default_factory=list)
	taken: int = 0


@dataclass
class Cells:
	"""What a row's cells say: `values` by field, and the column that each came of.

	`faults` are what can't be read or can't stand, and `unread` the targets of cells that can't be read.
	"""

	values: dict
	origin: dict[str, str] = field(default_factory=dict)
	faults: list[tuple[str, DomainError]] = field(default_factory=list)
	unread: set[str] = field(default_factory=set)

	def column(self, name: str) -> str:
		"""The column that gave a field, or the field's own name."""
		return self.origin.get(name, name)

	def fault(self, name: str, error: DomainError) -> None:
		"""Note what is wrong with a field."""
		self.faults.append((self.column(name), error))

	def judge(self, column: str, check: Callable[[dict], None]) -> None:
		"""Note what a check of the values refuses, by the column that it is about."""
		try:
			check(self.values)
		except DomainError as error:
			self.faults.append((column, error))


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


def is_pattern(target: str) -> bool:
	"""Whether a column's target is a pattern of several."""
	return "{" in target


def named_targets(target: str) -> tuple[str, ...]:
	"""Return the targets that a pattern names, or the one that is given.

	Raises:
		DomainError: a pattern of less than two, or with nothing between two of them.
	"""
	if not is_pattern(target):
		return (target,)
	names, between = _NAMED.findall(target), _NAMED.split(target)[2:-1:2]
	if len(names) < 2 or not all(between):
		raise DomainError("{0} is no pattern; say what stands between the values, as in {1}", target, EXAMPLE)
	return tuple(names)


def take_apart(typed: str, pattern: str) -> list[tuple[str, str]]:
	"""Return (target, text) of each value of a cell, or [] where the text isn't made as the pattern says.

	Full width and half width signs are alike.
	"""
	names, made = _compiled(pattern)
	found = made.fullmatch(typed.translate(_HALF_WIDTH))
	return (
		[(name, typed[slice(*found.span(at))].strip()) for at, name in enumerate(names, 1)] if found else []
	)


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> tuple[tuple[str, ...], re.Pattern]:
	"""Return the targets of a pattern and its expression, in which no value holds the sign that ends it."""
	signs = _NAMED.split(pattern.translate(_HALF_WIDTH))[::2]
	before, *behind = (re.escape(sign.strip() or sign) for sign in signs)
	# the last value ends where the text does: the sign before it must not come again
	ends = [*behind[:-1], behind[-1] or behind[-2]]
	values = "".join(rf"((?:(?!{end}).)*){sign}" for end, sign in zip(ends, behind, strict=True))
	return named_targets(pattern), re.compile(before + values, re.DOTALL)


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
	check_targets(_named(columns), targets)
	for target in not_given(columns, targets):
		raise DomainError("No column of the mapping goes to {0}", target)
	missing = [column for column, target in columns if target != IGNORE and column not in table.header]
	if missing:
		raise DomainError(
			"The file has no column {0}; it has: {1}", ", ".join(missing), ", ".join(table.header)
		)


def not_given(columns: Columns, targets: Targets) -> list[str]:
	"""Return what a row must have and no column goes to."""
	given = _named(columns)
	return [target for target in targets.needed if target not in given]


def _named(columns: Columns) -> set[str]:
	return {name for _column, target in columns for name in named_targets(target)}


def check_targets(given: Iterable[str], targets: Targets) -> None:
	"""Refuse what no column can go to. Raises DomainError."""
	unknown = set(given) - targets.readers.keys() - {IGNORE}
	if unknown:
		raise DomainError("{0} is not something a column can go to", ", ".join(sorted(unknown)))


def read_cells(row: Row, columns: Columns, targets: Targets, start: dict) -> Cells:
	"""Return what a row's cells say, added to what `start` says of every row, with all that can't be read."""
	cells = Cells(dict(start))
	if SURPLUS in row.cells:
		error = DomainError("The row has more cells than the header: {0}", row.cells[SURPLUS])
		cells.faults.append(("", error))
	values = cells.values
	for column, target, typed in _given(row, columns, targets):
		try:
			_check_cell(typed, row.kinds.get(column), target, targets)
			read = targets.readers[target](typed)
		except DomainError as error:
			cells.faults.append((column, error))
			cells.unread.update(_NAMED.findall(target) or [target])
			continue
		for name, value in read.items():
			if value is None:
				continue
			if target in targets.joined and values.get(name):
				between = targets.joined[target] if isinstance(value, str) else ()
				values[name] = values[name] + between + value
			elif values.get(name) is None or name in start:
				values[name], cells.origin[name] = value, column
	return cells


def _check_cell(typed: str, kind: Kind | None, target: str, targets: Targets) -> None:
	"""Refuse a cell whatever its reader makes of it: too long, another thing in the spreadsheet than is meant."""
	if len(typed) > LONGEST:
		raise DomainError("The text has more than {0} characters", LONGEST)
	if is_pattern(target):
		raise NotAsPattern(typed, target)
	if kind == "error":
		raise DomainError("{0} is a formula's error: mend the formula in the spreadsheet", typed)
	if kind == "date" and target not in targets.dated:
		raise DomainError(
			"The spreadsheet has made a date of it, {0}: format the cell as text and type it anew", typed
		)
	if kind == "number" and target in targets.worded:
		raise DomainError("{0} is a bare number, where words are meant: is it the right column?", typed)


def _given(row: Row, columns: Columns, targets: Targets) -> Iterator[tuple[str, str, str]]:
	"""The cells to read: (column, target, text); of several for one target the first, but joined ones.

	A text that isn't made as its pattern says comes with the pattern.
	"""
	done = set()
	for column, target in columns:
		whole = row.cells.get(column, "")
		parts = _taken_apart(whole, target) if is_pattern(target) else [(target, whole)]
		for part, typed in parts:
			if typed and part != IGNORE and (part not in done or part in targets.joined):
				done.add(part)
				yield column, part, typed


def _taken_apart(typed: str, pattern: str) -> list[tuple[str, str]]:
	return take_apart(typed, pattern) or [(pattern, typed)]
