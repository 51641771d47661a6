"""Who earns on a deal: rows proposed from the template and the role holders, then checked and confirmed.

Role holders are agents; the domain fills the template and the fallbacks. Rules: docs/rules/commission.md,
"Splits".
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial

import frappe
from frappe import _
from frappe.query_builder import CustomFunction
from frappe.utils import add_days, cint, flt, get_datetime, get_link_to_form, getdate, now_datetime

from agency_crm.accounting import parties
from agency_crm.domain.commission import splits as rules
from agency_crm.domain.errors import DomainError
from agency_crm.domain.phases import CLOSED, DEAD
from agency_crm.framework import jobs, messages
from agency_crm.permissions.reader import reader
from agency_crm.permissions.roles import MANAGER
from agency_crm.services.listings import mandates
from agency_crm.services.office import agents, approvals

OVERRIDE = "Manager Override"
AGREED = ("role", "agent", "supplier", "percent", "rate")  # what an agent confirms
TIMED_ROLES = ("Survey", "Key")
Later = CustomFunction("GREATEST", ["one", "other"])


def seen(deals: Sequence[str]) -> set[str] | None:
	"""Return the splits of these deals whose amounts the user may read; None for all."""
	if not frappe.has_permission("Deal Split", "read"):
		return set()
	if reader(frappe.session.user).sees_all:
		return None
	return set(
		frappe.get_list("Deal Split", filters={"deal": ("in", deals)}, pluck="name", limit_page_length=0)
	)


def template_for(deal) -> str:
	"""Name of the split template in force for the deal's type, day and place; the nearest place wins.

	Raises ValidationError where there is none.
	"""
	day = getdate(deal.signed_on)
	template = frappe.qb.DocType("Split Template")
	rows = (
		frappe.qb.from_(template)
		.select(template.name, template.territory, template.effective_from)
		.where(template.disabled == 0)
		.where(template.deal_type == deal.deal_type)
		.where(template.effective_from <= day)
		.where(template.effective_to.isnull() | (template.effective_to >= day))
		.run(as_dict=True)
	)
	places = _places(frappe.db.get_value("Listing", deal.listing, "territory"))
	rows = [row for row in rows if not row.territory or row.territory in places]
	if not rows:
		frappe.throw(
			_("No split template is in force for {0} on {1}. Ask an administrator to add one.").format(
				_(deal.deal_type, context="Deal"), frappe.format(day, "Date")
			),
			title=_("Split Template Missing"),
		)
	rows.sort(key=lambda row: (places.get(row.territory, -1), row.effective_from, row.name))
	return rows[-1].name


def holders(deal) -> dict[str, list[str]]:
	"""Role -> the agents who held it, in order; a role nobody held is absent.

	Rules: docs/rules/commission.md, "Who holds a role".
	"""
	listing = frappe.db.get_value(
		"Listing", deal.listing, ["name", "owner", "maintainer", "property"], as_dict=True
	)
	as_of = _as_of(deal)
	found: dict[str, list[str]] = {"Maintainer": [listing.maintainer], "Closing": [deal.agent]}
	found["Closing"] += [row.agent for row in deal.co_agents]
	found["Entry"] = [frappe.db.get_value("Agent", {"user": listing.owner})]
	found["First Viewing"] = [_first_viewer(deal, listing)]
	client = frappe.db.get_value("Client", deal.client, ["referred_by", "agent"], as_dict=True)
	found["Referral"] = [client.referred_by or client.agent]
	hours = cint(frappe.db.get_single_value("Agency Settings", "role_min_hours"))
	rows = frappe.get_all(
		"Listing Role",
		filters={"parent": listing.name, "parenttype": "Listing", "approved_at": ("<=", as_of)},
		fields=["role", "agent", "approved_at", "ended_at"],
		order_by="approved_at, idx",
	)
	kept_since = any(row.role == "Maintainer" for row in rows)
	rows = [row for row in rows if not row.ended_at or row.ended_at > as_of]
	if kept_since:  # else nobody maintained it yet: whoever does now
		found["Maintainer"] = [row.agent for row in rows if row.role == "Maintainer"]
	latest = as_of - timedelta(hours=hours)
	for role in TIMED_ROLES:
		found[role] = [row.agent for row in rows if row.role == role and row.approved_at <= latest]
	viewed_on = _first_viewed_on(deal, listing)
	found[mandates.ROLE] = mandates.holders(listing.name, as_of, latest, viewed_on)
	entered = [row.agent for row in rows if row.role == "Entry"]
	if entered:
		found["Entry"] = entered[:1]
	return {role: list(dict.fromkeys(filter(None, agents))) for role, agents in found.items() if any(agents)}


def propose_again(name: str) -> None:
	"""Propose the splits of deal `name` anew, for a reviewer; raises where they are frozen."""
	deal = frappe.get_doc("Deal", name)
	approvals.check_open(deal)
	deal.split_template = deal.split_template or template_for(deal)
	propose(deal)


def propose(deal) -> None:
	"""Replace the deal's split rows by its template's; rows outside the 100 % stay."""
	template = frappe.get_doc("Split Template", deal.split_template)
	with messages.reading(deal, "split_template"):
		rows = rules.propose(template_rows(template), holders(deal))
	for name in frappe.get_all("Deal Split", filters={"deal": deal.name, "kind": "Split"}, pluck="name"):
		# perm: the proposal replaces itself, whoever sends the deal for review
		frappe.delete_doc("Deal Split", name, ignore_permissions=True)
	for sequence, row in enumerate(rows, 1):
		split = frappe.new_doc("Deal Split")
		split.update({"deal": deal.name, "sequence": sequence, "role": row.role})
		split.update({"agent": row.agent, "percent": row.percent})
		split.insert(ignore_permissions=True)  # perm: proposed by the system from the template


def template_rows(template) -> list[rules.TemplateRow]:
	"""The rows of a Split Template as the domain takes them."""
	return [
		rules.TemplateRow(row.role, _percent(row.percent), row.fallback_role or None) for row in template.rows
	]


def check_template(template) -> None:
	"""Refuse a template that isn't 100 %, names a role twice or whose fallbacks lead nowhere."""
	with messages.reading(template, "rows"):
		rules.check_template(template_rows(template))


