"""Unique values in every private record and every secret column of a site, and who may read each."""

import re
from dataclasses import dataclass
from io import BytesIO
from random import SystemRandom
from zipfile import ZipFile

import frappe
from frappe.permissions import get_role_permissions
from frappe.utils.password import get_decrypted_password, set_encrypted_password
from pypdf import PdfReader

from agency_crm.services.privacy import secrets
from agency_crm.tests import factory
from agency_crm.tests.world import Agency

TEXTS = ("Data", "Small Text", "Text", "Long Text", "Text Editor", "HTML Editor", "Markdown Editor")
WORD = re.compile(r"kn[0-9a-f]{12}")
AMOUNT = re.compile(r"(?<![\w.])[6-9]\d{7}(?!\d)")
# 70.123 to 99.999: no second of a time
RATE = re.compile(r"(?<![\w.:])[7-9]\d\.\d{3}(?!\d)")
# how a field ends in which a number is kept that no role reads
SEALED = ("_hash", "_encrypted")
# secrets of the site's configuration: no answer holds one, whoever asks
CONFIGURED = ("db_password", "encryption_key", secrets.HASH_KEY, "admin_password")
NUMBERS = ("Currency", "Percent", "Float")
CHANCE = SystemRandom()
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
NOBODY: frozenset[str] = frozenset()
# Frappe's records of one person
OF_ANN = {
	"Event": {"event_type": "Private", "starts_on": "2100-01-01 09:00:00", "status": "Open"},
	"Note": {"public": 0},
	"Notification Log": {
		"for_user": "ANN",
		"type": "Alert",
		"document_type": "Client",
		"document_name": "CLIENT",
	},
	"List Filter": {"for_user": "ANN", "reference_doctype": "Client"},
	"Reminder": {"user": "ANN", "remind_at": "2100-01-01 09:00:00"},
	"Kanban Board": {"private": 1, "reference_doctype": "Client", "field_name": "pool"},
	"Prepared Report": {"report_name": "Commission Reconciliation", "status": "Queued"},
}
# Frappe's records that hang on her private client
OF_CLIENT = {
	"Comment": {"comment_type": "Comment", "reference_doctype": "Client", "reference_name": "CLIENT"},
	"Communication": {
		"reference_doctype": "Client",
		"reference_name": "CLIENT",
		"communication_type": "Communication",
	},
	"ToDo": {"allocated_to": "ANN", "reference_type": "Client", "reference_name": "CLIENT", "status": "Open"},
	"Version": {"ref_doctype": "Client", "docname": "CLIENT"},
	"Workflow Action": {
		"reference_doctype": "Client",
		"reference_name": "CLIENT",
		"status": "Open",
		"user": "ANN",
	},
	"Auto Repeat": {"reference_doctype": "Client", "reference_document": "CLIENT", "status": "Active"},
	"Document Follow": {"ref_doctype": "Client", "ref_docname": "CLIENT", "user": "ANN"},
}
# Frappe's records of the machine and its keys
OF_NOBODY = (
	*("Deleted Document", "Email Queue", "Error Log", "Activity Log", "Access Log", "Integration Request"),
	*("OAuth Bearer Token", "OAuth Authorization Code", "Token Cache", "Document Share Key", "Route History"),
	*("Webhook Request Log", "Scheduled Job Log", "SMS Log", "Personal Data Download Request", "View Log"),
	*(
		"OAuth Client",
		"Email Account",
		"Email Unsubscribe",
		"Google Contacts",
		"Google Calendar",
		"Data Import",
	),
)
# ERPNext's: whoever has a role's right on the DocType reads all of them
OF_BOOKS = (
	*(
		"Customer",
		"Supplier",
		"Sales Invoice",
		"Purchase Invoice",
		"Payment Entry",
		"Journal Entry",
		"GL Entry",
	),
	*("Payment Ledger Entry", "Payment Request", "Bank Account", "Bank Transaction", "Lead", "Opportunity"),
	*(
		"Quotation",
		"Sales Order",
		"Employee",
		"Project",
		"Task",
		"Issue",
		"Contract",
		"Appointment",
		"Call Log",
	),
	*(
		"Invoice Discounting",
		"Unreconcile Payment",
		"Budget",
		"Prospect",
		"Dunning",
		"Period Closing Voucher",
	),
)


@dataclass(frozen=True)
class Canary:
	"""Where a value stands, and who of the agency may read it there."""

	where: str
	readers: frozenset[str]


