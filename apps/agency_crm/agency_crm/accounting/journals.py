"""Our own vouchers in ERPNext: Journal Entries made of lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe


@dataclass(frozen=True)
class Line:
	"""One line of a Journal Entry: `amount` in CNY, above 0 a debit, below 0 a credit."""

	account: str
	amount: Decimal
	party_type: str | None = None
	party: str | None = None
	deal: str | None = None
	remark: str | None = None
	invoice: str | None = None  # the Sales Invoice or credit note it settles


def post(
	company: str,
	day: date,
	lines: Sequence[Line],
	remark: str,
	cost_center: str,
	voucher_type: str = "Journal Entry",
) -> str | None:
	"""Submit a Journal Entry of the lines that aren't 0 and return its name; None where every line is 0."""
	if not any(line.amount for line in lines):
		return None
	journal = frappe.new_doc("Journal Entry")
	journal.update(
		{
			"voucher_type": voucher_type,
			"company": company,
			"posting_date": day,
			"user_remark": remark,
			"title": remark,
		}
	)
	for line in lines:
		if line.amount:
			side = "debit" if line.amount > 0 else "credit"
			journal.append(
				"accounts",
				{
					"account": line.account,
					f"{side}_in_account_currency": float(abs(line.amount)),
					"party_type": line.party_type,
					"party": line.party,
					"deal": line.deal,
					"cost_center": cost_center,
					"user_remark": line.remark,
					"reference_type": "Sales Invoice" if line.invoice else None,
					"reference_name": line.invoice,
				},
			)
	journal.flags.ignore_permissions = True  # perm: it follows from a receipt or from an approved payout
	journal.flags.ignore_mandatory = True  # what an administrator asks of a form nobody fills here
	journal.insert()
	journal._submit()  # submit() puts more than 100 lines off to a queue
	return journal.name


def cancel(name: str) -> None:
	"""Cancel one of our own Journal Entries, whoever asks."""
	journal = frappe.get_doc("Journal Entry", name)
	journal.flags.ignore_permissions = True  # perm: it follows from the payout's cancelling
	journal._cancel()
