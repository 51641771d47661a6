"""What the money of some deals comes to by the tables alone: SQL and arithmetic of its own, nothing of the app is used.

The payment ledger says which voucher settles which invoice, the general ledger what stands on its other side, and
the fees and splits the rest. Rules: docs/rules/commission.md; of the refund, docs/rules/deals.md, "Termination".
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import NamedTuple

FEN, NOTHING = Decimal("0.01"), Decimal("0.00")
Ask = Callable[..., list[dict]]
Amounts = dict[str, Decimal]

INVOICES = """
	select one.name, one.is_return, one.customer, fee.side, ifnull(fee.commissionable, 0) as counts
	from `tabSales Invoice` one
	left join `tabSales Invoice` source on source.name = one.return_against
	left join `tabDeal Fee` fee on fee.name = ifnull(source.deal_fee, one.deal_fee)
	where one.docstatus = 1 and ifnull(source.deal, one.deal) = %(deal)s
"""
OWN_LINES = """
	select sum(if(entry.party_type = 'Customer', entry.debit - entry.credit, 0)) as gross,
		sum(if(account.root_type = 'Income', entry.credit - entry.debit, 0)) as net
	from `tabGL Entry` entry join `tabAccount` account on account.name = entry.account
	where entry.voucher_type = 'Sales Invoice' and entry.voucher_no = %(name)s and entry.is_cancelled = 0
"""
SETTLED = """
	select row.voucher_type, row.voucher_no, row.party, -row.amount as amount,
		if(row.account = %(held)s, 'deposit', ifnull(source.deal, one.deal)) as deal
	from `tabPayment Ledger Entry` row
	left join `tabSales Invoice` one on one.name = row.against_voucher_no
	left join `tabSales Invoice` source on source.name = one.return_against
	where row.delinked = 0 and row.account_type = 'Receivable' and row.voucher_type != 'Sales Invoice'
		and row.party in %(payers)s
		and exists (select 1 from `tabGL Entry` where voucher_no = row.voucher_no and is_cancelled = 0)
	order by row.creation, row.name
"""
OTHER_SIDE = """
	select entry.account, account.account_type, sum(entry.debit - entry.credit) as amount
	from `tabGL Entry` entry join `tabAccount` account on account.name = entry.account
	where entry.voucher_type = %(voucher_type)s and entry.voucher_no = %(voucher_no)s and entry.is_cancelled = 0
		and not (account.account_type = 'Receivable' and entry.party_type = 'Customer')
	group by entry.account
"""
OPEN = """
	select sum(amount) as amount from `tabPayment Ledger Entry`
	where delinked = 0 and against_voucher_type = 'Sales Invoice' and against_voucher_no in %(names)s
"""
SPLITS = (
	"select name, agent, percent, rate from `tabDeal Split` where deal = %(deal)s order by sequence, name"
)
PAYERS = """
	select distinct fee.deal, client.customer from `tabDeal Fee` fee join `tabClient` client on client.name = fee.payer
	where fee.deal in %(deals)s
"""
BOOKED = """
	select party, sum(credit - debit) as amount from `tabJournal Entry Account`
	where docstatus = 1 and party in %(parties)s and deal = %(deal)s
	group by party
"""
ENDED = "select executed_on from `tabDeal Termination` where deal = %(deal)s and executed_on is not null"
BOOKED_AFTER = """
	select voucher_no from `tabGL Entry` where voucher_no in %(names)s and is_cancelled = 0
	group by voucher_no having min(creation) > %(moment)s
"""
BALANCES = """
	select party, sum(credit - debit) as amount from `tabGL Entry`
	where party in %(parties)s and is_cancelled = 0 group by party
"""
BY_HAND = """
	select party, sum(debit - credit) as amount from `tabGL Entry` entry
	where party in %(parties)s and is_cancelled = 0
		and not exists (select 1 from `tabCommission Accrual` where journal_entry = entry.voucher_no)
		and not exists (select 1 from `tabCommission Payout` where journal_entry = entry.voucher_no)
	group by party
