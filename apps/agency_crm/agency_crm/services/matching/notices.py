"""Tell agents of listings for their clients: new on the market, back on it, or cheaper.

A save marks the listing. A job keeps its matches as pairs, with who is to hear of them, then notifies each user
in one notice, of each pair once. Nobody is told of a client or a listing they may not see.
"""

from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils import add_to_date, cint, now_datetime

from agency_crm.domain.phases import LIVE
from agency_crm.framework import jobs, notices
from agency_crm.services.listings import changes
from agency_crm.services.matching import pairs, search
from agency_crm.services.office import people

MOST_CLIENTS = 200  # of one listing, the best
CHUNK = 500
LINK = "/app/match-pair?status=Suggested"


def mark(listing) -> None:
	"""Mark a listing that is being saved where agents want to know: new on the market, or cheaper."""
	if _is_news(listing) and cint(frappe.get_cached_doc("Agency Settings").match_tell):
		listing.to_match = 1
		jobs.soon(tell_all)


def tell_all() -> None:
	"""Match each marked listing and tell the agents. Runs after a save, and hourly for what is left."""
	me, after = frappe.session.user, ""
	frappe.set_user(
		"Administrator"
	)  # of all clients; and who saved the listing hears of their own clients too
	try:
		while names := _marked_after(after):
			jobs.each(names, _find)
			after = names[-1]
		jobs.each(pairs.waiting_users(), _tell)
	finally:
		frappe.set_user(me)


def _is_news(listing) -> bool:
	if listing.phase != LIVE:
		return False
	before = listing.get_doc_before_save()
	if not before or before.phase != LIVE or before.scope != listing.scope:
		return True
	return changes.price_of(listing) < changes.price_of(before)


def _marked_after(after: str) -> list[str]:
	marked = {"to_match": 1, "name": (">", after)}
	return frappe.get_all("Listing", marked, pluck="name", order_by="name", limit=CHUNK)


def _find(listing: str) -> None:
	"""Keep the matches of a listing, and note who is to hear of which."""
	frappe.db.set_value("Listing", listing, "to_match", 0, update_modified=False)
	least = cint(frappe.get_cached_doc("Agency Settings").match_tell_score)
	found = [one for one in search.best_clients(listing, MOST_CLIENTS) if one.match.score >= least]
	pairs.suggest(pairs.suggestion(one.requirement, one.client, listing, one.match) for one in found)
	pairs.let_know(listing, _receivers({one.requirement: one.client for one in found}))


def _receivers(clients: Mapping[str, str]) -> dict[str, str]:
	"""Requirement -> the user to hear: the client's agent where they work here; of a pool, where the agency
	wants it, the manager. `clients`: requirement -> client.
	"""
	if not clients:
		return {}
	rows = frappe.get_all("Client", {"name": ("in", list(clients.values()))}, ["name", "agent", "store"])
	working = {"name": ("in", [row.agent for row in rows if row.agent]), "status": ("!=", "Left")}
	users = dict(frappe.get_all("Agent", {**working, "user": ("is", "set")}, ["name", "user"], as_list=True))
	managers = {}
	if cint(frappe.get_cached_doc("Agency Settings").match_tell_pool):
		stores = {row.store for row in rows if not row.agent}
		managers = {store: next(iter(people.managers_of(store)), None) for store in stores}
	heard = {row.name: users.get(row.agent) if row.agent else managers.get(row.store) for row in rows}
	return {requirement: heard[client] for requirement, client in clients.items() if heard.get(client)}


def _tell(user: str) -> None:
	"""Tell a user of the pairs they are to hear of and may see; an unread notice of the last minutes takes them in."""
	told = pairs.take_waiting(user)
	if not told:
		return
	quiet = max(cint(frappe.get_cached_doc("Agency Settings").notice_quiet_minutes), 1)
	since = add_to_date(now_datetime(), minutes=-quiet)
	lately = pairs.told_since(user, since)
	if not notices.bring_up_to_date([user], lambda: _subject(lately), LINK, since):
		notices.tell([user], lambda: _subject(told), pairs.PAIR, told[0].name, link=LINK)


def _subject(rows: list) -> str:
	"""Say what suits how many clients, without a name: a notice stays when the client is erased."""
	listings, clients = ({row[side] for row in rows} for side in ("listing", "client"))
	if len(listings) > 1:
		return _("{0} listings suit {1} clients of yours").format(len(listings), len(clients))
	title = frappe.db.get_value("Listing", listings.pop(), "title")
	return _("{0} suits {1} clients of yours").format(title, len(clients))
