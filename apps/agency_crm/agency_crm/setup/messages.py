"""What `bench generate-pot-file` finds in our files beyond what Frappe's own extractors find.

Frappe looks a label or an option up with its DocType as context first. A word that Frappe or ERPNext
translates in another sense (Share, Rate, Line) gets our sense through that context, and theirs stays as it is
everywhere else.
"""

import ast
import csv
import functools
import json
import os
from collections.abc import Iterator

import frappe
from babel.messages.pofile import read_po
from frappe.gettext.extractors import doctype as frappe_doctype

LANGUAGE = "zh"
TWO_SENSES = frozenset(("Place", "Rooms"))  # of ours: another thing in another DocType
# labels and options that only newer versions of Frappe or ERPNext translate
LATER = frozenset(
	("After", "Before", "Cyan", "Ended At", "Finished At", "Gray", "Pink", "Result", "Started At")
)
# DocType of a shipped record -> the fields whose text is shown
RECORD_FIELDS = {
	"Number Card": ("label",),
	"Dashboard Chart": ("chart_name",),
	"Print Format": ("name",),
	"Workflow": ("workflow_name",),
}


@functools.cache
def words_of_others() -> frozenset[str]:
	"""Return the texts Frappe and ERPNext translate into Chinese without a context."""
	words = set()
	for app in ("frappe", "erpnext"):
		catalog = frappe.get_app_path(app, "locale", f"{LANGUAGE}.po")
		table = frappe.get_app_path(app, "translations", f"{LANGUAGE}.csv")
		if os.path.exists(catalog):
			with open(catalog, "rb") as file:
				words |= {message.id for message in read_po(file) if message.string and not message.context}
		if os.path.exists(table):
			with open(table, encoding="utf-8") as file:
				words |= {row[0] for row in csv.reader(file) if len(row) > 1 and row[1] and not any(row[2:])}
	return LATER.union(word for word in words if isinstance(word, str))


def extract_doctype(fileobj, *args, **kwargs) -> Iterator[tuple]:
	"""Yield what Frappe's extractor does, and labels and options that others translate, or that mean two
	things, again with their DocType.
	"""
	doctype = json.load(fileobj)["name"]
	fileobj.seek(0)
	for line, function, message, comments in frappe_doctype.extract(fileobj, *args, **kwargs):
		yield line, function, message, comments
		ambiguous = message in TWO_SENSES or message in words_of_others()
		if ambiguous and comments[0].startswith(("Label of", "Option for")):
			yield line, "pgettext", (doctype, message), comments


def extract_record(fileobj, *_args, **_kwargs) -> Iterator[tuple]:
	"""Yield the shown texts of a Number Card, Dashboard Chart, Print Format or Workflow, its states and
	actions too.
	"""
	record = json.load(fileobj)
	doctype = record.get("doctype", "Workflow")
	for field in RECORD_FIELDS[doctype]:
		yield None, "_", record[field], [f"{field} of a {doctype}"]
	for state in record.get("states", []):
		yield None, "_", state["state"], ["State of a workflow"]
	for transition in record.get("transitions", []):
		yield None, "_", transition["action"], ["Action of a workflow"]


def extract_refusals(fileobj, *_args, **_kwargs) -> Iterator[tuple]:
	"""Yield the sentences the domain refuses with: it knows of no translation, `framework.messages` looks them
	up.
	"""
	for node in ast.walk(ast.parse(fileobj.read())):
		if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
			continue
		called = getattr(node.func, "id", getattr(node.func, "attr", None))
		if called in ("DomainError", "__init__") and isinstance(node.args[0].value, str):
			yield node.lineno, "_", node.args[0].value, ["A refusal of the domain"]
