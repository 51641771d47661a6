"""The outcome of reviewing two listings: one home, merged or parted again; or two homes.

All that hangs on the losing listing moves to the survivor. The loser becomes Dead and names the survivor; it
keeps its number in another system, so that no import or partner makes it anew. Both are locked, all is one
transaction, and the Duplicate Pair keeps what was moved, so that it can be undone. Rules:
docs/rules/listings.md, "Duplicates".
"""

import json

import frappe
from frappe import _
from frappe.model.rename_doc import get_link_fields
from frappe.utils import cstr, get_fullname, get_link_to_form, now_datetime

from agency_crm.domain.phases import DEAD, LIVE_PHASES
from agency_crm.framework import system_fields, workflow_guard
from agency_crm.permissions import pointers
from agency_crm.services.duplicates.pairs import DISMISSED, MERGED, OPEN, PAIR, UNDONE, refresh_pairs
from agency_crm.services.listings import keys, mandates, roles, verification
from agency_crm.services.matching import pairs
from agency_crm.services.viewings import record as viewings

PRIVATE = "Listing Private"
# these name both listings on purpose; a deal concerns more than the home
STAY = {"Deal", "Duplicate Pair", "Listing"}
# what is written about a record beside what points at it
POINTERS = {
	**pointers.POINTERS,
	"Comment": ("reference_doctype", "reference_name"),
	"Version": ("ref_doctype", "docname"),
}
# of these a listing has one for each value of this field
ONE_EACH = {"Listing Follower": "user", "Match Pair": "requirement"}
# what a listing's end writes on what is still asked of it
CLOSED = {
	roles.DOCTYPE: ("status", "decision_reason", "open_key", "decided_by", "decided_at"),
	verification.DOCTYPE: ("result", "reason", "open_key", "decided_by", "decided_at"),
}
# a reveal, or a suggestion, changes nothing of a listing
LOGS = {"Contact Reveal", "Match Pair"}
# whose it is and where it comes from stay with each
OWN = {"address_text", "source_channel", "external_id", "status_reason", "maintainer", "store"}
ADDRESS = ("building_no", "unit_no", "room_no")
WORDS = ("Link", "Select", "Data", "Attach", "Attach Image")
# the state the loser goes back to
STATE = ("status", "phase", "status_reason", "verification_status")


def merge(name: str, survivor: str, reason: str | None = None) -> None:
	"""Merge a Duplicate Pair: the other listing moves into `survivor`.

	Raises PermissionError for whoever may not edit both; ValidationError where the pair is decided, one of
	the two isn't live, or the one that goes has a deal.
	"""
	pair = _locked(name, (OPEN, UNDONE))
	if survivor not in (pair.listing, pair.other):
		frappe.throw(_("Duplicate {0}: {1} is not one of its two listings.").format(pair.name, survivor))
	loser = pair.other if survivor == pair.listing else pair.listing
	docs = {each: frappe.get_doc("Listing", each, for_update=True) for each in sorted((survivor, loser))}
	for doc in docs.values():
		_check_may_merge(doc)
	_check_no_deal(loser)
	moved = {
		"state": _values(docs[loser], STATE),
		"last_follow_up_on": docs[survivor].last_follow_up_on,
		"asked": _asked(loser),
		"links": _move_links(loser, survivor),
		"rows": _move_rows(docs[loser], docs[survivor]),
		"private": _copy_private(loser, survivor),
	}
	gone = docs[loser].reload()
	gone.merged_into = survivor
	workflow_guard.move(
		gone, DEAD, "Invalid", reason or _("The same home as {0} ({1}).").format(survivor, pair.name)
	)
	stays = docs[survivor].reload()
	moved["filled"] = _fill(stays, gone)
	stays.last_follow_up_on = max(
		filter(None, (stays.last_follow_up_on, gone.last_follow_up_on)), default=None
	)
	_save(stays)
	_bring_up_to_date(moved, survivor)
	stays.add_comment("Info", _("{0} was merged into this listing ({1}).").format(loser, pair.name))
	_decide(pair, MERGED, reason, survivor=survivor, moved=json.dumps(moved, default=str))


