"""What uninstalling takes away besides our own module, so that ERPNext is left whole."""

from agency_crm.framework import logins
from agency_crm.setup import custom_fields, roles, workflows


def before_uninstall() -> None:
	"""Remove our links on ERPNext's forms first: a Link to a dropped DocType breaks the whole form."""
	custom_fields.remove_custom_fields()
	workflows.remove_workflows()
	roles.revoke_rights()
	roles.remove_roles()
	logins.hand_back()
