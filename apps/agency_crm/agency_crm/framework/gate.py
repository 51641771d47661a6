"""The gate: who may call which function over HTTP. What isn't let through by name is refused.

Frappe answers to every function marked `@frappe.whitelist`, of every app, whoever is logged in, and most of those of
Frappe and ERPNext ask for no right. So each is held to a table (`gate_table.json`, one line a function) by its own
name, whichever address was asked for. Frappe asks one list, `frappe.whitelisted`, at every way in; the gate stands
in for that list, once per process, and steps aside for sites without this app, for jobs and for scripts of the site's
own. What it refuses is kept as Refused Call (refusals.py), where a System Manager can open it.
"""

import json
from collections.abc import Callable
from functools import cache, partial
from inspect import signature, unwrap
from pathlib import Path

import frappe
import frappe.api
import frappe.api.v2
import frappe.handler
from frappe import _
from frappe.desk.form.load import getdoctype
from frappe.utils import cint
from werkzeug.routing import Map, Rule

from agency_crm.framework import refusals

APP = __name__.partition(".")[0]
HELD = ("frappe", "erpnext")  # the apps whose functions are in the table
GUEST, WEBSITE, DESK = (
	"guest",
	"website",
	"desk",
)  # groups of people; the hook `gate_groups` adds those of roles
OWN = ("user", "comment_email")  # arguments that name the person who asks
ANY_USER = "any user"  # a word of the table: its `user` may be another
NEVER = "never"  # how the reason begins for what can't be opened
POWER = {"method", "methods", "cmd", "script", "sql", "query", "path", "file_path", "tree_method", "fn"}
CARRIERS = ("args", "arg", "kwargs")  # in which a document's method gets its arguments
RECORDS = ("/resource/", "/document/", "/doctype/")  # in the routes of the REST API for any DocType's records


def stand_in(**_context) -> None:
	"""Put the gate in place; called before each request."""
	if isinstance(frappe.whitelisted, Whitelist):
		return
	frappe.whitelisted = Whitelist(frappe.whitelisted)
	rules = [_guarded(rule) for rule in frappe.api.API_URL_MAP.iter_rules()]
	frappe.api.API_URL_MAP = Map(rules, strict_slashes=False, merge_slashes=False)


class Whitelist(list):
	"""Frappe's list of callable functions; membership is decided by the gate."""

	def __init__(self, functions: list[Callable]):
		super().__init__(functions)
		self.functions = set(functions)

	def append(self, function: Callable) -> None:
		"""Take a function of a module that is imported later."""
		super().append(function)
		self.functions.add(function)

	def __contains__(self, function: Callable) -> bool:
		"""Return whether a function is callable at all; raise PermissionError where this request may not call it."""
		if not callable(function):  # a request names whatever a module holds
			raise frappe.PermissionError
		if function not in self.functions:
			return False
		if _stands():
			check(function)
		return True


def name_of(function: Callable) -> str:
	"""Return the module and qualified name of a function, without what wraps it."""
	inner = unwrap(function)
	return f"{inner.__module__}.{inner.__qualname__}"


def allows(function: Callable, user: str | None = None) -> bool:
	"""Return whether a user, of the session by default, may call a function; its arguments are not looked at."""
	user, name = user or frappe.session.user, name_of(function)
	return not _is_closed(name) and (is_unlimited(user) or _is_open(name, user))


def check(function: Callable) -> None:
	"""Raise PermissionError if the request may not call a function, with these arguments and this HTTP verb."""
	user, name, is_second = frappe.session.user, name_of(function), _is_second()
	if _is_closed(name):
		refusals.note(name, user)
		_refuse(name)
	if frappe.request.method not in frappe.allowed_http_methods_for_whitelisted_func[function]:
		frappe.throw(
			_("{0} isn't called by {1}.").format(name, frappe.request.method), frappe.PermissionError
		)
	if is_unlimited(user):
		return
	if not _is_open(name, user):
		refusals.note(name, user)
		if not (_is_watching() and DESK in groups_of(user)):
			_refuse(name)
	elif _app(name) in HELD:
		_check_arguments(function, is_second)


def groups_of(user: str) -> set[str]:
	"""Return the groups of the table that a user is in."""
	if user == "Guest":
		return {GUEST}
	roles = set(frappe.get_roles(user))
	if "Desk User" not in roles:
		return {GUEST, WEBSITE}
	ours = frappe.get_hooks("gate_groups", {})
	return {GUEST, WEBSITE, DESK, *(group for group, names in ours.items() if roles.intersection(names))}


def check_openable(name: str) -> None:
	"""Raise ValidationError for a function that stays closed.

	It takes code, SQL, a path or a method's name, or it is a test's, or one that another replaces.
	"""
	if _is_closed(name):
		message = _("{0} belongs to a test, or is replaced by another function. It can't be opened.")
		frappe.throw(message.format(frappe.bold(name)))
	if _takes_power(name) or _refused().get(name, "").startswith(NEVER):
		message = _("{0} takes code, SQL, a path or the name of a method. It can't be opened.")
		frappe.throw(message.format(frappe.bold(name)))


def _stands() -> bool:
	"""Whether the gate applies: not for sites without this app, jobs, and scripts of the site's own."""
	return bool(
		getattr(frappe.local, "request", None)
		and not frappe.flags.in_safe_exec
		and APP in frappe.get_installed_apps()
	)


