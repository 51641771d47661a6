"""What stands beside a record's form: tags, tasks, likes, followers, shares and links; and workspaces."""

from typing import Literal

import frappe
from frappe import _
from frappe.automation.doctype.assignment_rule import assignment_rule
from frappe.desk import desktop, like
from frappe.desk.doctype.tag import tag as tagging
from frappe.desk.doctype.workspace import workspace
from frappe.desk.form import assign_to as tasks
from frappe.desk.form import document_follow, linked_with
from frappe.desk.form import utils as form_utils
from frappe.desk.page.user_profile import user_profile
from frappe.permissions import SYSTEM_USER_ROLE
from frappe.share import get_users
from frappe.utils import cint, escape_html

from agency_crm.api.arguments import check_word, read_json
from agency_crm.services.desk import workspaces

STATES = ("Link", "Select")  # the kinds of field that a workflow keeps its state in
Order = Literal["asc", "desc"]


@frappe.whitelist()
def add_tag(tag: str, dt: str, dn: str, color: str | None = None) -> str:
	"""Tag a record that the user may read (Frappe writes on any)."""
	frappe.has_permission(dt, "read", doc=dn, throw=True)
	return tagging.add_tag(tag, dt, dn, color)


@frappe.whitelist()
def add_tags(tags: str | list, dt: str, docs: str | list, color: str | None = None) -> None:
	"""Tag several records that the user may read."""
	given = read_json("tags", tags, list, str)
	for name in read_json("docs", docs, list, str):
		frappe.has_permission(dt, "read", doc=name, throw=True)
		for tag in given:
			tagging.add_tag(tag, dt, name, color)


@frappe.whitelist()
def remove_tag(tag: str, dt: str, dn: str) -> None:
	"""Take a tag off a record that the user may read."""
	frappe.has_permission(dt, "read", doc=dn, throw=True)
	tagging.remove_tag(tag, dt, dn)


@frappe.whitelist()
def get_follow_users(doctype: str, doc_name: str) -> list:
	"""Return who follows a record that the user may read."""
	frappe.has_permission(doctype, "read", doc=doc_name, throw=True)
	return document_follow.get_follow_users(doctype, doc_name)


@frappe.whitelist()
def get_shares(doctype: str, name: str) -> list:
	"""Return with whom a record is shared that the user may read."""
	frappe.has_permission(doctype, "read", doc=name, throw=True)
	return get_users(doctype, name)


@frappe.whitelist()
def get_submitted_linked_docs(
	doctype: str, name: str, ignore_doctypes_on_cancel_all: str | list | None = None
) -> dict:
	"""Return the submitted records that hang on one, those of them that the user may read."""
	frappe.has_permission(doctype, "read", doc=name, throw=True)
	found = linked_with.get_submitted_linked_docs(doctype, name, ignore_doctypes_on_cancel_all)
	docs = [doc for doc in found["docs"] if frappe.has_permission(doc["doctype"], "read", doc=doc["name"])]
	return {"docs": docs, "count": len(docs)}


@frappe.whitelist()
def rename_doc(doctype: str, old: str, new: str, merge: bool = False) -> str:
	"""Rename a record where its DocType allows it, which a request can't change its mind about."""
	frappe.has_permission(doctype, "write", doc=old, throw=True)
	return frappe.rename_doc(doctype, old, new, merge=merge)


@frappe.whitelist()
def mark_as_read(docname: str) -> None:
	"""Mark a notification of one's own as read (Frappe marks anybody's)."""
	mine = {"name": docname, "for_user": frappe.session.user}
	for name in frappe.get_list("Notification Log", mine, pluck="name"):
		frappe.db.set_value("Notification Log", name, "read", 1, update_modified=False)


@frappe.whitelist()
def save_workspace(title: str, public: str | int, new_widgets: str, blocks: str) -> dict:
	"""Save what a workspace shows; everybody's is a Workspace Manager's."""
	if cint(frappe.parse_json(public)):
		frappe.only_for("Workspace Manager", message=True)
	return workspace.save_page(title, public, new_widgets, blocks)


@frappe.whitelist()
def update_workspace(
	name: str,
	title: str,
	icon: str | None = None,
	indicator_color: str | None = None,
	parent: str | None = None,
	public: str | int = 0,
) -> dict | None:
	"""Name a workspace anew, or make it everybody's, which is a Workspace Manager's."""
	if cint(frappe.parse_json(public)) or frappe.db.get_value("Workspace", name, "public"):
		frappe.only_for("Workspace Manager", message=True)
	return workspace.update_page(name, title, icon, indicator_color, parent, public)


