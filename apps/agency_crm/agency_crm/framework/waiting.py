"""Answers with status 429 and the seconds to wait."""

from typing import NoReturn

import frappe
from frappe import _
from werkzeug.wrappers import Response


class _Wait:
	"""What Frappe asks, in place of its own rate limiter, for the headers of an answer and the text of a page."""

	def __init__(self, seconds: int):
		self.seconds = seconds

	def headers(self) -> dict:
		return {"Retry-After": self.seconds}

	def respond(self) -> Response:
		return Response(_("Too many tries. Please try again later."), status=429)

	def update(self) -> None:
		"""Called by Frappe to count a request's time; this one took none."""


def refuse(seconds: int, message: str) -> NoReturn:
	"""Answer the request with `message` and when to come back. Raises TooManyRequestsError."""
	frappe.local.rate_limiter = _Wait(seconds)
	frappe.throw(message, frappe.TooManyRequestsError)
