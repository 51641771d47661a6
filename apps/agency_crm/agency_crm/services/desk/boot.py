"""What the Desk is told about the agency when it opens."""

import frappe
from frappe.utils import flt

from agency_crm.services.desk import workspaces
from agency_crm.services.listings import finding, required
from agency_crm.services.matching import learning
from agency_crm.services.office import agents


def add_to_boot(bootinfo) -> None:
	"""Tell the Desk which agent its user is, which workspaces they use, and what its forms need.

	That is: above which bare number a box of 万元 asks for its unit (docs/rules/typing.md, "Prices"), the facts a
	listing requires, how listings are found, and what a client may dislike in one.
	"""
	bootinfo.allowed_workspaces = workspaces.shown(bootinfo.allowed_workspaces)
	settings = frappe.get_cached_doc("Agency Settings")
	bootinfo.agency_crm = {
		"agent": agents.current_agent(),
		"ask_unit_above": flt(settings.ask_unit_above),
		"required": required.rules(),
		"finding": finding.for_desk(settings),
		"match_words": learning.WORDS,
	}
