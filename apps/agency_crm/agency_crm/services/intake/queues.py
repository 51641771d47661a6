"""The clerks' queues: what outsiders offer or ask waits until somebody converts or refuses it.

A queue's DocType has status, reject_reason, store, assigned_to, enquirer_name and a sealed number
(services/privacy/secrets.py). A step locks its enquiry: of two clerks the second finds it done. Rules:
docs/rules/clients.md, "Enquiries".
"""

import frappe
from frappe import _
from frappe.utils import cstr, get_fullname, get_link_to_form

from agency_crm.framework import notices, system_fields
from agency_crm.permissions.reader import reader
from agency_crm.permissions.roles import ASSISTANT, MANAGER
from agency_crm.services.privacy import known_numbers, secrets

OPEN = ("New", "Doing")


def check_open(enquiry, is_touched: bool = False) -> None:
	"""Refuse a user's change to a closed enquiry, and any change to what was sent (`is_touched`)."""
	before = enquiry.get_doc_before_save()
	if not before or system_fields.is_writing(enquiry):
		return
	if is_touched or before.status not in OPEN:
		frappe.throw(
			_("Enquiry {0}: what was sent, and what became of it, isn't changed by hand.").format(
				get_link_to_form(enquiry.doctype, enquiry.name)
			)
		)


def store_for(territory: str | None) -> str | None:
	"""The one store of a business circle, else of the nearest place around it; None where several are."""
	if not territory:
		return None
	place, store = frappe.qb.DocType("Territory"), frappe.qb.DocType("Store")
	lft, rgt = frappe.db.get_value("Territory", territory, ["lft", "rgt"])
	found = (
		frappe.qb.from_(store)
		.join(place)
		.on(place.name == store.territory)
		.select(store.name, place.lft)
		.where((place.lft <= lft) & (place.rgt >= rgt) & (store.is_group == 0))
		.orderby(place.lft, order=frappe.qb.desc)
		.limit(2)
	).run()
	several = len(found) == 2 and found[0][1] == found[1][1]
	return found[0][0] if found and not several else None


def tell(enquiry, subject: notices.Text) -> None:
	"""Notify those whose queue a new enquiry is in."""
	roles = ("in", (ASSISTANT, MANAGER))
	staff = frappe.get_all("Has Role", {"role": roles, "parenttype": "User"}, pluck="parent", distinct=True)
	users = [user for user in staff if frappe.has_permission(enquiry.doctype, "read", doc=enquiry, user=user)]
	notices.tell(users, subject, enquiry.doctype, enquiry.name)


def take(doctype: str, name: str):
	"""Assign an enquiry to the session's user; only a manager takes another clerk's."""
	enquiry = locked(doctype, name)
	me = reader()
	theirs = enquiry.assigned_to and enquiry.assigned_to != me.user
	if theirs and not (me.sees_all or me.has(MANAGER)):
		frappe.throw(
			_("Enquiry {0} is already in the hands of {1}.").format(
				get_link_to_form(doctype, name), get_fullname(enquiry.assigned_to)
			),
			title=_("Already Taken"),
		)
	return move(enquiry, "Doing", assigned_to=me.user, store=enquiry.store or me.store)


def reject(doctype: str, name: str, reason: str | None, spam: bool = False):
	"""Close an enquiry that leads to nothing, with a reason; spam needs none."""
	enquiry, reason = locked(doctype, name), cstr(reason).strip()
	if not (reason or spam):
		frappe.throw(_("Say why the enquiry is refused."), frappe.MandatoryError)
	return move(enquiry, "Spam" if spam else "Rejected", reject_reason=reason)


def locked(doctype: str, name: str):
	"""Return an open enquiry of the user's queue, locked until the transaction ends."""
	enquiry = frappe.get_doc(doctype, name, for_update=True)
	enquiry.check_permission("write")
	if enquiry.status not in OPEN:
		frappe.throw(
			_("Enquiry {0} is already {1}.").format(
				get_link_to_form(doctype, name), frappe.bold(_(enquiry.status, context=doctype))
			),
			title=_("Already Done"),
		)
	return enquiry


def move(enquiry, status: str, **values):
	"""Bring an enquiry that `locked` returned into a state."""
	enquiry.update({"status": status, **values})
	with system_fields.writing(enquiry):
		return enquiry.save()


def known_people(enquiry) -> dict:
	"""Clients with the enquiry's number: {"clients": those the user may see, [{"name", "client_name"}],
	"others": how many more}.

	It counts as a question of the user's (services/privacy/known_numbers.py). Raises TooManyRequestsError.
	"""
	whose = known_numbers.tell(enquiry.number_masked, known_numbers.known_clients(enquiry.phone_number))
	shown = [{field: row[field] for field in ("name", "client_name")} for row in whose if "name" in row]
	return {"clients": shown, "others": len(whose) - len(shown)}


def known_client(enquiry, client: str):
	"""Return a Client the user may see who has the enquiry's number; others can't be chosen."""
	doc = frappe.get_doc("Client", client)
	doc.check_permission("read")
	known_numbers.tell(enquiry.number_masked, known_numbers.known_clients(enquiry.phone_number))
	if enquiry.phone_number not in [row.phone_number for row in doc.phones]:
		frappe.throw(
			_(
				"Client {0} doesn't have the number of the enquiry: make a new client or choose another."
			).format(get_link_to_form("Client", client))
		)
	return doc


def new_client(enquiry, agent: str | None = None, related_as: str | None = None, **facts):
	"""A Client, not inserted yet, of who sent an enquiry: of `agent`, else in the enquiry's store.

	`related_as` says who that is to another client with the number, where there is one.
	"""
	client = frappe.new_doc("Client", client_name=enquiry.enquirer_name, agent=agent, **facts)
	client.store = None if agent else enquiry.store
	number = secrets.open_typed(enquiry) or secrets.open_number(enquiry)
	client.append("phones", {"number": number, "related_as": related_as})
	client.flags.made_by_system = True  # who may work the queue off may do what it comes to
	return client
