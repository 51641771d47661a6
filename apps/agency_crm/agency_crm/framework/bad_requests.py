"""Answer a request that can't be read with 4xx and a sentence, never with 500.

The same holds for a request that lost against another one's lock: its sender tries again.

Frappe parses JSON arguments and takes field names from them unchecked, in about a hundred places, and has no
hook between a failure and its answer. So the function that answers failures is wrapped (wraps.py). The failure
still goes to the Error Log.

That function gives no answer when a page's request exceeds a limit, and fails itself when a log-in failed
before there was a session. There the web server wraps it once more and answers in plain text.
"""

import functools
import json
import re
import traceback
from collections.abc import Callable

import frappe
from dateutil.parser import ParserError
from frappe import _
from frappe.model.base_document import BaseDocument
from frappe.utils import cstr, escape_html, strip_html_tags
from pymysql.err import DatabaseError, ProgrammingError
from werkzeug.wrappers import Response

# MariaDB's error numbers for bad values in a request
UNKNOWN_COLUMN, AMBIGUOUS_COLUMN = 1054, 1052
UNKNOWN_TABLE = (1103, 1146)
UNKNOWN_CONTROLLER = re.compile(r"Module import failed for (?P<doctype>.+?), the DocType")
UNFIT = (1264, 1292, 1366, 1406)  # out of range, no date, no number or text of this kind, too long
# what Frappe raises where it reads a list's arguments without checking their types
MISREAD = (AttributeError, LookupError, ProgrammingError, TypeError, ValueError)
LISTS = ("frappe.desk.calendar", "frappe.desk.listview", "frappe.desk.reportview", "frappe.model.db_query")
LOST = (frappe.QueryDeadlockError, frappe.QueryTimeoutError)  # another transaction held the lock
COLUMN = re.compile(r"column (?:`[^`]*`\.)*`?([^`'\s]+)")
MISSING = re.compile(
	r"(?:[\w<>]+\.)*(?P<function>\w+)\(\) missing \d+ required [\w-]+ arguments?: (?P<names>.+)"
)


def answer(handle_exception: Callable, error: Exception):
	"""Return the answer to a failure: a refusal where the request brought it about, Frappe's own otherwise."""
	if sentence := explain(error):
		lost = isinstance(error, LOST)
		frappe.log_error("Request that met another's lock" if lost else "Request that can't be read")
		frappe.clear_messages()
		frappe.msgprint(sentence, raise_exception=False)
		error = frappe.ValidationError(sentence)
	return handle_exception(error)


def always(handle_exception: Callable) -> Callable:
	"""Return a function that answers every failure, with one plain sentence where Frappe's has no answer."""

	@functools.wraps(handle_exception)
	def answer_failure(error: Exception):
		try:
			response = handle_exception(error)
		except Exception:
			frappe.logger().error("Failed to answer a failure", exc_info=True)
			response = None
		return response or answer_plainly(error)

	return answer_failure


def explain(error: Exception) -> str | None:
	"""Return what is wrong with the request that led to an error; None for an error that is ours."""
	if isinstance(error, LOST):
		return _(
			"Somebody else was working on the same records at this moment, so nothing was saved. Try again."
		)
	if isinstance(error, json.JSONDecodeError):
		return _("A value of this request can't be read as JSON: {0}").format(_shown(error.doc))
	if isinstance(error, ParserError):
		return _("This is no date: {0}").format(_shown(error.args[-1]))
	if lacking := _lacking(error):
		return _("{0} needs the arguments {1}.").format(lacking["function"], _shown(lacking["names"]))
	if isinstance(error, AttributeError) and _asks_for_a_method(error):
		return _("This record has no method {0}.").format(_shown(error.name))
	if isinstance(error, ImportError) and frappe.form_dict.get("method"):
		return _("There is no function {0}.").format(_shown(frappe.form_dict["method"]))
	controller = UNKNOWN_CONTROLLER.match(str(error)) if isinstance(error, ImportError) else None
	doctype = controller["doctype"] if controller else cstr(frappe.form_dict.get("doctype"))
	unknown = isinstance(error, ImportError) or _number(error) in UNKNOWN_TABLE
	# the database finds `client` where there is `Client`
	if unknown and doctype and frappe.db.get_value("DocType", doctype[:140]) != doctype:
		return _("There is no DocType {0}.").format(_shown(doctype))
	if _number(error) == UNKNOWN_COLUMN:
		return _("This request names a field that isn't there: {0}").format(_shown(error.args[1]))
	if (isinstance(error, MISREAD) or _number(error) == AMBIGUOUS_COLUMN) and _is_of_a_list(error):
		return _("What this request asks of a list can't be read: its fields, filters, order or limits.")
	if _number(error) in UNFIT:
		column = COLUMN.search(error.args[1])
		return _("A value of this request doesn't fit into its field {0}.").format(
			column[1] if column else ""
		)
	return None


def _lacking(error: Exception) -> re.Match | None:
	"""Return the function called and the names of the arguments that it isn't given; none for another error."""
	found = MISSING.fullmatch(str(error)) if isinstance(error, TypeError) else None
	return found if found and found["function"] in _called() else None


def _called() -> set[str]:
	"""Return the names, without their modules, of the functions that the request asked for, ours for theirs."""
	form = frappe.form_dict
	asked = {cstr(form.get(word)) for word in ("cmd", "method", "run_method")}
	if frappe.request:
		asked.add(frappe.request.path.rpartition("/")[2])
	replaced = frappe.get_hooks("override_whitelisted_methods", {})
	asked |= {replaced[address][-1] for address in asked & replaced.keys()}
	return {address.rpartition(".")[2] for address in asked}


def _is_of_a_list(error: Exception) -> bool:
	"""Whether the error comes from reading a list's arguments."""
	frames = (frame for frame, _line in traceback.walk_tb(error.__traceback__))
	return any(frame.f_globals.get("__name__") in LISTS for frame in frames)


def _asks_for_a_method(error: AttributeError) -> bool:
	"""Whether the request names a method that its record doesn't have."""
	asked = (frappe.form_dict.get("method"), frappe.form_dict.get("run_method"))
	return isinstance(error.obj, BaseDocument) and bool(error.name) and error.name in asked


def answer_plainly(error: Exception) -> Response:
	"""Return an answer of one sentence, with the status of a failure."""
	status = getattr(error, "http_status_code", 500)
	said = _said() if status < 500 else ""
	return Response(said or _("Something went wrong here. It has been noted."), status, mimetype="text/plain")


def _said() -> str:
	"""Return what the request has been told so far: by a message, or by a failed log-in."""
	messages = [message.get("message") for message in frappe.get_message_log()]
	return strip_html_tags(cstr(messages[-1] if messages else frappe.local.response.get("message")))


def _number(error: Exception) -> int | None:
	"""Return the database's number of an error of its own."""
	return error.args[0] if isinstance(error, DatabaseError) and error.args else None


def _shown(value) -> str:
	return escape_html(cstr(value)[:50])
