import csv
import io
import os
import signal
import subprocess
import sys
import time
from functools import partial

import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.tests.utils import FrappeTestCase
from frappe.utils import get_bench_path

from agency_crm.api.importing import imports as api
from agency_crm.domain.inputs.phones import mask_phone
from agency_crm.framework import deferred
from agency_crm.services.importing import runs
from agency_crm.services.privacy import secrets
from agency_crm.setup import install
from agency_crm.tests import factory
from agency_crm.tests.base import forget_asked

DOCTYPE = "Client Import"
HEADER = ["姓名", "电话", "类型", "预算(万)", "户型", "商圈", "小区", "经纪人", "来源", "备注"]
LEFT_BEHIND = ("Comment", "File", "Territory", "Version", "ToDo", "Notification Log", "Error Log")


def client_row(**changes) -> dict:
	return {
		"姓名": "张先生",
		"电话": factory.make_phone(),
		"类型": "求购",
		"预算(万)": "300-400",
		"户型": "2-3室",
		**changes,
	}


def client_file(rows: list[dict], header: list[str] = HEADER) -> str:
	stream = io.StringIO()
	writer = csv.DictWriter(stream, header, restval="")
	writer.writeheader()
	writer.writerows(rows)
	values = {"file_name": f"{frappe.generate_hash(length=8)}.csv", "is_private": 1}
	return frappe.get_doc({"doctype": "File", **values, "content": stream.getvalue()}).insert().file_url


def quiet(counts: dict) -> None:
	"""Nobody watches."""


