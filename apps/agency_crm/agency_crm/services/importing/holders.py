"""Who has the phone numbers of a file: known clients are never entered again.

Rules: docs/rules/clients.md, "Known numbers".
"""

from collections import defaultdict
from collections.abc import Collection
from typing import NoReturn

import frappe
from frappe import _

from agency_crm.domain.inputs.phones import mask_phone
from agency_crm.framework import bulk
from agency_crm.services.clients import record
from agency_crm.services.importing.base import Refusal
from agency_crm.services.privacy import known_numbers, secrets


def check_client(client) -> None:
	"""Refuse a new client whom a save would refuse, in the same words in preview and import.

	Raises ValidationError.
	"""
	client.flags.pooled = not client.agent
	client.flags.by_import = True
	bulk.check(client)
	record.set_people(client)


class Holders:
	"""The clients who have the numbers of a chunk, found in three queries; each number counts as asked for.

	`of` is number → their names, `seen` is name → client_name of those the user sees.
	"""

	def __init__(self, numbers: Collection[str] = ()):
		known_numbers.count_imported(len(numbers))
		kept = {name: number for number, name in secrets.find(numbers).items()} if numbers else {}
		self.of: dict[str, set[str]] = defaultdict(set)
		rows = {"parenttype": "Client", "phone_number": ("in", list(kept))}
		for row in frappe.get_all("Client Phone", rows, ["parent", "phone_number"]) if kept else ():
			self.of[kept[row.phone_number]].add(row.parent)
		names = set().union(*self.of.values())
		seen = frappe.get_list("Client", {"name": ("in", names)}, ["name", "client_name"]) if names else ()
		self.seen: dict[str, str] = {row.name: row.client_name for row in seen}

	def refuse(self, fieldname: str, number: str) -> NoReturn:
		"""Refuse a number that clients have: name those the user sees, and log that they asked. Raises Refusal."""
		seen = [name for name in sorted(self.of[number]) if name in self.seen]
		known_numbers.log_check(mask_phone(number), [{"name": name} for name in seen])
		if not seen:
			raise Refusal(fieldname, _("{0} is a client's already, whom you don't see"), mask_phone(number))
		shown = ", ".join(f"{self.seen[name]} ({name})" for name in seen)
		raise Refusal(fieldname, _("{0} is a client's already: {1}"), mask_phone(number), shown)

	def add(self, numbers: Collection[str], client: str, client_name: str) -> None:
		"""Note who has the numbers from now on."""
		for number in numbers:
			self.of[number].add(client)
		self.seen[client] = client_name
