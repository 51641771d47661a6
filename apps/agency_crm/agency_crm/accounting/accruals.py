"""Commission Accruals: compare what is due on each deal with what was accrued, and post the difference.

A comparison may run any number of times; `standing` reads what it compares. Rules: docs/rules/commission.md,
"Accruals".
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import get_link_to_form, getdate, strip_html

from agency_crm.accounting import invoices, journals, ledger, parties, periods, settings
from agency_crm.accounting.standing import (
	CANCELLED,
	FIGURES,
	HELD,
	POSTED,
	Holder,
	Row,
	Standing,
	accrued_since,
	differ,
	posted_rows,
	standings,
)
from agency_crm.domain.commission import dues as rules
from agency_crm.domain.money import ZERO, exact
from agency_crm.framework import languages, steps, system_fields
from agency_crm.permissions.roles import ACCOUNTANT

LOT = 500  # deals read at once by the nightly comparison


class Cause(NamedTuple):
	"""What a comparison follows from: its day, its receipts and journals, and those cancelled since."""

	day: date
	vouchers: frozenset[str]
	gone: frozenset[str]

	@property
	def names(self) -> str:
		return "\n".join(sorted(self.vouchers))


class Posting(NamedTuple):
	"""The amount an accrual adds to one holder's part of one row; below 0 it is taken back."""

	row: Row
	holder: Holder
	amount: Decimal


def compare(
	deal: str, day: date | None = None, without: Collection[str] = (), vouchers: Collection[str] = ()
) -> str | None:
	"""Post what is due on `deal` less what was accrued; return the Commission Accrual, None for no difference.

	`day` is the receipt's; None stands for the latest of its ledger rows. It is never before that of a held
	accrual. `vouchers` are the receipts and journals that the comparison follows from: the accrual stores them,
	and what is taken back of one is taken from whom it was accrued to. Where another transaction has compared
	the deal since this one's snapshot, a job does it after the commit. What would fall below 0 is held. With
	`without`, receipts of a later day, only a rise is posted: the rest is for the next comparison. Raises
	ValidationError for what ERPNext refuses.
	"""
	if _read_before_others_wrote(deal):
		if not without:
			later = {"deal": deal, "day": day, "vouchers": sorted(vouchers)}
			frappe.enqueue(f"{__name__}.compare_or_hold", enqueue_after_commit=True, **later)
		return None
	standing = standings([deal], without).get(deal)
	if not standing or (without and standing.realised <= exact(standing.deal.realised)):
		return None
	made, cause = None, _cause(deal, day, vouchers)
	if any(row.is_due for row in standing.rows) or cause.gone:
		made = _accrue(standing, cause)
	if without:
		return made
	if short := standing.total("short"):
		_hold(deal, cause, _("A commission due can't be below 0: {0}").format(short), short)
	else:
		_settle_held(deal)
	_note_figures(accrued_since(standing) if made else standing)
	invoices.follow_refund(deal)
	return made


def compare_or_hold(
	deal: str, day: date | None = None, without: Collection[str] = (), vouchers: Collection[str] = ()
) -> None:
	"""Compare a deal; what fails becomes a held accrual and a note to the accountants, never an error.

	A voucher is never refused because of what follows from it (docs/rules/commission.md, "Accruals").
	"""
	messages = len(frappe.local.message_log)
	frappe.db.savepoint("agency_compare")
	try:
		with languages.speaking(languages.site()):  # the accountants read why it is held
			compare(deal, day, without, vouchers)
	except frappe.QueryDeadlockError:
		raise  # the database has taken back the voucher too
	except Exception as error:
		frappe.db.rollback(save_point="agency_compare")
		_hold_for(deal, _cause(deal, day, vouchers), error)
	finally:
		del frappe.local.message_log[messages:]  # nothing that the voucher's user should read


