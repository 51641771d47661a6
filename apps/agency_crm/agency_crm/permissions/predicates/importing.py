"""Who sees files brought in."""

import frappe
from pypika.terms import Criterion

from agency_crm.permissions.reader import Reader
from agency_crm.permissions.terms import any_of, below_me


def listing_imports(me: Reader, only: str | None) -> Criterion:
	return _brought("Listing Import", me)


def client_imports(me: Reader, only: str | None) -> Criterion:
	return _brought("Client Import", me)


def _brought(doctype: str, me: Reader) -> Criterion:
	"""An import's file is everything an office knew: who brought it, and the managers above."""
	batch = frappe.qb.DocType(doctype)
	return any_of(batch.owner == me.user, below_me(batch.store, me))


PREDICATES = {
	"Client Import": client_imports,
	"Listing Import": listing_imports,
}
INDEXES = (
	("Client Import", ("store",)),
	("Client Import", ("owner",)),
	("Listing Import", ("store",)),
	("Listing Import", ("owner",)),
)