def undo(name: str) -> None:
	"""Part a merged pair: each listing gets back what it had.

	Raises PermissionError for whoever may not edit both; ValidationError naming what changed since.
	"""
	pair = _locked(name, (MERGED,))
	survivor = pair.survivor
	loser = pair.other if survivor == pair.listing else pair.listing
	docs = {each: frappe.get_doc("Listing", each, for_update=True) for each in sorted((survivor, loser))}
	for doc in docs.values():
		doc.check_permission("write")
	_check_untouched(pair)
	moved = json.loads(pair.moved)
	for doctype, field, names in moved["links"]:
		_point(doctype, field, names, loser)
	for doctype, name, values in moved["rows"]:
		frappe.db.set_value(doctype, name, {"parent": loser, **values}, update_modified=False)
	for doctype, name, values in moved["asked"]:
		frappe.db.set_value(doctype, name, values, update_modified=False)
	if moved["private"]:
		# the merge's copy alone: with the document Frappe deletes the survivor's papers
		frappe.db.delete(PRIVATE, {"name": survivor})
	stays = docs[survivor].reload()
	stays.update(dict.fromkeys(moved["filled"]))
	stays.last_follow_up_on = moved["last_follow_up_on"]
	_save(stays)
	back = docs[loser].reload()
	back.merged_into = None
	state = moved["state"]
	workflow_guard.move(back, state["phase"], state["status"])
	back.db_set(state, update_modified=False)
	_bring_up_to_date(moved, survivor, loser)
	stays.add_comment("Info", _("{0} is a listing of its own again ({1}).").format(loser, pair.name))
	_decide(pair, UNDONE, None, survivor=None, moved=None)
	refresh_pairs(loser)


def dismiss(name: str, reason: str) -> None:
	"""Decide that a pair is two homes; raises MandatoryError without a reason."""
	pair = _locked(name, (OPEN, UNDONE))
	if not cstr(reason).strip():
		frappe.throw(
			_("Duplicate {0}: say why these are two homes.").format(pair.name), frappe.MandatoryError
		)
	_decide(pair, DISMISSED, reason)


# Who may, and when.


def _locked(name: str, states: tuple[str, ...]):
	"""Return the pair, locked; refuse one that is decided already."""
	pair = frappe.get_doc(PAIR, name, for_update=True)
	pair.check_permission("read")
	if pair.status not in states:
		frappe.throw(
			_("Duplicate {0} is {1} since {2}, by {3}. Reload it.").format(
				get_link_to_form(PAIR, pair.name),
				frappe.bold(_(pair.status, context=PAIR)),
				frappe.format(pair.decided_at, "Datetime"),
				get_fullname(pair.decided_by) if pair.decided_by else _("nobody"),
			),
			title=_("Already Decided"),
		)
	return pair


def _check_may_merge(listing) -> None:
	"""Refuse whoever may not edit both listings, since roles and owners change hands."""
	listing.check_permission("write")
	if listing.phase not in LIVE_PHASES:
		frappe.throw(
			_("Listing {0} is {1}: there is nothing to merge any more.").format(
				get_link_to_form("Listing", listing.name), frappe.bold(_(listing.status, context="Listing"))
			)
		)


def _check_no_deal(loser: str) -> None:
	deal = frappe.db.get_value("Deal", {"listing": loser, "phase": ("!=", DEAD)})
	if deal:
		frappe.throw(
			_("Listing {0} has the deal {1}: keep that one and merge the other into it.").format(
				get_link_to_form("Listing", loser), get_link_to_form("Deal", deal)
			)
		)


def _check_untouched(pair) -> None:
	"""Refuse when either listing was saved, or anything was added to it, since the merge."""
	changed = []
	for doctype, field in (("Listing", "name"), *_links(STAY - {"Deal"} | LOGS)):
		since = {field: ("in", (pair.listing, pair.other)), "modified": (">", pair.decided_at)}
		kind = "parenttype" if frappe.get_meta(doctype).istable else f"'{doctype}'"
		changed += frappe.get_all(doctype, since, [kind, _record(doctype)], limit=5, as_list=True)
	if changed:
		names = (f"{_(doctype)} {name}" for doctype, name in changed)
		frappe.throw(
			_("Duplicate {0} can't be undone any more. Changed since: {1}").format(
				pair.name, ", ".join(names)
			),
			title=_("Changed Since"),
		)


# What moves.


def _links(but: set[str]) -> list[tuple[str, str]]:
	"""(DocType, field) of every Link to Listing that many records may share."""
	fields = [(row.parent, row.fieldname) for row in get_link_fields("Listing") if not row.issingle]
	return [
		(doctype, field)
		for doctype, field in fields
		if doctype not in but and not frappe.get_meta(doctype).get_field(field).unique
	]


def _move_links(loser: str, survivor: str) -> list[tuple[str, str, list[str]]]:
	"""Make links to the loser or its papers name the survivor, unless the survivor has the same already.

	Open requests on the loser stay, and are closed as it ends.
	"""
	moved = []
	for doctype, field in _links(STAY):
		once = ONE_EACH.get(doctype) or _record(doctype)
		of_loser = {field: loser}
		if doctype in CLOSED:
			of_loser["open_key"] = ("is", "not set")
		rows = frappe.get_all(doctype, of_loser, ["name", f"{once} as record"])
		there = set()
		if once != "name" and rows:
			records = ("in", [row.record for row in rows])
			there = set(frappe.get_all(doctype, {field: survivor, once: records}, pluck=once))
		moved.append((doctype, field, [row.name for row in rows if row.record not in there]))
	for doctype, (kind, field) in POINTERS.items():
		of_loser = {kind: ("in", ("Listing", PRIVATE)), field: loser}
		moved.append((doctype, field, frappe.get_all(doctype, of_loser, pluck="name")))
	moved = [(doctype, field, names) for doctype, field, names in moved if names]
	for doctype, field, names in moved:
		_point(doctype, field, names, survivor)
	return moved


