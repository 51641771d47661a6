"""The keys of listings 钥匙: received, borrowed, given back; each movement is kept, delays are told.

A Listing Key says where a key is now, Key Movement how it came there. Both are written here under a lock on the
key, so that of two borrowers one gets it. Rules: docs/rules/listings.md, "Keys".
"""

from datetime import datetime

import frappe
from frappe import _
from frappe.utils import add_to_date, cint, get_datetime, get_link_to_form, now_datetime

from agency_crm.domain.listings import keys as rules
from agency_crm.framework import jobs, notices, system_fields
from agency_crm.services.listings import roles, verification
from agency_crm.services.office import agents, people
from agency_crm.services.rating import listings as rating

DOCTYPE, MOVEMENT = "Listing Key", "Key Movement"
OUT, OVERDUE = "Out", "Overdue"
BORROW, RETURN, RECEIVE, MOVE = "Borrow", "Return", "Receive", "Move"
WITH_AGENT = "Agent"
TOLD_BORROWER, TOLD_MANAGER = 1, 2


def fill_key(key) -> None:
	"""Default a new key's store, receiver and code."""
	key.key_code = (key.key_code or key.name).strip()
	if not key.is_new():
		return
	listing = frappe.get_doc("Listing", key.listing)
	listing.check_permission("read")
	agent = agents.current_agent()
	if key.received_by and key.received_by != agent and not roles.is_manager():
		frappe.throw(_("A key is entered by the agent who received it."), frappe.PermissionError)
	key.status, key.received_by = "In", key.received_by or agent
	if key.received_by and not key.store:
		key.store = frappe.get_cached_value("Agent", key.received_by, "store")
	key.store = key.store or listing.store


def set_code(key) -> None:
	"""Refuse a code that another key of the store has which wasn't given back."""
	key.code_key = None if key.status == "Returned" else f"{key.store}|{key.key_code}"


def check_code(key) -> None:
	"""Refuse the address as a code: a lost key must not tell where it fits. Raises ValidationError."""
	if not (key.is_new() or key.has_value_changed("key_code")):
		return
	boxes = ["estate", "building_no", "unit_no", "room_no"]
	estate, *home = frappe.db.get_value("Listing", key.listing, boxes)
	name, aliases = frappe.get_cached_value("Estate", estate, ["estate_name", "aliases"])
	names = [name, *(aliases or "").splitlines()]
	if rules.tells_address(key.key_code, names, *(part or "" for part in home)):
		frappe.throw(
			_("{0}: {1} tells the address. Choose a number that says nothing of it.").format(
				frappe.bold(_("Key Code", context=DOCTYPE)), frappe.bold(key.key_code)
			),
			title=_("Code Tells the Address"),
		)


def begin(key) -> None:
	"""Record the receipt of a new key; request the verification of its holder's role where nobody has it."""
	_record(key, RECEIVE, key.received_by, "", key.place)
	write_status(key.listing)
	holder = roles.holder_of(frappe.get_doc("Listing", key.listing), "Key")
	if key.received_by and not holder:
		verification.ask(key.listing, "Key", requested_of=key.received_by)


def borrow(
	name: str, viewing: str | None = None, due_back: datetime | None = None, note: str | None = None
) -> None:
	"""Give key `name` to the session's agent, back within the hours of Agency Settings unless said otherwise."""
	key = _locked(name)
	agent = agents.current_agent()
	if not agent:
		frappe.throw(_("Only an agent who works here borrows a key."), frappe.PermissionError)
	hours = cint(frappe.get_cached_doc("Agency Settings").key_due_hours)
	due = get_datetime(due_back) if due_back else add_to_date(now_datetime(), hours=hours)
	if due <= now_datetime():
		label = frappe.bold(_("Due Back", context=DOCTYPE))
		frappe.throw(_("Key {0}: {1} lies in the past.").format(key.key_code, label))
	_go(key, BORROW, holder=agent, due_back=due)
	_finish(key, BORROW, agent, key.place, WITH_AGENT, viewing=viewing, note=note, due_back=due)


def borrow_for_viewing(viewing) -> list[str]:
	"""Borrow a key for each stop of a Viewing that needs one, as the session's agent; return their codes.

	Raises ValidationError where a listing has none in, before any of them is borrowed.
	"""
	names, missing = [], []
	for stop in viewing.stops:
		if stop.needs_key:
			here = frappe.get_list(DOCTYPE, {"listing": stop.listing, "status": "In"}, limit=1, pluck="name")
			names += here
			missing += [] if here else [_missing(stop.listing)]
	if missing:
		frappe.throw(missing, title=_("Key Is Out"), as_list=True)
	for name in names:
		borrow(name, viewing=viewing.name)
	return frappe.get_all(DOCTYPE, {"name": ("in", names)}, pluck="key_code") if names else []


