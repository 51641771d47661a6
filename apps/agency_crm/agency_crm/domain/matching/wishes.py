"""The texts of a requirement: several kinds in one box, in the trade's words or in those of the fields' options."""

from __future__ import annotations

import re

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs import floors, layout
from agency_crm.domain.inputs.text import fold, is_open
from agency_crm.domain.matching import rows as match_rows

_APART = re.compile(r"[,，、;/\s]+")
_DECORATIONS = {"毛坯": "Rough", "简装": "Simple", "精装": "Fine", "豪装": "Luxury"}
# the sunny side first
BY_LIGHT = ("南", "东南", "西南", "东", "西", "东北", "西北", "北")
# what people say around directions
_SITS = re.compile("坐[东南西北]{1,2}(?=[朝向])")
_SAID_TOO = re.compile("朝|向|正|双|通透|[,，、;/和或\\s]")


def _words(known: dict[str, str | None], options: tuple[str, ...]) -> dict[str, str]:
	words = {word: kind for word, kind in known.items() if kind in options}
	return words | {option.upper(): option for option in options}


# field -> word -> kind
WORDS = {
	"property_types": _words(layout.PROPERTY_TYPES, match_rows.PROPERTY_TYPES),
	"decorations": _words(_DECORATIONS, match_rows.DECORATIONS),
	"floor_bands": _words(floors.BAND_NAMES, floors.BANDS),
}


def kinds(field: str, text: str | None) -> tuple[str, ...]:
	"""Return the kinds that a text of `field`, a key of WORDS, names: `精装、豪装` is Fine and Luxury.

	Raises:
		DomainError: a word that is none of them.
	"""
	words, found = WORDS[field], []
	for word in filter(None, _APART.split(fold(text))):
		if is_open(word):
			continue
		if word not in words:
			raise DomainError("{0} is not understood; write one of: {1}", word, "、".join(words))
		found.append(words[word])
	return tuple(dict.fromkeys(found))


def orientations(text: str | None) -> tuple[str, ...]:
	"""Return the directions a text names: `南, 东南`, `南北通透`.

	Raises:
		DomainError: it says something else.
	"""
	if is_open(text):
		return ()
	said = _SITS.sub("", fold(text))
	found = match_rows.directions(said)
	rest = _SAID_TOO.sub("", said)
	if rest.translate(dict.fromkeys(map(ord, "东南西北"))):
		raise DomainError("{0} is not understood; write one of: {1}", text, "、".join(match_rows.DIRECTIONS))
	return found


def orientation(text: str | None) -> str:
	"""Return the directions of a text in their one way of writing, `南 北`: of 南北, 北南, 南向, 南北通透.

	Raises:
		DomainError: it says something else.
	"""
	found = orientations(text)
	return " ".join(direction for direction in BY_LIGHT if direction in found)
