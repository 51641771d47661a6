"""How a phone number is kept: encrypted to be called, hashed to be found, masked to be shown.

Encrypted with the site's `encryption_key`, hashed with a key of its own in the site's configuration: there
are few enough numbers to try them all against a hash without one. What was sealed is found only with the
key it was hashed with, so that key is never made anew where numbers exist.
Rules: platform.md "Secrets and rows", rules.md §1, §3.
"""

import hashlib
import hmac
from secrets import token_hex

import frappe
from frappe import _
from frappe.installer import update_site_config
from frappe.utils.password import decrypt, encrypt

from agency_crm.domain.errors import DomainError
from agency_crm.domain.identity import parse_id_card
from agency_crm.domain.phones import mask_phone, parse_phone, split_phones
from agency_crm.services.messages import reading

HASH_KEY = "agency_phone_hash_key"
SEALED = ("number_masked", "number_encrypted", "number_hash")


class PhoneKeyError(frappe.ValidationError):
	"""The site's hash key is missing or not the one its numbers were hashed with."""


def seal_phones(client) -> None:
	"""Move the numbers typed in a Client's rows into their sealed form, a row for each number of a cell.

	What was sealed stays as it is stored, whatever a request sends for it. Raises ValidationError for a
	text that is no number, a row without one, and a number that stands there twice.
	"""
	before = client.get_doc_before_save()
	stored = {row.name: row for row in before.phones} if before else {}
	for row in list(client.phones):
		first, *others = _typed_numbers(row)
		values = seal(first) if first else _stored_values(client, row, stored.get(row.name))
		row.update({"number": None, **values})
		for number in others:
			client.append("phones", {"label": row.label, **seal(number)})
	_refuse_twice(client)


def leave_out_of_version(version, method: str | None = None) -> None:
	"""The event `Version.before_insert`: every reader of a Client reads its versions, cipher and hash stay out."""
	if version.ref_doctype != "Client":
		return
	data = frappe.parse_json(version.data)
	for change in data.get("row_changed", []):
		change[3] = [field for field in change[3] if field[0] not in SEALED[1:]]
	for _table, row in data.get("added", []) + data.get("removed", []):
		for field in SEALED[1:]:
			row.pop(field, None)
	version.data = frappe.as_json(data, indent=None)


def seal(number: str) -> dict[str, str]:
	"""Return number_masked, number_encrypted and number_hash of a normalised number (domain/phones.py)."""
	return {
		"number_masked": mask_phone(number),
		"number_encrypted": encrypt(number),
		"number_hash": hash_number(number),
	}


def open_number(row) -> str:
	"""Return the number of a Client Phone or an enquiry. Who may ask is the caller's question (services/reveals.py)."""
	return decrypt(row.number_encrypted)


def hash_number(number: str) -> str:
	"""Return the keyed hash by which a normalised number is found again."""
	if not frappe.conf.get(HASH_KEY):
		make_hash_key()
	return _hash(frappe.conf[HASH_KEY], number)


def find_clients(text: str) -> list[dict]:
	"""Return name, client_name, agent and store of those clients with a number that the user may see.

	A phone's number, or an identity card's. Raises ValidationError where the text is neither.
	"""
	try:
		filters = {"name": ("in", _with_id(hash_number(parse_id_card(text))))}
	except DomainError:
		with reading(frappe.new_doc("Client Phone"), "number"):
			number = parse_phone(text)
		filters = [["Client Phone", "number_hash", "=", hash_number(number)]]
	return frappe.get_list(
		"Client",
		filters=filters,
		fields=["name", "client_name", "agent", "store"],
		distinct=True,
		order_by="`tabClient`.modified desc",
	)


def _with_id(id_hash: str) -> list[str]:
	return frappe.get_all("Client Private", {"id_hash": id_hash}, pluck="client")


def make_hash_key() -> None:
	"""Give a site without sealed numbers its hash key; any other must still have the one it sealed with.

	Called at install and at every migrate. Raises PhoneKeyError. The key that encrypts has its own check
	(setup/canary.py).
	"""
	sealed = next(filter(None, map(_any_sealed, ("Client Phone", "Listing Enquiry", "Client Enquiry"))), None)
	key = frappe.conf.get(HASH_KEY) or frappe.get_site_config().get(HASH_KEY)
	if not (sealed or key):
		key = token_hex(32)
		update_site_config(HASH_KEY, key)
	if not key or (sealed and _hash(key, open_number(sealed)) != sealed.number_hash):
		frappe.throw(
			_(
				"{0} in site_config.json is missing or not the one this site's phone numbers were hashed with: "
				"no number would be found again. Put back the one that belongs to the backup."
			).format(frappe.bold(HASH_KEY)),
			PhoneKeyError,
			title=_("Phone Numbers Locked"),
		)
	frappe.conf[HASH_KEY] = key


def _any_sealed(doctype: str):
	return frappe.db.get_value(doctype, {"number_hash": ("is", "set")}, SEALED, as_dict=True)


def _typed_numbers(row) -> list[str]:
	if not row.number:
		return [""]
	with reading(row, "number"):
		return split_phones(row.number)


def _stored_values(client, row, stored) -> dict[str, str]:
	if not stored:
		frappe.throw(
			_("Client {0}, row {1} of {2}: enter a number.").format(
				client.client_name, row.idx, frappe.bold(_("Phones"))
			),
			frappe.MandatoryError,
		)
	return {field: stored.get(field) for field in SEALED}


def _refuse_twice(client) -> None:
	seen = set()
	for row in client.phones:
		if row.number_hash in seen:
			frappe.throw(
				_("Client {0}, row {1} of {2}: {3} stands there twice.").format(
					client.client_name, row.idx, frappe.bold(_("Phones")), row.number_masked
				)
			)
		seen.add(row.number_hash)


def _hash(key: str, number: str) -> str:
	return hmac.new(key.encode(), number.encode(), hashlib.sha256).hexdigest()
