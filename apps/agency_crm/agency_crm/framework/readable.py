"""Stored texts are visible: no zero-width characters, none that reverse the direction of others.

A number or name copied from a chat or a web page brings such characters along and then equals no other.
Single-line fields lose their line breaks too. Every save of our DocTypes passes here (system_fields.py), and so
do rows written in bulk.
"""

from frappe.model.document import Document

from agency_crm.domain.inputs.text import one_line, visible

ONE_LINE = ("Data", "Autocomplete")
LINES = ("Small Text", "Text", "Long Text", "Text Editor", "Markdown Editor")


def tidy(doc: Document) -> None:
	"""Clean the texts of `doc` and its rows that are new or changed; what is stored stays as it is."""
	stored = doc.get_doc_before_save()
	rows = {row.name: row for row in stored.get_all_children()} if stored else {}
	_tidy_record(doc, stored)
	for row in doc.get_all_children():
		_tidy_record(row, rows.get(row.name))


def _tidy_record(record: Document, stored: Document | None) -> None:
	values = vars(record)
	for field in record.meta.fields:
		value = values.get(field.fieldname)
		if not isinstance(value, str) or (stored and stored.get(field.fieldname) == value):
			continue
		if field.fieldtype in ONE_LINE:
			record.set(field.fieldname, one_line(visible(value)))
		elif field.fieldtype in LINES:
			record.set(field.fieldname, visible(value))
