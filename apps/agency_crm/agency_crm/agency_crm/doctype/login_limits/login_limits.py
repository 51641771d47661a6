from agency_crm.framework.system_fields import ShippedDocument


class LoginLimits(ShippedDocument):
	"""How many failed log-ins make an account or an address wait; framework/logins.py reads it."""

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		account_failures: DF.Int
		address_accounts: DF.Int
		address_minutes: DF.Int
		pair_failures: DF.Int
		pair_minutes: DF.Int
		seen_days: DF.Int
	# end: auto-generated types
	pass
