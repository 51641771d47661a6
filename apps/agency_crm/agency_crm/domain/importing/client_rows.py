"""Rows of an office's file, read into clients with their numbers and what they look for: how, base.py.

Rules: docs/rules/typing.md, and docs/rules/clients.md, "Known numbers". Budgets are CNY, areas m².
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from agency_crm.domain.clients import requirements
from agency_crm.domain.errors import DomainError
from agency_crm.domain.importing.base import (
	Cells,
	Columns,
	Outcome,
	Reader,
	Reject,
	Targets,
	as_text,
	choice,
	one,
	or_open,
	read_cells,
)
from agency_crm.domain.inputs import numbers
from agency_crm.domain.inputs.dates import parse_date
from agency_crm.domain.inputs.phones import typed_phones, with_area_code
from agency_crm.domain.inputs.tables import Row, Table
from agency_crm.domain.inputs.text import arabic, fold, is_open

# what a row says of the client itself, and of what they look for, by the fields of the two records
CLIENT = frozenset(
	"client_name client_type gender birthday is_buyer is_seller is_tenant is_landlord level source_channel "
	"source_detail wechat purpose payment_way occupation".split()
)
REQUIREMENT = frozenset(
	"requirement_type budget_min budget_max bedrooms_min bedrooms_max area_min area_max needs_metro "
	"needs_school needs_elevator urgency".split()
)
# of a birthday's two digits up to this are of our century: 1945 is meant by 45年, and nobody was born in 2045
NO_CHILD = 25
# words for "from" and "up to" behind a number, and between two
_FROM = re.compile(r"[及或]?(?:以上|起)$")
_UP_TO = re.compile(r"[及或]?(?:以内|以下|左右|内)$")
_BETWEEN = re.compile(r"[-~至到]")
_UNIT = re.compile(r"[万WK千]?(?:元|块)?(?:/?月|每月)?$")
_ROOMS = re.compile(r"(\d{1,2})(?:个)?(?:居室|居|室|房|卧)?(?:\d厅)?(?:\d卫)?")


@dataclass(frozen=True)
class ParsedClient:
	"""A row as a client: fields of Client and of Client Requirement (None where they look for nothing), and words.

	`agent`, `store`, `places`, `estates` and `tags` are as written; who and what is meant is not the file's to
	say. `phones` are normalised numbers (domain/inputs/phones.py) with what was typed of each, `first_row` is the earlier
	row that has one of them.
	"""

	row: int
	client: dict
	phones: dict[str, str]
	requirement: dict | None = None
	agent: str = ""
	store: str = ""
	places: tuple[str, ...] = ()
	estates: tuple[str, ...] = ()
	tags: tuple[str, ...] = ()
	remarks: str = ""
	first_row: int | None = None
	origin: dict | None = None

	def column(self, name: str) -> str:
		"""The column that gave a field, or the field's own name."""
		return (self.origin or {}).get(name, name)


def _several(name: str) -> Reader:
	def read(typed: str) -> dict:
		parts = re.split(r"[,;、/|\n]", str(typed).replace("，", ",").replace("；", ";"))
		named = (part.strip() for part in parts if part.strip() and not is_open(part))
		return {name: tuple(dict.fromkeys(named))}

	return read


def _range(
	low: str,
	high: str,
	read_one: Callable[[str], object],
	alone: tuple[str, ...],
	open_as: Mapping = MappingProxyType({}),
) -> Reader:
	"""A reader of `80-100`, `80以上`, `100以内`; of `alone` are the ends that a bare number gives, and 不限 is
	`open_as`.
	"""

	def read(typed: str) -> dict:
		folded = arabic(fold(typed)).replace(" ", "")
		if is_open(folded):
			return open_as
		if _FROM.search(folded):
			return {low: read_one(_FROM.sub("", folded))}
		if _UP_TO.search(folded):
			return {high: read_one(_UP_TO.sub("", folded))}
		first, *rest = _BETWEEN.split(folded)
		if len(rest) == 1:
			unit = _UNIT.search(rest[0])[0]
			first += "" if _UNIT.search(first)[0] else unit
			ends = {low: first, high: rest[0]}
			return {end: read_one(text) for end, text in ends.items() if not is_open(text)}
		value = read_one(folded)
		return dict.fromkeys(alone, value)

	return read


def parse_rooms(typed: str) -> int:
	"""Return a number of bedrooms: `3室`, `三居`. Raises DomainError."""
	match = _ROOMS.fullmatch(arabic(fold(typed)).replace(" ", ""))
	if not match:
		raise DomainError("{0} is no number of bedrooms; write it as 3室 or 2-3室", typed)
	return int(match[1])


def _source(typed: str) -> dict:
	"""A source of ours, or another one in the file's own words."""
	found = _SOURCES.get(fold(typed).replace(" ", ""))
	return {"source_channel": found or "Other", "source_detail": typed}


