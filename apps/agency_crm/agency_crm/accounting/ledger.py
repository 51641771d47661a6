"""What the payment ledger says of each deal: every row of it classed by its other leg.

A row that settles an invoice, or a credit note, of a deal is invoiced, credited, received, written off or
unclassified. Only what was received drives commission. What moves from one debt to another is received as far as
whoever gives it has received (`_settle`). Rules: docs/rules/commission.md, "Received money".
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe.query_builder.functions import Abs, Coalesce, Max, Min, Sum
from pypika.terms import Criterion

from agency_crm.domain.commission.dues import LedgerSums
from agency_crm.domain.money import ZERO, apportion, exact, spread

RECEIVED, WRITTEN_OFF, UNCLASSIFIED = "received", "written_off", "unclassified"
CLASSES = (RECEIVED, WRITTEN_OFF, UNCLASSIFIED)
RECEIVABLE = "receivable"  # no class: what is on such an account is what the classes are of
PAYMENTS = ("Payment Entry", "Journal Entry")
MONEY_TYPES = ("Bank", "Cash")
# a cost paid from the bank beside a receipt, and what came in with it, say nothing of the receivable
COSTS_OF_MONEY = ((UNCLASSIFIED, RECEIVED), (RECEIVED, UNCLASSIFIED))
OF_ITS_DEAL = 1  # so near is what a credit note gives its own deal and payer


class Holder(NamedTuple):
	"""What has money to give: a payer's part of a deal, an invoice of no deal, what a Customer has on account or deposited."""

	doctype: str  # Deal, Sales Invoice, Company or Account
	name: str
	party: str


class Move(NamedTuple):
	"""What a voucher takes from one debt, by its debit, and gives another; CNY."""

	debit: frappe._dict
	credit: frappe._dict
	amount: Decimal


class Line(NamedTuple):
	"""One line of a voucher: `amount` in CNY, above 0 a debit."""

	voucher_type: str
	name: str
	company: str
	account: str
	amount: Decimal


def sums(deals: Sequence[str]) -> dict[str, LedgerSums]:
	"""Deal -> its sums, both sides together; amounts in CNY, gross of VAT but for the net figures."""
	sides = by_side(deals)
	return {deal: pooled([part for key, part in sides.items() if key[0] == deal]) for deal in deals}


def pooled(sides: Iterable[LedgerSums]) -> LedgerSums:
	"""The sums of a deal's sides together."""
	whole = LedgerSums()
	for part in sides:
		whole = replace(whole, **{name: getattr(whole, name) + value for name, value in vars(part).items()})
	return whole


def by_side(deals: Sequence[str], without: Collection[str] = ()) -> dict[tuple[str, str | None], LedgerSums]:
	"""(deal, side of the fee) -> the sums of that side's invoices; side is None for an invoice of no fee.

	A handful of queries, however many the deals. The ledger rows `without` are left out.
	"""
	return _sums_by("side", deals, without)


def by_payer(deals: Sequence[str]) -> dict[tuple[str, str], LedgerSums]:
	"""(deal, Customer) -> the sums of the invoices to that payer."""
	return _sums_by("customer", deals)


def written_off(invoice: str) -> dict[str, Decimal]:
	"""Account -> what of an invoice stands written off on it, CNY."""
	entries = _entries([invoice])
	lines = _lines(entries)
	parts, found = _parts(entries), defaultdict(Decimal)
	classes = _account_classes({(line.company, line.account) for line in lines})
	for entry in entries:
		if amount := parts.get(entry.name, {}).get(WRITTEN_OFF):
			on = [
				line
				for line in lines
				if (line.voucher_type, line.name) == (entry.voucher_type, entry.voucher_no)
				and classes[line.company, line.account] == WRITTEN_OFF
			]
			for line, part in zip(on, apportion(amount, [abs(line.amount) for line in on]), strict=True):
				found[line.account] += part
	return {account: amount for account, amount in found.items() if amount > 0}


def on_account(payers: Collection[str]) -> list[frappe._dict]:
	"""What payments and journals of these Customers have open: voucher, party, posting_date, amount, money; CNY.

	`amount` is what is open, above 0 what the Customer has to get; `money` is what of it came in.
	"""
	entries, found = _on_account(payers), {}
	parts = _parts(entries) if entries else {}
	for entry in entries:
		key = entry.against_voucher_no, entry.party
		row = found.setdefault(key, frappe._dict(voucher=key[0], party=key[1], amount=ZERO, money=ZERO))
		row.posting_date = min(row.posting_date or entry.posting_date, entry.posting_date)
		row.amount -= exact(entry.amount)
		row.money += parts[entry.name].get(RECEIVED, ZERO)
	return [row for row in found.values() if row.amount]


