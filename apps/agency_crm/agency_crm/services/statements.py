"""Commission Statement 佣金结算单: what one agent earned and was paid in one month."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import get_link_to_form, getdate

from agency_crm.accounting import payouts, periods
from agency_crm.domain.money import ZERO, exact


def fill(statement) -> None:
	"""Set the rows and totals, CNY, from the accruals and payouts of the month that `month` is in."""
	start, end = periods.month_of(statement.company, statement.month)
	statement.month = end
	statement.set("rows", _accrued_rows(statement.agent, statement.company, start, end))
	net, deductions = payouts.paid_to(statement.agent, statement.company, end, since=start)
	before = _accrued_before(statement.agent, statement.company, start)
	paid_before = sum(payouts.paid_to(statement.agent, statement.company, end), ZERO) - net - deductions
	statement.brought_forward = before - paid_before
	statement.accrued = sum((exact(row.amount) for row in statement.rows), ZERO)
	statement.paid, statement.deductions = net, deductions
	statement.payable = statement.brought_forward + statement.accrued - net - deductions


def check_one_a_month(statement) -> None:
	"""An agent has one statement a company and month; the other is named."""
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


def _query(agent: str, company: str):
	accrual, row = frappe.qb.DocType("Commission Accrual"), frappe.qb.DocType("Commission Accrual Row")
	query = (
		frappe.qb.from_(row)
		.join(accrual)
		.on((accrual.name == row.parent) & (row.parenttype == "Commission Accrual"))
		.where((row.agent == agent) & (accrual.company == company) & (accrual.status == "Posted"))
	)
	return query, accrual, row


def _accrued_rows(agent: str, company: str, start, end) -> list[frappe._dict]:
	query, accrual, row = _query(agent, company)
	split, deal = frappe.qb.DocType("Deal Split"), frappe.qb.DocType("Deal")
	return (
		query.join(split)
		.on(split.name == row.deal_split)
		.join(deal)
		.on(deal.name == accrual.deal)
		.select(accrual.posting_date, accrual.deal, deal.listing_title, row.role, split.percent)
		.select(row.performance, row.rate, row.amount)
		.where((accrual.posting_date >= start) & (accrual.posting_date <= end))
		.orderby(accrual.posting_date)
		.orderby(accrual.name)
		.orderby(row.idx)
		.run(as_dict=True)
	)


def _accrued_before(agent: str, company: str, start) -> Decimal:
	query, accrual, row = _query(agent, company)
	return exact(query.select(Sum(row.amount)).where(accrual.posting_date < getdate(start)).run()[0][0])
