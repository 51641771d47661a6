"""Endpoints of Frappe that a form or list needs and that ask for no right, each tried by an agent who sees nothing."""

from collections.abc import Iterator

import frappe
from frappe.desk.form import document_follow
from frappe.utils import now_datetime

from agency_crm.permissions import visibility
from agency_crm.services.privacy import reveals
from agency_crm.tests.cases.http import DENIED, PRICE, AgencyHTTPCase, Browser
from agency_crm.tests.deep.events import listening, touch
from agency_crm.tests.factory import picture

CHART = "frappe.desk.doctype.dashboard_chart.dashboard_chart.get"
CARD = "frappe.desk.doctype.number_card.number_card.get_result"
REFUSED = (DENIED, 404, 417)


class TestFigures(AgencyHTTPCase):
	"""Charts and number cards: of no table, row or expression that the reader may not have by a list."""

	@classmethod
	def prepare(cls):
		super().prepare()
		cls.dan, cls.admin = cls.people["dan"], cls.people["admin"]
		cls.private = cls.agency.listings["Private"]
		frappe.db.set_value("Listing", cls.private, "asking_price", PRICE)
		reveals.keep("Listing", cls.private, {"floor_price": PRICE})

	def chart(self, browser, **values):
		chart = {"chart_type": "Sum", "type": "Heatmap", "based_on": "creation", "heatmap_year": self.year}
		return browser.call(CHART, chart={**chart, **values})

	@property
	def year(self) -> int:
		return now_datetime().year

	def listing(self, **values) -> dict:
		filters = frappe.as_json([["Listing", "name", "=", self.private]])
		return {
			"document_type": "Listing",
			"value_based_on": "asking_price",
			"filters_json": filters,
			**values,
		}

	def test_a_heat_map_counts_the_rows_that_one_sees(self):
		seen = self.chart(self.admin, **self.listing())
		self.assertEqual(list(seen.json()["message"]["dataPoints"].values()), [PRICE], seen.text)
		hidden = self.chart(self.dan, **self.listing())
		self.assertEqual(hidden.json()["message"]["dataPoints"], {}, hidden.text)

	def test_a_heat_map_asks_for_the_right_on_the_doctype(self):
		for person in ("dan", "admin", "accountant"):
			with self.subTest(person=person):
				answer = self.chart(
					self.people[person], document_type="Listing Private", value_based_on="floor_price"
				)
				self.assertEqual(answer.status_code, DENIED, answer.text[-300:])
				self.assertNotIn(str(PRICE), answer.text)

	def test_a_figure_is_of_a_field(self):
		expressions = (
			"ascii(substr(street_address, 1, 1))",
			"(select max(floor_price) from `tabListing Private`)",
			"street_address",
			"no_such_field",
			["asking_price"],
			{"a": 1},
		)
		for expression in expressions:
			for kind in ("Heatmap", "Line"):
				with self.subTest(expression=expression, kind=kind):
					answer = self.chart(self.admin, **self.listing(value_based_on=expression, type=kind))
					self.assertEqual(answer.status_code, 417, answer.text[-300:])
			with self.subTest(expression=expression, kind="Group By"):
				group = {"chart_type": "Group By", "type": "Bar", "group_by_based_on": "status"}
				group |= {"group_by_type": "Sum", "aggregate_function_based_on": expression}
				answer = self.chart(self.admin, **self.listing(**group))
				self.assertEqual(answer.status_code, 417, answer.text[-300:])
			with self.subTest(expression=expression, kind="card"):
				card = {"document_type": "Listing", "function": "Maximum"}
				card["aggregate_function_based_on"] = expression
				self.assertEqual(self.admin.call(CARD, doc=card, filters=[]).status_code, 417)

	def test_where_a_field_belongs_stands_one(self):
		for changes in (
			{"based_on": "date(creation)"},
			{"based_on": "asking_price"},
			{"chart_type": "sum(asking_price), max"},
			{
				"chart_type": "Group By",
				"group_by_based_on": "left(street_address, 1)",
				"group_by_type": "Count",
			},
			{"chart_type": "Group By", "group_by_based_on": "status", "group_by_type": "Max"},
			{"filters_json": '[["Listing", "left(street_address, 1)", "=", "x"]]'},
			{"filters_json": '[["Listing Private", "floor_price", ">", 1]]'},
			{"filters_json": '"name"'},
		):
			with self.subTest(**changes):
				answer = self.chart(self.admin, **self.listing(**changes))
				self.assertIn(answer.status_code, (DENIED, 417), answer.text[-300:])

	def test_of_a_field_above_ones_level_there_is_no_figure(self):
		high = [field for field in frappe.get_meta("Listing").fields if field.permlevel]
		self.addCleanup(frappe.clear_cache, doctype="Listing")
		if not high:
			name = frappe.db.get_value("DocField", {"parent": "Listing", "fieldname": "asking_price"})
			self.addCleanup(self.set_level, name, 0)
			self.set_level(name, 3)
		answer = self.chart(self.admin, **self.listing())
		self.assertEqual(answer.status_code, 417, answer.text[-300:])
		card = {"document_type": "Listing", "function": "Sum", "aggregate_function_based_on": "asking_price"}
		self.assertEqual(self.admin.call(CARD, doc=card, filters=[]).status_code, 417)

	@staticmethod
	def set_level(field: str, level: int) -> None:
		frappe.db.set_value("DocField", field, "permlevel", level)
		frappe.clear_cache(doctype="Listing")
		frappe.db.commit()  # the server reads it

	def test_cards_count_as_lists_do(self):
		card = {"document_type": "Listing", "function": "Sum", "aggregate_function_based_on": "asking_price"}
		filters = [["Listing", "name", "=", self.private]]
		self.assertEqual(self.admin.call(CARD, doc=card, filters=filters).json()["message"], PRICE)
		self.assertEqual(self.dan.call(CARD, doc=card, filters=filters).json()["message"], 0)
		secret = {**card, "document_type": "Listing Private", "aggregate_function_based_on": "floor_price"}
		self.assertEqual(self.admin.call(CARD, doc=secret, filters=[]).status_code, DENIED)


