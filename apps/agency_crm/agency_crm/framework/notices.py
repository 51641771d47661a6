"""Notify users inside the Desk, by Frappe's bell."""

from collections.abc import Callable, Iterable
from datetime import datetime

import frappe
from frappe.utils import escape_html

from agency_crm.framework import languages

Text = Callable[[], str]  # called once for each language


def tell(
	users: Iterable[str | None], subject: Text, doctype: str, name: str, link: str | None = None
) -> None:
	"""Notify each user once, except the one whose action caused it.

	The notice is plain text and opens a record, or `link`. Each user reads `subject` in their own language. The
	notices are part of the caller's transaction: a rollback takes them back. Users who switched notifications
	off, or may not log in, get none.
	"""
	wanted = sorted(set(filter(None, users)) - {frappe.session.user})
	if not wanted:
		return
	user, choice = frappe.qb.DocType("User"), frappe.qb.DocType("Notification Settings")
	listening = (
		frappe.qb.from_(user)
		.left_join(choice)
		.on(choice.name == user.name)
		.select(user.name)
		.where(user.name.isin(wanted) & (user.enabled == 1))
		.where(choice.enabled.isnull() | (choice.enabled == 1))
		.run(pluck=True)
	)
	for receiver, said in languages.said_to(listening, subject).items():
		log = frappe.new_doc("Notification Log", for_user=receiver, type="Alert")
		log.update(
			{"document_type": doctype, "document_name": name, "subject": escape_html(said), "link": link}
		)
		log.from_user = frappe.session.user
		log.insert(ignore_permissions=True)  # perm: a notice is its receiver's, whoever caused it


def bring_up_to_date(users: Iterable[str], subject: Text, link: str, since: datetime) -> set[str]:
	"""Rewrite unread notices: those with `link` told after `since` now say `subject`; return their users."""
	log = frappe.qb.DocType("Notification Log")
	unread = log.for_user.isin(list(users)) & (log.link == link) & (log.read == 0) & (log.creation > since)
	rows = frappe.qb.from_(log).select(log.name, log.for_user).where(unread).run() if users else []
	said = languages.said_to({user for _name, user in rows}, subject)
	for name, user in rows:
		frappe.db.set_value(
			"Notification Log", name, "subject", escape_html(said[user]), update_modified=False
		)
	return set(said)
