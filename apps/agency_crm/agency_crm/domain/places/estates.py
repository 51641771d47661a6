"""The dictionary of estates: reading a file of them, and finding the one a row means."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.tables import Table
from agency_crm.domain.inputs.text import fold, name_key

ESTATE_COLUMNS = {
	"external_id": ("id", "编号"),
	"name": ("community", "小区", "小区名称"),
	"district": ("district", "城区", "区域"),
	"circle": ("bizcircle", "商圈"),
	"metro_text": ("tagList", "地铁"),
}
_METRO = re.compile(r"(?:距离|近地铁)(?P<line>.+?线)(?P<station>.+?)站(?:(?P<distance>\d+)米|(?=[,、;\s]|$))")


@dataclass(frozen=True)
class Metro:
	"""A metro station near a home, `distance` in m where it is said."""

	line: str
	station: str
	distance: int | None = None


@dataclass(frozen=True)
class EstateRow:
	"""An estate of the dictionary, or of an estates file; `key` is its name in the dictionary, "" before it has one."""

	name: str
	district: str = ""
	circle: str = ""
	metro: tuple[Metro, ...] = ()
	external_id: str = ""
	aliases: tuple[str, ...] = ()
	key: str = ""


def read_metro(text: str) -> Iterator[Metro]:
	"""Yield the stations a portal names: `近地铁1号线王府井站`, `距离15号线望京东站680米`."""
	for match in _METRO.finditer(text):
		distance = match["distance"]
		yield Metro(match["line"], match["station"], int(distance) if distance else None)


def without_metro(text: str) -> str:
	"""Return a portal's tags without their metro station, a separator in its place."""
	return _METRO.sub("、", text)


def nearest_metro(distances: Iterable[int | None]) -> int:
	"""Return the distance in m of the nearest station, 0 where none is known."""
	return min((distance for distance in distances if distance), default=0)


def point(geojson: str | None) -> tuple[float, float]:
	"""Return latitude and longitude of the first point drawn on a map (GeoJSON), (0, 0) where there is none."""
	try:
		features = json.loads(geojson or "{}").get("features") or []
		drawn = (feature["geometry"] for feature in features)
		longitude, latitude = next(shape["coordinates"] for shape in drawn if shape["type"] == "Point")
		return float(latitude), float(longitude)
	except (StopIteration, AttributeError, KeyError, TypeError, ValueError):
		return 0.0, 0.0


class EstateIndex:
	"""Finds the estate a row means by name or alias, district, circle and metro station."""

	def __init__(self, rows: Iterable[EstateRow] = ()):
		self._by_name: dict[str, list[EstateRow]] = {}
		for row in rows:
			self.add(row)

	def add(self, row: EstateRow) -> None:
		for key in dict.fromkeys(name_key(name) for name in (row.name, *row.aliases)):
			self._by_name.setdefault(key, []).append(row)

	def find(
		self, name: str, district: str = "", circle: str = "", metro: tuple[Metro, ...] = ()
	) -> EstateRow | None:
		"""Return the one estate meant, None where none has the name.

		Of several, what the row says narrows: its district and circle, a name or alias written exactly so, a metro
		station nearby.

		Raises:
			DomainError: several are left; the message names them.
		"""
		found = self._by_name.get(name_key(name), [])
		if district or circle:
			found = [
				row
				for row in found
				if (not district or row.district == district) and (not circle or row.circle == circle)
			]
		stations = {(stop.line, stop.station) for stop in metro}
		for narrower in (
			lambda row: fold(name) in map(fold, (row.name, *row.aliases)),
			lambda row: any((stop.line, stop.station) in stations for stop in row.metro),
		):
			if len(found) > 1:
				found = [row for row in found if narrower(row)] or found
		if len(found) > 1:
			places = " / ".join(f"{row.name} ({row.district} {row.circle})" for row in found)
			raise DomainError(
				"{0} is the name of {1} estates: {2}. Give the district or the business circle",
				name,
				len(found),
				places,
			)
		return found[0] if found else None


def is_estate_column(text: str) -> bool:
	"""Whether a cell heads a column of an estates file."""
	return any(text in names for names in ESTATE_COLUMNS.values())


def read_estates(table: Table) -> list[EstateRow]:
	"""Return the estates of a file with the columns of `ESTATE_COLUMNS`, one for a name in a circle.

	A second spelling of a name in one circle becomes an alias of the first.

	Raises:
		DomainError: no column with names, or a row without one.
	"""
	columns = {
		part: next((name for name in names if name in table.header), None)
		for part, names in ESTATE_COLUMNS.items()
	}
	if not columns["name"]:
		raise DomainError(
			"The estates file needs a column {0}; it has: {1}",
			" / ".join(ESTATE_COLUMNS["name"]),
			", ".join(table.header),
		)
	found: dict[tuple, EstateRow] = {}
	for row in table.rows:
		texts = {part: row.cells.get(column, "") if column else "" for part, column in columns.items()}
		if not name_key(texts["name"]):
			raise DomainError("Row {0} of the estates file has no name", row.number)
		metro = tuple(read_metro(texts.pop("metro_text")))
		estate = EstateRow(**texts, metro=metro)
		place = (name_key(estate.name), estate.district, estate.circle)
		first = found.get(place)
		if not first:
			found[place] = estate
		elif estate.name not in (first.name, *first.aliases):
			found[place] = replace(first, aliases=(*first.aliases, estate.name))
	return list(found.values())
