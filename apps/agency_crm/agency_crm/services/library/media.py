"""What comes with a listing: photos, videos, links, and the papers only those who work on it see.

Photos and videos are private files attached to the Listing, read by whoever reads it. A paper (`PAPERS`) is a
private file attached to the Listing Private of that name, `attached_to_field` its slot: opened and listed only
for those who work on the listing, whoever uploads it by whichever door (design.md §4, platform.md "Secrets").
"""

import frappe
from frappe import _
from frappe.utils import escape_html

from agency_crm.domain import files
from agency_crm.domain.errors import DomainError


def check_upload(name: str, content: bytes, *kinds: files.Kind) -> files.Kind:
	"""Return what an upload is ("Picture", "Paper" or "Video"; one of `kinds` where they are named).

	Raises ValidationError where it isn't what its name says, is of another kind, or larger than Agency
	Settings let it be. Called before anything of it is stored.
	"""
	try:
		return files.check(name, content, _largest(kinds))
	except DomainError as error:
		message = _(error.template).format(*(frappe.bold(escape_html(str(value))) for value in error.params))
		frappe.throw(message, title=_("Not Uploaded"))


def _largest(kinds: tuple[files.Kind, ...]) -> dict[files.Kind, int]:
	"""The kinds with the largest size of each in MB."""
	settings = frappe.get_cached_doc("Agency Settings")
	sizes = {
		"Picture": settings.photo_max_mb,
		"Paper": settings.photo_max_mb,
		"Video": settings.video_max_mb,
	}
	return {kind: size for kind, size in sizes.items() if not kinds or kind in kinds}
