"""Private clients fall to the pools and are claimed from them; nobody gets round the rules by hand.

Rules: docs/rules/clients.md, "Pools".
"""

import frappe
from frappe.utils import add_days, getdate, now_datetime, today

from agency_crm.services.clients import movements
from agency_crm.services.follow_ups import acts
from agency_crm.services.pools import clients as pools
from agency_crm.tests import factory
from agency_crm.tests.cases.pools import PoolsCase
from agency_crm.tests.users import as_user


class TestFalls(PoolsCase):
	def test_an_idle_client_is_announced_then_falls_then_goes_on_to_the_area(self):
		client = self.make_client(idle=15)
		client.append("collaborators", {"agent": self.stranger.name})
		client.save()
		pools.run()
		self.assertEqual(client.reload().pool, "Private")
		self.assertIn(client.client_name, self.told(self.agent.user)[0])
		pools.run()
		self.assertEqual(len(self.told(self.agent.user)), 1)
		client.db_set("fall_reminded_on", add_days(today(), -1), update_modified=False)
		pools.run()
		client.reload()
		self.assertEqual((client.pool, client.agent, client.last_agent), ("Store", None, self.agent.name))
		self.assertEqual((client.store, client.collaborators), (self.store, []))
		self.assertEqual(self.trace(client), [("Fall", self.agent.name, None)])
		pools.run()
		self.assertEqual(len(self.told(self.agent.user)), 2)
		self.age(client, 15)
		pools.run()
		self.assertEqual(client.reload().pool, "Area")
		self.assertEqual(self.trace(client)[-1], ("Fall", None, None))

	def test_a_field_asked_for_since_keeps_none_from_falling(self):
		client = self.make_client(idle=40, fall_reminded_on=add_days(today(), -1))
		field = frappe.get_meta("Client").get_field("wechat")
		field.reqd = 1
		self.addCleanup(setattr, field, "reqd", 0)
		pools.run()
		self.assertEqual(client.reload().pool, "Store")

	def test_three_days_before_the_agent_is_told_once_for_all(self):
		self.let_speak(self.agent.user, "en")
		first, second = (self.make_client(idle=days) for days in (12, 12))
		self.make_client(idle=5)
		pools.run()
		self.assertEqual(len(self.told(self.agent.user)), 1)
		self.assertTrue(self.told(self.agent.user)[0].startswith("2"))
		self.assertEqual({str(row.reload().fall_reminded_on) for row in (first, second)}, {today()})

	def test_what_is_done_starts_the_clock_anew(self):
		client = self.make_client(idle=20, fall_reminded_on=add_days(today(), -1))
		acts.note(client.name, now_datetime())
		pools.run()
		self.assertEqual(client.reload().agent, self.agent.name)

	def test_who_never_falls(self):
		kept = {
			"bought": self.make_client(idle=40, stage="Closed"),
			"after the sale": self.make_client(idle=40, stage="After-sale"),
			"protected": self.make_client(idle=40, protected_until=today()),
			"extended": self.make_client(idle=40, extended_until=today()),
			"erased": self.make_client(idle=40, erased_on=now_datetime()),
			"in a deal": self.make_client(idle=40),
			"an owner on offer": self.make_client(idle=40),
		}
		factory.make_deal(client=kept["in a deal"].name, agent=self.agent.name, listing=self.listing.name)
		factory.make_listing(
			"Live",
			maintainer=self.agent.name,
			owners=[{"client": kept["an owner on offer"].name, "share": 100}],
		)
		falls = self.make_client(idle=40)
		yesterday = add_days(today(), -1)
		for client in (*kept.values(), falls):
			client.db_set("fall_reminded_on", yesterday, update_modified=False)
		pools.run()
		self.assertEqual(falls.reload().pool, "Store")
		for why, client in kept.items():
			with self.subTest(why):
				self.assertEqual(client.reload().agent, self.agent.name)

	def test_nothing_falls_while_the_agent_is_on_leave_nor_unannounced_after_it(self):
		client = self.make_client(idle=40, fall_reminded_on=add_days(today(), -25))
		for leave in (
			{"status": "On Leave"},
			{"status": "Active", "on_leave_from": add_days(today(), -9), "on_leave_to": today()},
			{"on_leave_from": add_days(today(), -9), "on_leave_to": add_days(today(), -1)},
		):
			with self.subTest(**leave):
				frappe.get_doc("Agent", self.agent.name).update(leave).save()
				pools.run()
				self.assertEqual(client.reload().agent, self.agent.name)
		self.assertEqual(client.fall_reminded_on, getdate())

	def test_a_leave_ends_after_it_begins(self):
		leave = {"on_leave_from": today(), "on_leave_to": add_days(today(), -1)}
		with self.assertRaisesRegex(frappe.ValidationError, "On Leave From"):
			frappe.get_doc("Agent", self.agent.name).update(leave).save()

	def test_clients_of_who_has_left_fall_at_night(self):
		client = self.make_client(self.colleague)
		frappe.clear_messages()
		frappe.get_doc("Agent", self.colleague.name).update({"status": "Left", "left_on": today()}).save()
		self.assertIn("1 private clients", str(frappe.get_message_log()))
		pools.run()
		self.assertEqual(client.reload().pool, "Store")
		self.assertEqual(self.trace(client), [("Fall", self.colleague.name, None)])

	def test_a_rule_of_0_days_lets_nothing_fall(self):
		client = self.make_client(idle=90, fall_reminded_on=add_days(today(), -1))
		self.set_rule(client_store_days=0, client_area_days=0)
		pools.run()
		self.assertEqual(client.reload().agent, self.agent.name)

	def test_the_manager_extends_once_and_nobody_for_themselves(self):
		client = self.make_client(idle=10)
		with as_user(self.manager):
			self.assertEqual(pools.standing(client.name)["falls_on"], getdate(add_days(today(), 5)))
			self.assertEqual(pools.extend(client.name), getdate(add_days(today(), 12)))
			with self.assertRaisesRegex(frappe.ValidationError, "extended already"):
				pools.extend(client.name)
		with as_user(self.agent.user), self.assertRaises(frappe.PermissionError):
			pools.extend(self.make_client(idle=10).name)
		self.assertEqual(self.trace(client), [("Extension", self.agent.name, self.agent.name)])

	def test_the_settings_are_days_and_hours(self):
		for field, value in (("client_reminder_days", "soon"), ("assignment_to_hour", 25)):
			settings = frappe.get_doc("Agency Settings")
			settings.set(field, value)
			with self.subTest(field), self.assertRaises(frappe.ValidationError):
				settings.save()