class TestClientImport(FrappeTestCase):
	"""An import commits each chunk: what a test wrote is taken away, not rolled back."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		cls.started = frappe.utils.now()
		cls.addClassCleanup(cls.take_away)
		cls.addClassCleanup(factory.borrowed.intersection_update, set(factory.borrowed))
		cls.store = factory.make_store()
		cls.agent = factory.make_agent(store=cls.store.name)
		cls.clerk = factory.make_agent("Agency Assistant", store=cls.store.name)
		cls.estate = factory.make_estate()
		frappe.db.commit()

	@classmethod
	def take_away(cls):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		new = {"creation": (">=", cls.started)}
		for name in frappe.get_all("File", new, pluck="name"):
			frappe.delete_doc("File", name, force=True, delete_permanently=True)
		ours = frappe.get_all("DocType", {"module": install.MODULE, "issingle": 0}, pluck="name")
		for doctype in (*ours, *LEFT_BEHIND):
			frappe.db.delete(doctype, new)
		frappe.clear_cache()
		frappe.db.commit()

	def setUp(self):
		super().setUp()
		frappe.set_user("Administrator")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		super().tearDown()

	def new_import(self, rows: list[dict], header: list[str] = HEADER, **fields):
		values = {"agent": self.agent.name, "file": client_file(rows, header), **fields}
		return frappe.get_doc({"doctype": DOCTYPE, **values}).insert()

	def rejects(self, counts: dict) -> list[dict]:
		file = frappe.get_doc("File", {"file_url": counts["rejects_file"], "attached_to_doctype": DOCTYPE})
		self.assertTrue(file.is_private)
		with open(file.get_full_path(), encoding="utf-8-sig", newline="") as stream:
			return list(csv.DictReader(stream))

	def client_of(self, number: str):
		rows = {"phone_number": secrets.find([number])[number], "parenttype": "Client"}
		(name,) = frappe.get_all("Client Phone", rows, pluck="parent")
		return frappe.get_doc("Client", name)

	def test_a_row_is_a_client_as_the_form_makes_one(self):
		number = factory.make_phone()
		circle = self.estate.territory
		row = client_row(
			电话=f"{number} / 010-65551234", 来源="贝壳", 商圈=circle, 小区=self.estate.estate_name
		)
		doc = self.new_import([row])
		counts = runs.run(DOCTYPE, doc.name, progress=quiet)
		self.assertEqual((counts["rows_created"], counts["requirements_created"]), (1, 1), counts)
		client = self.client_of(number)
		frappe.set_user(self.agent.user)
		typed = factory.make_client(is_buyer=0)
		factory.make_requirement(client=typed.name)
		typed.reload()
		for field in ("agent", "store", "pool", "stage", "level", "level_by_hand", "protected_until"):
			self.assertEqual(client.get(field), typed.get(field), field)
		self.assertTrue(client.creation and bool(client.last_effective_on) == bool(typed.last_effective_on))
		self.assertEqual((client.source_channel, client.source_detail), ("Other", "贝壳"))
		self.assertEqual(
			[(row.number, row.number_masked, row.is_primary) for row in client.phones],
			[(None, secrets.mask_phone(number), 1), (None, "010****1234", 0)],
		)
		self.assertEqual(secrets.open_number(client.phones[0]), number)
		wish = frappe.get_doc("Client Requirement", {"client": client.name})
		self.assertEqual((wish.requirement_type, wish.budget_min, wish.budget_max), ("Buy", 3000000, 4000000))
		self.assertEqual((wish.bedrooms_min, wish.bedrooms_max), (2, 3))
		self.assertEqual([row.territory for row in wish.territories], [circle])
		self.assertEqual([row.estate for row in wish.estates], [self.estate.name])

	def test_a_column_that_goes_nowhere_is_asked_about(self):
		header = ["姓名", "电话", "意向"]
		row = {"姓名": "张三", "电话": factory.make_phone(), "意向": "高"}
		doc = self.new_import([row], header)
		found = api.suggest_columns(DOCTYPE, doc.name)["columns"]
		targets = [(column["column"], column["target"]) for column in found]
		self.assertEqual(targets, [("姓名", "client_name"), ("电话", "phone"), ("意向", "")])
		self.assertEqual(api.preview(DOCTYPE, doc.name)["unread"], ["意向"])
		self.assertEqual(api.start(DOCTYPE, doc.name), ["意向"])
		doc.append("columns", {"column_name": "姓名", "target": "client_name"})
		doc.append("columns", {"column_name": "电话", "target": "phone"})
		doc.append("columns", {"column_name": "意向", "target": "ignore"})
		doc.save()
		self.assertEqual(api.preview(DOCTYPE, doc.name)["unread"], [])

	def test_a_preview_refuses_a_client_who_would_belong_to_nobody(self):
		doc = self.new_import([client_row()], agent=None)
		foreseen = api.preview(DOCTYPE, doc.name)
		counts = runs.run(DOCTYPE, doc.name, progress=quiet)
		self.assertEqual((foreseen["rows_created"], counts["rows_created"]), (0, 0))
		self.assertIn("belongs to nobody", foreseen["rejects"][0][2])
		self.assertEqual(foreseen["rejects"][0][2], next(iter(self.rejects(counts)))["reason"])

	def test_what_was_refused_comes_back_with_its_columns(self):
		header = ["称谓", "电话", "意向"]
		columns = [
			{"column_name": "称谓", "target": "client_name"},
			{"column_name": "电话", "target": "phone"},
			{"column_name": "意向", "target": "ignore"},
		]
		doc = self.new_import([{"称谓": "张三", "电话": "138", "意向": "高"}], header, columns=columns)
		counts = runs.run(DOCTYPE, doc.name, progress=quiet)
		(refused,) = self.rejects(counts)
		again = self.new_import([{**refused, "电话": factory.make_phone()}], list(refused))
		self.assertEqual(
			[(row.column_name, row.target) for row in again.columns],
			[(row["column_name"], row["target"]) for row in columns],
		)
		shown = api.preview(DOCTYPE, again.name)
		self.assertEqual((shown["rows_created"], shown["unread"]), (1, []))

	def test_bad_rows_are_refused_whole_with_row_field_and_reason(self):
		bad = [
			("电话", client_row(电话="138")),
			("预算(万)", client_row(**{"预算(万)": "400-300"})),
			("requirement_type", client_row(类型="")),
			("商圈", client_row(商圈="没有的商圈")),
			("经纪人", client_row(经纪人="没有这个人")),
			("姓名", client_row(姓名="")),
		]
		before = (frappe.db.count("Client"), frappe.db.count("Client Requirement"))
		doc = self.new_import([row for _column, row in bad])
		foreseen = api.preview(DOCTYPE, doc.name)
		counts = runs.run(DOCTYPE, doc.name, progress=quiet)
		rejects = self.rejects(counts)
		# a field that no column gave is called as on its form
		labels = {"姓名": "Client Name", "requirement_type": "Requirement Type"}
		columns = [labels.get(column, column) for column, _row in bad]
		self.assertEqual([row["column"] for row in rejects], columns)
		self.assertEqual([row["row"] for row in rejects], [str(number) for number in range(2, 8)])
		self.assertTrue(all(row["reason"] for row in rejects))
		self.assertEqual([row["姓名"] for row in rejects], [row["姓名"] for _column, row in bad])
		self.assertEqual((foreseen["rows_created"], foreseen["rows_rejected"]), (0, 6))
		self.assertEqual((frappe.db.count("Client"), frappe.db.count("Client Requirement")), before)

	def test_what_a_save_refuses_the_preview_refuses(self):
		"""As a field that the administrator has made mandatory and no column gives."""
		setter = make_property_setter(
			"Client", "wechat", "reqd", 1, "Check", validate_fields_for_doctype=False
		)
		self.addCleanup(frappe.clear_cache, doctype="Client")
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.delete_doc, "Property Setter", setter.name)
		frappe.clear_cache(doctype="Client")
		doc = self.new_import([client_row(), client_row()])
		tables = ("Client", "Client Requirement", "Phone Number")
		before = [frappe.db.count(doctype) for doctype in tables]
		foreseen = api.preview(DOCTYPE, doc.name)
		self.assertEqual((foreseen["rows_created"], foreseen["rows_rejected"]), (0, 2))
		counts = runs.run(DOCTYPE, doc.name, progress=quiet)
		self.assertEqual(
			[row["reason"] for row in self.rejects(counts)], [row[2] for row in foreseen["rejects"]]
		)
		self.assertEqual([frappe.db.count(doctype) for doctype in tables], before)

	def test_a_preview_foresees_how_many_clients_an_agent_may_have(self):
		before = frappe.db.get_single_value("Agency Settings", "clients_an_agent")
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.db.set_single_value, "Agency Settings", "clients_an_agent", before)
		agent = factory.make_agent(store=self.store.name)
		factory.make_client(agent=agent.name)
		frappe.db.set_single_value("Agency Settings", "clients_an_agent", 3)
		doc = self.new_import([client_row() for _number in range(3)], agent=agent.name)
		foreseen = api.preview(DOCTYPE, doc.name)
		self.assertEqual((foreseen["rows_created"], foreseen["rows_rejected"]), (2, 1))
		counts = runs.run(DOCTYPE, doc.name, progress=quiet)
		self.assertEqual((counts["rows_created"], counts["rows_rejected"]), (2, 1))
		self.assertEqual(
			[row["reason"] for row in self.rejects(counts)], [row[2] for row in foreseen["rejects"]]
		)

	def test_a_preview_leaves_nothing(self):
		doc = self.new_import([client_row()])
		tables = ("Client", "Client Requirement", "Phone Number", "Comment", "Follow Up Task")
		before = [frappe.db.count(doctype) for doctype in tables]
		self.assertEqual(api.preview(DOCTYPE, doc.name)["rows_created"], 1)
		self.assertEqual([frappe.db.count(doctype) for doctype in tables], before)

	def test_a_known_number_is_refused_and_named_to_who_may_see_it(self):
		mine, hidden = factory.make_phone(), factory.make_phone()
		known = factory.make_client(agent=self.clerk.name, phones=[{"number": mine}])
		secret = factory.make_client(agent=self.agent.name, phones=[{"number": hidden}])
		frappe.db.commit()
		twice = client_row()
		rows = [client_row(电话=mine), client_row(电话=hidden), twice, {**twice, "姓名": "张太太"}]
		frappe.set_user(self.clerk.user)
		doc = self.new_import(rows)
		self.assertEqual(api.preview(DOCTYPE, doc.name)["rows_created"], 1)
		counts = runs.run(DOCTYPE, doc.name, progress=quiet)
		self.assertEqual((counts["rows_created"], counts["rows_rejected"]), (1, 3))
		to_mine, to_hidden, to_twice = (row["reason"] for row in self.rejects(counts))
		self.assertIn(known.name, to_mine)
		for told in (secret.name, secret.client_name, self.agent.agent_name):
			self.assertNotIn(told, to_hidden)
		self.assertTrue(to_twice)
		again = runs.run(DOCTYPE, self.new_import(rows).name, progress=quiet)
		self.assertEqual((again["rows_created"], again["rows_rejected"]), (0, 4))
		frappe.set_user("Administrator")
		deferred.flush()
		logged = {"user": self.clerk.user, "what": "Number Check", "number_masked": mask_phone(hidden)}
		self.assertEqual(frappe.db.count("Contact Reveal", logged), 3)  # foreseen once, imported twice

	def test_an_import_has_a_count_of_its_own(self):
		"""It takes nothing of what its user may ask for, nor the other way round."""
		rules = {"known_answers_an_hour": 0, "number_questions_a_day": 0, "import_questions_a_day": 4}
		before = {rule: frappe.db.get_single_value("Agency Settings", rule) for rule in rules}
		self.addCleanup(self.set_rules, before)
		self.set_rules(rules)
		forget_asked()
		frappe.set_user(self.clerk.user)
		counts = runs.run(DOCTYPE, self.new_import([client_row() for _ in range(3)]).name, progress=quiet)
		self.assertEqual(counts["rows_created"], 3)
		self.assertRaises(frappe.TooManyRequestsError, factory.make_client)
		doc = self.new_import([client_row() for _ in range(2)])
		for ask in (api.preview, partial(runs.run, progress=quiet)):
			self.assertRaises(frappe.TooManyRequestsError, ask, DOCTYPE, doc.name)
		frappe.set_user(self.agent.user)
		self.assertRaises(frappe.PermissionError, self.new_import, [client_row()])

	@staticmethod
	def set_rules(rules: dict):
		frappe.db.set_single_value("Agency Settings", rules)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")
		frappe.db.commit()  # as the import's own

	def test_what_a_row_looks_for_is_added_to_a_known_client_of_the_users_own(self):
		mine, hidden = factory.make_phone(), factory.make_phone()
		known = factory.make_client(agent=self.clerk.name, phones=[{"number": mine}])
		secret = factory.make_client(agent=self.agent.name, phones=[{"number": hidden}])
		frappe.db.commit()
		frappe.set_user(self.clerk.user)
		adding = {"known_numbers": "Add the Requirement", "agent": self.clerk.name}
		rows = [client_row(电话=mine), client_row(电话=mine), client_row(电话=hidden)]
		counts = runs.run(DOCTYPE, self.new_import(rows, **adding).name, progress=quiet)
		self.assertEqual(
			[
				counts[name]
				for name in ("rows_created", "rows_known", "requirements_created", "rows_rejected")
			],
			[0, 2, 1, 1],
		)
		self.assertEqual(frappe.db.count("Client Requirement", {"client": known.name}), 1)
		self.assertEqual(frappe.db.count("Client Requirement", {"client": secret.name}), 0)

	def test_a_killed_import_goes_on_where_it_stopped(self):
		rows = [client_row(**({"电话": "1"} if number % 10 == 0 else {})) for number in range(30)]
		doc = self.new_import(rows, agent=None, store=self.store.name)
		frappe.db.commit()
		script = (  # in chunks small enough to be killed between two
			"import sys, frappe; frappe.init(sys.argv[1]); frappe.connect(); frappe.set_user('Administrator');"
			"from agency_crm.services.importing import clients, runs; clients.ClientImporter.chunk = 5;"
			"runs.run('Client Import', sys.argv[2], progress=lambda counts: None)"
		)
		command = [sys.executable, "-c", script, frappe.local.site, doc.name]
		process = subprocess.Popen(command, cwd=os.path.join(get_bench_path(), "sites"))
		while not frappe.db.get_value(DOCTYPE, doc.name, "rows_done"):
			self.assertIsNone(process.poll())
			time.sleep(0.05)
			frappe.db.rollback()
		os.kill(process.pid, signal.SIGKILL)
		process.wait()
		frappe.db.rollback()
		done, created = frappe.db.get_value(DOCTYPE, doc.name, ["rows_done", "rows_created"])
		self.assertTrue(0 < done < 30, done)
		made = {"source_detail": frappe.db.get_value("File", {"file_url": doc.file}, "file_name")}
		self.assertEqual(frappe.db.count("Client", made), created)
		counts = runs.run(DOCTYPE, doc.name, progress=quiet)
		self.assertEqual((counts["rows_created"], counts["rows_rejected"]), (27, 3))
		self.assertEqual(frappe.db.count("Client", made), 27)

	def test_the_files_of_an_import_go_when_it_is_done(self):
		doc = self.new_import([client_row(), client_row(电话="1")])
		file = frappe.db.get_value("File", {"file_url": doc.file})
		counts = runs.run(DOCTYPE, doc.name, progress=quiet)
		self.assertFalse(frappe.db.exists("File", file))
		self.assertTrue(frappe.db.exists("File", {"file_url": counts["rejects_file"]}))
		api.erase_files(doc.name)
		self.assertFalse(
			frappe.db.exists("File", {"attached_to_doctype": DOCTYPE, "attached_to_name": doc.name})
		)
		doc.reload()
		self.assertFalse(doc.file or doc.rejects_file)

	def test_a_file_open_to_everybody_is_refused(self):
		file = {"doctype": "File", "file_name": "客户.csv", "is_private": 0, "content": "姓名,电话\n张,1"}
		url = frappe.get_doc(file).insert().file_url
		doc = frappe.get_doc({"doctype": DOCTYPE, "file": url, "agent": self.agent.name})
		self.assertRaises(frappe.ValidationError, doc.insert)

	def test_who_may_not_import_learns_nothing(self):
		doc = self.new_import([client_row()])
		for role in ("Agency Agent", "Agency Cashier", "Agency Store Manager"):
			frappe.set_user(factory.make_user(role).name)
			for method in (api.start, api.preview, api.suggest_columns):
				self.assertRaises(frappe.PermissionError, method, DOCTYPE, doc.name)
			self.assertRaises(frappe.PermissionError, api.erase_files, doc.name)

	def test_columns_may_be_given(self):
		header = ["A", "B", "C"]
		rows = [{"A": "李女士", "B": factory.make_phone(), "C": "不要"}]
		targets = zip(header, ("client_name", "phone", "ignore"), strict=True)
		columns = [{"column_name": column, "target": target} for column, target in targets]
		doc = self.new_import(rows, header)
		self.assertRaises(frappe.ValidationError, api.preview, DOCTYPE, doc.name)
		doc.update({"columns": columns})
		doc.save()
		self.assertEqual(api.preview(DOCTYPE, doc.name)["rows_created"], 1)