def _roles(typed: str) -> dict:
	return {_ROLE(word)["role"]: 1 for word in _several("roles")(typed)["roles"]}


_ROLE = choice(
	"role",
	{
		**dict.fromkeys(("买方", "买家", "买房", "求购", "BUYER"), "is_buyer"),
		**dict.fromkeys(("卖方", "卖家", "业主", "SELLER"), "is_seller"),
		**dict.fromkeys(("租客", "租户", "求租", "TENANT"), "is_tenant"),
		**dict.fromkeys(("房东", "出租方", "LANDLORD"), "is_landlord"),
	},
)
_TYPES = {
	**dict.fromkeys(("求购", "购买", "买房", "买", "BUY"), "Buy"),
	**dict.fromkeys(("求租", "租房", "租", "RENT"), "Rent"),
}
_YES_NO = {
	**dict.fromkeys(("是", "有", "要", "需要", "YES", "1"), 1),
	**dict.fromkeys(("否", "无", "不", "NO", "0"), 0),
}
_GENDERS = {
	**dict.fromkeys(("男", "先生", "MALE"), "Male"),
	**dict.fromkeys(("女", "女士", "小姐", "FEMALE"), "Female"),
}
_KINDS = {
	**dict.fromkeys(("个人", "INDIVIDUAL"), "Individual"),
	**dict.fromkeys(("公司", "企业", "单位", "COMPANY"), "Company"),
}
_LEVELS = {f"{letter}{word}": letter for letter in "ABCD" for word in ("", "级", "类")}
_URGENCIES = {
	**dict.fromkeys(("急", "紧急", "HIGH"), "High"),
	**dict.fromkeys(("普通", "一般", "NORMAL"), "Normal"),
	**dict.fromkeys(("不急", "LOW"), "Low"),
}
_PURPOSES = {
	**dict.fromkeys(("自住", "刚需", "OWNUSE"), "Own Use"),
	**dict.fromkeys(("改善", "置换", "UPGRADE"), "Upgrade"),
	**dict.fromkeys(("婚房", "结婚", "MARRIAGE"), "Marriage"),
	**dict.fromkeys(("上学", "学区", "SCHOOL"), "School"),
	**dict.fromkeys(("养老", "RETIREMENT"), "Retirement"),
	**dict.fromkeys(("投资", "INVESTMENT"), "Investment"),
	**dict.fromkeys(("工作", "WORK"), "Work"),
	**dict.fromkeys(("其他", "OTHER"), "Other"),
}
_PAYMENTS = {
	**dict.fromkeys(("全款", "一次性", "FULLPAYMENT"), "Full Payment"),
	**dict.fromkeys(("商贷", "商业贷款", "按揭", "贷款", "MORTGAGE"), "Mortgage"),
	**dict.fromkeys(("公积金", "公积金贷款", "PROVIDENTFUND"), "Provident Fund"),
	**dict.fromkeys(("组合贷", "组合贷款", "COMBINEDLOAN"), "Combined Loan"),
}
_SOURCES = {
	**dict.fromkeys(("上门", "门店", "WALK-IN"), "Walk-in"),
	**dict.fromkeys(("电话", "来电", "PHONE"), "Phone"),
	**dict.fromkeys(("转介绍", "介绍", "老客户", "朋友介绍", "REFERRAL"), "Referral"),
	**dict.fromkeys(("端口", "网络", "网站", "PORTAL"), "Portal"),
	**dict.fromkeys(("微信", "朋友圈", "WECHAT"), "WeChat"),
}

# Target of a column -> reader of its text, which gives fields.
READERS: dict[str, Reader] = {
	"client_name": as_text("client_name"),
	"phone": one("phones", lambda typed: tuple(typed_phones(typed).items())),
	"client_type": choice("client_type", _KINDS),
	"gender": choice("gender", _GENDERS),
	"birthday": one("birthday", lambda typed: parse_date(typed, NO_CHILD)),
	"roles": _roles,
	"level": choice("level", _LEVELS),
	"source": _source,
	"wechat": as_text("wechat"),
	"purpose": choice("purpose", _PURPOSES),
	"payment_way": choice("payment_way", _PAYMENTS),
	"occupation": as_text("occupation"),
	"agent": as_text("agent"),
	"store": as_text("store"),
	"tags": _several("tags"),
	"requirement_type": choice("requirement_type", _TYPES),
	"budget": as_text("budget_typed"),
	"budget_min": as_text("budget_min_typed"),
	"budget_max": as_text("budget_max_typed"),
	"bedrooms": _range("bedrooms_min", "bedrooms_max", parse_rooms, ("bedrooms_min", "bedrooms_max")),
	"area": _range("area_min", "area_max", numbers.parse_area, ("area_min",)),
	"area_min": one("area_min", numbers.parse_area),
	"area_max": one("area_max", numbers.parse_area),
	"places": _several("places"),
	"estates": _several("estates"),
	"needs_metro": choice("needs_metro", _YES_NO),
	"needs_school": choice("needs_school", _YES_NO),
	"needs_elevator": choice("needs_elevator", _YES_NO),
	"urgency": choice("urgency", _URGENCIES),
	"remarks": as_text("remarks"),
}
# a name and remarks are texts; of a budget 不限 says something
READERS |= {
	target: or_open(read)
	for target, read in READERS.items()
	if target not in ("client_name", "remarks", "budget", "budget_min", "budget_max")
}
# several columns of these are put together
TARGETS = Targets(
	READERS,
	joined={"phone": "", "tags": "", "places": "", "estates": "", "remarks": "\n"},
	needed=("client_name", "phone"),
	dated=frozenset(("birthday", "tags", "remarks")),
	worded=frozenset(("client_name", "places", "occupation", "purpose")),
)