def _asked(loser: str) -> list[tuple[str, str, dict]]:
	"""What is still asked of the one that goes: DocType, name and values before its end closes it."""
	still_open = {"listing": loser, "open_key": ("is", "set")}
	return [
		(doctype, row.pop("name"), row)
		for doctype, fields in CLOSED.items()
		for row in frappe.get_all(doctype, still_open, ["name", *fields])
	]


def _point(doctype: str, field: str, names: list[str], listing: str) -> None:
	_set(doctype, {"name": ("in", names)}, field, listing)


def _set(doctype: str, filters: dict, field: str, value: str) -> None:
	frappe.db.set_value(doctype, filters, field, value, update_modified=False)


def _record(doctype: str) -> str:
	"""The column that names the record a row belongs to."""
	return "parent" if frappe.get_meta(doctype).istable else "name"


def _move_rows(gone, stays) -> list[tuple[str, str, dict]]:
	"""Give the survivor the loser's own rows (roles, owners, media) but those it has in the same words.

	Returns the DocType, name and former values of each.
	"""
	moved = []
	for table in stays.meta.get_table_fields():
		fields = frappe.get_meta(table.options).fields
		words = [field.fieldname for field in fields if field.fieldtype in WORDS]
		ours = stays.get(table.fieldname)
		there = [_values(row, words) for row in ours]
		for row in gone.get(table.fieldname):
			if _values(row, words) not in there:
				values = {"idx": len(ours) + row.idx, **_yielded(row, stays)}
				moved.append((row.doctype, row.name, _values(row, values)))
				frappe.db.set_value(
					row.doctype, row.name, {"parent": stays.name, **values}, update_modified=False
				)
	return moved


def _yielded(row, stays) -> dict:
	"""Return what a moved row loses beside the survivor's own: shares make 100 %, one cover, one holder a role."""
	if row.doctype == "Listing Owner" and stays.owners:
		return {"share": 0}
	if row.doctype == "Listing Media" and stays.media:
		return {"is_cover": 0}
	if row.doctype == "Listing Role" and row.role != roles.ENTRY and not row.ended_at:
		if row.role == roles.MAINTAINER or roles.holder_of(stays, row.role):
			return {"ended_at": now_datetime()}
	return {}


def _bring_up_to_date(moved: dict, *names: str) -> None:
	"""Recompute on both listings what follows from their viewings, keys and mandates."""
	kinds = {doctype for doctype, _field, _names in moved["links"]}
	pairs.follow_listing(*names)
	for name in names:
		viewings.count_viewings(name)
		if "Listing Key" in kinds:
			keys.write_status(name)
		if "Listing Mandate" in kinds:
			store = frappe.db.get_value("Listing", name, "store")
			_set("Listing Mandate", {"listing": name}, "store", store)
			mandates.apply_to_listing(name)


def _copy_private(loser: str, survivor: str) -> bool:
	"""Copy the loser's floor price and notes to a survivor without any; return whether it did."""
	if frappe.db.exists(PRIVATE, survivor) or not frappe.db.exists(PRIVATE, loser):
		return False
	copy = frappe.copy_doc(frappe.get_doc(PRIVATE, loser))
	copy.listing = survivor
	copy.flags.ignore_validate = True
	copy.insert(ignore_permissions=True)  # perm: no role has a right on it; who may merge was asked
	return True


def _fill(stays, gone) -> list[str]:
	"""Fill the survivor's empty facts from the loser; return the fields.

	Two different addresses are not mixed.
	"""
	apart = any(stays.get(part) and gone.get(part) and stays.get(part) != gone.get(part) for part in ADDRESS)
	left = OWN | set(ADDRESS if apart else ())
	filled = []
	for field in stays.meta.get_fieldnames_with_value():
		df = stays.meta.get_field(field)
		if field in left or df.read_only or df.hidden or stays.get(field) or not gone.get(field):
			continue
		stays.set(field, gone.get(field))
		filled.append(field)
	return filled


def _save(listing) -> None:
	listing.flags.ignore_mandatory = True
	with system_fields.writing(listing):
		listing.save(ignore_permissions=True)  # perm: who may merge was asked of both listings


def _values(row, fields) -> dict:
	return {field: row.get(field) for field in fields}


def _decide(pair, status: str, reason: str | None, **values) -> None:
	pair.update({"status": status, "decision_reason": reason, "decided_by": frappe.session.user, **values})
	pair.decided_at = now_datetime()
	with system_fields.writing(pair):
		pair.save(ignore_permissions=True)  # perm: no role writes it; who may decide was asked
