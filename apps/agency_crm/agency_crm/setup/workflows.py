"""Our workflows in the site's database, an administrator's edit, copy or deletion left alone.

Frappe imports no Workflow from an app by itself. What we imported is remembered in a global: on a
migrate a newer one of ours replaces it only where the workflow still reads as we left it, by what our file
names and nothing else: a newer Frappe adds fields of its own. What is remembered is the content itself rather
than a hash, so that we can say what ours changed.
"""

import ast
import json
import re
from contextlib import suppress
from urllib.parse import quote

import frappe
from frappe import _
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.model import no_value_fields
from frappe.utils import cint, cstr

from agency_crm.framework import workflow_guard
from agency_crm.framework.gate import is_unlimited
from agency_crm.framework.workflow_guard import shipped_workflows

REMEMBERED = "agency_crm_workflow_{0}"
# of what Frappe lets a condition ask beside the record's own fields
ASKED = re.compile(r"\bfrappe\.(?:session\.user\b|utils\.\w+)")
NAMES = {"doc", "int", "float", "round", "_"}
# what tells the rows of a table apart
TABLES = {"states": ("state",), "transitions": ("state", "action", "next_state", "allowed")}


def import_workflows() -> None:
	"""Bring each shipped workflow in, or forward; called after install and after every migrate."""
	for content in shipped_workflows().values():
		import_workflow(content)
		_sync_options(content["document_type"])


def import_workflow(content: dict) -> None:
	"""Import one workflow of the shape of the files in `workflow/`, unless the site's own differs from ours.

	`is_active` is written at the first import only: afterwards it is the administrator's.
	"""
	_make_masters(content)
	doctype, name = content["document_type"], content["workflow_name"]
	shipped = _rows(content)
	key, named = REMEMBERED.format(doctype), _named(shipped)
	wanted = _normal(frappe.get_doc({"doctype": "Workflow", "workflow_name": name, **shipped}), named)
	remembered = _only(json.loads(frappe.db.get_global(key) or "{}"), named)
	workflow = frappe.get_doc("Workflow", name) if frappe.db.exists("Workflow", name) else None
	others = frappe.db.exists("Workflow", {"document_type": doctype, "is_active": 1, "name": ["!=", name]})

	if remembered == wanted:
		return
	if not workflow and not remembered:
		workflow = frappe.get_doc(
			{"doctype": "Workflow", "workflow_name": name, "is_active": int(not others), **shipped}
		)
		workflow.insert(ignore_permissions=True)  # perm: set-up, no user asks
	elif workflow and not others and _is_as_left(workflow, remembered, wanted):
		workflow.update(_with_theirs(workflow, shipped))
		workflow.save(ignore_permissions=True)  # perm: set-up, no user asks
	else:
		return _report(name, remembered, wanted)
	frappe.db.set_global(key, json.dumps(wanted, ensure_ascii=False, sort_keys=True))


def remove_workflows() -> None:
	"""Delete our workflows and what we remember of them, and the options we widened."""
	for doctype, content in shipped_workflows().items():
		frappe.delete_doc("Workflow", content["workflow_name"], ignore_missing=True, force=True)
		frappe.defaults.clear_default(key=REMEMBERED.format(doctype), parent="__global")
		frappe.db.delete("Property Setter", {"doc_type": doctype})


def sync_status_options(doc, method: str | None = None) -> None:
	"""Workflow event: the status field takes every state in use, so that a new state works at once.

	On deletion Frappe keeps the deleted workflow's name in its cache, and the next save would miss it.
	"""
	if doc.document_type in shipped_workflows():
		frappe.clear_cache(doctype=doc.document_type)
		_sync_options(doc.document_type)


def check_conditions(workflow, _event: str | None = None) -> None:
	"""Refuse a condition that asks for more than fields of its record, the user and the time.

	It is asked without rights: who writes it would read, a yes or no at a time, what nobody shows them. A System
	Manager may write any; what we ship and what stands there already stays. Raises PermissionError.
	"""
	if workflow.flags.ignore_permissions or is_unlimited(frappe.session.user):
		return
	before = workflow.get_doc_before_save()
	rows = [row for content in shipped_workflows().values() for row in content["transitions"]]
	known = {row.get("condition") for row in (*rows, *(before.transitions if before else ()))}
	for row in workflow.transitions:
		if row.condition and row.condition not in known and not _asks_of_the_record(row.condition):
			frappe.throw(
				_(
					"Row {0}, {1}: this condition asks for more than the fields of its record (doc.…); "
					"only a System Manager may write such a one."
				).format(row.idx, frappe.bold(_("Condition", context="Workflow Transition"))),
				frappe.PermissionError,
			)


def _asks_of_the_record(condition: str) -> bool:
	with suppress(SyntaxError, ValueError):
		asked = ASKED.sub("_", ast.unparse(ast.parse(condition.strip(), mode="eval")))
		return all(node.id in NAMES for node in ast.walk(ast.parse(asked)) if isinstance(node, ast.Name))
	return False


def keep_states_in_use(doc, method: str | None = None) -> None:
	"""Workflow event: an active workflow has every state that a record of ours is in.

	Raises ValidationError, naming the states without a row and how many records stand in each.
	"""
	if doc.document_type not in shipped_workflows() or not cint(doc.is_active):
		return
	stranded = workflow_guard.stranded(
		doc.document_type, doc.workflow_state_field, [row.state for row in doc.states]
	)
	if stranded:
		frappe.throw(
			[_said(doc.document_type, doc.workflow_state_field, row) for row in stranded],
			title=_("States in Use"),
			as_list=True,
		)


