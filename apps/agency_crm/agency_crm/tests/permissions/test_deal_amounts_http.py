"""What a deal's commissions come to: a sharer sees amounts and rate of their own rows only, whichever way they ask.

A total on the deal, less one's own, is the other's amount; by their percent, which all see, it is their rate.
"""

import frappe

from agency_crm.patches.v1_0 import drop_commission_totals
from agency_crm.tests.cases.http import AgencyHTTPCase

AMOUNTS = {"ann": 1234.56, "dan": 777.77}
TOTALS = ("accrued", "paid")
# what the sheet's total says to each: the rows they see
SEEN = {"ann": 1234.56, "dan": 777.77, "bob": 0, "sue": 777.77, "lead": 1234.56, "accountant": 2012.33}


class TestDealAmounts(AgencyHTTPCase):
	@classmethod
	def prepare(cls):
		super().prepare()
		for person, amount in AMOUNTS.items():
			row = {"deal": cls.agency.deal, "agent": cls.agency.agents[person]}
			values = dict.fromkeys(TOTALS, amount) | {"rate": 60}
			frappe.db.set_value("Deal Split", row, values)

	def test_no_total_stands_on_the_deal(self):
		dan, asked = self.people["dan"], {"doctype": "Deal", "name": self.agency.deal}
		for column in TOTALS:
			for way, answer in {
				"list": dan.resource("GET", "Deal", params={"fields": f'["name", "{column}"]'}),
				"sort": dan.call(
					"frappe.desk.reportview.get",
					doctype="Deal",
					fields=["name"],
					order_by=f"`tabDeal`.{column} desc",
				),
				"filter": dan.resource("GET", "Deal", params={"filters": f'[["{column}", ">", -1]]'}),
				"sum": dan.call(
					"frappe.client.get_list",
					doctype="Deal",
					fields=[f"sum({column}) as total"],
					group_by="name",
				),
				"value": dan.call("frappe.client.get_value", doctype="Deal", fieldname=column, filters={}),
				"report view": dan.call(
					"frappe.desk.reportview.get", doctype="Deal", fields=[f"`tabDeal`.{column}"]
				),
				"form": dan.resource("GET", "Deal", self.agency.deal),
				"form of the Desk": dan.call("frappe.desk.form.load.getdoc", **asked),
				"print": dan.ask("GET", "printview", params=asked),
			}.items():
				with self.subTest(way=way, column=column):
					told = answer.text if answer.ok else ""
					self.assertNotIn(f'"{column}"', told)
					self.assertNotIn('"total"', told)
					self.assertNotIn("Commission Accrued", told)
		fields = frappe.get_meta("Deal").get_valid_columns()
		self.assertFalse(set(TOTALS) & set(fields))

	def test_the_sheet_adds_up_the_rows_one_sees(self):
		for person, total in SEEN.items():
			with self.subTest(person):
				answer = self.people[person].call(
					"agency_crm.api.deals.sheet.deal_sheet", deal=self.agency.deal
				)
				totals = answer.json()["message"]["totals"]
				self.assertEqual([totals[column] for column in TOTALS], [total, total])

	def test_the_columns_of_a_site_of_before_go(self):
		"""Frappe leaves a column whose field is gone, and answers filters on it."""
		self.assertFalse(frappe.db.has_column("Deal", "accrued"))
		frappe.db.sql_ddl(
			"alter table `tabDeal` add column accrued decimal(21,9), add column paid decimal(21,9)"
		)
		for _run in range(2):
			drop_commission_totals.execute()
			columns = frappe.db.sql("show columns from `tabDeal`", pluck=True)
			self.assertFalse(set(TOTALS) & set(columns))
