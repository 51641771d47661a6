"""Phone numbers as people type them: split, normalised, masked.

Rule: rules.md §1, §3. A number is kept as digits alone: `13800138000`, `01012345678`, an extension after `-`.
"""

from __future__ import annotations

import re

from agency_crm.domain.errors import DomainError
from agency_crm.domain.text import fold

_COUNTRY = re.compile(r"^(?:\+|00)86")
_EXTENSION = re.compile(r"(?:转|EXT\.?|分机|X|#|,)(\d{1,6})$")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{2,3}[2-9]\d{6,7}")
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_SERVICE = re.compile(r"(?:400|800)\d{7}")
_FOREIGN = re.compile(r"(?:\+|00)(?!86)[1-9]\d{6,14}")
_BETWEEN = re.compile(r"[/;、,|&\n]|和|或|(?<=\d{7}) +(?=[01+])")
_SIGNS = re.compile(r"[\s().\-–]")


def parse_phone(text: object) -> str:
	"""Return one number in its one form: a mobile's 11 digits, a landline with its area code, `…-2` for 转2.

	Full width, spaces, dashes, brackets and +86 don't count. A foreign number keeps its `+` and country code.

	Raises:
		DomainError: the text can't be one phone number.
	"""
	digits = _SIGNS.sub("", fold(text))
	extension = ""
	if match := _EXTENSION.search(digits):
		digits, extension = digits[: match.start()], f"-{match[1]}"
	if _FOREIGN.fullmatch(digits):
		return "+" + re.sub(r"^(?:\+|00)", "", digits) + extension
	digits, coded = _COUNTRY.subn("", digits)
	if len(digits) == 12 and digits.startswith("01") and _MOBILE.fullmatch(digits[1:]):
		digits = digits[1:]
	# +86 10 … and a careless 21 … drop the 0 of the area code
	careless = len(digits) >= 10 and not digits.startswith(("1", "400", "800"))
	national = digits.startswith("0") or _MOBILE.fullmatch(digits)
	if (coded or careless) and not national and _LANDLINE.fullmatch(f"0{digits}"):
		digits = f"0{digits}"
	if any(pattern.fullmatch(digits) for pattern in (_MOBILE, _LANDLINE, _SERVICE, _LOCAL)):
		return digits + extension
	raise DomainError(
		"{0} can't be a phone number; write a mobile's 11 digits or a landline with its area code", text
	)


def split_phones(text: object) -> list[str]:
	"""Return every number of a cell that may hold several, in order, each once.

	Raises:
		DomainError: a part that can't be a number, named.
	"""
	folded = fold(str(text or "").replace("\n", "/"))
	try:
		return [parse_phone(folded)] if folded else []
	except DomainError:
		parts = [part for part in _BETWEEN.split(folded) if part.strip()]
		if len(parts) < 2:
			raise
	return list(dict.fromkeys(parse_phone(part) for part in parts))


def spellings(number: str) -> tuple[str, ...]:
	"""Return the ways in which people write a normalised number: in one, and in groups by spaces or dashes."""
	digits, *extension = number.split("-")
	if _MOBILE.fullmatch(digits):
		groups = (digits[:3], digits[3:7], digits[7:])
	elif _LANDLINE.fullmatch(digits):
		area = 3 if digits[1] in "12" else 4
		groups = (digits[:area], digits[area:])
	else:
		groups = (digits,)
	ways = dict.fromkeys(sign.join(groups) for sign in ("", " ", "-"))
	return tuple("-".join([way, *extension]) for way in ways)


def mask_phone(number: str) -> str:
	"""Return a normalised number with its middle and extension hidden: 138****8000, 010****5678."""
	digits = number.split("-")[0]
	head = 3 if len(digits) > 8 else 1
	return f"{digits[:head]}****{digits[-4:]}" if len(digits) >= 8 else f"{digits[:1]}****{digits[-2:]}"
