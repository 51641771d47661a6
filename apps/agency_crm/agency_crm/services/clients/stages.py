"""How far a client has come: moved by what happens. Rules: design.md §3."""

import frappe

# what happens moves a client forward along these, never back
COURSE = ("Prospect", "Interested", "Viewing", "Negotiating", "Closed", "After-sale")


def advance(name: str, stage: str) -> None:
	"""Move a client forward to `stage` because of what happened; one further on, or lost, stays."""
	now = frappe.db.get_value("Client", name, "stage", for_update=True)
	if now in COURSE and COURSE.index(now) < COURSE.index(stage):
		frappe.db.set_value("Client", name, "stage", stage)
