"""What people say they look for: a queue that clerks work off until each enquiry is a client or refused.

Rules: docs/rules/clients.md, "Enquiries", and docs/rules/platform.md, "Pages for guests". Budgets are CNY,
areas m².
"""

from collections.abc import Callable, Iterable

import frappe
from frappe import _
from frappe.utils import cint, flt, get_link_to_form, now_datetime

from agency_crm.domain.errors import DomainError
from agency_crm.domain.importing import client_rows
from agency_crm.domain.importing.base import Reader
from agency_crm.domain.inputs.text import cell_text
from agency_crm.framework import jobs, notices
from agency_crm.framework.messages import check_all, judge, note, say, understood
from agency_crm.services.clients import referrals, requirements
from agency_crm.services.intake import queues
from agency_crm.services.office import people
from agency_crm.services.places import estates, territories
from agency_crm.services.privacy import known_numbers, secrets

DOCTYPE = "Client Enquiry"
NEEDS = ("needs_metro", "needs_school", "needs_elevator")
FACTS = (
	*("requirement_type", "budget_min", "budget_max", "bedrooms_min", "bedrooms_max"),
	*("area_min", "area_max", *NEEDS, "remarks"),
)
ROLES = {"Buy": "is_buyer", "Rent": "is_tenant"}
MOST_PLACES = 5


def check_facts(enquiry) -> None:
	"""Check a wish as a Client Requirement is checked, and against usual prices and areas."""
	check_all(enquiry, (requirements.check_requirement, _check_bounds))


def read(sent: dict, texts: dict[str, str], readers: Callable[[str], dict[str, Reader]]):
	"""The enquiry that was sent, not inserted yet; what is wrong with it is noted by the name it was sent under.

	`sent`: requirement_type and the ticks of NEEDS; `texts`: enquirer_name, phone, remarks, places and what
	`readers` of its requirement type read.
	"""
	kind = sent.get("requirement_type")
	if kind not in ROLES:
		note("requirement_type", _("Please choose."))
		kind = "Buy"
	enquiry = frappe.new_doc(DOCTYPE, requirement_type=kind)
	enquiry.update({field: texts[field] for field in ("enquirer_name", "remarks")})
	enquiry.update({need: cint(bool(sent.get(need))) for need in NEEDS})
	for name, reader in readers(kind).items():
		enquiry.update(understood(enquiry, name, reader, texts[name]) or {})
	if number := understood(enquiry, "phone", secrets.read_number, texts["phone"]):
		enquiry.update(secrets.seal(number, texts["phone"]))
	_find_places(enquiry, client_rows.READERS["places"](texts["places"])["places"])
	judge(enquiry, (check_facts,))
	return enquiry


def set_source(enquiry, detail: str | None, referral_code: str | None = None) -> None:
	"""Set where an enquiry came from: a partner's portal, a friend's link or the page alone."""
	came_by = "Referral" if referrals.referrer_of(referral_code) else "Client Page"
	enquiry.source_channel = "Portal" if enquiry.partner else came_by
	enquiry.update({"source_detail": detail or None, "referral_code": referral_code or None})


def arrived(enquiry) -> None:
	"""Notify the queue of a new enquiry, or enqueue its conversion."""
	if frappe.get_cached_doc("Agency Settings").client_enquiry_convert and enquiry.store:
		jobs.soon(convert_waiting)
		return

	def subject() -> str:
		wish = _("to buy") if enquiry.requirement_type == "Buy" else _("to rent")
		return _("{0} looks for a home {1}.").format(enquiry.enquirer_name, wish)

	queues.tell(enquiry, subject)


def convert(
	name: str, client: str | None = None, agent: str | None = None, related_as: str | None = None
) -> str:
	"""Make an enquiry a Client Requirement of `client`, or of a new Client of `agent`; return the Client's name.

	As the session's user and as from the forms, so what they refuse is refused here, and with it the whole; but no
	right to make a client is asked beside that to the enquiry.
	`related_as` says who else has the number, where it is known (services/privacy/known_numbers.py).
	"""
	enquiry = queues.locked(DOCTYPE, name)
	if client:
		person = _known(enquiry, client)
	else:
		person = _new_client(enquiry, agent, related_as)
	_converted(enquiry, client=person, requirement=_add_requirement(enquiry, person))
	return person


def pass_on(name: str) -> None:
	"""Add an enquiry's wish to the client of somebody else who has its number, and tell their agent.

	The clerk doesn't learn whose client it is.
	"""
	enquiry = queues.locked(DOCTYPE, name)
	there = known_numbers.known_clients(enquiry.phone_number)
	known_numbers.tell(enquiry.number_masked, there)
	others = [row for row in there if not frappe.has_permission("Client", "read", doc=row.name)]
	if not others:
		frappe.throw(
			_("Enquiry {0}: no colleague's client has this number.").format(get_link_to_form(DOCTYPE, name))
		)
	_give(enquiry, others)