"""
BOOKED_AS_PAID = """
	select row.party, sum(row.paid_by_hand) as amount
	from `tabCommission Payout Row` row join `tabCommission Payout` payout on payout.name = row.parent
	where row.party in %(parties)s and payout.docstatus = 1 group by row.party
"""
TAXED = """
	select row.agent, sum(row.gross - row.paid_by_hand) as income, sum(row.tax_withheld) as tax
	from `tabCommission Payout Row` row join `tabCommission Payout` payout on payout.name = row.parent
	where payout.docstatus = 1 and row.gross > 0 and row.tax_method = 'Labour Service'
		and row.agent in %(agents)s and payout.name != %(but)s
		and date_format(payout.posting_date, '%%Y-%%m') = date_format(%(day)s, '%%Y-%%m')
	group by row.agent
"""


class Pot(NamedTuple):
	"""What gives and takes money: a payer's part of a deal, what they have on account (of no deal), their "deposit"."""

	deal: str | None
	payer: str


Parts = dict[tuple[str, Pot], dict[str, Decimal]]


class Books(NamedTuple):
	"""Where to read: the accounts of "received" and "written_off", that of clients' deposits, party -> agent."""

	ask: Ask
	accounts: dict[str, set[str]]
	held: str
	agents: dict[str, str]


def figures(books: Books, deals: Sequence[str]) -> dict[str, dict]:
	"""Return each deal's figures in CNY, `due` and `booked` by agent, what is `left` by side, and its `refund`."""
	of_payers = books.ask(PAYERS, deals=deals)
	parts = settled(books, {row["customer"] for row in of_payers})
	return {
		deal: of_deal(books, deal, {row["customer"] for row in of_payers if row["deal"] == deal}, parts)
		for deal in deals
	}


def of_deal(books: Books, deal: str, payers: Collection[str], parts: Parts) -> dict:
	"""Return the figures of one deal, whose `payers` pay for no other."""
	ask, found = books.ask, defaultdict(lambda: NOTHING)
	invoices, left, too_much = ask(INVOICES, deal=deal), defaultdict(Decimal), defaultdict(Decimal)
	for invoice in invoices:
		lines = ask(OWN_LINES, name=invoice["name"])[0]
		found["credited" if invoice["is_return"] else "invoiced"] += abs(fen(lines["gross"]))
		found["base"] += fen(lines["net"]) if invoice["counts"] else NOTHING
		left[invoice["side"]] += fen(lines["gross"])
		too_much[invoice["customer"]] -= fen(lines["gross"])
	for (_voucher, pot), kinds in parts.items():
		if pot.deal == deal:
			for kind, amount in kinds.items():
				found[kind] += amount
		elif pot.deal is None and pot.payer in payers:
			found["loose"] += kinds["received"]
	claim = found["invoiced"] - found["credited"]
	found["realised"] = (
		min(found["base"], fen(found["base"] * found["received"] / claim)) if claim else NOTHING
	)
	names = [invoice["name"] for invoice in invoices] or [""]
	found["outstanding"] = fen(ask(OPEN, names=names)[0]["amount"])
	found["due"], found["short"] = dues(ask(SPLITS, deal=deal), found["realised"])
	found["by_party"] = {
		row["party"]: fen(row["amount"]) for row in ask(BOOKED, deal=deal, parties=[*books.agents])
	}
	found["booked"] = defaultdict(lambda: NOTHING)
	for party, amount in found["by_party"].items():
		found["booked"][books.agents[party]] += amount
	found["left"] = left
	found["refund"] = refund(ask, deal, payers, parts, too_much)
	return found


