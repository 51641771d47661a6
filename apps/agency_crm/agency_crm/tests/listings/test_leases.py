"""A home that is let: terms as people write them, back on the market in time, reminders, the tenant who leaves."""

import frappe
from frappe.utils import add_days, getdate, today

from agency_crm.api.listings.leases import surrender_lease
from agency_crm.framework import workflow_guard
from agency_crm.services.listings import leases
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.cases.deals import DealCase
from agency_crm.tests.users import act, as_user


class TestRentTerms(AgencyTestCase):
	def test_typed_terms_fill_the_months_and_months_write_the_terms(self):
		listing = factory.make_listing(listing_type="Lease", rent_terms="押２付１")
		self.assertEqual((listing.deposit_months, listing.payment_months), (2, 1))
		self.assertEqual(listing.rent_terms, "押二付一")
		listing.payment_months = 3
		listing.save()
		self.assertEqual(listing.rent_terms, "押二付三")
		listing.rent_terms = "半年付"
		listing.save()
		self.assertEqual((listing.deposit_months, listing.payment_months), (0, 6))

	def test_terms_nobody_understands_are_refused_with_their_field(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Rent Terms.*面议"):
			factory.make_listing(listing_type="Lease", rent_terms="面议")

	def test_a_lease_ends_after_it_starts(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Lease Until"):
			factory.make_listing(leased=1, lease_start=today(), lease_end=add_days(today(), -1))

	def test_days_of_reminders_are_numbers(self):
		settings = frappe.get_doc("Agency Settings")
		settings.lease_reminder_days = "bald"
		self.assertRaisesRegex(frappe.ValidationError, "bald", leases.check_settings, settings)


class LeaseCase(DealCase):
	"""The keeper's home is let by the agent until a year from now."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.listing = factory.make_listing(
			"Live",
			listing_type="Lease",
			maintainer=cls.keeper.name,
			store=cls.store.name,
			owners=[{"client": cls.owner.name, "share": 100}],
		)
		cls.deal = cls.sign(lease_start=today(), lease_end=add_days(today(), 365))

	def let_until(self, days: int, **fields):
		"""As if the lease ended in `days` days."""
		self.listing.reload().db_set({"lease_end": add_days(today(), days), **fields})

	def told(self, **filters) -> list[str]:
		found = {"document_type": "Listing", "document_name": self.listing.name, **filters}
		return frappe.get_all("Notification Log", found, pluck="for_user")


class TestBackOnTheMarket(LeaseCase):
	def test_a_signed_deal_writes_the_lease_and_a_terminated_one_takes_it_back(self):
		listing = self.listing.reload()
		self.assertEqual((listing.status, listing.leased), ("Leased", 1))
		self.assertEqual(getdate(listing.lease_end), getdate(self.deal.lease_end))
		ended = frappe.copy_doc(self.deal)
		ended.phase = "Dead"
		self.assertEqual(leases.facts_of(ended)["lease_end"], None)

	def test_sixty_days_before_the_end_and_not_sooner(self):
		self.let_until(61)
		leases.run_daily()
		self.assertEqual(self.listing.reload().phase, "Closed")
		self.let_until(60)
		leases.run_daily()
		self.listing.reload()
		self.assertEqual((self.listing.phase, self.listing.status), ("Live", "Available"))
		self.assertEqual(self.listing.available_from, add_days(getdate(), 61))
		self.assertTrue(self.listing.live_key)

	def test_to_be_verified_first_where_its_verification_is_over(self):
		self.let_until(60, verification_due_on=add_days(today(), -1))
		leases.run_daily()
		self.listing.reload()
		self.assertEqual((self.listing.status, self.listing.verification_status), ("Verifying", "Unverified"))

	def test_where_the_address_is_listed_again_the_maintainer_is_told_once(self):
		home = {field: self.listing.get(field) for field in ("estate", "building_no", "unit_no", "room_no")}
		other = factory.make_listing(listing_type="Lease", maintainer=self.agent.name, **home)
		self.let_until(60)
		for _day in range(2):
			leases.run_daily()
		self.assertEqual(self.listing.reload().phase, "Closed")
		said = ("like", f"%{other.name}%")
		self.assertEqual(self.told(subject=said), [self.keeper.user])

	def renewal(self):
		"""A draft that prolongs the lease by a year."""
		until = add_days(today(), 395)
		return self.make_deal(predecessor=self.deal.name, lease_start=today(), lease_end=until)

	def test_a_lease_that_goes_on_is_renewed_by_a_deal_of_its_own(self):
		self.assertRaisesRegex(frappe.ValidationError, "only a verified listing", self.renewal)
		act(self.manager, self.deal, "Complete")
		self.let_until(30)
		renewal = self.renewal()
		leases.run_daily()
		self.assertEqual(self.listing.reload().phase, "Closed", "it is being renewed")
		act(self.agent.user, renewal, "Submit for Review")
		act(self.manager, renewal, "Refuse")
		self.assertEqual(self.listing.reload().status, "Leased", "the lease goes on")
		act(self.agent.user, renewal, "Submit for Review")
		act(self.manager, renewal, "Approve")
		act(self.accountant, renewal, "Approve and Sign")
		self.listing.reload()
		self.assertEqual((self.listing.status, self.listing.lease_end), ("Leased", renewal.lease_end))

	def test_a_renewal_given_up_leaves_the_home_to_the_market(self):
		act(self.manager, self.deal, "Complete")
		self.let_until(30)
		renewal = self.renewal()
		renewal.void_reason = "租客不续租"
		renewal.save()
		act(self.agent.user, renewal, "Void")
		leases.run_daily()
		self.assertEqual(self.listing.reload().phase, "Live")

	def test_a_home_that_was_sold_stays_sold(self):
		sold = factory.make_listing("Live", leased=1, lease_end=add_days(today(), 10))
		workflow_guard.move(sold, "Closed", "Sold")
		leases.run_daily()
		self.assertEqual(sold.reload().status, "Sold")

	def test_the_tenant_leaves_early(self):
		with as_user(self.keeper.user):
			self.assertRaises(frappe.MandatoryError, surrender_lease, self.listing.name, " ")
			left_on = getdate(add_days(today(), 7))
			self.assertEqual(surrender_lease(self.listing.name, "租客换工作", left_on), "Available")
			self.assertRaises(frappe.ValidationError, surrender_lease, self.listing.name, "再来一次")
		listing = self.listing.reload()
		self.assertEqual((listing.phase, listing.lease_end, listing.leased), ("Live", left_on, 1))
		said = {"reference_name": listing.name, "content": ("like", "%租客换工作%")}
		self.assertTrue(frappe.db.exists("Comment", said))

	def test_who_does_not_work_on_it_brings_nothing_back(self):
		with as_user(factory.make_agent().user):
			self.assertRaises(frappe.PermissionError, surrender_lease, self.listing.name, "租客走了")


class TestReminders(LeaseCase):
	def reminded(self) -> int:
		leases.run_daily()
		return len(self.told(subject=("like", "%The lease of%"), for_user=self.keeper.user))

	def test_sixty_and_thirty_days_before_the_end_once_each(self):
		counts = []
		for agent in (self.keeper, self.agent):
			self.let_speak(agent.user, "en")
		for days in (61, 60, 59, 30, 29):
			self.let_until(days, **({"lease_reminded_on": add_days(today(), -29)} if days == 30 else {}))
			counts.append(self.reminded())
		self.assertEqual(counts, [0, 1, 1, 2, 2])
		agents = self.told(subject=("like", "%The lease of%"), for_user=self.agent.user)
		self.assertEqual(len(agents), 2, "who let it is told too")

	def test_of_a_home_for_sale_that_is_let(self):
		sale = factory.make_listing(
			"Live", leased=1, lease_end=add_days(today(), 30), maintainer=self.keeper.name
		)
		leases.run_daily()
		told = {"document_name": sale.name, "for_user": self.keeper.user}
		self.assertEqual(frappe.db.count("Notification Log", told), 1)
