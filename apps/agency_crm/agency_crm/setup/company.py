"""Complete ERPNext's set-up wizard for a Chinese agency: company, chart of accounts, VAT, settings.

Everything here may run any number of times: what exists is left as it is.
"""

import json
from pathlib import Path

import frappe
from frappe import _
from frappe.desk.page.setup_wizard.setup_wizard import get_setup_stages, process_setup_stages
from frappe.utils import getdate

from agency_crm.framework import wizard

CHART = Path(__file__).with_name("chart_of_accounts.json")
FEE_ITEM = "AGENCY-FEE"
VAT_RATE = 6  # %, brokerage services of a general taxpayer, Cai Shui [2016] 36

# Agency Company Settings field -> account number of chart_of_accounts.json
SETTINGS_ACCOUNTS = {
	"income_sale": "600101",
	"income_lease": "600102",
	"income_service": "600103",
	"receivable": "1122",
	"commission_cost": "660101",
	"payable_employees": "221102",
	"payable_suppliers": "220202",
	"tax_withheld": "222103",
	"advances": "122101",
	"retention": "224103",
	"other_deductions": "224104",
	"default_bank": "100201",
	"deposits": "224101",
	"pass_through": "224102",
	"deferred_vat": "222102",
	"write_off": "6702",
	"bank_charges": "660301",
	"forfeited": "6301",
	"bad_debt_allowance": "1231",
	"inter_company": "122102",
}
COMPANY_ACCOUNTS = {
	"default_receivable_account": "1122",
	"default_payable_account": "220201",
	"default_bank_account": "100201",
	"default_cash_account": "1001",
	"default_income_account": "600101",
	"default_expense_account": "660201",
	"default_payroll_payable_account": "221101",
	"round_off_account": "660303",
	"write_off_account": "6702",
	"exchange_gain_loss_account": "660302",
	"accumulated_depreciation_account": "1602",
	"depreciation_expense_account": "660202",
	"default_advance_received_account": "2205",
}


def complete_setup(company: str = "示范房产经纪有限公司", abbr: str = "示范") -> str:
	"""Bring a fresh site to where an agency can post its first invoice; returns the company's name.

	China, CNY, Asia/Shanghai, Chinese; our own chart of accounts; VAT 6 % included in the price;
	Commercial Rounding and no rounded totals; one Agency Company Settings row.
	"""
	if not wizard.is_complete():
		_run_wizard(company, abbr)
		_set_region()
	set_rounding()
	keep_no_prices()
	add_fiscal_years()
	add_company_accounts(company)
	add_company_settings(company)
	frappe.clear_cache()
	return company


def _run_wizard(company: str, abbr: str) -> None:
	"""The stages the browser's wizard runs, the company without a chart: ours follows."""
	year = getdate().year
	args = frappe._dict(
		language=frappe.db.get_value("Language", "zh", "language_name"),
		country="China",
		currency="CNY",
		timezone="Asia/Shanghai",
		company_name=company,
		company_abbr=abbr,
		fy_start_date=f"{year}-01-01",
		fy_end_date=f"{year}-12-31",
		setup_demo=0,
		enable_telemetry=0,
	)
	args.lang = args.language
	frappe.local.flags.ignore_chart_of_accounts = True
	try:
		process_setup_stages(get_setup_stages(args), args)
	finally:
		frappe.local.flags.ignore_chart_of_accounts = False


def _set_region() -> None:
	"""Dates, weeks and money as China writes them.

	The wizard's browser sends formats of which the server's side misses some: a default that doesn't change
	isn't written where the Desk reads it.
	"""
	frappe.db.set_value("Currency", "CNY", "symbol", "¥")
	settings = frappe.get_doc("System Settings")
	settings.first_day_of_the_week = "Monday"
	settings.save()
	for field in ("date_format", "time_format", "number_format"):
		frappe.db.set_default(field, settings.get(field))
	for user in frappe.STANDARD_USERS:
		frappe.defaults.set_user_default("time_zone", settings.time_zone, user)


def set_rounding() -> None:
	"""Half away from zero everywhere, and invoices to the fen.

	Rules: docs/rules/commission.md, "Rounding".
	"""
	settings = frappe.get_doc("System Settings")
	if settings.rounding_method != "Commercial Rounding":
		settings.rounding_method = "Commercial Rounding"
		settings.save()
	defaults = frappe.get_doc("Global Defaults")
	if not defaults.disable_rounded_total or not defaults.disable_in_words:
		defaults.disable_rounded_total = 1
		defaults.disable_in_words = 1
		defaults.save()


