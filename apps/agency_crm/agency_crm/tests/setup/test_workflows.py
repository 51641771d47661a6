"""Workflows: an administrator's changes survive, and no way in goes round the open transitions."""

import copy
import json
from contextlib import redirect_stdout
from io import StringIO

import frappe
from frappe.cache_manager import clear_defaults_cache
from frappe.desk.doctype.kanban_board.kanban_board import quick_kanban_board, update_order_for_single_card
from frappe.model.workflow import WorkflowPermissionError, apply_workflow

from agency_crm.framework import workflow_guard
from agency_crm.setup.workflows import import_workflow, import_workflows
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.data_import import import_row

OURS = "Agency Listing"


class WorkflowTestCase(AgencyTestCase):
	def setUp(self):
		super().setUp()
		self.store = factory.make_store(manager=factory.make_user("Agency Store Manager").name)
		self.agent = factory.make_agent("Agency Agent", store=self.store.name)

	def tearDown(self):
		super().tearDown()
		for name in frappe.get_all("Workflow", pluck="name"):
			frappe.clear_document_cache("Workflow", name)  # what was rolled back is still in it
		clear_defaults_cache()  # so is what is remembered of them
		frappe.clear_cache(doctype="Listing")

	def make_listing(self, **fields):
		frappe.set_user(self.agent.user)
		return factory.make_listing(**fields)

	def as_manager(self):
		frappe.set_user(self.store.manager)

	def add_state(self, name: str, phase: str | None = "Held"):
		"""What an administrator does in the Desk: a new state after Available, and the way there and back."""
		if not frappe.db.exists("Workflow State", name):
			frappe.get_doc({"doctype": "Workflow State", "workflow_state_name": name}).insert()
		workflow = frappe.get_doc("Workflow", OURS)
		row = {"state": name, "doc_status": "0", "allow_edit": "Desk User"}
		if phase:
			row |= {"update_field": "phase", "update_value": phase}
		workflow.append("states", row)
		for state, action, next_state in (("Available", "Review", name), (name, "Resume", "Available")):
			workflow.append(
				"transitions",
				{"state": state, "action": action, "next_state": next_state, "allowed": "Agency Agent"},
			)
		workflow.save()
		return workflow


def states(name: str = OURS) -> list[str]:
	return [row.state for row in frappe.get_doc("Workflow", name).states]


def newer(extra: str = "Photographed") -> dict:
	"""Our Listing workflow as a later release might ship it: one more state."""
	content = copy.deepcopy(workflow_guard.shipped_workflows()["Listing"])
	content["styles"][extra] = ""
	content["states"].append({**content["states"][2], "state": extra})
	return content


def import_quietly(content: dict) -> str:
	printed = StringIO()
	with redirect_stdout(printed):
		import_workflow(content)
	return printed.getvalue()


