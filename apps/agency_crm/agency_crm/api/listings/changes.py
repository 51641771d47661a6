"""What the form of a Listing shows of its past, and who follows it."""

import frappe

from agency_crm.permissions.reader import manages
from agency_crm.services.listings import changes, followers


@frappe.whitelist()
def history(listing: str) -> dict:
	"""Return the prices and entries of a listing (services/listings/changes.py::history), and the user's part:
	"follows" ({"daily_mail"} or None) and "may_pin".
	"""
	doc = frappe.get_doc("Listing", listing)
	doc.check_permission("read")
	mine = {"follows": followers.choice(listing), "may_pin": manages(doc.store)}
	return {**changes.history(doc), **mine}


@frappe.whitelist(methods=["POST"])
def follow(listing: str, daily_mail: bool = False) -> None:
	"""Let the user hear of the changes of a listing: by the bell at once, and by a daily mail if wanted."""
	frappe.has_permission("Listing", "read", doc=listing, throw=True)
	followers.follow(listing, daily_mail)


@frappe.whitelist(methods=["POST"])
def unfollow(listing: str) -> None:
	"""Let the user hear no more of a listing they follow, be it still open to them or not."""
	frappe.has_permission("Listing Follower", "delete", throw=True)
	followers.unfollow(listing)
