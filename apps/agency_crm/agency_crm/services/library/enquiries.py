"""Homes that owners offer: the queue a clerk works off, until each is a listing or refused.

Rules: platform.md "Pages, files, web", design.md §4. Prices are CNY, areas m².
"""

import frappe
from frappe import _
from frappe.utils import cint, cstr, get_fullname, get_link_to_form

from agency_crm.domain import address
from agency_crm.domain import listing as rules
from agency_crm.permissions import visibility
from agency_crm.services import listings, notices, secrets
from agency_crm.services.clients import known
from agency_crm.services.messages import check_all

DOCTYPE = "Listing Enquiry"
OPEN = ("New", "Doing")
FACTS = (
	"listing_type estate building_no unit_no room_no layout gross_area asking_price rent remarks"
).split()
# what a listing's save does with facts that may still lack their estate
CHECKS = (listings.read_address, listings.read_layout, listings.check_price, listings.check_facts)
# what only the steps below write
KEPT = (
	"status reject_reason listing client number_masked number_encrypted number_hash channel assigned_to "
	"reference_no remarks as_typed consented_at consent_text submission_token sender"
).split()
ROLES = {"Sale": "is_seller", "Lease": "is_landlord"}


def check_kept(enquiry) -> None:
	"""Refuse a change to what the owner sent or the steps wrote, and any to an enquiry that is done with."""
	before = enquiry.get_doc_before_save()
	if not before or enquiry.flags.by_system:
		return
	changed = [field for field in KEPT if cstr(enquiry.get(field)) != cstr(before.get(field))]
	files = [{row.name: row.file for row in doc.photos} for doc in (before, enquiry)]
	if changed or files[0] != files[1] or before.status not in OPEN:
		frappe.throw(
			_("Enquiry {0}: what the owner sent, and what became of it, isn't changed by hand.").format(
				get_link_to_form(DOCTYPE, enquiry.name)
			)
		)


def read_facts(enquiry) -> None:
	"""Read and judge the facts as a listing's form does, in the same words."""
	listing = frappe.new_doc("Listing", **{field: enquiry.get(field) for field in FACTS})
	check_all(listing, CHECKS)
	enquiry.update({field: listing.get(field) for field in FACTS})


def store_for(estate: str | None) -> str | None:
	"""The one store of the estate's business circle, else of the nearest place around it; None where several are."""
	territory = frappe.db.get_value("Estate", estate, "territory") if estate else None
	if not territory:
		return None
	place, store = frappe.qb.DocType("Territory"), frappe.qb.DocType("Store")
	lft, rgt = frappe.db.get_value("Territory", territory, ["lft", "rgt"])
	found = (
		frappe.qb.from_(store)
		.join(place)
		.on(place.name == store.territory)
		.select(store.name, place.lft)
		.where((place.lft <= lft) & (place.rgt >= rgt) & (store.is_group == 0))
		.orderby(place.lft, order=frappe.qb.desc)
		.limit(2)
	).run()
	several = len(found) == 2 and found[0][1] == found[1][1]
	return found[0][0] if found and not several else None


def attach(enquiry, photos: list[tuple[str, bytes]]) -> None:
	"""Keep checked photos as private files of a new enquiry."""
	for name, content in photos:
		values = {"file_name": name, "content": content, "is_private": 1}
		file = frappe.get_doc(
			{"doctype": "File", **values, "attached_to_doctype": DOCTYPE, "attached_to_name": enquiry.name}
		)
		file.flags.by_system = True
		file.insert(ignore_permissions=True)  # perm: part of an enquiry that was let in
		enquiry.append("photos", {"file": file.file_url})
	if photos:
		enquiry.flags.update({"by_system": True, "ignore_version": True})
		enquiry.save(ignore_permissions=True)  # perm: part of an enquiry that was let in


def tell_queue(enquiry) -> None:
	"""Ring for those whose queue a new enquiry stands in."""
	roles = ("in", (visibility.ASSISTANT, visibility.MANAGER))
	staff = frappe.get_all("Has Role", {"role": roles, "parenttype": "User"}, pluck="parent", distinct=True)
	users = [user for user in staff if frappe.has_permission(DOCTYPE, "read", doc=enquiry, user=user)]
	estate = enquiry.estate and frappe.db.get_value("Estate", enquiry.estate, "estate_name")
	subject = _("An owner offers a home: {0}").format(estate or enquiry.as_typed.splitlines()[0])
	notices.tell(users, subject, DOCTYPE, enquiry.name)


def take(name: str):
	"""Make an enquiry the user's own work; that of another clerk is taken over by a manager only."""
	enquiry = _locked(name)
	me = visibility.reader()
	theirs = enquiry.assigned_to and enquiry.assigned_to != me.user
	if theirs and not (me.sees_all or me.has(visibility.MANAGER)):
		frappe.throw(
			_("Enquiry {0} is already in the hands of {1}.").format(
				get_link_to_form(DOCTYPE, name), get_fullname(enquiry.assigned_to)
			),
			title=_("Already Taken"),
		)
	return _move(enquiry, "Doing", assigned_to=me.user, store=enquiry.store or me.store)