def keep_no_prices() -> None:
	"""ERPNext would note each fee as the price of the fee item."""
	frappe.db.set_single_value("Stock Settings", "auto_insert_price_list_rate_if_missing", 0)


def add_fiscal_years() -> None:
	"""Calendar years: the last, this and the next, so that late and early vouchers have one."""
	this = getdate().year
	for year in (this - 1, this, this + 1):
		if not frappe.db.exists("Fiscal Year", {"year_start_date": f"{year}-01-01"}):
			frappe.get_doc(
				{
					"doctype": "Fiscal Year",
					"year": str(year),
					"year_start_date": f"{year}-01-01",
					"year_end_date": f"{year}-12-31",
				}
			).insert()


def add_company_accounts(company: str) -> None:
	"""Our chart for a company that has no account yet, and the company's defaults that are empty."""
	from erpnext.accounts.doctype.account.chart_of_accounts.chart_of_accounts import create_charts

	if not frappe.db.exists("Account", {"company": company}):
		frappe.local.flags.ignore_root_company_validation = True
		create_charts(company, custom_chart=json.loads(CHART.read_text(encoding="utf-8")))
	doc = frappe.get_doc("Company", company)
	missing = {
		field: account(company, number) for field, number in COMPANY_ACCOUNTS.items() if not doc.get(field)
	}
	if missing:
		doc.update(missing)
		doc.enable_perpetual_inventory = 0
		doc.save()
	_set_payment_accounts(company)


def _set_payment_accounts(company: str) -> None:
	for mode in frappe.get_all("Mode of Payment", fields=["name", "type"]):
		number = {"Cash": "1001", "Bank": "100201"}.get(mode.type)
		if not number or frappe.db.exists(
			"Mode of Payment Account", {"parent": mode.name, "company": company}
		):
			continue
		doc = frappe.get_doc("Mode of Payment", mode.name)
		doc.append("accounts", {"company": company, "default_account": account(company, number)})
		doc.save()


def account(company: str, number: str) -> str | None:
	"""The company's account of that number, or None (a chart that isn't ours)."""
	return frappe.db.get_value(
		"Account", {"company": company, "account_number": number, "is_group": 0}, "name"
	)


def add_company_settings(company: str) -> None:
	"""The company's first row of Agency Settings, from our chart; leaves an existing row alone."""
	settings = frappe.get_doc("Agency Settings")
	if any(row.company == company for row in settings.companies):
		return
	accounts = {field: account(company, number) for field, number in SETTINGS_ACCOUNTS.items()}
	if not all(accounts.values()):
		frappe.throw(
			_(
				"Company {0} does not use our chart of accounts: fill its row in Agency Settings by hand"
			).format(company)
		)
	settings.append(
		"companies",
		{
			"company": company,
			"effective_from": f"{getdate().year - 1}-01-01",
			"taxpayer_type": "General",
			"vat_template": _vat_template(company),
			"fee_item": _fee_item(),
			**accounts,
		},
	)
	settings.save()


def _vat_template(company: str) -> str:
	title = f"增值税 {VAT_RATE}%（含税）"
	if name := frappe.db.exists("Sales Taxes and Charges Template", {"title": title, "company": company}):
		return name
	return (
		frappe.get_doc(
			{
				"doctype": "Sales Taxes and Charges Template",
				"title": title,
				"company": company,
				"is_default": 1,
				"taxes": [
					{
						"charge_type": "On Net Total",
						"account_head": account(company, "222101"),
						"description": f"增值税 {VAT_RATE}%",
						"rate": VAT_RATE,
						"included_in_print_rate": 1,
					}
				],
			}
		)
		.insert()
		.name
	)


def _fee_item() -> str:
	if not frappe.db.exists("Item", FEE_ITEM):
		root = frappe.db.get_value("Item Group", {"is_group": 1, "lft": 1})
		group = frappe.db.get_value("Item Group", {"is_group": 0, "item_group_name": _("Services")})
		frappe.get_doc(
			{
				"doctype": "Item",
				"item_code": FEE_ITEM,
				"item_name": "经纪服务费",
				"item_group": group or root,
				"stock_uom": frappe.db.get_single_value("Stock Settings", "stock_uom"),
				"is_stock_item": 0,
				"include_item_in_manufacturing": 0,
			}
		).insert()
	return FEE_ITEM
