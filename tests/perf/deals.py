"""Deals with their ledgers, from one content by both of the generator's outlets, and whether they agree.

A listing is dealt, each side's fee billed and received in parts; some fees are paid in full, some in part,
some not at all, and some are written off. `by_documents` goes the way of the users, `in_bulk` writes the rows.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from time import perf_counter

import bulk
import frappe
from figures import Figure
from frappe.utils import getdate

from agency_crm.accounting import marks, parties, settings
from agency_crm.domain.commission import dues as commission
from agency_crm.domain.commission import splits as split_rules
from agency_crm.domain.deals import fees as fee_rules
from agency_crm.domain.money import ZERO, apportion, exact, fen
from agency_crm.services.commission import reconciliation
from agency_crm.services.commission.splits import template_rows
from agency_crm.setup.demo import content
from agency_crm.setup.demo.actors import insert, press, without_workflow_actions
from agency_crm.setup.demo.deals import SALE_FEES, receive, write_off

DEALS = 200  # by documents about two seconds each
OFFICE = "office@bench.agency.example"
# what comes in of the buyer's and of the seller's fee, in % of it; whether what is open is written off
COURSES = (
	((40, 60), (100,), False),
	((50, 25), (20,), True),
	((60, 40), (), False),
	((33,), (100,), False),
	((), (), False),
)
OWN = {"deal", "title"}  # what the two deals of a pair needn't have in common


@dataclass(frozen=True)
class Bargain:
	"""A deal to be made: the home, who takes part, the day, and how its fees are paid."""

	home: content.Home
	maintainer: frappe._dict
	surveyor: frappe._dict
	closer: frappe._dict
	signed_on: date
	vat_included: bool
	parts: dict[str, tuple[int, ...]]  # side -> % of the fee
	lost: bool

	@property
	def lease(self) -> bool:
		return self.home.listing_type == "Lease"

	@property
	def basis(self) -> str:
		"""The basis of both fees."""
		return "Months of Rent" if self.lease else "Percent of Price"

	@property
	def rates(self) -> dict[str, Decimal]:
		"""Side -> the rate of its fee."""
		return {side: Decimal("0.5") if self.lease else Decimal(rate) for side, rate in SALE_FEES.items()}

	def receipts(self, side: str, gross: Decimal) -> list[tuple[Decimal, date]]:
		"""What comes in of a side's fee of `gross` CNY: amount and day."""
		percents = [Decimal(part) for part in self.parts[side]]
		amounts = apportion(gross, [*percents, 100 - sum(percents)])[: len(percents)]
		return [
			(amount, self.signed_on + timedelta(days=3 * number)) for number, amount in enumerate(amounts)
		]


def deal_figures(where: frappe._dict, count: int = DEALS) -> Iterator[Figure]:
	"""Make `count` deals both ways, compare their reconciliation and take all of it back; `where` is
	`bulk.setting()`.
	"""
	scene = prepare(where)
	wanted = list(bargains(where, count))
	made, seconds = [], []
	for outlet in (by_documents, in_bulk):
		start = perf_counter()
		names = outlet(wanted, scene)
		seconds.append(perf_counter() - start)
		made.append(reconciled(names))
	frappe.db.rollback()
	same = sum(one == other and not reconciliation.is_off(one) for one, other in zip(*made, strict=True))
	yield Figure(f"Of {count} deals, by documents and in bulk not the same", count - same, "deals", goal=0)
	for name, taken in zip(("Deals by documents", "Deals in bulk"), seconds, strict=True):
		yield Figure(name, count / taken, unit="deals/s")


def reconciled(deals: list[str]) -> list[dict]:
	"""Return the deals' rows of the reconciliation without what is each deal's own."""
	return [
		frappe._dict({field: value for field, value in row.items() if field not in OWN})
		for row in reconciliation.deal_rows(deals)
	]


