"""Two people at one moment: a client of a pool claimed, a request decided, the last claim of a day,
an enquiry taken in."""

from functools import partial
from threading import Barrier

import frappe

from agency_crm.services.follow_ups import plans
from agency_crm.services.intake import client_enquiries as enquiries
from agency_crm.services.intake import client_page
from agency_crm.services.matching import pairs
from agency_crm.services.pools import clients as pools
from agency_crm.services.pools import requests
from agency_crm.services.privacy import known_numbers, secrets
from agency_crm.tests import factory
from agency_crm.tests.cases.races import RacesCase
from agency_crm.tests.races import at_once
from agency_crm.tests.users import as_user


class TestClientRaces(RacesCase):
	def test_of_two_who_claim_one_gets_the_client_and_the_other_hears_who(self):
		client = factory.make_client(store=self.store)
		agents = [self.agent, self.colleague]
		won = self.race(*((agent.user, pools.claim, client.name) for agent in agents), held=client)
		self.assertEqual(frappe.db.get_value("Client", client.name, "agent"), agents[won].name)
		self.assertIn(agents[won].agent_name, str(self.lost))
		self.assertEqual(frappe.db.count("Client Movement", {"client": client.name}), 1)

	def test_of_two_claims_of_one_agent_the_day_s_last_counts(self):
		frappe.db.set_single_value("Agency Settings", "client_claims_a_day", 1)
		frappe.clear_document_cache("Agency Settings", "Agency Settings")
		clients = [factory.make_client(store=self.store) for _ in range(2)]
		try:
			acts = ((self.agent.user, pools.claim, client.name) for client in clients)
			self.race(*acts, held=frappe.get_doc("Agent", self.agent.name))
		finally:
			frappe.db.set_single_value("Agency Settings", "client_claims_a_day", 5)
			frappe.clear_document_cache("Agency Settings", "Agency Settings")
		self.assertIn("claimed 1 clients", str(self.lost))

	def test_of_two_decisions_on_a_request_one_stands(self):
		client = factory.make_client(agent=self.agent.name)
		with as_user(self.agent.user):
			values = {
				"client": client.name,
				"kind": "Transfer",
				"to_agent": self.colleague.name,
				"reason": "换店",
			}
			request = frappe.new_doc("Client Request", **values).insert()
		self.race(
			("Administrator", requests.approve, request.name),
			(self.manager, requests.refuse, request.name, "客户不同意"),
			held=client,
		)
		found = (
			frappe.db.get_value("Client Request", request.name, "status"),
			frappe.db.get_value("Client", client.name, "agent"),
		)
		self.assertIn(found, {("Approved", self.colleague.name), ("Refused", self.agent.name)})

	def test_of_two_clerks_one_makes_a_wish_a_client(self):
		wish = {"requirement_type": "Buy", "budget": "300-400", "enquirer_name": "王女士", "consent": True}
		with as_user("Guest"):
			sent = {**wish, "phone": factory.make_phone()}
			number = client_page.submit(sent, frappe.generate_hash(length=32))
		enquiry = frappe.get_doc("Client Enquiry", {"reference_no": number})
		enquiry = self.race_of_clerks(enquiry, enquiries.convert)
		people = {"client_name": "王女士", "store": self.store}
		self.assertEqual(frappe.get_all("Client", people, pluck="name"), [enquiry.client])
		wishes = frappe.get_all("Client Requirement", {"client": enquiry.client}, pluck="name")
		self.assertEqual(wishes, [enquiry.requirement])

	def test_of_two_follow_ups_one_does_the_task_and_one_step_follows(self):
		self.addClassCleanup(plans.forget)  # its row goes with the class, past the form
		plan = factory.make_follow_up_plan(0, 3).name
		client = factory.make_client(agent=self.agent.name)
		frappe.db.commit()
		frappe.db.get_value("Client", client.name, "name", for_update=True)

		def write():
			frappe.set_user(self.agent.user)
			about = {"client": client.name, "method": "Call", "content": "接通，周末看房"}
			frappe.get_doc({"doctype": "Follow Up", **about}).insert()

		outcomes = at_once(write, write, held_at="for update")
		self.assertEqual([outcome.error for outcome in outcomes], [None, None])
		mine = {"client": client.name, "plan": plan}
		rows = frappe.get_all("Follow Up Task", mine, ["step", "status", "due_on"], order_by="step")
		self.assertEqual([(row.step, row.status) for row in rows], [(1, "Done"), (2, "Open")])
		ahead = frappe.get_all("Follow Up Task", {"client": client.name, "status": "Open"}, pluck="due_on")
		next_day = frappe.db.get_value("Client", client.name, "next_follow_up_on")
		self.assertEqual(next_day, min(ahead))

	def test_two_who_keep_the_same_pairs_wait_for_each_other(self):
		"""The night and the job of a new listing, each in the order of its own scores."""
		client = factory.make_client(agent=self.agent.name)
		wishes = [factory.make_requirement(client=client.name).name for _ in range(3)]
		kept = [pairs.Suggestion(wish, client.name, self.listing.name, 80.0, "[]") for wish in wishes]
		pairs.suggest(kept)
		frappe.db.commit()
		middle = {"requirement": wishes[1], "listing": self.listing.name}
		frappe.db.get_value("Match Pair", middle, "name", for_update=True)
		acts = [partial(pairs.suggest, rows) for rows in (kept, kept[::-1])]
		outcomes = at_once(*acts, held_at="INSERT INTO `tabMatch Pair`%")
		self.assertEqual([outcome.error for outcome in outcomes], [None, None])

	def test_those_who_wait_for_one_that_fails_go_on_or_save_again(self):
		number = factory.make_phone()
		secrets.keep([number])  # of whoever was first, and is rolled back
		outcomes = at_once(*[partial(secrets.keep, [number])] * 3, held_at="insert into `tabPhone Number`%")
		errors = {type(outcome.error) for outcome in outcomes}
		self.assertLessEqual(errors, {type(None), secrets.NumberBusyError})
		self.assertIn(type(None), errors)

	def test_of_eight_who_enter_one_new_number_one_wins_and_the_others_are_asked(self):
		number, together = factory.make_phone(), Barrier(8)

		def enter(client_name: str, user: str, **phone: str):
			frappe.set_user(user)
			together.wait()
			frappe.new_doc("Client", client_name=client_name, phones=[{"number": number, **phone}]).insert()

		users = [self.agent.user, self.colleague.user] * 3
		acts = [partial(enter, f"同号{index}", user) for index, user in enumerate(users)]
		acts += [partial(enter, f"家人{index}", self.agent.user, related_as="Spouse") for index in range(2)]
		frappe.db.commit()
		outcomes = at_once(*acts, held_at="nothing: they meet at the number alone")
		asked = [outcome.error for outcome in outcomes[:6] if outcome.error]
		self.assertEqual({type(error) for error in asked}, {known_numbers.KnownNumberError}, asked)
		self.assertEqual([outcome.error for outcome in outcomes[6:]], [None, None])
		entered = frappe.get_all("Client", {"client_name": ("like", "同号%")}, ["name", "agent"])
		# a related person may have been first, and then all are asked
		self.assertEqual((len(entered) + len(asked), len(entered) <= 1), (6, True))
		for error, user in ((o.error, u) for o, u in zip(outcomes, users, strict=False) if o.error):
			mine = {row.name for row in entered if frappe.has_permission("Client", doc=row.name, user=user)}
			self.assertEqual(mine, {name for name in mine if name in str(error)})
