"""What the domain refuses, said to a user."""

from contextlib import contextmanager

import frappe
from frappe import _

from agency_crm.domain.errors import DomainError


@contextmanager
def reading(doc, fieldname: str):
	"""Turn a DomainError raised inside into a ValidationError that names the field of `doc`."""
	try:
		yield
	except DomainError as error:
		frappe.throw(say(doc, fieldname, error), title=_("Check {0}").format(_label(doc, fieldname)))


def say(doc, fieldname: str, error: DomainError) -> str:
	"""The error in the user's language, its field first."""
	message = _(error.template).format(*(frappe.bold(value) for value in error.params))
	return f"{frappe.bold(_label(doc, fieldname))}: {message}"


def _label(doc, fieldname: str) -> str:
	return _(doc.meta.get_label(fieldname), context=doc.doctype)
