"""Addresses inside an estate: building, unit and room folded to one form, one key, one label.

Rule: design.md §5 "Address", rules.md §1. `3号楼2单元501室`, `三号楼2单元0501`, `3栋-2-501` and `3-2-501` are
one address; letters name a building as digits do (`A座`).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from agency_crm.domain.errors import DomainError
from agency_crm.domain.text import arabic, fold

PartKind = Literal["building", "unit", "room"]

KEY_LENGTH = 140
_KEY_SEPARATOR = "|"
_DIGEST_LENGTH = 32

_SUFFIXES: dict[str, str] = {"building": "号楼栋幢座#", "unit": "单元门号", "room": "室房号户"}
_ENDS = {kind: re.compile(rf"^[第-]+|[{chars}-]+$") for kind, chars in _SUFFIXES.items()}
_BASEMENT = re.compile(r"^-+(?=\d)")
_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_NOT_IN_PART = re.compile(r"[^\w#-]|_")

_ROOM_END = re.compile(r"[室房号户]+$")
_MARKER = re.compile(r"[号楼栋幢座#单门室房户层]")
# 501-2 is the second half of room 501, not room 2 of building 501.
_SUB_ROOM = re.compile(r"\d{3,}-\d{1,2}")
_DELIMITERS = re.compile(r"\s*[-/\\,、.·_\s]\s*")
_NO_MARKER = r"[^号楼栋幢座#单元门室房户层]"
_MARKED = re.compile(
	r"(?:(?P<building>.+?)(?:号楼|栋楼?|幢楼?|座|#楼?|号(?!院)|楼))?-?"
	rf"(?:(?P<unit>{_NO_MARKER}+?)(?:单元|门|-))?-?"
	r"(?:\d+[层楼])?-?"
	rf"(?:(?P<room>{_NO_MARKER}+?)[室房号户]*)?"
)


@dataclass(frozen=True)
class AddressParts:
	"""Building, unit and room of one address, each normalised; "" where it isn't known."""

	building: str = ""
	unit: str = ""
	room: str = ""


def normalise_part(text: object, kind: PartKind) -> str:
	"""Return one part of an address in its one form; "" for nothing.

	Drops 号楼/栋/幢/座/#, 单元/门 or 室/号/房, 第, leading zeros, spaces and signs; turns Chinese numerals
	and full width into digits; keeps letters (`A座` → `A`) and names (`东楼` → `东`). A basement room `-101`
	is `负101`.
	"""
	part = _NOT_IN_PART.sub("", fold(text))
	part = _BASEMENT.sub("负", part) if kind == "room" else part
	part = _ENDS[kind].sub("", part)
	return _LEADING_ZEROS.sub("", arabic(part))


def parse_address(text: object) -> AddressParts:
	"""Return the parts of an address typed in one go, without the estate's name.

	Accepts `3-2-501` (building, unit, room), `3-501` (building, room), `501` and `501-2` (room), and any mix
	of marked parts: `3号楼2单元501室`, `3栋501`, `A座1201`, `3#2-501`, `2单元501`, `3号楼5层501`.

	Raises:
		DomainError: the text can't be read as an address.
	"""
	folded = fold(text)
	bare = _ROOM_END.sub("", folded)
	if not bare:
		return AddressParts()
	if _MARKER.search(bare):
		match = _MARKED.fullmatch(_marked_form(folded))
		if match is None:
			raise DomainError("Address {0} is not understood; write it as 3-2-501 or 3号楼2单元501", text)
		raw = (match["building"], match["unit"], match["room"])
	else:
		pieces = _DELIMITERS.split(bare)
		if len(pieces) > 3:
			raise DomainError("Address {0} is not understood; write it as 3-2-501 or 3号楼2单元501", text)
		raw = ("", "", bare) if len(pieces) == 1 or _SUB_ROOM.fullmatch(bare) else (pieces[0], "", pieces[-1])
		raw = (raw[0], pieces[1], raw[2]) if len(pieces) == 3 else raw
	return AddressParts(
		normalise_part(raw[0], "building"), normalise_part(raw[1], "unit"), normalise_part(raw[2], "room")
	)


def _marked_form(folded: str) -> str:
	"""Numerals as digits, every delimiter a dash, none beside a marker: what `_MARKED` reads."""
	dashed = _DELIMITERS.sub("-", arabic(folded).replace("第", ""))
	return re.sub(r"-+", "-", dashed).strip("-")


def combine(building: object, unit: object, room: object) -> AddressParts:
	"""Return the parts of three boxes of a form, a whole address typed into one of them taken apart.

	`3号楼2单元501` or `3-2-501` in an otherwise empty form fills all three; `2-501` or `2单元501` in the
	room box beside a building fills unit and room.
	"""
	parts = AddressParts(
		normalise_part(building, "building"), normalise_part(unit, "unit"), normalise_part(room, "room")
	)
	if parts.unit or not (parts.building or parts.room):
		return parts
	if not parts.room:
		whole = _try_parse(building)
		return whole if whole.building and whole.unit and whole.room else parts
	typed = _try_parse(room)
	if not parts.building:
		return typed if typed.building and typed.room else parts
	if not typed.room or (typed.building and typed.unit and typed.building != parts.building):
		return parts
	unit_typed = typed.unit or normalise_part(typed.building, "unit")
	return AddressParts(parts.building, unit_typed, typed.room)


def _try_parse(text: object) -> AddressParts:
	try:
		return parse_address(text)
	except DomainError:
		return AddressParts()


def property_key(estate_id: str, building: object, unit: object, room: object) -> str | None:
	"""Return the unique key of an address, at most 140 characters, or None while it isn't whole.

	Whole means an estate, a building and a room; many buildings have no unit. Parts never hold the separator,
	so two addresses never share a key. An over-long key keeps its head and ends in a digest of the whole.
	"""
	parts = combine(building, unit, room)
	if not (estate_id and parts.building and parts.room):
		return None
	key = _KEY_SEPARATOR.join((estate_id, parts.building, parts.unit, parts.room))
	if len(key) <= KEY_LENGTH:
		return key
	digest = hashlib.sha256(key.encode()).hexdigest()[:_DIGEST_LENGTH]
	return f"{key[: KEY_LENGTH - _DIGEST_LENGTH - 1]}~{digest}"


def address_label(building: object, unit: object, room: object) -> str:
	"""Return the address as people write it, `3号楼2单元501室`, `A座1201室`; "" when nothing is known."""
	parts = combine(building, unit, room)
	label = ""
	if parts.building:
		last = parts.building[-1]
		label += parts.building + ("号楼" if last.isdigit() else "座" if last.isascii() else "楼")
	if parts.unit:
		label += f"{parts.unit}单元"
	return label + (f"{parts.room}室" if parts.room else "")
