"""A deal's commission totals go: less one's own amount they told a sharer the other's."""

import frappe


def execute():
	frappe.db.sql_ddl("alter table `tabDeal` drop column if exists accrued, drop column if exists paid")
	frappe.cache.hdel("table_columns", "tabDeal")
