"""Guard a record's state, whichever way the change comes.

Frappe checks a transition only in its own buttons: a plain save, `submit()`, REST or a board drag may set any
state with any docstatus, and a state's "Only Allow Edit For" refuses no edit. The controllers of Listing,
Viewing and Deal call `check` on validate, before_cancel and before_update_after_submit. They extend
`GuardedDocument`, so that the system's own moves pass.

No rule reads a state's name: a state row sets its phase through "Update Field" = `phase`.
"""

import json
from functools import lru_cache
from pathlib import Path

import frappe
from frappe import _
from frappe.core.doctype.version.version import get_diff
from frappe.model.workflow import (
	WorkflowPermissionError,
	get_workflow_name,
	has_approval_access,
	is_transition_condition_satisfied,
)
from frappe.query_builder.functions import Count
from frappe.utils import cint, get_link_to_form

from agency_crm.domain.phases import DRAFT
from agency_crm.framework import system_fields

STATUS_FIELD = "status"
SHIPPED = Path(__file__).parent.parent / "workflow"
REASON_FIELDS = {"Listing": "status_reason", "Viewing": "cancel_reason", "Deal": "void_reason"}


class GuardedDocument(system_fields.ShippedDocument):
	"""A document whose state changes only through `check`."""

	own_guards = (STATUS_FIELD,)

	def validate_workflow(self):
		"""Frappe's own check, which knows of no move but a user's: the system's is checked by `check`."""
		if not self.flags.system_state:
			super().validate_workflow()


@lru_cache(maxsize=1)
def shipped_workflows() -> dict[str, dict]:
	"""DocType -> the content of its file in `workflow/`."""
	files = (json.loads(path.read_text(encoding="utf-8")) for path in sorted(SHIPPED.glob("*.json")))
	return {content["document_type"]: content for content in files}


def check(doc) -> None:
	"""Set the phase of `doc`, and refuse a state, an edit, a submit or a cancel not open to this user.

	Raises `WorkflowPermissionError` (a ValidationError). Without an active workflow only the phase is
	set, by the shipped one. A controller may have `check_transition(old_row, new_row)`, called for every
	change of state with the two state rows; `doc.flags.transition` is the transition used (None for
	the system's own move).
	"""
	workflow = _active_workflow(doc.doctype)
	before = doc.get_doc_before_save()
	if workflow:
		field = workflow.workflow_state_field
		if not doc.get(field):
			doc.set(field, workflow.states[0].state)
		_check_docstatus(doc, workflow)
		_check_change(doc, before, workflow)
		_check_locked(doc, before, workflow)
	_set_phase(doc, before)


def state_for(doctype: str, phase: str, prefer: str | None = None, docstatus: int | None = None) -> str:
	"""Name of the state of `doctype`'s workflow for `phase`: `prefer` if it is one of them, else the first.

	`docstatus` leaves only the states of that document status. Raises ValidationError where none is left.
	"""
	states = [
		row.state
		for row in _state_rows(doctype)
		if _phase_of(row) == phase and (docstatus is None or cint(row.doc_status) == docstatus)
	]
	if not states:
		frappe.throw(
			_(
				"The workflow of {0} has no state whose Update Field is phase with the value {1}. "
				"Add one to the active Workflow of {0}."
			).format(_(doctype), frappe.bold(phase)),
			title=_("State Missing"),
		)
	return prefer if prefer in states else states[0]


def states_between(doctype: str, phase: str, next_phase: str, entered: bool = False) -> list[str]:
	"""Names of the states of `phase` from which a transition leads into `next_phase`; if `entered`, where it leads."""
	workflow = _active_workflow(doctype)
	if not workflow:
		workflow = frappe._dict(shipped_workflows()[doctype])
	phases = {row.state: _phase_of(row) for row in _state_rows(doctype)}
	ways = [frappe._dict(row) if isinstance(row, dict) else row for row in workflow.transitions]
	ways = [row for row in ways if phases[row.state] == phase and phases[row.next_state] == next_phase]
	found = [row.next_state if entered else row.state for row in ways]
	return list(dict.fromkeys(found))


