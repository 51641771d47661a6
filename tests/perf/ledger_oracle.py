"""What a deal's money comes to by the tables alone: SQL and arithmetic of its own, nothing of the app is used.

The payment ledger says which voucher settles which invoice, the general ledger what stands on its other side, and
the fees and splits the rest.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

FEN, NOTHING = Decimal("0.01"), Decimal("0.00")
Ask = Callable[..., list[dict]]

INVOICES = """
	select one.name, one.is_return, ifnull(fee.commissionable, 0) as counts
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
	select voucher_type, voucher_no, -sum(amount) as amount from `tabPayment Ledger Entry`
	where delinked = 0 and account_type = 'Receivable' and voucher_type != 'Sales Invoice'
		and against_voucher_type = 'Sales Invoice' and against_voucher_no = %(name)s
	group by voucher_type, voucher_no
"""
OTHER_SIDE = """
	select entry.account, account.account_type, sum(entry.debit - entry.credit) as amount
	from `tabGL Entry` entry join `tabAccount` account on account.name = entry.account
	where entry.voucher_type = %(voucher_type)s and entry.voucher_no = %(voucher_no)s and entry.is_cancelled = 0
		and not (account.account_type = 'Receivable' and entry.party_type = 'Customer' and entry.account != %(held)s)
	group by entry.account
"""
LOOSE = """
	select voucher_type, voucher_no, -sum(amount) as amount from `tabPayment Ledger Entry`
	where delinked = 0 and party_type = 'Customer' and party in %(payers)s and account != %(held)s
		and against_voucher_type in ('Payment Entry', 'Journal Entry')
	group by voucher_type, voucher_no
"""
OPEN = """
	select sum(amount) as amount from `tabPayment Ledger Entry`
	where delinked = 0 and against_voucher_type = 'Sales Invoice' and against_voucher_no in %(names)s
"""
SPLITS = (
	"select name, agent, percent, rate from `tabDeal Split` where deal = %(deal)s order by sequence, name"
)
PAYERS = """
	select distinct client.customer from `tabDeal Fee` fee join `tabClient` client on client.name = fee.payer
	where fee.deal = %(deal)s
"""
BOOKED = """
	select agent.name as agent, sum(line.credit - line.debit) as amount
	from `tabJournal Entry Account` line join `tabAgent` agent on agent.employee = line.party
	where line.docstatus = 1 and line.party_type = 'Employee' and line.deal = %(deal)s
	group by agent.name
"""


def figures(ask: Ask, deal: str, accounts: dict[str, set[str]], held: str) -> dict:
	"""Return the deal's figures in CNY, and `due` and `booked` by agent.

	`accounts` are those of "received" and "written_off"; `held` is where clients' deposits stand.
	"""
	invoices = ask(INVOICES, deal=deal)
	found: dict = defaultdict(lambda: NOTHING)
	for invoice in invoices:
		lines = ask(OWN_LINES, name=invoice["name"])[0]
		found["credited" if invoice["is_return"] else "invoiced"] += abs(fen(lines["gross"]))
		found["base"] += fen(lines["net"]) if invoice["counts"] else NOTHING
		for voucher in ask(SETTLED, name=invoice["name"]):
			for kind, amount in explained(ask, voucher, accounts, held).items():
				found[kind] += amount
	found["unclassified"] += found.pop("moved", NOTHING)
	claim = found["invoiced"] - found["credited"]
	found["realised"] = (
		min(found["base"], fen(found["base"] * found["received"] / claim)) if claim else NOTHING
	)
	names = [invoice["name"] for invoice in invoices] or [""]
	found["outstanding"] = fen(ask(OPEN, names=names)[0]["amount"])
	payers = [row["customer"] for row in ask(PAYERS, deal=deal)]
	for voucher in ask(LOOSE, payers=payers, held=held):
		parts = explained(ask, voucher, accounts, held)
		found["loose"] += fen(voucher["amount"]) - parts.get("written_off", NOTHING)  # no money
	found["due"], found["short"] = dues(ask(SPLITS, deal=deal), found["realised"])
	found["booked"] = {row["agent"]: fen(row["amount"]) for row in ask(BOOKED, deal=deal)}
	return found


def explained(ask: Ask, voucher: dict, accounts: dict[str, set[str]], held: str) -> dict[str, Decimal]:
	"""Return what a voucher did to an invoice, by class, from the other side of its entries."""
	amount = fen(voucher["amount"])
	sides: dict[str, Decimal] = defaultdict(lambda: NOTHING)
	for line in ask(OTHER_SIDE, **voucher, held=held):
		if fen(line["amount"]) * amount > 0:
			sides[class_of(line, accounts)] += abs(fen(line["amount"]))
	if not sides:
		return {"moved": amount}  # from one receivable to another
	return dict(zip(sides, shared(amount, list(sides.values())), strict=True))


def class_of(line: dict, accounts: dict[str, set[str]]) -> str:
	"""Return what money on an account means."""
	for kind, names in accounts.items():
		if line["account"] in names:
			return kind
	return "received" if line["account_type"] in ("Bank", "Cash") else "unclassified"


def dues(splits: Sequence[dict], realised: Decimal) -> tuple[dict[str, Decimal], Decimal]:
	"""Return agent -> what is due, no row below 0, and what below 0 was left out."""
	found: dict[str, Decimal] = defaultdict(lambda: NOTHING)
	short = NOTHING
	parts = shared(realised, [Decimal(f"{row['percent']:.6f}") for row in splits])
	for row, part in zip(splits, parts, strict=True):
		amount = fen(part * Decimal(f"{row['rate']:.6f}") / 100)
		found[row["agent"]] += max(amount, NOTHING)
		short += min(amount, NOTHING)
	return dict(found), short


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
