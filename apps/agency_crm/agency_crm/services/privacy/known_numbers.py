"""A number that another client has: the user says who that is, with three answers.

The same person isn't entered twice: their record is opened, or access to it is asked for. A related person's
number may stand on both records, for the hash isn't unique: the phone row names the relation (`related_as`). A
wrong number is emptied. A form asks while the number is typed (`look`); a save, from wherever it comes, is
refused until it is answered.

Many functions tell whether a number is known. Each goes through `tell`, which counts it against one budget of
the user and logs it. An import has its own budget. Rules: docs/rules/clients.md, "Known numbers".
"""

import frappe
from frappe import _
from frappe.utils import cint, escape_html, get_link_to_form, now_datetime

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.identity import id_key, parse_id_card
from agency_crm.domain.inputs.phones import mask_phone
from agency_crm.framework import deferred, pace
from agency_crm.framework.messages import label, note, reading
from agency_crm.permissions import visibility
from agency_crm.services.privacy import secrets

CHECK = "Number Check"
MOST = 5  # clients told of one number
FIELDS = ("name", "client_name", "agent", "store")
# what is counted of a user
ANSWERS, QUESTIONS, IMPORTED = "known_numbers|answers", "known_numbers|questions", "known_numbers|imported"


class KnownNumberError(frappe.ValidationError):
	"""A new number is another client's, and its row doesn't say how the two are related."""


def look(typed: str, client: str | None = None) -> list[dict]:
	"""Return those numbers of a cell that other clients than `client` have, to a user who types them.

	[{"number_masked", "whose": [{"agent", "store"}, and "name", "client_name" where the user sees the client]}].
	Each number counts and is logged. Raises ValidationError for a text that is no number, TooManyRequestsError.
	"""
	with reading(frappe.new_doc("Client Phone"), "number"):
		numbers = dict.fromkeys(secrets.read_numbers(typed))
	kept = secrets.find(numbers)
	found = []
	for number in numbers:
		masked = mask_phone(number)
		whose = tell(masked, known_clients(kept.get(number), but=client))
		found += [{"number_masked": masked, "whose": whose}] if whose else []
	return found


def find(typed: str) -> list[dict]:
	"""Return name, client_name, agent and store of those clients with a number that the user may see.

	A phone's number, or an identity card's, whole. It counts and is logged. Raises ValidationError where the
	text is neither, TooManyRequestsError.
	"""
	try:
		number = parse_id_card(typed)
		filters = {"name": ("in", _with_identity(secrets.find_identity(number)))}
	except DomainError:
		with reading(frappe.new_doc("Client Phone"), "number"):
			number = secrets.read_number(typed)
		filters = {"name": ("in", _with_phone(secrets.find([number]).get(number)))}
	seen = frappe.get_list("Client", filters, list(FIELDS), order_by="modified desc")
	_count(bool(seen))
	log_check(mask_phone(number), seen)
	return seen


def _with_phone(number: str | None) -> list[str]:
	"""Return the clients who have a Phone Number, seen by the user or not."""
	rows = {"phone_number": number or "-", "parenttype": "Client"}
	return frappe.get_all("Client Phone", rows, pluck="parent") or ["-"]


def check_known(client) -> None:
	"""Refuse a new number that is another client's until its row says who that is, and keep what it says.

	Each new number counts and is logged, an answered one too. What the system enters for somebody
	(`ignore_permissions`) was answered where it was let in. Raises KnownNumberError, TooManyRequestsError.
	"""
	before = client.get_doc_before_save()
	old = secrets.numbers_of(before) if before else set()
	new = [row for row in client.phones if row.phone_number not in old]
	for row in [] if client.flags.ignore_permissions else new:
		is_new = row.phone_number in client.flags.new_numbers
		# whoever was first with the number has committed by now (secrets.keep): seen with a lock alone
		there = [] if is_new else known_clients(row.phone_number, but=client.name, latest=True)
		whose = _shown(there) if client.flags.by_import else tell(row.number_masked, there)
		if whose and not row.related_as:
			_refuse(client, row, whose)
		_relate(client, row, whose)


def known_clients(number: str | None, but: str | None = None, latest: bool = False) -> list[dict]:
	"""Clients other than `but` with a Phone Number, the first entered: name, client_name, agent, store.

	`latest`: those too whom this transaction's snapshot is too old to hold. Nobody's right is asked.
	"""
	if not number:
		return []
	phone = frappe.qb.DocType("Client Phone")
	query = frappe.qb.from_(phone).select(phone.parent).orderby(phone.parent).limit(MOST)
	query = query.where((phone.phone_number == number) & (phone.parent != (but or "")))
	parents = (query.for_update() if latest else query).run(pluck=True)
	return list(filter(None, (_client(name, latest) for name in dict.fromkeys(parents))))


def tell(number_masked: str, clients: list[dict]) -> list[dict]:
	"""Return those who have a number, as far as the session's user may know; the answer counts and is logged.

	[] is an answer too. Raises TooManyRequestsError.
	"""
	_count(bool(clients))
	whose = _shown(clients)
	log_check(number_masked, whose)
	return whose


