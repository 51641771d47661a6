"""ERPNext's own rights were held as they were when this app was installed: they follow ERPNext again."""

from agency_crm.setup import roles


def execute() -> None:
	roles.grant_rights()
	roles.drop_copies()
