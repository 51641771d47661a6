"""What the forms of a client and of a requirement show of their profile."""

import frappe

from agency_crm.services.clients import profile


@frappe.whitelist()
def get_profile(client: str, requirement: str | None = None) -> list[dict]:
	"""Return what a client said beside what they looked at, one entry a type of requirement.

	Of one `requirement`, or of all that are open. The shape: services/clients/profile.show.
	"""
	frappe.get_doc("Client", client).check_permission("read")
	wanted = {"name": requirement} if requirement else {"status": "Open"}
	names = frappe.get_list(
		"Client Requirement", {"client": client, **wanted}, pluck="name", limit_page_length=0
	)
	return profile.show(client, [frappe.get_doc("Client Requirement", name) for name in names])
