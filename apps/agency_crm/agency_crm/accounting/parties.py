"""Our parties in ERPNext's books: a Client is a Customer, an Agent an Employee or Supplier."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.query_builder.functions import Abs, Sum
from frappe.utils import get_link_to_form, getdate

OURS = "Agency CRM"
FEN = 0.01
NAMED = ("customer_name", "party_name", "title")  # where ERPNext repeats a Customer's name


def customer_of(client: str) -> str:
	"""Return the Client's Customer, made when first invoiced with the client's number and name alone."""
	doc = frappe.get_doc("Client", client, for_update=True)
	if doc.customer:
		return doc.customer
	customer = frappe.get_doc(
		{
			"doctype": "Customer",
			"customer_name": doc.client_name,
			"customer_type": "Company" if doc.client_type == "Company" else "Individual",
			"customer_group": _leaf("Customer Group", "Selling Settings", "customer_group"),
			"territory": _leaf("Territory", "Selling Settings", "territory"),
		}
	)
	customer.flags.ignore_mandatory = True  # what an administrator asks of a form nobody fills here
	# perm: whoever signs a deal bills its parties; only the accountant works with Customers
	customer.insert(set_name=doc.name, ignore_permissions=True)
	doc.db_set("customer", customer.name, update_modified=False)
	return customer.name


def open_vouchers(customer: str) -> list[str]:
	"""Vouchers of a Customer that are not settled to the fen: owed by them, or owed to them."""
	entry = frappe.qb.DocType("Payment Ledger Entry")
	query = (
		frappe.qb.from_(entry)
		.select(entry.against_voucher_no)
		.where((entry.party_type == "Customer") & (entry.party == customer) & (entry.delinked == 0))
		.groupby(entry.against_voucher_type, entry.against_voucher_no)
		.having(Abs(Sum(entry.amount)) >= FEN)
	)
	return query.run(pluck=True)


def papers_of(customer: str) -> dict[str, set[str]]:
	"""DocType -> names of all in ERPNext that names a Customer: vouchers and their rows, ledgers, orders."""
	found: dict[str, set[str]] = {"Customer": {customer}}
	tables = {"issingle": 0, "is_virtual": 0, "module": ("!=", OURS)}
	is_table = dict(frappe.get_all("DocType", tables, ["name", "istable"], as_list=True))
	for kind, options, party in (
		("Link", "Customer", {}),
		("Dynamic Link", "party_type", {"party_type": "Customer"}),
	):
		links = {"fieldtype": kind, "options": options, "parent": ("in", list(is_table))}
		for doctype, fieldname in frappe.get_all("DocField", links, ["parent", "fieldname"], as_list=True):
			fields = ["name", "parenttype", "parent"] if is_table[doctype] else ["name"]
			for row in frappe.get_all(doctype, {fieldname: customer, **party}, fields):
				found.setdefault(doctype, set()).add(row.name)
				if row.parent:
					found.setdefault(row.parenttype, set()).add(row.parent)
	return found


def make_opaque(customer: str, name: str) -> None:
	"""Give a Customer, and the copies of the name on what names it, an opaque name; nothing else changes."""
	old = frappe.db.get_value("Customer", customer, "customer_name")
	for doctype, names in papers_of(customer).items():
		table = frappe.qb.DocType(doctype)
		for column in filter(frappe.get_meta(doctype).has_field, NAMED):
			copies = table.name.isin(list(names)) & (table[column] == old)
			frappe.qb.update(table).set(table[column], name).where(copies).run()


def party_of(agent: str) -> tuple[str, str]:
	"""("Employee", name) or ("Supplier", name) of an Agent; the Employee is made when missing.

	Raises ValidationError where an agent paid by invoice has no Supplier.
	"""
	doc = frappe.get_doc("Agent", agent)
	if doc.supplier:
		return "Supplier", doc.supplier
	if doc.employee:
		return "Employee", doc.employee
	if doc.tax_method == "Invoice":
		frappe.throw(
			_("Agent {0} is paid by invoice: enter the Supplier on the agent first.").format(
				get_link_to_form("Agent", agent, doc.agent_name)
			),
			title=_("Supplier Missing"),
		)
	return "Employee", _make_employee(agent)


def employ(agents: Iterable[str]) -> None:
	"""Make the Employees that agents lack and will be paid as, before the money comes.

	An Employee takes some hundred queries: too slow for a receipt. One that can't be made is logged; its
	agent's accrual is held then, and says why.
	"""
	lacking = {"name": ("in", set(agents)), "tax_method": ("!=", "Invoice")}
	lacking |= {"supplier": ("is", "not set"), "employee": ("is", "not set")}
	for agent in frappe.get_all("Agent", lacking, pluck="name", order_by="name"):
		_try_to_employ(agent)


def _try_to_employ(agent: str) -> None:
	messages = len(frappe.local.message_log)
	frappe.db.savepoint("agency_employee")
	try:
		_make_employee(agent)
	except frappe.QueryDeadlockError:
		raise  # the database has taken back the signing too
	except Exception:
		frappe.db.rollback(save_point="agency_employee")
		frappe.log_error(title=f"Employee of agent {agent} was not made")
		del frappe.local.message_log[messages:]  # nothing for who signs


def _make_employee(name: str) -> str:
	agent = frappe.get_doc("Agent", name, for_update=True)  # two at once make one
	if agent.employee:
		return agent.employee
	employee = frappe.get_doc(
		{
			"doctype": "Employee",
			"first_name": agent.agent_name,
			"company": frappe.db.get_value("Store", agent.store, "company"),
			"status": "Active",
			# Employee can't do without these; an agency's staff file corrects them
			"date_of_birth": "1970-01-01",
			"date_of_joining": getdate(agent.creation).replace(month=1, day=1),
		}
	)
	employee.flags.ignore_mandatory = True  # what an administrator asks of a form nobody fills here
	# perm: the ledger needs a party, whoever brought the money in
	employee.insert(ignore_permissions=True)
	agent.db_set("employee", employee.name, update_modified=False)
	return employee.name


def _leaf(doctype: str, settings: str, field: str) -> str:
	chosen = frappe.db.get_single_value(settings, field)
	return (
		chosen or frappe.get_all(doctype, filters={"is_group": 0}, order_by="lft", limit=1, pluck="name")[0]
	)
