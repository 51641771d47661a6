"""Where clients come from, and what became of them. A rate's denominator is said where it is computed."""

from collections.abc import Iterator
from datetime import timedelta

import frappe
from frappe import _
from frappe.desk.reportview import build_match_conditions
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Count
from frappe.utils import getdate
from frappe.utils.nestedset import get_descendants_of
from pypika.queries import QueryBuilder
from pypika.terms import Criterion, ExistsCriterion, LiteralValue

from agency_crm.domain.phases import CLOSED, SIGNED

# queue -> its field that names the source; only what clients ask has a detail
QUEUES = {"Client Enquiry": "source_channel", "Listing Enquiry": "channel"}
COUNTED = ("enquiries", "converted", "clients", "with_requirement", "viewed", "closed")
# rate in % -> what it is a part of what
RATES = {
	"converted_rate": ("converted", "enquiries"),
	"requirement_rate": ("with_requirement", "clients"),
	"viewed_rate": ("viewed", "clients"),
	"closed_rate": ("closed", "clients"),
}


def check_source(client) -> None:
	"""Require a new client's source, where Agency Settings ask for it."""
	if not client.is_new() or client.source_channel:
		return
	if frappe.get_cached_doc("Agency Settings").client_source_required:
		frappe.throw(
			_("Client {0}: choose a {1}.").format(
				client.client_name, frappe.bold(_("Source", context="Client"))
			),
			frappe.MandatoryError,
		)


def by_source(filters: frappe._dict) -> list[frappe._dict]:
	"""One row a source and detail of what came in from `from_date` to `to_date` and the session's user may see.

	enquiries: those of the web page, the owners' page and portals, but spam; converted: of those, became or went
	to a client; clients: entered then; with_requirement, viewed (a viewing was done), closed (party to a signed
	deal that stands): of those, until today. Rates in %, None without a denominator. Filters `store` (and what
	is below), `agent` (the client's; an enquiry counts once it is theirs). Raises MandatoryError without a period.
	"""
	_check_period(filters)
	found: dict[tuple[str, str], frappe._dict] = {}
	for query in (_clients(filters), *_enquiries(filters)):
		for row in query.run(as_dict=True):
			key = (row.pop("source"), row.pop("detail"))
			known = found.setdefault(key, frappe._dict.fromkeys(COUNTED, 0))
			known.update({name: known[name] + count for name, count in row.items()})
	rows = [frappe._dict(source=source, detail=detail, **row) for (source, detail), row in found.items()]
	rows.sort(key=lambda row: (-row.clients, -row.enquiries, row.source, row.detail))
	return [with_rates(row) for row in rows]


def total(rows: list[frappe._dict]) -> frappe._dict:
	"""The rows of `by_source` as one, with its rates."""
	return with_rates(frappe._dict({name: sum(row[name] for row in rows) for name in COUNTED}))


def with_rates(row: frappe._dict) -> frappe._dict:
	"""Add the rates of what a row has counted."""
	for rate, (part, whole) in RATES.items():
		row[rate] = round(100 * row[part] / row[whole], 1) if row[whole] else None
	return row


def _check_period(filters: frappe._dict) -> None:
	for field, label in (("from_date", _("From")), ("to_date", _("To"))):
		if not filters.get(field):
			frappe.throw(_("Enter the period: {0} is missing.").format(label), frappe.MandatoryError)
	if getdate(filters.from_date) > getdate(filters.to_date):
		frappe.throw(_("The period ends before it begins."))


def _clients(filters: frappe._dict) -> QueryBuilder:
	client, party, deal = (frappe.qb.DocType(name) for name in ("Client", "Deal Party", "Deal"))
	requirement, viewing = frappe.qb.DocType("Client Requirement"), frappe.qb.DocType("Viewing")
	signed = (
		frappe.qb.from_(party)
		.join(deal)
		.on(deal.name == party.parent)
		.select(party.name)
		.where((party.client == client.name) & (deal.docstatus == 1) & deal.phase.isin(SIGNED))
	)
	done = (viewing.client == client.name) & (viewing.phase == CLOSED)
	counted = {
		"with_requirement": frappe.qb.from_(requirement)
		.select(requirement.name)
		.where(requirement.client == client.name),
		"viewed": frappe.qb.from_(viewing).select(viewing.name).where(done),
		"closed": signed,
	}
	source, detail = Coalesce(client.source_channel, ""), Coalesce(client.source_detail, "")
	query = frappe.qb.from_(client).select(
		source.as_("source"),
		detail.as_("detail"),
		Count("*").as_("clients"),
		*(Count(Case().when(ExistsCriterion(rows), 1)).as_(name) for name, rows in counted.items()),
	)
	if filters.agent:
		query = query.where(client.agent == filters.agent)
	return _where(query, "Client", filters).groupby(source, detail)


def _enquiries(filters: frappe._dict) -> Iterator[QueryBuilder]:
	client = frappe.qb.DocType("Client")
	for doctype, field in QUEUES.items():
		enquiry = frappe.qb.DocType(doctype)
		source = Coalesce(enquiry[field], "")
		detail = Coalesce(enquiry.source_detail, "") if field == "source_channel" else LiteralValue("''")
		query = (
			frappe.qb.from_(enquiry)
			.select(
				source.as_("source"),
				detail.as_("detail"),
				Count("*").as_("enquiries"),
				Count(Case().when(enquiry.status == "Converted", 1)).as_("converted"),
			)
			.where(enquiry.status != "Spam")
			.groupby(source, detail)
		)
		if filters.agent:
			query = query.join(client).on((client.name == enquiry.client) & (client.agent == filters.agent))
		yield _where(query, doctype, filters)


def _where(query: QueryBuilder, doctype: str, filters: frappe._dict) -> QueryBuilder:
	for criterion in _asked(doctype, filters):
		query = query.where(criterion)
	return query


def _asked(doctype: str, filters: frappe._dict) -> Iterator[Criterion]:
	"""The period, the stores asked for, and the rows that are the session's user's to see."""
	table = frappe.qb.DocType(doctype)
	yield table.creation >= getdate(filters.from_date)
	yield table.creation < getdate(filters.to_date) + timedelta(days=1)
	if filters.store:
		below = get_descendants_of("Store", filters.store, ignore_permissions=True)  # perm: names of a tree
		yield table.store.isin([filters.store, *below])
	if match := build_match_conditions(doctype):
		yield LiteralValue(match)
