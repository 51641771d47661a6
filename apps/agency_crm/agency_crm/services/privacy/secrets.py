"""How a number is stored: encrypted to call it, hashed to find it, masked to show it.

A phone number is one Phone Number, which no role reads; rows that have it hold its opaque name and the mask. An
identity number is one Identity Number in the same way; its cipher is in Client Private.

Numbers are encrypted with the site's `encryption_key` and hashed with another key of the site's configuration:
without a key, all possible numbers could be tried against a hash. Only that key finds what was sealed with it,
so it is never made anew where numbers exist. Rules: docs/rules/visibility.md, "What no list shows". Why:
docs/rules/platform.md, "Secrets".
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from secrets import token_hex
from typing import NamedTuple

import frappe
from frappe import _
from frappe.installer import update_site_config
from frappe.utils import now
from frappe.utils.password import decrypt, encrypt

from agency_crm.domain.inputs.phones import (
	mask_phone,
	parse_area_code,
	parse_phone,
	renew,
	says_more,
	split_phones,
	typed_phones,
)
from agency_crm.framework import jobs, versions
from agency_crm.framework.messages import reading

HASH_KEY = "agency_phone_hash_key"
PHONE, IDENTITY = "Phone Number", "Identity Number"
# where a number is kept -> the DocTypes that name it, in a field of its name
POINTING = {
	PHONE: ("Client Phone", "Listing Enquiry", "Client Enquiry"),
	IDENTITY: ("Client Private",),
}
POINTER = {PHONE: "phone_number", IDENTITY: "identity_number"}
TYPED = "typed_encrypted"
SEALED = ("number_masked", POINTER[PHONE], TYPED)


class Kept(NamedTuple):
	"""A Phone Number or Identity Number, and whether this transaction made it: then nobody has it yet."""

	name: str
	is_new: bool


class PhoneKeyError(frappe.ValidationError):
	"""The site's hash key is missing or not the one its numbers were hashed with."""


class NumberBusyError(frappe.ValidationError):
	"""Several transactions entered one number at once, and the first of them failed."""


def seal_phones(client) -> None:
	"""Move the numbers typed in a Client's rows into their sealed form, a row for each number of a cell.

	What was sealed stays as it is stored, whatever a request sends for it. Raises ValidationError for a
	text that is no number, a row without one, and a number that stands there twice.
	"""
	before = client.get_doc_before_save()
	stored = {row.name: row for row in before.phones} if before else {}
	typed = {row: _typed_numbers(row) for row in client.phones}
	kept = keep(number for numbers in typed.values() for number in numbers)
	for row, numbers in typed.items():
		first, *others = [_sealed(*number, kept) for number in numbers.items()] or [None]
		values = first or _stored_values(client, row, stored.get(row.name))
		row.update({"number": None, **values})
		for other in others:
			client.append("phones", {"label": row.label, **other})
	client.flags.new_numbers = {number.name for number in kept.values() if number.is_new}
	_refuse_twice(client)


def forget_replaced(client) -> None:
	"""Delete the numbers that a saved Client no longer has, unless another record has them."""
	if before := client.get_doc_before_save():
		forget(PHONE, numbers_of(before) - numbers_of(client))


def numbers_of(client) -> set[str]:
	"""Return the Phone Numbers of a Client."""
	return {row.phone_number for row in client.phones}


def leave_out_of_version(version, method: str | None = None) -> None:
	"""Version.before_insert: leave the sealed numbers out; every reader of a Client reads its versions."""
	if version.ref_doctype == "Client":
		version.data = versions.without(version.data, (), {"phones": (POINTER[PHONE], TYPED)})


def local_area_code() -> str:
	"""Return the area code of numbers that are typed without one, "" where Agency Settings has none."""
	return frappe.get_cached_doc("Agency Settings").local_area_code or ""


def read_numbers(text: object) -> list[str]:
	"""Return the numbers that a user typed in one box (domain/inputs/phones.py). Raises DomainError."""
	return split_phones(text, local_area_code())


