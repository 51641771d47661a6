"""What the tests of the pools share: clients idle for days, and the trace of whose they were."""

from datetime import timedelta

import frappe
from frappe.utils import add_days, now_datetime

from agency_crm.tests import factory
from agency_crm.tests.cases.office import RolesCase


class PoolsCase(RolesCase):
	def make_client(self, agent=None, idle: int = 0, **values):
		"""A client of an Agent (the case's where none is named), nothing effective done for `idle` days."""
		client = factory.make_client(agent=(agent or self.agent).name)
		since = now_datetime() - timedelta(days=idle)
		values = {"creation": since, "last_effective_on": since, **values}
		frappe.db.set_value("Client", client.name, values, update_modified=False)
		return client.reload()

	def make_pooled(self, pool: str = "Store", **fields):
		return factory.make_client(store=self.store, pool=pool, **fields)

	def trace(self, client) -> list[tuple]:
		"""(kind, from_agent, to_agent) of a client's movements, the oldest first."""
		fields = ["kind", "from_agent", "to_agent"]
		rows = frappe.get_all("Client Movement", {"client": client.name}, fields, order_by="at", as_list=True)
		return list(rows)

	def age(self, client, days: int) -> None:
		"""As if whatever happened with a client had happened `days` earlier."""
		for movement in frappe.get_all("Client Movement", {"client": client.name}, ["name", "at"]):
			frappe.db.set_value("Client Movement", movement.name, "at", add_days(movement.at, -days))
		if client.reload().pool_since:
			client.db_set("pool_since", add_days(client.pool_since, -days), update_modified=False)