def convert_waiting() -> None:
	"""Convert the enquiries nobody has taken, where Agency Settings want it: soon after each, and hourly.

	The clients have no agent: an Assignment Rule hands them out. A known number's enquiry goes to its client.
	"""
	if not frappe.get_cached_doc("Agency Settings").client_enquiry_convert:
		return
	frappe.set_user("Administrator")  # a guest's enquiry has this done
	waiting = {"status": "New", "store": ("is", "set")}
	jobs.each(frappe.get_all(DOCTYPE, waiting, pluck="name", order_by="creation"), _convert_by_itself)


def _find_places(enquiry, names: Iterable[str]) -> None:
	"""Write the business circles and estates that bear these names into an enquiry, and the store they give.

	What is in no dictionary, or there more than once, stands in what was typed alone.
	"""
	around = []
	for name in list(names)[:MOST_PLACES]:
		circle = territories.find(name)
		found = [] if circle else estates.find(name)
		if circle:
			enquiry.append("territories", {"territory": circle})
			around.append(circle)
		elif len(found) == 1:
			enquiry.append("estates", {"estate": found[0].name})
			around.append(found[0].territory)
	enquiry.store = next(filter(None, map(queues.store_for, around)), None)


def _convert_by_itself(name: str) -> None:
	enquiry = frappe.get_doc(DOCTYPE, name, for_update=True)
	if enquiry.status != "New":
		return  # a clerk has taken or closed it meanwhile
	if there := known_numbers.known_clients(enquiry.phone_number):
		_give(enquiry, there)
		return
	person = _new_client(enquiry)
	_converted(enquiry, client=person, requirement=_add_requirement(enquiry, person))


def _give(enquiry, clients: list[dict]) -> None:
	"""Add the wish to that of these clients who has an agent, and tell them; the enquiry doesn't say who it is."""
	client = next((row for row in clients if row.agent), clients[0])
	_add_requirement(enquiry, client.name)
	told = people.users_of([client.agent]) or people.managers_of(client.store)
	notices.tell(
		told, lambda: _("Your client {0} enquires again.").format(client.client_name), "Client", client.name
	)
	_converted(enquiry, passed_on_at=now_datetime())


def _converted(enquiry, **values) -> None:
	me = enquiry.assigned_to or frappe.session.user
	queues.move(enquiry, "Converted", assigned_to=me, **values)


def _known(enquiry, client: str) -> str:
	doc = queues.known_client(enquiry, client)
	# perm: the client's own words, of one in a pool too, whom the clerk may not change
	doc.update(_agreed(enquiry)).save(ignore_permissions=True)
	frappe.db.set_value("Client", client, "consent_at", enquiry.consented_at)
	return client


def _new_client(enquiry, agent: str | None = None, related_as: str | None = None) -> str:
	source = {field: enquiry.get(field) for field in ("source_channel", "source_detail")}
	name = queues.new_client(enquiry, agent, related_as, **_agreed(enquiry), **source).insert().name
	# past the form: the clerk need not see the friend who sent them, a client too
	referrer = referrals.referrer_of(enquiry.referral_code)
	frappe.db.set_value("Client", name, {"consent_at": enquiry.consented_at, **referrer})
	return name


def _agreed(enquiry) -> dict:
	"""What an enquiry says of its sender as a Client: a buyer or a tenant, and that they consented."""
	source = _("Enquiry {0}").format(enquiry.name)
	return {ROLES[enquiry.requirement_type]: 1, "consent": "Given", "consent_source": source}


def _add_requirement(enquiry, client: str) -> str:
	wish = {field: enquiry.get(field) for field in FACTS}
	wish["territories"] = [{"territory": row.territory} for row in enquiry.territories]
	wish["estates"] = [{"estate": row.estate} for row in enquiry.estates]
	requirement = frappe.new_doc("Client Requirement", client=client, **wish)
	# perm: the clerk's enquiry, whose client may be another agent's by now
	return requirement.insert(ignore_permissions=True).name


def _check_bounds(enquiry) -> None:
	settings = frappe.get_cached_doc("Agency Settings")
	price = settings.rent_max if enquiry.requirement_type == "Rent" else settings.price_max
	bounds = {
		**dict.fromkeys(("budget_min", "budget_max"), (price, "元")),
		**dict.fromkeys(("area_min", "area_max"), (settings.area_max, "m²")),
	}
	for field, (most, unit) in bounds.items():
		value = flt(enquiry.get(field))
		if flt(most) and value > flt(most):
			fault = "{0} {2} is above the bound of {1} {2}"
			frappe.throw(say(enquiry, field, DomainError(fault, *map(cell_text, (value, most)), unit)))
