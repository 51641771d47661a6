"""An identity number kept before it was hashed finds its person too."""

import frappe

from agency_crm.domain.identity import id_key
from agency_crm.services import secrets


def execute() -> None:
	"""Give every Client Private the hash of its number."""
	for name in frappe.get_all("Client Private", {"id_hash": ("is", "not set")}, pluck="name"):
		private = frappe.get_doc("Client Private", name)
		number = private.get_password("id_number", raise_exception=False)
		if number:
			private.db_set("id_hash", secrets.hash_number(id_key(number)), update_modified=False)
