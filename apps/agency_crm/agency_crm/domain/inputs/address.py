"""Addresses inside an estate: building, unit and room folded to one form, one key, one label.

Rules: docs/rules/typing.md, "Addresses". `3号楼2单元501室`, `三号楼2单元0501`, `3栋-2-501` and `3-2-501` are
one address; letters name a building as digits do (`A座`).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.text import arabic, fold

PartKind = Literal["building", "unit", "room"]

KEY_LENGTH = 140
_KEY_SEPARATOR = "|"
_DIGEST_LENGTH = 32

_SUFFIXES: dict[str, str] = {"building": "号楼栋幢座#", "unit": "单元门号", "room": "室房号户"}
_ENDS = {kind: re.compile(rf"^[第-]+|[{chars}-]+$") for kind, chars in _SUFFIXES.items()}
_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_NOT_IN_PART = re.compile(r"[^\w#-]|_")
# 501.0 is a number that a spreadsheet wrote
_POINT_ZERO = re.compile(r"(?<=\d)\.0+(?![\d.])")
# two numbers in one box stay two
_BETWEEN_NUMBERS = re.compile(r"(?<=\d)[,/、;+&~.](?=\d)")

_LEADING_DASH = re.compile(r"^[第-]+(?!\d)")
_BELOW = re.compile(r"^(?:-+(?=\d)|地下室?(?=\d))")
_FLOOR = r"(?:负|地下)?\d{1,3}|B\d"
_ON_FLOOR = re.compile(rf"第?(?P<floor>{_FLOOR})[层楼F]-?(?P<room>.+)")

_ROOM_END = re.compile(r"[室房号户]+$")
_MARKER = re.compile(r"[号楼栋幢座#单门室房户层]")
# 501-2 is the second half of room 501, not room 2 of building 501.
_SUB_ROOM = re.compile(r"\d{3,}-\d{1,2}")
_ROOM_PAIR = re.compile(r"\d{3,}")
_DELIMITERS = re.compile(r"\s*[-/\\,、.·_\s]\s*")
# A dash before these may be a delimiter or mean below ground.
_UNCLEAR_DASH = re.compile(r"[^-]+-[1-3](?:\d\d[室房号户]*|[层楼][^-]*)|[^-单门]+--[1-3]\d\d[室房号户]*")
_NO_MARKER = r"[^号楼栋幢座#单元门室房户层]"
_MARKED = re.compile(
	r"(?:(?P<building>(?:(?!单元|\d门).)+?)(?:号楼|栋楼?|幢楼?|座|#楼?|号(?!院)|楼))?-?"
	rf"(?:(?P<unit>{_NO_MARKER}+?)(?:单元|门)|(?P<short>[^\W负]{{1,2}})-)?-?"
	rf"(?:(?P<floor>{_FLOOR})[层楼F])?-?"
	rf"(?:(?P<room>{_NO_MARKER}+?)[室房号户]*)?"
)
# 5楼东户: a floor, for its room has no number; 12楼3门501 is a building.
_FLOOR_AND_SIDE = re.compile(rf"第?(?P<floor>{_FLOOR})[层楼F]-?(?P<room>[^\d-]+)")


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
	or `地下101` is `负101`; a floor stays where the room's number doesn't say it, `5楼东户` → `5层东`.
	"""
	part = _POINT_ZERO.sub("", fold(text))
	part = _NOT_IN_PART.sub("", _BETWEEN_NUMBERS.sub("-", part))
	if kind == "room":
		return _room(arabic(part))
	part = _ENDS[kind].sub("", part)
	return _LEADING_ZEROS.sub("", arabic(part))


def _room(part: str) -> str:
	part = _BELOW.sub("负", _LEADING_DASH.sub("", part))
	if match := _ON_FLOOR.fullmatch(part):
		return _room_on_floor(match["floor"], match["room"])
	return _plain_room(part)


def _plain_room(part: str) -> str:
	return _LEADING_ZEROS.sub("", _ENDS["room"].sub("", part))


def _room_on_floor(floor: str, room: str) -> str:
	"""A room whose floor was written too: 5层501 and 5层01 are 501, 地下1层101 is 负101, 5层东户 is 5层东."""
	below = "" if floor[0].isdigit() else "负"
	level = str(int(re.sub(r"\D", "", floor)))
	room = _ENDS["room"].sub("", room)
	room = room.removeprefix("负") if below else room
	number = re.match(r"\d*", room)[0]
	if len(number) == 2:
		return below + _LEADING_ZEROS.sub("", f"{level}{room}")
	if len(number) > 2 and number[:-2].lstrip("0") == level:
		return below + _LEADING_ZEROS.sub("", room)
	return f"{below}{level}层{room}"