class TestClaims(PoolsCase):
	def claim(self, client, agent=None):
		with as_user((agent or self.colleague).user):
			pools.claim(client.name)
		return client.reload()

	def refused(self, client, words: str, agent=None, error=frappe.ValidationError):
		with self.assertRaisesRegex(error, words):
			self.claim(client, agent)

	def test_who_claims_has_the_client_and_a_new_clock(self):
		client = self.make_pooled()
		self.claim(client)
		self.assertEqual(
			(client.agent, client.pool, client.pool_since), (self.colleague.name, "Private", None)
		)
		self.assertEqual(getdate(client.last_effective_on), getdate())
		self.assertEqual(self.trace(client), [("Claim", None, self.colleague.name)])

	def test_the_store_s_pool_is_the_store_s_and_the_area_s_the_area_s(self):
		region = factory.make_store(is_group=1).name
		frappe.get_doc("Store", self.store).update({"parent_store": region}).save()
		near = factory.make_agent(store=factory.make_store(parent=region).name)
		client, fell = self.make_pooled(), self.make_pooled("Area")
		self.refused(client, "no pool of yours", near, frappe.PermissionError)
		self.refused(fell, "no pool of yours", self.stranger, frappe.PermissionError)
		self.assertEqual(self.claim(fell, near).store, near.store)

	def test_the_second_is_told_who_was_first_and_a_stranger_nothing(self):
		client = self.claim(self.make_pooled())
		self.refused(client, self.colleague.agent_name, self.agent)
		private = self.make_client()
		for other, agent in ((client, self.stranger), (private, self.colleague)):
			with as_user(agent.user), self.assertRaises(frappe.PermissionError) as refusal:
				pools.claim(other.name)
			for secret in (other.client_name, self.agent.agent_name, self.colleague.agent_name):
				self.assertNotIn(secret, str(refusal.exception))

	def test_claims_a_day_are_limited(self):
		self.set_rule(client_claims_a_day=1)
		self.claim(self.make_pooled())
		self.refused(self.make_pooled(), "1 clients today")

	def test_who_lost_a_client_waits(self):
		client = self.make_client(idle=40, fall_reminded_on=add_days(today(), -1))
		pools.run()
		self.refused(client, "You had client", self.agent)
		self.age(client, 7)
		self.assertEqual(self.claim(client, self.agent).agent, self.agent.name)

	def test_private_clients_are_limited_whichever_way_they_come(self):
		mine = self.make_client(self.colleague)
		self.set_rule(clients_an_agent=1)
		self.refused(self.make_pooled(), "1 private clients")
		for how in (
			lambda: self.make_client(self.colleague),
			lambda: self.make_pooled(agent=self.colleague.name),
		):
			with self.assertRaisesRegex(frappe.ValidationError, "1 private clients"):
				how()
		mine.save()

	def test_who_has_left_gets_no_client(self):
		frappe.db.set_value("Agent", self.colleague.name, "status", "Left")
		with self.assertRaisesRegex(frappe.ValidationError, "has left"):
			self.make_client(self.colleague)