def count_imported(numbers: int) -> None:
	"""Count the numbers that an import of the session's user asks for. Raises TooManyRequestsError."""
	most = cint(frappe.get_cached_doc("Agency Settings").import_questions_a_day)
	refusal = _("Your imports have asked for {0} numbers today; go on tomorrow.").format(most)
	if frappe.session.user != "Administrator":
		pace.check(IMPORTED, most, pace.DAY, refusal, times=numbers)


def tell_same_person(private) -> None:
	"""Tell, while a Client Private is saved, who else has its identity number, which belongs to one person."""
	names = _with_identity(private.identity_number, but=private.client, latest=True)
	whose = tell(mask_phone(id_key(private.id_number)), [_client(name, latest=True) for name in names])
	if not whose:
		return
	frappe.msgprint(
		_("The identity number is another client's too: {0}. One person is entered once.").format(
			", ".join(map(_said, whose))
		),
		title=_("Number Already Known"),
		indicator="orange",
	)


def _with_identity(number: str | None, but: str = "", latest: bool = False) -> list[str]:
	private = frappe.qb.DocType("Client Private")
	query = frappe.qb.from_(private).select(private.client).orderby(private.client).limit(MOST)
	query = query.where((private.identity_number == (number or "-")) & (private.client != but))
	return (query.for_update() if latest else query).run(pluck=True)


def _client(name: str, latest: bool) -> dict | None:
	there = frappe.db.get_value("Client", name, list(FIELDS), as_dict=True)
	if there or not latest:
		return there
	newer = frappe.db.get_value("Client", name, list(FIELDS), as_dict=True, for_update=True)
	return newer and newer.update(newer=True)


def _shown(clients: list[dict]) -> list[dict]:
	"""The clients as the session's user may know them: of those they don't see, the agent and the store alone."""
	if not clients:
		return []
	names = [row.name for row in clients]
	seen = set(frappe.get_list("Client", {"name": ("in", names)}, pluck="name"))
	seen |= {row.name for row in clients if row.newer and visibility.sees_latest("Client", row.name)}
	agents = {"name": ("in", [row.agent for row in clients if row.agent])}
	agent_names = dict(frappe.get_all("Agent", agents, ["name", "agent_name"], as_list=True))
	return [
		{"agent": agent_names.get(row.agent), "store": row.store}
		| ({"name": row.name, "client_name": row.client_name} if row.name in seen else {})
		for row in clients
	]


def _refuse(client, row, whose: list[dict]) -> None:
	message = _(
		"Client {0}, row {1} of {2}: {3} is known already: {4}. Open that client, or say under {5} how the two are related."
	).format(
		client.client_name,
		row.idx,
		frappe.bold(_("Phones")),
		row.number_masked,
		", ".join(map(_said, whose)),
		frappe.bold(label(row, "related_as")),
	)
	note("number", message)
	frappe.throw(message, KnownNumberError, title=_("Number Already Known"))


def _relate(client, row, whose: list[dict]) -> None:
	"""Add those who have the number to the client's relations, where the user sees them."""
	named = {relation.client for relation in client.relations}
	for other in whose:
		if other.get("name") and other["name"] not in named:
			client.append("relations", {"relation": row.related_as, "client": other["name"]})


def _said(other: dict) -> str:
	if other.get("name"):
		return get_link_to_form("Client", other["name"], escape_html(other["client_name"]))
	agent = other["agent"] or _("no agent")
	return _("a client of {0}, {1}").format(escape_html(agent), escape_html(other["store"] or _("no store")))


def _count(is_known: bool) -> None:
	"""Count a question: so many a day, so many known numbers an hour, against trying out numbers in bulk.

	Above the hour's limit nothing is told, of an unknown number neither. Administrator isn't counted: whoever
	has the site's own login can read its database.
	"""
	if frappe.session.user == "Administrator":
		return
	settings = frappe.get_cached_doc("Agency Settings")
	most = cint(settings.number_questions_a_day)
	refusal = _("You have asked for {0} numbers today; go on tomorrow.").format(most)
	pace.check(QUESTIONS, most, pace.DAY, refusal)
	most = cint(settings.known_answers_an_hour)
	refusal = _("You have been told of {0} known numbers within an hour; go on in the next.").format(most)
	count = pace.check if is_known else pace.check_left
	count(ANSWERS, most, pace.HOUR, refusal)


def log_check(number_masked: str, whose: list[dict]) -> None:
	"""Log that the session's user asked for a number, and whom they were told of.

	Deferred insert: the log must survive the rollback of a refused save.
	"""
	deferred.insert(
		"Contact Reveal",
		what=CHECK,
		number_masked=number_masked,
		client=next((other["name"] for other in whose if other.get("name")), None),
		user=frappe.session.user,
		revealed_at=now_datetime(),
	)
