"""Requests for another agent's client: to collaborate, to take it over, or to be named as who brought it.

The agent who would gain asks, or the client's agent offers; a manager of the client's store decides. Rules:
docs/rules/clients.md, "Requests and handovers".
"""

import frappe
from frappe import _
from frappe.utils import cstr, get_link_to_form, today

from agency_crm.framework import notices
from agency_crm.permissions.reader import manages
from agency_crm.services.clients import holders, movements
from agency_crm.services.office import agents, decisions, people
from agency_crm.services.privacy import known_numbers, secrets

DOCTYPE = "Client Request"
ACCESS, TRANSFER, REFERRAL = "Access", "Transfer", "Referral"


def fill_request(request) -> None:
	"""Set who would lose and who would gain by a new request; refuse a pointless one.

	Raises PermissionError for a client whom the asker may not ask about.
	"""
	if not request.client:
		return  # Frappe names what is missing
	by_number = request.flags.by_number
	client = holders.locked(request.client)
	if not by_number:
		client.check_permission("read")
	own = agents.current_agent()
	request.to_agent = request.to_agent or own
	if not request.to_agent or (own not in (request.to_agent, client.agent) and not manages(client.store)):
		frappe.throw(
			_("A client is asked for by the agent who is to get it, or given by the agent who has it."),
			frappe.PermissionError,
		)
	# an asker who knows the number alone learns nothing of the client
	link = _("the client of this number") if by_number else get_link_to_form("Client", client.name)
	if not client.agent:
		frappe.throw(_("{0} is in a pool: claim it.").format(link))
	holders.check_works_here(request.to_agent)
	_check_gains(request, client, link)
	if not cstr(request.reason).strip():
		label = frappe.bold(_("Reason", context=DOCTYPE))
		frappe.throw(_("A request needs its {0}.").format(label), frappe.MandatoryError)
	decisions.open_anew(request, f"{client.name}|{request.kind}|{request.to_agent}")
	request.update({"from_agent": client.agent, "store": client.store})


def _check_gains(request, client, link: str) -> None:
	"""Refuse a request for what the agent has already."""
	name = agents.name_of(request.to_agent)
	if request.kind == REFERRAL:
		if request.to_agent == client.referred_by:
			frappe.throw(_("{0} is named as who brought {1} already.").format(name, link))
		return
	helpers = holders.helpers(client) if request.kind == ACCESS else set()
	if request.to_agent in {client.agent, *helpers}:
		frappe.throw(_("{0} works on {1} already.").format(name, link))


def ask_managers(request) -> None:
	"""Tell of a new request: the manager who decides, and the agents it is about."""

	def subject() -> str:
		return _("{0} asks: {1} of a client of {2}").format(
			frappe.utils.get_fullname(), _(request.kind, context=DOCTYPE), agents.name_of(request.from_agent)
		)

	told = [
		*people.managers_of(request.store),
		*people.users_of([request.from_agent, request.to_agent]),
	]
	notices.tell(told, subject, DOCTYPE, request.name)


def ask_by_number(number: str, reason: str) -> list[str]:
	"""Ask for access to the private clients with a number that the session's agent typed; return the requests.

	Nothing more is told of a client than by `known_numbers.look`, which counts and logs this too. Raises ValidationError
	for what is no number, or the number of no client hidden from the agent; TooManyRequestsError.
	"""
	known_numbers.look(number)
	kept = secrets.find(secrets.read_numbers(number))
	hidden = [
		other.name
		for each in kept.values()
		for other in known_numbers.known_clients(each)
		if other.agent and not frappe.has_permission("Client", "read", doc=other.name)
	]
	if not hidden:
		frappe.throw(_("This is the number of no client hidden from you."))
	made = []
	for name in hidden:
		request = frappe.new_doc(DOCTYPE, kind=ACCESS, client=name, reason=reason)
		request.flags.by_number = True
		made.append(request.insert().name)
	return made


def approve(name: str, reason: str | None = None) -> None:
	"""Do what request `name` asks for; of two approved at once the second is refused.

	Raises PermissionError for whoever may not decide.
	"""
	client, request = _open(name)
	_check_decider(client, request)
	why = _("Request {0}: {1}").format(name, request.reason)
	if request.kind == ACCESS:
		holders.check_works_here(request.to_agent)
		if request.to_agent not in holders.helpers(client):
			client.append("collaborators", {"agent": request.to_agent, "since": today()})
		_close(request, decisions.APPROVED, reason)
		holders.move(client, movements.ACCESS, why, to_agent=request.to_agent)
	elif request.kind == REFERRAL:
		client.referred_by = request.to_agent
		_close(request, decisions.APPROVED, reason)
		client.save(ignore_permissions=True)  # perm: the decision was checked above
	else:
		# closed first: giving the client away takes back what else was asked of its old agent
		_close(request, decisions.APPROVED, reason)
		holders.move(client, movements.TRANSFER, why, agent=request.to_agent)


def refuse(name: str, reason: str | None) -> None:
	"""Refuse request `name`, with a reason."""
	client, request = _open(name)
	_check_decider(client, request)
	decisions.check_reason(request, reason)
	_close(request, decisions.REFUSED, reason)


def withdraw(name: str) -> None:
	"""Take back one's own open request."""
	_client, request = _open(name)
	decisions.check_asker(request, request.to_agent)
	_close(request, decisions.WITHDRAWN, None)


def _open(name: str) -> tuple:
	"""Return a request's client and the open request, both locked, the client first as everywhere."""
	client = holders.locked(frappe.db.get_value(DOCTYPE, name, "client"))
	return client, decisions.locked(DOCTYPE, name)


def _check_decider(client, request) -> None:
	"""The requester and the agents who gain or lose may not decide; of a referral also the one named until now."""
	losing = [client.referred_by] if request.kind == REFERRAL and client.referred_by else []
	receivers = people.users_of([request.to_agent, request.from_agent, *losing])
	decisions.check_decider(request, request.store, {request.owner, *receivers})


def _close(request, status: str, reason: str | None) -> None:
	decisions.close(request, status, reason)

	def subject() -> str:
		return _("Request {0}, {1} of a client of {2}: {3}").format(
			request.name,
			_(request.kind, context=DOCTYPE),
			agents.name_of(request.from_agent),
			_(status, context=DOCTYPE),
		)

	told = people.users_of([request.from_agent, request.to_agent])
	notices.tell([request.owner, *told], subject, DOCTYPE, request.name)