def fill_split(row) -> None:
	"""Set kind, store and rate of a split row from its role and agent; a typed rate of 0 stays 0."""
	row.kind = "Override" if row.role == OVERRIDE else "Split"
	before = row.get_doc_before_save()
	if row.payee_type == "Agent" and row.agent and (not before or before.agent != row.agent):
		row.store = frappe.db.get_value("Agent", row.agent, "store")
	_fill_rate(row, before)
	if before and any(before.get(field) != row.get(field) for field in AGREED):
		row.confirmed_on = None
	if not row.sequence:
		row.sequence = cint(frappe.db.get_value("Deal Split", {"deal": row.deal}, "max(sequence)")) + 1


def _fill_rate(row, before) -> None:
	"""Take the plan's rate where the row has none; `no_commission` tells a rate of 0 from none."""
	if before and row.no_commission and not before.no_commission:
		row.rate = 0
	if flt(row.rate):
		row.no_commission = 0
	elif row.rate is not None and (not before or flt(before.rate)):
		row.no_commission = 1
	elif row.payee_type == "Agent" and row.agent and not row.no_commission:
		plan = frappe.db.get_value("Agent", row.agent, "commission_plan")
		row.rate = plan and flt(frappe.db.get_value("Commission Plan", plan, "rate"))
		row.no_commission = cint(bool(plan) and not row.rate)


def check_row(row) -> None:
	"""Require one payee of the row's type, a store for an override, percent and rate between 0 and 100."""
	payee, other = ("supplier", "agent") if row.payee_type == "Supplier" else ("agent", "supplier")
	row.set(other, None)
	for field in (payee, "store") if row.kind == "Override" else (payee,):
		if not row.get(field):
			frappe.throw(
				_("Split row {0} of deal {1}: {2} is missing.").format(
					_(row.role, context=row.doctype),
					get_link_to_form("Deal", row.deal),
					frappe.bold(_(row.meta.get_label(field), context=row.doctype)),
				),
				frappe.MandatoryError,
			)
	for field in ("percent", "rate"):
		if not 0 <= flt(row.get(field)) <= 100:
			frappe.throw(
				_("Split row {0} of deal {1}: {2} must be between 0 and 100.").format(
					_(row.role, context=row.doctype),
					get_link_to_form("Deal", row.deal),
					frappe.bold(_(row.meta.get_label(field), context=row.doctype)),
				)
			)


