"""A listing's save: read typed texts, derive and check facts, keep one live listing an address.

Rules: docs/rules/listings.md, "States", "One live listing an address", "Facts". Prices are CNY, areas m².
"""

from contextlib import contextmanager
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import cint, cstr, escape_html, flt, get_link_to_form, getdate, now_datetime

from agency_crm.domain.inputs import address, floors, layout, rent_terms, rooms
from agency_crm.domain.inputs.text import fold
from agency_crm.domain.listings import record as rules
from agency_crm.domain.matching import wishes
from agency_crm.domain.phases import CLOSED, CLOSING, DEAD, DRAFT
from agency_crm.framework.messages import note, reading, say
from agency_crm.permissions import visibility
from agency_crm.permissions.roles import ADMINISTRATOR
from agency_crm.services.listings import roles, verification
from agency_crm.services.office import agents
from agency_crm.services.places import estates, properties
from agency_crm.services.rating import tags

BOXES = ("building_no", "unit_no", "room_no")
ROOMS = ("bedrooms", "living_rooms", "kitchens", "bathrooms")
FACTS = tuple(rules.Facts.__dataclass_fields__)


def set_people(listing) -> None:
	"""Make whoever enters a listing its maintainer, unless another is named, and holder of the role Entry."""
	agents.set_agent_and_store(listing, "maintainer")
	agents.check_move(listing)
	if listing.is_new() and not listing.roles:
		entered_by = agents.current_agent() or listing.maintainer
		if entered_by:
			now = now_datetime()
			listing.append(
				"roles", {"role": "Entry", "agent": entered_by, "gained_at": now, "approved_at": now}
			)
	roles.note_maintainer(listing)


def read_address(listing) -> None:
	"""Normalise building, unit and room.

	An address typed as one text fills them, unless they were typed too. A text that contradicts them is
	dropped.
	"""
	typed, boxed = _given(listing, ("address_text",)), _given(listing, BOXES)
	if typed and not boxed and listing.address_text:
		with reading(listing, "address_text"):
			parts = address.parse_address(listing.address_text)
	elif typed or boxed:
		parts = address.combine(*(listing.get(field) for field in BOXES))
		listing.address_text = listing.address_text if typed else None
	else:
		return
	listing.update(dict(zip(BOXES, (parts.building, parts.unit, parts.room), strict=True)))


def fill_from_estate(listing) -> None:
	"""Copy the place from the dictionary, and the building's facts where they are empty."""
	estate = frappe.get_cached_doc("Estate", listing.estate)
	listing.update(estates.place(estate))
	if not _given(listing, ("estate", "building_no")):
		return
	listing.year_built = listing.year_built or estate.year_built
	listing.property_type = listing.property_type or estate.property_type
	row = estates.building(estate, listing.building_no)
	listing.total_floors = listing.total_floors or (row.floors if row else 0)


def warn_of_room(listing) -> None:
	"""Warn, without refusing, that the dictionary's building has no such room."""
	if not (listing.room_no and _given(listing, ("estate", *BOXES))):
		return
	estate = frappe.get_cached_doc("Estate", listing.estate)
	row = estates.building(estate, listing.building_no)
	if row and row.rooms and not rooms.parse_rooms(row.rooms).knows(listing.unit_no, listing.room_no):
		label = address.address_label(listing.building_no, listing.unit_no, listing.room_no)
		frappe.msgprint(
			_(
				"{0} has no room {1} in the list of {2}. Check the room, or add it to the building's rooms."
			).format(
				frappe.bold(label),
				frappe.bold(listing.room_no),
				get_link_to_form("Estate", estate.name, escape_html(estate.estate_name)),
			),
			title=_("Room Not Known"),
			indicator="orange",
		)


def read_layout(listing) -> None:
	"""Read the room counts from a typed layout; write the layout from typed counts."""
	typed, counted = _given(listing, ("layout",)), _given(listing, ROOMS)
	if typed and not counted and listing.layout:
		if word := layout.duplex(listing.layout):
			_tag(listing, word)
			listing.layout = None if word == fold(listing.layout) else listing.layout
		if not listing.layout:
			return
		kind = layout.parse_property_type(listing.layout)
		if kind in ("Villa", "Commercial", "Apartment"):
			listing.property_type, listing.layout = kind, None
			return
		with reading(listing, "layout"):
			read = layout.parse_layout(listing.layout)
		for field in ROOMS:
			listing.set(field, getattr(read, field) or 0)
		listing.layout = layout.format_layout(read)
	elif counted or typed:
		counts = [cint(listing.get(field)) or None for field in ROOMS]
		listing.layout = layout.format_layout(layout.Layout(*counts)) or None


def read_orientation(listing) -> None:
	"""Normalise the orientation."""
	if listing.orientation and _given(listing, ("orientation",)):
		with reading(listing, "orientation"):
			listing.orientation = wishes.orientation(listing.orientation)


def _tag(listing, word: str) -> None:
	"""Give a listing a free tag, once."""
	(name,) = tags.ensure([word]).values()
	if name not in [row.tag for row in listing.tags]:
		listing.append("tags", {"tag": name})


