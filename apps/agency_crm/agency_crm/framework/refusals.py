"""What the gate refused: one Refused Call for each function and role, with a count; and what of it is opened.

Refusals are counted in Redis and written after the answer, at most once a minute for each row. A caller who
keeps calling writes no more than that, and the request's rollback takes nothing away.
"""

import frappe
from frappe.query_builder import DocType
from frappe.utils import now, sha256_hash

from agency_crm.framework import steps

DOCTYPE = "Refused Call"
COUNTS, OPENED, WRITTEN = "refused_calls", "opened_calls", "refused_call_written"
PAUSE = 60  # seconds between two writes of one row
AUTOMATIC = ("All", "Desk User", "Guest")


def note(function: str, user: str) -> None:
	"""Count a refusal."""
	row = f"{function}|{role_of(user)}"
	frappe.cache.hincrby(frappe.cache.make_key(COUNTS), row, 1)
	if frappe.cache.set(frappe.cache.make_key(f"{WRITTEN}:{row}"), 1, nx=True, ex=PAUSE):
		frappe.local.request.after_response.add(lambda: write([row]))


def write_all() -> None:
	"""Write the refusals that came within a minute of the last one written."""
	write([row.decode() for row in frappe.cache.hkeys(COUNTS)])


def write(rows: list[str]) -> None:
	"""Add the counts of these rows to the list."""
	if frappe.flags.read_only or not frappe.db.table_exists(DOCTYPE):  # the latter until the site is migrated
		return
	frappe.db.rollback()
	# the answer is out; what the request itself wrote went with its end
	steps.each(rows, lambda row: _add(*row.split("|"), _take(row)))
	frappe.db.commit()  # the answer is out: nothing else commits


def is_opened(function: str, user: str) -> bool:
	"""Return whether a System Manager opened a function for one of a user's roles."""
	opened = frappe.cache.get_value(OPENED, _read_opened)
	return any(role in opened.get(function, ()) for role in frappe.get_roles(user))


def forget_opened() -> None:
	"""Read anew what is open, at the next refusal."""
	frappe.cache.delete_value(OPENED)


def role_of(user: str) -> str:
	"""Return the role a refusal is listed under: of several given ones the first by name."""
	roles = frappe.get_roles(user)
	given = sorted(set(roles).difference(AUTOMATIC))
	return (
		given[0] if given else "Desk User" if "Desk User" in roles else "All" if "All" in roles else "Guest"
	)


def _take(row: str) -> int:
	"""Take the count of a row out of Redis."""
	key = frappe.cache.make_key(COUNTS)
	found = frappe.cache.hincrby(key, row, 0)
	frappe.cache.hincrby(key, row, -found)
	return found


def _add(function: str, role: str, times: int) -> None:
	if not times:
		return
	table, at = DocType(DOCTYPE), now()
	stamps = {"creation": at, "modified": at, "owner": "Administrator", "modified_by": "Administrator"}
	values = {"function": function, "role": role, "times": times, "last": at, **stamps}
	name = sha256_hash(f"{function}|{role}")[:20]
	(
		frappe.qb.into(table)
		.columns("name", *values)
		.insert(name, *values.values())
		.on_duplicate_key_update(table.times, table.times + times)
		.on_duplicate_key_update(table.last, at)
		.run()
	)


def _read_opened() -> dict[str, list[str]]:
	opened: dict[str, list[str]] = {}
	if not frappe.db.table_exists(DOCTYPE):
		return opened
	for row in frappe.get_all(DOCTYPE, {"is_open": 1}, ["function", "role"]):
		opened.setdefault(row.function, []).append(row.role)
	return opened
