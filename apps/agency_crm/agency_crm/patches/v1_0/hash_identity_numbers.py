"""An identity number kept before it was hashed finds its person too."""

import frappe

from agency_crm.domain.inputs.identity import id_key
from agency_crm.services.privacy import secrets


def execute() -> None:
	"""Give every Client Private the Identity Number of its number."""
	for name in frappe.get_all("Client Private", {"identity_number": ("is", "not set")}, pluck="name"):
		private = frappe.get_doc("Client Private", name)
		number = private.get_password("id_number", raise_exception=False)
		if number:
			kept = secrets.keep_identity(id_key(number))
			private.db_set("identity_number", kept, update_modified=False)