def _amount(kind: str) -> Callable[[str], Decimal]:
	"""To buy, a bare number is 万元; to rent, 元 a month."""
	return numbers.parse_rent if kind == "Rent" else lambda typed: numbers.parse_price(typed, "Wan").amount


# 不限: from the least price on, for a requirement without a budget is one that nobody has asked
ANY_PRICE = MappingProxyType({"budget_min": Decimal(1)})
# what was typed of a budget -> its reader, once it is known whether it is to buy or to rent
BUDGETS: dict[str, Callable[[str], Reader]] = {
	"budget_typed": lambda kind: _range(
		"budget_min", "budget_max", _amount(kind), ("budget_max",), ANY_PRICE
	),
	"budget_min_typed": lambda kind: or_open(one("budget_min", _amount(kind))),
	"budget_max_typed": lambda kind: or_open(one("budget_max", _amount(kind))),
}
_WORDS = ("agent", "store", "places", "estates", "tags", "remarks")


def parse_row(
	row: Row, columns: Columns, requirement_type: str | None, area_code: str = ""
) -> ParsedClient | Reject:
	"""Return a row as a ParsedClient, or the Reject that says why a person would refuse it too.

	`requirement_type` is that of rows which look for something and don't say whether to buy or to rent,
	`area_code` that of local numbers.
	"""
	cells = read_cells(row, columns, TARGETS, {})
	values = cells.values
	for needed, target in (("client_name", "client_name"), ("phones", "phone")):
		if not values.get(needed) and target not in cells.unread:
			cells.fault(needed, DomainError("The value is missing"))
	looks = any(values.get(name) for name in (*REQUIREMENT, *BUDGETS, "places", "estates"))
	if looks:
		_read_requirement(cells, requirement_type)
	if cells.faults:
		return Reject.of(row.number, cells.faults)
	return ParsedClient(
		row=row.number,
		client={name: values[name] for name in CLIENT & values.keys()},
		phones={with_area_code(number, area_code): typed for number, typed in values["phones"]},
		requirement={name: values[name] for name in REQUIREMENT & values.keys()} if looks else None,
		origin=cells.origin,
		**{name: values[name] for name in _WORDS if name in values},
	)


def _read_requirement(cells: Cells, requirement_type: str | None) -> None:
	"""Read the budget, once it is known whether it is to buy or to rent, and note what can't stand."""
	values = cells.values
	kind = values.setdefault("requirement_type", requirement_type)
	if not kind:
		error = DomainError("Nothing says whether the client looks to buy or to rent")
		cells.fault("requirement_type", error)
		return
	for name, read in BUDGETS.items():
		if typed := values.pop(name, ""):
			_read_budget(cells, cells.column(name), read(kind), typed)
	if not cells.faults:
		cells.faults += [(cells.column(name), error) for name, error in requirements.faults(values)]


def _read_budget(cells: Cells, column: str, read: Reader, typed: str) -> None:
	try:
		given = read(typed)
	except DomainError as error:
		cells.faults.append((column, error))
		return
	cells.values.update(given)
	cells.origin.update(dict.fromkeys(given, column))


def parse_rows(
	table: Table, columns: Columns, requirement_type: str | None, outcome: Outcome, area_code: str = ""
) -> Iterator[ParsedClient | Reject]:
	"""Yield every row of a file in order as a client or a Reject; `outcome` is kept up to date.

	Rows that have a number of an earlier one are taken and noted as `alike`.
	"""
	seen: dict[str, int] = {}
	for row in table.rows:
		parsed = parse_row(row, columns, requirement_type, area_code)
		if isinstance(parsed, Reject):
			outcome.rejects.append(parsed)
		else:
			outcome.taken += 1
			first = min(seen.setdefault(number, parsed.row) for number in parsed.phones)
			if first != parsed.row:
				outcome.alike.append((first, parsed.row))
				parsed = replace(parsed, first_row=first)
		yield parsed