def read_rent_terms(listing) -> None:
	"""Read months of deposit and payment from typed rent terms; write the terms from typed months."""
	months = ("deposit_months", "payment_months")
	typed, counted = _given(listing, ("rent_terms",)), _given(listing, months)
	if typed and not counted and listing.rent_terms:
		with reading(listing, "rent_terms"):
			terms = rent_terms.parse_rent_terms(listing.rent_terms)
		listing.deposit_months = flt(terms.deposit_months)
		listing.payment_months = cint(terms.payment_months)
	elif typed or counted:
		deposit, payment = _decimal(listing.deposit_months) or None, cint(listing.payment_months) or None
		terms = rent_terms.RentTerms(deposit, payment)
	else:
		return
	listing.rent_terms = rent_terms.format_rent_terms(terms) or None


def derive(listing) -> None:
	"""Derive floor band, unit price, holding date, title and the key in another system."""
	if listing.floor and listing.total_floors and not _contradicts_height(listing):
		if _given(listing, ("floor", "total_floors")) or not listing.floor_band:
			listing.floor_band = floors.floor_band(listing.floor, listing.total_floors)
	sale = listing.listing_type == "Sale"
	listing.asking_price, listing.rent = (listing.asking_price, 0) if sale else (0, listing.rent)
	listing.unit_price = rules.unit_price(_decimal(listing.asking_price), _decimal(listing.gross_area)) or 0
	typed = listing.held_since and (_given(listing, ("held_since",)) or listing.held_since_reason)
	if _given(listing, ("certificate_date", "deed_tax_date", "held_since")) and not typed:
		dates = (listing.certificate_date, listing.deed_tax_date)
		listing.held_since = rules.held_since(*(getdate(day) if day else None for day in dates))
	estate_name = frappe.get_cached_value("Estate", listing.estate, "estate_name")
	listing.title = estates.title(estate_name, listing)
	listing.source_channel, listing.external_id = (
		cstr(listing.get(field)).strip() or None for field in ("source_channel", "external_id")
	)
	listing.external_key = rules.external_key(listing.source_channel, listing.external_id)


def check_number(listing) -> None:
	"""Refuse a partner's number on a listing of who is neither that partner nor an administrator.

	By it the partner reads, changes and withdraws the listing. Raises PermissionError.
	"""
	if not (listing.external_key and listing.has_value_changed("external_key")):
		return
	partners = frappe.get_all("Listing Partner", {"source_channel": listing.source_channel}, pluck="user")
	if partners and frappe.session.user not in partners and ADMINISTRATOR not in frappe.get_roles():
		frappe.throw(
			_("{0} is the source of a partner, who sends its listings and their numbers itself.").format(
				frappe.bold(listing.source_channel)
			),
			frappe.PermissionError,
		)


def check_price(listing) -> None:
	"""Require an asking price for a sale, a rent for a lease."""
	field = rules.price_field(listing.listing_type)
	if flt(listing.get(field)) <= 0:
		message = _("{0} is missing: a listing of type {1} needs it.").format(
			frappe.bold(_(listing.meta.get_label(field), context="Listing")),
			_(listing.listing_type, context="Listing"),
		)
		note(field, message)
		frappe.throw(message, frappe.MandatoryError)


def check_facts(listing) -> None:
	"""Refuse facts that contradict each other or the bounds of Agency Settings, all in one message.

	Unchanged facts are not judged again: a tightened bound must not block older listings.
	"""
	if not _given(listing, FACTS):
		return
	faults = rules.faults(_facts(listing), bounds(), getdate())
	if faults:
		lines = [say(listing, fault.field, fault.error) for fault in faults]
		frappe.throw(
			lines if len(lines) > 1 else lines[0], title=_("Check the Facts"), as_list=len(lines) > 1
		)


def check_dates(listing) -> None:
	"""Refuse ownership papers dated in the future."""
	for field in ("certificate_date", "deed_tax_date", "held_since"):
		if listing.get(field) and getdate(listing.get(field)) > getdate():
			frappe.throw(
				_("{0} lies in the future.").format(
					frappe.bold(_(listing.meta.get_label(field), context="Listing"))
				)
			)


def check_owners(listing) -> None:
	"""Require each owner once and shares of at most 100 %; a single owner has all of it."""
	if len(listing.owners) == 1 and not listing.owners[0].share:
		listing.owners[0].share = 100
	clients = [row.client for row in listing.owners]
	twice = next((client for client in clients if clients.count(client) > 1), None)
	if twice:
		name = frappe.db.get_value("Client", twice, "client_name")
		frappe.throw(_("{0}: {1} stands there twice.").format(frappe.bold(_("Owners")), name))
	total = sum(_decimal(row.share) for row in listing.owners)
	if total > 100:
		frappe.throw(
			_("{0}: the shares add up to {1} %, not to 100 %.").format(frappe.bold(_("Owners")), total)
		)


