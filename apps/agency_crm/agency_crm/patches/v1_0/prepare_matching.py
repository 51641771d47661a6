"""Requirements and listings entered before there was matching have what it reads of them."""

import frappe

from agency_crm.services import jobs
from agency_crm.services.library import marks
from agency_crm.services.matching import facts
from agency_crm.setup import defaults


def execute() -> None:
	"""Fill the columns of the requirements here, those of the library in the background; make the first weights."""
	defaults.make_matching_weights()
	jobs.by_chunks("Client Requirement", _fill)
	if frappe.db.exists("Listing", {}):
		marks.recompute_later()


def _fill(names: list[str]) -> None:
	for name in names:
		requirement = frappe.get_doc("Client Requirement", name)
		try:
			facts.set_wishes(requirement)
		except frappe.ValidationError:
			# a text nobody checked then: it is asked for at the next save, till then nothing of it is matched
			frappe.clear_last_message()
			continue
		columns = {field: requirement.get(field) for field in facts.KEPT}
		requirement.db_set(columns, update_modified=False)
