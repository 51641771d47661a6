"""南北, 南 北 and 北南 are one way of writing, so that a filter finds all of them."""

import frappe

from agency_crm.domain.errors import DomainError
from agency_crm.domain.matching import wishes


def execute() -> None:
	"""Write each text that is there anew, in one statement for all listings that have it."""
	written = frappe.get_all("Listing", {"orientation": ("is", "set")}, pluck="orientation", distinct=True)
	for text in written:
		try:
			said = wishes.orientation(text)
		except DomainError:
			continue  # read when somebody changes it
		if said != text:
			frappe.db.set_value("Listing", {"orientation": text}, "orientation", said, update_modified=False)
