"""Accrual rows of before say on which account they were credited, read from their journals."""

from collections import defaultdict

import frappe

from agency_crm.accounting import settings


def execute() -> None:
	names: dict[str, list[str]] = defaultdict(list)
	for row in _rows():
		# a party whose rows came to nothing has no line
		names[row.credited or _payable(row)].append(row.name)
	table = frappe.qb.DocType("Commission Accrual Row")
	for account, rows in names.items():
		frappe.qb.update(table).set(table.account, account).where(table.name.isin(rows)).run()


def _rows() -> list[frappe._dict]:
	row, accrual, line = (
		frappe.qb.DocType(name)
		for name in ("Commission Accrual Row", "Commission Accrual", "Journal Entry Account")
	)
	its = (line.parent == accrual.journal_entry) & (line.party_type == row.party_type)
	return (
		frappe.qb.from_(row)
		.join(accrual)
		.on((accrual.name == row.parent) & (row.parenttype == "Commission Accrual"))
		.left_join(line)
		.on(its & (line.party == row.party))
		.select(row.name, row.party_type, accrual.company, accrual.posting_date)
		.select(line.account.as_("credited"))
		.where((row.account.isnull() | (row.account == "")) & (row.party != ""))
		.run(as_dict=True)
	)


def _payable(row: frappe._dict) -> str:
	return settings.payable(settings.for_company(row.company, row.posting_date), row.party_type)