def reject(name: str, reason: str, spam: bool = False):
	"""Close an enquiry that won't become a listing, saying why; spam needs no reason."""
	enquiry, reason = _locked(name), cstr(reason).strip()
	if not (reason or spam):
		frappe.throw(_("Say why the offer is refused."), frappe.MandatoryError)
	return _move(enquiry, "Spam" if spam else "Rejected", reject_reason=reason)


def hints(enquiry) -> dict:
	"""What may be there already, as far as the user may see it.

	{"clients": those with the owner's number, as [{"name", "client_name"}], "others": how many more,
	"listing": {"name", "title"} of the live one at the address, {"store"} where it isn't theirs to see, or None}.
	"""
	there = known.known_clients({enquiry.number_hash})
	mine = [row for row in there if frappe.has_permission("Client", "read", doc=row.name)]
	shown = [{"name": row.name, "client_name": row.client_name} for row in mine]
	return {"clients": shown, "others": len(there) - len(mine), "listing": _listing_there(enquiry)}


def _listing_there(enquiry) -> dict | None:
	parts = [enquiry.get(box) for box in listings.BOXES]
	key = address.property_key(enquiry.estate, *parts) if enquiry.estate else None
	live_key = rules.live_key(key, enquiry.listing_type, "Draft")
	there = {"live_key": live_key, "name": ("!=", enquiry.listing or "")}
	found = live_key and frappe.db.get_value("Listing", there, ["name", "title", "store"], as_dict=True)
	if not found:
		return None
	if frappe.has_permission("Listing", "read", doc=found.name):
		return {"name": found.name, "title": found.title}
	return {"store": found.store}


def convert(name: str, client: str | None = None, maintainer: str | None = None):
	"""Make an enquiry a draft Listing of `client`, or of a new Client, as the session's user; return the Listing.

	Everything is inserted as from the forms, so what they refuse is refused here, and with it the whole. The
	photos go into its media. Raises ValidationError where another clerk was first.
	"""
	enquiry = _locked(name)
	if not enquiry.estate:
		frappe.throw(
			_("Enquiry {0}: choose the {1} first. The owner wrote: {2}").format(
				get_link_to_form(DOCTYPE, name),
				frappe.bold(_("Estate", context=DOCTYPE)),
				frappe.utils.escape_html(enquiry.as_typed.splitlines()[0]),
			),
			frappe.MandatoryError,
		)
	owner = _known(enquiry, client) if client else _new_client(enquiry, maintainer)
	media = [{"slot": row.slot, "file": row.file, "is_cover": cint(row.idx == 1)} for row in enquiry.photos]
	listing = frappe.get_doc(
		{
			"doctype": "Listing",
			**{field: enquiry.get(field) for field in FACTS},
			"maintainer": maintainer,
			"store": None if maintainer else enquiry.store,
			"source_channel": enquiry.channel,
			"external_id": enquiry.name,
			"owners": [{"client": owner}],
			"media": media,
		}
	).insert()
	me = enquiry.assigned_to or frappe.session.user
	_move(enquiry, "Converted", listing=listing.name, client=owner, assigned_to=me)
	return listing


def _known(enquiry, client: str) -> str:
	"""A client the user may see and who has the owner's number: nobody else becomes an owner by it."""
	doc = frappe.get_doc("Client", client)
	doc.check_permission("read")
	if enquiry.number_hash not in [row.number_hash for row in doc.phones]:
		frappe.throw(
			_("Client {0} doesn't have the owner's number: make a new client or choose another.").format(
				get_link_to_form("Client", client)
			)
		)
	role = ROLES[enquiry.listing_type]
	if not doc.get(role) and doc.has_permission("write"):
		doc.update({role: 1}).save()
	return client


def _new_client(enquiry, maintainer: str | None) -> str:
	client = frappe.new_doc("Client", client_name=enquiry.enquirer_name, source_channel=enquiry.channel)
	client.update({ROLES[enquiry.listing_type]: 1, "agent": maintainer})
	client.store = None if maintainer else enquiry.store
	client.append("phones", {"number": secrets.open_number(enquiry)})
	return client.insert().name


def _locked(name: str):
	"""An open enquiry of the user's queue, held until the transaction ends: of two clerks the second finds it done."""
	enquiry = frappe.get_doc(DOCTYPE, name, for_update=True)
	enquiry.check_permission("write")
	if enquiry.status not in OPEN:
		frappe.throw(
			_("Enquiry {0} is already {1}.").format(
				get_link_to_form(DOCTYPE, name), frappe.bold(_(enquiry.status, context=DOCTYPE))
			),
			title=_("Already Done"),
		)
	return enquiry


def _move(enquiry, status: str, **values):
	enquiry.update({"status": status, **values})
	enquiry.flags.by_system = True
	return enquiry.save()
