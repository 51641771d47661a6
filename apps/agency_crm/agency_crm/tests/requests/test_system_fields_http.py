"""What the system alone writes, sent by users who may write the record: over HTTP, into every DocType of ours."""

import json
from pathlib import Path

import frappe
from frappe import _
from frappe.core.doctype.data_import.data_import import start_import
from frappe.custom.doctype.custom_field.custom_field import create_custom_field
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.utils import add_months, cint, cstr, today

from agency_crm.framework import workflow_guard
from agency_crm.setup import install
from agency_crm.tests import factory
from agency_crm.tests.cases.http import DENIED, AgencyHTTPCase, Browser
from agency_crm.tests.world import ROLES

FILES = Path(__file__).parents[2] / "agency_crm/doctype"
LAYOUT = ("Section Break", "Column Break", "Tab Break", "HTML", "Button", "Heading", "Fold")
TABLES = ("Table", "Table MultiSelect")
# a check of their own: framework/workflow_guard.py; what dialogs of the form fill is a user's
OTHERS = {
	*(("Listing", "status"), ("Viewing", "status"), ("Deal", "status")),
	*(("Listing", "media"), ("Listing", "price_reason"), ("Viewing Stop", "dislikes")),
}
# of these, a save writes what follows from the record anew: not kept, and not what was sent
DERIVED = {
	("Commission Payout", "prepared_by"),
	("Listing Key", "code_key"),
	("Follow Up", "is_effective"),
	("Listing", "to_match"),
}
OF_TYPE = {
	**dict.fromkeys(("Date",), "1999-12-31"),
	**dict.fromkeys(("Datetime",), "1999-12-31 23:59:59"),
	**dict.fromkeys(("Int", "Long Int", "Float", "Currency", "Percent"), 77),
	"JSON": '{"sent": 1}',
}
# the system alone makes one: what it must have no user can send; a signed deal has a termination
MADE_BY_NOBODY = {
	*("Client Erasure", "Client Movement", "Client Private", "Commission Accrual", "Contact Reveal"),
	*("Deal Termination", "Duplicate Pair", "Key Movement", "Listing Change", "Listing Follower", "Property"),
	*("Identity Number", "Phone Number", "Refused Call"),
}
# made of an uploaded file
MADE_OF_A_FILE = {"Listing Import"}
# of these the test agency has none, or bare rows that lack what a save asks for
NOT_SAVED = {
	*("Client Private", "Commission Accrual", "Contact Reveal", "Deal Termination", "Identity Number"),
	"Listing Import",
}
# what a record must have of its own beside the one it is like
NEW = {
	"Agent": lambda case: {"user": None, "agent_name": word()},
	"Call List": lambda case: {"agents": [{"agent": case.agency.agents["ann"]}]},
	"Client": lambda case: {"phones": [{"number": factory.make_phone()}]},
	"Client Enquiry": lambda case: {"budget_max": 4000000},
	"Client Handover": lambda case: {"reason": "离职", "to_agents": [{"agent": case.agency.agents["bob"]}]},
	"Client Mailing": lambda case: {"segment": case.segment, "message": "新盘"},
	"Client Request": lambda case: {"reason": "客户要求", "client": case.agency.clients["Billed"]},
	"Commission Statement": lambda case: {"month": add_months(today(), -5)},
	"Deal": lambda case: {"listing": case.agency.listings["Area"], "deal_price": 3500000},
	"Deal Fee": lambda case: {"deal": case.draft.name},
	"Deal Split": lambda case: {"deal": case.draft.name, "percent": 1},
	"Estate": lambda case: {"estate_name": word(), "aliases": None},
	"Listing": lambda case: {"room_no": str(int(word(), 16) % 9000), "roles": [], "scope": "Public"},
	"Listing Enquiry": lambda case: {"gross_area": 90, "asking_price": 3500000},
	"Listing Partner": lambda case: {
		"partner_name": word(),
		"source_channel": word(),
		"store": case.agency.store,
	},
	"Role Request": lambda case: {"agent": None, "role": "Key"},
	"Store": lambda case: {"store_name": word()},
	"Viewing": lambda case: {"stops": [{"listing": case.agency.listings["Area"]}]},
}


def word() -> str:
	return frappe.generate_hash(length=8)


def once_saved(field: dict) -> bool:
	return not field.get("read_only") and bool(field.get("read_only_depends_on"))


def shipped(doctype: str) -> dict:
	name = frappe.scrub(doctype)
	return json.loads((FILES / name / f"{name}.json").read_text(encoding="utf-8"))