def check_total(row) -> None:
	"""Refuse a row that takes the deal's splits above 100 %; concurrent writers wait for each other."""
	if row.kind != "Split":
		return
	frappe.db.get_value("Deal", row.deal, "name", for_update=True)
	others = frappe.get_all(
		"Deal Split",
		filters={"deal": row.deal, "kind": "Split", "name": ("!=", row.name or "")},
		pluck="percent",
	)
	total = sum(map(_percent, others)) + _percent(row.percent)
	if total > rules.WHOLE:
		frappe.throw(
			_("Deal {0}: the splits would make {1} %. Lower another row first.").format(
				get_link_to_form("Deal", row.deal), f"{total:g}"
			),
			title=_("Over 100 %"),
		)


def problems(deal: str) -> list[str]:
	"""Return what about the splits prevents signing, one sentence each."""
	rows = frappe.get_all(
		"Deal Split",
		filters={"deal": deal},
		fields=["role", "kind", "percent", "rate", "no_commission", "agent", "supplier", "payee_type"],
	)
	found = []
	try:
		rules.check_whole([_percent(row.percent) for row in rows if row.kind == "Split"])
	except DomainError as error:
		found.append(_(error.template).format(*error.params))
	return found + [_without_rate(row) for row in rows if not flt(row.rate) and not row.no_commission]


def _without_rate(row) -> str:
	if row.payee_type == "Agent" and not frappe.db.get_value("Agent", row.agent, "commission_plan"):
		message = _("Agent {0} ({1}) has no commission plan, and the row no rate.")
		return message.format(get_link_to_form("Agent", row.agent), _(row.role, context="Deal Split"))
	label = frappe.get_meta("Deal Split").get_label
	return _("Split row {0} ({1}) has no rate: enter {2}, or tick {3}.").format(
		_(row.role, context="Deal Split"),
		get_link_to_form(row.payee_type, row.agent or row.supplier),
		frappe.bold(_(label("rate"), context="Deal Split")),
		frappe.bold(_(label("no_commission"), context="Deal Split")),
	)


def employ(deal: str) -> None:
	"""Make Employees for the agents who share in a signed deal."""
	parties.employ(frappe.get_all("Deal Split", {"deal": deal, "payee_type": "Agent"}, pluck="agent"))


def freeze(deal: str) -> None:
	"""Record on each override of a signed deal which splits it covers: those of the stores below it now.

	A store that moves in the tree later changes nothing.
	"""
	rows = frappe.get_all("Deal Split", {"deal": deal}, ["name", "kind", "store"], order_by="sequence, name")
	for override in (row for row in rows if row.kind == "Override" and row.store):
		stores = {override.store, *frappe.db.get_descendants("Store", override.store)}
		covered = [row.name for row in rows if row.kind == "Split" and row.store in stores]
		frappe.db.set_value("Deal Split", override.name, "covered_splits", "\n".join(covered))


def confirm(name: str, reason: str | None = None) -> None:
	"""Record that the row's agent, or with a reason a manager above, agrees with it (业绩确认).

	Raises PermissionError for anybody else, ValidationError where it is confirmed already.
	"""
	row = frappe.get_doc("Deal Split", name)
	row.check_permission("read")
	own = row.agent and frappe.db.get_value("Agent", row.agent, "user") == frappe.session.user
	if not own and not (
		MANAGER in frappe.get_roles() and frappe.has_permission("Deal Split", "write", doc=row)
	):
		frappe.throw(
			_("Split row {0} is confirmed by {1} or a manager above.").format(
				name, agents.name_of(row.agent)
			),
			frappe.PermissionError,
		)
	if row.confirmed_on:
		frappe.throw(_("Split row {0} is already confirmed.").format(name))
	if not own and not (reason or "").strip():
		message = _("Split row {0}: say why you confirm it for its agent.")
		frappe.throw(message.format(name), frappe.MandatoryError)
	row.db_set("confirmed_on", now_datetime())
	row.add_comment("Info", _("Confirmed. {0}").format(frappe.utils.escape_html(reason or "")))