class TestForms(AgencyHTTPCase):
	"""What stands beside a form."""

	@classmethod
	def prepare(cls):
		super().prepare()
		cls.dan, cls.ann = cls.people["dan"], cls.people["ann"]

	def test_a_record_by_filters_is_none_where_one_sees_none(self):
		"""Whether a hidden record matches is not to be told from there being none."""
		statuses = {
			self.dan.call(
				"frappe.client.get", doctype="Client", filters={"name": self.secret, **more}
			).status_code
			for more in ({}, {"client_name": "nobody at all"})
		}
		self.assertEqual(statuses, {404})
		found = self.ann.call("frappe.client.get", doctype="Client", filters={"name": self.secret})
		self.assertEqual(found.json()["message"]["name"], self.secret)

	def test_tasks_of_hidden_rows_are_not_counted(self):
		frappe.get_doc(
			doctype="ToDo",
			description="x",
			allocated_to=self.agency.users["ann"],
			reference_type="Client",
			reference_name=self.secret,
		).insert(ignore_permissions=True)
		frappe.db.commit()  # the server counts it
		asked = {
			"doctype": "Client",
			"current_filters": [["Client", "name", "=", self.secret]],
			"field": "assigned_to",
		}
		name = "frappe.desk.listview.get_group_by_count"
		self.assertEqual(len(self.ann.call(name, **asked).json()["message"]), 1)
		self.assertEqual(self.dan.call(name, **asked).json()["message"], [])

	def test_lists_are_sorted_and_grouped_by_fields(self):
		"""A function in an order runs once a row: a handful of such requests holds every worker."""
		for argument, text in (
			("order_by", "(select sleep(2))"),
			("order_by", "modified desc, extractvalue(1,concat(0x7e,user()))"),
			("group_by", "if(1,name,sleep(1))"),
			("fields", '["name","sleep(1) as x"]'),
		):
			for method in ("frappe.client.get_list", "frappe.desk.reportview.get"):
				with self.subTest(text, method=method):
					answer = self.people["cat"].call(
						method, **{"doctype": "Listing", "fields": '["name"]', argument: text}
					)
					self.assertEqual(answer.status_code, 417, answer.text[-300:])
		for order in ("`tabListing`.`modified` desc", "asking_price asc, name"):
			answer = self.people["cat"].call("frappe.client.get_list", doctype="Listing", order_by=order)
			self.assertTrue(answer.ok, answer.text)

	def test_a_filter_is_by_a_field(self):
		"""What Frappe takes for a column stands in its SQL as it is: it would end the rows' rule, or read any table."""
		hidden = "ifnull(1,1)=2 /*!50000UNION SELECT name from tabUser */ # `tabClient`.`name`"
		for column in (
			"ifnull(1,1)=1 || `tabClient`.`name`",
			hidden,
			"ifnull(sleep(1),1)",
			"ifnull(wechat,(wechat))",
			"ifnull(`name`,'') || ifnull(`name`,'')",
			"tabClient || 1=1 # .name",
		):
			for function, arguments in (
				("frappe.client.get_list", {"filters": [["Client", column, "=", "x"]]}),
				("frappe.client.get_count", {"filters": [["Client", column, "=", "x"]]}),
				("frappe.client.get_list", {"filters": {column: "x"}}),
				(
					"frappe.desk.reportview.get",
					{"filters": [["Client", column, "=", "x"]], "fields": ["name"]},
				),
				("frappe.client.get_list", {"or_filters": [["Client", column, "=", "x"]]}),
			):
				with self.subTest(column=column, function=function):
					answer = self.people["officer"].call(function, doctype="Client", **arguments)
					self.assertIn(answer.status_code, REFUSED, answer.text[-300:])
		column = "ifnull(wechat, '')"
		asked = {"doctype": "Client", "filters": [["Client", column, "like", "%a%"]]}
		self.assertEqual(self.people["cashier"].call("frappe.client.get_count", **asked).status_code, DENIED)
		self.assertTrue(self.ann.call("frappe.client.get_count", **asked).ok)
		field_map = frappe.as_json({"start": "starts_on", "end": "ends_on", "title": "subject"})
		days = {"start": "2026-11-01", "end": "2026-12-01", "field_map": field_map}
		answer = self.people["cat"].call("frappe.desk.calendar.get_events", doctype="Event", **days)
		self.assertTrue(answer.ok, answer.text[-300:])

	def test_what_is_selected_is_a_field(self):
		"""By whatever argument fields are named: a subquery behind a permitted name reads any table."""
		hidden = "case when idx>=0 then (select group_concat(client_name) from tabClient) end as x"
		days = {"start": "2000-01-01", "end": "2100-01-01"}
		field_map = {"start": "creation", "end": "modified", "title": hidden}
		for function, arguments in (
			("frappe.client.get_value", {"doctype": "Store", "fieldname": hidden}),
			("frappe.client.get_value", {"doctype": "Store", "fieldname": [hidden]}),
			("frappe.client.get_list", {"doctype": "Store", "fields": [hidden]}),
			("frappe.client.get_list", {"doctype": "Store", "fields": ["idx+lft"]}),
			("frappe.client.get_list", {"doctype": "Store", "fields": "name, idx as a, (select 1)"}),
			(
				"frappe.desk.query_report.get_data_for_custom_field",
				{"doctype": "Store", "field": hidden},
			),
			("frappe.desk.calendar.get_events", {"doctype": "Listing", "field_map": field_map, **days}),
			(
				"frappe.desk.search.search_widget",
				{
					"doctype": "Store",
					"txt": "",
					"filter_fields": ["name`+(select count(*) from tabClient)+`idx"],
				},
			),
		):
			with self.subTest(function=function, **arguments):
				answer = self.people["officer"].call(function, **arguments)
				self.assertIn(answer.status_code, REFUSED, answer.text[-300:])
		for function, arguments in (
			("frappe.desk.search.search_widget", {"doctype": "Store", "txt": "3-2'501\\"}),
			(
				"frappe.client.get_list",
				{"doctype": "Client Requirement", "fields": ["client.client_name as x"]},
			),
			("frappe.client.get_list", {"doctype": "Store", "fields": ["count(distinct name) as n"]}),
			(
				"frappe.desk.reportview.get",
				{"doctype": "Deal", "fields": ["`tabDeal Party`.`share` as 'Deal Party:share'", "name"]},
			),
		):
			with self.subTest(function=function, **arguments):
				answer = self.ann.call(function, **arguments)
				self.assertTrue(answer.ok, answer.text[-300:])

	def test_a_digest_tells_who_follows_what_they_still_see(self):
		client = self.agency.clients["Billed"]
		follower = self.agency.users["ann"]
		frappe.set_user(follower)
		follow = {
			"doctype": "Document Follow",
			"ref_doctype": "Client",
			"ref_docname": client,
			"user": follower,
		}
		self.addCleanup(frappe.db.rollback)
		frappe.get_doc(follow).insert(ignore_permissions=True)
		frappe.set_user("Administrator")
		frappe.get_doc("Client", client).add_comment("Comment", "canary comment")
		digest = document_follow.get_message_for_user
		self.assertIn("canary comment", frappe.as_json(digest("Hourly", follower)))
		frappe.db.set_value(
			"Client", client, {"agent": None, "store": None, "pool": "Private", "customer": None}
		)
		frappe.db.delete("Client Collaborator", {"parent": client})
		frappe.db.delete("Deal Party", {"client": client})
		self.assertEqual(digest("Hourly", follower), ([], []))

	def test_a_field_that_isnt_shown_is_no_filter(self):
		client = self.agency.clients["Billed"]
		frappe.db.set_value("Client", client, "wechat", "canary99")
		frappe.db.commit()  # for the server
		for arguments in (
			{"filters": [["name", "=", client], ["wechat", "like", "can%"]]},
			{"filters": {"name": client}, "order_by": "wechat desc"},
		):
			answer = self.people["cashier"].call("frappe.client.get_list", doctype="Client", **arguments)
			self.assertEqual(answer.status_code, DENIED, answer.text[-300:])
		answer = self.people["ann"].call(
			"frappe.client.get_list", doctype="Client", filters={"wechat": "canary99"}
		)
		self.assertEqual([row["name"] for row in answer.json()["message"]], [client])

	def test_a_name_in_other_letters_is_the_same_field(self):
		"""The database's columns know no case: what isn't shown is nothing to ask by, however it is spelled."""
		bob, listed = self.people["bob"], "frappe.client.get_list"
		linked = {"doctype": "Agent", "fields": ["name", "user.full_name"]}
		for name in ("tax_method", "TAX_METHOD", "tax_m\u0117thod", "ifnull(TAX_METHOD,'')"):
			with self.subTest(name=name):
				for function in (listed, "frappe.client.get_count", "frappe.client.get"):
					answer = bob.call(function, doctype="Agent", filters={name: "Payroll"})
					self.assertIn(answer.status_code, REFUSED, answer.text[-300:])
				for order in ({"order_by": f"{name} asc"}, {"group_by": name}):
					answer = bob.call(listed, doctype="Agent", **order)
					self.assertIn(answer.status_code, REFUSED, answer.text[-300:])
		for name in (
			"tabUser_1.last_ip",
			"`tabUser_1`.`last_ip`",
			"tabUser_1 . last_ip",
			"tabUser_1.LAST_IP",
		):
			with self.subTest(name=name):
				for asked in (
					{"order_by": f"{name} desc"},
					{"group_by": name},
					{"filters": [["Agent", f"ifnull({name},'')", "like", "1%"]]},
				):
					answer = bob.call(listed, **linked, **asked)
					self.assertIn(answer.status_code, REFUSED, answer.text[-300:])
		days = {"start": "`tabAgent`.`creation`", "end": "`tabAgent`.`creation`", "title": "agent_name"}
		calendar = {"field_map": days, "start": "2000-01-01", "end": "2100-01-01", **linked}
		for filters in (
			[["Agent", "ifnull(`tabUser_1`.`last_ip`,'')", "like", "1%"]],
			{"TAX_METHOD": "Payroll"},
		):
			answer = bob.call("frappe.desk.calendar.get_events", **calendar, filters=filters)
			self.assertIn(answer.status_code, REFUSED, answer.text[-300:])
		for name in ("DATE_OF_BIRTH", "ifnull(date_of_birth,'')"):
			chosen = {"doctype": "Employee", "txt": "", "filters": {name: ["is", "set"]}}
			answer = self.people["cashier"].call("frappe.desk.search.search_link", **chosen)
			self.assertIn(answer.status_code, REFUSED, answer.text[-300:])
		shown = bob.call(listed, **linked, order_by="`tabAgent`.`agent_name` asc")
		self.assertTrue(shown.ok, shown.text[-300:])

	def test_what_a_colleague_is_paid_by_is_no_colleagues_to_know(self):
		"""A plan is called by its rate."""
		pay = {"commission_plan": "人人 40%", "tax_method": "Invoice"}
		frappe.db.set_value("Agent", self.agency.agents["ann"], pay)
		frappe.db.commit()  # the server reads it
		for person in ("bob", "assistant", "officer", "cashier", "sue"):
			shown = self.people[person].resource("GET", "Agent", self.agency.agents["ann"])
			self.assertTrue(shown.ok, shown.text)
			self.assertFalse(
				{"commission_plan", "tax_method", "employee"} & shown.json()["data"].keys(), person
			)
			asked = {"filters": '[["commission_plan", "like", "%40%"]]'}
			self.assertEqual(self.people[person].resource("GET", "Agent", params=asked).status_code, 403)
		shown = self.people["accountant"].resource("GET", "Agent", self.agency.agents["ann"])
		self.assertEqual(shown.json()["data"]["commission_plan"], "人人 40%")

	def test_states_are_counted_for_who_writes_workflows(self):
		method = "frappe.workflow.doctype.workflow.workflow.get_workflow_state_count"
		asked = {"doctype": "Listing", "workflow_state_field": "status", "states": []}
		self.assertTrue(self.people["admin"].call(method, **asked).json()["message"])
		self.assertEqual(
			self.people["admin"].call(method, **asked | {"workflow_state_field": "title"}).json(),
			{"message": []},
		)
		self.assertEqual(self.people["lead"].call(method, **asked).status_code, DENIED)

	def test_what_hangs_on_a_record_is_counted_as_one_sees_it(self):
		asked = {"doctype": "Listing", "name": self.agency.listings["Public"], "items": ["Deal"]}
		for person, expected in (("ann", 1), ("cat", 0), ("cashier", 0)):
			with self.subTest(person=person):
				answer = self.people[person].call("frappe.desk.notifications.get_open_count", **asked)
				(deals,) = answer.json()["message"]["count"]["external_links_found"]
				self.assertEqual((deals["count"], deals["open_count"]), (expected, expected), answer.text)

	def test_a_refusal_names_no_other_record(self):
		"""Frappe's reasons name the record that a Communication is about."""
		about = {"reference_doctype": "Client", "reference_name": self.secret}
		mail = frappe.get_doc({"doctype": "Communication", "subject": "x", **about})
		mail.insert(ignore_permissions=True)
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.delete_doc, "Communication", mail.name, force=True)
		frappe.db.commit()  # the server looks for it
		for function in ("get_html_and_style", "get_rendered_raw_commands"):
			with self.subTest(function=function):
				name = f"frappe.www.printview.{function}"
				answer = self.dan.call(name, doc="Communication", name=mail.name)
				self.assertIn(answer.status_code, REFUSED)
				self.assertNotIn(self.secret, answer.text)
		tagged = {"tag": "x", "dt": "Communication", "dn": mail.name}
		answer = self.dan.call("frappe.desk.doctype.tag.tag.add_tag", **tagged)
		self.assertEqual(answer.status_code, DENIED)
		self.assertNotIn(self.secret, answer.text)

	def test_who_may_not_create_learns_of_no_link_whether_it_is_there(self):
		"""Frappe looks links up before it asks for the right to insert."""
		hidden = next(iter(self.agency.seen["Deal"]))
		for doctype in ("Sales Invoice", "Commission Payout", "Sales Invoice Item"):
			for deal in (hidden, "No Deal 1"):
				with self.subTest(doctype=doctype, deal=deal):
					answer = self.dan.resource("POST", doctype, json={"deal": deal, "company": deal})
					self.assertEqual(answer.status_code, DENIED, answer.text[-300:])
					self.assertNotIn("No Deal", answer.text)

	def test_a_share_in_a_deal_ends_none(self):
		for person in ("dan", "sue"):
			deal = {"deal": self.agency.deal, "broken_by": "Buyer", "broken_on": "2026-01-01", "reason": "x"}
			answer = self.people[person].resource("POST", "Deal Termination", json=deal)
			self.assertEqual(answer.status_code, DENIED, answer.text[-300:])
			answer = self.people[person].resource("PUT", "Deal", self.agency.deal, json={"deal_price": 1})
			self.assertEqual(answer.status_code, DENIED, answer.text[-300:])

	def test_a_task_given_to_oneself_opens_nothing(self):
		"""Anybody may draft a deal on a public listing, whose owner is then a party to it."""
		assistant, user = self.people["assistant"], self.agency.users["assistant"]
		task = {"doctype": "Deal", "name": self.agency.deal, "assign_to": [user]}
		given = {"allocated_to": user, "reference_type": "Deal", "reference_name": self.agency.deal}
		todo = frappe.get_doc({"doctype": "ToDo", "description": "x", **given}).insert()
		todo.db_set("owner", user)
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.delete_doc, "ToDo", todo.name, force=True)
		frappe.db.commit()  # for the server
		for doctype, name in (("Deal", self.agency.deal), ("Client", self.agency.owner.name)):
			self.assertEqual(assistant.resource("GET", doctype, name).status_code, DENIED)
		assistant.call("frappe.desk.form.assign_to.add", **task)
		self.assertEqual(assistant.resource("GET", "Deal", self.agency.deal).status_code, DENIED)

	def test_a_room_one_stays_in_tells_no_comment(self):
		"""Who lost the right to a record is still in its room: they are told to ask anew."""
		with listening() as heard:
			touch("Client", self.secret)
		frappe.db.rollback()
		self.assertNotIn("docinfo_update", [event["event"] for event in heard])
		told = [event["message"] for event in heard if event["event"] == "agency_docinfo"]
		self.assertEqual(told, [{"doctype": "Client", "name": self.secret}])

	def test_a_key_that_fits_nothing_tells_of_no_record(self):
		said, guest = set(), Browser(self.server, "")
		del guest.session.headers["Authorization"]
		for name in (self.secret, "C-999999"):
			asked = {"doctype": "Client", "name": name, "key": "abc"}
			answer = guest.ask("GET", "printview", params=asked)
			said.add((answer.status_code, answer.text.replace(name, "")[-300:]))
		self.assertEqual(len(said), 1, said)

	def test_nobody_sends_mails_in_anothers_name(self):
		send = "frappe.core.doctype.communication.email.make"
		for sender in (self.agency.users["boss"], f"总经理 <{self.agency.users['boss']}>"):
			answer = self.dan.call(send, content="x", subject="x", recipients="a@b.example", sender=sender)
			self.assertEqual(answer.status_code, DENIED, answer.text[-300:])
			row = {"content": "x", "subject": "x", "sender": sender, "sent_or_received": "Sent"}
			self.assertFalse(self.dan.resource("POST", "Communication", json=row).ok)
			came = {
				"content": "x",
				"subject": "x",
				"recipients": "a@b.example",
				"sent_or_received": "Received",
			}
			answer = self.dan.call(send, **came, sender=sender)
			self.assertEqual(answer.status_code, DENIED, answer.text[-300:])
		mine = {"sender": self.agency.users["dan"], "sender_full_name": "总经理"}
		named = self.dan.call(send, content="x", subject="x", recipients="a@b.example", **mine).json()
		frappe.db.rollback()
		name = frappe.db.get_value("Communication", named["message"]["name"], "sender_full_name")
		self.assertEqual(name, frappe.db.get_value("User", mine["sender"], "full_name"))
		own = self.dan.call(send, content="x", subject="x", recipients="a@b.example")
		self.assertTrue(own.ok, own.text[-300:])

	def test_when_a_hidden_record_was_changed_is_not_told(self):
		for doctype in ("Client", "Deal"):
			name = next(name for name, readers in self.agency.seen[doctype].items() if "cat" not in readers)
			docs = frappe.as_json({"doctype": doctype, "name": name})
			asked = {"method": "onload", "docs": docs}
			answer = self.people["cat"].ask("POST", "api/method/run_doc_method", data=asked)
			self.assertEqual(answer.status_code, DENIED, answer.text[-300:])
			self.assertNotIn("TimestampMismatchError", answer.text)

	def test_a_check_within_a_check_names_no_record(self):
		"""A File is read with the Client it hangs on, which was explained by name, also where nothing is refused."""
		home = {"attached_to_doctype": "Client", "attached_to_name": self.secret, "is_private": 1}
		paper = frappe.get_doc({"doctype": "File", "file_name": "a.txt", "content": "x", **home}).insert()
		frappe.db.commit()  # the server looks for it
		for name, arguments in (
			("frappe.client.get_doc_permissions", {"doctype": "File", "docname": paper.name}),
			("frappe.client.has_permission", {"doctype": "File", "docname": paper.name}),
			("frappe.desk.form.load.getdoc", {"doctype": "File", "name": paper.name}),
		):
			for person in ("dan", "assistant"):
				with self.subTest(function=name, person=person):
					answer = self.people[person].call(name, **arguments)
					self.assertNotIn(self.secret, answer.text)

	def test_a_private_board_is_its_owners(self):
		board = frappe.get_doc(
			doctype="Kanban Board",
			kanban_board_name=frappe.generate_hash(length=8),
			reference_doctype="Listing",
			field_name="status",
			private=1,
			columns=[{"column_name": "Available"}, {"column_name": "Withdrawn"}],
		).insert()
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.delete_doc, "Kanban Board", board.name, force=True)
		frappe.db.commit()  # the server looks for it
		kanban = "frappe.desk.doctype.kanban_board.kanban_board"
		order = frappe.as_json({"Available": [self.agency.listings["Private"]]})
		for person in ("cat", "cashier", "officer"):
			with self.subTest(person=person):
				answer = self.people[person].call(
					f"{kanban}.update_order", board_name=board.name, order=order
				)
				self.assertEqual(answer.status_code, DENIED, answer.text[-300:])
				self.assertNotIn(board.name, answer.json().get("message") or "")
		board.db_set("private", 0)
		frappe.db.commit()  # the server reads it
		answer = self.people["cat"].call(f"{kanban}.update_order", board_name=board.name, order=order)
		self.assertTrue(answer.ok, answer.text)
		self.assertNotIn(self.agency.listings["Private"], answer.text)

	def test_a_linked_title_is_read_as_its_record(self):
		"""The Desk gets the titles of all that a record links to beside it, and a print shows them."""
		seen, linked = self.agency.seen, ("listing", "other")
		asked = [
			(person, pair, listing)
			for pair, readers in seen["Duplicate Pair"].items()
			for listing in frappe.db.get_value("Duplicate Pair", pair, linked)
			for person in readers
			if person in self.people and person not in seen["Listing"].get(listing, readers)
		]
		self.assertTrue(asked)
		for person, pair, listing in asked:
			with self.subTest(person=person, listing=listing):
				title = frappe.generate_hash(length=12)
				frappe.db.set_value("Listing", listing, "title", title)
				frappe.db.commit()  # the server reads it
				pair_of = {"doctype": "Duplicate Pair", "name": pair}
				answer = self.people[person].call("frappe.desk.form.load.getdoc", **pair_of)
				self.assertTrue(answer.ok, answer.text)
				self.assertNotIn(title, answer.text)
				printed = self.people[person].ask("GET", "printview", params=pair_of)
				self.assertTrue(printed.ok, printed.text[-500:])
				self.assertNotIn(title, printed.text)

	def test_nobody_writes_what_they_do_not_read(self):
		"""Who keeps a key and may write it doesn't read that of a listing hidden from them."""
		hidden = [
			(person, doctype, name)
			for doctype in visibility.WORK
			for name, readers in self.agency.seen.get(doctype, {}).items()
			for person in sorted(self.people.keys() - readers)
		]
		self.assertTrue(hidden)
		for person, doctype, name in hidden:
			answer = self.people[person].resource("PUT", doctype, name, json={})
			self.assertFalse(answer.ok, (person, doctype, name))

	def test_a_change_is_answered_without_what_nobody_reads(self):
		"""Of a number, its hash and its code the one who saves its record is told what its form shows."""
		facts = {
			"Client": {},
			"Client Enquiry": {"budget_max": 3000000},
			"Listing Enquiry": {"asking_price": PRICE, "gross_area": 90},
		}
		asked = set()
		for doctype, values in facts.items():
			name, readers = next(iter(self.agency.seen[doctype].items()))
			if values:
				frappe.db.set_value(doctype, name, values)
				frappe.db.commit()  # the server reads it
			unread = self.unread_of(frappe.get_doc(doctype, name))
			self.assertTrue(unread, doctype)
			for person in sorted(readers):
				for way, answer in self.saved(self.people[person], doctype, name):
					asked.add((doctype, way))
					for value in unread:
						self.assertNotIn(value, answer, (doctype, person, way))
		self.assertEqual(
			asked, {(doctype, way) for doctype in facts for way in ("PUT", "v2", "save", "form")}
		)

	def test_a_form_shows_no_change_above_ones_level(self):
		admin, agent = self.people["admin"], self.agency.agents["ann"]
		for method in ("Invoice", "Labour Service"):
			changed = admin.resource("PUT", "Agent", agent, json={"tax_method": method})
			self.assertTrue(changed.ok, changed.text[-300:])
		asked = {"doctype": "Agent", "name": agent}
		for person, is_told in (("admin", True), ("ann", False)):
			shown = self.people[person].ask("GET", "api/method/frappe.desk.form.load.getdoc", params=asked)
			told = [version["data"] for version in shown.json()["docinfo"]["versions"]]
			self.assertTrue(told, person)
			self.assertEqual("tax_method" in "".join(told), is_told, person)

	@staticmethod
	def unread_of(doc) -> set[str]:
		"""The values of a record and of its rows that are nobody's to read."""
		found = set()
		for record in (doc, *doc.get_all_children()):
			found |= {record.get(field.fieldname) for field in record.meta.fields if field.permlevel == 9}
		return found - {None, ""}

	@staticmethod
	def saved(browser, doctype: str, name: str) -> Iterator[tuple[str, str]]:
		"""The answers to who saves a record as it is: way, text."""
		for way, ask in (
			("PUT", lambda doc: browser.resource("PUT", doctype, name, json={})),
			("v2", lambda doc: browser.ask("PATCH", f"api/v2/document/{doctype}/{name}", json={})),
			("save", lambda doc: browser.call("frappe.client.save", doc=doc)),
			("form", lambda doc: browser.call("frappe.desk.form.save.savedocs", doc=doc, action="Save")),
		):
			read = browser.resource("GET", doctype, name)
			answer = ask(read.json()["data"]) if read.ok else read
			if answer.ok:
				yield way, answer.text

	def test_who_may_only_choose_is_shown_no_other_field(self):
		asked = {"doctype": "Employee", "txt": "", "filter_fields": ["ctc"]}
		answer = self.people["cashier"].call("frappe.desk.search.search_widget", **asked)
		self.assertEqual(answer.status_code, 403, answer.text[-500:])
		shown = {"doctype": "Employee", "txt": ""}
		self.assertTrue(self.people["cashier"].call("frappe.desk.search.search_widget", **shown).ok)

	def test_what_runs_in_other_peoples_browsers_is_a_system_managers(self):
		block = {"html": "<b>x</b>", "script": "fetch('/')"}
		for person in ("cat", "admin"):
			with self.subTest(person=person):
				answer = self.people[person].resource("POST", "Custom HTML Block", json=block)
				self.assertEqual(answer.status_code, DENIED, answer.text)
		self.assertFalse(frappe.db.exists("Custom HTML Block", {"script": block["script"]}))

	def test_beside_a_hidden_record(self):
		on = {"doctype": "Client", "name": self.secret}
		tagged = {"tag": "x", "dt": "Client", "dn": self.secret}
		for name, arguments in (
			("frappe.share.get_users", on),
			("frappe.desk.form.linked_with.get_submitted_linked_docs", on),
			(
				"frappe.desk.form.document_follow.get_follow_users",
				{"doctype": "Client", "doc_name": self.secret},
			),
			("frappe.desk.doctype.tag.tag.add_tag", tagged),
			("frappe.desk.doctype.tag.tag.remove_tag", tagged),
			("frappe.desk.doctype.tag.tag.add_tags", {"tags": ["x"], "dt": "Client", "docs": [self.secret]}),
		):
			with self.subTest(function=name):
				self.assertEqual(self.dan.call(name, **arguments).status_code, DENIED)

	def test_a_table_is_no_argument(self):
		"""Tags are written into whatever table they name."""
		table = "Client` set _user_tags='x' where '1'='1' -- "
		answer = self.dan.call("frappe.desk.doctype.tag.tag.add_tag", tag="x", dt=table, dn="x")
		self.assertIn(answer.status_code, REFUSED, answer.text[-300:])

	def test_a_request_doesnt_allow_renaming(self):
		own = next(name for name, seen in self.agency.seen["Client"].items() if "dan" in seen)
		answer = self.dan.call("frappe.rename_doc", doctype="Client", old=own, new="x", force=1)
		self.assertIn(answer.status_code, REFUSED, answer.text[-300:])

	def test_anothers_notification_stays_unread(self):
		log = frappe.get_doc(
			doctype="Notification Log",
			subject="x",
			for_user=self.agency.users["ann"],
			from_user="Administrator",
			type="Alert",
		).insert(ignore_permissions=True)
		frappe.db.commit()  # the server marks it
		name, read = "frappe.desk.doctype.notification_log.notification_log.mark_as_read", []
		for browser in (self.dan, self.ann):
			browser.call(name, docname=log.name)
			frappe.db.rollback()  # to see what the server wrote
			read.append(frappe.db.get_value("Notification Log", log.name, "read"))
		self.assertEqual(read, [0, 1])

	def test_everybodys_workspace(self):
		name = frappe.db.get_value("Workspace", {"public": 1, "module": "Agency CRM"})
		title = frappe.db.get_value("Workspace", name, "title")
		page = {"title": title, "public": 1}
		for function, arguments in (
			("save_page", {**page, "new_widgets": "{}", "blocks": "[]"}),
			("update_page", {**page, "name": name, "icon": "", "indicator_color": "", "parent": ""}),
		):
			with self.subTest(function=function):
				answer = self.dan.call(f"frappe.desk.doctype.workspace.workspace.{function}", **arguments)
				self.assertEqual(answer.status_code, DENIED, answer.text[-300:])

	def test_a_mail_takes_no_file_of_others(self):
		file = frappe.get_doc(
			doctype="File",
			file_name="secret.png",
			content=picture(),
			is_private=1,
			attached_to_doctype="Client",
			attached_to_name=self.secret,
		).insert()
		frappe.db.commit()  # the server looks for it
		answer = self.dan.call(
			"frappe.core.doctype.communication.email.make",
			recipients="x@agency.example",
			subject="x",
			content="x",
			attachments=[file.name],
		)
		self.assertEqual(answer.status_code, DENIED, answer.text[-300:])

	def test_a_report_in_the_background_needs_its_right(self):
		answer = self.dan.call(
			"frappe.core.doctype.prepared_report.prepared_report.make_prepared_report",
			report_name="General Ledger",
			filters={},
		)
		self.assertEqual(answer.status_code, DENIED, answer.text[-300:])

	def test_a_kept_report_is_of_a_doctype_one_reports_on_and_ones_own(self):
		save, delete = (f"frappe.desk.reportview.{what}_report" for what in ("save", "delete"))
		name, lead = frappe.generate_hash(length=10), self.people["lead"]
		self.addCleanup(self.forget_reports, name)
		asked = {"name": name, "report_settings": '{"fields": []}'}
		for doctype in ("Listing Private", "Contact Reveal", "User"):
			with self.subTest(doctype=doctype):
				answer = self.dan.call(save, **asked, doctype=doctype)
				self.assertEqual(answer.status_code, DENIED, answer.text[-300:])
		self.assertFalse(frappe.db.exists("Report", name))
		self.assertTrue(lead.call(save, **asked, doctype="Listing").ok)
		frappe.db.rollback()  # to see what the server wrote
		self.assertEqual(frappe.db.get_value("Report", name, "owner"), self.agency.users["lead"])
		for method, arguments in ((save, {**asked, "doctype": "Listing"}), (delete, {"name": name})):
			for person in ("dan", "boss"):  # without the right to make reports, and with it
				self.assertEqual(self.people[person].call(method, **arguments).status_code, DENIED)
		self.assertTrue(lead.call(save, **asked, doctype="Listing").ok)
		self.assertTrue(lead.call(delete, name=name).ok)

	@staticmethod
	def forget_reports(name: str):
		frappe.db.rollback()
		frappe.db.delete("Report", {"name": name})
		frappe.db.commit()  # the server may have made one
