"""The site's web server without an end to its transactions: what a call writes is gone with its answer.

For the canary test, which calls everything with anything. Everything else of a request is as it is, and what
follows a commit (realtime events, jobs) happens.
"""

from importlib import import_module

import frappe
import frappe.app
from frappe.database.database import Database

from agency_crm.tests.cases.http import APPLICATION


def run_callbacks(self) -> None:
	self.before_commit.run()
	self.after_commit.run()


def refuse_change_of_tables(self, query, *_rest) -> None:
	frappe.throw(f"No table is changed here: {query}")


def end_request(rollback: bool) -> bool:
	frappe.db.commit()
	frappe.db.rollback()
	return False


Database.commit = run_callbacks
Database.sql_ddl = refuse_change_of_tables
frappe.app.sync_database = end_request
module, _, name = APPLICATION.partition(":")
application = getattr(import_module(module), name)
