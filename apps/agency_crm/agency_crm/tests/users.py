"""Acting as a user."""

from contextlib import contextmanager

import frappe
from frappe.model.workflow import apply_workflow


@contextmanager
def as_user(user: str):
	"""The session is `user`'s inside."""
	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before)


def act(user: str, doc, action: str) -> None:
	"""What the form's button of the workflow does, as `user`."""
	with as_user(user):
		apply_workflow(frappe.get_doc(doc.doctype, doc.name).as_dict(), action)
	doc.reload()
