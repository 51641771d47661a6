"""Installing, rights on ERPNext's DocTypes, the day's workspace, and leaving without a trace."""

from pathlib import Path

import frappe
from frappe.desk.doctype.number_card.number_card import get_result
from frappe.desk.listview import get_list_settings
from frappe.model.naming import NamingSeries
from frappe.permissions import setup_custom_perms
from frappe.utils import add_days, today
from frappe.utils.password import update_password

from agency_crm.api.desk import cards as workspace
from agency_crm.framework import workflow_guard
from agency_crm.patches.v1_0 import wait_by_account
from agency_crm.permissions import roles
from agency_crm.setup import checks, custom_fields, defaults, identifiers, install, uninstall
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.cases.races import RacesCase

# what an agency starts from
FIRST = (
	"Commission Plan",
	"Split Template",
	"Follow Up Plan",
	"Agency Tag",
	"Assignment Rule",
	"Matching Weights",
)


class TestRegion(AgencyTestCase):
	def test_the_desk_writes_dates_and_money_as_china_does(self):
		kept = frappe.defaults.get_defaults("Administrator")
		self.assertEqual((kept.date_format, kept.time_zone), ("yyyy-mm-dd", "Asia/Shanghai"))
		self.assertEqual(kept.first_day_of_the_week, "Monday")
		self.assertEqual(frappe.db.get_value("Currency", "CNY", "symbol"), "¥")


class TestInstall(AgencyTestCase):
	def test_names_of_others_are_refused(self):
		install.before_install()
		frappe.db.set_value("DocType", "Deal", "module", "CRM")
		frappe.db.set_value("Workspace", "Agency", "module", "Selling")
		with self.assertRaises(install.NameClashError) as refused:
			install.before_install()
		for word in ("Deal", "CRM", "Agency", "Selling"):
			self.assertIn(word, str(refused.exception))

	def test_role_of_others_is_refused(self):
		frappe.db.set_value("Module Def", install.MODULE, "app_name", "another_app")
		with self.assertRaisesRegex(install.NameClashError, "Agency Cashier"):
			install.before_install()

	def test_migrating_again_changes_nothing(self):
		field = frappe.get_doc("Custom Field", {"dt": "Sales Invoice", "fieldname": "deal"})
		field.db_set("label", "Our Deal")
		rows = frappe.db.count("Custom DocPerm")
		install.after_migrate()
		self.assertEqual(field.reload().label, "Our Deal")
		self.assertEqual(frappe.db.count("Custom DocPerm"), rows)

	def test_a_bench_that_is_set_up_already_gets_what_an_agency_starts_from(self):
		"""Where the wizard has ended before, nothing calls its hook any more."""
		for doctype in FIRST:
			frappe.db.delete(doctype)
		defaults.after_install()
		self.assertEqual([doctype for doctype in FIRST if not frappe.db.count(doctype)], [])

	def test_a_bench_whose_wizard_hasnt_ended_waits_for_its_language(self):
		for doctype in FIRST:
			frappe.db.delete(doctype)
		frappe.db.set_single_value("System Settings", "setup_complete", 0)
		if frappe.get_meta("Installed Application").has_field("is_setup_complete"):
			frappe.db.set_value("Installed Application", {"app_name": "erpnext"}, "is_setup_complete", 0)
		defaults.after_install()
		self.assertEqual([doctype for doctype in FIRST if frappe.db.count(doctype)], [])

	def test_counters_of_names_are_made_once(self):
		"""The first two of a kind at once would deadlock over making its counter."""
		frappe.db.delete("Series", {"name": "LST-"})
		NamingSeries("FU-.########").update_counter(7)
		install.make_counters()
		found = dict(frappe.db.sql("select name, current from tabSeries where name in ('LST-', 'FU-')"))
		self.assertEqual(found, {"LST-": 0, "FU-": 7})

	def test_a_list_of_many_opens_with_the_older_ones_too(self):
		"""On the versions that would show the last 90 days alone."""
		field = "disable_automatic_recency_filters"
		if not frappe.get_meta("List View Settings").has_field(field):
			self.skipTest("This Frappe shows all rows")
		frappe.db.delete("List View Settings", {"name": "Client"})
		frappe.db.set_value("List View Settings", "Listing", {field: 0, "disable_count": 1})
		install.after_migrate()
		for doctype in ("Client", "Listing", "Estate", "Deal"):
			self.assertTrue(get_list_settings(doctype).get(field), doctype)
		self.assertTrue(get_list_settings("Listing").disable_count)

	def test_deal_is_copied_to_returns(self):
		for doctype, fields in custom_fields.FIELDS.items():
			for field in fields:
				if field["fieldtype"] != "Link":
					continue
				found = frappe.get_meta(doctype).get_field(field["fieldname"])
				self.assertEqual((found.fieldtype, found.options), ("Link", field["options"]))
				self.assertFalse(found.no_copy)


