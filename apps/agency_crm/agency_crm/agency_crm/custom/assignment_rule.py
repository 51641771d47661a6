"""Frappe's Assignment Rule, which gives a client to an agent: the choice is locked, and no share is made."""

from frappe.automation.doctype.assignment_rule.assignment_rule import AssignmentRule

from agency_crm.services.pools import assignment


class AgencyAssignmentRule(AssignmentRule):
	def do_assignment(self, doc):
		if self.document_type == "Client":
			return assignment.assign(self.name, doc.get("name"))
		return super().do_assignment(doc)
