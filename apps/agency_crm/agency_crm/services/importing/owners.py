"""Owners whom a file of listings names by their numbers: known clients, or new ones made as by the form."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import escape_html

from agency_crm.domain.importing.listing_rows import ParsedListing
from agency_crm.services.importing.holders import Holders, check_client
from agency_crm.services.privacy import secrets

FIELD = "owner_phones"
ROLES = {"Sale": "is_seller", "Lease": "is_landlord"}


class Owners:
	"""The owners of a chunk of rows."""

	def __init__(self, read: Iterable[ParsedListing], keep: bool = False):
		numbers = {number for parsed in read for number in parsed.owner_phones}
		# all at once: two imports that lock the same numbers in different orders would deadlock
		self.kept = secrets.keep(numbers) if keep else {}
		self.holders = Holders(numbers)

	def known(self, parsed: ParsedListing) -> str | None:
		"""Return the one client the user sees who has a number of the row; None where nobody has.

		Raises Refusal where it is a client's they don't see, or several clients'.
		"""
		held = {
			number: self.holders.of[number] for number in parsed.owner_phones if self.holders.of.get(number)
		}
		clients = set().union(*held.values())
		if clients and (len(clients) > 1 or not clients <= self.holders.seen.keys()):
			self.holders.refuse(FIELD, next(iter(held)))
		return next(iter(clients), None)

	def foresee(
		self, parsed: ParsedListing, agent: str | None, store: str | None, file_name: str
	) -> str | None:
		"""Return the owner of a row that is known, None where one would be made.

		Raises Refusal, ValidationError, PermissionError: what `ensure` raises.
		"""
		there = self.known(parsed)
		if not there and parsed.owner_phones:
			check_client(_client(parsed, agent, store, file_name))
		return there

	def ensure(self, parsed: ParsedListing, agent: str | None, store: str | None, file_name: str) -> str:
		"""Return the owner of a row, made where nobody has the number.

		Raises Refusal, ValidationError, PermissionError.
		"""
		there = self.known(parsed)
		if there:
			return there
		client = _client(parsed, agent, store, file_name)
		check_client(client)
		client.insert()
		client.add_comment(
			"Info", escape_html(_("Imported from {0}, row {1}.").format(file_name, parsed.row))
		)
		self.holders.add(parsed.owner_phones, client.name, client.client_name)
		return client.name

	def look_again(self, parsed: ParsedListing) -> None:
		"""Forget who was made for a row that was rolled back."""
		for number in parsed.owner_phones:
			self.holders.of[number] = {
				name for name in self.holders.of[number] if frappe.db.exists("Client", name)
			}

	def forget_unused(self) -> None:
		"""Delete the numbers of refused rows."""
		secrets.forget(secrets.PHONE, {number.name for number in self.kept.values()})


def _client(parsed: ParsedListing, agent: str | None, store: str | None, file_name: str):
	"""The new client of a row, with the defaults of a form."""
	return frappe.new_doc(
		"Client",
		**{
			"client_name": parsed.owner_name or _("Owner"),
			"source_channel": "Import",
			"source_detail": file_name,
			ROLES[parsed.listing_type]: 1,
			"agent": agent,
			"store": None if agent else store,
			"phones": [{"number": typed} for typed in parsed.owner_phones.values()],
		},
	)
