"""Mailings to a segment: their steps, and how a client gets no more of them."""

import frappe
from frappe.rate_limiter import rate_limit

from agency_crm.services.notifications import mailings
from agency_crm.services.privacy import reveals


@frappe.whitelist()
def get_audience(name: str) -> dict:
	"""Return {"members", "reachable"}: how many clients of its segment the writer sees, how many get the mail."""
	doc = frappe.get_doc(mailings.DOCTYPE, name)
	doc.check_permission("read")
	return mailings.audience(doc)


@frappe.whitelist(methods=["POST"])
def request(name: str) -> None:
	"""Ask the manager of the mailing's store to let it out."""
	frappe.get_doc(mailings.DOCTYPE, name).check_permission("write")
	mailings.request(name)


@frappe.whitelist(methods=["POST"])
def approve(name: str) -> None:
	"""Let a mailing out; only managers above its store may."""
	frappe.get_doc(mailings.DOCTYPE, name).check_permission("write")
	mailings.approve(name)


@frappe.whitelist(methods=["POST"])
def send_back(name: str, reason: str) -> None:
	"""Give a mailing back to its writer, with a reason; only managers above its store may."""
	frappe.get_doc(mailings.DOCTYPE, name).check_permission("write")
	mailings.send_back(name, reason)


@frappe.whitelist(methods=["POST"])
def set_email(client: str, email: str) -> None:
	"""Keep a client's e-mail address, encrypted; an empty one takes it away."""
	frappe.has_permission("Client", "write", doc=client, throw=True)
	reveals.keep("Client", client, {"email": email})


@frappe.whitelist(allow_guest=True, methods=["POST"])
@rate_limit(limit=30, seconds=3600)
def stop(client: str, key: str) -> None:
	"""Withdraw the consent of the client whose mail brought the link with this key."""
	mailings.check_permission(client, key)
	mailings.stop(client)