class Canaries:
	"""All that is planted around the records of an Agency; `hidden` finds a record that a person doesn't see."""

	def __init__(self, agency: Agency):
		self.agency = agency
		self.planted: dict[str, Canary] = {}
		self.levels: dict[tuple[str, str], set[int]] = {}
		self._type_numbers()
		self._write_rows()
		for doctype, records in agency.seen.items():
			for name, readers in records.items():
				self._plant_in(doctype, name, readers)
		self._plant_secrets()
		self._note_names()
		self.fixed = [value for value in self.planted if not WORD.fullmatch(value) and len(value) > 9]

	def word(self, where: str, readers=NOBODY) -> str:
		return self._note(f"kn{frappe.generate_hash(length=12)}", where, readers)

	def _note(self, value: str, where: str, readers) -> str:
		self.planted[value] = Canary(where, frozenset(readers))
		return value

	def _write_rows(self):
		for doctype, values in OF_ANN.items():
			self._write(doctype, {"ann"}, values)
		for doctype, values in OF_CLIENT.items():
			self._write(doctype, self.agency.seen["Client"][self.agency.clients["Private"]], values)
		for doctype in OF_NOBODY:
			self._write(doctype, NOBODY, {})
		for doctype in OF_BOOKS:
			self._write(doctype, self._holders(doctype), {})

	def _holders(self, doctype: str, right: str = "read") -> set[str]:
		"""Who of the agency has a role's right to read, or to select, a DocType's records."""
		meta = frappe.get_meta(doctype)
		return {
			person
			for person, user in self.agency.users.items()
			if get_role_permissions(meta, user=user, is_owner=False).get(right)
		}

	def _choosers(self, doctype: str) -> set[str]:
		"""Who may choose any record of a DocType in a link, and so learns its name and what searching shows."""
		return self._holders(doctype, "select") if doctype in OF_BOOKS else set()

	def _write(self, doctype: str, readers, values: dict):
		"""A row as it would stand in the table, of ann's, named by a canary."""
		places = {"ANN": self.agency.users["ann"], "CLIENT": self.agency.clients["Private"]}
		doc = frappe.new_doc(doctype, **{field: places.get(value, value) for field, value in values.items()})
		doc.set_user_and_timestamp()
		doc.owner = places["ANN"]
		doc.name = self.word(f"{doctype}, its name", readers | self._choosers(doctype))
		doc.db_insert()
		self.agency.seen.setdefault(doctype, {})[doc.name] = set(readers)

	def _plant_in(self, doctype: str, name: str, readers):
		doc = frappe.get_doc(doctype, name)
		for row in (doc, *doc.get_all_children()):
			values = {field.fieldname: self._value(row, field, readers) for field in row.meta.fields}
			values = {fieldname: value for fieldname, value in values.items() if value is not None}
			if values:
				frappe.db.set_value(row.doctype, row.name, values, update_modified=False)

	def _value(self, row, field, readers):
		"""What is planted in a field; None where it holds what the system works by."""
		kept = row.get(field.fieldname)
		is_sealed = kept and field.fieldname.endswith(SEALED)
		if field.is_virtual or is_sealed or kept == row.name or 0 < (field.length or 140) < 30:
			return None
		where, readers = f"{row.doctype}.{field.fieldname}", self._readers(row.doctype, field, readers)
		if field.fieldname in (row.meta.get_title_field(), *row.meta.get_search_fields()):
			readers |= self._choosers(row.doctype)
		if field.fieldtype in TEXTS:
			word = self.word(where, readers)
			return f"{word}@canary.example" if field.options == "Email" else word
		if field.fieldtype == "Code" and not kept:
			return frappe.as_json({"value": self.word(where, readers)})
		if field.fieldtype in NUMBERS:
			return self._number(field.fieldtype, where, readers)
		return None

	def _number(self, fieldtype: str, where: str, readers) -> float:
		value = _random_number(fieldtype)
		while value in self.planted:  # two places with one number would be one to who reads either
			value = _random_number(fieldtype)
		return float(self._note(value, where, readers))

	def _readers(self, doctype: str, field, readers) -> set[str]:
		"""Those of a record's readers whose roles read a field of its level."""
		if not field.permlevel:
			return set(readers)
		return {person for person in readers if field.permlevel in self._levels(doctype, person)}

	def _levels(self, doctype: str, person: str) -> set[int]:
		key = (doctype, person)
		if key not in self.levels:
			user = self.agency.users[person]
			self.levels[key] = set(frappe.get_meta(doctype).get_permlevel_access("read", user=user))
		return self.levels[key]

	def _plant_secrets(self):
		"""What no role reads: private records, sealed numbers, passwords, keys."""
		for scope in ("Public", "Private", "Held"):
			self._plant_private("Listing", self.agency.listings[scope])
		for client in self.agency.clients.values():
			self._plant_private("Client", client)
			for field in ("id_number", "email"):
				word = self.word(f"Client Private.{field}")
				set_encrypted_password("Client Private", client, word, field)
		self._plant_passwords()
		self._note_sealed()
		for key in CONFIGURED:
			if frappe.conf.get(key):
				self._note(frappe.conf[key], f"site_config.json: {key}", NOBODY)

	def _plant_private(self, doctype: str, name: str):
		private = f"{doctype} Private"
		if not frappe.db.exists(private, name):
			doc = frappe.new_doc(private, **{doctype.lower(): name})
			doc.set_user_and_timestamp()
			doc.name = name
			doc.db_insert()
		self._plant_in(private, name, NOBODY)

	def _type_numbers(self):
		"""Give each client a number of its own, as its form does."""
		for name in self.agency.clients.values():
			client = frappe.get_doc("Client", name)
			client.phones[0].number = self._note(factory.make_phone(), "the number of a client", NOBODY)
			client.flags.ignore_links = True  # a customer of one is but a word
			client.save()

	def _note_sealed(self):
		"""What numbers are kept as, wherever it stands."""
		for doctype in frappe.get_all("DocType", {"module": "Agency CRM", "issingle": 0}, pluck="name"):
			for field in frappe.get_meta(doctype).fields:
				if field.fieldname.endswith(SEALED):
					for value in filter(None, frappe.get_all(doctype, pluck=field.fieldname)):
						self._note(value, f"{doctype}.{field.fieldname}", NOBODY)

	def _plant_passwords(self):
		"""Passwords of single DocTypes, as their forms store them, and what ann logs in with."""
		fields = {"fieldtype": "Password", "parenttype": "DocType"}
		singles = frappe.get_all("DocType", {"issingle": 1}, pluck="name")
		self.singles = frappe.get_all(
			"DocField", {**fields, "parent": ("in", singles)}, ["parent", "fieldname"], as_list=True
		)
		self.singles = [place for place in self.singles if not _password(*place)]
		for doctype, fieldname in self.singles:
			set_encrypted_password(doctype, doctype, self.word(f"{doctype}.{fieldname}"), fieldname)
		ann = self.agency.users["ann"]
		frappe.db.set_value("User", ann, "reset_password_key", self.word("User.reset_password_key"))
		table = frappe.qb.Table("__Auth")
		for (stored,) in frappe.qb.from_(table).select(table.password).where(table.name == ann).run():
			self._note(stored, "__Auth.password", NOBODY)

	def take_away(self):
		"""Delete what stands outside the tables that the test empties."""
		for doctype, fieldname in self.singles:
			frappe.db.delete("__Auth", {"doctype": doctype, "name": doctype, "fieldname": fieldname})
		frappe.db.set_value("User", self.agency.users["ann"], "reset_password_key", None)
		frappe.db.delete("__Auth", {"doctype": "Client Private"})
		for doctype in (*OF_ANN, *OF_CLIENT, *OF_NOBODY, *OF_BOOKS):
			frappe.db.delete(doctype, {"name": ("in", list(self.agency.seen.get(doctype, {})))})

	def _note_names(self):
		"""A record's name tells that it is there; who sees another that names it knows it from there."""
		self.names = {
			name: Canary(f"the name of a {doctype}", frozenset(readers))
			for doctype, records in self.agency.seen.items()
			for name, readers in records.items()
			if not WORD.fullmatch(name)
		}
		self.name_pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(self.names)})(?![\w-])")
		self.known: dict[str, set[str]] = {}
		for doctype, records in self.agency.seen.items():
			for name, readers in records.items():
				found = set(
					self.name_pattern.findall(frappe.as_json(frappe.get_doc(doctype, name).as_dict()))
				)
				for person in readers:
					self.known.setdefault(person, set()).update(found)

	def hidden(self, person: str, doctype: str) -> str | None:
		"""The name of a record that the person doesn't see; of one they see where there is no such."""
		records = self.agency.seen.get(doctype, {})
		unseen = (name for name, readers in records.items() if person not in readers)
		return next(unseen, next(iter(records), None))

	def learned(self, person: str, text: str, asked: str = "") -> set[str]:
		"""Where what stands that a text tells and the person may not read, but for what they asked with."""
		found = {word for pattern in (WORD, AMOUNT, RATE) for word in pattern.findall(text)}
		found |= {value for value in self.fixed if value in text}
		told = {
			self.planted[word].where
			for word in found & self.planted.keys()
			if self._secret(person, word, asked)
		}
		names = {name for name in self.name_pattern.findall(text) if name not in asked}
		names -= self.known.get(person, set())
		return told | {self.names[name].where for name in names if person not in self.names[name].readers}

	def _secret(self, person: str, word: str, asked: str) -> bool:
		return word not in asked and person not in self.planted[word].readers


def _random_number(fieldtype: str) -> str:
	if fieldtype == "Currency":
		return str(CHANCE.randrange(61_000_000, 99_000_000))
	return f"{CHANCE.randrange(70_001, 99_999) / 1000:.3f}"


def _password(doctype: str, fieldname: str) -> str | None:
	return get_decrypted_password(doctype, doctype, fieldname, raise_exception=False)


def text_of(answer) -> str:
	"""All that an answer says: headers, body, and what a PDF or a workbook in it says."""
	body = answer.content
	headers = " ".join(
		f"{name}: {value}" for step in (*answer.history, answer) for name, value in step.headers.items()
	)
	if body.startswith(b"%PDF"):
		return headers + " ".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages)
	if body.startswith(b"PK"):
		with ZipFile(BytesIO(body)) as archive:
			return headers + " ".join(
				archive.read(part).decode("utf-8", "replace") for part in archive.namelist()
			)
	return headers + without_commas(body.decode("utf-8", "replace"))


def without_commas(text: str) -> str:
	"""The text with its amounts as plain numbers."""
	return THOUSANDS.sub("", text)
