import frappe

from agency_crm.framework import workflow_guard
from agency_crm.services.clients import record
from agency_crm.services.matching import learning
from agency_crm.services.viewings import overlaps
from agency_crm.services.viewings import record as viewings


class Viewing(workflow_guard.GuardedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.viewing_companion.viewing_companion import ViewingCompanion
		from agency_crm.agency_crm.doctype.viewing_stop.viewing_stop import ViewingStop

		agent: DF.Link
		cancel_reason: DF.SmallText | None
		client: DF.Link
		client_confirmed_on: DF.Date | None
		client_name: DF.Data | None
		companions: DF.TableMultiSelect[ViewingCompanion]
		done_on: DF.Datetime | None
		needs_approval: DF.Check
		phase: DF.Literal["Draft", "Live", "Held", "Closing", "Closed", "Dead"]
		remarks: DF.SmallText | None
		scheduled_end: DF.Datetime | None
		scheduled_start: DF.Datetime
		status: DF.Literal["Requested", "Approved", "Scheduled", "Done", "Cancelled"]
		stops: DF.Table[ViewingStop]
		store: DF.Link | None
	# end: auto-generated types

	def validate(self):
		workflow_guard.check(self)
		viewings.set_defaults(self)
		record.check_client_worked(self)
		viewings.check_times(self)
		overlaps.check_length(self)
		viewings.check_companions(self)
		viewings.check_stops(self)
		viewings.check_end(self)
		overlaps.check_overlaps(self)
		learning.read_dislikes(self)

	def on_update(self):
		viewings.carry_on(self)

	def on_trash(self):
		learning.forget(self)


def on_doctype_update():
	"""One index for what the day's work asks: what is next, of one agent."""
	frappe.db.add_index("Viewing", ["agent", "scheduled_start"])
