"""What an administrator may change, rename or add, and what the system does all the same."""

import frappe
from frappe.cache_manager import clear_defaults_cache
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.model.workflow import apply_workflow
from frappe.utils import get_link_to_form

from agency_crm.api.desk import workflows
from agency_crm.api.intake import client_enquiries
from agency_crm.api.intake import listing_enquiries as enquiries
from agency_crm.domain.inputs.phones import parse_phone
from agency_crm.framework import system_fields, workflow_guard
from agency_crm.patches.v1_0 import note_manager_approvals
from agency_crm.services.privacy import secrets
from agency_crm.tests import factory
from agency_crm.tests.cases.deals import DealCase
from agency_crm.tests.users import act, as_user

# DocType -> a field that nothing fills by itself
FREE = {
	"Listing": "certificate_no",
	"Deal Split": "supplier",
	"Client": "occupation",
	"Client Requirement": "remarks",
	"Listing Enquiry": "reject_reason",
	"Client Enquiry": "reject_reason",
	"Sales Invoice": "po_no",
	"Customer": "website",
}


class AdministratorCase(DealCase):
	def setUp(self):
		super().setUp()

	def tearDown(self):
		super().tearDown()
		for name in frappe.get_all("Workflow", pluck="name"):
			frappe.clear_document_cache("Workflow", name)  # what was rolled back is still in it
		clear_defaults_cache()
		frappe.clear_cache()

	def change_workflow(self, name: str, change) -> None:
		workflow = frappe.get_doc("Workflow", name)
		change(workflow)
		workflow.save()