def settled(books: Books, payers: Collection[str]) -> Parts:
	"""Return (voucher, pot) -> class -> what it brought, of all payments and journals of these payers."""
	parts: Parts = defaultdict(lambda: defaultdict(lambda: NOTHING))
	vouchers, moves = defaultdict(lambda: defaultdict(lambda: NOTHING)), []
	for row in books.ask(SETTLED, payers=[*payers], held=books.held):
		vouchers[row["voucher_type"], row["voucher_no"]][Pot(row["deal"], row["party"])] += fen(row["amount"])
	for (kind, name), pots in vouchers.items():
		lines = books.ask(OTHER_SIDE, voucher_type=kind, voucher_no=name)
		if not lines:  # from one debt to another
			moves += moved(name, pots)
		for pot, amount in pots.items() if lines else ():
			parts[name, pot].update(explained(amount, lines, books.accounts))
	settle(parts, moves)
	return parts


def moved(voucher: str, pots: dict[Pot, Decimal]) -> list[list]:
	"""Return [voucher, giver, taker, amount] of what a voucher moves."""
	takers = {pot: amount for pot, amount in pots.items() if amount > 0}
	found = []
	for giver, gives in pots.items():
		for taker in takers:
			amount = min(-gives, takers[taker])
			if amount > 0:
				found.append([voucher, giver, taker, amount])
				takers[taker] -= amount
				gives += amount
	return found


def settle(parts: Parts, moves: list[list]) -> None:
	"""Add what moves: received as far as its giver has received, the earlier first, again until no more is given.

	What would come back to its giver goes all the way round at once.
	"""
	has: dict[Pot, Decimal] = defaultdict(lambda: NOTHING)
	for (_voucher, pot), kinds in parts.items():
		has[pot] += kinds["received"]
	given = True
	while given:
		given = False
		for move in moves:
			if has[move[1]] <= 0 or not move[3]:
				continue
			way = back(moves, move[2], move[1], [move])
			amount = min(each[3] for each in way) if way else min(move[3], has[move[1]])
			for each in way or [move]:
				add(parts, *each[:3], "received", amount)
				each[3] -= amount
				has[each[1]] -= amount
				has[each[2]] += amount
			given = True
	for voucher, giver, taker, left in moves:
		add(parts, voucher, giver, taker, "unclassified", left)


def back(moves: list[list], at: Pot, to: Pot, way: list[list]) -> list[list]:
	"""Return the moves that lead on from a pot to another, after those of the way; none where none do."""
	if at == to:
		return way
	been = {move[1] for move in way}
	for move in moves:
		if move[3] and move[1] == at and at not in been:
			if found := back(moves, move[2], to, [*way, move]):
				return found
	return []


def add(parts: Parts, voucher: str, giver: Pot, taker: Pot, kind: str, amount: Decimal) -> None:
	parts[voucher, giver][kind] -= amount
	parts[voucher, taker][kind] += amount


def explained(amount: Decimal, lines: Sequence[dict], accounts: dict[str, set[str]]) -> Amounts:
	"""Return what a voucher did to a debt, by class, from the other side of its entries."""
	sides: Amounts = defaultdict(lambda: NOTHING)
	for line in lines:
		if fen(line["amount"]) * amount > 0:
			sides[class_of(line, accounts)] += abs(fen(line["amount"]))
	if not sides:
		return {"unclassified": amount}
	return dict(zip(sides, shared(amount, list(sides.values())), strict=True))


def class_of(line: dict, accounts: dict[str, set[str]]) -> str:
	"""Return what money on an account means."""
	for kind, names in accounts.items():
		if line["account"] in names:
			return kind
	return "received" if line["account_type"] in ("Bank", "Cash") else "unclassified"


