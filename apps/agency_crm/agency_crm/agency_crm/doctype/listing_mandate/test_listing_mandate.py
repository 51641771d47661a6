"""A mandate: who approves it, what the listing and its agent gain, what its end takes away, on a real site."""

from io import BytesIO

import frappe
from frappe.translate import print_language
from frappe.utils import add_days, add_to_date, get_datetime, getdate, now_datetime, today
from pypdf import PdfReader

from agency_crm.api.listings import mandates as api
from agency_crm.patches.v1_0 import make_mandates
from agency_crm.services.listings import mandates
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.cases.deals import DealCase
from agency_crm.tests.races import at_once
from agency_crm.tests.users import as_user

MONTH = {"kind": "Exclusive", "end": add_days(today(), 30)}


class MandateCase(DealCase):
	"""The keeper maintains the listing, a holder of the same store signs the owner."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.holder = cls.make_agent()

	def make(self, **fields):
		return factory.make_mandate(self.listing.name, **{"agent": self.holder.name, **fields})

	def submitted(self, **fields):
		with as_user(self.keeper.user):
			mandate = self.make(**fields)
			api.submit_mandate(mandate.name)
		return mandate.reload()

	def approved(self, **fields):
		mandate = self.submitted(**fields)
		with as_user(self.manager):
			api.approve_mandate(mandate.name)
		return mandate.reload()

	def on_listing(self) -> tuple:
		"""Kind and last day as the listing shows them, and who holds its role Mandate."""
		listing = frappe.get_doc("Listing", self.listing.name)
		held = [row.agent for row in listing.roles if row.role == "Mandate" and not row.ended_at]
		return listing.mandate_type, listing.mandate_end, held

	def move_back(self, mandate, days: int) -> None:
		"""As if the mandate had been approved, begun and to end `days` days earlier."""
		mandate.db_set(
			{
				"start": add_days(mandate.start, -days),
				"end": mandate.end and add_days(mandate.end, -days),
				"approved_at": add_to_date(mandate.approved_at, days=-days),
			}
		)


class TestListingMandate(MandateCase):
	def test_a_new_one_is_filled_in_from_the_listing(self):
		with as_user(self.keeper.user):
			mandate = frappe.get_doc(api.make_mandate(self.listing.name)).insert()
		self.assertEqual((mandate.agent, mandate.store), (self.keeper.name, self.store.name))
		self.assertEqual((mandate.signed_by, str(mandate.start)), (self.owner.name, today()))
		self.assertEqual(
			(mandate.fee_basis, mandate.fee, mandate.protection_days), ("Percent of Price", 1, 60)
		)
		self.assertEqual((mandate.status, mandate.kind), ("Draft", "Ordinary"))

	def test_only_who_works_on_the_listing_makes_one(self):
		with as_user(self.agent.user):
			self.assertRaises(frappe.PermissionError, api.make_mandate, self.listing.name)
			self.assertRaises(frappe.PermissionError, self.make)

	def test_what_does_not_hold_together_is_refused(self):
		for wrong, said in (
			({"kind": "Exclusive"}, "Until"),
			({"end": add_days(today(), -1)}, "before"),
			({"signed_on": add_days(today(), 1)}, "future"),
			({"fee_basis": "Percent of Price", "fee": 101}, "101"),
			({"fee_basis": "Months of Rent", "fee": 1}, "Months of Rent"),
			({"signed_by": self.client.name}, "not an owner"),
			({"document": "/private/files/no-such.pdf"}, "no-such"),
		):
			with self.subTest(wrong), self.assertRaisesRegex(frappe.ValidationError, said):
				self.make(**wrong)

	def test_an_address_without_a_room_is_completed_first(self):
		owners = [{"client": self.owner.name}]
		listing = factory.make_listing("Live", room_no=None, maintainer=self.keeper.name, owners=owners)
		with self.assertRaisesRegex(frappe.ValidationError, "room number"):
			factory.make_mandate(listing.name)

	def test_nobody_writes_its_status_or_changes_what_was_submitted(self):
		with as_user(self.keeper.user):
			mandate = self.make(status="Active", approved_by=self.keeper.user)
			self.assertEqual((mandate.status, mandate.approved_by), ("Draft", None))
			mandate.update({"status": "Active", "approved_at": now_datetime()}).save()
			self.assertEqual((mandate.status, mandate.approved_at), ("Draft", None))
			api.submit_mandate(mandate.name)
			mandate.reload().fee = 1
			self.assertRaisesRegex(frappe.ValidationError, "Submitted", mandate.save)

	def test_it_is_signed_before_it_is_submitted(self):
		with as_user(self.keeper.user):
			mandate = self.make(signed_by=None)
			self.assertRaisesRegex(frappe.MandatoryError, "Signed By", api.submit_mandate, mandate.name)

	def test_a_manager_approves_and_the_holder_gains_the_role(self):
		mandate = self.approved(**MONTH)
		self.assertEqual((mandate.status, mandate.approved_by), ("Active", self.manager))
		self.assertEqual(self.on_listing(), ("Exclusive", getdate(mandate.end), [self.holder.name]))
		role = frappe.get_doc("Listing Role", {"parent": self.listing.name, "role": "Mandate"})
		self.assertEqual(get_datetime(role.approved_at), get_datetime(mandate.approved_at))
		self.assertEqual(getdate(role.gained_at), getdate(mandate.signed_on))
		with as_user(self.holder.user):
			self.assertTrue(frappe.has_permission("Listing", "write", doc=self.listing.name))

	def test_who_does_not_manage_the_listing_approves_nothing(self):
		mandate = self.submitted()
		stranger = factory.make_user("Agency Store Manager").name
		for user in (self.keeper.user, self.holder.user, stranger):
			with self.subTest(user), as_user(user):
				self.assertRaises(frappe.PermissionError, api.approve_mandate, mandate.name)
				self.assertRaises(frappe.PermissionError, api.refuse_mandate, mandate.name, "不同意")

	def test_nobody_approves_their_own_unless_the_agency_lets_them(self):
		with as_user(self.manager):
			mandate = self.make()
			api.submit_mandate(mandate.name)
			self.assertRaises(frappe.PermissionError, api.approve_mandate, mandate.name)
		with as_user(self.region_manager):
			api.approve_mandate(mandate.name)
		self.addCleanup(frappe.clear_document_cache, "Agency Settings", "Agency Settings")
		frappe.db.set_single_value("Agency Settings", "own_mandate_approval", 1)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")
		with as_user(self.manager):
			again = self.make()
			api.submit_mandate(again.name)
			self.assertEqual(api.approve_mandate(again.name), "Active")

	def test_refused_it_says_why_and_gives_nothing(self):
		mandate = self.submitted(**MONTH)
		with as_user(self.manager):
			self.assertRaises(frappe.MandatoryError, api.refuse_mandate, mandate.name, " ")
			api.refuse_mandate(mandate.name, "签名不清")
			self.assertRaises(frappe.ValidationError, api.approve_mandate, mandate.name)
		self.assertEqual((mandate.reload().status, mandate.end_reason), ("Refused", "签名不清"))
		self.assertEqual(self.on_listing(), ("Ordinary", None, []))

	def test_a_second_exclusive_one_in_the_same_time_is_refused(self):
		first = self.approved(**MONTH)
		second = self.submitted(**MONTH)
		later = self.submitted(**{**MONTH, "start": add_days(today(), 31), "end": add_days(today(), 60)})
		with as_user(self.manager):
			with self.assertRaisesRegex(frappe.ValidationError, first.name):
				api.approve_mandate(second.name)
			self.assertEqual(api.approve_mandate(later.name), "Approved")
		self.assertEqual(self.on_listing()[1], getdate(first.end))

	def test_a_listings_form_does_not_change_its_mandate(self):
		self.approved(**MONTH)
		with as_user(self.keeper.user):
			listing = frappe.get_doc("Listing", self.listing.name)
			listing.update({"mandate_type": "Ordinary", "mandate_end": add_days(today(), 900)}).save()
			new = factory.make_listing(mandate_type="Exclusive", mandate_end=today())
		self.assertEqual(self.on_listing()[:2], ("Exclusive", getdate(MONTH["end"])))
		self.assertEqual((new.mandate_type, new.mandate_end), ("Ordinary", None))

	def test_it_goes_with_its_listing_to_another_store(self):
		mandate = self.submitted()
		frappe.get_doc("Listing", self.listing.name).update({"store": factory.make_store().name}).save()
		with as_user(self.manager):
			self.assertRaises(frappe.PermissionError, api.approve_mandate, mandate.name)

	def test_the_paper_is_private_and_one_its_user_may_read(self):
		with as_user(self.keeper.user):
			public, mine = self.file(0), self.file(1)
			with self.assertRaisesRegex(frappe.ValidationError, "private"):
				self.make(document=public.file_url)
			self.assertTrue(self.make(document=mine.file_url).name)
		with as_user(self.manager):
			theirs = self.file(1)
		with as_user(self.keeper.user):
			self.assertRaises(frappe.PermissionError, self.make, document=theirs.file_url)

	@staticmethod
	def file(is_private: int):
		name = f"{frappe.generate_hash(length=8)}.txt"
		return frappe.get_doc(
			{"doctype": "File", "file_name": name, "is_private": is_private, "content": name}
		).insert()


class TestPaper(MandateCase):
	def test_the_agreement_prints_home_terms_and_lines_to_sign_with_a_masked_number(self):
		self.holder.db_set({"licence_no": "11012345", "licence_type": "Broker"})
		frappe.db.set_single_value("Agency Settings", "mandate_terms", "争议由<b>法院</b>管辖")
		mandate = self.make(**MONTH, exclusive_deposit=5000)
		with as_user(self.keeper.user), print_language("zh"):
			pdf = frappe.get_print("Listing Mandate", mandate.name, "Mandate Agreement", as_pdf=True)
		text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
		phone = self.owner.phones[0]
		for part in (
			self.owner.client_name,
			phone.number_masked,
			"3号楼2单元501",
			"350.00 万元",
			"30,000.00",
			"5,000.00",
			MONTH["end"],
			"11012345",
			"争议由<b>法院</b>管辖",
		):
			self.assertIn(part, text)

	def test_exclusive_listings_of_an_older_version_get_their_mandate(self):
		facts = {"mandate_type": "Exclusive", "mandate_end": add_days(today(), -1)}
		unheld = factory.make_listing("Live", store=self.store.name)
		for listing in (self.listing, unheld):
			frappe.db.set_value("Listing", listing.name, facts)
		for _run in range(2):
			make_mandates.execute()
		self.assertEqual(frappe.db.get_value("Listing", unheld.name, "mandate_type"), "Ordinary")
		made = frappe.get_doc("Listing Mandate", {"listing": self.listing.name})
		self.assertEqual((made.agent, made.status), (self.keeper.name, "Active"))
		mandates.run_daily()
		self.assertEqual(made.reload().status, "Expired")
		self.assertEqual(self.on_listing(), ("Ordinary", None, []))


class TestEnd(MandateCase):
	def test_on_expiry_the_listing_is_ordinary_and_the_role_gone(self):
		mandate = self.approved(**MONTH)
		self.move_back(mandate, 30)
		mandates.run_daily()
		self.assertEqual(mandate.reload().status, "Active", "its last day counts")
		self.move_back(mandate, 1)
		mandates.run_daily()
		self.assertEqual((mandate.reload().status, mandate.ended_on), ("Expired", mandate.end))
		self.assertEqual(self.on_listing(), ("Ordinary", None, []))
		with as_user(self.holder.user):
			self.assertFalse(frappe.has_permission("Listing", "write", doc=self.listing.name))

	def test_what_was_approved_for_later_starts_on_its_day(self):
		mandate = self.approved(start=add_days(today(), 5))
		self.assertEqual((mandate.status, self.on_listing()[2]), ("Approved", []))
		mandates.run_daily()
		self.assertEqual(mandate.reload().status, "Approved")
		self.move_back(mandate, 5)
		mandates.run_daily()
		self.assertEqual((mandate.reload().status, self.on_listing()[2]), ("Active", [self.holder.name]))

	def test_another_that_goes_on_leads_when_the_first_is_over(self):
		ordinary, exclusive = self.approved(agent=self.keeper.name), self.approved(**MONTH)
		self.assertEqual(self.on_listing()[0], "Exclusive")
		self.move_back(exclusive, 31)
		mandates.run_daily()
		self.assertEqual(self.on_listing(), ("Ordinary", None, [self.keeper.name]))
		self.assertEqual(frappe.db.get_value("Listing Mandate", ordinary.name, "status"), "Active")

	def test_a_manager_ends_it_with_a_reason(self):
		mandate = self.approved(**MONTH)
		with as_user(self.holder.user):
			self.assertRaises(frappe.PermissionError, api.end_mandate, mandate.name, "业主解约")
		with as_user(self.manager):
			self.assertRaises(frappe.MandatoryError, api.end_mandate, mandate.name, "")
			api.end_mandate(mandate.name, "业主解约")
		self.assertEqual((mandate.reload().status, mandate.end_reason), ("Ended", "业主解约"))
		self.assertEqual(self.on_listing(), ("Ordinary", None, []))

	def test_maintainer_and_holder_are_reminded_once(self):
		mandate = self.approved(**MONTH)
		for agent in (self.keeper, self.holder):
			self.let_speak(agent.user, "en")
		told = {
			"document_type": "Listing Mandate",
			"document_name": mandate.name,
			"subject": ("like", "%ends on%"),
		}
		mandates.run_daily()
		self.assertEqual(frappe.db.count("Notification Log", told), 0)
		self.move_back(mandate, 24)
		for _day in range(2):
			mandates.run_daily()
		users = frappe.get_all("Notification Log", told, pluck="for_user")
		self.assertEqual(sorted(users), sorted([self.keeper.user, self.holder.user]))

	def test_a_mandate_that_was_approved_is_kept(self):
		mandate = self.approved()
		self.assertRaises(frappe.ValidationError, mandate.delete)


class TestShare(MandateCase):
	"""Who earns the share of the role Mandate on a deal."""

	def share(self) -> list[str]:
		deal = self.review()
		found = frappe.get_all("Deal Split", {"deal": deal.name, "role": "Mandate"}, pluck="agent")
		return sorted(found)

	def view(self, days_ago: int) -> None:
		factory.make_viewing(
			self.listing.name,
			phase="Closed",
			agent=self.agent.name,
			client=self.client.name,
			scheduled_start=add_days(now_datetime(), -days_ago),
		)

	def test_active_for_a_day_it_is_the_holders(self):
		self.move_back(self.approved(), 2)
		self.assertEqual(self.share(), [self.holder.name])

	def test_approved_an_hour_ago_it_is_the_fallbacks(self):
		self.approved()
		self.assertEqual(self.share(), [self.keeper.name])

	def test_after_the_end_only_for_a_client_who_viewed_before(self):
		mandate = self.approved(**MONTH)
		self.move_back(mandate, 40)
		mandates.run_daily()
		self.assertEqual(self.share(), [self.keeper.name])

	def test_protected_for_who_viewed_before_the_end(self):
		self.view(days_ago=20)
		mandate = self.approved(**MONTH)
		self.move_back(mandate, 40)
		mandates.run_daily()
		self.assertEqual(self.share(), [self.holder.name])

	def test_not_for_who_viewed_after_the_end_nor_when_protection_is_over(self):
		self.view(days_ago=5)
		mandate = self.approved(**MONTH, protection_days=5)
		self.move_back(mandate, 40)
		mandates.run_daily()
		self.assertEqual(self.share(), [self.keeper.name])

	def test_an_exclusive_one_approved_first_takes_both_shares(self):
		other = self.make_agent()
		self.move_back(self.approved(**MONTH), 3)
		self.move_back(self.approved(agent=other.name), 2)
		self.assertEqual(self.share(), [self.holder.name])

	def test_an_ordinary_one_approved_first_shares(self):
		other = self.make_agent()
		self.move_back(self.approved(agent=other.name), 3)
		self.move_back(self.approved(**MONTH), 2)
		self.assertEqual(self.share(), sorted([self.holder.name, other.name]))


class TestMandateRace(AgencyTestCase):
	"""Two connections at once: the rows are committed, so the test takes them away itself."""

	def setUp(self):
		super().setUp()
		self.managers = [factory.make_user("Agency Store Manager").name for _ in range(2)]
		self.region = factory.make_store(is_group=1, manager=self.managers[1])
		self.store = factory.make_store(parent=self.region.name, manager=self.managers[0])
		self.agent = factory.make_agent(store=self.store.name)
		self.owner = factory.make_client(agent=self.agent.name)
		self.listing = factory.make_listing(
			"Live", maintainer=self.agent.name, owners=[{"client": self.owner.name}]
		)
		self.mandates = [factory.make_mandate(self.listing.name, **MONTH) for _ in range(2)]
		for mandate in self.mandates:
			mandates.submit(mandate.name)
		frappe.db.commit()

	def tearDown(self):
		frappe.db.rollback()
		frappe.set_user("Administrator")
		for mandate in self.mandates:
			mandate.db_set("status", "Draft")
		made = [*self.mandates, self.listing, self.owner, self.agent, self.store, self.region]
		for doc in made:
			frappe.delete_doc(doc.doctype, doc.name, force=1)
		frappe.db.commit()
		frappe.db.savepoint("agency_test")  # the commits took the one of setUp
		super().tearDown()

	def test_of_two_exclusive_ones_approved_at_once_one_wins(self):
		def approve(number: int) -> None:
			frappe.set_user(self.managers[number])
			api.approve_mandate(self.mandates[number].name)

		frappe.db.get_value("Listing", self.listing.name, "name", for_update=True)
		outcomes = at_once(lambda: approve(0), lambda: approve(1), held_at="tabListing%FOR UPDATE")
		states = [frappe.db.get_value("Listing Mandate", row.name, "status") for row in self.mandates]
		self.assertEqual(sorted(states), ["Active", "Submitted"])
		won = states.index("Active")
		self.assertIsNone(outcomes[won].error)
		self.assertIn(self.mandates[won].name, str(outcomes[1 - won].error))
		roles = frappe.get_all("Listing Role", {"parent": self.listing.name, "role": "Mandate"})
		self.assertEqual(len(roles), 1)
