"""Homes that owners offer: a queue that clerks work off until each offer is a listing or refused.

Rules: docs/rules/clients.md, "Enquiries", and docs/rules/platform.md, "Pages for guests". Prices are CNY, areas
m².
"""

import frappe
from frappe import _
from frappe.utils import cint, cstr, get_link_to_form

from agency_crm.domain.inputs import address
from agency_crm.domain.listings import record as rules
from agency_crm.domain.phases import DRAFT
from agency_crm.framework import system_fields
from agency_crm.framework.messages import check_all
from agency_crm.services.intake import queues
from agency_crm.services.listings import record as listings

DOCTYPE = "Listing Enquiry"
FACTS = (
	"listing_type estate building_no unit_no room_no layout gross_area asking_price rent remarks"
).split()
# the steps of a listing's save that need no estate
CHECKS = (listings.read_address, listings.read_layout, listings.check_price, listings.check_facts)
ROLES = {"Sale": "is_seller", "Lease": "is_landlord"}


def check_kept(enquiry) -> None:
	"""Refuse a change to a closed enquiry, and to the photos the owner sent."""
	before = enquiry.get_doc_before_save()
	queues.check_open(enquiry, bool(before) and _photos(before) != _photos(enquiry))


def read_facts(enquiry) -> None:
	"""Read and check the facts as a listing's form does, with the same messages."""
	listing = frappe.new_doc("Listing", **{field: enquiry.get(field) for field in FACTS})
	check_all(listing, CHECKS)
	enquiry.update({field: listing.get(field) for field in FACTS})


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
		enquiry.flags.ignore_version = True
		with system_fields.writing(enquiry):
			enquiry.save(ignore_permissions=True)  # perm: part of an enquiry that was let in


def tell_queue(enquiry) -> None:
	"""Notify those whose queue a new enquiry is in."""
	estate = enquiry.estate and frappe.db.get_value("Estate", enquiry.estate, "estate_name")

	def subject() -> str:
		return _("An owner offers a home: {0}").format(estate or _first_line(enquiry))

	queues.tell(enquiry, subject)


def hints(enquiry) -> dict:
	"""What may be there already, as far as the user may see it.

	{"clients": those with the owner's number, as [{"name", "client_name"}], "others": how many more,
	"listing": {"name", "title"} of the live one at the address, {"store"} where it isn't theirs to see, or None}.
	"""
	return {**queues.known_people(enquiry), "listing": _listing_there(enquiry)}


def _listing_there(enquiry) -> dict | None:
	parts = [enquiry.get(box) for box in listings.BOXES]
	key = address.property_key(enquiry.estate, *parts) if enquiry.estate else None
	live_key = rules.live_key(key, enquiry.listing_type, DRAFT)
	there = {"live_key": live_key, "name": ("!=", enquiry.listing or "")}
	found = live_key and frappe.db.get_value("Listing", there, ["name", "title", "store"], as_dict=True)
	if not found:
		return None
	if frappe.has_permission("Listing", "read", doc=found.name):
		return {"name": found.name, "title": found.title}
	return {"store": found.store}


def convert(
	name: str, client: str | None = None, maintainer: str | None = None, related_as: str | None = None
):
	"""Make an enquiry a draft Listing of `client`, or of a new Client, as the session's user; return the Listing.

	`related_as` says who else has the number, where it is known (services/privacy/known_numbers.py).
	Everything is inserted as from the forms, so what they refuse is refused here, and with it the whole; but no
	right to make a client or a listing is asked beside that to the enquiry. The photos go into its media. Raises ValidationError where another clerk was first.
	"""
	enquiry = queues.locked(DOCTYPE, name)
	if not enquiry.estate:
		frappe.throw(
			_("Enquiry {0}: choose the {1} first. The owner wrote: {2}").format(
				get_link_to_form(DOCTYPE, name),
				frappe.bold(_("Estate", context=DOCTYPE)),
				frappe.utils.escape_html(_first_line(enquiry)),
			),
			frappe.MandatoryError,
		)
	owner = _known(enquiry, client) if client else _new_client(enquiry, maintainer, related_as)
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
	)
	listing.flags.let_in = [owner]  # of a maintainer elsewhere the clerk sees the new client no more
	listing.flags.made_by_system = True  # who may work the queue off may do what it comes to
	listing.insert()
	me = enquiry.assigned_to or frappe.session.user
	queues.move(enquiry, "Converted", listing=listing.name, client=owner, assigned_to=me)
	return listing


def _photos(enquiry) -> set[str]:
	return {row.name for row in enquiry.photos}


def _known(enquiry, client: str) -> str:
	doc = queues.known_client(enquiry, client)
	role = ROLES[enquiry.listing_type]
	if not doc.get(role):
		# perm: the owner's own words, of one in a pool too, whom the clerk may not change
		doc.update({role: 1}).save(ignore_permissions=True)
	return client


def _new_client(enquiry, maintainer: str | None, related_as: str | None) -> str:
	facts = {ROLES[enquiry.listing_type]: 1, "source_channel": enquiry.channel}
	return queues.new_client(enquiry, maintainer, related_as, **facts).insert().name


def _first_line(enquiry) -> str:
	"""The address as the owner wrote it, of an enquiry that came by the page."""
	return cstr(enquiry.as_typed).partition("\n")[0]