def by_voucher(deal: str) -> dict[tuple[str, str], Decimal]:
	"""(payment or journal, Customer) -> what it brought the deal, below 0 what it paid back or gave another; CNY."""
	entries, found = _entries(invoices_of([deal])), defaultdict(Decimal)
	parts = _parts(entries)
	for entry in entries:
		if entry.voucher_type in PAYMENTS:
			found[entry.voucher_no, entry.party] += parts[entry.name].get(RECEIVED, ZERO)
	return found


def booked_since(moment: datetime, vouchers: Collection[str]) -> set[str]:
	"""Those of the vouchers that were booked after a moment, whenever they were begun."""
	entry = frappe.qb.DocType("GL Entry")
	query = (
		frappe.qb.from_(entry)
		.select(entry.voucher_no)
		.where(entry.voucher_no.isin([*vouchers, ""]) & (entry.is_cancelled == 0))
		.groupby(entry.voucher_no)
		.having(Min(entry.creation) > moment)
	)
	return set(query.run(pluck=True)) if vouchers else set()


def settling(deal: str, vouchers: Collection[str]) -> set[str]:
	"""Those of the vouchers that settle something of the deal."""
	ple = frappe.qb.DocType("Payment Ledger Entry")
	rows = _rows(ple.voucher_no.isin(list(vouchers))) if vouchers else []
	return {row.voucher_no for row in rows if row.deal == deal}


def takers(invoices: Collection[str], deals: Collection[str], payers: Collection[str]) -> set[Holder]:
	"""Who was given something of these invoices and deals, or of what these Customers have, and of whoever got it so."""
	found: set[Holder] = set()
	rows = [*_entries([*invoices, *invoices_of([*deals])]), *_loose_rows(payers)]
	while rows:
		gave = [row for row in rows if row.amount > 0 and row.voucher_type in PAYMENTS]
		more = {_holder(row) for row in _beside(gave) if row.amount < 0} - found
		found |= more
		rows = _rows_of_holders(more)
	return found


def deposit_accounts() -> set[str]:
	"""The accounts of clients' deposits, which are held for them."""
	return {row.deposits for row in frappe.get_cached_doc("Agency Settings").companies if row.deposits}


