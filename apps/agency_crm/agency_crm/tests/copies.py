"""How well look-alikes are found: homes of known address, copied the ways people write them, neighbours beside.

Pure: texts are read as an import reads them (domain/importing/listing_rows.py), the estate found by name or alias in the
dictionary (domain/places/estates.py), and each two of an estate compared as a check does (domain/duplicates/likeness.py). Any
two records of different homes count as no duplicate, so neighbours of one layout, area and floor are there.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import combinations
from random import Random

from agency_crm.domain.duplicates import likeness as duplicates
from agency_crm.domain.importing import listing_rows
from agency_crm.domain.importing.listing_rows import Mapping, ParsedListing
from agency_crm.domain.inputs.tables import Row
from agency_crm.domain.inputs.text import name_key
from agency_crm.domain.listings.record import Bounds
from agency_crm.domain.places.estates import EstateIndex, EstateRow

MAPPING = Mapping(
	"Copies",
	(
		("小区", "estate_name"),
		("城区", "district"),
		("商圈", "circle"),
		("地址", "address_text"),
		("户型", "layout"),
		("面积", "gross_area"),
		("楼层", "floor_text"),
		("总价", "price_wan"),
	),
)
FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
DIGITS = "零一二三四五六七八九"
# how many copies have a digit of the area wrong, another price, no district, only the floor's band
WRONG_DIGIT, OTHER_PRICE, NO_PLACE, BAND_ONLY = 0.3, 0.5, 0.5, 0.3
# how many homes have a neighbour in the data, and how many owners a second home in the estate
NEIGHBOURS, SECOND_HOME = 0.5, 0.03


@dataclass(frozen=True)
class Home:
	"""A home as it is: its estate, address, layout (`2室1厅`), m², floor, price in 万元; `owner` a number's hash."""

	estate: EstateRow
	building: str
	unit: str
	room: str
	layout: str
	gross_area: Decimal
	floor: int
	total_floors: int
	price: Decimal
	owner: str = ""

	@property
	def address(self) -> tuple:
		return self.estate.key, self.building, self.unit, self.room


@dataclass(frozen=True)
class Found:
	"""What a review would be shown: the share of true pairs, and the share of what it shows that is true."""

	recall: float
	precision: float

	@property
	def noise(self) -> float:
		return 1 - self.precision


def with_aliases(estates: Iterable[EstateRow]) -> list[EstateRow]:
	"""Give every estate the alias an office would keep, where that isn't another one's name."""
	estates = list(estates)
	taken = {name_key(name) for row in estates for name in (row.name, *row.aliases)}
	made = []
	for row in estates:
		alias = row.name.removesuffix("小区") if row.name.endswith("小区") else f"{row.name}小区"
		if name_key(alias) not in taken:
			taken.add(name_key(alias))
			row = replace(row, aliases=(*row.aliases, alias))
		made.append(row)
	return made


def with_neighbours(homes: list[Home], random: Random) -> list[Home]:
	"""Add homes that differ from another by their door or their floor alone, and owners with a second home."""
	taken = {home.address for home in homes}
	all_homes, of_estate = list(homes), defaultdict(list)
	for home in homes:
		if random.random() < NEIGHBOURS:
			floor = home.floor if random.random() < 0.5 else home.floor % home.total_floors + 1
			rooms = (f"{floor}{door:02d}" for door in range(1, 9))
			near = (replace(home, room=room, floor=floor, owner=f"{home.owner}'") for room in rooms)
			free = next((other for other in near if other.address not in taken), None)
			if free:
				taken.add(free.address)
				all_homes.append(free)
	for number, home in enumerate(all_homes):
		of_estate[home.estate.key].append(number)
	for number, home in enumerate(all_homes):
		if random.random() < SECOND_HOME:
			other = random.choice(of_estate[home.estate.key])
			all_homes[number] = replace(home, owner=all_homes[other].owner)
	return all_homes


def plain(home: Home) -> dict[str, str]:
	"""A home as its own office writes it."""
	return {
		"小区": home.estate.name,
		"城区": home.estate.district,
		"商圈": home.estate.circle,
		"地址": f"{home.building}-{home.unit}-{home.room}" if home.unit else f"{home.building}-{home.room}",
		"户型": home.layout,
		"面积": str(home.gross_area),
		"楼层": f"{home.floor}/{home.total_floors}",
		"总价": f"{home.price:f}",
	}


