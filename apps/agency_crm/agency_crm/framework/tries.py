"""Counts of recent attempts, and what has to wait because of them: in Redis, each with an expiry.

When Redis loses them, counting starts anew and nothing waits. The hook `persistent_cache_keys` keeps them when
Frappe empties its cache.
"""

from hashlib import sha256
from time import time
from uuid import uuid4

import frappe
from frappe.utils import cint, cstr

PREFIX = "agency_tries"


def count(key: str, seconds: int, what: str | None = None) -> int:
	"""Note a try under a key and return how many the last `seconds` saw; the same `what` counts once."""
	key, now = _made(key), time()
	pipeline = frappe.cache.pipeline()
	pipeline.zremrangebyscore(key, 0, now - seconds)
	pipeline.zadd(key, {what or uuid4().hex: now})
	pipeline.zcard(key)
	pipeline.expire(key, seconds)
	return pipeline.execute()[2]


def hold(key: str, seconds: int) -> None:
	"""Make a key wait for so many seconds from now."""
	frappe.cache.set(_made(key), 1, ex=seconds)


def left(key: str) -> int:
	"""Return the seconds that a key still has to wait."""
	return max(0, cint(frappe.cache.ttl(_made(key))))


def is_first(key: str, seconds: int) -> bool:
	"""Whether this is asked of a key for the first time within so many seconds."""
	return bool(frappe.cache.set(_made(key), 1, ex=seconds, nx=True))


def forget(*keys: str) -> None:
	"""Forget what was counted under these keys and what waits by them."""
	frappe.cache.delete(*map(_made, keys))


def forget_all(beginning: str) -> None:
	"""Forget every key with this prefix; Redis scans all its keys for it."""
	frappe.cache.delete_keys(f"{PREFIX} {beginning}")


def short(text: str) -> str:
	"""Return a part of a key for a text of any length and any characters."""
	return sha256(cstr(text).encode()).hexdigest()[:32]


def _made(key: str) -> bytes:
	return frappe.cache.make_key(f"{PREFIX} {key}")