def compare_all() -> None:
	"""Compare every signed deal in chunks, locking only those that are off. Runs nightly.

	When a chunk fails, each of its deals is compared alone; failures are logged, the others go on.
	"""
	names = frappe.get_all("Deal", filters={"docstatus": 1}, pluck="name", order_by="name")
	for start in range(0, len(names), LOT):
		steps.together(names[start : start + LOT], compare_lot)
		steps.commit()  # a chunk is committed whole or not at all


def compare_lot(deals: Sequence[str]) -> list[str]:
	"""Compare those deals whose accrual or stored figures are off, and return them.

	Wrong outstanding amounts on their invoices are corrected too.
	"""
	ledger.mend_outstanding(ledger.invoices_of(deals))
	off = [name for name, standing in standings(deals).items() if standing.is_off]
	for deal in off:
		compare_or_hold(deal)
	return off


def note_paid(deals: Sequence[str]) -> None:
	"""Write on each split of the deals what was paid of it, read under a lock.

	The other figures belong to the comparison: this transaction may have read them before a receipt came.
	"""
	accrual, row, posted = posted_rows()
	query = posted.select(row.deal_split, row.payout, row.amount).where(accrual.deal.isin(deals))
	rows = query.for_update().run()
	paid: dict[str, Decimal] = defaultdict(Decimal)
	for split, payout, amount in rows:
		paid[split] += exact(amount) if payout else ZERO
	for split, amount in paid.items():
		frappe.db.set_value("Deal Split", split, "paid", amount, update_modified=False)


def check_own_journal(journal, _method: str | None = None) -> None:
	"""Refuse to cancel an accrual's journal while a payout has paid it."""
	payout = _paid_by(journal.name)
	if payout:
		frappe.throw(
			_("Journal Entry {0} is an accrual that was paid by {1}. Cancel that payout first.").format(
				journal.name, get_link_to_form("Commission Payout", payout)
			)
		)


def note_own_journal_cancelled(journal) -> list[str]:
	"""Cancel the accrual whose journal was cancelled; return its deals."""
	of = {"journal_entry": journal.name, "status": POSTED}
	deals = frappe.get_all("Commission Accrual", filters=of, pluck="deal")
	if deals:
		frappe.db.set_value("Commission Accrual", of, "status", CANCELLED)
	return deals


def _read_before_others_wrote(deal: str) -> bool:
	"""Lock the deal; return whether its figures have changed since this transaction's snapshot."""
	seen = _figures(deal)
	return _figures(deal, for_update=True) != seen


def _figures(deal: str, for_update: bool = False) -> tuple:
	"""Return the stored figures of a deal and its splits; every comparison that posts changes one."""
	whole = frappe.db.get_value("Deal", deal, FIGURES, for_update=for_update)
	of_deal = {"deal": deal}
	rows = frappe.db.get_values(
		"Deal Split", of_deal, ["name", "accrued", "paid"], order_by="name asc", for_update=for_update
	)
	return whole, rows


def _accrue(standing: Standing, cause: Cause) -> str | None:
	"""Post a Commission Accrual of the rows that differ, with its Journal Entry; None where nothing is to post."""
	deal = standing.deal
	day = periods.open_date(deal.company, cause.day, "Journal Entry")
	postings = list(_postings(standing, settings.for_company(deal.company, day), cause))
	if not postings:
		return None
	accrual = frappe.new_doc("Commission Accrual")
	accrual.update(
		{
			"deal": deal.name,
			"company": deal.company,
			"posting_date": day,
			"origin_date": cause.day,
			"vouchers": cause.names,
			"status": POSTED,
			"total": sum((posting.amount for posting in postings), ZERO),
			"base": standing.base,
			"received": standing.sums.received,
			"realised": standing.realised,
		}
	)
	for row, holder, amount in postings:
		accrual.append(
			"rows",
			{
				"deal_split": row.split.name,
				"agent": row.split.agent,
				**holder._asdict(),
				"role": row.split.role,
				"performance": row.due.performance,
				"rate": row.split.rate,
				"due": row.due.due,
				"amount": amount,
			},
		)
	accrual.journal_entry = journals.post(
		deal.company,
		day,
		_lines(deal, postings, day),
		_("Commission accrual of deal {0}").format(deal.name),
		settings.cost_center(deal.store, deal.company),
	)
	with system_fields.writing(accrual):
		accrual.insert(ignore_permissions=True)  # perm: it follows from the ledger, nobody makes one by hand
	return accrual.name


