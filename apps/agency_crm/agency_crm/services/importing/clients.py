"""Imports of clients: each row is saved as by the form, for a save starts plans, levels and limits.

A known number never makes a second client: its row is refused, or adds its requirement to that client if the
user may write it. Rules: docs/rules/clients.md, "Known numbers"; what becomes of a row: docs/import.md.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property

import frappe
from frappe import _
from frappe.utils import escape_html

from agency_crm.domain.errors import DomainError
from agency_crm.domain.importing import client_rows, columns
from agency_crm.domain.importing.base import Reject
from agency_crm.domain.importing.client_rows import ParsedClient
from agency_crm.domain.inputs.phones import mask_phone
from agency_crm.domain.inputs.text import name_key
from agency_crm.domain.places.estates import EstateIndex
from agency_crm.framework import files, messages
from agency_crm.services.clients import holders
from agency_crm.services.importing.base import (
	ROW_ERRORS,
	Importer,
	Refusal,
	Written,
	as_columns,
	check_patterns,
	read_earlier,
	take_away,
	why,
)
from agency_crm.services.importing.holders import Holders, check_client
from agency_crm.services.places import dictionary, territories
from agency_crm.services.privacy import secrets
from agency_crm.services.rating import tags

ADD = "Add the Requirement"
SAVEPOINT = "imported_client"


class ClientImporter(Importer):
	"""A Client Import: rows become clients and what they look for."""

	doctype = "Client Import"
	makes = ("Client", "Client Requirement")
	targets = client_rows.TARGETS
	headings = columns.CLIENTS
	counted = ("rows_created", "rows_known", "requirements_created")
	chunk = 100  # a row costs a save

	def __init__(self, doc):
		super().__init__(doc)
		self.foreseen: Counter[str] = Counter()  # new clients of each agent

	def is_heading(self, text: str) -> bool:
		return text in {row.column_name for row in self.doc.columns} or super().is_heading(text)

	def read_columns(self) -> None:
		given = as_columns(self.doc.columns)
		self.columns = given or columns.likely(self.table.columns, self.headings)

	def sources(self) -> Iterator[bytes]:
		decided = [self.doc.get(name) for name in ("agent", "store", "requirement_type", "known_numbers")]
		yield repr((self.columns, decided)).encode()

	def rows(self) -> Iterator[ParsedClient | Reject]:
		kind = self.doc.requirement_type or None
		area_code = secrets.local_area_code()
		return client_rows.parse_rows(self.table, self.columns, kind, self.outcome, area_code)

	def foresee(self, read: list[ParsedClient]) -> Written:
		self.holders = Holders(_numbers(read))
		counts, refused = Counter(), []
		for parsed in read:
			try:
				words = self._read_words(parsed)
				if parsed.first_row and not self._adds(parsed):
					raise Refusal("phones", _("The row has the phone number of row {0}"), parsed.first_row)
				is_known = self._known(parsed) or parsed.first_row
				if not is_known:
					self._foresee_client(self._client(parsed, words))
			except ROW_ERRORS as error:
				refused.append(self._refused(parsed, error))
				continue
			counts["rows_known" if is_known else "rows_created"] += 1
			counts["requirements_created"] += bool(parsed.requirement)
		frappe.clear_messages()
		return Written(counts, refused)

	def _foresee_client(self, client) -> None:
		"""Refuse a new client whom a save would refuse, counting those of the rows before it."""
		check_client(client)
		if client.agent:
			holders.check_room(client.agent, self.foreseen[client.agent])
			self.foreseen[client.agent] += 1

	def write(self, read: list[ParsedClient]) -> Written:
		# all at once: two imports that lock the same numbers in different orders would deadlock
		kept = secrets.keep(_numbers(read))
		self.holders = Holders(_numbers(read))
		counts, refused = Counter(), []
		for parsed in read:
			frappe.db.savepoint(SAVEPOINT)
			try:
				counts.update(self._write_row(parsed))
			except ROW_ERRORS as error:
				frappe.db.rollback(save_point=SAVEPOINT)
				refused.append(self._refused(parsed, error))
		secrets.forget(secrets.PHONE, {number.name for number in kept.values()} if refused else ())
		frappe.clear_messages()
		return Written(counts, refused)

	def show(self, parsed: ParsedClient) -> dict:
		looks = parsed.requirement or {}
		return {
			"row": parsed.row,
			"client_name": parsed.client["client_name"],
			"phones": "、".join(map(mask_phone, parsed.phones)),
			"agent": parsed.agent,
			"requirement_type": looks.get("requirement_type"),
			"budget_min": float(looks.get("budget_min") or 0),
			"budget_max": float(looks.get("budget_max") or 0),
			"places": "、".join((*parsed.places, *parsed.estates)),
		}

	def tidy(self) -> None:
		"""Delete the file: it holds every number in clear."""
		if not self.doc.keep_file:
			take_away(self.doc, "file")

	def _write_row(self, parsed: ParsedClient) -> dict[str, int]:
		words = self._read_words(parsed)
		there = self._known(parsed)
		client = there or self._insert(parsed, words)
		added = bool(parsed.requirement) and self._insert_requirement(parsed, client, words, bool(there))
		return {"rows_known" if there else "rows_created": 1, "requirements_created": int(added)}

	def _client(self, parsed: ParsedClient, words: dict):
		"""The new client of a row, with the defaults of a form."""
		return frappe.new_doc(
			"Client",
			**{"source_channel": "Import", "source_detail": self.file_name, **parsed.client},
			level_by_hand=int("level" in parsed.client),
			agent=words["agent"],
			store=words["store"],
			phones=[{"number": typed} for typed in parsed.phones.values()],
		)

	def _insert(self, parsed: ParsedClient, words: dict) -> str:
		client = self._client(parsed, words)
		check_client(client)
		client.extend("tags", [{"tag": tag} for tag in tags.ensure(parsed.tags).values()])
		client.insert()
		said = [_("Imported from {0}, row {1}.").format(self.file_name, parsed.row)]
		said += [parsed.remarks] if parsed.remarks and not parsed.requirement else []
		client.add_comment("Info", escape_html("\n".join(said)))
		self.holders.add(parsed.phones, client.name, client.client_name)
		return client.name

	def _insert_requirement(self, parsed: ParsedClient, client: str, words: dict, known: bool) -> bool:
		"""Add what a row looks for, unless the client looks for it already; whether it was added."""
		looks = parsed.requirement
		same = {name: looks.get(name) or 0 for name in ("budget_min", "budget_max")}
		same |= {"client": client, "status": "Open", "requirement_type": looks["requirement_type"]}
		if known and frappe.db.exists("Client Requirement", same):
			return False
		requirement = frappe.get_doc(
			{
				"doctype": "Client Requirement",
				**looks,
				"client": client,
				"territories": [{"territory": name} for name in words["places"]],
				"estates": [{"estate": name} for name in words["estates"]],
				"remarks": parsed.remarks,
			}
		)
		requirement.insert(ignore_permissions=True)  # perm: of a client made or judged above
		return True

	def _known(self, parsed: ParsedClient) -> str | None:
		"""Return the client whose number a row has and to whom it adds something; None for a new number.

		Raises Refusal where the row adds nothing to its client, or this user may not.
		"""
		for number in parsed.phones:
			held = self.holders.of.get(number)
			if not held:
				continue
			if len(held) == 1 and self._adds(parsed):
				(name,) = held
				if frappe.has_permission("Client", "write", doc=name):
					return name
			self.holders.refuse("phones", number)
		return None

	def _adds(self, parsed: ParsedClient) -> bool:
		return bool(parsed.requirement) and self.doc.known_numbers == ADD

	def _read_words(self, parsed: ParsedClient) -> dict:
		"""Who and where is meant by a row's words. Raises Refusal for one that means nobody or several."""
		return {
			"agent": _one(self._agents, "agent", parsed.agent)
			or (self.doc.agent if not parsed.store else None),
			"store": _one(self._stores, "store", parsed.store)
			or (self.doc.store if not parsed.agent else None),
			"places": [_one(self._places, "places", place) for place in parsed.places],
			"estates": [self._estate(name) for name in parsed.estates],
		}

	@cached_property
	def _agents(self) -> dict[str, set[str]]:
		found = defaultdict(set)
		for row in frappe.get_all("Agent", {"status": ("!=", "Left")}, ["name", "agent_name", "user"]):
			for word in (row.name, row.agent_name, row.user):
				found[name_key(word)].add(row.name)
		return found

	@cached_property
	def _stores(self) -> dict[str, set[str]]:
		found = defaultdict(set)
		for row in frappe.get_all("Store", {"is_group": 0}, ["name", "store_name"]):
			for word in (row.name, row.store_name):
				found[name_key(word)].add(row.name)
		return found

	@cached_property
	def _places(self) -> dict[str, set[str]]:
		found = defaultdict(set)
		for name, (district, circle) in territories.places().items():
			for word in (name, circle or district):
				found[name_key(word)].add(name)
		return found

	@cached_property
	def _dictionary(self) -> EstateIndex:
		return EstateIndex(dictionary.load())

	def _estate(self, name: str) -> str:
		try:
			found = self._dictionary.find(name)
		except DomainError as error:
			raise Refusal("estates", error.template, *error.params) from error
		if not found:
			raise Refusal("estates", _("No estate is called {0}"), name)
		return found.key

	def _refused(self, parsed: ParsedClient, error: Exception):
		"""A refused row with its column: what the domain said, or the form's check."""
		if isinstance(error, Refusal):
			return self.said(Reject(parsed.row, parsed.column(error.fieldname), error))
		noted = next(iter(messages.noted()), "")
		messages.forget_noted()
		return parsed.row, parsed.column("phones" if noted == "number" else noted), why(error)


