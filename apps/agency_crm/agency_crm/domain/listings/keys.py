"""What may be done with a key, what its code must not tell, and what a listing's keys come to.

Rules: docs/rules/listings.md, "Keys".
"""

from __future__ import annotations

import re
from collections.abc import Collection

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.address import AddressParts, combine, parse_address
from agency_crm.domain.inputs.text import arabic, fold, name_key

# action -> the states it may start from, the state it ends in
ACTIONS: dict[str, tuple[frozenset[str], str]] = {
	"Receive": (frozenset({"Lost", "Returned"}), "In"),
	"Borrow": (frozenset({"In"}), "Out"),
	"Return": (frozenset({"Out", "Overdue"}), "In"),
	"Move": (frozenset({"In"}), "In"),
	"Lose": (frozenset({"In", "Out", "Overdue"}), "Lost"),
	"Give Back to Owner": (frozenset({"In", "Out", "Overdue"}), "Returned"),
}
# of several keys the one that helps most
BEST_FIRST = ("In", "Out", "Overdue", "Lost", "Returned")


def status_after(action: str, status: str) -> str | None:
	"""Return the state of a key in `status` once `action` was done with it; None where that makes no sense."""
	starts, ends = ACTIONS[action]
	return ends if status in starts else None


def listing_status(statuses: Collection[str]) -> str:
	"""Return what a listing with keys in these states shows; "None" without a key."""
	return next((status for status in BEST_FIRST if status in statuses), "None")


def tells_address(code: object, estate_names: Collection[str], building: str, unit: str, room: str) -> bool:
	"""Return whether the code on a key's tag tells where it fits.

	It does where it reads as the room, as building and room, or as their digits in a row, or holds a name of
	the estate: `501`, `3-501`, `3号楼2单元501`, `32501`, `望京新城A`.
	"""
	home = combine(building, unit, room)
	written = name_key(code)
	if any(key and key in written for key in map(name_key, estate_names)):
		return True
	if not (written and home.room):
		return False
	read = _read(code)
	if read.room == home.room and read.building in ("", home.building):
		return True
	pieces = [home.building, home.unit, home.room]
	joined = {"".join(pieces), home.building + home.room}
	return "".join(re.findall(r"[^\W_]", arabic(fold(code)))) in joined


def _read(code: object) -> AddressParts:
	try:
		parts = parse_address(code)
	except DomainError:
		return AddressParts()
	return combine(parts.building, parts.unit, parts.room)
