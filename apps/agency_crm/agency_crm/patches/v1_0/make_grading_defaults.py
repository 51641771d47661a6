"""Sites from before the grade get the shipped tag rules and weights, and every listing its grade and tags."""

from agency_crm.services.rating import listings as rating
from agency_crm.setup import defaults


def execute() -> None:
	defaults.make_library_defaults()
	rating.recompute_later()