def act(name: str, action: str, place: str | None = None, note: str | None = None) -> None:
	"""Do anything but borrow with key `name`: Return, Move, Lose, Give Back to Owner, Receive.

	`place` is where it is put: where it was before unless given. Raises PermissionError for whoever neither
	has it out nor keeps it, ValidationError where the action makes no sense now.
	"""
	key = _locked(name)
	agent = agents.current_agent()
	if not (agent and key.holder == agent and action in (RETURN, "Lose")):
		key.check_permission("write")
	about = key.holder or agent
	before = WITH_AGENT if key.holder else key.place
	if action == MOVE and (not place or place == key.place):
		frappe.throw(_("Key {0}: say where it is put now.").format(key.key_code), frappe.MandatoryError)
	key.place = "Owner" if action == "Give Back to Owner" else place or key.place
	_go(key, action)
	_finish(key, action, about, before, "" if action == "Lose" else key.place, note=note)


def for_listing(listing: str) -> list[dict]:
	"""The keys of a listing: name, key_code, place, store, status, holder, holder_name, due_back."""
	fields = ["name", "key_code", "place", "store", "status", "holder", "holder.agent_name as holder_name"]
	return frappe.get_list(DOCTYPE, {"listing": listing}, [*fields, "due_back"], order_by="name")


def note_overdue() -> None:
	"""Tell the borrower of a key that is late, some hours later the manager, once each. Run hourly."""
	late = {"status": OUT, "due_back": ("<", now_datetime())}
	jobs.each(frappe.get_all(DOCTYPE, late, pluck="name", order_by="due_back"), _tell_borrower)
	hours = cint(frappe.get_cached_doc("Agency Settings").key_manager_hours)
	very_late = {"status": OVERDUE, "due_back": ("<", add_to_date(now_datetime(), hours=-hours))}
	names = frappe.get_all(DOCTYPE, {**very_late, "overdue_told": TOLD_BORROWER}, pluck="name")
	jobs.each(names, _tell_manager)


def write_status(listing: str) -> None:
	"""Write what the keys of a listing come to on the listing."""
	roles.locked(listing)
	found = frappe.db.get_values(DOCTYPE, {"listing": listing}, "status", for_update=True)
	status = rules.listing_status({row[0] for row in found})
	frappe.db.set_value("Listing", listing, "key_status", status, update_modified=False)
	rating.refresh([listing])


def _tell_borrower(name: str) -> None:
	key = _locked(name)
	if key.status != OUT or get_datetime(key.due_back) >= now_datetime():
		return
	key.update({"status": OVERDUE, "overdue_told": TOLD_BORROWER})
	with system_fields.writing(key):
		key.save(ignore_permissions=True)  # perm: the hourly rule
	write_status(key.listing)
	_tell_late(key, people.users_of([key.holder]))


def _tell_manager(name: str) -> None:
	key = _locked(name)
	if key.status != OVERDUE or key.overdue_told != TOLD_BORROWER:
		return
	key.overdue_told = TOLD_MANAGER
	with system_fields.writing(key):
		key.save(ignore_permissions=True)  # perm: the hourly rule
	_tell_late(key, people.managers_of(key.store))


def _tell_late(key, users: list[str]) -> None:
	def subject() -> str:
		return _("Key {0}, with {1}, was due back at {2}").format(
			key.key_code, agents.name_of(key.holder) or _("nobody"), frappe.format(key.due_back, "Datetime")
		)

	notices.tell(users, subject, DOCTYPE, key.name)


def _locked(name: str):
	"""Return a key as it is now, locked after its listing, as everywhere."""
	roles.locked(frappe.db.get_value(DOCTYPE, name, "listing"))
	return frappe.get_doc(DOCTYPE, name, for_update=True)


def _go(key, action: str, holder: str | None = None, due_back: datetime | None = None) -> None:
	if key.holder and action == BORROW:
		frappe.throw(
			_("Key {0} is with {1} until {2}.").format(
				frappe.bold(key.key_code),
				agents.name_of(key.holder) or _("nobody"),
				frappe.format(key.due_back, "Datetime"),
			),
			title=_("Key Is Out"),
		)
	status = rules.status_after(action, key.status)
	if not status:
		frappe.throw(
			_("Key {0} is {1}: {2} makes no sense now.").format(
				frappe.bold(key.key_code),
				frappe.bold(_(key.status, context=DOCTYPE)),
				frappe.bold(_(action, context=MOVEMENT)),
			)
		)
	key.status = status
	key.update({"holder": holder, "due_back": due_back, "overdue_told": 0})


def _finish(key, action: str, agent: str | None, before: str, after: str, **values) -> None:
	with system_fields.writing(key):
		key.save(ignore_permissions=True)  # perm: the caller has asked for the right to this movement
	_record(key, action, agent, before, after, **values)
	write_status(key.listing)


def _record(key, action: str, agent: str | None, before: str, after: str, **values) -> None:
	movement = frappe.new_doc(MOVEMENT, listing_key=key.name, listing=key.listing, action=action, agent=agent)
	movement.update({"at": now_datetime(), "from_place": before, "to_place": after, **values})
	with system_fields.writing(movement):
		movement.insert(ignore_permissions=True)  # perm: a movement is only ever written here


def _missing(listing: str) -> str:
	key = next((key for key in for_listing(listing) if key.holder), None)
	if not key:
		return _("Listing {0}: no key is in.").format(get_link_to_form("Listing", listing))
	until = frappe.format(key.due_back, "Datetime")
	return _("Key {0} is with {1} until {2}.").format(frappe.bold(key.key_code), key.holder_name, until)
