"""Only system users see tracebacks.

Frappe sends them to every caller, a guest whose log-in failed included. They stand in error answers of all
kinds, also of requests that failed before their user was known, so they are removed from the finished answer.
"""

import frappe
from frappe import _
from werkzeug.wrappers import Response

MARK = b"Traceback (most recent call last)"
KEYS = ("exc", "exception")


def hide(response: Response | None = None, **_context) -> None:
	"""Take the traceback out of an answer; called after each request."""
	if response is None or _sees_tracebacks():
		return
	if response.is_json and (response.status_code >= 400 or getattr(frappe.local, "error_log", None)):
		_take_out(response)
	elif response.status_code >= 400 and MARK in response.get_data():
		response.set_data(_("Something went wrong here. It has been noted."))
		response.mimetype = "text/plain"


def _sees_tracebacks() -> bool:
	# a request that ended before it had a session is nobody's, whatever name Frappe worked under meanwhile
	if not getattr(frappe.local, "session_obj", None) or frappe.session.user in (None, "", "Guest"):
		return False
	try:
		return frappe.get_cached_value("User", frappe.session.user, "user_type") == "System User"
	except Exception:  # the database may be what is wrong
		return False


def _take_out(response: Response) -> None:
	said = response.get_json(silent=True)
	if not isinstance(said, dict):
		return
	places = [said, *(row for row in said.get("errors") or () if isinstance(row, dict))]
	if any(key in place for place in places for key in KEYS):
		for place in places:
			for key in KEYS:
				place.pop(key, None)
		response.set_data(frappe.as_json(said, indent=None))
