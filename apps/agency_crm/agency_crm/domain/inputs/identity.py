"""Numbers of identity cards as people type them (GB 11643)."""

from __future__ import annotations

import re

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.text import fold

_CARD = re.compile(r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def parse_id_card(text: object) -> str:
	"""Return the 18 characters of a mainland identity card, its X in upper case; width and spaces don't count.

	Raises:
		DomainError: the length, the birthday or the check character is wrong. The number isn't repeated in it.
	"""
	number = id_key(text)
	if not _CARD.fullmatch(number):
		raise DomainError("an identity card has 18 characters, the 7th to 14th a birthday")
	total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
	if _CHECKS[total % 11] != number[-1]:
		raise DomainError("the last character doesn't fit the others; one of them is mistyped")
	return number


def id_key(text: object) -> str:
	"""Return the number of any document as two of them are compared: half width, upper case, without spaces."""
	return fold(text).replace(" ", "")