def confirm_silent() -> None:
	"""Confirm the rows of signed deals that nobody objected to for the days of Agency Settings. Runs daily."""
	days = cint(frappe.db.get_single_value("Agency Settings", "split_confirm_days"))
	if not days:
		return
	row, deal = frappe.qb.DocType("Deal Split"), frappe.qb.DocType("Deal")
	silent = (
		frappe.qb.from_(row)
		.join(deal)
		.on(deal.name == row.deal)
		.select(row.name)
		.where(row.confirmed_on.isnull() & (deal.docstatus == 1) & (deal.phase != DEAD))
		.where(deal.signed_on <= add_days(getdate(), -days))
		.where(row.creation <= add_days(now_datetime(), -days))  # a day of signing may be typed afterwards
		.run(pluck=True)
	)
	jobs.each(silent, partial(_confirm, days=days))


def _confirm(name: str, days: int) -> None:
	split = frappe.get_doc("Deal Split", name)
	split.db_set("confirmed_on", now_datetime())
	split.add_comment("Info", _("Confirmed by silence of {0} days.").format(days))


def _percent(stored: float) -> Decimal:
	"""A stored percent as the Decimal of six places that it stands for."""
	return Decimal(f"{flt(stored):.6f}")


def _places(territory: str | None) -> dict[str, int]:
	"""The territory and those above it -> how deep each lies."""
	if not territory:
		return {}
	lft, rgt = frappe.db.get_value("Territory", territory, ["lft", "rgt"])
	above = frappe.get_all(
		"Territory", filters={"lft": ("<=", lft), "rgt": (">=", rgt)}, order_by="lft", pluck="name"
	)
	return {name: depth for depth, name in enumerate(above)}


def _as_of(deal) -> datetime:
	"""Return the moment at which roles count: the review, or the end of the signing day if earlier."""
	review = get_datetime(deal.review_on) if deal.review_on else now_datetime()
	if not deal.signed_on:
		return review
	return min(review, datetime.combine(getdate(deal.signed_on), time.max))


def _first_viewer(deal, listing) -> str | None:
	"""Agent of the earliest done viewing, confirmed by the client, of a party at this property.

	It counts for the days of Agency Settings before the review. One entered after it was held is as early as its
	entry: else whoever enters one with an earlier day would be the first.
	"""
	days = cint(frappe.db.get_single_value("Agency Settings", "first_viewing_days"))
	viewing = frappe.qb.DocType("Viewing")
	rows = (
		_viewings(deal, listing)
		.select(viewing.agent)
		.where(viewing.client_confirmed_on.isnotnull())
		.where(viewing.scheduled_start >= _as_of(deal) - timedelta(days=days))
		.orderby(Later(viewing.scheduled_start, viewing.creation))
		.orderby(viewing.name)
		.run()
	)
	return rows[0][0] if rows else None


def _first_viewed_on(deal, listing) -> date | None:
	"""The day of the earliest done viewing of a party at this property."""
	viewing = frappe.qb.DocType("Viewing")
	rows = _viewings(deal, listing).select(viewing.scheduled_start).orderby(viewing.scheduled_start).run()
	return getdate(rows[0][0]) if rows else None


def _viewings(deal, listing):
	"""Query of one done viewing at this property, before the review, of who buys: of the first by the caller's order."""
	parties = {deal.client, *(row.client for row in deal.parties if row.side == "Buyer")}
	viewing, stop, place = (frappe.qb.DocType(name) for name in ("Viewing", "Viewing Stop", "Listing"))
	here = place.name == listing.name
	if listing.property:
		here = here | (place.property == listing.property)
	return (
		frappe.qb.from_(viewing)
		.join(stop)
		.on((stop.parent == viewing.name) & (stop.parenttype == "Viewing"))
		.join(place)
		.on(place.name == stop.listing)
		.where(viewing.phase == CLOSED)
		.where(viewing.client.isin(parties))
		.where(viewing.scheduled_start <= _as_of(deal))
		.where(here)
		.limit(1)
	)
