"""Sites from before the sidebar was the roles' own show the accounts what they used of ERPNext's."""

from agency_crm.setup import defaults


def execute() -> None:
	defaults.show_workspaces()