class TestRoles(AdministratorCase):
	def test_the_first_review_given_to_another_role_still_asks_the_store_s_approver(self):
		def give_to_all(workflow):
			for row in workflow.transitions:
				if (row.state, row.action) == ("Manager Review", "Approve"):
					row.allowed = "Desk User"

		self.change_workflow("Agency Deal", give_to_all)
		deal = self.review()
		fee = frappe.get_doc("Deal Fee", {"deal": deal.name, "side": "Buyer"})
		with as_user(self.manager):
			fee.update({"discount": 5000}).save()
		for user in (self.accountant, self.keeper.user):
			with as_user(user), self.assertRaises((frappe.PermissionError, frappe.ValidationError)):
				apply_workflow(deal.as_dict(), "Approve")
		act(self.manager, deal, "Approve")
		self.assertEqual((deal.status, deal.manager_approved_by), ("Finance Review", self.manager))
		self.assertEqual(frappe.db.get_value("Deal Fee", fee.name, "discount_approved_by"), self.manager)
		act(self.accountant, deal, "Approve and Sign")
		self.assertEqual(deal.docstatus, 1)

	def test_the_second_review_given_to_the_manager_s_role_asks_no_store_s_approver(self):
		def give_to_managers(workflow):
			for row in workflow.transitions:
				if (row.state, row.action) == ("Finance Review", "Approve and Sign"):
					row.allowed = "Agency Store Manager"

		self.change_workflow("Agency Deal", give_to_managers)
		other = factory.make_user("Agency Store Manager", "Agency Accountant").name
		deal = self.review()
		act(self.manager, deal, "Approve")
		act(other, deal, "Approve and Sign")
		self.assertEqual((deal.docstatus, deal.manager_approved_by), (1, self.manager))

	def test_a_deal_sent_back_asks_the_store_s_approver_again(self):
		deal = self.review()
		act(self.manager, deal, "Approve")
		act(self.accountant, deal, "Refuse")
		act(self.agent.user, deal, "Submit for Review")
		self.assertIsNone(deal.manager_approved_by)

	def test_a_deal_in_its_second_review_before_the_field_was_there_isnt_asked_twice(self):
		first, second = self.make_deal(), self.review()
		act(self.manager, second, "Approve")
		second.db_set("manager_approved_by", None)
		note_manager_approvals.execute()
		self.assertEqual(second.reload().manager_approved_by, self.manager)
		self.assertIsNone(first.reload().manager_approved_by)

	def test_roles_that_rules_name_keep_their_names(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Agency Store Manager"):
			frappe.rename_doc("Role", "Agency Store Manager", "Shop Head")


class TestConditions(AdministratorCase):
	PRICE = 'frappe.db.get_value("Listing Private", doc.name, "floor_price") > 2800000'

	def write(self, condition: str, user: str | None = None):
		workflow = frappe.get_doc("Workflow", "Agency Listing")
		workflow.transitions[0].condition = condition
		with as_user(user or self.administrator):
			workflow.save()

	def setUp(self):
		super().setUp()
		self.administrator = factory.make_user("Agency Administrator").name

	def test_a_condition_asks_for_no_more_than_its_record_the_user_and_the_time(self):
		for condition in (
			self.PRICE,
			'"frappe.session.user" and ' + self.PRICE,
			'frappe["db"].get_value("User", "x", "api_key")',
			'frappe.session["sid"] < "m"',
			"[x for x in (1,)]",
			"doc.status ==",
		):
			with self.subTest(condition), self.assertRaises((frappe.PermissionError, SyntaxError)):
				self.write(condition)
		for condition in (
			'doc.listing_type == "Lease" and doc.asking_price > 2 * 10 ** 6',
			"frappe.session.user == doc.owner",
			"frappe.utils.now_datetime() > frappe.utils.get_datetime(doc.creation)",
		):
			with self.subTest(condition):
				self.write(condition)

	def test_what_stands_there_and_what_a_system_manager_writes_may_stay(self):
		self.write(self.PRICE, "Administrator")
		self.write(self.PRICE)


class TestStatesInUse(AdministratorCase):
	def drop(self, state: str):
		def change(workflow):
			workflow.transitions = [
				row for row in workflow.transitions if state not in (row.state, row.next_state)
			]
			workflow.states = [row for row in workflow.states if row.state != state]

		self.change_workflow("Agency Listing", change)

	def test_a_state_in_use_goes_only_when_its_records_have_somewhere_to_go(self):
		listing = frappe.get_doc("Listing", self.listing.name)
		workflow_guard.move(listing, "Held")
		with self.assertRaisesRegex(frappe.ValidationError, "On Hold") as caught:
			self.drop("On Hold")
		self.assertIn("/app/listing?status=", str(caught.exception))
		frappe.db.rollback(save_point="agency_test")
		frappe.clear_document_cache("Workflow", "Agency Listing")
		listing = frappe.get_doc("Listing", self.listing.name)
		workflow_guard.move(listing, "Held")
		moved = workflows.move_records("Listing", "On Hold", "Available")
		self.assertEqual(moved, {"moved": 1, "left": 0})
		listing.reload()
		self.assertEqual((listing.status, listing.phase), ("Available", "Live"))
		self.drop("On Hold")

	def test_a_stranded_record_can_be_moved(self):
		frappe.db.set_value("Listing", self.listing.name, "status", "Owner Abroad")
		self.assertEqual(workflows.move_records("Listing", "Owner Abroad", "Available")["moved"], 1)
		self.assertEqual(frappe.db.get_value("Listing", self.listing.name, "status"), "Available")

	def test_a_deal_in_a_dropped_review_goes_on_from_another(self):
		deal = self.review()
		frappe.db.set_value("Deal", deal.name, "status", "Second Look")
		workflows.move_records("Deal", "Second Look", "Manager Review")
		act(self.manager, deal, "Approve")
		self.assertEqual(deal.status, "Finance Review")

	def test_whoever_moves_records_leaves_no_approver_out(self):
		"""The second desk is reached by the first one's approval alone; a deal moved back to the first waits again."""
		deal = self.review()
		with self.assertRaisesRegex(frappe.ValidationError, f"{deal.name}.*Manager Review"):
			workflows.move_records("Deal", "Manager Review", "Finance Review")
		self.assertEqual(deal.reload().status, "Manager Review")
		act(self.manager, deal, "Approve")
		workflows.move_records("Deal", "Finance Review", "Manager Review")
		deal.reload()
		self.assertEqual((deal.status, deal.manager_approved_by), ("Manager Review", None))

	def test_who_may_not_change_workflows_moves_nothing(self):
		with as_user(self.manager), self.assertRaises(frappe.PermissionError):
			workflows.move_records("Listing", "Available", "On Hold")

	def test_nothing_goes_to_a_state_that_is_none_or_of_another_document_status(self):
		deal = self.review()
		for state in ("Nowhere", "Signed"):
			with self.assertRaises(frappe.ValidationError):
				workflows.move_records("Deal", "Manager Review", state)
		deal.reload()
		self.assertEqual(deal.status, "Manager Review")


class TestAdditions(AdministratorCase):
	"""A field that must be filled, a notification that raises, a right taken away: the system moves on."""

	def setUp(self):
		super().setUp()
		self.clerk = factory.make_user("Agency Assistant").name
		factory.make_agent(user=self.clerk, store=self.store.name)

	def make_mandatory(self, *doctypes: str):
		"""An optional field of each becomes one that must be filled, as a field of the administrator's may be."""
		for doctype in doctypes:
			make_property_setter(
				doctype, FREE[doctype], "reqd", 1, "Check", validate_fields_for_doctype=False
			)
			frappe.clear_cache(doctype=doctype)

	def make_raising(self, *doctypes: str):
		"""A notification on each whose condition fails as soon as the record is there."""
		for doctype in doctypes:
			for event in ("New", "Save"):
				frappe.get_doc(
					{
						"doctype": "Notification",
						"name": f"{doctype} {event}",
						"subject": "x",
						"document_type": doctype,
						"event": event,
						"channel": "System Notification",
						"condition": "doc.creation and doc.nothing.there",
						"message": "x",
						"recipients": [{"receiver_by_role": "Agency Administrator"}],
					}
				).insert()
			frappe.cache.hdel("notifications", doctype)

	def take_away(self, doctype: str, role: str, *rights: str):
		"""A right of a role, in the Role Permissions Manager."""
		from frappe.permissions import setup_custom_perms

		setup_custom_perms(doctype)
		row = {"parent": doctype, "role": role, "permlevel": 0}
		frappe.db.set_value("Custom DocPerm", row, dict.fromkeys(rights, 0))
		frappe.clear_cache(doctype=doctype)

	def enquiry(self, doctype: str, **values):
		number = secrets.seal(parse_phone(factory.make_phone()))
		doc = frappe.new_doc(doctype, enquirer_name="张先生", store=self.store.name, **number, **values)
		with system_fields.writing(doc):
			return doc.insert(ignore_permissions=True)

	def test_a_deal_goes_to_review_and_is_signed(self):
		deal = self.make_deal()
		self.make_mandatory("Listing", "Deal Split", "Client", "Sales Invoice", "Customer")
		self.make_raising("Listing", "Deal Split", "Client", "Sales Invoice", "Deal", "Customer")
		for doctype, role in (("Deal Split", "Agency Agent"), ("Listing", "Agency Agent")):
			self.take_away(doctype, role, "create", "write")
		act(self.agent.user, deal, "Submit for Review")
		self.assertEqual(self.listing_phase(), "Closing")
		act(self.manager, deal, "Approve")
		act(self.accountant, deal, "Approve and Sign")
		self.assertEqual((deal.docstatus, self.listing_phase()), (1, "Closed"))
		self.assertEqual(frappe.db.count("Sales Invoice", {"deal": deal.name}), 2)
		self.assertTrue(frappe.db.exists("Error Log", {"reference_name": deal.name}))

	def test_an_enquiry_becomes_a_listing_and_a_client(self):
		owner = self.enquiry(
			"Listing Enquiry",
			listing_type="Sale",
			estate=factory.make_estate().name,
			building_no="1",
			unit_no="1",
			room_no="101",
			gross_area=88,
			asking_price=3000000,
		)
		seeker = self.enquiry("Client Enquiry", requirement_type="Buy", budget_max=4000000)
		ours = ("Listing", "Client", "Client Requirement", "Listing Enquiry", "Client Enquiry")
		self.make_mandatory(*ours)
		self.make_raising(*ours)
		for doctype in ("Listing", "Client", "Client Requirement"):
			self.take_away(doctype, "Agency Assistant", "create")
		with as_user(self.clerk):
			enquiries.convert(owner.name)
			client_enquiries.convert(seeker.name)
		for enquiry in (owner, seeker):
			enquiry.reload()
			self.assertEqual(enquiry.status, "Converted")

	def test_a_user_s_own_save_is_stopped_by_record_and_field(self):
		self.make_mandatory("Listing")
		listing = frappe.get_doc("Listing", self.listing.name)
		frappe.clear_messages()
		with as_user(self.keeper.user), self.assertRaises(frappe.MandatoryError):
			listing.asking_price += 10000
			listing.price_reason = "降价"
			listing.save()
		(said,) = (row.message for row in frappe.get_message_log())
		self.assertIn(get_link_to_form("Listing", listing.name), said)
		self.assertIn(frappe.get_meta("Listing").get_label(FREE["Listing"]), said)
