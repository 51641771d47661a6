"""How often a user may do something: counted in Redis, so that refused requests count too."""

from time import time

import frappe
from frappe.utils import cint

DAY, HOUR, MINUTE = 86400, 3600, 60


def check(what: str, most: int, seconds: int, refusal: str, times: int = 1) -> None:
	"""Count `what` for the session's user, `times` times; refuse it above `most` within these seconds.

	Raises TooManyRequestsError with `refusal`. The window follows the clock, not the user's first request.
	"""
	key = _key(what, seconds)
	asked = frappe.cache.incrby(key, times)
	frappe.cache.expire(key, seconds)
	if asked > most:
		frappe.throw(refusal, frappe.TooManyRequestsError)


def check_left(what: str, most: int, seconds: int, refusal: str) -> None:
	"""Refuse, without counting, a user who has reached `most` of `what` within these seconds."""
	if cint(frappe.cache.get(_key(what, seconds))) >= most:
		frappe.throw(refusal, frappe.TooManyRequestsError)


def _key(what: str, seconds: int) -> bytes:
	return frappe.cache.make_key(f"{what}|{frappe.session.user}|{int(time() // seconds)}")