def _postings(standing: Standing, accounts, cause: Cause) -> Iterator[Posting]:
	"""Yield what to post: surplus is taken back from its holders, the rest goes to whom today's records name.

	What cancelled vouchers brought is taken back whole. Other surplus is taken first from whoever was credited
	for these vouchers, then for that day, then from the latest.
	"""
	nearness, of_gone = _credited_for(standing.deal.name, cause)
	for row in standing.rows:
		near = {holder: nearness.get((row.split.name, *holder), 0) for holder in row.posted}
		held = dict(sorted(row.posted.items(), key=lambda item: near[item[0]]))
		gone = {holder: of_gone.get((row.split.name, *holder), ZERO) for holder in row.posted}
		differences, rest = rules.settle(row.due.due, held, gone)
		if rest:
			holder = _holder(row.split, accounts)
			differences[holder] = differences.get(holder, ZERO) + rest
		for holder, amount in differences.items():
			if amount:
				yield Posting(row, holder, amount)


def _credited_for(deal: str, cause: Cause) -> tuple[dict[tuple, int], dict[tuple, Decimal]]:
	"""(Deal Split, party type, party, account) of the rows accrued -> 2 for one of those vouchers, 1 for that day.

	And the same -> what was accrued for vouchers that are no more.
	"""
	accrual, row, posted = posted_rows()
	rows = (
		posted.select(row.deal_split, row.party_type, row.party, row.account)
		.select(row.amount, accrual.origin_date, accrual.vouchers)
		.where(accrual.deal == deal)
		.run()
	)
	found: dict[tuple, int] = {}
	gone: dict[tuple, Decimal] = defaultdict(Decimal)
	for *holder, amount, day, names in rows:
		vouchers = {*(names or "").split()}
		near = 2 if cause.vouchers & vouchers else int(day == cause.day)
		found[tuple(holder)] = max(near, found.get(tuple(holder), 0))
		if vouchers and vouchers <= cause.gone:
			gone[tuple(holder)] += exact(amount)
	return found, gone


def _holder(split: frappe._dict, accounts) -> Holder:
	"""Who is credited today with what a split earns, and on which account."""
	if split.payee_type == "Supplier":
		party_type, party = "Supplier", split.supplier
	else:
		party_type, party = parties.party_of(split.agent)
	return Holder(party_type, party, settings.payable(accounts, party_type))


def _lines(deal: frappe._dict, postings: list[Posting], day: date) -> list[journals.Line]:
	"""Dr commission cost / Cr payable, one line a holder, each in the direction of its net."""
	by_holder: dict[Holder, Decimal] = defaultdict(Decimal)
	for posting in postings:
		by_holder[posting.holder] += posting.amount
	cost = settings.account(settings.for_company(deal.company, day), "commission_cost")
	lines = [journals.Line(cost, sum(by_holder.values(), ZERO), deal=deal.name)]
	for holder, amount in by_holder.items():
		lines.append(journals.Line(holder.account, -amount, holder.party_type, holder.party, deal.name))
	return lines


