"""What the deal's form asks of the server."""

import frappe
from frappe import _
from frappe.utils import flt

from agency_crm.services import approvals, deals, fees, splits, terminations

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


@frappe.whitelist()
def deal_sheet(deal: str) -> dict:
	"""Return {"fees", "splits", "totals", "usual", "termination", "may"} of a deal the user may read.

	Money in CNY, shares in %. `usual` is what a new fee starts from, `termination` the newest one's name.
	Every reader sees each split's role, payee and percent; rate and amounts only on the rows that the
	user may read as Deal Split (own, the stores below, all for accountants).
	"""
	doc = frappe.get_doc("Deal", deal)
	doc.check_permission("read")
	# perm: the deal was checked; what isn't the user's own is taken out below
	rows = frappe.get_all(
		"Deal Split", filters={"deal": deal}, fields=SHARED_FIELDS + OWN_FIELDS, order_by="sequence, name"
	)
	visible = set(frappe.get_list("Deal Split", filters={"deal": deal}, pluck="name", limit_page_length=0))
	mine = frappe.db.get_value("Agent", {"user": frappe.session.user})
	manager = approvals.MANAGER in frappe.get_roles()
	for row in rows:
		row.mine = bool(mine and row.agent == mine)
		row.may_confirm = not row.confirmed_on and (row.mine or (manager and row.name in visible))
		row.payee = frappe.db.get_value("Agent", row.agent, "agent_name") if row.agent else row.supplier
		if row.name not in visible:
			row.update(dict.fromkeys(OWN_FIELDS))
	billed = frappe.get_all("Deal Fee", filters={"deal": deal}, fields=FEE_FIELDS, order_by="creation")
	outstanding = flt(doc.invoiced) - flt(doc.credited) - flt(doc.received)
	editable = doc.has_permission("write") and not (
		approvals.is_frozen(doc) or approvals.is_under_review_by_others(doc)
	)
	return {
		"fees": billed,
		"splits": rows,
		"totals": {
			"fees": flt(sum(fee.amount for fee in billed), 2),
			"percent": flt(sum(row.percent for row in rows if row.kind == "Split"), 6),
			"invoiced": flt(doc.invoiced),
			"credited": flt(doc.credited),
			"received": flt(doc.received),
			"outstanding": flt(outstanding, 2),
		},
		"usual": fees.usual(doc),
		"termination": frappe.db.get_value("Deal Termination", {"deal": deal}, order_by="creation desc"),
		"may": {
			"add_fee": editable and frappe.has_permission("Deal Fee", "create"),
			"propose": editable and doc.phase == deals.HELD and frappe.has_permission("Deal Split", "create"),
			"terminate": doc.phase == deals.LIVE and frappe.has_permission("Deal Termination", "create"),
		},
	}


@frappe.whitelist(methods=["POST"])
def confirm_split(split: str, reason: str | None = None) -> None:
	"""Confirm one's own split row, or with a reason a row of a store below (业绩确认)."""
	frappe.has_permission("Deal Split", "read", doc=split, throw=True)
	splits.confirm(split, reason)


@frappe.whitelist(methods=["POST"])
def propose_splits(deal: str) -> None:
	"""Replace the splits of a deal not yet signed by what its template and the roles held give."""
	frappe.has_permission("Deal", "write", doc=deal, throw=True)
	frappe.has_permission("Deal Split", "create", throw=True)
	splits.propose_again(deal)


@frappe.whitelist()
def make_deal_from_viewing(viewing: str, listing: str) -> dict:
	"""Return a new, unsaved Deal of the viewing's client about one of its listings."""
	source = frappe.get_doc("Viewing", viewing)
	source.check_permission("read")
	frappe.has_permission("Listing", "read", doc=listing, throw=True)
	frappe.has_permission("Deal", "create", throw=True)
	if listing not in {stop.listing for stop in source.stops}:
		frappe.throw(_("Viewing {0} did not stop at listing {1}.").format(viewing, listing))
	shown = frappe.get_cached_doc("Listing", listing)
	deal = frappe.new_doc("Deal")
	deal.update(
		{
			"listing": listing,
			"client": source.client,
			"agent": source.agent,
			"deal_price": shown.asking_price,
			"monthly_rent": shown.rent,
		}
	)
	deals.fill(deal)
	return deal.as_dict()


@frappe.whitelist(methods=["POST"])
def approve_termination(termination: str) -> str | None:
	"""Approve a termination as manager or accountant; the second approval carries it out.

	Returns the moment it was carried out, None while the other approval is missing.
	"""
	frappe.has_permission("Deal Termination", "write", doc=termination, throw=True)
	return terminations.approve(termination)