@frappe.whitelist()
def get_energy_points_percentage_chart_data(user: str, field: str) -> dict:
	"""Return a user's own points by a field of them (Frappe takes any expression for one)."""
	frappe.has_permission("Energy Point Log", "read", throw=True)
	if not frappe.get_meta("Energy Point Log").has_field(field):
		frappe.throw(_("{0} has no field {1}.").format(_("Energy Point Log"), escape_html(field[:50])))
	return user_profile.get_energy_points_percentage_chart_data(user, field)


@frappe.whitelist()
def get_workflow_state_count(doctype: str, workflow_state_field: str, states: str | list) -> list[dict]:
	"""Count the records in states that a workflow is to lose, of those that its writer sees (Frappe counts all).

	Only of a field that may hold a state: of another it would tell what stands in it.
	"""
	frappe.has_permission("Workflow", "write", throw=True)
	field = frappe.get_meta(doctype).get_field(workflow_state_field)
	if not field or field.fieldtype not in STATES:
		return []
	counted = [workflow_state_field, "count(*) as count"]
	kept = {workflow_state_field: ("not in", read_json("states", states, list, str))}
	rows = frappe.get_list(doctype, kept, counted, group_by=workflow_state_field, order_by="")
	return [row for row in rows if row[workflow_state_field]]


@frappe.whitelist()
def get_workspace_sidebar_items() -> dict:
	"""Return the sidebar's workspaces, of who has roles of the agency alone without those they don't use."""
	frappe.only_for(SYSTEM_USER_ROLE)
	found = desktop.get_workspace_sidebar_items()
	return {**found, "pages": workspaces.shown(found["pages"])}


@frappe.whitelist()
def get_desktop_page(page: str) -> dict:
	"""Return a workspace without the shortcuts to new records that its reader may not make."""
	found = desktop.get_desktop_page(page)
	shortcuts = found.get("shortcuts")
	if shortcuts:
		shortcuts["items"] = [
			item
			for item in shortcuts["items"]
			if item.doc_view != "New" or frappe.has_permission(item.link_to, "create")
		]
	return found


@frappe.whitelist()
def get_open_activities(ref_doctype: str, ref_docname: str) -> dict:
	"""Return the open tasks and events of a record the user reads (ERPNext's CRM tells those of any)."""
	frappe.has_permission(ref_doctype, "read", doc=ref_docname, throw=True)
	# by its name: only accounting/ leans on ERPNext
	return frappe.get_attr("erpnext.crm.utils.get_open_activities")(ref_doctype, ref_docname)


@frappe.whitelist()
def get_next(
	doctype: str,
	value: str,
	prev: str | int,
	filters: str | list | None = None,
	sort_order: str = "desc",
	sort_field: str = "modified",
) -> str | None:
	"""Return the next record of a list behind one the user reads: of others its values could be bisected."""
	frappe.has_permission(doctype, "read", doc=value, throw=True)
	check_word("sort_order", sort_order.lower(), Order)
	if sort_field not in frappe.get_meta(doctype).get_valid_columns():
		frappe.throw(_("{0} has no field {1}.").format(_(doctype), frappe.bold(escape_html(sort_field))))
	filters = read_json("filters", filters or [], list)
	return form_utils.get_next(doctype, value, cint(prev), filters, sort_order, sort_field)


@frappe.whitelist()
def toggle_like(doctype: str, name: str, add: str | bool = False) -> None:
	"""Like a record the user reads (Frappe writes it on any, with a comment)."""
	frappe.has_permission(doctype, "read", doc=name, throw=True)
	like.toggle_like(doctype, name, add)


@frappe.whitelist()
def unassign(doctype: str, name: str, assign_to: str) -> None:
	"""Take a task back from a user; the request doesn't say whether rights count (assign_to.remove)."""
	frappe.has_permission(doctype, "read", doc=name, throw=True)
	tasks.remove(doctype, name, assign_to)


@frappe.whitelist()
def unassign_many(doctype: str, names: str) -> None:
	"""Take all tasks of several records back (assign_to.remove_multiple)."""
	for name in read_json("names", names, list, str):
		frappe.has_permission(doctype, "read", doc=name, throw=True)
	tasks.remove_multiple(doctype, names)


@frappe.whitelist()
def apply_rules(doctype: str, docnames: str | list) -> None:
	"""Apply the Assignment Rules to records the user writes (Frappe does so to any)."""
	names = read_json("docnames", docnames, list, str)
	for name in names:
		frappe.has_permission(doctype, "write", doc=name, throw=True)
	assignment_rule.bulk_apply(doctype, names)