def read_number(text: object) -> str:
	"""Return the one number that a user typed. Raises DomainError."""
	return parse_phone(text, local_area_code())


def check_settings(settings) -> None:
	"""Bring the area code of Agency Settings into its one form, and the numbers kept without one to it."""
	with reading(settings, "local_area_code"):
		settings.local_area_code = parse_area_code(settings.local_area_code)
	if settings.has_value_changed("local_area_code"):
		jobs.soon(renew_numbers)


def renew_numbers() -> None:
	"""Bring every kept number to the form in which it is found by today's rules.

	Done in lots, each a transaction: killed, it is run again and finds the rest.
	"""
	jobs.by_chunks(PHONE, _renew_lot)


def _renew_lot(names: list[str]) -> None:
	kept = frappe.get_all(PHONE, {"name": ("in", names)}, ["name", "number_encrypted"], order_by="")
	area_code = local_area_code()
	for row in kept:
		number = decrypt(row.number_encrypted)
		if (renewed := renew(number, area_code)) != number:
			_move_rows(row.name, renewed)


def _move_rows(old: str, number: str) -> None:
	"""Have the rows of a Phone Number name that of `number`; where a Client has both, one row is left."""
	values = seal(number)
	values.pop(TYPED)
	for doctype in POINTING[PHONE]:
		frappe.db.set_value(doctype, {POINTER[PHONE]: old}, values, update_modified=False)
	rows = {"parenttype": "Client", POINTER[PHONE]: values[POINTER[PHONE]]}
	seen = set()
	for row in frappe.get_all("Client Phone", rows, ["name", "parent"], order_by="parent, idx"):
		if row.parent in seen:
			frappe.db.delete("Client Phone", {"name": row.name})
		seen.add(row.parent)
	forget(PHONE, [old])


def seal(number: str, typed: str | None = None) -> dict[str, str | None]:
	"""Keep a normalised number (domain/inputs/phones.py) and what was typed; return the fields of a row that has it."""
	return _sealed(number, typed or number, keep([number]))


def keep(numbers: Iterable[str]) -> dict[str, Kept]:
	"""Return normalised number -> its Phone Number, made if new and locked until the transaction ends.

	Another transaction with the same number waits here. All lock numbers in one order, so that no two deadlock.
	"""
	hashed = sorted((hash_number(number), number) for number in numbers)
	return {
		number: _held(_insert_phone, number_hash=key, number_encrypted=encrypt(number))
		for key, number in hashed
	}


def keep_identity(number: str) -> str:
	"""Return the Identity Number of a normalised number, made where it is new and held until the transaction ends."""
	return _held(_insert_identity, number_hash=hash_number(number)).name


def find(numbers: Iterable[str]) -> dict[str, str]:
	"""Return normalised number -> its Phone Number, of those that are kept."""
	hashed = {hash_number(number): number for number in numbers}
	found = frappe.get_all(PHONE, {"number_hash": ("in", list(hashed))}, ["name", "number_hash"])
	return {hashed[row.number_hash]: row.name for row in found}


def find_identity(number: str) -> str | None:
	"""Return the Identity Number of a normalised number, if it is kept."""
	return frappe.db.get_value(IDENTITY, {"number_hash": hash_number(number)})


def forget(doctype: str, names: Iterable[str | None]) -> None:
	"""Delete those Phone Numbers or Identity Numbers that no record has any more."""
	for name in sorted(filter(None, set(names))):
		# a transaction that adds the number holds its lock: after the wait its row is there
		frappe.db.get_value(doctype, name, "name", for_update=True)
		if not any(_has(pointing, doctype, name) for pointing in POINTING[doctype]):
			frappe.db.delete(doctype, {"name": name})


def open_number(row) -> str:
	"""Return the number of a Client Phone or an enquiry. Who may ask is the caller's question (services/privacy/reveals.py)."""
	return decrypt(frappe.db.get_value(PHONE, row.phone_number, "number_encrypted"))


