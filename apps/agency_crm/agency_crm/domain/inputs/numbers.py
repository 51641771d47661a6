"""Prices, rents and areas as people type them in Chinese, as exact decimals.

Rules: docs/rules/typing.md, "Prices", "Numbers and dates". Amounts are CNY 元, areas m².
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.text import arabic, fold

FieldUnit = Literal["Wan", "Yuan"]

WAN = Decimal(10_000)
YI = Decimal(100_000_000)
AMBIGUOUS_ABOVE = Decimal(20_000)
MOST_DIGITS = 15
_HUNDREDTH = Decimal("0.01")

_NUMBER = r"(\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)"
_CURRENCY = re.compile(r"^(?:RMB|CNY|人民币|[¥￥])|(?:RMB|CNY|人民币)$")
_AMOUNT = re.compile(rf"(?:{_NUMBER}亿)?(?:{_NUMBER}[万W])?(?:{_NUMBER})?(元|块|圆)?整?")
_THOUSANDS = re.compile(rf"{_NUMBER}[千K](元|块|圆)?")
_PLAIN = re.compile(rf"(-)?{_NUMBER}%?")
_PER_MONTH = re.compile(r"(?:/|每|一)?(?:个)?月$")
_PER_AREA = re.compile(r"(?:/|每)(?:平方米|平米|平方|平|M2|M\^2)$")
_AREA = re.compile(
	rf"(?:约|大约|大概|近|建筑面积|建面|面积|套内面积|套内)?:?约?{_NUMBER}(?:平方米|平米|平方|平|M2|M\^2)?(?:左右|多)?"
)
_TWO_AREAS = re.compile(r"(?P<gross>[^()、,;/套]+)[(、,;/]?(?P<net>套内(?:面积)?:?[^()、,;/套]+)\)?")


@dataclass(frozen=True)
class Price:
	"""An amount in CNY 元 to the fen; `unit_given` tells whether the text named its unit.

	`half_unit` is half of the last figure that was written: 47万 stands for anything from 46.5 to 47.5.
	"""

	amount: Decimal
	unit_given: bool
	half_unit: Decimal = field(default=Decimal(0), compare=False)


class AmbiguousUnit(DomainError):
	"""A bare number that may be meant in 万元 or in 元: `as_wan` and `as_yuan` are both readings in 元."""

	def __init__(self, text: object, as_wan: Price, as_yuan: Price):
		super().__init__(
			"Is {0} meant in 万元 ({1} 元) or in 元 ({2} 元)? Add the unit",
			text,
			as_wan.amount,
			as_yuan.amount,
		)
		self.as_wan = as_wan
		self.as_yuan = as_yuan


def parse_price(text: object, field_unit: FieldUnit, ambiguous_above: Decimal = AMBIGUOUS_ABOVE) -> Price:
	"""Return the price typed in a box whose own unit is 万元 ("Wan") or 元 ("Yuan").

	Accepts `350`, `350万`, `350.5w`, `3500000元`, `3,500,000元`, `1.2亿`, `1亿2000万`, full width, ¥. Half a
	fen is rounded up.

	Raises:
		AmbiguousUnit: a bare number above `ambiguous_above` in a 万元 box.
		DomainError: no number, more than one, a sign, another unit, or zero.
	"""
	folded = _CURRENCY.sub("", arabic(fold(text)).replace(" ", ""))
	if match := _THOUSANDS.fullmatch(folded):
		return Price(_positive(text, _decimal(match[1]) * 1000), True, _half(match[1], Decimal(1000)))
	match = _AMOUNT.fullmatch(folded)
	if match is None or not any(match.groups()[:3]):
		raise DomainError("Price {0} is not understood; write it as 350万 or 3500000元", text)
	yi, wan, rest, yuan = match.groups()
	if (yi or wan) and rest and not yuan:
		# 350万5 is colloquial for 3,505,000 to some and 3,500,005 to others.
		raise DomainError("Price {0} is not understood; write it as 350万 or 3500000元", text)
	amount = _decimal(yi) * YI + _decimal(wan) * WAN + _decimal(rest)
	unit = Decimal(1) if rest else WAN if wan else YI
	half = _half(rest or wan or yi, unit)
	if yi or wan or yuan or field_unit == "Yuan":
		return Price(_positive(text, amount), bool(yi or wan or yuan), half)
	if amount > ambiguous_above:
		as_wan, as_yuan = (
			Price(_positive(text, amount * unit), False, half * unit) for unit in (WAN, Decimal(1))
		)
		raise AmbiguousUnit(text, as_wan, as_yuan)
	return Price(_positive(text, amount * WAN), False, half * WAN)


def parse_rent(text: object) -> Decimal:
	"""Return a rent in 元 a month from `5500`, `5,500元/月`, `0.55万每月`, `5.5K`.

	Raises:
		DomainError: not a price, or another period than the month.
	"""
	monthly = _PER_MONTH.sub("", fold(text).replace(" ", ""))
	try:
		return parse_price(monthly, "Yuan").amount
	except DomainError:
		raise DomainError("Rent {0} is not understood; write it as 5500 or 5500元/月", text) from None


@dataclass(frozen=True)
class Areas:
	"""The gross area of a home in m², and its net area where the text says it."""

	gross_area: Decimal
	net_area: Decimal | None = None


def parse_areas(text: object) -> Areas:
	"""Return the areas of `89.5㎡(套内75)`, `建面89.5 套内75㎡`, or the one of a text as `parse_area` reads it.

	Raises:
		DomainError: it says something else, or the net area alone.
	"""
	folded = fold(text).replace(" ", "")
	match = _TWO_AREAS.fullmatch(folded)
	if match is None and folded.startswith("套内"):
		raise DomainError("{0} is the net area alone: the gross area is missing", text)
	if match is None:
		return Areas(parse_area(text))
	return Areas(parse_area(match["gross"]), parse_area(match["net"]))


def parse_area(text: object) -> Decimal:
	"""Return an area in m² to two decimals from `154.62平米`, `89㎡`, `１２０平方米`, `约120平`, `89`.

	Raises:
		DomainError: no number, more than one, another unit, or zero.
	"""
	match = _AREA.fullmatch(fold(text).replace(" ", ""))
	area = _decimal(match[1]).quantize(_HUNDREDTH, ROUND_HALF_UP) if match else None
	if not area:
		raise DomainError("Area {0} is not understood; write it as 89.5 or 89.5㎡", text)
	return area


def parse_unit_price(text: object) -> Price:
	"""Return a price in 元 of a square metre from `10247元/平`, `1.02万/㎡`, `10,247`.

	Raises:
		DomainError: not a price, or of something else.
	"""
	return parse_price(_PER_AREA.sub("", fold(text).replace(" ", "")), "Yuan")


def is_unit_price(text: object) -> bool:
	"""Whether a price says that it is of a square metre."""
	return bool(_PER_AREA.search(fold(text).replace(" ", "")))


def parse_number(text: object) -> Decimal:
	"""Return a plain number from `12.5`, `1,200`, `-3`, `50%`, `三`.

	Raises:
		DomainError: it is none, or a sum.
	"""
	match = _PLAIN.fullmatch(arabic(fold(text)).replace(" ", ""))
	if not match:
		raise DomainError("{0} is not a number", text)
	return -_decimal(match[2]) if match[1] else _decimal(match[2])


def parse_whole(text: object) -> int:
	"""Return a whole number as `parse_number` reads it.

	Raises:
		DomainError: it is none.
	"""
	number = parse_number(text)
	if number % 1:
		raise DomainError("{0} is not a whole number", text)
	return int(number)


def format_wan(amount: Decimal) -> str:
	"""Return an amount of 元 in 万元 with two decimals, without unit: 3500000 → "350.00"."""
	return str((Decimal(amount) / WAN).quantize(_HUNDREDTH, ROUND_HALF_UP))


def _decimal(number: str | None) -> Decimal:
	whole = (number or "").partition(".")[0].replace(",", "")
	if len(whole) > MOST_DIGITS:  # Decimal rounds none that has more than 28
		raise DomainError("{0} has too many digits", f"{whole[:MOST_DIGITS]}…")
	return Decimal(number.replace(",", "")) if number else Decimal(0)


def _half(number: str, unit: Decimal) -> Decimal:
	"""Half of the last figure of a number in a unit."""
	return unit.scaleb(_decimal(number).as_tuple().exponent) / 2


def _positive(text: object, amount: Decimal) -> Decimal:
	if amount <= 0:
		raise DomainError("Price {0} must be above zero", text)
	return amount.quantize(_HUNDREDTH, ROUND_HALF_UP)
