import frappe

from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.clients import record, requirements, stages
from agency_crm.services.matching import learning, pairs
from agency_crm.services.rating import clients as rating
from agency_crm.services.rating import match_facts


class ClientRequirement(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.requirement_estate.requirement_estate import RequirementEstate
		from agency_crm.agency_crm.doctype.requirement_learned.requirement_learned import RequirementLearned
		from agency_crm.agency_crm.doctype.requirement_territory.requirement_territory import (
			RequirementTerritory,
		)

		any_place: DF.Check
		area_max: DF.Float
		area_min: DF.Float
		bedrooms_max: DF.Int
		bedrooms_min: DF.Int
		budget_max: DF.Currency
		budget_min: DF.Currency
		built_from: DF.Int
		client: DF.Link
		client_name: DF.Data | None
		decorations: DF.Data | None
		estates: DF.TableMultiSelect[RequirementEstate]
		floor_bands: DF.Data | None
		learned: DF.Table[RequirementLearned]
		match_best: DF.Float
		match_count: DF.Int
		matched_on: DF.Datetime | None
		needs_elevator: DF.Check
		needs_metro: DF.Check
		needs_school: DF.Check
		orientations: DF.Data | None
		property_types: DF.Data | None
		remarks: DF.SmallText | None
		requirement_type: DF.Literal["Buy", "Rent"]
		status: DF.Literal["Open", "Met", "Dropped"]
		territories: DF.TableMultiSelect[RequirementTerritory]
		urgency: DF.Literal["Low", "Normal", "High"]
	# end: auto-generated types

	def validate(self):
		record.check_client_worked(self)
		requirements.check_requirement(self)
		match_facts.set_wishes(self)
		learning.keep_learned(self)

	def after_insert(self):
		stages.advance(self.client, "Interested")

	def on_update(self):
		rating.note_requirement(self)
		pairs.follow_client(self)

	def on_trash(self):
		pairs.forget(self)

	def after_delete(self):
		rating.note_requirement(self)


def on_doctype_update():
	"""Indexes of matching: the requirements that name no place, and what the nightly pass has still to do."""
	asked = ["any_place", "status", "requirement_type", "budget_max", "budget_min"]
	read = ["area_min", "area_max", "match_facts", "client", "modified"]
	frappe.db.add_index("Client Requirement", [*asked, *read], "match_any_place")
	frappe.db.add_index("Client Requirement", ["status", "matched_on"])
