"""Who sees mails to many."""

import frappe
from pypika.terms import Criterion

from agency_crm.permissions.reader import Reader
from agency_crm.permissions.terms import any_of, below_me


def mailings(me: Reader, only: str | None) -> Criterion:
	"""Who wrote it, the managers above, who let it out."""
	mailing = frappe.qb.DocType("Client Mailing")
	return any_of(mailing.owner == me.user, below_me(mailing.store, me))


PREDICATES = {
	"Client Mailing": mailings,
}
INDEXES = (("Client Mailing", ("owner",)),)