def move(doc, phase: str, prefer: str | None = None, reason: str | None = None) -> None:
	"""Bring `doc` into a state of `phase` as the system, saved; nothing happens if it is in that state.

	No transition needs to be open to the user: the caller has decided that the event moves the record.
	"""
	state = state_for(doc.doctype, phase, prefer, cint(doc.docstatus))
	if doc.get(state_field(doc.doctype)) != state:
		set_state(doc, state, reason)


def set_state(doc, state: str, reason: str | None = None) -> None:
	"""Save `doc` in another state as the system, which needs no transition."""
	doc.set(state_field(doc.doctype), state)
	if reason and doc.docstatus.is_draft():
		doc.set(REASON_FIELDS[doc.doctype], reason)
	ignored, doc.flags.system_state = doc.flags.ignore_permissions, state
	try:
		with system_fields.writing(doc):
			doc.save(ignore_permissions=True)  # perm: the system's own move, decided by the calling service
	finally:
		# perm: none is skipped, the flag is again what it was
		doc.flags.system_state, doc.flags.ignore_permissions = None, ignored
	said = _(state, context=doc.doctype)
	doc.add_comment("Workflow", f"{said}: {reason}" if reason else said)


def roles_ahead(doc, phases: tuple[str, ...]) -> set[str]:
	"""The roles whom the workflow lets take `doc` on into a state of one of `phases`."""
	workflow = _active_workflow(doc.doctype)
	if not workflow:
		return set()
	ahead = {row.state for row in workflow.states if _phase_of(row) in phases}
	state = doc.get(workflow.workflow_state_field)
	return {row.allowed for row in workflow.transitions if row.state == state and row.next_state in ahead}


def stranded(doctype: str, field: str, states: list[str]) -> list[dict]:
	"""The states that records of `doctype` are in and that aren't among `states`: [{"state", "records"}]."""
	table = frappe.qb.DocType(doctype)
	state = table[field]
	return (
		frappe.qb.from_(table)
		.select(state.as_("state"), Count("*").as_("records"))
		.where(state.isnotnull() & (state != "") & state.notin(states or [""]))
		.groupby(state)
		.orderby(state)
	).run(as_dict=True)


def move_records(doctype: str, state: str, next_state: str, limit: int) -> dict:
	"""Bring up to `limit` records from one state into another as the system; return {"moved", "left"}.

	`state` may be one that the workflow no longer has. Raises ValidationError where `next_state` is none of
	the active workflow's, or where a record is refused there, naming it.
	"""
	field = state_field(doctype)
	rows = [row for row in _state_rows(doctype) if row.state == next_state]
	if not rows:
		frappe.throw(_("{0} is not a state of {1}.").format(frappe.bold(next_state), _(doctype)))
	names = frappe.get_all(doctype, {field: state}, pluck="name", order_by="name", limit=limit)
	for name in names:
		doc = frappe.get_doc(doctype, name, for_update=True)
		set_state(doc, next_state, _("The state {0} is given up.").format(_(state, context=doctype)))
	return {"moved": len(names), "left": frappe.db.count(doctype, {field: state})}


def _active_workflow(doctype: str):
	name = get_workflow_name(doctype)
	return frappe.get_cached_doc("Workflow", name) if name else None


def state_field(doctype: str) -> str:
	"""The field that holds the state of records of `doctype`."""
	workflow = _active_workflow(doctype)
	return workflow.workflow_state_field if workflow else STATUS_FIELD


def _state_rows(doctype: str) -> list:
	workflow = _active_workflow(doctype)
	if workflow:
		return workflow.states
	return [frappe._dict(row) for row in shipped_workflows()[doctype]["states"]]


def _rows_of(workflow, state: str | None) -> list:
	return [row for row in workflow.states if row.state == state]


def _phase_of(row) -> str | None:
	return row.update_value if row.update_field == "phase" else None


def _set_phase(doc, before) -> None:
	"""Set the phase of the state; a state without one leaves the record's phase as it was."""
	state = doc.get(state_field(doc.doctype))
	phases = (_phase_of(row) for row in _state_rows(doc.doctype) if row.state == state)
	doc.phase = next(filter(None, phases), None) or (before and before.phase) or DRAFT


