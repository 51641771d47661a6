import frappe
from frappe.utils import today

from agency_crm.services.listings import changes
from agency_crm.services.privacy import reveals
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase


class TestListingChange(AgencyTestCase):
	def setUp(self):
		super().setUp()
		self.manager = factory.make_user("Agency Store Manager").name
		self.store = factory.make_store(manager=self.manager).name
		self.agent = factory.make_agent(store=self.store)
		frappe.set_user(self.agent.user)
		self.listing = factory.make_listing("Live")

	def setting(self, **values):
		self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")
		frappe.db.set_single_value("Agency Settings", values)

	def entries(self, field=None):
		filters = {"listing": self.listing.name, **({"field": field} if field else {})}
		return frappe.get_all(
			"Listing Change", filters, ["field", "old", "new", "reason", "by"], order_by="at"
		)

	def reprice(self, price, **fields):
		self.listing.reload()
		self.listing.update({"asking_price": price, **fields})
		return self.listing.save()

	def test_a_price_is_an_entry_with_who_and_why(self):
		self.reprice(3300000, price_reason="业主急用钱")
		self.assertEqual(
			self.entries("Price"),
			[
				{
					"field": "Price",
					"old": "3500000",
					"new": "3300000",
					"reason": "业主急用钱",
					"by": self.agent.user,
				}
			],
		)
		self.listing.reload()
		self.assertEqual((self.listing.price_change, self.listing.price_reason), (-200000, None))
		self.assertTrue(self.listing.price_changed_on)

	def test_without_a_reason_it_is_refused_and_nothing_written(self):
		self.assertRaisesRegex(frappe.MandatoryError, "price_reason", self.reprice, 3300000)
		self.assertEqual(self.entries("Price"), [])
		self.setting(price_reason_required=0)
		self.reprice(3300000)
		self.assertEqual(len(self.entries("Price")), 1)

	def test_before_the_market_nobody_asks_why(self):
		self.listing = factory.make_listing(room_no="502")
		self.reprice(3300000)
		self.assertEqual([entry.new for entry in self.entries()], ["3300000"])
		self.assertFalse(self.listing.listed_on)

	def test_a_save_that_changes_nothing_writes_nothing(self):
		before = self.entries()
		self.listing.reload()
		self.listing.save()
		self.assertEqual(self.entries(), before)

	def test_states_are_entries_too_and_the_first_day_on_the_market_stays(self):
		self.assertEqual(str(self.listing.listed_on), today())
		frappe.db.set_value("Listing", self.listing.name, "listed_on", "2026-01-05")
		self.listing.reload()
		frappe.set_user("Administrator")
		frappe.get_doc("Listing", self.listing.name).update({"scope": "Store"}).save()
		moves = [(entry.field, entry.old, entry.new) for entry in self.entries()]
		self.assertIn(("Scope", "Public", "Store"), moves)
		self.assertIn("Available", [entry.new for entry in self.entries("Status")])
		self.assertEqual(str(frappe.db.get_value("Listing", self.listing.name, "listed_on")), "2026-01-05")

	def test_who_may_change_a_price_is_a_setting(self):
		keeper = factory.make_agent(store=self.store)
		frappe.set_user("Administrator")
		self.listing.reload()
		now = frappe.utils.now_datetime()
		self.listing.append(
			"roles", {"role": "Key", "agent": keeper.name, "gained_at": now, "approved_at": now}
		)
		self.listing.save()
		for price, (who, allowed) in enumerate(
			(
				("Role Holders and Managers", {keeper.user, self.agent.user, self.manager}),
				("Maintainer and Managers", {self.agent.user, self.manager}),
				("Managers", {self.manager}),
			)
		):
			self.setting(price_changed_by=who, floor_price_changed_by=who)
			for index, user in enumerate((keeper.user, self.agent.user, self.manager)):
				amount = 3000000 + 10000 * price + 1000 * index
				with self.subTest(who=who, user=index), self.set_user(user):
					if user in allowed:
						self.reprice(amount, price_reason="谈价")
						reveals.keep("Listing", self.listing.name, {"floor_price": amount - 100000})
					else:
						self.assertRaises(frappe.PermissionError, self.reprice, amount, price_reason="谈价")
						floor = ("Listing", self.listing.name, {"floor_price": amount})
						self.assertRaises(frappe.PermissionError, reveals.keep, *floor)

	def test_of_a_floor_price_it_says_only_that_it_changed(self):
		reveals.keep("Listing", self.listing.name, {"floor_price": 3210000}, reason="业主松口")
		reveals.keep("Listing", self.listing.name, {"floor_price": 3210000})
		entry = self.entries("Floor Price")
		self.assertEqual([(row.old, row.new, row.reason) for row in entry], [(None, None, "业主松口")])
		self.assertNotIn("3210000", frappe.as_json(changes.history(self.listing)))

	def test_the_history_starts_with_the_first_price(self):
		self.reprice(3400000, price_reason="业主降价")
		self.reprice(3450000, price_reason="业主反悔")
		found = changes.history(self.listing)
		self.assertEqual([point["price"] for point in found["prices"]], [3500000, 3400000, 3450000])
		self.assertEqual(found["entries"][-1].reason, "业主反悔")

	def test_it_goes_with_its_listing(self):
		self.listing = factory.make_listing(room_no="503")
		self.reprice(3400000)
		frappe.set_user("Administrator")
		self.listing.delete()
		self.assertEqual(self.entries(), [])

	def test_a_lease_counts_its_rent(self):
		self.listing = factory.make_listing("Live", listing_type="Lease", room_no="601")
		self.listing.reload()
		self.listing.update({"rent": 5000, "price_reason": "淡季"}).save()
		self.assertEqual([(row.old, row.new) for row in self.entries("Price")], [("5500", "5000")])
		self.assertEqual(self.listing.price_change, -500)

	def test_it_is_seen_with_its_listing_and_written_by_nobody(self):
		self.reprice(3400000, price_reason="业主降价")
		frappe.set_user("Administrator")
		frappe.db.set_value("Listing", self.listing.name, "scope", "Private")
		stranger = factory.make_agent()
		for user, count in ((self.agent.user, 1), (self.manager, 1), (stranger.user, 0)):
			with self.set_user(user):
				seen = frappe.get_list("Listing Change", {"listing": self.listing.name, "field": "Price"})
				self.assertEqual(len(seen), count)
		with self.set_user(self.agent.user):
			entry = frappe.get_doc("Listing Change", {"listing": self.listing.name, "field": "Price"})
			self.assertRaises(frappe.PermissionError, entry.save)
			self.assertRaises(frappe.PermissionError, entry.delete)
