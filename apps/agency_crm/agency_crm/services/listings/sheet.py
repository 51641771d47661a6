"""The one-page sheet 房源单 for clients: what the home is, never whose it is or where exactly.

It names its facts one by one: no owner, building, unit, room, certificate or floor price among them.
"""

import base64

import frappe
from frappe import _

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs import numbers
from agency_crm.framework import pictures
from agency_crm.services.listings import finding
from agency_crm.services.office import agents
from agency_crm.services.rating import tags

MOST_PHOTOS = 6
PLAN = "Floor Plan"
SIDE = 900  # pixels of a picture's longer side: a page of six stays below a megabyte


def listing_sheet(listing) -> dict:
	"""Return what the sheet of a Listing shows: title, price, facts [(label, text)], tags, photos, plan, agent.

	Pictures are data URLs. The agent is who prints it, else the maintainer. Raises PermissionError for who may
	not print the listing.
	"""
	listing.check_permission("print")
	photos = finding.photos_of([listing.name]).get(listing.name, [])
	plan = next((photo for photo in photos if photo.slot == PLAN), None)
	shown = [photo for photo in photos if photo.slot != PLAN][:MOST_PHOTOS]
	return {
		"title": _place(listing),
		"price": _price(listing),
		"facts": [(label, text) for label, text in _facts(listing) if text],
		"tags": tags.split_names(listing.tag_names),
		"photos": [picture for picture in map(_picture, shown) if picture],
		"plan": _picture(plan) if plan else None,
		"agent": _agent(agents.current_agent() or listing.maintainer),
	}


LINE = ("name", "estate", "listing_type", "layout", "gross_area", "asking_price", "rent", "unit_price")


def line(listing) -> str:
	"""A listing in one line, from its fields LINE: estate, layout, area, price; no unit, room or owner."""
	price = _price(listing)
	estate = frappe.get_cached_value("Estate", listing.estate, "estate_name")
	area = f"{listing.gross_area:g} ㎡" if listing.gross_area else ""
	return " · ".join(filter(None, [estate, listing.layout, area, f"{price['amount']} {price['unit']}"]))


def _place(listing) -> str:
	estate, address = frappe.get_cached_value("Estate", listing.estate, ["estate_name", "address"])
	return " ".join(filter(None, [estate, address]))


def _price(listing) -> dict:
	if listing.listing_type == "Lease":
		return {"amount": frappe.utils.fmt_money(listing.rent, precision=0), "unit": _("CNY a month")}
	each = frappe.utils.fmt_money(listing.unit_price, precision=0)
	return {
		"amount": numbers.format_wan(listing.asking_price),
		"unit": _("10,000 CNY"),
		"each": f"{each} {_('CNY/m²')}" if listing.unit_price else "",
	}


def _facts(listing):
	word = listing.meta.get_label

	def fact(field: str, text: str | None = None, unit: str = "") -> tuple[str, str]:
		value = listing.get_formatted(field) if text is None else text
		return _(word(field), context="Listing"), f"{value}{unit}" if listing.get(field) else ""

	def choice(field: str) -> tuple[str, str]:
		return fact(field, _(listing.get(field) or "", context="Listing"))

	height = f"{listing.floor}/{listing.total_floors}" if listing.total_floors else str(listing.floor or "")
	yield fact("layout", listing.layout)
	yield fact("gross_area")
	yield fact("net_area")
	yield (_("Floor", context="Listing"), height) if listing.floor else choice("floor_band")
	yield fact("orientation", listing.orientation)
	yield choice("decoration")
	yield choice("elevator")
	yield choice("property_type")
	yield choice("building_type")
	yield fact("year_built", str(listing.year_built))
	yield fact("territory", listing.territory)
	yield fact("metro_distance", str(listing.metro_distance))
	yield choice("ownership_type")
	yield fact("rent_terms", listing.rent_terms)
	yield fact("available_from")


def _agent(name: str | None) -> dict:
	if not name:
		return {}
	agent = frappe.get_cached_doc("Agent", name)
	return {
		"name": agent.agent_name,
		"licence": agent.licence_no,
		"store": agent.store,
		"company": agent.store and frappe.get_cached_value("Store", agent.store, "company"),
		"phone": agent.user and frappe.get_cached_value("User", agent.user, "mobile_no"),
	}


def _picture(photo) -> str | None:
	"""A photo small enough to send, as a data URL; None for one that is gone or is no picture any more."""
	try:
		content = frappe.get_doc("File", {"file_url": photo.file}).get_content()
		small = pictures.thumbnail(content, SIDE)
	except (OSError, DomainError, frappe.DoesNotExistError):
		return None
	return f"data:image/jpeg;base64,{base64.b64encode(small).decode()}"