def prepare(where: frappe._dict) -> frappe._dict:
	"""Make whom deals are made with and by whom they are approved, once, and return them with accounts and
	templates beside `where`.
	"""
	if not frappe.db.exists("User", OFFICE):
		roles = [{"role": role} for role in ("Agency Administrator", "Agency Accountant")]
		insert("User", email=OFFICE, first_name="Office", send_welcome_email=0, roles=roles)
	clients = {"Buyer": bulk.owner("Bench Buyer"), "Seller": bulk.owner("Bench Owner 1")}
	company = frappe.defaults.get_global_default("company")
	accounts = settings.for_company(company)
	scene = frappe._dict(
		where,
		company=company,
		clients=clients,
		customers={side: parties.customer_of(client) for side, client in clients.items()},
		payees={agent.name: parties.party_of(agent.name) for agent in where.agents},
		rates=dict(frappe.get_all("Agent", fields=["name", "commission_plan.rate"], as_list=True)),
		templates={
			kind: frappe.get_doc("Split Template", {"deal_type": kind, "disabled": 0})
			for kind in ("Sale", "Lease")
		},
		accounts=accounts,
		bank=frappe.get_cached_value("Company", company, "default_bank_account"),
		vat=frappe.get_doc("Sales Taxes and Charges Template", accounts.vat_template).taxes[0],
		centers={store: settings.cost_center(store, company) for store in bulk.STORES},
	)
	frappe.db.commit()
	return scene


def bargains(where: frappe._dict, count: int) -> Iterator[Bargain]:
	"""Yield the deals to make, all courses in turn, with VAT in the price and on top of it."""
	agents = where.agents
	for index, home in enumerate(content.homes(Random("deals"), where.places, count, getdate())):
		buyer, seller, lost = COURSES[index % len(COURSES)]
		yield Bargain(
			home=home,
			maintainer=agents[index % len(agents)],
			surveyor=agents[(index * 7 + 1) % len(agents)],
			closer=agents[(index * 5 + 2) % len(agents)],
			signed_on=getdate() - timedelta(days=10 + index % 50),
			vat_included=index % 3 > 0,
			parts={"Buyer": buyer, "Seller": seller},
			lost=lost,
		)


def by_documents(wanted: list[Bargain], scene: frappe._dict) -> list[str]:
	"""Make the deals as documents: listing, deal, fees, both reviews, receipts, write-offs; return their names."""
	with without_workflow_actions():
		deals = [enter(bargain, scene) for bargain in wanted]
		frappe.set_user(OFFICE)
		deals = [press(frappe.get_doc("Deal", name), "Approve", "Approve and Sign") for name in deals]
		frappe.set_user("Administrator")
		for bargain, deal in zip(wanted, deals, strict=True):
			fees = frappe.get_all(
				"Deal Fee", {"deal": deal.name}, ["side", "sales_invoice", "invoiced"], order_by="name"
			)
			for fee in fees:
				for amount, day in bargain.receipts(fee.side, exact(fee.invoiced)):
					receive(fee.sales_invoice, float(amount), day)
					marks.flush()  # what the commit does; nothing is committed here
			if bargain.lost:
				write_off(deal)
				marks.flush()
	return [deal.name for deal in deals]


def enter(bargain: Bargain, scene: frappe._dict) -> str:
	"""Enter a verified listing and its deal with the fees of both sides, and send it for review."""
	home = bargain.home
	since = bargain.signed_on - timedelta(days=30)
	held = {"Entry": bargain.maintainer.name, "Survey": bargain.surveyor.name}
	values = bulk.listing_values(home, scene, bargain.maintainer)
	values |= {
		"building_no": f"8{home.building}",  # buildings that no other listing of the bench has
		"owners": [{"client": scene.clients["Seller"], "share": 100}],
		"roles": [
			{"role": role, "agent": agent, "gained_at": since, "approved_at": since}
			for role, agent in held.items()
		],
	}
	listing = press(insert("Listing", **values), "Submit for Verification", "Pass Verification")
	deal = insert(
		"Deal",
		listing=listing.name,
		client=scene.clients["Buyer"],
		agent=bargain.closer.name,
		signed_on=bargain.signed_on,
		parties=[
			{"side": side, "client": client, "share": 100, "consented": 1}
			for side, client in scene.clients.items()
		],
		**{"monthly_rent" if bargain.lease else "deal_price": float(home.price)},
	)
	for side, rate in bargain.rates.items():
		insert(
			"Deal Fee",
			deal=deal.name,
			side=side,
			payer=scene.clients[side],
			fee_type="Brokerage",
			basis=bargain.basis,
			rate=float(rate),
			vat_included=int(bargain.vat_included),
		)
	return press(deal, "Submit for Review").name


