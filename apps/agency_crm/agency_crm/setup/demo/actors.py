"""Who acts in the demo: its users, and how each step works as one of them."""

import json
import os
import secrets
from contextlib import contextmanager

import frappe
from frappe import realtime
from frappe.model.workflow import apply_workflow
from frappe.utils.password import update_password

from agency_crm.permissions.roles import (
	ACCOUNTANT,
	ADMINISTRATOR,
	AGENT,
	ASSISTANT,
	CASHIER,
	MANAGER,
	OFFICER,
)

DOMAIN = "demo.agency.example"
WORKFLOW_ACTIONS = "frappe.workflow.doctype.workflow_action.workflow_action.process_workflow_actions"
# role, the name before the @, the person's name: one login a role
LOGINS = (
	(AGENT, "agent01", None),
	(ASSISTANT, "assistant", "助理小周"),
	(OFFICER, "title", "权证老秦"),
	(MANAGER, "manager1", None),
	(ACCOUNTANT, "accountant", "会计许姐"),
	(CASHIER, "cashier", "出纳小沈"),
	(ADMINISTRATOR, "admin", "系统管理员"),
)


def address(name: str) -> str:
	"""Return the login of the demo's user `name`."""
	return f"{name}@{DOMAIN}"


def act_as(name: str) -> None:
	"""Go on as the demo's user `name`."""
	frappe.set_user(address(name))


def active_agents() -> list[frappe._dict]:
	"""Return the demo's agents in order: name, user, store."""
	return frappe.get_all(
		"Agent", fields=["name", "user", "store"], filters={"status": "Active"}, order_by="name"
	)


def managers() -> dict[str, str]:
	"""Return the manager's user of each store."""
	return dict(frappe.get_all("Store", fields=["name", "manager"], as_list=True))


def with_owner(listings: list[str]) -> list[str]:
	"""Return those of `listings` whose owner is recorded, in their order."""
	rows = {"parenttype": "Listing", "parent": ("in", listings)}
	owned = set(frappe.get_all("Listing Owner", rows, pluck="parent"))
	return [name for name in listings if name in owned]


def insert(doctype: str, **values):
	"""Insert a document as the present user and return it."""
	return frappe.get_doc({"doctype": doctype, **values}).insert()


def press(doc, *actions: str):
	"""Press buttons of the workflow on a saved document as the present user and return it."""
	for action in actions:
		doc = apply_workflow(doc, action)
	return doc


def make_user(name: str, person: str, role: str) -> str:
	"""Insert a user who reads Chinese and gets no mail; return the login."""
	values = {"email": address(name), "first_name": person, "language": "zh", "send_welcome_email": 0}
	return insert("User", **values, roles=[{"role": role}]).name


def read_or_make_logins(path: str) -> dict[str, dict]:
	"""Return the logins of the file, made with new passwords and mode 600 where it isn't there."""
	if os.path.exists(path):
		with open(path, encoding="utf-8") as file:
			return json.load(file)
	logins = {
		role: {"user": address(name), "password": secrets.token_urlsafe(9)} for role, name, _person in LOGINS
	}
	with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
		json.dump(logins, file, ensure_ascii=False, indent=1)
	return logins


def set_passwords(logins: dict[str, dict]) -> None:
	"""Give the users of `logins` their passwords."""
	for login in logins.values():
		update_password(login["user"], login["password"])


@contextmanager
def without_workflow_actions():
	"""Keep no list of open Workflow Actions: Frappe reads every transition anew for it, half of each save."""
	handlers = frappe.get_doc_hooks()["*"]["on_update"]
	handlers.remove(WORKFLOW_ACTIONS)
	try:
		yield
	finally:
		handlers.append(WORKFLOW_ACTIONS)


@contextmanager
def unheard():
	"""Send no realtime events: Frappe compares each with all that wait for the same commit, a seventh of the time."""
	publish = realtime.publish_realtime
	realtime.publish_realtime = lambda *args, **kwargs: None
	try:
		yield
	finally:
		realtime.publish_realtime = publish
