"""Commission Statement 佣金结算单: what one agent earned and was paid in one month."""

from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import get_link_to_form

from agency_crm.accounting import payouts, periods
from agency_crm.domain.money import ZERO, exact


def fill_statement(statement) -> None:
	"""Set the rows and totals, CNY, from the accruals and payouts of the month that `month` is in."""
	agent, company = statement.agent, statement.company
	start, statement.month = periods.month_of(company, statement.month)
	rows = _accrued_rows(agent, company, statement.month)
	statement.set("rows", [row for row in rows if row.posting_date >= start])
	net, deductions = payouts.paid_to(agent, company, statement.month, since=start)
	paid_before = sum(payouts.paid_to(agent, company, statement.month), ZERO) - net - deductions
	statement.accrued = _total(statement.rows)
	statement.brought_forward = _total(rows) - statement.accrued - paid_before
	statement.paid, statement.deductions = net, deductions
	statement.payable = statement.brought_forward + statement.accrued - net - deductions


def make_month(company: str, month: date | str) -> int:
	"""Make or update the month's statement of each agent who earned or was paid in it.

	Returns how many there are.
	"""
	start, end = periods.month_of(company, month)
	agents = payouts.agents_between(company, start, end)
	for agent in agents:
		key = {"agent": agent, "company": company, "month": end}
		name = frappe.db.get_value("Commission Statement", key)
		if name:
			frappe.get_doc("Commission Statement", name).save()
		else:
			frappe.get_doc({"doctype": "Commission Statement", **key}).insert()
	return len(agents)


def check_one_a_month(statement) -> None:
	"""Refuse an agent's second statement for a company and month, naming the first."""
	other = frappe.db.get_value(
		"Commission Statement",
		{
			"agent": statement.agent,
			"company": statement.company,
			"month": statement.month,
			"name": ("!=", statement.name or ""),
		},
	)
	if other:
		frappe.throw(
			_("{0} has a statement of that month: {1}. Save it again to bring it up to date.").format(
				statement.agent_name or statement.agent, get_link_to_form("Commission Statement", other)
			),
			frappe.DuplicateEntryError,
		)


def _accrued_rows(agent: str, company: str, upto: date) -> list[frappe._dict]:
	"""The agent's accrual rows up to a day, each with the performance that it adds; by day."""
	accrual, row = frappe.qb.DocType("Commission Accrual"), frappe.qb.DocType("Commission Accrual Row")
	split, deal = frappe.qb.DocType("Deal Split"), frappe.qb.DocType("Deal")
	rows = (
		frappe.qb.from_(row)
		.join(accrual)
		.on((accrual.name == row.parent) & (row.parenttype == "Commission Accrual"))
		.join(split)
		.on(split.name == row.deal_split)
		.join(deal)
		.on(deal.name == accrual.deal)
		.select(accrual.posting_date, accrual.deal, deal.listing_title, row.role, split.percent)
		.select(row.deal_split, row.performance, row.rate, row.amount)
		.where((row.agent == agent) & (accrual.company == company) & (accrual.status == "Posted"))
		.where(accrual.posting_date <= upto)
		.orderby(accrual.creation)
		.orderby(accrual.name)
		.orderby(row.idx)
		.run(as_dict=True)
	)
	reached: dict[str, Decimal] = {}
	for each in rows:  # an accrual notes the performance reached so far
		performance = exact(each.performance)
		each.performance = performance - reached.get(each.deal_split, ZERO)
		reached[each.deal_split] = performance
	return sorted(rows, key=lambda each: each.posting_date)


def _total(rows) -> Decimal:
	return sum((exact(row.amount) for row in rows), ZERO)
