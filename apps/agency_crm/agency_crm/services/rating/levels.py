"""The rules in Agency Settings by which a client gets a level. Rules: docs/rules/clients.md, "Levels"."""

import frappe
from frappe.utils import cint

from agency_crm.domain.rating import levels
from agency_crm.services.rating import scales


def rules(settings=None) -> levels.LevelRules:
	"""The rules as the domain takes them, of Agency Settings where none are given."""
	settings = settings or frappe.get_cached_doc("Agency Settings")
	return levels.LevelRules(
		**scales.read(settings, "level"),
		viewings_min=cint(settings.level_viewings_min),
		interest_min=cint(settings.level_interest_min),
	)


def rules_changed(settings) -> bool:
	"""Whether saved Agency Settings give other levels than before."""
	before = settings.get_doc_before_save()
	return not before or rules(before) != rules(settings)
