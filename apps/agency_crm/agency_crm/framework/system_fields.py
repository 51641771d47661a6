"""Fields that the system alone writes: they stand as they are stored, whatever a save brings.

Every DocType of this app extends `ShippedDocument` (or `KeepsSystemFields`). Its insert and its save put the
system's fields back before anything of ours reads the document: form, REST, `set_value`, bulk update, Data
Import, amend and `run_doc_method` all pass there. A service that changes such a field saves inside
`with writing(doc):`. Neither `ignore_permissions` nor being Administrator stands in for that.

A field is the system's if the DocType's shipped file makes it read only, hidden or fetched. A Property Setter
changes the form and not this. Custom fields are in no file: their meta says it. Not the system's are

- `typed_fields` of the controller: a dialog of the form fills these, and a user's word is a user's;
- `own_guards` of the controller, and the state field of an active workflow: each has a check of its own;
- a field read only to some roles: its controller checks that;
- a field that is set only once, before it is saved: a change is refused, and its sender told so. Frappe does it by
  the meta, `validate_set_only_once` by the file.

What `validate` computes comes after this and needs no `writing`.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import NamedTuple

import frappe
from frappe import _
from frappe.model import display_fieldtypes, table_fields
from frappe.model.document import Document
from frappe.model.workflow import get_workflow_name
from frappe.utils import cast, cint, cstr, get_link_to_form

from agency_crm.framework import readable, typed_values

APP = Path(__file__).parent.parent
ONCE_SAVED = "eval:!doc.__islocal"
# eval:doc.field, eval:!doc.field, eval:doc.field=='Value', eval:doc.field!='Value'
CONDITION = re.compile(r"eval:(?P<no>!?)doc\.(?P<field>\w+)\s*(?:(?P<is>==|!=)\s*'(?P<value>[^']*)')?")
BY_ROLE = "has_role("
AMENDED = "amended_from"
# of a row; of the record itself Frappe refuses a change
STAMPS = ("owner", "creation")
PLACE = ("parent", "parenttype", "parentfield")

_writing: ContextVar[tuple[Document, ...]] = ContextVar("system_fields_writing", default=())


class Field(NamedTuple):
	"""A field of the system."""

	fieldname: str
	label: str
	fieldtype: str
	# of a new record; a custom field's is the meta's
	default: str | float | None
	# empty: always the system's; else the condition under which it is
	read_only_if: str
	# the link whose record it is fetched from
	fetched_by: str
	is_custom: bool


class KeepsSystemFields:
	"""Mixin of a controller: an insert or a save leaves the system's fields as they are stored."""

	typed_fields: tuple[str, ...] = ()
	own_guards: tuple[str, ...] = ()

	def check_if_latest(self):
		"""Frappe's check, and our first chance: here both the stored and the sent values are known."""
		super().check_if_latest()
		keep(self)
		typed_values.read(self)
		readable.tidy(self)

	def check_permission(self, permtype="read", permlevel=None):
		"""Frappe's check of the user's rights; skipped where the system creates the record for them."""
		if not self.flags.made_by_system:
			super().check_permission(permtype, permlevel)

	def _get_missing_mandatory_fields(self):
		"""Frappe's list of (field, message): of the system's own save only what the file asks for, else with a link.

		An administrator may make any field mandatory; only who saves a form can fill it.
		"""
		missing = super()._get_missing_mandatory_fields()
		record = getattr(self, "parent_doc", None) or self
		if is_by_system(record):
			asked = required(self.doctype)
			return [row for row in missing if row[0] in asked]
		if record.is_new():
			return missing
		return [(fieldname, _missing(record, self, fieldname)) for fieldname, _said in missing]

	def validate_set_only_once(self):
		"""Frappe's check, and the same of what the file has set only once and a Property Setter has not."""
		super().validate_set_only_once()
		check_set_once(self)


class ShippedDocument(KeepsSystemFields, Document):
	"""A document of a DocType that this app ships."""


@contextmanager
def writing(*docs: Document) -> Iterator[None]:
	"""Let the saves of `docs` inside write the system's fields: the values are a service's own, not a user's."""
	token = _writing.set((*_writing.get(), *docs))
	try:
		yield
	finally:
		_writing.reset(token)


def is_writing(doc: Document) -> bool:
	"""Whether a service is saving `doc` inside `writing`."""
	return any(doc is other for other in _writing.get())


def is_by_system(doc: Document) -> bool:
	"""Whether the system itself saves `doc`: no user is there to fill or mend what it lacks."""
	return bool(doc.flags.ignore_permissions or doc.flags.made_by_system or is_writing(doc))


