"""Files that people attach: a record may name only a file its user may read."""

import frappe
from frappe import _

ATTACHED = ("Attach", "Attach Image")


def check_attached(doc) -> None:
	"""Refuse a record that names a private file which its user may not read.

	Frappe would attach the file to the record and so open it to all who read the record. Raises
	PermissionError.
	"""
	for field in doc.meta.fields:
		value = doc.get(field.fieldname) if field.fieldtype in ATTACHED else None
		if isinstance(value, str) and "/private/files/" in value and doc.has_value_changed(field.fieldname):
			readable(value)


def readable(file_url: str):
	"""Return the File of an address, as one the session's user may read.

	Once a record that names it is saved, Frappe attaches the file to it and opens it to the record's readers.
	Raises PermissionError, or ValidationError where there is no such file.
	"""
	names = frappe.get_all("File", {"file_url": file_url}, pluck="name", order_by="creation desc")
	if not names:
		frappe.throw(_("The file {0} is not there any more. Attach it again.").format(frappe.bold(file_url)))
	files = [frappe.get_doc("File", name) for name in names]
	file = next((file for file in files if frappe.has_permission("File", "read", doc=file)), files[0])
	file.check_permission("read")
	return file


def private(file_url: str):
	"""Return the File of an address, as a private one the session's user may read: for papers of people."""
	file = readable(file_url)
	if not file.is_private:
		message = _("{0} is open to everybody: upload it here instead.")
		frappe.throw(message.format(frappe.bold(file.file_name)))
	return file
