"""What a deal's form shows of its fees and splits, and what the user may do with them."""

import frappe
from frappe.utils import flt

from agency_crm.accounting import ledger, receipts
from agency_crm.domain.phases import HELD, LIVE
from agency_crm.services.commission import splits
from agency_crm.services.deals import fees
from agency_crm.services.office import agents, approvals

FEE_FIELDS = [
	"name",
	"side",
	"fee_type",
	"payer_name",
	"basis",
	"rate",
	"amount",
	"discount",
	"due_on",
	"client_consent",
	"sales_invoice",
	"invoiced",
]
SHARED_FIELDS = ["name", "sequence", "role", "kind", "agent", "supplier", "store", "percent", "confirmed_on"]
OWN_FIELDS = ["rate", "performance", "realised", "accrued", "paid"]


def sheet_of(deal) -> dict:
	"""Return {"fees", "splits", "totals", "payers", "usual", "termination", "may"} of `deal` (a Deal).

	Money in CNY, shares in %. The totals of `accrued` and `paid` are those of the rows whose amounts the user sees:
	a total of all, less one's own, would be the other's. `usual` is what a new fee starts from, `termination` the newest one's name,
	`payers` the Customers who still owe, for whom the user may book a receipt.
	Every reader of the deal sees each split's role, payee and percent; rate and amounts only on the rows that
	the user may read as Deal Split (own, the stores below, all for accountants).
	"""
	# the caller checked the deal; what isn't the user's own is taken out below
	rows = frappe.get_all(
		"Deal Split",
		filters={"deal": deal.name},
		fields=SHARED_FIELDS + OWN_FIELDS,
		order_by="sequence, name",
	)
	visible = splits.seen([deal.name])
	mine = frappe.db.get_value("Agent", {"user": frappe.session.user})
	manager = approvals.MANAGER in frappe.get_roles()
	for row in rows:
		row.mine = bool(mine and row.agent == mine)
		is_visible = visible is None or row.name in visible
		row.may_confirm = not row.confirmed_on and (row.mine or (manager and is_visible))
		row.payee = agents.name_of(row.agent) if row.agent else row.supplier
		if not is_visible:
			row.update(dict.fromkeys(OWN_FIELDS))
	billed = frappe.get_all("Deal Fee", filters={"deal": deal.name}, fields=FEE_FIELDS, order_by="creation")
	may_receive = deal.docstatus.is_submitted() and frappe.has_permission("Payment Entry", "create")
	owing = receipts.open_invoices(deal.name) if may_receive else []
	editable = frappe.has_permission("Deal", "write", doc=deal) and not (
		approvals.is_frozen(deal) or approvals.is_under_review_by_others(deal)
	)
	return {
		"fees": billed,
		"splits": rows,
		"totals": {
			"fees": flt(sum(fee.amount for fee in billed), 2),
			"percent": flt(sum(row.percent for row in rows if row.kind == "Split"), 6),
			"invoiced": flt(deal.invoiced),
			"credited": flt(deal.credited),
			"received": flt(deal.received),
			"accrued": _total(rows, "accrued"),
			"paid": _total(rows, "paid"),
			"outstanding": flt(ledger.outstanding([deal.name])[deal.name]),
		},
		"payers": {row.customer: row.customer_name for row in owing},
		"usual": fees.usual(deal),
		"termination": frappe.db.get_value("Deal Termination", {"deal": deal.name}, order_by="creation desc"),
		"may": {
			"add_fee": editable and frappe.has_permission("Deal Fee", "create"),
			"propose": editable and deal.phase == HELD and frappe.has_permission("Deal Split", "create"),
			"terminate": deal.phase == LIVE and frappe.has_permission("Deal Termination", "create"),
		},
	}


def _total(rows: list[dict], column: str) -> float:
	return flt(sum(row[column] or 0 for row in rows), 2)
