"""Who sees what agents earn."""

import frappe
from pypika.terms import Criterion

from agency_crm.permissions.reader import Reader
from agency_crm.permissions.roles import ACCOUNTANT, CASHIER
from agency_crm.permissions.terms import EVERYBODY, NOBODY, any_of, below_me, equals


def splits(me: Reader, only: str | None) -> Criterion:
	"""One's own row; on the deal's form a sharer also sees the others' roles and shares (api/deals/sheet.py)."""
	return _earnings("Deal Split", me)


def statements(me: Reader, only: str | None) -> Criterion:
	return EVERYBODY if me.has(CASHIER) else _earnings("Commission Statement", me)


def _earnings(doctype: str, me: Reader) -> Criterion:
	"""The agent who earns it, the managers of that store, the accountants."""
	row = frappe.qb.DocType(doctype)
	own = any_of(equals(row.agent, me.agent), below_me(row.store, me))
	return EVERYBODY if me.has(ACCOUNTANT) else own


def ledger_documents(me: Reader, only: str | None) -> Criterion:
	"""One document holds what many agents earn, of every store: it is the accounts' alone."""
	return EVERYBODY if me.has(ACCOUNTANT, CASHIER) else NOBODY


PREDICATES = {
	"Commission Accrual": ledger_documents,
	"Commission Payout": ledger_documents,
	"Commission Statement": statements,
	"Deal Split": splits,
}
INDEXES = (
	("Commission Statement", ("agent",)),
	("Commission Statement", ("store",)),
)
