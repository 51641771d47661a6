import frappe

from agency_crm.framework.system_fields import ShippedDocument
from agency_crm.services.follow_ups import plans, tasks


class FollowUpTask(ShippedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		agent: DF.Link | None
		call_list: DF.Link | None
		client: DF.Link
		client_name: DF.Data | None
		done_by: DF.Link | None
		due_on: DF.Date
		escalated_on: DF.Date | None
		method: DF.Literal["Call", "Visit", "WeChat", "Message", "Other"]
		plan: DF.Link | None
		reminded_on: DF.Date | None
		started_on: DF.Date | None
		status: DF.Literal["Open", "Done", "Skipped"]
		step: DF.Int
		store: DF.Link | None
		subject: DF.Data
		task_key: DF.Data | None

	# end: auto-generated types
	def validate(self):
		tasks.check_task(self)

	def on_update(self):
		plans.follow_task(self)

	def after_delete(self):
		tasks.refresh([self.client])


def on_doctype_update():
	"""What is due of an agent, of a store, of a client, and of everybody."""
	for column in ("agent", "store", "client"):
		frappe.db.add_index("Follow Up Task", [column, "status", "due_on"])
	frappe.db.add_index("Follow Up Task", ["status", "due_on"])
