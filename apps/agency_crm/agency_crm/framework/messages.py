"""Say the domain's refusals to a user."""

from collections.abc import Callable, Iterable
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.utils import escape_html, strip_html

from agency_crm.domain.errors import DomainError


@contextmanager
def reading(doc, fieldname: str):
	"""Turn a DomainError raised inside into a ValidationError that names the field of `doc`."""
	try:
		yield
	except DomainError as error:
		frappe.throw(say(doc, fieldname, error), title=_("Check {0}").format(label(doc, fieldname)))


def say(doc, fieldname: str, error: DomainError) -> str:
	"""The error in the user's language, its field first."""
	message = _(error.template).format(*(frappe.bold(escape_html(str(value))) for value in error.params))
	note(fieldname, message)
	return f"{frappe.bold(label(doc, fieldname))}: {message}"


def note(fieldname: str, message: str) -> None:
	"""Add a refused field to the answer, for callers that show it beside its box; the first message stands."""
	frappe.response.setdefault("field_errors", {}).setdefault(fieldname, strip_html(message))


def noted() -> dict[str, str]:
	"""Return what was refused so far, by field: the `field_errors` of the answer."""
	return frappe.response.get("field_errors") or {}


def forget_noted() -> None:
	"""Begin to judge anew."""
	frappe.response.pop("field_errors", None)


def check_all(doc, checks: Iterable[Callable]) -> None:
	"""Run every check on `doc`, so that all faults are said at once; then raise the first refusal."""
	refusals = []
	for check in checks:
		try:
			check(doc)
		except frappe.ValidationError as refusal:
			refusals.append(refusal)
	if refusals:
		raise refusals[0]


def judge(doc, checks: Iterable[Callable]) -> None:
	"""Run every check on `doc` and keep what they note by field; raise what names no field."""
	try:
		check_all(doc, checks)
	except frappe.ValidationError:
		if not noted():
			raise


def understood(doc, fieldname: str, parse: Callable, text: str):
	"""Return what a typed text means; None for an empty one, or one that isn't understood and is noted."""
	try:
		with reading(doc, fieldname):
			return parse(text) if text else None
	except frappe.ValidationError:
		return None


def label(doc, fieldname: str) -> str:
	"""A field's label as its form shows it."""
	return _(doc.meta.get_label(fieldname), context=doc.doctype)