def ask_right_first(check_if_latest: Callable, doc: Document) -> None:
	"""Check that nobody has changed a record since; who may not read it isn't told when it was.

	Frappe's own check, wrapped (wraps.py): `run_doc_method` asks only afterwards whether one may read the record.
	"""
	ask_before_telling(
		lambda: check_if_latest(doc),
		frappe.TimestampMismatchError,
		doc=doc,
		right="read",
		about=doc.name,
	)


def ask_before_telling(
	check: Callable, wrong: type[Exception], doc: Document, right: str, about: Document | str | None
) -> None:
	"""Run a check of Frappe's that says `wrong` of a record; who lacks a right is refused without hearing it.

	`about` is what the right is asked on: a record, its name, or None for its DocType. Raises PermissionError.
	"""
	told = None
	try:
		check()
	except wrong as error:
		told = error  # a refusal raised here would carry it along
	if told:
		if is_by_system(doc) or frappe.has_permission(doc.doctype, right, doc=about):
			raise told
		frappe.clear_messages()
		doc.raise_no_permission_to(right)


def keep(doc: Document) -> None:
	"""Put the system's fields of `doc` and of its rows back to what is stored; of a new record, to the defaults."""
	if is_writing(doc):
		return
	stored = doc.get_doc_before_save()
	left: list[str] = []
	if stored and doc.meta.istable:
		doc.update({part: stored.get(part) for part in PLACE})
	_keep_fields(doc, stored, left)
	for table in doc.meta.get_table_fields():
		_keep_rows(doc, stored, table.fieldname, left)
	if left and frappe.flags.in_import and doc.flags.updater_reference:
		frappe.flags.setdefault("left_by_import", []).extend(left)


def check_set_once(doc: Document) -> None:
	"""Raise CannotChangeConstantError for a change of what the DocType's file has set only once."""
	for fieldname in set_once(doc.doctype):
		if doc.has_value_changed(fieldname):
			frappe.throw(
				_("{0} can't be changed any more: it is set once, when the record is made.").format(
					frappe.bold(_(doc.meta.get_label(fieldname), context=doc.doctype))
				),
				frappe.CannotChangeConstantError,
			)


def left_by_import() -> list[str]:
	"""Return, once, the labels of imported fields that the save left unchanged."""
	return frappe.flags.pop("left_by_import", None) or []


def fields_of(doctype: str) -> list[Field]:
	"""The system's fields of a DocType of this app, whatever their conditions; none of another app's."""
	return [*shipped(doctype), *_custom(doctype)]


@cache
def shipped(doctype: str) -> tuple[Field, ...]:
	"""The system's fields by the DocType's file, which is read once a process."""
	content = _file(doctype)
	all_read_only = cint(content.get("read_only"))
	found = (_field(frappe._dict(row), all_read_only=all_read_only) for row in content["fields"])
	# a condition is asked of a record whose other fields are as they stay
	return tuple(sorted(filter(None, found), key=lambda field: bool(field.read_only_if)))


@cache
def set_once(doctype: str) -> tuple[str, ...]:
	"""The fields that the DocType's file has set only once."""
	return tuple(row["fieldname"] for row in _file(doctype)["fields"] if cint(row.get("set_only_once")))


@cache
def required(doctype: str) -> frozenset[str]:
	"""The fields that the DocType's file makes mandatory, and what each row has."""
	fields = (row["fieldname"] for row in _file(doctype)["fields"] if cint(row.get("reqd")))
	return frozenset(fields) | {"parent", "parenttype"}


def _missing(record: Document, doc: Document, fieldname: str) -> str:
	"""Say which field of which record is empty."""
	label = _(doc.meta.get_label(fieldname), context=doc.doctype)
	where = _("Row {0}, {1}").format(doc.idx, label) if doc.meta.istable else label
	link = get_link_to_form(record.doctype, record.name)
	return _("{0} {1}: fill in {2}.").format(_(record.doctype), link, frappe.bold(where))


def _file(doctype: str) -> dict:
	name = frappe.scrub(doctype)
	path = next(APP.glob(f"*/doctype/{name}/{name}.json"), None)
	return json.loads(path.read_text(encoding="utf-8")) if path else {"fields": ()}


def _custom(doctype: str) -> list[Field]:
	meta = frappe.get_meta(doctype)
	# kept with the meta, which Frappe makes anew when a custom field changes
	if "system_fields" not in meta.__dict__:
		found = (_field(row, is_custom=True) for row in meta.fields if row.get("is_custom_field"))
		meta.__dict__["system_fields"] = [field for field in found if field]
	return meta.__dict__["system_fields"]