class TestIdentifiers(RacesCase):
	"""Columns are changed outside transactions; the test leaves them as it found them."""

	def test_a_column_of_before_is_compared_exactly_from_the_next_migrate_on(self):
		self.assertEqual(identifiers.inexact(), [])
		frappe.db.sql_ddl("alter table `tabEstate` modify `external_key` varchar(300)")
		self.addCleanup(identifiers.make_exact)
		self.assertEqual(identifiers.inexact(), ["Estate.external_key"])
		install.after_migrate()
		self.assertEqual(identifiers.inexact(), [])
		self.assertIn(
			"external_key", [row.Key_name for row in frappe.db.sql("show index from tabEstate", as_dict=1)]
		)

	def test_every_number_of_another_system_is_one_of_them(self):
		ours = frappe.get_all("DocType", {"module": install.MODULE}, pluck="name")
		found = frappe.get_all(
			"DocField", {"parent": ("in", ours), "fieldtype": "Data"}, ["parent", "fieldname"]
		)
		names = ("external_id", "external_key", "submission_token", "live_key", "property_key")
		wanted = {(row.parent, row.fieldname) for row in found if row.fieldname in names}
		kept = {(doctype, name) for doctype, fields in identifiers.IDENTIFIERS.items() for name in fields}
		self.assertEqual(kept, wanted | {("File", "file_url")})


class TestRights(AgencyTestCase):
	def assert_rights(self, role: str, doctype: str, may: str, may_not: str):
		user = factory.make_user(role).name
		for right in may.split():
			self.assertTrue(frappe.has_permission(doctype, right, user=user), f"{role} {right} {doctype}")
		for right in may_not.split():
			self.assertFalse(frappe.has_permission(doctype, right, user=user), f"{role} {right} {doctype}")

	def test_accountant(self):
		for doctype in ("Sales Invoice", "Payment Entry", "Journal Entry"):
			self.assert_rights(roles.ACCOUNTANT, doctype, "read create submit cancel", "delete")
		self.assert_rights(roles.ACCOUNTANT, "Customer", "read write create", "delete")

	def test_cashier(self):
		self.assert_rights(roles.CASHIER, "Payment Entry", "read create submit", "cancel delete")
		self.assert_rights(roles.CASHIER, "Sales Invoice", "read", "create write submit cancel")
		self.assert_rights(roles.CASHIER, "Journal Entry", "", "read create submit")
		self.assert_rights(roles.CASHIER, "Commission Accrual", "", "create write submit")
		self.assert_rights(roles.CASHIER, "Agency Settings", "", "write")

	def test_others_have_no_right_on_customer(self):
		for role in set(roles.ROLES) - {roles.ACCOUNTANT, roles.CASHIER}:
			self.assert_rights(role, "Customer", "", "read select write create")
			self.assert_rights(role, "Payment Entry", "", "read create")

	def test_erpnext_roles_keep_theirs(self):
		self.assert_rights("Accounts User", "Sales Invoice", "read create submit", "delete")


