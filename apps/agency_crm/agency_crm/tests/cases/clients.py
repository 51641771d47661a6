"""What the tests of what rules make of clients share."""

import frappe

from agency_crm.tests.cases.tags import TagCase


class ClientCase(TagCase):
	def make_segment(self, *conditions: tuple) -> str:
		return self.make_rule(*conditions, applies_to="Client").name

	def tags_of(self, client: str, *names: str) -> set[str]:
		return set(frappe.get_all("Client Tag", {"parent": client, "tag": ("in", names)}, pluck="tag"))

	def level_of(self, client: str) -> tuple:
		return frappe.db.get_value("Client", client, ["level", "level_score"])