def parse_address(text: object) -> AddressParts:
	"""Return the parts of an address typed in one go, without the estate's name.

	Accepts `3-2-501` (building, unit, room), `3-501` (building, room), `501` and `501-2` (room), and any mix
	of marked parts: `3号楼2单元501室`, `3栋501`, `A座1201`, `3#2-501`, `2单元501`, `3号楼5层501`, `5楼东户`.
	A dash that may as well mean below ground is refused: `3号楼-101`.

	Raises:
		DomainError: the text can't be read as an address, or in two ways.
	"""
	folded = _POINT_ZERO.sub("", fold(text)).replace("地下室", "地下")
	bare = _ROOM_END.sub("", folded)
	if not bare:
		return AddressParts()
	if bare.startswith("-"):
		return AddressParts(room=normalise_part(bare, "room"))
	if _UNCLEAR_DASH.fullmatch(arabic(folded).replace(" ", "")) and (_MARKER.search(bare) or "--" in bare):
		raise DomainError(
			"Address {0} may be below ground or not; write it as 3号楼101 or as 3号楼负101", text
		)
	marked = _MARKER.search(bare)
	building, unit, room = _marked_parts(folded, text) if marked else _bare_parts(bare, text)
	return AddressParts(
		normalise_part(building, "building"), normalise_part(unit, "unit"), normalise_part(room, "room")
	)


def _marked_parts(folded: str, text: object) -> tuple[str | None, str | None, str | None]:
	form = _marked_form(folded)
	if _FLOOR_AND_SIDE.fullmatch(form):
		return "", "", form
	match = _MARKED.fullmatch(form)
	if match is None:
		raise _not_understood(text)
	room = match["room"] or ""
	room = f"{match['floor']}层{room}" if match["floor"] else room
	return match["building"], match["unit"] or match["short"], room


def _bare_parts(bare: str, text: object) -> tuple[str, str, str]:
	"""Building, unit and room of an address without a marker: the last is the room."""
	*pieces, room = _DELIMITERS.split(bare)
	if pieces and pieces[0].startswith("负"):
		return "", "", bare
	# 3-2--101: after building and unit, a room below ground
	if len(pieces) == 3 and not pieces[2]:
		*pieces, room = *pieces[:2], f"负{room}"
	if pieces and _SUB_ROOM.fullmatch(f"{pieces[-1]}-{room}"):
		room = f"{pieces.pop()}-{room}"
	if len(pieces) > 2:
		raise _not_understood(text)
	building, unit = (*pieces, "", "")[:2]
	return building, unit, room


def _not_understood(text: object) -> DomainError:
	return DomainError("Address {0} is not understood; write it as 3-2-501 or 3号楼2单元501", text)


def _marked_form(folded: str) -> str:
	"""Numerals as digits, every delimiter a dash, none beside a marker: what `_MARKED` reads."""
	dashed = _DELIMITERS.sub("-", arabic(folded).replace("第", ""))
	# after a unit, a second dash is the room's
	dashed = re.sub(r"(?<=[元门])--(?=\d)", "负", dashed)
	return re.sub(r"-+", "-", dashed).strip("-")


def combine(building: object, unit: object, room: object) -> AddressParts:
	"""Return the parts of three boxes of a form, more than its own part typed into one of them taken apart.

	`3号楼2单元501` or `3-2-501` in an otherwise empty form fills all three; `7号楼2单元` in the building's box
	is building and unit; `2-501` or `2单元501` in the room's box beside a building fills unit and room, and
	beside that unit the room; `3号楼501` beside building 3 fills the room. What contradicts the other boxes stays
	as it was typed.
	"""
	parts = AddressParts(
		normalise_part(building, "building"), normalise_part(unit, "unit"), normalise_part(room, "room")
	)
	parts = _split_building(building, parts)
	typed = _beside_boxes(room, parts)
	if not typed.room or not (typed.building or typed.unit):
		return parts
	if typed.building and parts.building not in ("", typed.building):
		return parts
	if typed.unit and parts.unit not in ("", typed.unit):
		return parts
	return AddressParts(parts.building or typed.building, parts.unit or typed.unit, typed.room)


def _split_building(building: object, parts: AddressParts) -> AddressParts:
	"""A building's box that holds the unit too, or the whole address."""
	typed = _try_parse(building)
	if not (typed.building and typed.unit) or (typed.room and parts.room not in ("", typed.room)):
		return parts
	if parts.unit not in ("", typed.unit):
		return parts
	return AddressParts(typed.building, typed.unit, typed.room or parts.room)


def _beside_boxes(room: object, parts: AddressParts) -> AddressParts:
	"""What a room's box says beside the others: of 2-501 without a mark, the first number is the unit's there."""
	typed = _try_parse(room)
	marked = _MARKER.search(_ROOM_END.sub("", fold(room)))
	if marked or typed.unit or not (parts.building or parts.unit):
		return typed
	# 101-102: two rooms in one
	if _ROOM_PAIR.fullmatch(typed.building):
		return AddressParts()
	return AddressParts("", normalise_part(typed.building, "unit"), typed.room)


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
	# 501室, 501A室, 5层东户
	mark = "室" if parts.room[-1:].isascii() else "户"
	return label + (f"{parts.room}{mark}" if parts.room else "")
