"""What the list's filters offer: ranges of prices and areas between an agency's own steps."""

from __future__ import annotations

import re

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.text import fold

TILE_HOST = re.compile(
	r"(?P<scheme>https?://)(?P<changing>(?:[^/]*\{[^/.]*\.)?)(?P<host>[\w.-]+(?::\d+)?)(?:[/?]|$)"
)
TILE = re.compile(r"(https?:/)?/.*")


def parse_steps(text: object) -> list[int]:
	"""Return the steps written as `100, 200, 300`, lowest first; [] for none.

	Raises:
		DomainError: something that is no whole number above zero.
	"""
	parts = [part for part in re.split(r"[,，、;\s]+", fold(text)) if part]
	if not all(part.isdecimal() and int(part) for part in parts):
		raise DomainError("{0} is not understood; write the steps as 100, 200, 300", text)
	return sorted({int(part) for part in parts})


def check_tiles(address: str) -> None:
	"""A map's address begins with http://, https:// or / and has its places for zoom, column and row.

	Raises:
		DomainError: it doesn't.
	"""
	if not TILE.fullmatch(address) or not all(place in address for place in ("{z}", "{x}", "{y}")):
		raise DomainError(
			"{0} is no address of map tiles: it needs https://, {{z}}, {{x}} and {{y}}", address
		)


def tile_source(address: str) -> str | None:
	"""Return the host that an address of map tiles is asked of, `*` for the labels that change; None for this site's.

	`https://t{s}.tiles.example/{z}/{x}/{y}.png` is asked of https://*.tiles.example.
	"""
	found = TILE_HOST.match(address)
	return f"{found['scheme']}{'*.' if found['changing'] else ''}{found['host']}" if found else None