def copied(home: Home, random: Random, address: Callable[[Home, Random], str]) -> dict[str, str]:
	"""The same home as somebody else writes it, `address` by a way of its own."""
	cells = plain(home) | {"小区": _estate(home.estate, random), "地址": address(home, random)}
	if random.random() < NO_PLACE:
		cells |= {"城区": "", "商圈": ""}
	if random.random() < WRONG_DIGIT:
		cells["面积"] = _wrong_digit(cells["面积"], random)
	if random.random() < OTHER_PRICE:
		cells["总价"] = f"{home.price * random.randint(90, 110) / 100:.1f}"
	if random.random() < BAND_ONLY:
		third = 3 * (home.floor - 1) // home.total_floors
		cells["楼层"] = f"{'低中高'[third]}楼层(共{home.total_floors}层)"
	return cells


def whole(home: Home, random: Random) -> str:
	"""A whole address in one of the ways people write it."""
	building, unit, room = home.building, home.unit, home.room
	ways = [f"{building}{mark}{f'{unit}单元' if unit else ''}{room}" for mark in ("号楼", "栋", "幢", "#")]
	ways.append("-".join(part for part in (building, unit, room) if part))
	ways.append("-".join(f"0{part}" if part.isdigit() else part for part in (building, unit, room) if part))
	ways.append(f"{_chinese(building)}号楼{f'{_chinese(unit)}单元' if unit else ''}{room}室")
	spelt = "".join(DIGITS[int(digit)] if digit.isdigit() else digit for digit in room)
	ways.append(f"{_chinese(building)}栋{f'{_chinese(unit)}单元' if unit else ''}{spelt}")
	ways.append(f"{building}号楼{f'{unit}单元' if unit else ''}{home.floor}层{room}")
	ways.append(f"{building}号楼 {f'{unit}单元 ' if unit else ''}{room} 室")
	way = random.choice(ways)
	return way.translate(FULL_WIDTH) if random.random() < 0.3 else way


def roomless(home: Home, random: Random) -> str:
	"""What a portal tells of an address: at most the building."""
	return f"{home.building}号楼" if random.random() < 0.5 else ""


def read(cells: dict[str, str], index: EstateIndex, owner: str = "") -> duplicates.ComparedListing | None:
	"""Read a row's texts as an import does; None where it would be refused."""
	row = listing_rows.parse_row(Row(1, cells), MAPPING, index, Bounds(), date(2026, 1, 1))
	if not isinstance(row, ParsedListing) or not row.estate:
		return None
	return duplicates.ComparedListing(
		row.listing_type,
		row.estate.key,
		row.building_no,
		row.unit_no,
		row.room_no,
		row.gross_area,
		row.floor or 0,
		row.total_floors or 0,
		row.floor_band or "",
		row.bedrooms or 0,
		row.living_rooms or 0,
		price=row.asking_price or Decimal(0),
		owners=frozenset({owner} if owner else ()),
	)


def trial(
	homes: list[Home],
	index: EstateIndex,
	rules: duplicates.LikenessRules,
	random: Random,
	address: Callable[[Home, Random], str],
	owners: bool = False,
) -> Found:
	"""Copy every home once and return what of it a review would be shown; `owners` says whether their numbers
	are known.
	"""
	records: dict[str, list[tuple[int, duplicates.ComparedListing]]] = defaultdict(list)
	for number, home in enumerate(homes):
		for cells in (plain(home), copied(home, random, address)):
			record = read(cells, index, home.owner if owners else "")
			if record:
				records[record.estate].append((number, record))
	shown = list(_shown(records.values(), rules))
	right = sum(shown)
	return Found(right / len(homes), right / len(shown) if shown else 1.0)


def _shown(groups: Iterable[list], rules: duplicates.LikenessRules) -> Iterator[bool]:
	"""For each pair a review would be shown, whether it is one home."""
	for group in groups:
		for (one, mine), (other, theirs) in combinations(group, 2):
			if duplicates.compare(mine, theirs, rules).score >= rules.review_from:
				yield one == other


def _estate(row: EstateRow, random: Random) -> str:
	name = random.choice((row.name, row.name, *row.aliases))
	way = random.randrange(4)
	if way == 1:
		return name.translate(FULL_WIDTH)
	if way == 2:
		return f"{name[:2]} {name[2:]}"
	return name.replace("(", "（").replace(")", "）") if way == 3 else name


def _chinese(number: str) -> str:
	if not number.isdigit() or not 0 < int(number) < 100:
		return number
	tens, ones = divmod(int(number), 10)
	head = ("" if tens == 1 else DIGITS[tens]) + "十" if tens else ""
	return head + (DIGITS[ones] if ones else "")


def _wrong_digit(area: str, random: Random) -> str:
	place = random.choice([number for number, char in enumerate(area) if char.isdigit()])
	wrong = random.choice([digit for digit in "123456789" if digit != area[place]])
	return area[:place] + wrong + area[place + 1 :]
