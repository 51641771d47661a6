"""A listing of before its district was kept lies in one too, or no filter by district finds it."""

from agency_crm.services import estates


def execute() -> None:
	"""Give every listing the district of its business circle."""
	estates.set_districts()
