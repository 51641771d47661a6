"""What the Desk knows of the agency from the moment it opens."""

import frappe
from frappe.utils import flt

from agency_crm.services.listings import finding, required
from agency_crm.services.matching import learning
from agency_crm.services.office import agents


def add_to_boot(bootinfo) -> None:
	"""Tell the Desk who its user is as an agent, and what its forms need to know.

	That is: above which bare number a box of 万元 asks for its unit (docs/rules/typing.md, "Prices"), what the
	agency requires of a listing, how one finds them, and what may not suit in one.
	"""
	settings = frappe.get_cached_doc("Agency Settings")
	bootinfo.agency_crm = {
		"agent": agents.current_agent(),
		"ask_unit_above": flt(settings.ask_unit_above),
		"required": required.rules(),
		"finding": finding.for_desk(settings),
		"match_words": learning.WORDS,
	}
