"""What is left of a commission when it is paid: tax on labour service, deductions, never below 0.

Rules: docs/rules/commission.md, "Payouts", "Labour service tax", "Case 3, payout and refund".
Amounts are Decimals in CNY, rates % of 0-100.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agency_crm.domain.errors import DomainError
from agency_crm.domain.money import ZERO, fen


@dataclass(frozen=True)
class Band:
	"""Taxable income up to `upto` (None: without end) is taxed at `rate` %, less the quick deduction."""

	upto: Decimal | None
	rate: Decimal
	quick_deduction: Decimal


@dataclass(frozen=True)
class LabourTable:
	"""How income from labour service (劳务报酬) is taxed when it is paid, from a day on.

	Nothing up to `free_upto`; up to `flat_upto` less `flat_deduction`; above it less `percent_deduction` %.
	"""

	effective_from: date
	free_upto: Decimal
	flat_upto: Decimal
	flat_deduction: Decimal
	percent_deduction: Decimal
	bands: tuple[Band, ...]


# State Taxation Administration notice 2018 no. 61, annex: withholding on labour service
LABOUR_TABLES = (
	LabourTable(
		effective_from=date(2019, 1, 1),
		free_upto=Decimal(800),
		flat_upto=Decimal(4000),
		flat_deduction=Decimal(800),
		percent_deduction=Decimal(20),
		bands=(
			Band(Decimal(20000), Decimal(20), Decimal(0)),
			Band(Decimal(50000), Decimal(30), Decimal(2000)),
			Band(None, Decimal(40), Decimal(7000)),
		),
	),
)


def labour_service_tax(income: Decimal, on: date, tables: Sequence[LabourTable] = LABOUR_TABLES) -> Decimal:
	"""Return the tax withheld from `income`, paid on the day `on` to someone who isn't employed.

	Raises:
		DomainError: no table is in force on that day.
	"""
	in_force = [table for table in tables if table.effective_from <= on]
	if not in_force:
		raise DomainError("No tax table for labour service is in force on {0}", on)
	table = max(in_force, key=lambda table: table.effective_from)
	if income <= table.free_upto:
		return ZERO
	if income <= table.flat_upto:
		taxable = income - table.flat_deduction
	else:
		taxable = fen(income * (100 - table.percent_deduction) / 100)
	band = next(band for band in table.bands if band.upto is None or taxable <= band.upto)
	return fen(taxable * band.rate / 100 - band.quick_deduction)


def month_tax(
	income: Decimal,
	earlier: Decimal,
	withheld: Decimal,
	on: date,
	tables: Sequence[LabourTable] = LABOUR_TABLES,
) -> Decimal:
	"""Return the tax withheld from `income`, after what was paid `earlier` in its month and `withheld` from that.

	The month's income is taxed as one (docs/rules/commission.md, "Labour service tax").

	Raises:
		DomainError: no table is in force on that day.
	"""
	return max(ZERO, labour_service_tax(earlier + income, on, tables) - withheld)


def net(gross: Decimal, deductions: Decimal) -> tuple[Decimal, Decimal]:
	"""Return (what is paid, what is carried forward) of a payee's `gross`, never below 0.

	A balance below 0 is carried whole, and nothing is deducted from it.

	Raises:
		DomainError: the deductions are more than the gross.
	"""
	available = max(gross, ZERO)
	if deductions > available:
		raise DomainError("The deductions of {0} are more than the {1} to pay", deductions, available)
	return available - deductions, min(gross, ZERO)
