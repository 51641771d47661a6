"""Erasing a person: who decides, what forbids it, and that nothing of them is left but the books."""

import re
from unittest.mock import patch

import frappe
from frappe.utils import now_datetime

from agency_crm.accounting import parties
from agency_crm.api.privacy import erasures as api
from agency_crm.api.privacy import reveals
from agency_crm.framework import workflow_guard
from agency_crm.services.privacy import erasure, secrets, traces
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.cases.deals import DealCase
from agency_crm.tests.users import as_user

NAME, FORMER, WECHAT, WIFE = "欧阳若溪", "欧阳小溪", "ouyang_ruoxi", "端木思齐"
NUMBER, SECOND, CARD = "19955501234", "19955505678", "11010519491231002X"
SAID = "想在孩子上学前搬家,父亲行动不便"


class TestClientErasure(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.manager = factory.make_user("Agency Store Manager").name
		cls.store = factory.make_store(manager=cls.manager).name
		cls.agent = factory.make_agent(store=cls.store)

	def setUp(self):
		super().setUp()
		with as_user(self.agent.user):
			self.client = factory.make_client().name

	def ask(self, reason: str = "本人来电要求") -> str:
		with as_user(self.agent.user):
			return api.ask(self.client, reason)

	def test_asked_by_the_agent_and_decided_by_the_manager(self):
		self.assertRaises(frappe.MandatoryError, self.ask, " ")
		name = self.ask()
		self.assertRaises(frappe.ValidationError, self.ask)
		with as_user(self.agent.user):
			self.assertRaises(frappe.PermissionError, api.approve, name)
		with as_user(factory.make_agent().user):
			self.assertRaises(frappe.PermissionError, api.ask, self.client, "别人的客户")
			self.assertRaises(frappe.PermissionError, api.approve, name)
		with as_user(self.manager):
			self.assertRaises(frappe.MandatoryError, api.refuse, name, " ")
			api.refuse(name, "身份未核实")
			self.assertRaises(frappe.ValidationError, api.approve, name)
		self.assertEqual(frappe.db.get_value("Client Erasure", name, "refusal"), "身份未核实")
		self.assertTrue(self.told(self.manager) and self.told(self.agent.user))
		with as_user(self.manager):
			api.approve(self.ask())
		erasure.run()
		self.assertTrue(frappe.db.get_value("Client", self.client, "erased_on"))

	def test_what_goes_on_forbids_it(self):
		name = self.ask()
		with as_user(self.agent.user):
			viewing = factory.make_viewing(client=self.client, agent=self.agent.name)
		with as_user(self.manager):
			self.assertRaisesRegex(frappe.ValidationError, viewing.name, api.approve, name)
			workflow_guard.move(viewing, "Dead", reason="Test")
		owed = {"party_type": "Customer", "party": parties.customer_of(self.client), "amount": 0.01}
		voucher = {"against_voucher_type": "Sales Invoice", "against_voucher_no": "SINV-OWED"}
		entry = frappe.get_doc({"doctype": "Payment Ledger Entry", **owed, **voucher})
		entry.db_insert()
		with as_user(self.manager):
			self.assertRaisesRegex(frappe.ValidationError, "SINV-OWED", api.approve, name)
			entry.db_set("amount", 0)
			api.approve(name)
		# begun between the decision and the work: refused, and said
		with as_user(self.agent.user):
			listing = factory.make_listing("Live", owners=[{"client": self.client, "share": 100}])
		erasure.run()
		self.assertEqual(frappe.db.get_value("Client Erasure", name, "status"), "Refused")
		self.assertIn(listing.name, frappe.db.get_value("Client Erasure", name, "refusal"))
		self.assertFalse(frappe.db.get_value("Client", self.client, "erased_on"))

	def test_what_was_erased_stays_so(self):
		name = self.ask()
		with as_user(self.manager):
			api.approve(name)
		erasure.run()
		erasure.run()
		client = frappe.get_doc("Client", self.client)
		self.assertEqual((client.client_name, client.agent, client.stage), (self.client, None, "Lost"))
		client.client_name = "张三"
		self.assertRaisesRegex(frappe.ValidationError, "was erased", client.save)
		with self.assertRaisesRegex(frappe.ValidationError, "was erased"):
			factory.make_requirement(self.client)
		self.assertRaisesRegex(frappe.ValidationError, "was erased", api.ask, self.client, "再来一次")

	def test_one_that_breaks_off_leaves_all_and_is_done_by_the_next_run(self):
		with as_user(self.manager):
			api.approve(self.ask())
		before = frappe.get_doc("Client", self.client).as_dict()
		with patch.object(traces, "_sweep", side_effect=frappe.ValidationError):
			erasure.run()
		self.assertEqual(frappe.get_doc("Client", self.client).as_dict(), before)
		erasure.run()
		self.assertFalse(frappe.get_doc("Client", self.client).phones)

	def told(self, user: str) -> list[str]:
		return frappe.get_all("Notification Log", {"for_user": user, "document_type": "Client Erasure"})


class TestNothingIsLeft(DealCase):
	"""A client with all a client can have, then every text of the database read for what gives them away."""

	def test_of_the_person_but_the_books_stay(self):
		with as_user(self.agent.user):
			client = self.make_person()
		other = factory.make_client(agent=self.keeper.name, client_name=NAME)  # of the same name
		deal = self.make_deal(client=client.name, remarks=f"{NAME} 急用, 电话 199-5550-1234")
		frappe.db.set_value("Deal", deal.name, "phase", "Closed")
		customer = parties.customer_of(client.name)
		comment = frappe.get_doc("Client", other.name).add_comment("Comment", f"也可以打 {SECOND}")
		before = {row.name: row.amount for row in self.books(deal)}
		words = [NAME, FORMER, WECHAT, WIFE, NUMBER, SECOND, CARD, SAID, "199-5550-1234", "****1234"]
		words += [frappe.as_json(word)[1:-1] for word in words]
		words += [secrets.hash_number(NUMBER), secrets.hash_number(CARD)]
		self.assertTrue(self.found(words))

		request = erasure.ask(client.name, f"{NAME} 本人来电")
		erasure.approve(request)
		erasure.run()

		self.assertEqual(
			frappe.db.get_value("Client Erasure", request, ["status", "refusal"]), ("Done", None)
		)
		tasks = frappe.get_all("Follow Up Task", {"client": other.name}, pluck="name")
		namesake = {
			("Client", "client_name", other.name),
			*(("Follow Up Task", "client_name", task) for task in tasks),
		}
		self.assertEqual(self.found(words), namesake)
		self.assertEqual(frappe.db.get_value("Deal", deal.name, "client_name"), client.name)
		self.assertEqual(frappe.db.get_value("Customer", customer, "customer_name"), client.name)
		self.assertEqual({row.name: row.amount for row in self.books(deal)}, before)
		self.assertIn("也可以打", frappe.db.get_value("Comment", comment.name, "content"))
		auth = frappe.qb.Table("__Auth")
		left = frappe.qb.from_(auth).select(auth.name).where(auth.name == client.name).run()
		self.assertFalse(left)

	def make_person(self):
		client = factory.make_client(
			client_name=FORMER,
			wechat=WECHAT,
			birthday="1949-12-31",
			phones=[{"number": NUMBER}, {"number": SECOND, "label": "Spouse"}],
			relations=[{"relation": "Spouse", "person_name": WIFE}],
			eligibility_note=SAID,
		)
		client.client_name = NAME
		client.save()
		reveals.set_client_private(client.name, CARD)
		reveals.reveal("Phone", "Client", client.name, client.phones[0].name, SAID)
		factory.make_requirement(client.name, remarks=SAID)
		said = {"method": "Call", "content": f"{NAME}:{SAID}", "followed_on": now_datetime()}
		follow_up = frappe.get_doc({"doctype": "Follow Up", "client": client.name, **said}).insert()
		deleted = frappe.copy_doc(follow_up).insert()
		frappe.delete_doc("Follow Up", deleted.name, ignore_permissions=True)
		viewing = factory.make_viewing(client=client.name, phase="Closed", remarks=SAID)
		frappe.db.set_value("Viewing Stop", {"parent": viewing.name}, "feedback", SAID)
		client.add_comment("Comment", f"{NAME} {NUMBER}")
		viewing.add_comment("Comment", SAID)
		frappe.get_doc(
			{
				"doctype": "File",
				"file_name": f"{NAME}.txt",
				"content": SAID,
				"attached_to_doctype": "Client",
				"attached_to_name": client.name,
				"is_private": 1,
			}
		).insert()
		about = {"document_type": "Client", "document_name": client.name}
		frappe.get_doc(
			{"doctype": "Notification Log", "for_user": self.manager, "subject": NAME, **about}
		).insert(ignore_permissions=True)
		task = {"reference_type": "Client", "reference_name": client.name, "description": f"给 {NAME} 回电"}
		frappe.get_doc({"doctype": "ToDo", **task}).db_insert()
		enquiry = {"enquirer_name": NAME, "remarks": SAID, **secrets.seal(NUMBER)}
		frappe.get_doc({"doctype": "Listing Enquiry", **enquiry}).db_insert()
		return client

	@staticmethod
	def books(deal) -> list:
		return frappe.get_all("Deal Fee", {"deal": deal.name}, ["name", "amount"])

	@staticmethod
	def found(words: list[str]) -> set[tuple[str, str, str]]:
		"""(DocType, column, name) of every text in the database that holds one of the words."""
		columns = frappe.db.sql(
			"""select table_name, column_name from information_schema.columns
			where table_schema = database() and table_name like 'tab%%' and data_type in
			('varchar', 'text', 'mediumtext', 'longtext', 'char')""",
			as_list=True,
		)
		tables: dict[str, list[str]] = {}
		for table, column in columns:
			tables.setdefault(table, []).append(column)
		left = set()
		pattern = "|".join(map(re.escape, words))
		for table, names in tables.items():
			text = ", ".join(f"cast(`{column}` as char)" for column in names)  # of any collation
			held = f"select * from `{table}` where concat_ws(' ', {text}) regexp %s"
			for row in frappe.db.sql(held, pattern, as_dict=True):
				left |= {
					(table[3:], column, row.get("name"))
					for column in names
					if any(word in str(row[column]) for word in words)
				}
		return left
