"""Phone numbers as people type them: split, normalised, masked.

A number is kept as digits alone: `13800138000`, `01012345678`, an extension after `-`; one of another country
or of Hong Kong, Macau and Taiwan with `+` and its country code, `+85223456789`.
Rules: docs/rules/typing.md, "Phone numbers".
"""

from __future__ import annotations

import re

import phonenumbers

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.text import fold

_CHINA = 86

# What stands around a number: remarks in brackets, what it is, whose it is.
_REMARK = re.compile(r"[(\[【「][^()\[\]【】「」\d]*[)\]】」]")
_HAN = "[\u4e00-\u9fff]"
_BEFORE = re.compile(rf"^(?:(?:TEL|PHONE|MOBILE|CELL|FAX|CALLTO)\b|{_HAN}{{1,8}})[\s:.]*")
_AFTER = re.compile(rf"\s*{_HAN}{{1,8}}$")
_EXTENSION = re.compile(r"\s*(?:转|;?EXT[.=]?|分机|X|#|,)\s*[:.]?(\d{1,6})$")
_LAST_PART = re.compile(r"(.*\d) *- *(\d{1,6})")
# In front of an extension stands a number in one piece, or one with its prefix.
_WHOLE_BEFORE = re.compile(r"\(?[0+].*|(?:.*\D)?\d{7,}")

_PREFIXED = re.compile(r"(?:\+|00)([1-9]\d{6,14})")
_COUNTRY = re.compile(r"^(?:\+|00|0)?86(?=\d{10})")
# Hong Kong, Macau and Taiwan without + or 00: grouped as their numbers are, or not at all.
_NEIGHBOUR = re.compile(r"\(?0?(85[23])\)?[ -]?(\d{4})[ -]?(\d{4})|\(?0?(886)\)?[ -]?\(?(\d[\d ()-]*)")
_TAIWAN_MOBILE = re.compile(r"09\d{8}")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}")
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_SERVICE = re.compile(r"(?:400|800)\d{7}")
# not 1…: a mobile with a digit too many or too few
_BARE_ABROAD = re.compile(r"[2-9]\d{9,14}")
_AREA_CODE = re.compile(r"0(?:10|2\d|[3-9]\d{2})")
_BETWEEN = re.compile(r"[/;、,|&\n]|和|或者?|以及|\b(?:OR|AND)\b|(?<=\d{7}) +(?=[01+])")
# a remark or a word behind a number, with the next one right after it
_BEHIND = re.compile(rf"{_REMARK.pattern}|(?<=\d{{7}})(?!转|分机|和|或|以及){_HAN}+(?=[: ]*[+(\d])")
_SIGNS = re.compile(r"[\s().\-–]")


def parse_phone(text: object, area_code: str = "") -> str:
	"""Return one number in its one form: a mobile's 11 digits, a landline with its area code, `…-2` for 转2.

	Full width, spaces, dashes, brackets, +86 and words around the number don't count. One of Hong Kong, Macau,
	Taiwan or abroad has `+` and its country code, however its prefix is written. A local number gets
	`area_code`, where there is one.

	Raises:
		DomainError: the text can't be one phone number.
	"""
	written = _bare(text)
	number = _with_extension(written)
	if number is None:
		raise DomainError(
			"{0} can't be a phone number; write a mobile's 11 digits or a landline with its area code", text
		)
	return with_area_code(number, area_code)


def split_phones(text: object, area_code: str = "") -> list[str]:
	"""Return every number of a cell that may hold several, in order, each once.

	Raises:
		DomainError: a part that can't be a number, named.
	"""
	return list(typed_phones(text, area_code))


def typed_phones(text: object, area_code: str = "") -> dict[str, str]:
	"""Return every number of a cell with what was typed of it, the words around it too.

	Raises:
		DomainError: a part that can't be a number, named.
	"""
	folded = fold(str(text or "").replace("\n", "/"))
	try:
		return {parse_phone(folded, area_code): folded} if folded else {}
	except DomainError:
		parts = [part.strip() for part in _BETWEEN.split(_BEHIND.sub(r"\g<0>/", folded))]
		parts = [part for part in parts if part]
		if len(parts) < 2:
			raise
	found: dict[str, str] = {}
	for part in parts:
		found.setdefault(parse_phone(part, area_code), part)
	return found


def says_more(typed: str, number: str) -> bool:
	"""Whether what was typed is more than the number's digits in groups."""
	return _SIGNS.sub("", typed) != number.replace("-", "")


def with_area_code(number: str, area_code: str) -> str:
	"""Return a normalised number, a local one with the area code in front."""
	return f"{area_code}{number}" if area_code and _LOCAL.fullmatch(number.split("-")[0]) else number


def renew(number: str, area_code: str = "") -> str:
	"""Return the form in which a number that was normalised by an earlier rule is found now.

	`085223456789` was taken for a landline and is one of Hong Kong; what nothing reads any more stays.
	"""
	for typed in (number, number.removeprefix("0")):
		try:
			return parse_phone(typed, area_code)
		except DomainError:
			continue
	return number