def _sums_by(part: str, deals: Sequence[str], without: Collection[str] = ()) -> dict[tuple, LedgerSums]:
	"""(deal, `part` of the invoice) -> the sums of those invoices."""
	invoices = _invoices(deals)
	totals: dict[tuple, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	for row in invoices.values():
		if not row.side:  # of no fee of the deal's: it is billed, but what for is unknown
			totals[row.deal, row[part]][UNCLASSIFIED] += exact(row.base_grand_total)
		if row.commissionable:
			kind, sign = ("credited", -1) if row.is_return else ("invoiced", 1)
			total = totals[row.deal, row[part]]
			total[f"commissionable_net_{kind}"] += sign * exact(row.base_net_total)
			total[f"commissionable_gross_{kind}"] += sign * exact(row.base_grand_total)
	entries = [entry for entry in _entries(list(invoices)) if entry.name not in without]
	parts = _parts(entries, without)
	for entry in entries:
		invoice = invoices[entry.against_voucher_no]
		for kind, amount in _classed(entry, parts).items():
			totals[invoice.deal, invoice[part]][kind] += amount
	return {key: LedgerSums(**total) for key, total in totals.items()}


def open_amounts(deals: Sequence[str]) -> dict[str, Decimal]:
	"""Deal -> what ERPNext says is outstanding on its invoices and credit notes: the reports' counter-check."""
	found = dict.fromkeys(deals, ZERO)
	for row in _invoices(deals).values():
		found[row.deal] += exact(row.outstanding_amount)
	return found


def outstanding(deals: Sequence[str]) -> dict[str, Decimal]:
	"""Deal -> what the payment ledger has open on its invoices and credit notes, CNY."""
	invoices, found = _invoices(deals), dict.fromkeys(deals, ZERO)
	for entry in _entries(list(invoices)):
		found[invoices[entry.against_voucher_no].deal] += exact(entry.amount)
	return found


def invoices_of(deals: Sequence[str]) -> list[str]:
	"""The submitted invoices and credit notes of the deals."""
	return [*_invoices(deals)]


def mend_outstanding(invoices: Collection[str]) -> None:
	"""Have ERPNext sum anew what is open on those of the invoices where its figure isn't the payment ledger's.

	Of two vouchers on one invoice at the same moment each sums what it sees, without the other.
	"""
	from erpnext.accounts.utils import update_voucher_outstanding

	for row in _with_wrong_outstanding(invoices):
		update_voucher_outstanding("Sales Invoice", row.name, row.debit_to, "Customer", row.customer)


def mend_outstanding_now(invoices: Collection[str]) -> None:
	"""After the commit: `mend_outstanding` each by itself, as all have left it until then."""
	for row in _with_wrong_outstanding(invoices):
		frappe.db.commit()  # what is read from here on is what is there when the lock is given
		frappe.db.get_value("Sales Invoice", row.name, "name", for_update=True)
		mend_outstanding([row.name])
		frappe.db.commit()  # gives the lock back before the next is taken


def _with_wrong_outstanding(invoices: Collection[str]) -> list[frappe._dict]:
	if not invoices:
		return []
	invoice, ple = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Payment Ledger Entry")
	return (
		frappe.qb.from_(invoice)
		.join(ple)
		.on((ple.against_voucher_no == invoice.name) & (ple.against_voucher_type == "Sales Invoice"))
		.select(invoice.name, invoice.debit_to, invoice.customer)
		.where(invoice.name.isin(list(invoices)) & (invoice.docstatus == 1))
		.where((ple.delinked == 0) & (ple.account == invoice.debit_to))
		.groupby(invoice.name)
		.having(Abs(Sum(ple.amount_in_account_currency) - Max(invoice.outstanding_amount)) >= 0.005)
		.orderby(invoice.name)
		.run(as_dict=True)
	)


def deals_of(invoices: Collection[str]) -> dict[str, str]:
	"""Sales Invoice -> its deal, of those that have one.

	A credit note belongs to its invoice's deal, whatever it names itself.
	"""
	if not invoices:
		return {}
	invoice, source = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Sales Invoice").as_("source")
	rows = (
		frappe.qb.from_(invoice)
		.left_join(source)
		.on(source.name == invoice.return_against)
		.select(invoice.name, invoice.deal, source.name, source.deal)
		.where(invoice.name.isin(list(invoices)))
		.run()
	)
	found = {name: theirs if returned else own for name, own, returned, theirs in rows}
	return {name: deal for name, deal in found.items() if deal}


def unsigned_with_money(company: str | None = None) -> list[str]:
	"""Deals that aren't signed and that a submitted invoice or payment names."""
	deal, found = frappe.qb.DocType("Deal"), set()
	for doctype in ("Sales Invoice", "Payment Entry", "Journal Entry Account"):
		voucher = frappe.qb.DocType(doctype)
		query = (
			frappe.qb.from_(voucher)
			.join(deal)
			.on(deal.name == voucher.deal)
			.select(deal.name)
			.distinct()
			.where((voucher.docstatus == 1) & (deal.docstatus != 1))
		)
		if company:
			query = query.where(deal.company == company)
		found.update(query.run(pluck=True))
	return sorted(found)


def latest_dates(deals: Sequence[str]) -> dict[str, date]:
	"""Deal -> the latest posting date among the ledger rows on its invoices."""
	invoices = _invoices(deals)
	found: dict[str, date] = {}
	for entry in _entries(list(invoices)):
		deal = invoices[entry.against_voucher_no].deal
		found[deal] = max(found.get(deal, entry.posting_date), entry.posting_date)
	return found


def _invoices(deals: Sequence[str]) -> dict[str, frappe._dict]:
	"""Submitted invoices and credit notes of the deals by name, with side and commissionable of their fee."""
	if not deals:
		return {}
	invoice, fee = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Deal Fee")
	source = frappe.qb.DocType("Sales Invoice").as_("source")
	fields = (
		invoice.name,
		invoice.customer,
		invoice.is_return,
		invoice.base_net_total,
		invoice.base_grand_total,
		invoice.outstanding_amount,
		fee.side,
		fee.commissionable,
	)
	own = (
		frappe.qb.from_(invoice)
		.left_join(fee)
		.on((fee.name == invoice.deal_fee) & (fee.deal == invoice.deal))
		.select(invoice.deal, *fields)
		.where(invoice.deal.isin(deals) & (invoice.docstatus == 1))
		.where(Coalesce(invoice.return_against, "") == "")
		.run(as_dict=True)
	)
	# a credit note is its invoice's, whatever deal and fee it names
	returns = (
		frappe.qb.from_(source)
		.join(invoice)
		.on(invoice.return_against == source.name)
		.left_join(fee)
		.on((fee.name == source.deal_fee) & (fee.deal == source.deal))
		.select(source.deal, *fields)
		.where(source.deal.isin(deals) & (invoice.docstatus == 1))
		.run(as_dict=True)
	)
	return {row.name: row for row in [*own, *returns]}


def _entries(invoices: list[str]) -> list[frappe._dict]:
	"""The standing payment ledger rows against these invoices."""
	ple = frappe.qb.DocType("Payment Ledger Entry")
	against = ple.against_voucher_no.isin(invoices) & (ple.against_voucher_type == "Sales Invoice")
	return _rows(against) if invoices else []


def _on_account(payers: Collection[str]) -> list[frappe._dict]:
	"""The standing rows of payments and journals that are on account of these Customers; deposits are held."""
	ple = frappe.qb.DocType("Payment Ledger Entry")
	return _loose_rows(payers, ple.account.notin([*deposit_accounts(), ""]))


def _deposited(payers: Collection[str]) -> list[frappe._dict]:
	"""The standing rows of these Customers on the accounts of deposits."""
	ple = frappe.qb.DocType("Payment Ledger Entry")
	return _loose_rows(payers, ple.account.isin([*deposit_accounts(), ""]))


def _loose_rows(payers: Collection[str], condition: Criterion | None = None) -> list[frappe._dict]:
	"""The standing rows of these Customers that settle no invoice; of those on the accounts that `condition` names."""
	if not payers:
		return []
	ple = frappe.qb.DocType("Payment Ledger Entry")
	of = (ple.party_type == "Customer") & ple.party.isin(list(payers))
	of = of & condition if condition else of
	return _rows(of & ple.voucher_type.isin(PAYMENTS) & ple.against_voucher_type.isin(PAYMENTS))


def _beside(entries: Iterable[frappe._dict]) -> list[frappe._dict]:
	"""All rows of the entries' vouchers; of an invoice only the entries."""
	ple, entries = frappe.qb.DocType("Payment Ledger Entry"), list(entries)
	names = {entry.voucher_no for entry in entries if entry.voucher_type != "Sales Invoice"}
	own = [entry for entry in entries if entry.voucher_type == "Sales Invoice"]
	of = ple.voucher_type.isin(PAYMENTS) & ple.voucher_no.isin(names)
	return [*own, *_rows(of)] if names else own


def _rows(condition: Criterion) -> list[frappe._dict]:
	"""The standing rows on a receivable, in the order they were written.

	Each with the deal of the invoice it settles, and what that one returns. Of a cancelled voucher ERPNext may leave
	rows, if it was unreconciled before.
	"""
	payment, journal = frappe.qb.DocType("Payment Entry"), frappe.qb.DocType("Journal Entry")
	ple, invoice = frappe.qb.DocType("Payment Ledger Entry"), frappe.qb.DocType("Sales Invoice")
	source = frappe.qb.DocType("Sales Invoice").as_("source")
	return (
		frappe.qb.from_(ple)
		.left_join(invoice)
		.on((invoice.name == ple.against_voucher_no) & (ple.against_voucher_type == "Sales Invoice"))
		.left_join(source)
		.on(source.name == invoice.return_against)
		.left_join(payment)
		.on((payment.name == ple.voucher_no) & (ple.voucher_type == "Payment Entry"))
		.left_join(journal)
		.on((journal.name == ple.voucher_no) & (ple.voucher_type == "Journal Entry"))
		.select(ple.name, ple.voucher_type, ple.voucher_no, ple.amount, ple.posting_date)
		.select(ple.company, ple.account, ple.party, ple.against_voucher_type, ple.against_voucher_no)
		.select(ple.account.isin([*deposit_accounts(), ""]).as_("is_deposit"))
		.select(invoice.is_return, invoice.return_against)
		.select(Coalesce(source.deal, invoice.deal).as_("deal"))
		.where(condition & (ple.account_type == "Receivable") & (ple.delinked == 0))
		.where(Coalesce(payment.docstatus, journal.docstatus, 1) == 1)
		.orderby(ple.creation)
		.orderby(ple.name)
		.run(as_dict=True)
	)


def _classed(entry, parts: dict) -> dict[str, Decimal]:
	"""One ledger row as {class: amount}, each positive in its usual direction (domain LedgerSums)."""
	amount = exact(entry.amount)
	if _bills(entry):
		return {"invoiced": amount} if amount > 0 else {"credited": -amount}
	return parts[entry.name]


def _bills(row) -> bool:
	"""Whether a row is what an invoice bills or a credit note credits, not what was paid in itself."""
	if row.voucher_type != "Sales Invoice":
		return False
	is_note = row.is_return or row.voucher_no != row.against_voucher_no
	return bool(is_note) == (row.amount < 0)


def _parts(entries: Iterable[frappe._dict], without: Collection[str] = ()) -> dict[str, dict[str, Decimal]]:
	"""Ledger row -> {class: amount}: what its voucher did to a receivable, above 0 where it settled.

	Of whoever gives something to another all rows are read too, but those `without`: it is received as far as they
	have received.
	"""
	known = {entry.name: entry for entry in entries}
	holders = {_holder(entry) for entry in known.values()}
	found, moves = _by_voucher(known.values())
	while more := {_holder(move.debit) for move in moves if _is_given(move)} - holders:
		holders |= more
		known |= {entry.name: entry for entry in _rows_of_holders(more)}
		found, moves = _by_voucher(known.values())
	held: dict[Holder, Decimal] = defaultdict(Decimal)
	for entry in known.values():
		if entry.name not in without and not _bills(entry):
			held[_holder(entry)] += found[entry.name].get(RECEIVED, ZERO)
	_settle(found, [move for move in moves if move.credit.name not in without], held)
	return found


def _by_voucher(entries: Iterable[frappe._dict]) -> tuple[dict[str, dict[str, Decimal]], list[Move]]:
	"""Ledger row -> {class: amount}, of a credit by its voucher's debits, of a debit by its credits; and what only moves.

	What a credit note gives goes to its own invoice and deal first. The rest of the rows, of whatever
	deals, is shared over the money and the write-offs of the voucher, and sums to them. What stands on an account of
	deposits is money, and one that is debited gives it to what the voucher settles.
	"""
	rows, vouchers, found, moves = _beside(entries), defaultdict(list), {}, []
	lines = _lines(rows)
	pairs = {(row.company, row.account) for row in rows}
	classes = _account_classes(pairs | {(line.company, line.account) for line in lines})
	legs = _legs(lines, classes)
	for row in rows:
		if row.against_voucher_type == "Sales Invoice" or classes[row.company, row.account] == RECEIVABLE:
			vouchers[row.voucher_type, row.voucher_no].append(row)
	for key, beside in vouchers.items():
		sides = {side: dict(legs.get((*key, side), {})) for side in ("debit", "credit")}
		left = {row.name: abs(exact(row.amount)) for row in beside}
		parts = {row.name: defaultdict(Decimal) for row in beside}
		if key[0] != "Sales Invoice":
			_set_off(sides["debit"], sides["credit"], COSTS_OF_MONEY)
			moves += _moves(beside, left, sum(sides["credit"].values()))
			_set_off_rest(beside, left, sides)
		for side, sign in (("debit", 1), ("credit", -1)):
			_share(
				[row for row in beside if exact(row.amount) * sign < 0 and not row.is_deposit],
				left,
				parts,
				sides[side] or {UNCLASSIFIED: Decimal(1)},
			)
		for row in beside:
			sign = 1 if exact(row.amount) < 0 else -1
			if row.is_deposit:
				parts[row.name][RECEIVED] = left[row.name]
			found[row.name] = defaultdict(
				Decimal, {kind: sign * part for kind, part in parts[row.name].items()}
			)
	for row in rows:  # what stands on an account of clients' money
		found.setdefault(row.name, {RECEIVED: -exact(row.amount)})
	return found, moves


def _settle(found: dict, moves: list[Move], held: dict[Holder, Decimal]) -> None:
	"""Class what only moves: received as far as its giver has received, in whatever order, the rest unclassified.

	So all deals together have received what came in, and what moves without money asks for a look on both sides.
	Within one payer's part of a deal it comes to nothing, and so does what comes back to its giver: that is given
	whole, not fen by fen as it comes round.
	"""
	left, given = [move.amount for move in moves], True
	while given:
		given = False
		for number, move in enumerate(moves):
			has = held[_holder(move.debit)]
			if has <= 0 or not left[number]:
				continue
			circle = _circle(moves, left, number)
			part = min(left[each] for each in circle) if circle else min(left[number], has)
			for each in circle or [number]:
				_class(found, moves[each], RECEIVED, part)
				left[each] -= part
				held[_holder(moves[each].debit)] -= part
				held[_holder(moves[each].credit)] += part
			given = True
	for move, rest in zip(moves, left, strict=True):
		_class(found, move, UNCLASSIFIED, rest)


def _circle(moves: list[Move], left: list[Decimal], first: int) -> list[int]:
	"""The numbers of moves with something left that lead from one back to its giver, that one first; none if none do."""
	paths = {_holder(moves[first].credit): [first]}
	ends, goal = [*paths], _holder(moves[first].debit)
	for end in ends:  # grows as it is walked
		if end == goal:
			return paths[end]
		for number, move in enumerate(moves):
			taker = _holder(move.credit)
			if left[number] and _holder(move.debit) == end and taker not in paths:
				paths[taker] = [*paths[end], number]
				ends.append(taker)
	return []


def _class(found: dict, move: Move, kind: str, amount: Decimal) -> None:
	found[move.debit.name][kind] -= amount
	found[move.credit.name][kind] += amount


def _holder(row) -> Holder:
	"""Whose money a row takes or brings."""
	if row.is_deposit:
		return Holder("Account", row.account, row.party)
	if _lies_loose(row):
		return Holder("Company", row.company, row.party)
	if row.deal:
		return Holder("Deal", row.deal, row.party)
	return Holder("Sales Invoice", row.against_voucher_no, row.party)


def _is_given(move: Move) -> bool:
	return _holder(move.debit) != _holder(move.credit)


def _rows_of_holders(holders: Iterable[Holder]) -> list[frappe._dict]:
	"""The standing rows of these holders, and of others of the same deals and Customers."""
	names: dict[str, set[str]] = defaultdict(set)
	for holder in holders:
		of_party = holder.doctype in ("Company", "Account")
		names[holder.doctype].add(holder.party if of_party else holder.name)
	invoices = [*_invoices([*names["Deal"]]), *names["Sales Invoice"]]
	return [*_entries(invoices), *_on_account(names["Company"]), *_deposited(names["Account"])]


def _share(
	rows: list[frappe._dict], left: dict[str, Decimal], parts: dict, weights: dict[str, Decimal]
) -> None:
	"""Share what is left of the rows over the classes by weight."""
	kinds = sorted(weights, key=CLASSES.index)
	shares = spread([left[row.name] for row in rows], [weights[kind] for kind in kinds])
	for row, amounts in zip(rows, shares, strict=True):
		for kind, amount in zip(kinds, amounts, strict=True):
			parts[row.name][kind] += amount


def _moves(rows: list[frappe._dict], left: dict[str, Decimal], paid_out: Decimal) -> Iterator[Move]:
	"""Yield what a voucher moves from one receivable to another, the nearest first, and take it from what is `left`.

	A credit note gives all it can to its own deal; of the other debits moves only what wasn't paid out.
	"""
	debits = [row for row in rows if exact(row.amount) > 0]
	credits = [row for row in rows if exact(row.amount) < 0]
	needed = sum((exact(row.amount) for row in debits), ZERO) - paid_out
	pairs = [(_distance(debit, credit), debit, credit) for debit in debits for credit in credits]
	for distance, debit, credit in sorted(pairs, key=lambda pair: pair[0]):
		amount = min(left[debit.name], left[credit.name])
		if distance > OF_ITS_DEAL:
			amount = min(amount, needed)
		if amount > 0:
			yield Move(debit, credit, amount)
			left[debit.name] -= amount
			left[credit.name] -= amount
			needed -= amount


def _distance(debit, credit) -> int:
	"""How far a debit is from a credit of its voucher: 0 is a credit note's own invoice."""
	same_deal = bool(debit.deal) and debit.deal == credit.deal
	if debit.is_return and debit.return_against == credit.against_voucher_no:
		return 0
	if debit.is_return and same_deal and debit.party == credit.party:
		return OF_ITS_DEAL
	if same_deal:
		return 2
	return 3 if _lies_loose(debit) or _lies_loose(credit) else 4


def _lies_loose(row) -> bool:
	return row.against_voucher_type != "Sales Invoice"


def _set_off_rest(
	rows: list[frappe._dict], left: dict[str, Decimal], sides: dict[str, dict[str, Decimal]]
) -> None:
	"""Take from both sides of a voucher what its other lines settle among themselves, of one class first."""
	open_credits = sum((left[row.name] for row in rows if exact(row.amount) < 0), ZERO)
	over = sum(sides["debit"].values()) - open_credits
	same = [(kind, kind) for kind in CLASSES]
	any_two = [(debit, credit) for debit in CLASSES for credit in CLASSES]
	_set_off(sides["debit"], sides["credit"], [*same, *any_two], over)


def _set_off(debits: dict, credits: dict, pairs: Iterable[tuple], most: Decimal | None = None) -> None:
	"""Take from the weights of both sides, pair of classes by pair, what they have in common, at most `most`."""
	for debit, credit in pairs:
		amount = min(debits.get(debit, ZERO), credits.get(credit, ZERO))
		amount = amount if most is None else min(amount, most)
		if amount > 0:
			most = most if most is None else most - amount
			for side, kind in ((debits, debit), (credits, credit)):
				side[kind] -= amount
				if not side[kind]:
					del side[kind]


def _lines(entries: list[frappe._dict]) -> list[Line]:
	"""The lines of the entries' vouchers that say what happened."""
	return [*_payment_lines(entries), *_journal_lines(entries), *_till_lines(entries)]


def _till_lines(entries: list[frappe._dict]) -> list[Line]:
	"""The lines of invoices that are paid in themselves: the money, the change and what was written off."""
	names = {entry.voucher_no for entry in entries if entry.voucher_type == "Sales Invoice"}
	invoice, paid = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Sales Invoice Payment")
	if not names:
		return []
	rows = (
		frappe.qb.from_(invoice)
		.join(paid)
		.on((paid.parent == invoice.name) & (paid.parenttype == "Sales Invoice"))
		.select(invoice.name, invoice.company, paid.account, paid.base_amount)
		.where(invoice.name.isin(names) & (invoice.is_pos == 1))
		.run()
	)
	others = (
		frappe.qb.from_(invoice)
		.select(invoice.name, invoice.company, invoice.account_for_change_amount, -invoice.base_change_amount)
		.select(invoice.write_off_account, invoice.base_write_off_amount)
		.where(invoice.name.isin(names) & (invoice.is_pos == 1))
		.run()
	)
	lines = [*rows, *(row[:4] for row in others), *(row[:2] + row[4:] for row in others)]
	return [
		Line("Sales Invoice", name, company, account, exact(amount))
		for name, company, account, amount in lines
	]


def _payment_lines(entries: list[frappe._dict]) -> list[Line]:
	"""The lines of Payment Entries but those on the receivable: the bank, the deductions and the taxes."""
	names = {entry.voucher_no for entry in entries if entry.voucher_type == "Payment Entry"}
	if not names:
		return []
	payment = frappe.qb.DocType("Payment Entry")
	payments = (
		frappe.qb.from_(payment)
		.select(payment.name, payment.company, payment.payment_type, payment.paid_from, payment.paid_to)
		.select(payment.base_paid_amount, payment.base_received_amount)
		.where(payment.name.isin(names))
		.run(as_dict=True)
	)
	lines = []
	for doc in payments:
		if doc.payment_type == "Receive":
			money = doc.paid_to, doc.base_received_amount
		else:
			money = doc.paid_from, -doc.base_paid_amount
		lines.append(Line("Payment Entry", doc.name, doc.company, money[0], exact(money[1])))
	companies = {doc.name: doc.company for doc in payments}
	for name, account, amount in _rows_of("Payment Entry Deduction", names, "account", "amount"):
		lines.append(Line("Payment Entry", name, companies[name], account, exact(amount)))
	return [*lines, *_tax_lines(payments)]


def _tax_lines(payments: list[frappe._dict]) -> list[Line]:
	"""The lines of the Payment Entries' taxes and charges; what isn't in the paid amount is the bank's too."""
	docs, lines = {doc.name: doc for doc in payments}, []
	fields = "account_head", "base_tax_amount", "add_deduct_tax", "included_in_paid_amount"
	for name, account, amount, way, included in _rows_of("Advance Taxes and Charges", {*docs}, *fields):
		doc, amount = docs[name], exact(amount)
		received = doc.payment_type == "Receive"
		if (way == "Add") == received:
			amount = -amount
		lines.append(Line("Payment Entry", name, doc.company, account, amount))
		if not included:
			bank = doc.paid_to if received else doc.paid_from
			lines.append(Line("Payment Entry", name, doc.company, bank, -amount))
	return lines


def _rows_of(doctype: str, payments: set[str], *fields: str) -> list[tuple]:
	"""(Payment Entry, fields …) of the rows of one of its tables."""
	row = frappe.qb.DocType(doctype)
	return (
		frappe.qb.from_(row)
		.select(row.parent, *(row[field] for field in fields))
		.where(row.parent.isin(payments) & (row.parenttype == "Payment Entry"))
		.run()
	)


def _journal_lines(entries: list[frappe._dict]) -> list[Line]:
	"""The lines of Journal Entries, those on the invoices themselves included."""
	names = {entry.voucher_no for entry in entries if entry.voucher_type == "Journal Entry"}
	if not names:
		return []
	journal, row = frappe.qb.DocType("Journal Entry"), frappe.qb.DocType("Journal Entry Account")
	rows = (
		frappe.qb.from_(journal)
		.join(row)
		.on((row.parent == journal.name) & (row.parenttype == "Journal Entry"))
		.select(journal.name, journal.company, row.account, row.debit - row.credit)
		.where(journal.name.isin(names))
		.run()
	)
	return [Line("Journal Entry", name, company, account, exact(net)) for name, company, account, net in rows]


def _legs(lines: list[Line], classes: dict[tuple[str, str], str]) -> dict[tuple, dict[str, Decimal]]:
	"""(voucher type, name, side) -> class -> weight, of the lines on that side that are on no receivable."""
	legs: dict[tuple, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	for line in lines:
		kind = classes[line.company, line.account]
		if line.amount and kind != RECEIVABLE:
			side = "debit" if line.amount > 0 else "credit"
			legs[line.voucher_type, line.name, side][kind] += abs(line.amount)
	return legs


def _account_classes(pairs: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
	"""(company, account) -> what money on its other side means for the receivable."""
	from_settings = _named_accounts({company for company, _account in pairs})
	names, deposits = {account for _company, account in pairs}, deposit_accounts()
	types = dict(frappe.get_all("Account", {"name": ("in", names)}, ["name", "account_type"], as_list=True))
	found = {}
	for company, account in pairs:
		if account in from_settings[WRITTEN_OFF]:
			kind = WRITTEN_OFF
		elif account in deposits and types.get(account) == "Receivable":
			kind = RECEIVABLE
		elif account in from_settings[RECEIVED] or types.get(account) in MONEY_TYPES:
			kind = RECEIVED
		else:
			kind = RECEIVABLE if types.get(account) == "Receivable" else UNCLASSIFIED
		found[company, account] = kind
	return found


def _named_accounts(companies: set[str]) -> dict[str, set[str]]:
	"""The accounts that Agency Settings and the companies name for write-offs, and for clients' money."""
	named: dict[str, set[str]] = {WRITTEN_OFF: set(), RECEIVED: set()}
	for row in frappe.get_cached_doc("Agency Settings").companies:
		if row.company in companies:
			named[WRITTEN_OFF] |= {row.write_off, row.bad_debt_allowance}
			named[RECEIVED] |= {row.deposits, row.bank_charges}
	for company in companies:
		for field in ("write_off_account", "round_off_account"):
			named[WRITTEN_OFF].add(frappe.get_cached_value("Company", company, field))
		named[RECEIVED].add(frappe.get_cached_value("Company", company, "default_advance_received_account"))
	advances = frappe.get_all(
		"Party Account",
		{"company": ("in", companies), "parenttype": ("in", ("Customer", "Customer Group"))},
		pluck="advance_account",
	)
	named[RECEIVED] |= set(advances)
	for accounts in named.values():
		accounts.discard(None)
	return named
