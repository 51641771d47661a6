"""Layouts (3室2厅1厨2卫) and kinds of property as portals and people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.text import arabic, fold

_COUNT = r"(\d{1,2})"
_ROOMS = re.compile(
	rf"{_COUNT}(?:室|房间|房|居室|居|卧室|卧)(?:{_COUNT}(?:客厅|厅))?(?:{_COUNT}(?:厨房|厨))?"
	rf"(?:{_COUNT}(?:卫生间|卫|浴))?(?:{_COUNT}(?:厨房|厨))?(?:{_COUNT}(?:阳台|阳))?"
)
_PLAIN = re.compile(rf"{_COUNT}[-/]{_COUNT}(?:[-/]{_COUNT})?(?:[-/]{_COUNT})?")
_STUDIO = {"开间", "单间"}
# 3+1房: three rooms and a small one
_AND_ONE = re.compile(r"^(\d)\+(\d)(?=[室房居卧])")
# homes of two floors or with a high ceiling
_DUPLEX = re.compile(r"^\(?(复式|跃层|错层|LOFT)\)?|\(?(复式|跃层|错层|LOFT)\)?$")


@dataclass(frozen=True)
class Layout:
	"""Counts of rooms; None where the text doesn't say."""

	bedrooms: int
	living_rooms: int | None = None
	kitchens: int | None = None
	bathrooms: int | None = None


def duplex(text: object) -> str:
	"""Return the word of a layout that tells of two floors or a high ceiling: 复式, 跃层; "" for none."""
	match = _DUPLEX.search(fold(text).replace(" ", ""))
	return match[1] or match[2] if match else ""


PROPERTY_TYPES = {
	"住宅": "Residential",
	"普通住宅": "Residential",
	"公寓": "Apartment",
	"别墅": "Villa",
	"独栋别墅": "Villa",
	"双拼别墅": "Villa",
	"联排别墅": "Villa",
	"叠拼别墅": "Villa",
	"商铺": "Commercial",
	"写字楼": "Commercial",
	"车位": "Parking",
	"车库": "Parking",
}


def parse_layout(text: object) -> Layout:
	"""Return the layout written in text.

	Accepts `3室2厅1厨2卫`, `三室两厅`, `2房间1卫`, `三居`, `开间`, `3+1房2厅` of four bedrooms, `复式3室2厅`; `3-2-1-2` in the order bedrooms, living
	rooms, kitchens, bathrooms; `3/2/1` as bedrooms, living rooms, bathrooms; `3-2` as bedrooms, living rooms.
	Balconies are read over.

	Raises:
		DomainError: nothing of that shape, an empty text included.
	"""
	folded = _DUPLEX.sub("", arabic(fold(text)).replace(" ", ""))
	folded = _AND_ONE.sub(lambda match: str(int(match[1]) + int(match[2])), folded)
	if folded in _STUDIO:
		return Layout(1, 0)
	if match := _ROOMS.fullmatch(folded):
		bedrooms, living, kitchen, bath, kitchen_after, _ = (_int(group) for group in match.groups())
		return Layout(bedrooms or 0, living, kitchen if kitchen is not None else kitchen_after, bath)
	if match := _PLAIN.fullmatch(folded):
		bedrooms, living, third, fourth = (_int(group) for group in match.groups())
		return Layout(bedrooms or 0, living, *((None, third) if fourth is None else (third, fourth)))
	raise DomainError("Layout {0} is not understood; write it as 3室2厅1厨2卫", text)


def format_layout(layout: Layout) -> str:
	"""Return `3室2厅1厨2卫`; a count that isn't known is left out."""
	counts = (
		(layout.bedrooms, "室"),
		(layout.living_rooms, "厅"),
		(layout.kitchens, "厨"),
		(layout.bathrooms, "卫"),
	)
	return "".join(f"{count}{name}" for count, name in counts if count is not None)


def parse_property_type(text: object) -> str | None:
	"""Return the property type a portal writes in place of a flat's layout (`联排别墅`, `车位`), else
	None.
	"""
	return PROPERTY_TYPES.get(fold(text).replace(" ", ""))


def _int(group: str | None) -> int | None:
	return None if group is None else int(group)