def _said(doctype: str, field: str, row: dict) -> str:
	url = f"/app/{frappe.scrub(doctype).replace('_', '-')}?{field}={quote(row.state)}"
	link = f'<a href="{url}">{frappe.bold(_(row.state, context=doctype))}</a>'
	message = _(
		"{0} records of {1} are in the state {2}. Bring them into another state first: Actions, Move Records."
	)
	return message.format(row.records, _(doctype), link)


def _sync_options(doctype: str) -> None:
	"""Options of the status field = shipped + states of the active workflow + states of records."""
	field = shipped_workflows()[doctype]["workflow_state_field"]
	shipped = frappe.db.get_value("DocField", {"parent": doctype, "fieldname": field}, "options").split("\n")
	active = frappe.get_all("Workflow", {"document_type": doctype, "is_active": 1}, pluck="name")
	states = frappe.get_all(
		"Workflow Document State", {"parent": ["in", active]}, pluck="state", order_by="idx"
	)
	records = frappe.get_all(doctype, pluck=field, distinct=True, order_by="")
	options = list(dict.fromkeys([*shipped, *states, *filter(None, records)]))
	setter = {"doc_type": doctype, "field_name": field, "property": "options"}
	if options == shipped:
		frappe.db.delete("Property Setter", setter)
	elif frappe.db.get_value("Property Setter", setter, "value") != "\n".join(options):
		make_property_setter(
			doctype, field, "options", "\n".join(options), "Text", validate_fields_for_doctype=False
		)
	frappe.clear_cache(doctype=doctype)


def _make_masters(content: dict) -> None:
	masters = [
		{"doctype": "Workflow State", "workflow_state_name": state, "style": style}
		for state, style in content["styles"].items()
	]
	masters += [
		{"doctype": "Workflow Action Master", "workflow_action_name": action}
		for action in dict.fromkeys(row["action"] for row in content["transitions"])
	]
	for master in masters:
		frappe.get_doc(master).insert(
			ignore_permissions=True,  # perm: set-up, no user asks
			ignore_if_duplicate=True,
		)


def _rows(content: dict) -> dict:
	"""The fields of the Workflow we write: a transition of the file stands for one row a role."""
	return {
		"document_type": content["document_type"],
		"workflow_state_field": content["workflow_state_field"],
		"states": [dict(row) for row in content["states"]],
		"transitions": [
			{**row, "allowed": role} for row in content["transitions"] for role in row["allowed"]
		],
	}


def _named(rows: dict) -> dict[str, set[str]]:
	"""The fields that the rows of each table name: what newer Frappe adds to a row is none of ours."""
	return {table: set().union(*rows.get(table, ())) for table in TABLES}


def _normal(workflow, named: dict[str, set[str]]) -> dict:
	"""What counts as the workflow's content: the state's field, and the named fields of the rows in their order."""
	content = {"workflow_state_field": workflow.workflow_state_field}
	for table in TABLES:
		content[table] = [_normal_row(row, named[table]) for row in workflow.get(table)]
	return content


def _normal_row(row, named: set[str]) -> dict:
	return {
		field.fieldname: cint(row.get(field.fieldname))
		if field.fieldtype == "Check"
		else cstr(row.get(field.fieldname))
		for field in row.meta.fields
		if field.fieldname in named
	}


def _only(content: dict, named: dict[str, set[str]]) -> dict:
	"""A workflow's content without the fields of its rows that aren't named."""
	rows = {table: content[table] for table in TABLES if table in content}
	kept = {
		table: [{field: row[field] for field in row if field in named[table]} for row in rows[table]]
		for table in rows
	}
	return content | kept


def _is_as_left(workflow, remembered: dict, wanted: dict) -> bool:
	"""Whether the site's workflow reads as what we left there, or as what is wanted now."""
	return any(left and _normal(workflow, _named(left)) == left for left in (remembered, wanted))


def _with_theirs(workflow, shipped: dict) -> dict:
	"""Our rows, with what the site gave in fields that ours don't name; in a new row, with those fields' defaults."""
	return shipped | {table: _rows_with_theirs(workflow, table, shipped[table]) for table in TABLES}


def _rows_with_theirs(workflow, table: str, ours: list[dict]) -> list[dict]:
	identity, named = TABLES[table], _named({table: ours})[table]
	fields = frappe.get_meta(workflow.meta.get_options(table)).fields
	defaults = {
		field.fieldname: field.default
		for field in fields
		if field.fieldtype not in no_value_fields and field.fieldname not in named
	}
	theirs = {tuple(map(row.get, identity)): row for row in workflow.get(table)}
	found = ((row, theirs.get(tuple(map(row.get, identity)), defaults)) for row in ours)
	return [{field: left.get(field) for field in defaults} | row for row, left in found]


def _report(name: str, remembered: dict, wanted: dict) -> None:
	"""Print what ours changed since it was imported: the site's workflow stays as it is."""
	print(_("Workflow {0} was changed, replaced or deleted here, and stays so. New in ours:").format(name))
	old, new = _lines(remembered), _lines(wanted)
	for sign, lines, others in (("+", new, old), ("-", old, new)):
		for line in lines:
			if line not in others:
				print(f"  {sign} {line}")


def _lines(content: dict) -> list[str]:
	lines = []
	for table in TABLES:
		for row in content.get(table, ()):
			lines.append(", ".join(f"{key} {value}" for key, value in row.items() if value not in ("", 0)))
	return lines