class TestWorkspace(AgencyTestCase):
	def setUp(self):
		super().setUp()
		self.store = factory.make_store(manager=factory.make_user(roles.MANAGER).name).name
		self.agent = factory.make_agent(store=self.store)
		frappe.set_user(self.agent.user)

	def test_my_follow_ups_due(self):
		other = factory.make_agent(store=self.store)
		due, later = today(), add_days(today(), 2)
		for agent, day in ((self.agent, due), (self.agent, later), (self.agent, None), (other, due)):
			frappe.set_user(agent.user)
			factory.make_client(agent=agent.name, next_follow_up_on=day)
		frappe.set_user(self.agent.user)
		self.assertEqual(workspace.clients_to_follow_up()["value"], 1)

	def test_listings_to_verify(self):
		before = workspace.listings_to_verify()["value"]
		listing = factory.make_listing()
		workflow_guard.move(listing, "Draft", prefer="Verifying")
		self.assertEqual(workspace.listings_to_verify()["value"], before + 1)

	def test_cards_count_by_rows(self):
		"""What a card counts for a user is what their list shows."""
		for card in frappe.get_all("Number Card", {"module": install.MODULE, "type": "Document Type"}):
			doc = frappe.get_doc("Number Card", card.name)
			filters = frappe.parse_json(doc.filters_json)
			rows = frappe.get_list(doc.document_type, filters=filters, limit=0)
			self.assertEqual(get_result(doc.as_dict(), filters), len(rows))

	def test_everything_on_it_exists(self):
		frappe.set_user("Administrator")
		doc = frappe.get_doc("Workspace", "Agency")
		for row in doc.links + doc.shortcuts:
			if row.link_to:
				self.assertTrue(frappe.db.exists(row.get("link_type") or row.type, row.link_to), row.link_to)
		for row in doc.number_cards:
			self.assertTrue(frappe.db.exists("Number Card", row.number_card_name))
		for block in frappe.parse_json(doc.content):
			if block["type"] == "number_card":
				self.assertIn(block["data"]["number_card_name"], [row.label for row in doc.number_cards])

	def test_chart(self):
		self.assertEqual(workspace.deals_by_state()["labels"], [])
		with self.assertRaises(frappe.PermissionError):
			frappe.set_user("Guest")
			workspace.deals_by_state()


class TestChecks(AgencyTestCase):
	def faults(self) -> set[str]:
		frappe.clear_document_cache("System Settings", "System Settings")
		return {check["name"] for check in checks.settings() if not check["ok"]}

	def test_what_an_office_can_open_is_named(self):
		before = self.faults()
		frappe.db.set_single_value("System Settings", "allow_guests_to_upload_files", 1)
		frappe.db.set_single_value("System Settings", "allow_consecutive_login_attempts", 10)
		frappe.db.set_single_value("Website Settings", "disable_signup", 0)
		frappe.db.set_single_value("Login Limits", "pair_failures", 0)
		factory.make_agent(status="Left", left_on=today())
		for _number in range(checks.FEW + 1):
			factory.make_user("System Manager")
		update_password("Administrator", "admin")
		for name, value in (("server_script_enabled", 1), ("ignore_csrf", 1), ("allow_cors", "*")):
			kept, frappe.conf[name] = frappe.conf.get(name), value
			self.addCleanup(frappe.conf.__setitem__, name, kept)
		kept, frappe.conf.host_name = frappe.conf.host_name, "https://crm.example.com"
		self.addCleanup(frappe.conf.__setitem__, "host_name", kept)
		opened = {
			*("Guests upload nothing", "Frappe's lock of whole addresses off", "Nobody signs up alone"),
			*("Log-in limits on", "Who left logs in no more", "Server scripts off", "CSRF check on"),
			*("Other sites kept out", "Proxy named", "Administrator's password is nobody's guess"),
			f"At most {checks.FEW} System Managers",
		}
		self.assertLessEqual(opened, self.faults())
		self.assertFalse(before & opened)

	def test_money_that_is_not_kept_to_the_fen_is_named(self):
		self.assertNotIn("Money to the fen", self.faults())
		self.addCleanup(frappe.cache.hdel, "defaults", "__default")  # a rollback leaves it cached
		frappe.db.set_default("currency_precision", 3)
		self.assertIn("Money to the fen", self.faults())

	def test_a_database_that_fails_who_waited_is_named(self):
		if not frappe.db.sql("show variables like 'innodb_snapshot_isolation'"):
			self.skipTest("this MariaDB doesn't know it")
		name = "Who waited for a row of the database reads what it says now"
		self.assertNotIn(name, self.faults())
		self.addCleanup(frappe.db.sql, "set session innodb_snapshot_isolation = OFF")
		frappe.db.sql("set session innodb_snapshot_isolation = ON")
		self.assertIn(name, self.faults())


