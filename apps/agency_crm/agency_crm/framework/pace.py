"""How often a user may ask something: counted in Redis, so that a request that is refused counts too."""

from time import time

import frappe
from frappe.utils import cint

DAY, HOUR, MINUTE = 86400, 3600, 60


def check(what: str, most: int, seconds: int, refusal: str, times: int = 1) -> None:
	"""Count one more of `what` by the session's user, or `times`; refuse it above `most` within these seconds.

	Raises TooManyRequestsError with `refusal`. The window is that of the clock, not of the user's first ask.
	"""
	key = _key(what, seconds)
	asked = frappe.cache.incrby(key, times)
	frappe.cache.expire(key, seconds)
	if asked > most:
		frappe.throw(refusal, frappe.TooManyRequestsError)


def check_left(what: str, most: int, seconds: int, refusal: str) -> None:
	"""Refuse, without counting, where the session's user has come to `most` of `what` within these seconds."""
	if cint(frappe.cache.get(_key(what, seconds))) >= most:
		frappe.throw(refusal, frappe.TooManyRequestsError)


def _key(what: str, seconds: int) -> bytes:
	return frappe.cache.make_key(f"{what}|{frappe.session.user}|{int(time() // seconds)}")
