"""What no screen of ours sends: each endpoint says what is wrong with it, stores nothing and doesn't fail."""

import frappe

from agency_crm.tests import factory
from agency_crm.tests.cases.office import RolesCase
from agency_crm.tests.users import as_user

# ours, and Frappe's of a type
REFUSALS = (frappe.ValidationError, frappe.exceptions.FrappeTypeError)
NOBODY = "no-such-record"
# a condition of a tag
ROW = {"fact": "Urgent Sale", "operator": "Is", "value": "Yes"}
POOL = ("standing", "extend", "accept", "refuse")
IMPORTING = ("preview", "suggest_columns", "start")


class TestArguments(RolesCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		with as_user(cls.agent.user):
			cls.key = frappe.new_doc("Listing Key", listing=cls.listing.name).insert()
			cls.client = factory.make_client().name
			cls.wish = factory.make_requirement(cls.client).name
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
			*(("listings.keys.act", {**key, "action": action}) for action in ("Burn", "Borrow", "")),
			*(
				("listings.keys.act", {**key, "action": "Move", "place": place})
				for place in ("Moon", "Agent")
			),
			("desk.boxes.read_price", {**box, "unit": "Dollar"}),
			("desk.boxes.read_number", {**box, "fieldname": "title"}),
			("privacy.reveals.reveal", {**secret, "what": "Password"}),
			("privacy.reveals.reveal", {**secret, "doctype": "User", "name": "Administrator"}),
			("listings.changes.follow", {"listing": self.listing.name, "daily_mail": "perhaps"}),
			(
				"listings.leases.surrender_lease",
				{"listing": self.listing.name, "reason": "退租", "left_on": "soon"},
			),
			*(("intake.queues.take", {"doctype": kind, "enquiry": NOBODY}) for kind in ("Client", "<b>")),
			("intake.queues.reject", {"doctype": "Client Enquiry", "enquiry": NOBODY, "spam": "perhaps"}),
			*(
				("clients.referrals.make_link", {"doctype": kind, "name": NOBODY})
				for kind in ("Store", "User")
			),
			("clients.referrals.revoke_link", {"doctype": "User", "name": "Administrator"}),
			*(
				(f"importing.imports.{step}", {"doctype": "Data Import", "name": NOBODY})
				for step in IMPORTING
			),
			(
				"privacy.reveals.set_client_private",
				{"client": self.client, "id_number": "1", "id_type": "Badge"},
			),
			("matching.board.set_undone", {"requirement": self.wish, "undone": "perhaps"}),
			("matching.board.choose", {"requirement": self.wish, "listings": "[]", "shown": "perhaps"}),
		)
		before = (self.key.status, self.key.place, self.key.holder)
		self.key.reload()
		self.assertEqual((self.key.status, self.key.place, self.key.holder), before)

	def test_what_is_not_of_the_shape_it_should_be(self):
		self.refused(
			self.agent.user,
			*(("duplicates.pairs.look", {"typed": typed}) for typed in ("{", "[1]", "1")),
			*(("listings.finding.on_map", {"bounds": bounds}) for bounds in ("{", "[1]", '{"south": "x"}')),
			*(("listings.finding.on_map", {"filters": filters}) for filters in ("{", '["Listing"]', "[[]]")),
			*(
				("listings.finding.compare", {"listings": names})
				for names in ("[", "{}", "[[1], [2]]", '["a"]')
			),
		)
		names = ("[", "{}", "[1]", "[[]]", '["a"]', '[["=", "x"]]')
		self.refused(
			self.agent.user,
			*(("matching.board.choose", {"requirement": self.wish, "listings": wrong}) for wrong in names),
			*(("follow_ups.call_lists.add", {"call_list": NOBODY, "clients": wrong}) for wrong in names),
			("privacy.known_numbers.look", {"number": ["13800000000"]}),
			("privacy.known_numbers.look", {"number": "no number"}),
			("pools.requests.ask_by_number", {"number": "no number", "reason": "想要"}),
			("notifications.mailings.set_email", {"client": self.client, "email": "nobody"}),
			("pools.clients.claim", {"client": ["like", "%"]}),
			("clients.profile.get_profile", {"client": self.client, "requirement": ["!=", ""]}),
			("clients.referrals.around", {"client": {"name": "x"}}),
		)
		wrong = ("[", "{}", "[1]", *(frappe.as_json([{**ROW, field: ["x"]}]) for field in ROW))
		self.refused(
			self.administrator,
			*(("rating.tags.preview", {"conditions": rows}) for rows in wrong),
			("rating.tags.preview", {"conditions": "[]", "applies_to": "User"}),
		)

	def test_a_reason_that_says_nothing(self):
		self.refused(
			self.agent.user,
			("privacy.erasures.ask", {"client": self.client, "reason": " "}),
			(
				"matching.board.reject",
				{"requirement": self.wish, "listing": self.listing.name, "reason": " "},
			),
			error=frappe.MandatoryError,
		)

	def test_a_record_that_is_not_there(self):
		of_listing = (
			"listings.keys.of_listing",
			"listings.roles.claim",
			"listings.media.get_papers",
			"listings.mandates.make_mandate",
		)
		of_listing += (
			"rating.grades.pin",
			"rating.grades.unpin",
			"listings.changes.history",
			"listings.changes.follow",
		)
		of_request = (
			"listings.roles.approve",
			"listings.roles.withdraw",
			"listings.verification.submit",
			"listings.verification.approve",
		)
		of_request += ("pools.requests.approve", "pools.requests.withdraw")
		of_client = (
			*(f"pools.clients.{step}" for step in POOL),
			"clients.profile.get_profile",
			"clients.referrals.around",
		)
		of_enquiry = tuple(
			f"intake.{queue}.{step}"
			for queue in ("listing_enquiries", "client_enquiries")
			for step in ("hints", "convert")
		)
		of_enquiry += ("intake.client_enquiries.pass_on",)
		of_mandate = ("listings.mandates.submit_mandate", "listings.mandates.approve_mandate")
		of_pair = ("duplicates.pairs.side_by_side", "duplicates.pairs.undo")
		named = {"listing": of_listing, "request": of_request, "enquiry": of_enquiry, "mandate": of_mandate}
		named |= {
			"client": of_client,
			"call_list": ("follow_ups.call_lists.progress", "follow_ups.call_lists.next_task"),
		}
		named |= {"handover": ("pools.handovers.start",), "requirement": ("matching.board.get_listings",)}
		named |= {
			"name": tuple(f"notifications.mailings.{step}" for step in ("get_audience", "request", "approve"))
		}
		named["name"] += ("privacy.erasures.approve", "importing.imports.erase_files")
		named |= {
			"pair": of_pair,
			"key": ("listings.keys.borrow",),
			"estate": ("listings.properties.suggest",),
		}
		calls = ((method, {name: NOBODY}) for name, methods in named.items() for method in methods)
		queues = ("Listing Enquiry", "Client Enquiry")
		calls = [*calls, *(("intake.queues.take", {"doctype": queue, "enquiry": NOBODY}) for queue in queues)]
		calls += [
			(f"importing.imports.{step}", {"doctype": "Client Import", "name": NOBODY}) for step in IMPORTING
		]
		calls += [("privacy.erasures.ask", {"client": NOBODY, "reason": "来电要求"})]
		self.refused(self.manager, *calls, error=frappe.DoesNotExistError)
		self.refused(
			self.agent.user, ("pools.clients.claim", {"client": NOBODY}), error=frappe.DoesNotExistError
		)
