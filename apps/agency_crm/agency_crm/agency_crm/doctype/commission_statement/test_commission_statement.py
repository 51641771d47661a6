"""The commission statement 佣金结算单 of one agent and month, and its pages."""

import io

import frappe
from pypdf import PdfReader

from agency_crm.api.commission.statements import make_statements
from agency_crm.tests.cases.money import day, money
from agency_crm.tests.cases.payouts import PayoutCase


class TestCommissionStatement(PayoutCase):
	def statement(self, name: str, month):
		with self.set_user(self.accountant):
			statement = frappe.new_doc("Commission Statement")
			statement.update({"agent": self.agents[name].name, "company": self.company, "month": month})
			return statement.insert()

	def figures(self, statement) -> list[str]:
		fields = ("brought_forward", "accrued", "paid", "deductions", "payable")
		return [str(money(statement.get(field))) for field in fields]

	def test_march_and_april(self):
		march = self.statement("C", day(3, 15))
		self.assertEqual(self.figures(march), ["0.00", "19457.56", "0.00", "0.00", "19457.56"])
		self.assertEqual(len(march.rows), 6)
		self.approve(self.prepare())
		march.reload()
		march.save()
		self.assertEqual(self.figures(march), ["0.00", "19457.56", "16344.35", "3113.21", "0.00"])
		self.pay("Buyer", 30000, day(4, 8))
		april = self.statement("C", day(4, 1))
		self.assertEqual(self.figures(april), ["0.00", "7783.02", "0.00", "0.00", "7783.02"])
		may = self.statement("C", day(5, 1))
		self.assertEqual(self.figures(may), ["7783.02", "0.00", "0.00", "0.00", "7783.02"])

	def test_one_a_month(self):
		self.statement("A", day(3, 1))
		with self.assertRaises(frappe.DuplicateEntryError):
			self.statement("A", day(3, 31))

	def test_it_prints_in_chinese_with_page_numbers(self):
		statement = self.statement("C", day(3, 15))
		frappe.local.lang = "zh"
		self.addCleanup(setattr, frappe.local, "lang", "en")
		content = frappe.get_print(
			"Commission Statement", statement.name, "Commission Statement", as_pdf=True
		)
		text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
		for expected in ("佣金结算单", "19,457.56", "1 / 1", self.deal):
			self.assertIn(expected, text)

	def test_agents_see_their_own(self):
		mine, others = self.statement("A", day(3, 1)), self.statement("B", day(3, 1))
		with self.set_user(self.agents["A"].user):
			names = frappe.get_list("Commission Statement", pluck="name")
			self.assertIn(mine.name, names)
			self.assertNotIn(others.name, names)
			self.assertTrue(mine.has_permission("read"))
			self.assertFalse(others.has_permission("read"))
			self.assertFalse(mine.has_permission("write"))

	def test_a_whole_month_at_once(self):
		with self.set_user(self.accountant):
			count = make_statements(self.company, str(day(3, 15)))
			self.assertEqual(count, make_statements(self.company, str(day(3, 31))))
		month = {"agent": ("in", [agent.name for agent in self.agents.values()]), "month": day(3, 31)}
		self.assertEqual(frappe.db.count("Commission Statement", month), 4)
		with self.set_user(self.agents["A"].user), self.assertRaises(frappe.PermissionError):
			make_statements(self.company, str(day(3, 15)))