class TestAdministratorsWorkflow(WorkflowTestCase):
	def test_untouched_is_replaced_in_place(self):
		frappe.db.set_value("Workflow", OURS, "is_active", 0)
		self.assertEqual(import_quietly(newer()), "")
		self.assertIn("Photographed", states())
		self.assertEqual(frappe.db.get_value("Workflow", OURS, "is_active"), 0)

	def test_edit_survives(self):
		self.add_state("Owner Abroad")
		import_workflows()
		self.assertIn("Owner Abroad", states())
		printed = import_quietly(newer())
		self.assertIn("Owner Abroad", states())
		self.assertNotIn("Photographed", states())
		self.assertIn("Photographed", printed)

	def test_small_edit_survives(self):
		workflow = frappe.get_doc("Workflow", OURS)
		workflow.transitions[0].allow_self_approval = 0
		workflow.save()
		import_quietly(newer())
		self.assertEqual(frappe.get_doc("Workflow", OURS).transitions[0].allow_self_approval, 0)

	def test_a_field_that_ours_doesnt_name_is_nobodys_edit(self):
		"""As where newer Frappe adds a column with a default: what it holds stays."""
		workflow = frappe.get_doc("Workflow", OURS)
		workflow.states[0].update({"message": "Call first", "workflow_builder_id": "1"})
		workflow.save()
		self.assertEqual(import_quietly(newer()), "")
		self.assertIn("Photographed", states())
		self.assertEqual(frappe.get_doc("Workflow", OURS).states[0].message, "Call first")

	def test_what_an_older_release_remembered_of_all_columns_is_no_edit(self):
		key = "agency_crm_workflow_Listing"
		remembered = json.loads(frappe.db.get_global(key))
		for row in remembered["states"]:
			row.update({"message": "", "a_column_that_is_gone": 0})
		frappe.db.set_global(key, json.dumps(remembered))
		self.assertEqual(import_quietly(newer()), "")
		self.assertIn("Photographed", states())

	def test_a_new_row_gets_the_defaults_of_what_ours_doesnt_name(self):
		import_quietly(newer())
		fields = {
			df.fieldname: df.default for df in frappe.get_meta("Workflow Document State").fields if df.default
		}
		row = next(row for row in frappe.get_doc("Workflow", OURS).states if row.state == "Photographed")
		unnamed = set(fields) - set(newer()["states"][-1])
		self.assertEqual(
			{field: str(row.get(field)) for field in unnamed}, {field: fields[field] for field in unnamed}
		)

	def test_copy_stays_the_active_one(self):
		theirs = frappe.copy_doc(frappe.get_doc("Workflow", OURS))
		theirs.update({"workflow_name": "Our House", "is_active": 1})
		theirs.insert()
		import_workflows()
		self.assertIn("Photographed", import_quietly(newer()))
		active = frappe.get_all("Workflow", {"document_type": "Listing", "is_active": 1}, pluck="name")
		self.assertEqual(active, ["Our House"])
		self.assertNotIn("Photographed", states())

	def test_deletion_survives(self):
		frappe.delete_doc("Workflow", OURS)
		import_workflows()
		self.assertIn("Photographed", import_quietly(newer()))
		self.assertFalse(frappe.db.exists("Workflow", OURS))
		listing = self.make_listing()
		self.assertEqual(listing.phase, "Draft")

	def test_new_state_works_at_once(self):
		self.add_state("Owner Abroad")
		listing = self.make_listing()
		workflow_guard.move(listing, "Live")
		apply_workflow(listing, "Review")
		listing.reload()
		self.assertEqual((listing.status, listing.phase), ("Owner Abroad", "Held"))
		self.assertIn("Owner Abroad", frappe.get_meta("Listing").get_options("status").split("\n"))

	def test_state_without_phase_keeps_the_records(self):
		self.add_state("Owner Abroad", phase=None)
		listing = self.make_listing()
		workflow_guard.move(listing, "Live")
		apply_workflow(listing, "Review")
		self.assertEqual(frappe.db.get_value("Listing", listing.name, "phase"), "Live")

	def test_a_state_of_records_stays_an_option_without_an_active_workflow(self):
		self.add_state("Owner Abroad")
		listing = self.make_listing()
		frappe.set_user("Administrator")
		workflow_guard.move(listing, "Held", prefer="Owner Abroad")
		frappe.delete_doc("Workflow", OURS)
		self.assertIn("Owner Abroad", frappe.get_meta("Listing").get_options("status").split("\n"))


