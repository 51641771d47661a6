"""What no screen of ours sends: each endpoint says what is wrong with it, stores nothing and doesn't fail."""

import frappe

from agency_crm.tests import factory
from agency_crm.tests.deal_case import as_user
from agency_crm.tests.roles_case import RolesCase

# ours, and Frappe's of a type
REFUSALS = (frappe.ValidationError, frappe.exceptions.FrappeTypeError)
NOBODY = "no-such-record"
# a condition of a tag
ROW = {"fact": "Urgent Sale", "operator": "Is", "value": "Yes"}


class TestArguments(RolesCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		with as_user(cls.agent.user):
			cls.key = frappe.new_doc("Listing Key", listing=cls.listing.name).insert()
		cls.administrator = factory.make_user("Agency Administrator").name

	def refused(self, user: str, *calls: tuple[str, dict], error=REFUSALS) -> None:
		for method, arguments in calls:
			with self.subTest(method, **arguments), as_user(user), self.assertRaisesRegex(error, "."):
				frappe.get_attr(f"agency_crm.api.{method}")(**arguments)

	def test_a_word_that_is_not_one_of_those_it_may_be(self):
		key, box = {"key": self.key.name}, {"doctype": "Listing", "fieldname": "asking_price", "text": "350"}
		secret = {"what": "Phone", "doctype": "Listing", "name": self.listing.name}
		self.refused(
			self.manager,
			*(("keys.act", {**key, "action": action}) for action in ("Burn", "Borrow", "")),
			*(("keys.act", {**key, "action": "Move", "place": place}) for place in ("Moon", "Agent")),
			("boxes.read_price", {**box, "unit": "Dollar"}),
			("reveals.reveal", {**secret, "what": "Password"}),
			("reveals.reveal", {**secret, "doctype": "User", "name": "Administrator"}),
			("changes.follow", {"listing": self.listing.name, "daily_mail": "perhaps"}),
			("leases.surrender_lease", {"listing": self.listing.name, "reason": "退租", "left_on": "soon"}),
		)
		before = (self.key.status, self.key.place, self.key.holder)
		self.key.reload()
		self.assertEqual((self.key.status, self.key.place, self.key.holder), before)

	def test_what_is_not_of_the_shape_it_should_be(self):
		self.refused(
			self.agent.user,
			*(("duplicates.look", {"typed": typed}) for typed in ("{", "[1]", "1")),
			*(("finding.on_map", {"bounds": bounds}) for bounds in ("{", "[1]", '{"south": "x"}')),
			*(("finding.on_map", {"filters": filters}) for filters in ("{", '["Listing"]', "[[]]")),
			*(("finding.compare", {"listings": names}) for names in ("[", "{}", "[[1], [2]]", '["a"]')),
		)
		wrong = ("[", "{}", "[1]", *(frappe.as_json([{**ROW, field: ["x"]}]) for field in ROW))
		self.refused(self.administrator, *(("tags.preview", {"conditions": rows}) for rows in wrong))

	def test_a_record_that_is_not_there(self):
		of_listing = ("keys.of_listing", "roles.claim", "media.get_papers", "mandates.make_mandate")
		of_listing += ("grades.pin", "grades.unpin", "changes.history", "changes.follow")
		of_request = ("roles.approve", "roles.withdraw", "verification.submit", "verification.approve")
		of_enquiry = ("enquiries.take", "enquiries.reject", "enquiries.hints", "enquiries.convert")
		of_mandate = ("mandates.submit_mandate", "mandates.approve_mandate")
		of_pair = ("duplicates.side_by_side", "duplicates.undo")
		named = {"listing": of_listing, "request": of_request, "enquiry": of_enquiry, "mandate": of_mandate}
		named |= {"pair": of_pair, "key": ("keys.borrow",), "estate": ("properties.suggest",)}
		calls = ((method, {name: NOBODY}) for name, methods in named.items() for method in methods)
		self.refused(self.manager, *calls, error=frappe.DoesNotExistError)
