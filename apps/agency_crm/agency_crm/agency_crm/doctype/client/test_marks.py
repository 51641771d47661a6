import frappe
from frappe.utils import add_days, getdate, now_datetime

from agency_crm.api.clients import profile as profile_api
from agency_crm.api.rating import tags as tags_api
from agency_crm.domain.rating import levels, tagging
from agency_crm.framework import workflow_guard
from agency_crm.services.clients import profile, segments
from agency_crm.services.rating import clients as rating
from agency_crm.tests import factory
from agency_crm.tests.cases.clients import ClientCase

URGENT = ("Urgency", "Is", "High")


class TestLevel(ClientCase):
	def test_what_is_learned_raises_the_level_and_its_reasons_make_the_score(self):
		client = factory.make_client(is_buyer=1)
		scores = [client.level_score]
		client.update({"eligibility": "Eligible", "eligibility_checked_on": getdate()}).save()
		scores.append(client.level_score)
		requirement = factory.make_requirement(client.name, urgency="High")
		scores.append(self.level_of(client.name)[1])
		self.assertEqual(scores, sorted(set(scores)))
		client.reload()
		reasons = {row["item"]: row["points"] for row in frappe.parse_json(client.level_reasons)}
		self.assertAlmostEqual(sum(reasons.values()), client.level_score)
		self.assertTrue(reasons["Urgent"] and reasons["Eligible"] and reasons["Budget"])
		requirement.update({"status": "Dropped"}).save()
		self.assertLess(self.level_of(client.name)[1], scores[-1])

	def test_silence_lowers_it_in_the_night_and_an_act_raises_it(self):
		client = factory.make_client(is_buyer=1)
		fresh = client.level_score
		long_ago = add_days(now_datetime(), -60)
		frappe.db.set_value("Client", client.name, "creation", long_ago, update_modified=False)
		rating.refresh_all()
		self.assertLess(self.level_of(client.name)[1], fresh)
		follow_up = {
			"doctype": "Follow Up",
			"client": client.name,
			"method": "Call",
			"content": "约好周末看房",
		}
		frappe.get_doc({**follow_up, "agent": factory.make_agent().name}).insert()
		self.assertEqual(self.level_of(client.name)[1], fresh)

	def test_a_level_set_by_hand_stays_and_who_set_it_is_kept(self):
		client = factory.make_client(is_buyer=1)
		by_rule = client.level
		client.update({"level": "A"}).save()
		self.assertEqual(client.level, by_rule)
		client.update({"level": "A", "level_by_hand": 1}).save(ignore_version=False)
		factory.make_requirement(client.name)
		self.assertEqual(self.level_of(client.name)[0], "A")
		versions = frappe.get_all("Version", {"docname": client.name}, ["owner", "data"])
		self.assertTrue(any('"level_by_hand"' in row.data and row.owner for row in versions))
		client.reload()
		client.update({"level_by_hand": 0}).save()
		self.assertNotEqual(client.level, "A")

	def test_an_owner_who_looks_for_nothing_has_none(self):
		self.assertEqual(factory.make_client(is_seller=1).level, "")

	def test_what_the_system_notes_is_not_typed(self):
		client = factory.make_client(agent=factory.make_agent().name)
		with self.set_user(frappe.db.get_value("Agent", client.agent, "user")):
			typed = {"looked_price": 9, "level_score": 99, "tag_names": "X", "viewing_count": 7}
			client.update(typed).save()
		client.reload()
		self.assertFalse(client.looked_price or client.tag_names or client.viewing_count)
		self.assertLess(client.level_score, 99)

	def test_a_save_that_changes_no_fact_asks_nothing_more(self):
		client = factory.make_client()
		client.reload()
		client.load_doc_before_save()
		with self.assertQueryCount(0):
			rating.set_marks(client)

	def test_all_clients_are_refreshed_to_what_a_save_computes(self):
		segment = self.make_segment(("Role", "Is", "Buyer"), ("Has Children", "Is", "Yes"))
		child = {"relation": "Child", "person_name": "小明"}
		client = factory.make_client(is_buyer=1, birthday="1990-02-28", relations=[child])
		factory.make_requirement(client.name)
		rating.refresh([client.name])
		fields = [*rating.MARKS, "modified"]
		before = frappe.db.get_value("Client", client.name, fields)
		rating.refresh([client.name])
		self.assertEqual(frappe.db.get_value("Client", client.name, fields), before)
		client.reload()
		client.update({"gender": "Female", "purpose": "School"}).save()
		in_save = frappe.db.get_value("Client", client.name, rating.MARKS)
		rating.refresh([client.name])
		self.assertEqual(frappe.db.get_value("Client", client.name, rating.MARKS), in_save)
		self.assertEqual(self.tags_of(client.name, segment), {segment})


