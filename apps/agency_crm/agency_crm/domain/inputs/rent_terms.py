"""How a rent is paid, as people write it: 押一付三 is a deposit of one month's rent and three months at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.text import arabic, fold

_MONTHS = {"月": 1, "双月": 2, "季": 3, "季度": 3, "半年": 6, "年": 12}
_WORDS = {months: word for word, months in _MONTHS.items() if word != "季度"}
_DIGITS = "零一二三四五六七八九十"
_NOTE = re.compile(r"[(（【\[].*?[)）】\]]")

_DEPOSIT = r"押金?(?P<deposit>\d{1,2}(?:\.\d)?|半)(?:个月|月)?"
_PAYMENT = r"(?:付(?P<payment>\d{1,2})(?:个月|月)?|付?(?P<period>双月|半年|季度|月|季|年)付?)"
_NONE = r"(?P<none>无押金?|免押金?|0押金?)"
_SHAPES = tuple(
	re.compile(shape)
	for shape in (
		rf"{_DEPOSIT}{_PAYMENT}",
		rf"{_PAYMENT}{_DEPOSIT}",
		rf"{_NONE}(?:{_PAYMENT})?",
		rf"{_PAYMENT}{_NONE}",
		_PAYMENT,
		_DEPOSIT,
	)
)


@dataclass(frozen=True)
class RentTerms:
	"""Deposit in months of rent, rent paid every so many months; None where the text doesn't say."""

	deposit_months: Decimal | None = None
	payment_months: int | None = None


def parse_rent_terms(text: object) -> RentTerms:
	"""Return the terms written in text.

	Accepts `押一付三`, `押2付1`, `付三押一`, `押一季付`, `押一个月付三个月`, `半年付`, `年付`, `无押金月付`; what
	stands in brackets is a remark.

	Raises:
		DomainError: nothing of that shape, an empty text included, or rent paid every 0 months.
	"""
	folded = arabic(_NOTE.sub("", fold(text)))
	folded = re.sub(r"[\s,，、;/+-]", "", folded)
	match = next(filter(None, (shape.fullmatch(folded) for shape in _SHAPES)), None)
	if match is None:
		raise DomainError("Rent terms {0} are not understood; write them as 押一付三 or 半年付", text)
	found = match.groupdict()
	payment = int(found["payment"]) if found.get("payment") else _MONTHS.get(found.get("period") or "")
	if payment == 0:
		raise DomainError("Rent terms {0}: rent is paid every month at most", text)
	return RentTerms(_deposit(found), payment)


def format_rent_terms(terms: RentTerms) -> str:
	"""Return `押一付三`, `押一付十二`; `季付` or `押一` where one of the two isn't known, "" without both."""
	deposit, payment = terms.deposit_months, terms.payment_months
	if deposit is None:
		return f"{_WORDS[payment]}付" if payment in _WORDS else f"付{_numeral(payment)}" if payment else ""
	return f"押{_numeral(deposit)}" + (f"付{_numeral(payment)}" if payment else "")


def _deposit(found: dict) -> Decimal | None:
	if found.get("none"):
		return Decimal(0)
	deposit = found.get("deposit")
	if deposit is None:
		return None
	return Decimal("0.5") if deposit == "半" else Decimal(deposit)


def _numeral(months: Decimal | int) -> str:
	"""A whole number of months in Chinese up to twelve, anything else in digits."""
	if months != int(months) or months > 12:
		return f"{Decimal(months).normalize():f}"
	tens, ones = divmod(int(months), 10)
	return ("十" + (_DIGITS[ones] if ones else "")) if tens else _DIGITS[ones]