def in_bulk(wanted: list[Bargain], scene: frappe._dict) -> list[str]:
	"""Write the deals as rows of the same tables; return their names."""
	rows: dict[str, list[dict]] = defaultdict(list)
	names = [BulkDeal(rows, scene, bargain, index).write() for index, bargain in enumerate(wanted)]
	for doctype, lot in rows.items():
		bulk.insert(doctype, lot)
	return names


class BulkDeal:
	"""The rows of one deal, computed with the domain's functions as its documents would come out."""

	def __init__(self, rows: dict[str, list[dict]], scene: frappe._dict, bargain: Bargain, index: int):
		self.rows, self.scene, self.bargain = rows, scene, bargain
		self.stamp = {**bulk.stamp(index), "docstatus": 1}
		self.name = f"BENCH-DEAL-{index:07d}"
		self.center = scene.centers[bargain.closer.store]
		self.sums = commission.LedgerSums()
		self.vouchers = 0
		self.splits = self.propose()

	def write(self) -> str:
		"""Add all rows of the deal and return its name."""
		fees = [self.bill(side, rate) for side, rate in self.bargain.rates.items()]
		for fee in fees:
			for amount, day in self.bargain.receipts(fee.side, fee.invoiced):
				self.receive(fee, amount, day)
				self.accrue(day)
		for fee in fees:
			if self.bargain.lost and fee.open:
				self.write_off(fee)
			self.write_invoice(fee)
		self.write_deal()
		return self.name

	def add(self, doctype: str, name: str, **values) -> None:
		"""Add a row of a table; those of one DocType have the same columns in the same order."""
		self.rows[doctype].append({"name": name, **self.stamp, **values})

	def add_child(self, doctype: str, parent: tuple[str, str, str], idx: int, **values) -> None:
		"""Add a row of a child table: `parent` is DocType, name and field."""
		parenttype, name, field = parent
		place = {"parent": name, "parenttype": parenttype, "parentfield": field, "idx": idx}
		self.add(doctype, f"{name}-{field}-{idx}", **place, **values)

	def new_voucher(self, kind: str) -> str:
		"""Return a name that no other voucher has."""
		self.vouchers += 1
		return f"{self.name}-{kind}{self.vouchers}"

	def propose(self) -> list[frappe._dict]:
		"""Return the split rows of the deal, from the template by who held each role."""
		template = self.scene.templates[self.bargain.home.listing_type]
		maintainer, surveyor, closer = (
			[agent.name] for agent in (self.bargain.maintainer, self.bargain.surveyor, self.bargain.closer)
		)
		holders = {"Entry": maintainer, "Maintainer": maintainer, "Survey": surveyor, "Closing": closer}
		return [
			frappe._dict(
				name=f"{self.name}-S{sequence}",
				sequence=sequence,
				role=row.role,
				agent=row.agent,
				percent=row.percent,
				rate=Decimal(str(self.scene.rates[row.agent])),
				accrued=ZERO,
				realised=ZERO,
			)
			for sequence, row in enumerate(split_rules.propose(template_rows(template), holders), 1)
		]

	def bill(self, side: str, rate: Decimal) -> frappe._dict:
		"""Add a fee and the ledger rows of its invoice; return what its later vouchers need."""
		price, lease = fen(self.bargain.home.price), self.bargain.lease
		amount = fee_rules.fee_amount(
			self.bargain.basis, rate, ZERO, ZERO if lease else price, price if lease else ZERO
		)
		tax_rate = exact(self.scene.vat.rate)
		included = self.bargain.vat_included
		net = fen(amount * 100 / (100 + tax_rate)) if included else amount
		gross = amount if included else amount + fen(amount * tax_rate / 100)
		fee = frappe._dict(
			name=f"{self.name}-{side}", side=side, net=net, invoiced=gross, open=gross, amount=amount
		)
		fee.invoice = self.new_voucher("SI")
		self.add(
			"Deal Fee",
			fee.name,
			deal=self.name,
			side=side,
			payer=self.scene.clients[side],
			payer_kind="Client",
			fee_type="Brokerage",
			basis=self.bargain.basis,
			rate=rate,
			amount=amount,
			vat_included=int(included),
			commissionable=1,
			sales_invoice=fee.invoice,
			invoiced=gross,
		)
		self.sums = commission.LedgerSums(
			invoiced=self.sums.invoiced + gross,
			commissionable_net_invoiced=self.sums.commissionable_net_invoiced + net,
			commissionable_gross_invoiced=self.sums.commissionable_gross_invoiced + gross,
		)
		voucher = ("Sales Invoice", fee.invoice, self.bargain.signed_on)
		lines = (
			self.client_line(fee, gross),
			(self.income, -net, None, None),
			(self.scene.vat.account_head, net - gross, None, None),
		)
		self.post(voucher, lines)
		return fee

	@property
	def income(self) -> str:
		"""The income account of the deal's kind."""
		return self.scene.accounts.income_lease if self.bargain.lease else self.scene.accounts.income_sale

	def client_line(self, fee: frappe._dict, amount: Decimal) -> tuple:
		"""Return the line of a voucher that stands on the receivable, against the fee's invoice."""
		party = ("Customer", self.scene.customers[fee.side])
		return self.scene.accounts.receivable, amount, party, ("Sales Invoice", fee.invoice)

	def write_invoice(self, fee: frappe._dict) -> None:
		"""Add the Sales Invoice of a fee with its item and its VAT, as it stands after all receipts."""
		vat = self.scene.vat
		customer = self.scene.customers[fee.side]
		status = "Paid" if not fee.open else "Unpaid" if fee.open == fee.invoiced else "Partly Paid"
		self.add(
			"Sales Invoice",
			fee.invoice,
			company=self.scene.company,
			customer=customer,
			customer_name=customer,
			title=customer,
			deal=self.name,
			deal_fee=fee.name,
			posting_date=self.bargain.signed_on,
			due_date=self.bargain.signed_on,
			currency="CNY",
			conversion_rate=1,
			debit_to=self.scene.accounts.receivable,
			cost_center=self.center,
			status=status,
			taxes_and_charges=self.scene.accounts.vat_template,
			outstanding_amount=fee.open,
			**{f"{base}net_total": fee.net for base in ("", "base_")},
			**{f"{base}total_taxes_and_charges": fee.invoiced - fee.net for base in ("", "base_")},
			**{f"{base}grand_total": fee.invoiced for base in ("", "base_")},
		)
		self.add_child(
			"Sales Invoice Item",
			("Sales Invoice", fee.invoice, "items"),
			1,
			item_code=self.scene.accounts.fee_item,
			item_name="Brokerage",
			qty=1,
			income_account=self.income,
			cost_center=self.center,
			**{f"{base}{field}": fee.amount for base in ("", "base_") for field in ("rate", "amount")},
			**{f"{base}net_{field}": fee.net for base in ("", "base_") for field in ("rate", "amount")},
		)
		self.add_child(
			"Sales Taxes and Charges",
			("Sales Invoice", fee.invoice, "taxes"),
			1,
			charge_type=vat.charge_type,
			account_head=vat.account_head,
			description=vat.description,
			rate=vat.rate,
			included_in_print_rate=int(self.bargain.vat_included),
			cost_center=self.center,
			**{f"{base}tax_amount": fee.invoiced - fee.net for base in ("", "base_")},
			**{f"{base}total": fee.invoiced for base in ("", "base_")},
		)

	def receive(self, fee: frappe._dict, amount: Decimal, day: date) -> None:
		"""Add a Payment Entry of part of a fee."""
		name, customer = self.new_voucher("PE"), self.scene.customers[fee.side]
		account = self.scene.accounts.receivable
		amounts = ("paid_amount", "received_amount", "total_allocated_amount")
		self.add(
			"Payment Entry",
			name,
			company=self.scene.company,
			payment_type="Receive",
			posting_date=day,
			party_type="Customer",
			party=customer,
			party_name=customer,
			paid_from=account,
			paid_to=self.scene.bank,
			reference_no=fee.invoice,
			reference_date=day,
			status="Submitted",
			source_exchange_rate=1,
			target_exchange_rate=1,
			**{f"{base}{field}": amount for base in ("", "base_") for field in amounts},
		)
		self.add_child(
			"Payment Entry Reference",
			("Payment Entry", name, "references"),
			1,
			reference_doctype="Sales Invoice",
			reference_name=fee.invoice,
			total_amount=fee.invoiced,
			outstanding_amount=fee.open,
			allocated_amount=amount,
			exchange_rate=1,
		)
		voucher = ("Payment Entry", name, day)
		self.post(voucher, [(self.scene.bank, amount, None, None), self.client_line(fee, -amount)])
		fee.open -= amount
		self.sums = commission.LedgerSums(**vars(self.sums) | {"received": self.sums.received + amount})

	def write_off(self, fee: frappe._dict) -> None:
		"""Add a Journal Entry that writes off what is open of a fee."""
		lines = [
			(self.scene.accounts.write_off, fee.open, None, None),
			self.client_line(fee, -fee.open),
		]
		self.journal(lines, getdate())
		fee.open = ZERO

	def accrue(self, day: date) -> None:
		"""Add the accrual of what is due now and was not accrued yet, with its Journal Entry."""
		whole = commission.base(self.sums)
		realised = commission.realised(whole, self.sums)
		shares = [commission.Share(row.percent, row.rate, row.accrued) for row in self.splits]
		dues = commission.dues(realised, shares)
		total = sum((due.difference for due in dues), ZERO)
		by_payee: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
		name = self.new_voucher("AC")
		for idx, (row, due) in enumerate(zip(self.splits, dues, strict=True), 1):
			row.accrued, row.realised = due.due, due.performance
			if not due.difference:
				continue
			payee = self.scene.payees[row.agent]
			by_payee[payee] += due.difference
			self.add_child(
				"Commission Accrual Row",
				("Commission Accrual", name, "rows"),
				idx,
				deal_split=row.name,
				agent=row.agent,
				party_type=payee[0],
				party=payee[1],
				account=settings.payable(self.scene.accounts, payee[0]),
				role=row.role,
				performance=due.performance,
				rate=row.rate,
				due=due.due,
				amount=due.difference,
			)
		lines = [(self.scene.accounts.commission_cost, total, None, None)]
		for payee, amount in by_payee.items():
			lines.append((settings.payable(self.scene.accounts, payee[0]), -amount, payee, None))
		self.add(
			"Commission Accrual",
			name,
			deal=self.name,
			company=self.scene.company,
			posting_date=day,
			origin_date=day,
			status="Posted",
			total=total,
			base=whole,
			received=self.sums.received,
			realised=realised,
			journal_entry=self.journal(lines, day),
		)

	def journal(self, lines: list[tuple], day: date) -> str:
		"""Add a Journal Entry of lines (account, debit above 0, party, invoice) and return its name."""
		name = self.new_voucher("JE")
		debit = sum(amount for _account, amount, _party, _against in lines if amount > 0)
		self.add(
			"Journal Entry",
			name,
			voucher_type="Journal Entry",
			company=self.scene.company,
			posting_date=day,
			title=self.name,
			total_debit=debit,
			total_credit=debit,
		)
		for idx, (account, amount, party, against) in enumerate(lines, 1):
			sides = {"debit": max(amount, ZERO), "credit": max(-amount, ZERO)}
			self.add_child(
				"Journal Entry Account",
				("Journal Entry", name, "accounts"),
				idx,
				account=account,
				party_type=party and party[0],
				party=party and party[1],
				reference_type=against and against[0],
				reference_name=against and against[1],
				cost_center=self.center,
				deal=self.name,
				exchange_rate=1,
				**sides,
				**{f"{side}_in_account_currency": value for side, value in sides.items()},
			)
		self.post(("Journal Entry", name, day), lines)
		return name

	def post(self, voucher: tuple[str, str, date], lines) -> None:
		"""Add the ledger rows of a voucher: one of the general ledger a line, one of the payment ledger beside
		it where the line has a party.
		"""
		kind, name, day = voucher
		for idx, (account, amount, party, against) in enumerate(lines, 1):
			sides = {"debit": max(amount, ZERO), "credit": max(-amount, ZERO)}
			common = {
				"company": self.scene.company,
				"posting_date": day,
				"account": account,
				"party_type": party and party[0],
				"party": party and party[1],
				"voucher_type": kind,
				"voucher_no": name,
				"cost_center": self.center,
			}
			against_type, against_no = against or (kind, name)
			self.add(
				"GL Entry",
				f"{name}-{idx}",
				**common,
				against_voucher_type=against and against_type,
				against_voucher=against and against_no,
				account_currency="CNY",
				fiscal_year=str(day.year),
				is_opening="No",
				**sides,
				**{f"{side}_in_account_currency": value for side, value in sides.items()},
			)
			if party:
				receivable = party[0] == "Customer"
				owed = amount if receivable else -amount
				self.add(
					"Payment Ledger Entry",
					f"{name}-{idx}",
					**common,
					account_type="Receivable" if receivable else "Payable",
					against_voucher_type=against_type,
					against_voucher_no=against_no,
					account_currency="CNY",
					amount=owed,
					amount_in_account_currency=owed,
				)

	def write_deal(self) -> None:
		"""Add the listing, the deal with its parties and splits, as they stand after all receipts."""
		home, scene, bargain = self.bargain.home, self.scene, self.bargain
		lease = bargain.lease
		listing = f"{self.name}-L"
		title = f"{scene.places[home.estate].name} {home.gross_area}㎡"
		values = bulk.listing_values(home, scene, bargain.maintainer)
		state = {"status": "Leased" if lease else "Sold", "phase": "Closed", "territory": bulk.CITY}
		self.add("Listing", listing, **values | state | {"title": title, "docstatus": 0})
		whole = commission.base(self.sums)
		realised = sum((row.realised for row in self.splits), ZERO)
		self.add(
			"Deal",
			self.name,
			listing=listing,
			listing_title=title,
			live_listing=listing,
			deal_type=home.listing_type,
			client=scene.clients["Buyer"],
			status="Signed",
			phase="Live",
			agent=bargain.closer.name,
			store=bargain.closer.store,
			company=scene.company,
			deal_price=ZERO if lease else home.price,
			monthly_rent=home.price if lease else ZERO,
			signed_on=bargain.signed_on,
			split_template=scene.templates[home.listing_type].name,
			split_base="Net of VAT",
			pooling="Pooled",
			invoiced=self.sums.invoiced,
			received=self.sums.received,
			realised=realised,
		)
		for idx, (side, client) in enumerate(scene.clients.items(), 1):
			parent = ("Deal", self.name, "parties")
			self.add_child("Deal Party", parent, idx, side=side, client=client, share=100, consented=1)
		percents = [row.percent for row in self.splits]
		stores = {agent.name: agent.store for agent in scene.agents}
		for row, part in zip(self.splits, commission.performance_parts(whole, percents), strict=True):
			self.add(
				"Deal Split",
				row.name,
				deal=self.name,
				sequence=row.sequence,
				role=row.role,
				kind="Split",
				payee_type="Agent",
				agent=row.agent,
				store=stores[row.agent],
				percent=row.percent,
				rate=row.rate,
				performance=part,
				realised=row.realised,
				accrued=row.accrued,
			)