class TestLookedAt(ClientCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.agent = factory.make_agent()
		frappe.set_user(cls.agent.user)
		cls.client = factory.make_client(is_buyer=1)
		dear = factory.make_listing("Live", asking_price=5000000, gross_area=110, bedrooms=3)
		cheap = factory.make_listing(
			"Live", estate=dear.estate, room_no="502", asking_price=4000000, gross_area=90
		)
		cls.viewing = factory.make_viewing(dear.name, cheap.name, client=cls.client.name)
		for stop, interest in zip(cls.viewing.stops, (4, 1), strict=True):
			stop.update({"feedback": "采光好", "interest": interest})
		workflow_guard.move(cls.viewing, "Closed", reason="Test")
		frappe.set_user("Administrator")

	def setUp(self):
		super().setUp()
		frappe.set_user(self.agent.user)
		self.client.reload()

	def test_a_viewing_that_was_done_says_what_they_looked_at(self):
		self.assertEqual((self.client.looked_price, self.client.looked_area), (4800000, 106))
		self.assertEqual((self.client.viewing_count, self.client.top_interest), (1, 4))
		self.assertTrue(self.client.last_viewed_on)

	def test_another_interest_is_another_mean_and_none_done_is_none(self):
		self.viewing.reload()
		self.viewing.stops[0].interest = 1
		self.viewing.save(ignore_permissions=True)  # perm: a correction
		self.client.reload()
		self.assertEqual((self.client.looked_price, self.client.top_interest), (4500000, 1))
		frappe.db.set_value("Viewing", self.viewing.name, "phase", "Dead")
		profile.refresh([self.client.name])
		self.client.reload()
		self.assertFalse(self.client.looked_price or self.client.viewing_count or self.client.last_viewed_on)

	def test_the_form_shows_it_beside_what_they_said(self):
		circle = factory.make_territory().name
		requirement = factory.make_requirement(
			self.client.name, budget_min=0, budget_max=4000000, territories=[{"territory": circle}]
		)
		(shown,) = profile_api.get_profile(self.client.name)
		self.assertEqual((shown["said"]["price_max"], shown["said"]["places"]), (4000000, [circle]))
		self.assertEqual(shown["looked"]["price"], {"low": 4000000, "mean": 4800000, "high": 5000000})
		self.assertEqual(
			[(found["item"], found["direction"], found["percent"]) for found in shown["differences"]],
			[("price", "Above", 20), ("places", "Outside", 100)],
		)
		rent = factory.make_requirement(
			self.client.name, requirement_type="Rent", budget_min=0, budget_max=6000
		)
		self.assertEqual(len(profile_api.get_profile(self.client.name)), 2)
		(shown,) = profile_api.get_profile(self.client.name, rent.name)
		self.assertEqual((shown["looked"]["listings"], shown["said"]["price_max"]), (0, 6000))
		frappe.set_user(factory.make_agent().user)
		for name in (None, requirement.name):
			self.assertRaises(frappe.PermissionError, profile_api.get_profile, self.client.name, name)


class TestSegment(ClientCase):
	def test_the_form_offers_every_fact_and_every_weight(self):
		facts = [fact for vocabulary in tagging.VOCABULARIES.values() for fact in vocabulary]
		for doctype, fieldname, words in (
			("Agency Tag Condition", "fact", facts),
			("Client Level Weight", "item", list(levels.ITEMS)),
		):
			self.assertEqual(frappe.get_meta(doctype).get_field(fieldname).options.split("\n"), words)

	def test_a_clients_rule_knows_clients_facts_and_existing_places_alone(self):
		for condition in (("Photos", "At Least", "3"), ("Wanted Place", "Is", "Nowhere")):
			with self.assertRaisesRegex(frappe.ValidationError, "1"):
				self.make_segment(condition)
		place = factory.make_territory()
		segment = self.make_segment(("Wanted Place", "Is", place.parent_territory))
		client = factory.make_client()
		factory.make_requirement(client.name, territories=[{"territory": place.name}])
		self.assertEqual(self.tags_of(client.name, segment), {segment})

	def test_free_tags_stay_beside_those_by_rule(self):
		free, segment = self.make_free(), self.make_segment(("Role", "Is", "Buyer"))
		client = factory.make_client(is_buyer=1, tags=[{"tag": free}])
		self.assertEqual(client.tag_names, f"{segment}、{free}")
		client.update({"is_buyer": 0, "is_seller": 1}).save()
		self.assertEqual(client.tag_names, free)

	def test_members_and_their_number_are_those_one_may_see(self):
		segment = self.make_segment(URGENT)
		agents = [factory.make_agent() for _number in range(2)]
		made = []
		for agent in agents:
			frappe.set_user(agent.user)
			made.append(factory.make_requirement(factory.make_client().name, urgency="High").client)
		self.assertEqual(segments.members(segment), [made[1]])
		(shown,) = (row for row in tags_api.get_segments() if row.tag == segment)
		self.assertEqual(shown.clients, 1)
		rows = frappe.get_list("Client", filters=[["Client Tag", "tag", "=", segment]], pluck="name")
		self.assertEqual(rows, [made[1]])
		frappe.set_user("Administrator")
		self.assertEqual(set(segments.members(segment)), set(made))
		self.assertEqual(
			tags_api.preview([dict(zip(("fact", "operator", "value"), URGENT, strict=True))], "Client")["of"],
			frappe.db.count("Client"),
		)

	def test_an_assignment_rule_asks_for_a_segment(self):
		segment = self.make_segment(("Role", "Is", "Buyer"))
		agent = factory.make_agent()
		days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
		rule = {
			"doctype": "Assignment Rule",
			"name": frappe.generate_hash(length=8),
			"document_type": "Client",
			"description": "{{ name }}",
			"assign_condition": f'"{segment}" in (tag_names or "").split("、")',
			"rule": "Round Robin",
			"users": [{"user": agent.user}],
			"assignment_days": [{"day": day} for day in days],
		}
		frappe.get_doc(rule).insert()
		self.addCleanup(frappe.cache.delete_keys, "assignment_rule_map")
		mine = [factory.make_client(store=agent.store, **{role: 1}) for role in ("is_buyer", "is_seller")]
		todo = {"reference_type": "Client", "reference_name": ("in", [client.name for client in mine])}
		assigned = frappe.get_all("ToDo", todo, ["reference_name", "allocated_to"])
		self.assertEqual([tuple(row.values()) for row in assigned], [(mine[0].name, agent.user)])
