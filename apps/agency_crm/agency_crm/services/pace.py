"""How often a user may ask something: counted in Redis, so that a request that is refused counts too."""

from time import time

import frappe

HOUR, MINUTE = 3600, 60


def check(what: str, most: int, seconds: int, refusal: str) -> None:
	"""Count one more of `what` by the session's user, and refuse it above `most` within these seconds.

	Raises TooManyRequestsError with `refusal`. The window is that of the clock, not of the user's first ask.
	"""
	key = frappe.cache.make_key(f"{what}|{frappe.session.user}|{int(time() // seconds)}")
	asked = frappe.cache.incr(key)
	frappe.cache.expire(key, seconds)
	if asked > most:
		frappe.throw(refusal, frappe.TooManyRequestsError)