def refund(ask: Ask, deal: str, payers: Collection[str], parts: Parts, too_much: Amounts) -> Decimal | None:
	"""Return what a terminated deal's payers get back, less nothing that they got since; None where it goes on.

	`too_much` is what each paid too much of what they are billed, had they paid nothing.
	"""
	if not (ended := ask(ENDED, deal=deal)):
		return None
	brought: dict[tuple[str, str], Decimal] = defaultdict(lambda: NOTHING)
	for (voucher, pot), kinds in parts.items():
		if pot.deal == deal or (pot.deal is None and pot.payer in payers):
			brought[voucher, pot.payer] += kinds["received"]
	names = [*{voucher for voucher, _payer in brought}, ""]
	late = {row["voucher_no"] for row in ask(BOOKED_AFTER, names=names, moment=ended[0]["executed_on"])}
	for (voucher, payer), amount in brought.items():
		if amount > 0 or voucher not in late:
			too_much[payer] += amount
	return sum((max(amount, NOTHING) for amount in too_much.values()), NOTHING)


def dues(splits: Sequence[dict], realised: Decimal) -> tuple[Amounts, Decimal]:
	"""Return agent -> what is due, no row below 0, and what below 0 was left out."""
	found: Amounts = defaultdict(lambda: NOTHING)
	short = NOTHING
	parts = shared(realised, [Decimal(f"{row['percent']:.6f}") for row in splits])
	for row, part in zip(splits, parts, strict=True):
		amount = fen(part * Decimal(f"{row['rate']:.6f}") / 100)
		found[row["agent"]] += max(amount, NOTHING)
		short += min(amount, NOTHING)
	return dict(found), short


def by_hand(books: Books) -> Amounts:
	"""Return party -> what was paid by somebody's own journals and not booked as paid; below 0 what wasn't paid though booked."""
	parties = [*books.agents]
	found = amounts(books.ask(BY_HAND, parties=parties))
	for party, amount in amounts(books.ask(BOOKED_AS_PAID, parties=parties)).items():
		found[party] -= amount
	return found


def to_pay(books: Books, ticked: bool) -> dict[str, tuple[Decimal, Decimal]]:
	"""Return party -> (gross, of it by hand) that a payout of all days pays, where nothing is held or unconfirmed.

	Whose ledger isn't what was accrued and paid is left out, unless what they got by hand is `ticked` as paid.
	"""
	hand, found = by_hand(books), {}
	for party, balance in amounts(books.ask(BALANCES, parties=[*books.agents])).items():
		gross, got = balance + hand[party], hand[party]
		if gross > 0 and (not got or (ticked and 0 < got <= gross)):
			found[party] = gross, got
	return found


def taxes(books: Books, payout: str, day, income: Amounts) -> Amounts:
	"""Return agent -> the labour service tax of a payout that brings this income, after others of its month."""
	earlier = {row["agent"]: row for row in books.ask(TAXED, agents=[*income, ""], but=payout, day=day)}
	found = {}
	for agent, amount in income.items():
		before = earlier.get(agent, {"income": 0, "tax": 0})
		found[agent] = max(labour_tax(fen(before["income"]) + amount) - fen(before["tax"]), NOTHING)
	return found


def labour_tax(income: Decimal) -> Decimal:
	"""Return the tax on a month's income from labour service."""
	if income <= 800:
		return NOTHING
	taxable = income - 800 if income <= 4000 else fen(income * Decimal("0.8"))
	rate, quick = (20, 0) if taxable <= 20000 else (30, 2000) if taxable <= 50000 else (40, 7000)
	return fen(taxable * rate / 100 - quick)


def amounts(rows: Sequence[dict]) -> Amounts:
	"""Return party -> amount."""
	return defaultdict(lambda: NOTHING, {row["party"]: fen(row["amount"]) for row in rows})


def fen(amount) -> Decimal:
	"""Return an amount to the fen, half away from zero; None is 0."""
	return Decimal(str(amount or 0)).quantize(FEN, ROUND_HALF_UP)


def shared(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
	"""Return the parts of a total by largest remainder, ties to the earlier."""
	if total < 0:
		return [-part for part in shared(-total, weights)]
	exact = [total * weight / sum(weights) for weight in weights]
	parts = [share.quantize(FEN, ROUND_FLOOR) for share in exact]
	order = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
	for place in order[: int((total - sum(parts)) / FEN)]:
		parts[place] += FEN
	return parts