def _is_closed(name: str) -> bool:
	"""A function that an override replaces is reached at its address alone; one of a test, where tests run."""
	if name in frappe.get_hooks("override_whitelisted_methods", {}):
		return True
	parts = name.split(".")
	tests = any(part == "tests" or part.startswith("test_") for part in parts[:-1])
	return tests and not frappe.conf.allow_tests


def is_unlimited(user: str) -> bool:
	"""Return whether a user is a System Manager, whom the gate and what is asked like it hold to nothing."""
	return user == "Administrator" or "System Manager" in frappe.get_roles(user)


def _is_open(name: str, user: str) -> bool:
	"""By the table, by what a System Manager opened, or because the app that ships it checks itself."""
	name = _replaced().get(name, name)
	if _app(name) == APP:
		return True
	groups = groups_of(user)
	if _app(name) in HELD:
		allowed = bool(groups.intersection(_table().get(name, ())))
	else:
		allowed = DESK in groups
	return allowed or refusals.is_opened(name, user)


def _app(name: str) -> str:
	return name.partition(".")[0]


@cache
def _replaced() -> dict[str, str]:
	"""Our override -> the function it replaces, whose line of the table it is held to."""
	ours = frappe.get_hooks("override_whitelisted_methods", {}, APP)
	return {override: name for name, overrides in ours.items() for override in overrides}


def _takes_power(name: str) -> bool:
	"""Whether a function is too powerful to open; one that can't be found counts as such."""
	owner, _dot, attribute = name.rpartition(".")
	try:
		function = getattr(frappe.get_module(owner), attribute)
	except (ImportError, AttributeError):
		try:
			function = getattr(frappe.get_attr(owner), attribute)  # of a class
		except (ImportError, AttributeError):
			return True
	return bool(POWER.intersection(signature(function).parameters))


@cache
def _table() -> dict[str, tuple[str, ...]]:
	return {name: tuple(line.split(", ")) for name, line in _read("gate_table.json").items()}


@cache
def _refused() -> dict[str, str]:
	"""What the forms' scripts name and the table leaves out -> why."""
	return _read("gate_refused.json")


def _read(file: str) -> dict[str, str]:
	return json.loads(Path(__file__).with_name(file).read_text(encoding="utf-8"))


def _is_second() -> bool:
	"""Whether this call runs inside another call of the same request."""
	before = getattr(frappe.local, "gate_asked", False)
	frappe.local.gate_asked = True
	return before


def _is_watching() -> bool:
	"""Whether the site still looks what would be refused to its own people (site config)."""
	return bool(cint(frappe.conf.gate_watch))


def _check_arguments(function: Callable, is_second: bool) -> None:
	"""Refuse another user's name, and a request to ignore permissions.

	A function called through another one gets its arguments without names, so it may not take a user.
	"""
	any_user = ANY_USER in _table().get(name_of(function), ())
	if not any_user and is_second and set(OWN).intersection(signature(function).parameters):
		_refuse(name_of(function))
	for given in (frappe.form_dict, *map(_parsed, CARRIERS)):
		if given.get("ignore_permissions"):
			frappe.throw(_("Rights aren't ignored on request."), frappe.PermissionError)
		for name in OWN:
			if not any_user and given.get(name) not in (None, "", frappe.session.user):
				frappe.throw(
					_("{0} is your own user here, not {1}.").format(name, frappe.bold(given[name])),
					frappe.PermissionError,
				)


def _parsed(carrier: str) -> dict:
	try:
		given = frappe.parse_json(frappe.form_dict.get(carrier))
	except ValueError:
		return {}
	return given if isinstance(given, dict) else {}


def _refuse(name: str) -> None:
	frappe.throw(
		_("You may not call {0}. A System Manager can open it for your role in the list {1}.").format(
			frappe.bold(name), _("Refused Call")
		),
		frappe.PermissionError,
		title=_("Not Permitted"),
	)


def _guarded(rule: Rule) -> Rule:
	"""Return a route of the REST API, whose second version calls some functions without asking.

	Records of any DocType are for people with a desk: what Frappe's role All may read and make, a calendar's entry
	for everybody among it, is no customer's and no partner's program's.
	"""
	guarded, endpoint = rule.empty(), rule.endpoint
	if endpoint in frappe.whitelisted.functions:
		guarded.endpoint = partial(_call_as, endpoint, endpoint)
	elif endpoint is frappe.api.v2.get_meta:
		guarded.endpoint = partial(_call_as, getdoctype, endpoint)
	elif endpoint is frappe.api.v2.count:
		guarded.endpoint = _count
	if any(part in rule.rule for part in RECORDS):
		guarded.endpoint = partial(_with_desk, guarded.endpoint)
	return guarded


def _with_desk(endpoint: Callable, **arguments):
	"""Call an endpoint for whoever has a desk. Raises PermissionError."""
	if _stands() and DESK not in groups_of(frappe.session.user):
		frappe.throw(_("Records are asked for by people with a desk."), frappe.PermissionError)
	return endpoint(**arguments)


def _call_as(asked: Callable, endpoint: Callable, **arguments):
	"""Call an endpoint for whoever may call the function asked about."""
	frappe.is_whitelisted(asked)
	return endpoint(**arguments)


def _count(doctype: str) -> int:
	"""Count as the address of the function does, whose override the REST API leaves out."""
	frappe.form_dict.doctype = doctype
	return frappe.handler.execute_cmd("frappe.desk.reportview.get_count")