def parse_area_code(text: object) -> str:
	"""Return the area code of a city in the mainland, `021`, `0512`; "" for nothing.

	Raises:
		DomainError: it is none.
	"""
	digits = _SIGNS.sub("", fold(text))
	if digits and not _AREA_CODE.fullmatch(digits):
		raise DomainError("{0} is no area code; write it as 021 or 0512", text)
	return digits


def _bare(text: object) -> str:
	"""A text without the words around its number."""
	written = _REMARK.sub("", fold(text)).strip()
	extension = _EXTENSION.search(written)
	body = written[: extension.start()] if extension else written
	body = _AFTER.sub("", _BEFORE.sub("", body))
	return body + (extension[0] if extension else "")


def _with_extension(written: str) -> str | None:
	if match := _EXTENSION.search(written):
		number = _read(written[: match.start()])
		return number and f"{number}-{match[1]}"
	if number := _certain(written):
		return number
	match = _LAST_PART.fullmatch(written)
	before = match[1] if match and _WHOLE_BEFORE.fullmatch(match[1]) else ""
	if number := _certain(before):
		return f"{number}-{match[2]}"
	if number := _careless(written):
		return number
	number = _careless(before)
	return number and f"{number}-{match[2]}"


def _read(written: str) -> str | None:
	return _certain(written) or _careless(written)


def _certain(written: str) -> str | None:
	"""A number whose prefix, or want of one, says where it belongs."""
	digits = _SIGNS.sub("", written)
	if match := _PREFIXED.fullmatch(digits):
		if number := _abroad(f"+{match[1]}"):
			return number
	if number := _neighbour(written):
		return number
	digits, coded = _COUNTRY.subn("", digits)
	if coded and (number := _without_zero(digits)):
		return number
	if digits.startswith("0") and _MOBILE.fullmatch(digits[1:]):
		digits = digits[1:]
	if any(pattern.fullmatch(digits) for pattern in (_MOBILE, _LANDLINE, _SERVICE, _LOCAL)):
		return digits
	return _abroad(f"+886{digits[1:]}") if _TAIWAN_MOBILE.fullmatch(digits) else None


def _careless(written: str) -> str | None:
	"""A landline that dropped the 0 of its area code, or a number abroad that dropped its +."""
	digits = _SIGNS.sub("", written)
	if number := _without_zero(digits):
		return number
	if _BARE_ABROAD.fullmatch(digits):
		return _abroad(f"+{digits}")
	explicit = _PREFIXED.fullmatch(digits)
	if not explicit or explicit[1].startswith(str(_CHINA)):
		return None
	# a country's new numbers are known to it before they are known here
	return explicit[1] if _MOBILE.fullmatch(explicit[1]) and digits[0] == "0" else f"+{explicit[1]}"


def _without_zero(digits: str) -> str | None:
	if not _LANDLINE.fullmatch(f"0{digits}"):
		return None
	number = _parsed(f"+{_CHINA}{digits}")
	return f"0{digits}" if number and phonenumbers.is_valid_number(number) else None


def _neighbour(written: str) -> str | None:
	match = _NEIGHBOUR.fullmatch(written.strip())
	return _abroad("+" + "".join(filter(None, match.groups()))) if match else None


def _abroad(text: str) -> str | None:
	"""The one form of a number outside the mainland that its country could have given, else None."""
	number = _parsed(text)
	if number is None or number.country_code == _CHINA or not phonenumbers.is_valid_number(number):
		return None
	return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _parsed(text: str):
	"""What a number with + and its country code is, None where it is none."""
	try:
		return phonenumbers.parse(text)
	except phonenumbers.NumberParseException:
		return None


def spellings(number: str) -> tuple[str, ...]:
	"""Return the ways in which people write a normalised number: in one, and in groups by spaces or dashes."""
	digits, *extension = number.split("-")
	if digits.startswith("+"):
		groups = _groups_abroad(digits)
	elif _MOBILE.fullmatch(digits):
		groups = (digits[:3], digits[3:7], digits[7:])
	elif _LANDLINE.fullmatch(digits):
		area = 3 if digits[1] in "12" else 4
		groups = (digits[:area], digits[area:])
	else:
		groups = (digits,)
	ways = dict.fromkeys(sign.join(groups) for sign in ("", " ", "-"))
	return tuple("-".join([way, *extension]) for way in ways)


def _groups_abroad(number: str) -> tuple[str, ...]:
	parsed = _parsed(number)
	code = f"+{parsed.country_code}" if parsed else number
	return tuple(filter(None, (code, number[len(code) :])))


def mask_phone(number: str) -> str:
	"""Return a normalised number with its middle and extension hidden: 138****8000, 010****5678."""
	digits = number.split("-")[0]
	head = 3 if len(digits) > 8 else 1
	return f"{digits[:head]}****{digits[-4:]}" if len(digits) >= 8 else f"{digits[:1]}****{digits[-2:]}"