def set_property(listing) -> None:
	"""Link the Property of the address and take its place among the live listings.

	An address without a room has no Property yet, and takes no place.
	"""
	changed = _given(listing, ("estate", *BOXES))
	if changed and listing.phase in (CLOSING, CLOSED) and not listing.is_new():
		frappe.throw(
			_("Listing {0} has a deal: its address cannot change any more.").format(
				get_link_to_form("Listing", listing.name)
			)
		)
	parts = [listing.get(field) for field in BOXES]
	key = address.property_key(listing.estate, *parts)
	if changed or bool(listing.property) != bool(key):
		listing.property = properties.get_or_create(listing.estate, *parts)
	listing.live_key = live_key(listing)


def live_key(listing) -> str | None:
	"""Return the place that a listing takes among the live ones; None for half an address, or off the market."""
	key = address.property_key(listing.estate, *(listing.get(field) for field in BOXES))
	return rules.live_key(key, listing.listing_type, listing.phase)


@contextmanager
def one_listing_an_address(listing):
	"""Refuse a second live listing of an address, or of another system's number; say whose the first is.

	The database's unique key decides, so that of two concurrent writers one wins too.
	"""
	try:
		yield
	except frappe.UniqueValidationError as error:
		key = next((key for key in ("live_key", "external_key") if key in cstr(error.args[-1])), None)
		if not key:
			raise
		frappe.clear_last_message()
		_refuse_second(key, listing.get(key))


def check_transition(listing, old_row, new_row) -> None:
	"""Require a reason for taking a listing off the market or sending it back; update its verification.

	The rows are the workflow's; sent back is a row further up in the same phase.
	"""
	old, new = (row.update_value if row else None for row in (old_row, new_row))
	sent_back = old == new and old_row.idx > new_row.idx
	if (new == DEAD or (sent_back and new == DRAFT)) and not cstr(listing.status_reason).strip():
		frappe.throw(
			_("Listing {0}: say in {1} why it becomes {2}.").format(
				get_link_to_form("Listing", listing.name),
				frappe.bold(_("Reason", context="Listing")),
				frappe.bold(_(new_row.state, context="Listing")),
			),
			frappe.MandatoryError,
		)
	verification.note_transition(listing, old_row, new_row)


def check_bounds(settings) -> None:
	"""Refuse a bound of Agency Settings whose lower end is above its upper one; 0 is no bound."""
	for low, high in (("area_min", "area_max"), ("price_min", "price_max"), ("rent_min", "rent_max")):
		if flt(settings.get(high)) and flt(settings.get(low)) > flt(settings.get(high)):
			labels = (_(settings.meta.get_label(field), context=settings.doctype) for field in (low, high))
			frappe.throw(_("Agency Settings: {0} is above {1}.").format(*map(frappe.bold, labels)))


def _refuse_second(key: str, value: str) -> None:
	"""Say whose the first listing is, read with a lock: only so does the loser of a race see it."""
	fields = ["name", "title", "maintainer", "store", "status"]
	first = frappe.db.get_value("Listing", {key: value}, fields, as_dict=True, for_update=True)
	store = frappe.bold(first.store or _("another store"))
	if visibility.sees_latest("Listing", first.name):
		agent = agents.name_of(first.maintainer) or _("nobody")
		message = (
			_("This address is already listed as {0}, maintained by {1} of {2}: {3}. Open that one instead.")
			if key == "live_key"
			else _("This record of another system is already here as {0}, maintained by {1} of {2}: {3}.")
		).format(
			get_link_to_form("Listing", first.name, f"{first.name} {first.title}"),
			agent,
			store,
			_(first.status, context="Listing"),
		)
	else:
		message = _("This address is already listed by an agent of {0}. Ask there.").format(store)
	frappe.throw(message, frappe.DuplicateEntryError, title=_("Already Listed"))


def _given(listing, fields) -> bool:
	"""Whether one of the fields was filled in a new listing or changed in an old one."""
	before = listing.get_doc_before_save()
	if not before:
		return any(listing.get(field) for field in fields)
	return any(listing.has_value_changed(field) for field in fields)


def _contradicts_height(listing) -> bool:
	"""Whether the building doesn't have that floor: `check_facts` refuses it."""
	return listing.floor > listing.total_floors


def _facts(listing) -> rules.Facts:
	values = {
		field: _decimal(listing.get(field)) for field in ("gross_area", "net_area", "asking_price", "rent")
	}
	counts = {field: cint(listing.get(field)) or None for field in ("floor", "total_floors", "year_built")}
	return rules.Facts(listing.listing_type, **values, **counts)


def bounds() -> rules.Bounds:
	"""The bounds of Agency Settings a fact must keep."""
	settings = frappe.get_cached_doc("Agency Settings")
	names = ("area_min", "area_max", "price_min", "price_max", "rent_min", "rent_max")
	return rules.Bounds(
		**{name: _decimal(settings.get(name)) for name in names}, floors_max=settings.floors_max
	)


def _decimal(value) -> Decimal:
	"""A float of the database as the exact number people see, without zeros at its end."""
	number = Decimal(str(flt(value))).normalize()
	return number if number.as_tuple().exponent <= 0 else number.quantize(Decimal(1))