def _cause(deal: str, day: date | None, vouchers: Collection[str]) -> Cause:
	"""Return the vouchers and day of what is to post, including those of a held accrual.

	No day is before the deal's signing, though its money may have come then.
	"""
	of = {"deal": deal, "status": HELD}
	held = frappe.db.get_value("Commission Accrual", of, ["origin_date", "vouchers"], as_dict=True)
	held = held or frappe._dict()
	days = [getdate(known) for known in (day, held.origin_date) if known]
	latest = max(days) if days else getdate(ledger.latest_dates([deal]).get(deal))
	signed_on = getdate(frappe.db.get_value("Deal", deal, "signed_on") or latest)
	names = frozenset({*vouchers, *(held.vouchers or "").split()})
	return Cause(max(latest, signed_on), names, names - ledger.settling(deal, names))


def _hold_for(deal: str, cause: Cause, error: Exception) -> None:
	"""Hold a deal that could not be brought up to date."""
	if not isinstance(error, frappe.ValidationError):
		frappe.log_error(title=f"Commission of deal {deal} is held")
	try:
		_hold(deal, cause, strip_html(str(error)) or type(error).__name__)
	except Exception:
		frappe.db.rollback(save_point="agency_compare")
		frappe.log_error(title=f"Commission of deal {deal} is held")


def _hold(deal: str, cause: Cause, reason: str, total: Decimal = ZERO) -> None:
	"""Keep one held accrual for a deal: what isn't posted and why; tell the accountants of a new reason."""
	held = frappe.db.exists("Commission Accrual", {"deal": deal, "status": HELD})
	doc = frappe.get_doc("Commission Accrual", held) if held else frappe.new_doc("Commission Accrual")
	told = doc.held_reason
	doc.update(
		{
			"deal": deal,
			"company": frappe.db.get_value("Deal", deal, "company"),
			"posting_date": cause.day,
			"origin_date": cause.day,
			"vouchers": cause.names,
			"status": HELD,
			"held_reason": reason,
			"total": total,
		}
	)
	with system_fields.writing(doc):
		doc.save(ignore_permissions=True)  # perm: the voucher's user needn't know of accruals
	if told != reason:
		_tell_accountants(doc)


def _tell_accountants(accrual) -> None:
	holders = frappe.get_all("Has Role", filters={"role": ACCOUNTANT, "parenttype": "User"}, pluck="parent")
	accountants = frappe.get_all("User", filters={"name": ("in", holders), "enabled": 1}, pluck="name")

	def subject() -> str:
		return _("The commission of deal {0} is held: {1}").format(accrual.deal, accrual.held_reason)

	for user, said in languages.said_to(accountants, subject).items():
		note = {"for_user": user, "type": "Alert", "subject": said}
		note |= {"document_type": "Commission Accrual", "document_name": accrual.name}
		# perm: a note to the accountant from whoever booked the voucher
		frappe.get_doc({"doctype": "Notification Log", **note}).insert(ignore_permissions=True)
	# every sharer of the deal reads this comment, but the reason names others' amounts
	told = _("The commission is held until an accountant has looked at it.")
	frappe.get_doc("Deal", accrual.deal).add_comment("Info", told)


def _settle_held(deal: str) -> None:
	"""Cancel the deal's held accrual: the comparison went through."""
	held = {"deal": deal, "status": HELD}
	if frappe.db.exists("Commission Accrual", held):
		frappe.db.set_value("Commission Accrual", held, "status", CANCELLED)


def _paid_by(journal: str) -> str | None:
	"""The payout that paid rows of the accrual which this journal posted."""
	accrual = frappe.db.get_value("Commission Accrual", {"journal_entry": journal, "status": POSTED})
	return accrual and frappe.db.get_value(
		"Commission Accrual Row", {"parent": accrual, "payout": ("is", "set")}, "payout"
	)


def _note_figures(standing: Standing) -> None:
	"""Write the deal's and each split's figures where people read them."""
	for row in standing.rows:
		_update("Deal Split", row.split, row.figures)
	_update("Deal", standing.deal, standing.figures)


def _update(doctype: str, stored: frappe._dict, figures: dict[str, Decimal]) -> None:
	if differ(stored, figures):
		frappe.db.set_value(doctype, stored.name, figures, update_modified=False)
