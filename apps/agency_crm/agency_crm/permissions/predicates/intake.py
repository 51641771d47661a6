"""Who sees enquiries of people without a desk."""

import frappe
from pypika.terms import Criterion

from agency_crm.permissions.reader import Reader
from agency_crm.permissions.roles import ASSISTANT, MANAGER
from agency_crm.permissions.terms import NOBODY, any_of, below_me, equals


def listing_enquiries(me: Reader, only: str | None) -> Criterion:
	return _enquiries("Listing Enquiry", me)


def client_enquiries(me: Reader, only: str | None) -> Criterion:
	return _enquiries("Client Enquiry", me)


def _enquiries(doctype: str, me: Reader) -> Criterion:
	"""The clerks and managers of its store; of no store yet, all of them. No agent: it holds who offers or asks what."""
	if not me.has(ASSISTANT, MANAGER):
		return NOBODY
	enquiry = frappe.qb.DocType(doctype)
	unrouted = enquiry.store.isnull() | (enquiry.store == "")
	mine = equals(enquiry.store, me.store) if me.has(ASSISTANT) else NOBODY
	return any_of(unrouted, mine, enquiry.assigned_to == me.user, below_me(enquiry.store, me))


PREDICATES = {
	"Client Enquiry": client_enquiries,
	"Listing Enquiry": listing_enquiries,
}
