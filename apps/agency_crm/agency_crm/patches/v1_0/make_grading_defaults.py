"""Sites from before the grade get the shipped tag rules and weights, and every listing its grade and tags."""

from agency_crm.services.library import marks
from agency_crm.setup import defaults


def execute() -> None:
	defaults.make_library_defaults()
	marks.recompute_later()