def _field(row, all_read_only: int = 0, is_custom: bool = False) -> Field | None:
	if row.fieldtype in display_fieldtypes:
		return None
	fetched = row.fetch_from and not cint(row.fetch_if_empty)
	always = all_read_only or cint(row.read_only) or cint(row.hidden) or fetched
	condition = cstr(row.read_only_depends_on)
	if not always and (not condition or BY_ROLE in condition):
		return None
	default = None if is_custom else _default(row)
	read_only_if = "" if always else condition
	fetched_by = cstr(row.fetch_from).split(".")[0] if fetched else ""
	return Field(row.fieldname, row.label, row.fieldtype, default, read_only_if, fetched_by, is_custom)


def _default(row) -> str | float | None:
	"""As Frappe fills it in: a Select without a default takes its first option."""
	if row.default is None and row.fieldtype == "Select":
		return cstr(row.options).split("\n", 1)[0]
	if row.default is None and row.fieldtype != "Check":
		return None
	return cast(row.fieldtype, row.default)


def _keep_fields(doc: Document, stored: Document | None, left: list[str]) -> None:
	others, moved = _others(doc), {}
	if not doc.meta.istable:
		state_field, moved = _workflow(doc, stored)
		others.add(state_field)
	for field in fields_of(doc.doctype):
		if field.fieldname in others or not _applies(field, doc, stored):
			continue
		kept = _kept(field, doc, stored)
		if frappe.flags.in_import and _is_other(field, doc.get(field.fieldname), kept):
			left.append(_label(doc, field))
		doc.set(field.fieldname, moved.get(field.fieldname, kept))
		# of a link that is set Frappe fetches anew, next
		if field.fetched_by and not doc.get(field.fetched_by):
			doc.set(field.fieldname, None)


def _others(doc: Document) -> set[str | None]:
	"""What the controller leaves out; a table's rows may be of another app."""
	controller = type(doc)
	return {*getattr(controller, "typed_fields", ()), *getattr(controller, "own_guards", ())}


def _keep_rows(doc: Document, stored: Document | None, table: str, left: list[str]) -> None:
	known = {row.name: row for row in stored.get(table)} if stored else {}
	for row in doc.get(table):
		before = None if row.is_new() else known.get(row.name)
		if before:
			row.update({stamp: before.get(stamp) for stamp in STAMPS})
		else:
			if stored:  # naming another record's row must not take it over
				row.name = None
				row.set("__islocal", 1)
			row.owner, row.creation = doc.modified_by, doc.modified
		_keep_fields(row, before, left)


def _kept(field: Field, doc: Document, stored: Document | None):
	if field.fieldtype in table_fields:
		return [row.as_dict() for row in stored.get(field.fieldname)] if stored else []
	if stored:
		return stored.get(field.fieldname)
	if field.fieldname == AMENDED:
		return _amended_from(doc)
	return (
		frappe.new_doc(doc.doctype, as_dict=True).get(field.fieldname) if field.is_custom else field.default
	)


def _amended_from(doc: Document) -> str | None:
	"""The cancelled record that a new one amends, if the user may amend it."""
	name = doc.get(AMENDED)
	cancelled = isinstance(name, str) and frappe.db.get_value(doc.doctype, name, "docstatus") == 2
	return name if cancelled and frappe.has_permission(doc.doctype, "amend", doc=name) else None


def _applies(field: Field, doc: Document, stored: Document | None) -> bool:
	if not field.read_only_if:
		return True
	if field.read_only_if == ONCE_SAVED:
		return bool(stored)
	condition = CONDITION.fullmatch(field.read_only_if)
	if not condition:
		return False  # an administrator's, of their own field: their form alone understands it
	value = doc.get(condition["field"])
	if condition["is"]:
		return (cstr(value) == condition["value"]) == (condition["is"] == "==")
	return (value in (None, "", "0", 0)) == bool(condition["no"])


def _workflow(doc: Document, stored: Document | None) -> tuple[str | None, dict]:
	"""The state field of the active workflow, which Frappe checks, and what a change of state sets beside it."""
	name = get_workflow_name(doc.doctype)
	if not name:
		return None, {}
	workflow = frappe.get_cached_doc("Workflow", name)
	state = doc.get(workflow.workflow_state_field)
	if not stored or stored.get(workflow.workflow_state_field) == state:
		return workflow.workflow_state_field, {}
	rows = (row for row in workflow.states if row.state == state and row.update_field)
	return workflow.workflow_state_field, {row.update_field: row.update_value for row in rows}


def _is_other(field: Field, sent, kept) -> bool:
	if sent in (None, "", []):
		return False
	return field.fieldtype in table_fields or cast(field.fieldtype, sent) != cast(field.fieldtype, kept)


def _label(doc: Document, field: Field) -> str:
	label = _(field.label, context=doc.doctype)
	return _("Row {0}, {1}").format(doc.idx, label) if doc.meta.istable else label
