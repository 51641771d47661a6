"""A number that is another client's already is asked about, with three answers. Rules: rules.md §3.

The same person isn't entered twice: their record is opened, or access to it is asked for. A related person's
number may stand on both records, for the hash isn't unique: the row of the phone says who that is
(`related_as`). A wrong number is emptied. A form asks while the number is typed (`look`); a save refuses it
until it is answered, from wherever it comes.
"""

from itertools import chain

import frappe
from frappe import _
from frappe.utils import cint, escape_html, get_link_to_form, now_datetime

from agency_crm.domain.identity import id_key
from agency_crm.domain.phones import mask_phone, split_phones
from agency_crm.services import pace, secrets
from agency_crm.services.messages import label, note, reading

CHECK = "Number Check"
MOST = 5  # clients told of one number


class KnownNumberError(frappe.ValidationError):
	"""A new number is another client's, and its row doesn't say how the two are related."""


def look(typed: str, client: str | None = None) -> list[dict]:
	"""Return those numbers of a cell that other clients than `client` have, to a user who types them.

	[{"number_masked", "whose": [{"agent", "store"}, and "name", "client_name" where the user sees the client]}].
	Each number counts against the hour's and is logged. Raises ValidationError for a text that is no
	number, TooManyRequestsError.
	"""
	with reading(frappe.new_doc("Client Phone"), "number"):
		numbers = {secrets.hash_number(number): mask_phone(number) for number in split_phones(typed)}
	for _number in numbers:
		_count()
	whose = _whose(known_clients(numbers, but=client))
	for number_hash, masked in numbers.items():
		log_check(masked, whose.get(number_hash, []))
	return [
		{"number_masked": masked, "whose": whose[number_hash]}
		for number_hash, masked in numbers.items()
		if number_hash in whose
	]


def check_known(client) -> None:
	"""Refuse a new number that is another client's until its row says who that is, and keep what it says.

	What the system enters for somebody (`ignore_permissions`) was answered where it was let in.
	Raises KnownNumberError.
	"""
	before = client.get_doc_before_save()
	old = {row.number_hash for row in before.phones} if before else set()
	new = {row.number_hash: row for row in client.phones if row.number_hash not in old}
	if not new or client.flags.ignore_permissions:
		return
	for number_hash, whose in _whose(known_clients(new, but=client.name)).items():
		row = new[number_hash]
		if not row.related_as:
			_count()
			log_check(row.number_masked, whose)
			_refuse(client, row, whose)
		_relate(client, row, whose)


def known_clients(hashes, but: str | None = None) -> list[dict]:
	"""Clients other than `but` with one of these number hashes: name, client_name, agent, store, number_hash.

	MOST of each, the first entered: a number of many doesn't hide whose another is.
	"""
	phone, client = frappe.qb.DocType("Client Phone"), frappe.qb.DocType("Client")
	query = (
		frappe.qb.from_(phone)
		.join(client)
		.on(client.name == phone.parent)
		.select(client.name, client.client_name, client.agent, client.store, phone.number_hash)
		.where(client.name != (but or ""))
		.orderby(client.name)
		.limit(MOST)
	)
	each = (query.where(phone.number_hash == one).run(as_dict=True) for one in sorted(hashes))
	return list(chain.from_iterable(each))


def tell_same_person(private) -> None:
	"""Tell, while a Client Private is saved, whose the identity number is too: it is one person's alone."""
	_count()
	other, client = frappe.qb.DocType("Client Private"), frappe.qb.DocType("Client")
	query = (
		frappe.qb.from_(other)
		.join(client)
		.on(client.name == other.client)
		.select(client.name, client.client_name, client.agent, client.store)
		.where((other.id_hash == private.id_hash) & (client.name != private.client))
	)
	whose = _shown(query.limit(MOST).run(as_dict=True))
	if not whose:
		return
	log_check(mask_phone(id_key(private.id_number)), whose)
	frappe.msgprint(
		_("The identity number is another client's too: {0}. One person is entered once.").format(
			", ".join(map(_said, whose))
		),
		title=_("Number Already Known"),
		indicator="orange",
	)


def _shown(clients: list[dict]) -> list[dict]:
	"""The clients as the session's user may know them: of those they don't see, the agent and the store alone."""
	if not clients:
		return []
	names = [row.name for row in clients]
	seen = set(frappe.get_list("Client", {"name": ("in", names)}, pluck="name"))
	agents = {"name": ("in", [row.agent for row in clients if row.agent])}
	agent_names = dict(frappe.get_all("Agent", agents, ["name", "agent_name"], as_list=True))
	return [
		{"agent": agent_names.get(row.agent), "store": row.store}
		| ({"name": row.name, "client_name": row.client_name} if row.name in seen else {})
		for row in clients
	]


def _whose(clients: list[dict]) -> dict[str, list[dict]]:
	"""Number hash -> the clients who have it, as the user may know them."""
	found: dict[str, list[dict]] = {}
	for row, said in zip(clients, _shown(clients), strict=True):
		found.setdefault(row.number_hash, []).append(said)
	return found


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
	"""Name those whose number it is among the client's people, where the user sees them."""
	named = {relation.client for relation in client.relations}
	for other in whose:
		if other.get("name") and other["name"] not in named:
			client.append("relations", {"relation": row.related_as, "client": other["name"]})


def _said(other: dict) -> str:
	if other.get("name"):
		return get_link_to_form("Client", other["name"], escape_html(other["client_name"]))
	agent = other["agent"] or _("no agent")
	return _("a client of {0}, {1}").format(escape_html(agent), escape_html(other["store"] or _("no store")))


def _count() -> None:
	"""So that nobody tries out numbers by the thousand."""
	most = cint(frappe.get_cached_doc("Agency Settings").number_checks_an_hour)
	refusal = _("You have asked for {0} numbers within an hour; go on in the next.").format(most)
	pace.check("number_checks", most, pace.HOUR, refusal)


def log_check(number_masked: str, whose: list[dict]) -> None:
	"""Log that the session's user asked for a number, and of `whose` (see `look`) was told; behind the transaction's back, for a refused save takes its own rows back."""
	row = frappe.new_doc("Contact Reveal", what=CHECK, number_masked=number_masked)
	row.client = next((other["name"] for other in whose if other.get("name")), None)
	row.update({"user": frappe.session.user, "revealed_at": now_datetime()})
	row.deferred_insert()
