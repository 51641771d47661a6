"""What the demo agency consists of: plausible Chinese names and addresses from a seed, no person's data.

Pure: plain dataclasses, no Frappe. The same content goes into the site as documents (`documents.py`: the demo
and the tests) or in bulk (`tests/perf`: benchmarks). The city does not exist and the phone numbers are not
handed out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

CITY = "云川市"
LATITUDE, LONGITUDE = 30.2, 120.1
CIRCLES = {
	"临江区": ("滨江", "老码头", "江湾"),
	"锦湖区": ("锦湖", "大学城", "会展中心"),
}
REGIONS = {"东区": ("滨江店", "江湾店"), "西区": ("锦湖店",)}
AROUND = {"滨江店": "临江区", "江湾店": "江湾", "锦湖店": "锦湖区"}  # whose business circles a store works

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹苏潘葛范彭郎鲁韦马方任袁柳"
GIVEN = (
	"子轩",
	"雨桐",
	"浩然",
	"思远",
	"佳怡",
	"明哲",
	"晓雯",
	"志强",
	"丽华",
	"建国",
	"文静",
	"嘉豪",
	"梦洁",
	"俊杰",
	"雅婷",
)
GIVEN += (
	"海涛",
	"婉清",
	"天佑",
	"若兰",
	"一鸣",
	"书瑶",
	"振宇",
	"心怡",
	"国栋",
	"美琳",
	"昊天",
	"诗涵",
	"永康",
	"玉珍",
	"立新",
)
ESTATE_FIRST = (
	"锦绣",
	"滨江",
	"翠湖",
	"书香",
	"阳光",
	"金桂",
	"云栖",
	"和平",
	"枫林",
	"紫荆",
	"望江",
	"银杏",
	"春晓",
	"湖畔",
	"星河",
)
ESTATE_LAST = ("花园", "苑", "名邸", "新村", "家园", "华庭", "里", "公馆")
METRO = ("1号线", "2号线", "4号线")
ORIENTATIONS = ("南", "南 北", "东南", "西南", "东", "西", "北")
DECORATIONS = ("Rough", "Simple", "Fine", "Luxury")
LAYOUTS = (  # bedrooms, living rooms, kitchens, bathrooms, smallest and largest area in m²
	(1, 1, 1, 1, 38, 62),
	(2, 1, 1, 1, 58, 86),
	(2, 2, 1, 1, 75, 98),
	(3, 2, 1, 1, 88, 118),
	(3, 2, 1, 2, 105, 142),
	(4, 2, 1, 2, 130, 190),
)


@dataclass(frozen=True)
class Estate:
	"""An estate of the dictionary; `price` is the going price in CNY per m², `distance` to the metro in m, its
	place in degrees.
	"""

	name: str
	alias: str
	circle: str
	year_built: int
	buildings: tuple[tuple[int, int, int], ...]  # number, units, floors
	line: str
	station: str
	distance: int
	price: int
	latitude: float
	longitude: float


@dataclass(frozen=True)
class Home:
	"""A listing: an address that occurs once, what the home is like, and what is asked for it in CNY."""

	estate: int
	listing_type: str
	building: str
	unit: str
	room: str
	layout: tuple[int, int, int, int]
	gross_area: Decimal
	floor: int
	total_floors: int
	orientation: str
	decoration: str
	price: Decimal
	held_since: date
	sole_home: bool
	mortgaged: bool

	def listing_values(self) -> dict:
		"""Return the home as values of a Listing, all but its estate's record and whose it is; CNY, m²."""
		bedrooms, living_rooms, kitchens, bathrooms = self.layout
		lease = self.listing_type == "Lease"
		return {
			"listing_type": self.listing_type,
			"building_no": self.building,
			"unit_no": self.unit,
			"room_no": self.room,
			"bedrooms": bedrooms,
			"living_rooms": living_rooms,
			"kitchens": kitchens,
			"bathrooms": bathrooms,
			"gross_area": float(self.gross_area),
			"floor": self.floor,
			"total_floors": self.total_floors,
			"orientation": self.orientation,
			"decoration": self.decoration,
			"property_type": "Residential",
			"asking_price": 0 if lease else float(self.price),
			"rent": float(self.price) if lease else 0,
			"certificate_date": self.held_since,
			"sole_home": int(self.sole_home),
			"mortgaged": int(self.mortgaged),
		}


@dataclass(frozen=True)
class Person:
	"""A client or an agent: a name made of common parts, and a number from a block that is not handed out."""

	name: str
	phone: str


def estates(random: Random, count: int) -> Iterator[Estate]:
	"""Yield `count` estates with names of their own."""
	names = [first + last for first in ESTATE_FIRST for last in ESTATE_LAST]
	random.shuffle(names)
	circles = [circle for group in CIRCLES.values() for circle in group]
	for index in range(count):
		name = names[index % len(names)] + ("" if index < len(names) else f"{index // len(names) + 1}期")
		floors = random.choice((6, 11, 18, 26, 33))
		yield Estate(
			name=name,
			alias=name + "小区",
			circle=circles[index % len(circles)],
			year_built=random.randint(1992, 2020),
			buildings=tuple(
				(number, random.randint(1, 3), floors) for number in range(1, random.randint(4, 10))
			),
			line=random.choice(METRO),
			station=f"{random.choice(ESTATE_FIRST)}站",
			distance=random.randrange(150, 2200, 10),
			price=random.randrange(18000, 62000, 500),
			latitude=round(LATITUDE + index % len(circles) // 3 * 0.06 + random.uniform(0, 0.04), 5),
			longitude=round(LONGITUDE + index % 3 * 0.06 + random.uniform(0, 0.04), 5),
		)


def homes(
	random: Random, places: list[Estate], count: int, today: date, lease_share: float = 0.15
) -> Iterator[Home]:
	"""Yield `count` listings, each at an address that no other one has."""
	taken: set[tuple[int, int, int, int, int]] = set()
	while count:
		number = random.randrange(len(places))
		place = places[number]
		building, units, floors = random.choice(place.buildings)
		address = (
			number,
			building,
			random.randint(1, units),
			random.randint(1, floors),
			random.randint(1, 4),
		)
		if address in taken:
			continue
		taken.add(address)
		count -= 1
		*layout, smallest, largest = random.choice(LAYOUTS)
		area = Decimal(random.randint(smallest * 100, largest * 100)) / 100
		lease = random.random() < lease_share
		asked = area * place.price * Decimal(random.randint(90, 112)) / 100
		yield Home(
			estate=number,
			listing_type="Lease" if lease else "Sale",
			building=str(building),
			unit=str(address[2]),
			room=f"{address[3]}{address[4]:02d}",
			layout=tuple(layout),
			gross_area=area,
			floor=address[3],
			total_floors=floors,
			orientation=random.choice(ORIENTATIONS),
			decoration=random.choice(DECORATIONS),
			price=round(asked / 600, -2) if lease else round(asked, -4),
			held_since=today - timedelta(days=random.randint(200, 4500)),
			sole_home=random.random() < 0.4,
			mortgaged=random.random() < 0.25,
		)


def people(random: Random, count: int, start: int = 0) -> Iterator[Person]:
	"""Yield `count` persons whose numbers count up from `start`."""
	for index in range(start, start + count):
		yield Person(name=random.choice(SURNAMES) + random.choice(GIVEN), phone=phone(index))


def phone(index: int) -> str:
	"""Return the number `index` of the block."""
	return f"1990000{index:04d}"
