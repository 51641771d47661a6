"""Who sees which row: the list and the form agree, for everybody and every DocType with a predicate."""

import frappe
from frappe.desk.form import assign_to
from frappe.model.db_query import DatabaseQuery

from agency_crm import hooks
from agency_crm.framework import wraps
from agency_crm.permissions import visibility
from agency_crm.permissions.reader import forget_places
from agency_crm.setup import install
from agency_crm.tests import factory
from agency_crm.tests.base import AgencyTestCase
from agency_crm.tests.world import ROLES, Agency


class TestVisibility(AgencyTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		cls.agency = Agency()

	def as_person(self, person: str):
		return self.set_user(self.agency.users[person])

	def test_hooks_name_every_predicate(self):
		for hook in (hooks.permission_query_conditions, hooks.has_permission):
			ours = {doctype for doctype, method in hook.items() if "visibility" in method}
			self.assertEqual(ours - {"*"}, set(visibility.PREDICATES))

	def test_every_predicate_has_its_record(self):
		self.assertEqual(set(self.agency.seen), set(visibility.PREDICATES))

	def test_a_site_without_the_app_reads_linked_fields_as_frappe_does(self):
		"""One process serves both, and Frappe's query is wrapped for all of them."""
		self.addCleanup(wraps.put_in_place)
		for is_ours, joined in ((True, "(select * from"), (False, "`tabClient`")):
			frappe.local.agency_wraps = is_ours
			with self.as_person("cat"):
				query = DatabaseQuery("Client Requirement")
				query.fields, query.filters, query.or_filters = ["client.wechat"], [], []
				query.parse_args()
				query.extract_tables()
				self.assertTrue(query.link_tables[0].table_name.startswith(joined), query.link_tables)

	def test_list_and_form_show_the_same(self):
		for person in ROLES:
			for doctype, records in self.agency.seen.items():
				with self.subTest(person=person, doctype=doctype), self.as_person(person):
					expected = {name for name, readers in records.items() if person in readers}
					self.assertEqual(self._listed(doctype, records), expected)
					shown = {
						name
						for name in records
						if frappe.has_permission(doctype, "read", doc=frappe.get_doc(doctype, name))
					}
					self.assertEqual(shown, expected)

	def _listed(self, doctype: str, records) -> set[str]:
		try:
			return set(
				frappe.get_list(doctype, filters={"name": ("in", list(records))}, pluck="name", limit=0)
			)
		except frappe.PermissionError:
			return set()

	def test_who_edits_a_listing(self):
		writers = {"Public": "ann assistant lead boss admin", "Private": "ann lead boss admin"}
		writers["Held"] = "ann dan lead boss admin"
		for scope, expected in writers.items():
			listing = frappe.get_doc("Listing", self.agency.listings[scope])
			for person in ROLES:
				with self.subTest(scope=scope, person=person), self.as_person(person):
					may = bool(frappe.has_permission("Listing", "write", doc=listing))
					self.assertEqual(may, person in expected.split())

	def test_unasked_person_is_nobody(self):
		"""A user of the site without an agency role, and one who left."""
		with self.set_user(factory.make_user("Sales User").name):
			self.assertRaises(frappe.PermissionError, frappe.get_list, "Client")
		frappe.get_doc("Agent", self.agency.agents["ann"]).update(
			{"status": "Left", "left_on": frappe.utils.today()}
		).save()
		with self.as_person("ann"):
			self.assertEqual(frappe.get_list("Client"), [])
			self.assertEqual(frappe.get_list("Deal"), [])

	def test_what_is_typed_opens_nothing(self):
		"""The form asks about the record as it is stored."""
		with self.as_person("cat"):
			client = frappe.get_doc("Client", self.agency.clients["Private"])
			client.update({"agent": self.agency.agents["cat"], "pool": "Area"})
			self.assertRaises(frappe.PermissionError, client.save)

	def test_a_store_that_moves_takes_its_rows_along(self):
		with self.as_person("boss"):
			self.assertTrue(frappe.has_permission("Client", "read", doc=self.agency.clients["Private"]))
		frappe.get_doc("Store", self.agency.store).update({"parent_store": None}).save()
		with self.as_person("boss"):
			self.assertFalse(frappe.has_permission("Client", "read", doc=self.agency.clients["Private"]))

	def test_share_is_refused(self):
		for doctype, records in self.agency.seen.items():
			with self.subTest(doctype=doctype):
				user = self.agency.users["cat"]
				self.assertRaises(
					frappe.PermissionError, frappe.share.add, doctype, next(iter(records)), user
				)
		self.assertEqual(frappe.get_all("DocShare", {"share_doctype": ("in", list(self.agency.seen))}), [])

	def test_assignment_shares_nothing(self):
		"""Assigning to somebody who sees the client works; to anybody else it is refused, not shared."""
		client = self.agency.clients["Private"]
		task = {"doctype": "Client", "name": client}
		with self.as_person("ann"):
			assign_to.add({**task, "assign_to": [self.agency.users["lead"]]})
			self.assertRaises(
				frappe.PermissionError, assign_to.add, {**task, "assign_to": [self.agency.users["cat"]]}
			)
		with self.as_person("cat"):
			self.assertFalse(frappe.has_permission("Client", "read", doc=client))

	def test_nobody_assigns_themselves_into_a_deal(self):
		task = {"doctype": "ToDo", "reference_type": "Deal", "description": "我来办"}
		hidden = next(name for name, readers in self.agency.seen["Deal"].items() if "officer" not in readers)
		with self.as_person("officer"):
			todo = frappe.get_doc({**task, "reference_name": hidden, "allocated_to": frappe.session.user})
			self.assertRaises(frappe.PermissionError, todo.insert)

	def test_a_task_taken_back_closes_the_deal(self):
		with self.as_person("officer"):
			self.assertTrue(frappe.has_permission("Deal", "read", doc=self.agency.deal))
		assign_to.remove("Deal", self.agency.deal, self.agency.users["officer"])
		with self.as_person("officer"):
			self.assertFalse(frappe.has_permission("Deal", "read", doc=self.agency.deal))

	def test_a_quote_in_a_name_is_only_a_name(self):
		"""The list's condition is SQL text: what is typed as a store's name stays inside its quotes."""
		for name in ("O'Hara' or 1=1 -- ", "back\\slash\\' or 1=1 -- ", "100 % %(x)s"):
			with self.subTest(name=name):
				factory.make_store(store_name=name, manager=self.agency.users["sue"])
				with self.as_person("sue"):
					records = self.agency.seen["Client"]
					self.assertEqual(self._listed("Client", records), set())

	def test_rights_to_take_away_in_bulk(self):
		"""Export, report, e-mail, print and share are rights of their own: agents have none on a client."""
		for doctype in frappe.get_all("DocType", {"module": install.MODULE, "istable": 0}, pluck="name"):
			for row in frappe.get_meta(doctype).permissions:
				if row.role in ("Agency Agent", "Agency Assistant", "Agency Title Officer"):
					with self.subTest(doctype=doctype, role=row.role):
						self.assertFalse(row.export or row.share or row.report or row.get("import"))
						self.assertFalse(doctype == "Client" and (row.print or row.email))
		for doctype in ("Client Private", "Listing Private"):
			self.assertEqual(frappe.get_meta(doctype).permissions, [])

	def test_nothing_is_in_the_global_search(self):
		ours = frappe.get_all("DocType", {"module": install.MODULE}, pluck="name")
		self.assertEqual(frappe.get_all("DocField", {"parent": ("in", ours), "in_global_search": 1}), [])


class TestPlans(AgencyTestCase):
	"""How the database finds an agent's and a manager's rows in filled tables.

	Why: docs/rules/platform.md, "Database".
	"""

	STORES, AGENTS, ROWS = 40, 200, 8000

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		stores = [f"Plan Store {number}" for number in range(cls.STORES)]
		agents = [f"PLAN-{number}" for number in range(cls.AGENTS)]
		cls.user, cls.manager = (
			factory.make_user(role).name for role in ("Agency Agent", "Agency Store Manager")
		)
		cls.fill(
			"Store",
			name=stores,
			store_name=stores,
			lft=range(10**6, 10**6 + 80, 2),
			rgt=range(10**6 + 1, 10**6 + 81, 2),
		)
		cls.fill("Agent", name=agents, store=[stores[number % cls.STORES] for number in range(cls.AGENTS)])
		frappe.db.set_value("Agent", agents[7], "user", cls.user)
		frappe.db.set_value("Store", stores[9], "manager", cls.manager)

		def spread(values):
			return [values[number * 7919 % len(values)] for number in range(cls.ROWS)]

		names = [f"PLAN-{number:06d}" for number in range(cls.ROWS)]
		place = {"name": names, "agent": spread(agents), "store": spread(stores)}
		cls.fill(
			"Listing",
			name=names,
			maintainer=spread(agents),
			store=spread(stores),
			scope=spread(["Public"] * 19 + ["Private"]),
		)
		cls.fill("Client", **place, pool=spread(["Private"] * 9 + ["Store"]))
		for doctype in ("Viewing", "Deal", "Commission Statement"):
			cls.fill(doctype, **place)
		cls.fill("Deal Split", **place, deal=names)
		cls.fill("Listing Mandate", name=names, listing=names)
		for doctype in ("Deal Fee", "Deal Termination", "Commission Accrual"):
			cls.fill(doctype, name=names, deal=names)
		for doctype in ("Client Requirement", "Follow Up"):
			cls.fill(
				doctype,
				name=names,
				client=names,
				**({"agent": spread(agents)} if doctype == "Follow Up" else {}),
			)
		for child, parent in (
			("Listing Role", "Listing"),
			("Client Collaborator", "Client"),
			("Viewing Companion", "Viewing"),
			("Deal Co Agent", "Deal"),
		):
			cls.fill(
				child, name=names, parent=names, parenttype=[parent] * cls.ROWS, agent=spread(agents[::-1])
			)
		users = [f"{number}@plan.example" for number in range(cls.AGENTS)]
		cls.fill("Contact Reveal", name=names, user=spread(users))
		cls.fill("Client Import", name=names, store=spread(stores), owner=spread(users))
		cls.fill("Listing Import", name=names, store=spread(stores), owner=spread(users))
		for queue in ("Client Enquiry", "Listing Enquiry"):
			cls.fill(queue, name=names, store=spread(stores), assigned_to=spread(users))
		cls.fill(
			"Duplicate Pair", name=names, pair_key=names, store=spread(stores), other_store=spread(stores)
		)
		cls.fill("Listing Follower", name=names, listing=names, user=spread(users))
		cls.fill("Client Mailing", name=names, store=spread(stores), owner=spread(users))
		cls.fill("Call List", name=names, store=spread(stores), owner=spread(users))
		cls.fill("Follow Up Task", name=names, client=names, agent=spread(agents), store=spread(stores))
		cls.fill("Match Pair", name=names, pair_key=names, client=names, listing=names)
		asked = {"name": names, "store": spread(stores), "listing": spread(names)}
		cls.fill("Listing Verification", **asked, requested_of=spread(agents), requested_by=spread(users))
		people = {"agent": spread(agents), "replaces": spread(agents[::-1]), "owner": spread(users)}
		cls.fill("Role Request", **asked, **people)
		cls.fill("Client Handover", name=names, store=spread(stores))
		cls.fill("Client Erasure", name=names, store=spread(stores), asked_by=spread(users))
		cls.fill("Client Movement", name=names, client=names)
		people = {"to_agent": spread(agents), "from_agent": spread(agents[::-1]), "owner": spread(users)}
		cls.fill("Client Request", name=names, store=spread(stores), **people)
		forget_places()

	@staticmethod
	def fill(doctype: str, **columns):
		day = [f"2026-01-{number % 28 + 1:02d}" for number in range(len(columns["name"]))]
		rows = zip(*columns.values(), day, strict=True)
		frappe.db.bulk_insert(doctype, [*columns, "modified"], [list(row) for row in rows])

	def test_no_list_reads_a_whole_table(self):
		for user in (self.user, self.manager):
			# most listings are public, and so are their history, their keys and their homes: see the next test
			public = {"Listing", "Listing Change", "Listing Key", "Key Movement", "Property"}
			# few are open, and each is asked by itself whether its record is seen
			public.add("Workflow Action")
			for doctype in set(visibility.PREDICATES) - public:
				with self.subTest(user=user, doctype=doctype), self.set_user(user):
					if not frappe.has_permission(doctype, "read"):
						continue
					for step in self.plan(doctype):
						self.assertNotIn(step.type, ("ALL", "index"), step)
						self.assertNotIn(step.key, ("modified", "creation"), step)

	def test_roles_on_listings_are_asked_of_one_row_at_a_time(self):
		"""Public listings are met by walking the list's own order, which `./agency bench` measures."""
		with self.set_user(self.user):
			_listings, roles = self.plan("Listing")
		self.assertEqual(roles.select_type, "DEPENDENT SUBQUERY", roles)
		self.assertIn(roles.type, ("ref", "range"), roles)

	def plan(self, doctype: str) -> list[dict]:
		query = frappe.get_list(doctype, limit=20, order_by="modified desc", run=False)
		return frappe.db.sql(f"explain {query}", as_dict=True)