class TestUninstall(AgencyTestCase):
	def tearDown(self):
		super().tearDown()
		frappe.clear_cache()  # ours is back after the roll-back

	def test_erpnext_is_left_whole(self):
		uninstall.before_uninstall()
		ours = frappe.get_all("DocType", {"module": install.MODULE}, pluck="name")
		theirs = {"options": ["in", ours], "fieldtype": ["in", ["Link", "Table"]]}
		self.assertEqual(frappe.get_all("Custom Field", {**theirs, "dt": ["not in", ours]}), [])
		self.assertFalse(frappe.get_meta("Sales Invoice").has_field("deal"))
		for doctype in ("Sales Invoice", "Customer", "Workflow"):
			self.assertEqual(frappe.get_all("Custom DocPerm", {"parent": doctype}), [])
			self.assertEqual(frappe.get_all("DocPerm", {"parent": doctype, "role": ("in", roles.ROLES)}), [])
		self.assertFalse(frappe.db.exists("Custom Role", {"report": "Trial Balance"}))
		self.assertEqual(frappe.get_all("Role", {"name": ["in", roles.ROLES]}), [])
		self.assertEqual(frappe.get_all("Has Role", {"role": ["in", roles.ROLES]}), [])
		self.assertEqual(frappe.get_all("Workflow", {"document_type": ["in", ours]}), [])

	def test_no_file_of_ours_stays(self):
		client, store = factory.make_client(), factory.make_store()
		mail = frappe.get_doc(doctype="Communication", reference_doctype="Client", reference_name=client.name)
		mail.db_insert()
		ours = [self.attach(doc.doctype, doc.name) for doc in (client, store, mail)]
		task = frappe.get_doc(doctype="ToDo", description="theirs").insert().name
		theirs, shared = self.attach("ToDo", task), self.attach("ToDo", task)
		self.attach("Store", store.name, frappe.get_doc("File", shared.name).get_content())
		for file in (*ours, theirs, shared):
			self.assertTrue(Path(file.get_full_path()).exists())
		uninstall.remove_files()
		self.assertEqual([Path(file.get_full_path()).exists() for file in ours], [False] * 3)
		self.assertEqual([Path(file.get_full_path()).exists() for file in (theirs, shared)], [True] * 2)
		doctypes = frappe.get_all("DocType", {"module": install.MODULE}, pluck="name")
		self.assertEqual(frappe.get_all("File", {"attached_to_doctype": ("in", doctypes)}), [])

	def attach(self, doctype: str, name: str, content: str | None = None):
		content = content or f"138{frappe.generate_hash(length=8)}"
		values = {"file_name": f"{frappe.generate_hash(length=6)}.txt", "is_private": 1, "content": content}
		file = frappe.get_doc(
			{"doctype": "File", **values, "attached_to_doctype": doctype, "attached_to_name": name}
		)
		file.flags.by_system = True
		file.insert()
		self.addCleanup(Path(file.get_full_path()).unlink, missing_ok=True)
		return file

	def test_failed_log_ins_are_counted_by_frappe_again(self):
		wait_by_account.execute()
		attempts = ("System Settings", "allow_consecutive_login_attempts")
		self.assertEqual(frappe.db.get_single_value(*attempts), 0)
		uninstall.before_uninstall()
		self.assertEqual(frappe.db.get_single_value(*attempts), 10)

	def test_customised_rights_stay(self):
		setup_custom_perms("Customer")
		frappe.db.set_value("Custom DocPerm", {"parent": "Customer", "role": "Accounts User"}, "export", 1)
		uninstall.before_uninstall()
		rows = frappe.get_all("Custom DocPerm", {"parent": "Customer"}, ["role", "export"])
		self.assertIn(("Accounts User", 1), [(row.role, row.export) for row in rows])
		self.assertFalse({row.role for row in rows} & set(roles.ROLES))