class TestEveryWayIn(WorkflowTestCase):
	"""An agent's own listing in Draft must not come to Available but through a manager."""

	def assert_refused(self, change, listing, status: str = "Available"):
		with self.assertRaises(WorkflowPermissionError):
			change()
		self.assertNotEqual(frappe.db.get_value("Listing", listing.name, "status"), status)

	def test_save(self):
		listing = self.make_listing()
		listing.status = "Available"
		self.assert_refused(listing.save, listing)

	def test_set_value_over_http(self):
		listing = self.make_listing()
		args = ("frappe.client.set_value", "Listing", listing.name, "status", "Available")
		self.assert_refused(lambda: frappe.call(*args), listing)

	def test_save_over_http(self):
		listing = self.make_listing()
		doc = {**listing.as_dict(), "status": "Available"}
		self.assert_refused(lambda: frappe.call("frappe.client.save", doc=frappe.as_json(doc)), listing)

	def test_insert_over_http(self):
		listing = self.make_listing()
		doc = {"doctype": "Listing", "status": "Available", "estate": factory.make_estate().name}
		doc |= {"building_no": "1", "unit_no": "1", "room_no": "101", "asking_price": 1e6, "gross_area": 50}
		self.assert_refused(lambda: frappe.call("frappe.client.insert", doc=doc), listing)

	def test_board(self):
		listing = self.make_listing()
		frappe.set_user("Administrator")
		board = quick_kanban_board("Listing", frappe.generate_hash(length=8), "status")
		frappe.set_user(self.agent.user)
		drag = (board.name, listing.name, "Draft", "Available", 0, 0)
		self.assert_refused(lambda: update_order_for_single_card(*drag), listing)

	def test_workflow_action(self):
		listing = self.make_listing()
		apply_workflow(listing, "Submit for Verification")
		with self.assertRaises(frappe.ValidationError):
			apply_workflow(listing, "Pass Verification")
		self.assertEqual(frappe.db.get_value("Listing", listing.name, "status"), "Verifying")
		self.as_manager()
		apply_workflow(frappe.get_doc("Listing", listing.name), "Pass Verification")
		listing.reload()
		self.assertEqual((listing.status, listing.phase), ("Available", "Live"))

	def test_import(self):
		listing = self.make_listing()
		frappe.set_user("Administrator")
		self.assert_row_refused(
			"Update Existing Records", {"name": listing.name, "status": "Under Offer"}, listing
		)
		self.assert_row_refused(
			"Insert New Records",
			{"estate": listing.estate, "gross_area": "50", "status": "Under Offer"},
			listing,
		)

	def assert_row_refused(self, import_type: str, row: dict, listing):
		self.assert_refused(lambda: import_row("Listing", import_type, row), listing, "Under Offer")

	def test_unknown_state(self):
		listing = self.make_listing()
		listing.status = "Elsewhere"
		self.assert_refused(listing.save, listing, "Elsewhere")

	def test_condition(self):
		"""Sold needs a signed deal, whoever asks."""
		listing = self.make_listing()
		workflow_guard.move(listing, "Closing")
		frappe.set_user("Administrator")
		listing = frappe.get_doc("Listing", listing.name)
		listing.status = "Sold"
		self.assert_refused(listing.save, listing, "Sold")

	def test_own_record(self):
		workflow = frappe.get_doc("Workflow", OURS)
		for row in workflow.transitions:
			row.allow_self_approval = int(row.action != "Pass Verification")
		workflow.save()
		listing = self.make_listing()
		apply_workflow(listing, "Submit for Verification")
		frappe.db.set_value("Listing", listing.name, "owner", self.store.manager)
		self.as_manager()
		listing = frappe.get_doc("Listing", listing.name)
		listing.status = "Available"
		self.assert_refused(listing.save, listing)

	def test_state_only_others_may_edit(self):
		listing = self.make_listing()
		workflow_guard.move(listing, "Dead", prefer="Withdrawn", reason="The owner stays")
		listing.reload()
		listing.asking_price = 1000000
		with self.assertRaises(WorkflowPermissionError):
			listing.save()
		self.as_manager()
		listing = frappe.get_doc("Listing", listing.name)
		listing.asking_price = 3600000
		listing.save()
		frappe.set_user(self.agent.user)
		apply_workflow(frappe.get_doc("Listing", listing.name), "Relist")
		self.assertEqual(frappe.db.get_value("Listing", listing.name, "status"), "Verifying")


class TestSystemMoves(WorkflowTestCase):
	def test_move_needs_no_open_transition(self):
		listing = self.make_listing()
		workflow_guard.move(listing, "Closed", prefer="Sold", reason="Signed")
		listing.reload()
		self.assertEqual((listing.status, listing.phase, listing.status_reason), ("Sold", "Closed", "Signed"))
		self.assertFalse(listing.flags.ignore_permissions)

	def test_preferred_state_that_is_gone(self):
		self.assertEqual(workflow_guard.state_for("Listing", "Held", prefer="No Such"), "On Hold")
		self.assertEqual(workflow_guard.state_for("Deal", "Dead", docstatus=1), "Terminated")

	def test_phase_no_state_has(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Closing"):
			workflow_guard.state_for("Viewing", "Closing")

	def test_without_an_active_workflow(self):
		frappe.db.set_value("Workflow", OURS, "is_active", 0)
		frappe.clear_cache(doctype="Listing")
		listing = self.make_listing()
		listing.status = "On Hold"
		listing.save()
		self.assertEqual(listing.phase, "Held")
		workflow_guard.move(listing, "Live")
		self.assertEqual(listing.status, "Available")