def system_fields(doctype: str) -> list[dict]:
	"""The system's fields by the DocType's file, as a form shows them: the tests' own reading of it."""
	content = shipped(doctype)
	return [
		field
		for field in content["fields"]
		if field["fieldtype"] not in LAYOUT
		and (doctype, field["fieldname"]) not in OTHERS
		and (
			field.get("read_only")
			or field.get("hidden")
			or field.get("fetch_from")
			or content.get("read_only")
			or field.get("read_only_depends_on") == "eval:!doc.__islocal"
		)
	]


def other_value(field: dict, stored):
	"""A value of the field's type that isn't the stored one."""
	kind, options = field["fieldtype"], cstr(field.get("options")).split("\n")
	if kind == "Check":
		return int(not cint(stored))
	if kind == "Select":
		known = ("", stored, field.get("default"))
		return next((option for option in options if option not in known), None)
	if kind == "Link":
		others = {"name": ("!=", stored or "")}
		return frappe.db.get_value(options[0], others, "name", order_by="creation desc") or "nobody"
	return OF_TYPE.get(kind, "sent")


class TestSystemFields(AgencyHTTPCase):
	@classmethod
	def prepare(cls):
		super().prepare()
		agency = cls.agency
		cls.admin = Browser(cls.server, cls.token("Administrator"))
		cls.people["root"] = cls.admin
		agency.users["root"] = "Administrator"
		cls.review = frappe.get_doc("Deal", agency.deal)
		workflow_guard.move(cls.review, "Held")
		ann = {"agent": agency.agents["ann"], "client": agency.clients["Private"]}
		cls.segment = factory.make_segment().name
		cls.draft = factory.make_deal(listing=agency.listings["Store"], **ann)

	@classmethod
	def take_away(cls):
		cls.agency.users.pop("root")
		frappe.db.set_value("User", "Administrator", "api_key", None)
		super().take_away()

	def put(self, person: str, doctype: str, name: str, **values):
		return self.people[person].resource("PUT", doctype, name, json=values)

	def stored(self, doctype: str, name: str) -> dict:
		frappe.db.rollback()  # a new look: the server has a connection of its own
		return frappe.get_doc(doctype, name).as_dict()

	def writers(self, doctype: str, name: str) -> list[str]:
		"""A person who may write the record, where there is one, and Administrator."""
		users = ((person, self.agency.users[person]) for person in ROLES)
		may = (
			person for person, user in users if frappe.has_permission(doctype, "write", doc=name, user=user)
		)
		return [*list(may)[:1], "root"]

	def record_of(self, doctype: str) -> str | None:
		mine = {"name": ("in", list(self.agency.seen.get(doctype, ())))}
		found = (frappe.db.get_value(doctype, filters, order_by="creation desc") for filters in (mine, {}))
		return next(filter(None, found), None)

	def sent(self, doctype: str, doc: dict) -> dict:
		"""Another value for each of the system's fields of a record, and of its rows."""
		values = {}
		for field in system_fields(doctype):
			name = field["fieldname"]
			if field["fieldtype"] in TABLES:
				values[name] = [{"idx": 1}]
			elif (value := other_value(field, doc.get(name))) is not None:
				values[name] = value
		for field in shipped(doctype)["fields"]:
			name = field["fieldname"]
			if field["fieldtype"] in TABLES and name not in values and doc.get(name):
				values[name] = [{**row, **self.sent(row.doctype, row)} for row in doc[name]]
		return frappe.parse_json(frappe.as_json(values))

	def kept(self, doctype: str, doc: dict) -> dict:
		"""The system's fields of a record and its rows, as one compares them."""
		found = {}
		for field in shipped(doctype)["fields"]:
			name = field["fieldname"]
			if field["fieldtype"] in TABLES:
				found[name] = [self.kept(row.doctype, row) for row in doc.get(name) or []]
			elif field in system_fields(doctype) and (doctype, name) not in DERIVED:
				found[name] = cstr(doc.get(name))
		return found

	def test_none_is_taken_from_an_insert_or_an_update(self):
		made, saved = set(), set()
		for doctype in self.doctypes():
			with self.subTest(doctype=doctype):
				record = self.record_of(doctype)
				if name := self.insert(doctype, self.stored(doctype, record) if record else {}):
					made.add(doctype)
				name = name or record
				for person in self.writers(doctype, name) if name else ():
					saved |= {doctype} if self.update(person, doctype, name) else set()
		self.assertEqual(set(self.doctypes()) - made, MADE_BY_NOBODY | MADE_OF_A_FILE)
		self.assertEqual(set(self.doctypes()) - saved, NOT_SAVED)

	def insert(self, doctype: str, like: dict) -> str | None:
		"""Make a record by whoever may, all of the system's fields sent along: its name, unless it is refused."""
		values = {**self.typed(doctype, like), **NEW.get(doctype, lambda case: {})(self)}
		sent = {key: value for key, value in self.sent(doctype, like).items() if key not in values}
		answer = self.people[self.maker(doctype)].resource("POST", doctype, json={**sent, **values})
		self.assertLess(answer.status_code, 500, answer.text[-2000:])
		if not answer.ok:
			self.assertIn(doctype, MADE_BY_NOBODY | MADE_OF_A_FILE, answer.text[-500:])
			return None
		doc = self.stored(doctype, answer.json()["data"]["name"])
		names = {field["fieldname"] for field in system_fields(doctype) if not once_saved(field)}
		taken = {key for key in names & sent.keys() if cstr(doc.get(key)) == cstr(sent[key])}
		self.assertEqual({(doctype, key) for key in taken} - DERIVED, set())
		return doc.name

	def update(self, person: str, doctype: str, name: str) -> bool:
		"""Save a record with another value for each of the system's fields: whether it was saved."""
		# what follows from the record is brought up to date first
		self.put(person, doctype, name)
		before = self.stored(doctype, name)
		answer = self.put(person, doctype, name, **self.sent(doctype, before))
		self.assertLess(answer.status_code, 500, answer.text[-2000:])
		self.assertEqual(self.kept(doctype, self.stored(doctype, name)), self.kept(doctype, before))
		return answer.ok

	def typed(self, doctype: str, doc: dict) -> dict:
		"""What users type of a record, with its rows."""
		names = {field["fieldname"] for field in system_fields(doctype)}
		found = {}
		for field in shipped(doctype)["fields"]:
			name, kind = field["fieldname"], field["fieldtype"]
			hidden = name in names or field.get("permlevel") or (doctype, name) in OTHERS
			if hidden or kind in LAYOUT or not doc.get(name):
				continue
			rows = kind in TABLES
			found[name] = [self.typed(row.doctype, row) for row in doc[name]] if rows else doc[name]
		return frappe.parse_json(frappe.as_json(found))

	def maker(self, doctype: str) -> str:
		"""A person who may make such a record; Administrator where nobody may."""
		users = ((person, self.agency.users[person]) for person in ROLES)
		may = (person for person, user in users if frappe.has_permission(doctype, "create", user=user))
		return next(may, "root")

	@staticmethod
	def doctypes() -> list[str]:
		"""Our DocTypes that have records and fields of the system, their own or in rows."""
		ours = frappe.get_all(
			"DocType", {"module": install.MODULE, "istable": 0, "issingle": 0}, pluck="name"
		)
		tables = {
			name: [row["options"] for row in shipped(name)["fields"] if row["fieldtype"] in TABLES]
			for name in ours
		}
		return [name for name in ours if any(map(system_fields, (name, *tables[name])))]

	def test_in_review_an_agent_does_not_choose_who_approves(self):
		deal, dan = self.review, self.agency.users["dan"]
		before = self.stored("Deal", deal.name)
		sent = {
			**{
				"store": self.agency.far_store,
				"submitted_for_review_by": dan,
				"review_on": "1999-12-31 10:00:00",
			},
			**{"split_base": "Gross", "pooling": "sent", "amended_from": deal.name, "live_listing": None},
			**dict.fromkeys(("invoiced", "credited", "received", "realised"), 77),
		}
		for field, value in sent.items():
			with self.subTest(field):
				answer = self.put("ann", "Deal", deal.name, **{field: value})
				self.assertTrue(answer.ok, answer.text)
				self.assertEqual(self.stored("Deal", deal.name)[field], before[field])

	def test_a_store_is_changed_by_who_manages_both(self):
		far, listing = self.agency.far_store, self.agency.listings["Area"]
		client, beside = self.agency.clients["Store"], self.stored("Agent", self.agency.agents["cat"]).store
		for doctype, name in (("Listing", listing), ("Client", client)):
			for person in ("ann", "lead", "boss"):
				with self.subTest(doctype=doctype, person=person):
					answer = self.put(person, doctype, name, store=far)
					self.assertEqual(answer.status_code, DENIED, answer.text[-500:])
			self.assertEqual(self.stored(doctype, name).store, self.agency.store)
			for store in (beside, self.agency.store):
				answer = self.put("boss", doctype, name, store=store)
				self.assertTrue(answer.ok, answer.text)
				self.assertEqual(self.stored(doctype, name).store, store)
		answer = self.put("ann", "Deal", self.draft.name, agent=self.agency.agents["dan"])
		self.assertEqual(answer.status_code, DENIED, answer.text[-500:])

	def test_a_cashier_does_not_approve_a_payout_by_writing_so(self):
		sent = {"status": "Paid", "approved_by": self.agency.users["dan"], "total_net": 77}
		answer = self.people["cashier"].resource("POST", "Commission Payout", json={**self.payout(), **sent})
		self.assertTrue(answer.ok, answer.text)
		name = answer.json()["data"]["name"]

		def assert_draft(answer, *ok: int):
			self.assertIn(answer.status_code, ok or (200,), answer.text[-500:])
			found = self.stored("Commission Payout", name)
			self.assertEqual((found.status, found.approved_by, found.total_net), ("Draft", None, 0))

		assert_draft(answer)
		cashier, about = self.people["cashier"], {"doctype": "Commission Payout", "name": name}
		assert_draft(cashier.resource("PUT", "Commission Payout", name, json=sent))
		assert_draft(cashier.ask("PATCH", f"api/v2/document/Commission Payout/{name}", json=sent))
		one = {"fieldname": "approved_by", "value": self.agency.users["dan"]}
		assert_draft(cashier.call("frappe.client.set_value", **about, **one))
		assert_draft(cashier.call("frappe.client.set_value", **about, fieldname=sent))
		for method, extra in (
			("frappe.client.save", {}),
			("frappe.desk.form.save.savedocs", {"action": "Save"}),
		):
			doc = {**self.stored("Commission Payout", name), **sent}
			assert_draft(cashier.call(method, doc=doc, **extra))
		bulk = "frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs"
		arguments = {"doctype": about["doctype"], "docnames": [name], "action": "update", "data": sent}
		assert_draft(cashier.call(bulk, **arguments))
		doc = {**self.stored("Commission Payout", name), **sent}
		for answer in (
			cashier.ask(
				"POST",
				"api/method/run_doc_method",
				data={"docs": frappe.as_json(doc), "method": "add_comment", "args": '{"text": "1"}'},
			),
			cashier.ask(
				"POST",
				"api/v2/method/run_doc_method",
				json={
					"document": json.loads(frappe.as_json(doc)),
					"method": "add_comment",
					"kwargs": {"text": "1"},
				},
			),
		):
			assert_draft(answer, DENIED)  # the gate keeps the method shut

	def test_who_may_amend_names_what_is_cancelled_and_nobody_else_does(self):
		ended = self.agency.write("Commission Payout", "", docstatus=2, status="Cancelled", **self.payout())
		draft = self.agency.write("Commission Payout", "", status="Draft", **self.payout())
		frappe.db.commit()  # the server has a connection of its own; `take_away` deletes it
		for person, named, kept in (
			("accountant", ended, ended),
			("accountant", draft, None),
			("cashier", ended, None),
		):
			with self.subTest(person=person, named=named):
				values = {**self.payout(), "amended_from": named, "approved_by": self.agency.users["dan"]}
				answer = self.people[person].resource("POST", "Commission Payout", json=values)
				self.assertTrue(answer.ok, answer.text)
				found = self.stored("Commission Payout", answer.json()["data"]["name"])
				self.assertEqual((found.amended_from, found.approved_by), (kept, None))

	def test_a_property_setter_opens_none(self):
		for fieldname in ("approved_by", "total_net"):
			setter = make_property_setter("Commission Payout", fieldname, "read_only", 0, "Check")
			self.addCleanup(self.delete, "Property Setter", setter.name)
		name = self.agency.write("Commission Payout", "", status="Draft", **self.payout())
		frappe.db.commit()  # the server has a connection of its own
		answer = self.put("cashier", "Commission Payout", name, approved_by=self.agency.users["dan"])
		self.assertTrue(answer.ok, answer.text)
		self.assertIsNone(self.stored("Commission Payout", name).approved_by)

	def test_a_property_setter_frees_nothing_that_is_set_once(self):
		for doctype, fieldname, value in (
			("Follow Up Task", "client", self.agency.clients["Store"]),
			("Role Request", "reason", "sent"),
		):
			setter = make_property_setter(doctype, fieldname, "set_only_once", 0, "Check")
			self.addCleanup(self.delete, "Property Setter", setter.name)
			frappe.db.commit()  # the server has a connection of its own
			name = self.record_of(doctype)
			kept = self.stored(doctype, name)[fieldname]
			with self.subTest(doctype=doctype):
				answer = self.put("root", doctype, name, **{fieldname: value})
				self.assertEqual(answer.status_code, 417, answer.text[-500:])
				self.assertEqual(self.stored(doctype, name)[fieldname], kept)

	def test_a_custom_field_is_the_systems_by_its_meta(self):
		field = {"fieldname": "custom_rank", "label": "Rank", "fieldtype": "Int", "read_only": 1}
		create_custom_field("Call List", field)
		self.addCleanup(self.delete, "Custom Field", "Call List-custom_rank")
		called = {"title": "回访", "due_on": today(), "agents": [{"agent": self.agency.agents["ann"]}]}
		answer = self.people["ann"].resource("POST", "Call List", json={**called, "custom_rank": 77})
		self.assertTrue(answer.ok, answer.text)
		name = answer.json()["data"]["name"]
		self.assertEqual(self.stored("Call List", name).custom_rank, 0)
		answer = self.put("ann", "Call List", name, custom_rank=77)
		self.assertTrue(answer.ok, answer.text)
		self.assertEqual(self.stored("Call List", name).custom_rank, 0)

	def delete(self, doctype: str, name: str):
		frappe.db.rollback()
		frappe.delete_doc(doctype, name)
		frappe.db.commit()  # the server reads it too

	def test_a_row_of_another_record_is_not_taken_over(self):
		row = self.stored("Deal", self.review.name).co_agents[0]
		answer = self.put("ann", "Deal", self.draft.name, co_agents=[{"name": row.name, "agent": row.agent}])
		self.assertTrue(answer.ok, answer.text)
		self.assertEqual([kept.name for kept in self.stored("Deal", self.review.name).co_agents], [row.name])
		self.assertEqual(len(self.stored("Deal", self.draft.name).co_agents), 1)

	def test_a_row_saved_by_itself_keeps_them_too(self):
		row = self.stored("Client", self.secret).phones[0]
		answer = self.put(
			"ann", "Client Phone", row.name, number_masked="sent", parent=self.agency.owner.name
		)
		self.assertLess(answer.status_code, 500, answer.text)
		kept = self.stored("Client", self.secret).phones[0]
		self.assertEqual((kept.name, kept.number_masked), (row.name, row.number_masked))

	def test_data_import_says_per_row_what_it_left(self):
		name = self.agency.listings["Public"]
		before = self.stored("Listing", name)
		rows = [
			"ID,Verified On,Floor",
			f"{name},1999-12-31,7",
			f"{self.agency.listings['Store']},,7",
		]
		batch = self.import_rows("Listing", rows)
		logs = frappe.get_all(
			"Data Import Log", {"data_import": batch}, ["success", "messages"], order_by="log_index"
		)
		self.assertEqual([log.success for log in logs], [1, 1], logs)
		said = [frappe.parse_json(log.messages) for log in logs]
		label = frappe.get_meta("Listing").get_label("verified_on")
		self.assertIn(_(label, "zh", context="Listing"), said[0][0]["message"])
		self.assertFalse(frappe.parse_json(said[1]))
		after = self.stored("Listing", name)
		self.assertEqual((after.verified_on, after.floor), (before.verified_on, 7))

	def import_rows(self, doctype: str, rows: list[str]) -> str:
		"""Name of a Data Import that an administrator of the agency has run."""
		frappe.set_user(self.agency.users["admin"])
		self.addCleanup(frappe.set_user, "Administrator")
		content = {"file_name": "rows.csv", "content": "\n".join(rows), "is_private": 1}
		file = frappe.get_doc({"doctype": "File", **content}).insert(
			ignore_permissions=True
		)  # perm: test data
		batch = frappe.new_doc("Data Import", reference_doctype=doctype, import_file=file.file_url)
		batch.import_type = "Update Existing Records"
		batch.insert(ignore_permissions=True)  # perm: test data
		frappe.db.commit()  # as its job finds it
		start_import(batch.name)
		return batch.name

	def payout(self) -> dict:
		company = frappe.db.get_value("Store", self.agency.store, "company")
		return {"company": company, "period_end": today(), "posting_date": today()}