def open_typed(row) -> str:
	"""Return what was typed of the number of a Client Phone or an enquiry, "" where it is the number alone."""
	return decrypt(row.typed_encrypted) if row.typed_encrypted else ""


def hash_number(number: str) -> str:
	"""Return the keyed hash by which a normalised number is found again."""
	if not frappe.conf.get(HASH_KEY):
		make_hash_key()
	return _hash(frappe.conf[HASH_KEY], number)


def make_hash_key() -> None:
	"""Give a site without sealed numbers its hash key; any other must still have the one it sealed with.

	Called at install and at every migrate. Raises PhoneKeyError. The key that encrypts has its own check
	(setup/canary.py).
	"""
	sealed = frappe.db.get_value(PHONE, {}, ["number_hash", "number_encrypted"], as_dict=True, order_by=None)
	key = frappe.conf.get(HASH_KEY) or frappe.get_site_config().get(HASH_KEY)
	if not (sealed or key):
		key = token_hex(32)
		update_site_config(HASH_KEY, key)
	if not key or (sealed and _hash(key, decrypt(sealed.number_encrypted)) != sealed.number_hash):
		frappe.throw(
			_(
				"{0} in site_config.json is missing or not the one this site's phone numbers were hashed with: "
				"no number would be found again. Put back the one that belongs to the backup."
			).format(frappe.bold(HASH_KEY)),
			PhoneKeyError,
			title=_("Phone Numbers Locked"),
		)
	frappe.conf[HASH_KEY] = key


def _held(insert: Callable[[dict], tuple], **values: str) -> Kept:
	user, at = frappe.session.user, now()
	# a name that tells nothing, not even when the number came
	name = frappe.generate_hash(length=20)
	row = {"name": name, "owner": user, "modified_by": user, "creation": at, "modified": at, **values}
	try:
		((held,),) = insert(row)
	except frappe.QueryDeadlockError:
		# when the first writer fails, the database lets one of those waiting go on
		frappe.throw(_("Somebody enters the same number at this moment. Save again."), NumberBusyError)
	return Kept(held, held == name)


# not INSERT IGNORE: it takes a shared lock on an existing row, and two transactions with one each deadlock


def _insert_phone(row: dict) -> tuple:
	return frappe.db.sql(
		"""insert into `tabPhone Number`
		(name, owner, modified_by, creation, modified, number_hash, number_encrypted) values
		(%(name)s, %(owner)s, %(modified_by)s, %(creation)s, %(modified)s, %(number_hash)s, %(number_encrypted)s)
		on duplicate key update number_hash = values(number_hash) returning name""",
		row,
	)


def _insert_identity(row: dict) -> tuple:
	return frappe.db.sql(
		"""insert into `tabIdentity Number`
		(name, owner, modified_by, creation, modified, number_hash) values
		(%(name)s, %(owner)s, %(modified_by)s, %(creation)s, %(modified)s, %(number_hash)s)
		on duplicate key update number_hash = values(number_hash) returning name""",
		row,
	)


def _has(pointing: str, doctype: str, name: str) -> bool:
	"""Whether a row has the number now, read past this transaction's snapshot."""
	return bool(frappe.db.get_value(pointing, {POINTER[doctype]: name}, for_update=True, order_by=None))


def _typed_numbers(row) -> dict[str, str]:
	if not row.number:
		return {}
	with reading(row, "number"):
		return typed_phones(row.number, local_area_code())


def _sealed(number: str, typed: str, kept: dict[str, Kept]) -> dict[str, str | None]:
	words = encrypt(typed) if says_more(typed, number) else None
	return {"number_masked": mask_phone(number), POINTER[PHONE]: kept[number].name, TYPED: words}


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
		if row.phone_number in seen:
			frappe.throw(
				_("Client {0}, row {1} of {2}: {3} stands there twice.").format(
					client.client_name, row.idx, frappe.bold(_("Phones")), row.number_masked
				)
			)
		seen.add(row.phone_number)


def _hash(key: str, number: str) -> str:
	return hmac.new(key.encode(), number.encode(), hashlib.sha256).hexdigest()
