"""Sites from before the level get its weights, the first segments, and of every client what they looked at."""

from agency_crm.framework import jobs
from agency_crm.services.clients import profile
from agency_crm.setup import defaults


def execute() -> None:
	defaults.make_client_defaults()
	jobs.by_chunks("Client", profile.refresh)
