"""A floor with a side, or a room below ground, was kept in a form in which it isn't found any more."""

from agency_crm.services.places import properties


def execute() -> None:
	properties.renew_addresses()
