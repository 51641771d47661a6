"""A request that can't be read is its sender's to mend: it is answered with 4xx and a sentence, never with 500.

Frappe parses JSON in arguments and takes field names out of them without a check, in some hundred places, and has no
hook between a request's failure and its answer. So the one function that answers for failures is wrapped, once per
process. The failure stands in the Error Log as before.
"""

import functools
import json
from collections.abc import Callable

import frappe
import frappe.app
from frappe import _
from frappe.utils import escape_html

UNKNOWN_COLUMN = 1054  # MariaDB's number of the error


def stand_in(**_context) -> None:
	"""Wrap Frappe's answer to a failure; called before each request."""
	if not getattr(frappe.app.handle_exception, "reads_requests", False):
		frappe.app.handle_exception = wrap(frappe.app.handle_exception)


def wrap(answer: Callable) -> Callable:
	"""Return a function that answers what a request brought about as a refusal, and anything else as `answer` does."""

	@functools.wraps(answer)
	def answer_failure(error: Exception):
		if sentence := explain(error):
			frappe.log_error("Request that can't be read")
			frappe.clear_messages()
			frappe.msgprint(sentence, raise_exception=False)
			error = frappe.ValidationError(sentence)
		return answer(error)

	answer_failure.reads_requests = True
	return answer_failure


def explain(error: Exception) -> str | None:
	"""Return what is wrong with the request that led to an error; None for an error that is ours."""
	if isinstance(error, json.JSONDecodeError):
		return _("A value of this request can't be read as JSON: {0}").format(escape_html(error.doc[:50]))
	if isinstance(error, frappe.db.OperationalError if frappe.db else ()) and error.args[0] == UNKNOWN_COLUMN:
		return _("This request names a field that isn't there: {0}").format(escape_html(str(error.args[1])))
	return None
