"""A viewing from the request to the client's feedback, on a real site."""

from io import BytesIO

import frappe
from frappe.model.workflow import apply_workflow
from frappe.translate import print_language
from frappe.utils import add_days, add_to_date, get_datetime, getdate, now_datetime, today
from pypdf import PdfReader

from agency_crm.framework import workflow_guard
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.users import act, as_user


class TestViewing(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.manager = factory.make_user("Agency Store Manager").name
		store = factory.make_store(manager=cls.manager).name
		cls.agent, cls.colleague = (factory.make_agent(store=store) for _ in range(2))
		cls.client = factory.make_client(agent=cls.agent.name, client_name="张女士")
		cls.listings = [factory.make_listing("Live", maintainer=cls.colleague.name).name for _ in range(2)]

	def make(self, *listings: str, **fields):
		with as_user(self.agent.user):
			return factory.make_viewing(*(listings or self.listings), client=self.client.name, **fields)

	def fill_feedback(self, viewing) -> None:
		for stop in viewing.stops:
			stop.update({"feedback": "采光好，嫌楼层低", "interest": 4, "price_opinion": "Too High"})
		viewing.save()

	def test_what_is_filled_in(self):
		start = get_datetime(f"{add_days(today(), 1)} 14:00:00")
		stops = [{"listing": self.listings[0], "sequence": 2}, {"listing": self.listings[1], "sequence": 1}]
		viewing = self.make(scheduled_start=start, stops=stops)
		self.assertEqual((viewing.agent, viewing.store), (self.agent.name, self.agent.store))
		self.assertEqual(get_datetime(viewing.scheduled_end), add_to_date(start, hours=1))
		self.assertEqual([stop.listing for stop in viewing.stops], self.listings[::-1])
		self.assertEqual([stop.sequence for stop in viewing.stops], [1, 2])
		self.assertEqual(viewing.client_name, "张女士")

	def test_it_ends_after_it_starts(self):
		start = now_datetime()
		with self.assertRaisesRegex(frappe.ValidationError, "must be after"):
			self.make(scheduled_start=start, scheduled_end=start)

	def at(self, start: str, end: str, **fields):
		day = add_days(today(), 20)
		return {"scheduled_start": f"{day} {start}:00", "scheduled_end": f"{day} {end}:00", **fields}

	def told_of(self, **fields) -> str:
		"""What is told when a viewing is made."""
		frappe.clear_messages()
		self.make(**fields)
		return " ".join(str(row.message) for row in frappe.get_message_log())

	def test_another_viewing_of_the_agent_the_client_or_the_key_at_that_time_is_told(self):
		others = factory.make_client(agent=self.colleague.name).name
		keyed = [{"listing": self.listings[0], "needs_key": 1}]
		free = [{"listing": self.listings[0]}]
		with as_user(self.colleague.user):
			first = factory.make_viewing(client=others, stops=keyed, **self.at("10:00", "11:00"))
		self.make(**self.at("14:00", "15:00"))
		for fields, why in (
			(self.at("10:30", "11:30", stops=keyed), "the key"),
			(self.at("10:30", "11:30", stops=free, companions=[{"agent": self.colleague.name}]), "the agent"),
			(self.at("14:59", "16:00"), "the agent"),
			(self.at("11:00", "12:00", stops=keyed), ""),
			(self.at("12:00", "13:00"), ""),
		):
			with self.subTest(fields):
				frappe.db.savepoint("overlap")
				told = self.told_of(**fields)
				self.assertIn(why, told)
				self.assertEqual(bool(told), bool(why), told)
				frappe.db.rollback(save_point="overlap")
		told = self.told_of(**self.at("10:30", "11:30", stops=keyed))
		self.assertIn(self.colleague.agent_name, told)
		self.assertNotIn(first.name, told)

	def test_the_agency_may_have_it_refused(self):
		self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")
		frappe.db.set_single_value("Agency Settings", "viewing_overlap", "Refuse")
		viewing = self.make(**self.at("10:00", "11:00"))
		with self.assertRaisesRegex(frappe.ValidationError, viewing.name):
			self.make(**self.at("10:30", "11:30"))
		other = self.make(**self.at("12:00", "13:00"))
		other.scheduled_start = viewing.scheduled_start
		self.assertRaisesRegex(frappe.ValidationError, viewing.name, other.save)
		other.reload()
		other.remarks = "客户带父母"
		other.save()
		workflow_guard.move(viewing, "Dead", reason="改期")
		other.scheduled_start = viewing.scheduled_start
		other.save()

	def test_its_length_is_bounded(self):
		with self.assertRaisesRegex(frappe.ValidationError, "12 hours"):
			self.make(**self.at("08:00", "20:01"))
		self.make(**self.at("08:00", "20:00"))

	def test_companions_are_others_each_once(self):
		self.make(companions=[{"agent": self.colleague.name}])
		for companions in ([self.agent], [self.colleague, self.colleague]):
			with self.assertRaisesRegex(frappe.ValidationError, companions[0].agent_name):
				self.make(companions=[{"agent": agent.name} for agent in companions])

	def test_it_stops_at_listings_on_the_market_each_once(self):
		self.assertRaises(frappe.MandatoryError, self.make, stops=[])
		with self.assertRaisesRegex(frappe.ValidationError, "twice"):
			self.make(self.listings[0], self.listings[0])
		draft = factory.make_listing().name
		with self.assertRaisesRegex(frappe.ValidationError, f"{draft}.*only a listing on the market"):
			self.make(draft)

	def test_a_listing_sold_meanwhile_stays_where_it_was_shown(self):
		viewing = self.make()
		workflow_guard.move(frappe.get_doc("Listing", self.listings[0]), "Closing")
		viewing.remarks = "客户改约"
		viewing.save()

	def test_a_client_or_listing_one_may_not_see_is_refused(self):
		private = factory.make_listing("Live", scope="Private").name
		self.assertRaises(frappe.PermissionError, self.make, private)
		with as_user(self.colleague.user):
			self.assertRaises(frappe.PermissionError, factory.make_viewing, client=self.client.name)

	def test_it_is_done_with_the_client_s_word_on_every_listing(self):
		viewing = self.make()
		act(self.agent.user, viewing, "Fix Appointment")
		viewing.stops[0].update({"feedback": "采光好", "interest": 4})
		viewing.save()
		with as_user(self.agent.user), self.assertRaises(frappe.MandatoryError) as caught:
			apply_workflow(viewing.as_dict(), "Complete")
		self.assertIn(viewing.stops[1].listing, str(caught.exception))
		self.assertNotIn(viewing.stops[0].listing, str(caught.exception))
		viewing.reload()
		self.fill_feedback(viewing)
		act(self.agent.user, viewing, "Complete")
		self.assertEqual(viewing.phase, "Closed")
		self.assertTrue(viewing.done_on)

	def test_interest_is_from_one_to_five(self):
		viewing = self.make()
		for interest in (6, -1):
			viewing.reload()
			viewing.stops[0].interest = interest
			with self.assertRaisesRegex(frappe.ValidationError, "from 1 to 5"):
				viewing.save()

	def test_cancelled_it_says_why(self):
		viewing = self.make()
		with as_user(self.agent.user), self.assertRaisesRegex(frappe.MandatoryError, "say in"):
			apply_workflow(viewing.as_dict(), "Cancel")
		viewing.reload()
		viewing.cancel_reason = "客户临时有事"
		viewing.save()
		act(self.agent.user, viewing, "Cancel")
		self.assertEqual(viewing.phase, "Dead")

	def test_done_it_counts_on_its_listings_and_protects_the_client(self):
		viewing = self.make(phase="Closed")
		counts = frappe.get_all("Listing", {"name": ("in", self.listings)}, pluck="viewing_count")
		self.assertEqual(counts, [1, 1])
		client = frappe.get_doc("Client", self.client.name)
		self.assertEqual(client.stage, "Viewing")
		self.assertEqual(client.protected_until, getdate(add_days(viewing.done_on, 15)))
		self.assertEqual(get_datetime(client.last_follow_up_on), get_datetime(viewing.done_on))

	def test_nobody_types_when_it_was_done_nor_that_it_needs_no_approval(self):
		viewing = self.make()
		act(self.agent.user, viewing, "Fix Appointment")
		viewing.db_set("needs_approval", 1)
		with as_user(self.agent.user):
			viewing.update({"done_on": add_days(now_datetime(), 300), "needs_approval": 0})
			self.fill_feedback(viewing)
		self.assertTrue(viewing.needs_approval)
		act(self.agent.user, viewing, "Complete")
		until = frappe.db.get_value("Client", self.client.name, "protected_until")
		self.assertEqual(until, getdate(add_days(today(), 15)))

	def test_a_longer_protection_is_not_shortened(self):
		until = getdate(add_days(today(), 60))
		frappe.db.set_value("Client", self.client.name, "protected_until", until)
		self.make(phase="Closed")
		self.assertEqual(frappe.db.get_value("Client", self.client.name, "protected_until"), until)

	def test_where_the_agency_wants_it_a_manager_approves_first(self):
		self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")
		frappe.db.set_single_value("Agency Settings", "viewing_needs_approval", 1)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")
		viewing = self.make()
		with as_user(self.agent.user):
			self.assertRaises(frappe.ValidationError, apply_workflow, viewing.as_dict(), "Fix Appointment")
			self.assertRaises(frappe.ValidationError, apply_workflow, viewing.as_dict(), "Approve")
		act(self.manager, viewing, "Approve")
		act(self.agent.user, viewing, "Fix Appointment")
		self.assertEqual(viewing.phase, "Live")

	def test_the_confirmation_prints_in_chinese_with_page_numbers_and_lines_to_sign(self):
		viewing = self.make()
		with as_user(self.agent.user), print_language("zh"):
			pdf = frappe.get_print("Viewing", viewing.name, "Viewing Confirmation", as_pdf=True)
		text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
		for part in (
			"看房确认书",
			"张女士",
			self.agent.agent_name,
			"350.00 万元",
			"3号楼2单元501",
			"客户签字",
		):
			self.assertIn(part, text)
		self.assertRegex(text, r"1\s*/\s*1|第\s*1\s*页")
		self.assertNotIn(self.client.phones[0].number_masked, text)
