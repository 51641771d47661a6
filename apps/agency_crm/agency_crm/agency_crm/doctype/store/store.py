from frappe.utils.nestedset import NestedSet

from agency_crm.framework.system_fields import KeepsSystemFields
from agency_crm.permissions.reader import forget_places
from agency_crm.services.office import agents


class Store(KeepsSystemFields, NestedSet):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		company: DF.Link
		cost_center: DF.Link | None
		is_group: DF.Check
		lft: DF.Int
		manager: DF.Link | None
		old_parent: DF.Link | None
		parent_store: DF.Link | None
		rgt: DF.Int
		store_name: DF.Data
		territory: DF.Link | None
	# end: auto-generated types

	nsm_parent_field = "parent_store"

	def validate(self):
		agents.check_store(self)

	def on_change(self):
		forget_places()

	def after_delete(self):
		forget_places()
