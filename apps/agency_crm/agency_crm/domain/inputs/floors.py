"""Floors as portals and people write them, and the band a floor lies in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.text import arabic, fold

BANDS = ("Basement", "Bottom", "Low", "Middle", "High", "Top")
BUILDING_TYPES = {"板塔结合": "Slab-Tower", "板楼": "Slab", "塔楼": "Tower", "平房": "Bungalow"}

BAND_NAMES = {
	"地下室": "Basement",
	"半地下室": "Basement",
	"地下": "Basement",
	"底层": "Bottom",
	"底楼层": "Bottom",
	"下叠": "Bottom",
	"低楼层": "Low",
	"低层": "Low",
	"低": "Low",
	"中楼层": "Middle",
	"中层": "Middle",
	"中": "Middle",
	"高楼层": "High",
	"高层": "High",
	"高": "High",
	"顶层": "Top",
	"顶楼层": "Top",
	"顶楼": "Top",
	"上叠": "Top",
}
_UNIT = "(?:层|楼|F)"
_TEXT = re.compile(
	rf"(?:(?P<band>{'|'.join(sorted(BAND_NAMES, key=len, reverse=True))})"
	rf"|第?(?P<floor>(?:-|负|地下|B)?\d{{1,3}}){_UNIT}?(?:[-~至到]第?(?P<upper>\d{{1,3}}))?(?P<unit>{_UNIT})?)?"
	rf"(?:[/,]?\(?(?:共|总高|总)(?P<total>\d{{1,3}}){_UNIT}?\)?|/(?P<of>\d{{1,3}}){_UNIT}?)?"
	r"[,/]?(?:(?P<year>(?:18|19|20)\d\d)年?建?成?)?"
	rf"[,/]?(?P<type>{'|'.join(BUILDING_TYPES)})?"
)
# A portal that withholds the floor, or shows a whole house, writes the height alone: 3层2006年建.
_HEIGHT_ONLY = re.compile(rf"(?P<total>\d{{1,3}}){_UNIT}(?=\d{{4}}年|{'|'.join(BUILDING_TYPES)})")
_BELOW_GROUND = re.compile("^(?:-|负|地下|B)")


@dataclass(frozen=True)
class Floor:
	"""What a floor text says; None where it doesn't. `floor` is negative below ground, and the lower of two."""

	band: str | None = None
	floor: int | None = None
	total_floors: int | None = None
	year_built: int | None = None
	building_type: str | None = None


def parse_floor_text(text: object) -> Floor:
	"""Return what a floor text says.

	Accepts `低楼层(共24层)1999年建塔楼` with any part missing, `15/24`, `第5层`, `5层(共6层)`, `-1/6`,
	`地下1层`, `9-10/18` of a home on two floors, and empty text. `6层2005年建板楼` gives the height of the building only. A band that isn't
	written is derived where floor and height are both known and agree.

	Raises:
		DomainError: the text holds something else.
	"""
	folded = arabic(fold(text)).replace(" ", "")
	height_only = _HEIGHT_ONLY.match(folded)
	match = _TEXT.fullmatch(f"共{folded}" if height_only else folded)
	if match is None or (match["upper"] and int(match["upper"]) <= _signed(match["floor"])):
		raise DomainError("Floor {0} is not understood; write it as 5/24 or 低楼层(共24层)", text)
	floor = _signed(match["floor"])
	total = _signed(match["total"] or match["of"])
	band = BAND_NAMES[match["band"]] if match["band"] else None
	if band is None and floor and total and floor <= total:
		band = floor_band(floor, total)
	return Floor(band, floor, total, _signed(match["year"]), BUILDING_TYPES.get(match["type"]))


def is_range(text: object) -> bool:
	"""Whether a floor text tells of a home on several floors, `9-10/18`."""
	match = _TEXT.fullmatch(arabic(fold(text)).replace(" ", ""))
	return bool(match and match["upper"])


def _signed(digits: str | None) -> int | None:
	if digits is None:
		return None
	below = _BELOW_GROUND.match(digits)
	return -int(digits[below.end() :]) if below else int(digits)


def floor_band(floor: int, total_floors: int) -> str:
	"""Return the band of a floor: Basement below ground, Bottom the first, Top the last, thirds between.

	The thirds are Low, Middle and High.

	Raises:
		DomainError: floor 0, a building without floors, or a floor above the last one.
	"""
	if total_floors < 1 or floor == 0 or floor > total_floors:
		raise DomainError("Floor {0} does not exist in a building of {1} floors", floor, total_floors)
	if floor < 0:
		return "Basement"
	if floor == 1:
		return "Bottom"
	if floor == total_floors:
		return "Top"
	if floor * 3 <= total_floors:
		return "Low"
	return "Middle" if floor * 3 <= total_floors * 2 else "High"