def _check_docstatus(doc, workflow) -> None:
	state = doc.get(workflow.workflow_state_field)
	rows = _rows_of(workflow, state)
	if not rows:
		message = _("{0} is not a state of the workflow {1}.")
		_refuse(doc, message.format(_said(doc, state), frappe.bold(workflow.name)))
	if all(cint(row.doc_status) != cint(doc.docstatus) for row in rows):
		words = [_("a draft"), _("submitted"), _("cancelled")]
		_refuse(
			doc,
			_("In the state {0} it is {1}, not {2}. Use the workflow's actions to submit or cancel.").format(
				_said(doc, state), words[cint(rows[0].doc_status)], words[cint(doc.docstatus)]
			),
		)


def _check_change(doc, before, workflow) -> None:
	field = workflow.workflow_state_field
	new = doc.get(field)
	old = before.get(field) if before else workflow.states[0].state
	doc.flags.transition = None
	if old == new:
		return
	if doc.flags.system_state != new:
		doc.flags.transition = _open_transition(doc, before, workflow, old, new)
	if hasattr(doc, "check_transition"):
		old_row = next(iter(_rows_of(workflow, old)), None)
		doc.check_transition(old_row, _rows_of(workflow, new)[0])


def _open_transition(doc, before, workflow, old: str, new: str):
	"""The transition from `old` to `new` open to this user; what they may do instead is in the error."""
	if not before:
		_refuse(
			doc,
			_("A new record starts as {0}, not as {1}.").format(_said(doc, old), _said(doc, new)),
		)
	user, roles = frappe.session.user, set(frappe.get_roles())
	ways = [
		row
		for row in workflow.transitions
		if row.state == old and row.allowed in roles and is_transition_condition_satisfied(row, before)
	]
	own = False
	for row in ways:
		if row.next_state == new:
			if has_approval_access(user, before, row):
				return row
			own = True
	if own:
		_refuse(
			doc,
			_("You made this record: somebody else must move it from {0} to {1}.").format(
				_said(doc, old), _said(doc, new)
			),
		)
	message = _("It cannot go from {0} to {1}.").format(_said(doc, old), _said(doc, new))
	open_states = dict.fromkeys(
		_(row.next_state, context=doc.doctype) for row in ways if has_approval_access(user, before, row)
	)
	if open_states:
		message += " " + _("Open to you from here: {0}.").format(", ".join(open_states))
	else:
		message += " " + _("No change of state is open to you from here.")
	_refuse(doc, message)


def _check_locked(doc, before, workflow) -> None:
	"""Refuse edits by users outside the state's "Only Allow Edit For"; Frappe only hides the form."""
	if not before or doc.flags.ignore_permissions or frappe.session.user == "Administrator":
		return
	rows = _rows_of(workflow, before.get(workflow.workflow_state_field))
	if not rows or {row.allow_edit for row in rows} & set(frappe.get_roles()):
		return
	changed = _edited_fields(doc, before)
	if changed:
		_refuse(
			doc,
			_("In the state {0} only {1} may change: {2}.").format(
				_said(doc, rows[0].state),
				", ".join(sorted({_(row.allow_edit) for row in rows})),
				", ".join(changed),
			),
		)


def _edited_fields(doc, before) -> list[str]:
	"""Return the labels of the fields the user changed, without those the system fills or has just moved."""
	diff = get_diff(before, doc) or {}
	names = [row[0] for part in ("changed", "added", "removed", "row_changed") for row in diff.get(part, [])]
	own = {field.fieldname for field in system_fields.fields_of(doc.doctype) if not field.read_only_if}
	names = dict.fromkeys(name for name in names if name not in own | {REASON_FIELDS.get(doc.doctype)})
	return [_(field.label, context=doc.doctype) for field in map(doc.meta.get_field, names) if field]


def _said(doc, state: str) -> str:
	return frappe.bold(_(state, context=doc.doctype))


def _refuse(doc, message: str) -> None:
	if doc.is_new():
		who = _("New {0}").format(_(doc.doctype))
	else:
		who = f"{_(doc.doctype)} {get_link_to_form(doc.doctype, doc.name)}"
	frappe.throw(f"{who}: {message}", WorkflowPermissionError)
