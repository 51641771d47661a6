"""The papers of a listing, for its form, and small pictures for cards."""

import frappe
from werkzeug.wrappers import Response

from agency_crm.framework import files
from agency_crm.permissions import visibility
from agency_crm.services.listings import media

A_DAY = 24 * 60 * 60  # seconds


@frappe.whitelist()
def get_papers(listing: str) -> list[dict] | None:
	"""Return the papers of a listing (services/listings/media.py) to who works on it, None to others who read it."""
	frappe.has_permission("Listing", "read", doc=listing, throw=True)
	return media.papers(listing) if visibility.works_on("Listing", listing) else None


@frappe.whitelist(methods=["GET"])
def thumbnail(file: str) -> Response:
	"""Return a small JPEG of the picture at an address, to who may open the picture."""
	picture = files.readable(file)
	picture.check_permission("read")
	response = Response(media.thumbnail(picture), mimetype="image/jpeg")
	response.headers["Cache-Control"] = f"private, max-age={A_DAY}"
	return response
