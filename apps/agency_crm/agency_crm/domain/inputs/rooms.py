"""The rooms of a building as an office writes them down, and whether an address is one of them.

`101-104, 201-204` are ranges, `101-1804` a building of floors 1 to 18 with rooms 01 to 04 on each; a unit goes
before its rooms: `2单元: 101-1802`. A room that isn't in a known list warns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.address import normalise_part
from agency_crm.domain.inputs.text import fold

MOST = 5000
_STOPS = re.compile("[、。;]")
_UNIT = re.compile(r"([^\s,;:]+?)(?:单元|门)?\s*:")
_RANGE = re.compile(r"([^\W\d_]*)(\d+)\s*[-~]\s*([^\W\d_]*)(\d+)[室房号]?")
_HAS_DIGIT = re.compile(r"\d")
_MANY = re.compile(r"[~\s]|(?<!^)-")  # a basement's room starts with a dash
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True)
class RoomList:
	"""Known (unit, room) pairs of a building, normalised; the unit is "" where none was named."""

	rooms: frozenset[tuple[str, str]]

	def knows(self, unit: str, room: str) -> bool:
		"""Whether a normalised room is there: in its unit, or in any where one side names none."""
		return any(known == room and (not unit or not of or of == unit) for of, known in self.rooms)

	def units(self) -> list[str]:
		"""Return the units named, in order."""
		return sorted({unit for unit, _room in self.rooms if unit}, key=in_order)

	def of_unit(self, unit: str) -> list[str]:
		"""Return the rooms of a unit ("" for all), in order."""
		return sorted({room for of, room in self.rooms if not unit or not of or of == unit}, key=in_order)


def in_order(text: str) -> list:
	"""Return a sort key by which room 99 stands before 101 and A2 before A10."""
	return [
		(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in _DIGITS.split(text) if part
	]


@lru_cache(maxsize=256)
def parse_rooms(text: str | None) -> RoomList:
	"""Return the rooms a text names.

	Raises:
		DomainError: a part that is no room and no range, or more rooms than a building has.
	"""
	rooms: set[tuple[str, str]] = set()
	unit = ""
	for line in (text or "").splitlines():
		for piece in _UNIT.sub(r",\1:,", _STOPS.sub(",", fold(line))).split(","):
			if piece.strip().endswith(":"):
				unit = normalise_part(piece.strip()[:-1], "unit")
				continue
			rooms |= {(unit, room) for room in _rooms(piece.strip())}
			if len(rooms) > MOST:
				raise DomainError("More than {0} rooms: check the ranges", MOST)
	return RoomList(frozenset(rooms))


def _rooms(piece: str) -> set[str]:
	if not piece:
		return set()
	match = _RANGE.fullmatch(piece)
	if match:
		return _range(piece, *match.groups())
	room = normalise_part(piece, "room")
	if not _HAS_DIGIT.search(room) or _MANY.search(piece):
		raise DomainError("{0} is not a room or a range like 101-104", piece)
	return {room}


def _range(piece: str, letters: str, first: str, letters_again: str, last: str) -> set[str]:
	"""Rooms of one floor, or of floors with the same rooms on each: the last two digits are the room's."""
	floors = len(first) > 2
	low, high = (divmod(int(end), 100) if floors else (0, int(end)) for end in (first, last))
	if (
		letters_again not in ("", letters)
		or (len(last) > 2) != floors
		or low[0] > high[0]
		or low[1] > high[1]
	):
		raise DomainError("{0} is not a range: write the lowest floor and room first, as in 101-1804", piece)
	if (high[0] - low[0] + 1) * (high[1] - low[1] + 1) > MOST:
		raise DomainError("More than {0} rooms: check the ranges", MOST)
	return {
		normalise_part(
			f"{letters}{floor if floors else ''}{room:02d}" if floors else f"{letters}{room}", "room"
		)
		for floor in range(low[0], high[0] + 1)
		for room in range(low[1], high[1] + 1)
	}
