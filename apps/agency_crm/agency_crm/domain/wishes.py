"""The texts of a requirement: several kinds in one box, in the trade's words or in those of the fields' options."""

from __future__ import annotations

import re

from agency_crm.domain import floors, layout, match_rows
from agency_crm.domain.errors import DomainError
from agency_crm.domain.text import fold

_APART = re.compile(r"[,，、;/\s]+")
_DECORATIONS = {"毛坯": "Rough", "简装": "Simple", "精装": "Fine", "豪装": "Luxury"}
# what people say around directions
_SAID_TOO = re.compile("朝|向|通透|[,，、;/和或\\s]")


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
		if word not in words:
			raise DomainError("{0} is not understood; write one of: {1}", word, "、".join(words))
		found.append(words[word])
	return tuple(dict.fromkeys(found))


def orientations(text: str | None) -> tuple[str, ...]:
	"""Return the directions a text names: `南, 东南`, `南北通透`.

	Raises:
		DomainError: it says something else.
	"""
	found = match_rows.directions(text)
	rest = _SAID_TOO.sub("", fold(text))
	if rest.translate(dict.fromkeys(map(ord, "东南西北"))):
		raise DomainError("{0} is not understood; write one of: {1}", text, "、".join(match_rows.DIRECTIONS))
	return found
