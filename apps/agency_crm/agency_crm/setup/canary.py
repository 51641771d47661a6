"""A word encrypted with the site's key, to see that the key is still the one its secrets need.

Frappe makes a new `encryption_key` in silence when a site has none, after which no phone number is ever read
again: so a migrate, `./agency start` and `./agency doctor` look at the canary first and refuse.
"""

import frappe
from frappe import _
from frappe.utils.password import get_decrypted_password, set_encrypted_password

PLACE = ("Agency Settings", "Agency Settings")
FIELD = "encryption_canary"
WORD = "canary"


class EncryptionKeyError(frappe.ValidationError):
	"""The site's encryption key isn't the one its secrets were encrypted with."""


def plant() -> None:
	"""Encrypt the word with the site's key, once."""
	if not is_planted():
		set_encrypted_password(*PLACE, WORD, FIELD)


def check() -> None:
	"""Refuse, with EncryptionKeyError, where the site's key doesn't read the word; a site without one passes."""
	if is_planted() and not _reads():
		frappe.throw(
			_(
				"The encryption_key in site_config.json is not the one the secrets of this site were encrypted with. Put the one back that belongs to the backup."
			),
			EncryptionKeyError,
		)


def is_planted() -> bool:
	"""Whether the site has the word."""
	auth = frappe.qb.Table("__Auth")
	rows = (
		frappe.qb.from_(auth)
		.select(auth.name)
		.where((auth.doctype == PLACE[0]) & (auth.name == PLACE[1]) & (auth.fieldname == FIELD))
	)
	return bool(rows.run())


def _reads() -> bool:
	if not frappe.conf.encryption_key:  # decrypting would make one
		return False
	try:
		return get_decrypted_password(*PLACE, FIELD) == WORD
	except frappe.ValidationError:
		frappe.clear_last_message()
		return False