def check_file(doc) -> None:
	"""Refuse a file the user may not read, or that is open to everybody: it holds people's numbers."""
	if doc.file and doc.has_value_changed("file"):
		files.private(doc.file)


def take_columns(doc) -> None:
	"""Give a file of refused rows the columns of the import that refused them."""
	if doc.columns:
		return
	if name := read_earlier(doc, lambda name: {row.column_name for row in _stored_columns(name)}):
		doc.set("columns", _stored_columns(name))


def set_store(doc) -> None:
	"""Default the store of an import for an agent to the agent's: its managers see it."""
	if doc.agent and not doc.store:
		doc.store = frappe.get_cached_value("Agent", doc.agent, "store")


def check_columns(doc) -> None:
	"""Refuse a column that stands twice."""
	named = [row.column_name for row in doc.columns]
	twice = next((column for column in named if named.count(column) > 1), None)
	if twice:
		frappe.throw(_("{0}: {1} stands there twice.").format(frappe.bold(_("Columns")), twice))
	check_patterns(doc, client_rows.TARGETS)


def _stored_columns(name: str) -> list[frappe._dict]:
	fields = ["column_name", "target", "pattern"]
	return frappe.get_all("Client Import Column", {"parent": name}, fields, order_by="idx")


def _numbers(read: list[ParsedClient]) -> set[str]:
	return {number for parsed in read for number in parsed.phones}


def _one(words: dict[str, set[str]], fieldname: str, word: str) -> str | None:
	"""The one record a word means; None of no word."""
	if not word:
		return None
	found = words.get(name_key(word), ())
	if len(found) != 1:
		template = _("{0} is the name of several: {1}") if found else _("{0} is not known here")
		raise Refusal(fieldname, template, word, ", ".join(sorted(found)))
	return next(iter(found))