class TestByHand(PoolsCase):
	"""A second agent's form, or REST: what a service decides is not typed."""

	def save(self, user: str, client, **values):
		with as_user(user):
			doc = frappe.get_doc("Client", client.name)
			doc.update(values)
			doc.save()

	def test_nobody_takes_or_gives_a_client_away_by_hand(self):
		pooled, private = self.make_pooled(), self.make_client()
		helper = {"collaborators": [{"agent": self.colleague.name}]}
		for user, client, values in (
			(self.agent.user, private, {"agent": self.colleague.name}),
			(self.agent.user, private, {"agent": None}),
		):
			with self.subTest(**values), self.assertRaisesRegex(frappe.PermissionError, "by hand"):
				self.save(user, client, **values)
		# one of a pool isn't changed at all
		for values in ({"agent": self.colleague.name}, helper, {"store": self.stranger.store}):
			with self.subTest(**values), self.assertRaises(frappe.PermissionError):
				self.save(self.colleague.user, pooled, **values)
		self.save(self.agent.user, private, **helper)
		with self.assertRaisesRegex(frappe.PermissionError, "by hand"):
			self.save(self.colleague.user, private, collaborators=[])

	def test_what_the_system_keeps_is_not_typed(self):
		client = self.make_client(idle=20)
		before = [client.get(field) for field in ("last_effective_on", "protected_until", "pool")]
		far = add_days(now_datetime(), 90)
		self.save(self.agent.user, client, last_effective_on=far, protected_until=far, pool="Area")
		client.reload()
		self.assertEqual(
			[client.get(field) for field in ("last_effective_on", "protected_until", "pool")], before
		)

	def test_a_manager_assigns_and_it_is_traced(self):
		client = self.make_client(idle=20)
		self.save(self.manager, client, agent=self.colleague.name)
		self.assertEqual(self.trace(client), [("Assignment", self.agent.name, self.colleague.name)])
		self.assertEqual(getdate(client.reload().last_effective_on), getdate())
		self.save(self.manager, client, agent=None)
		self.assertEqual((client.reload().pool, client.last_agent), ("Store", self.colleague.name))

	def test_the_trace_is_the_system_s(self):
		client = self.make_client()
		with as_user(self.manager), self.assertRaises(frappe.PermissionError):
			values = {"client": client.name, "kind": movements.CLAIM, "at": now_datetime()}
			frappe.get_doc({"doctype": "Client Movement", **values}).insert()
