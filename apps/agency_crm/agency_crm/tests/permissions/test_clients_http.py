"""What a second agent learns of a private client over HTTP: nothing. Each attempt names the hole it tries.

cat works in a store beside ann's. Of every record that hangs on ann's private client she knows the number, which
tells nothing: it is the next of a series. She tries to learn a word of it, to learn from a count or a difference
that it is there, and to leave something on it. Holes: docs/rules/platform.md, "Rows and rights", "Secrets".
"""

import json
from inspect import signature
from pathlib import Path

import frappe
from frappe.utils import now_datetime

from agency_crm.permissions import visibility
from agency_crm.services.privacy import reveals, secrets
from agency_crm.tests import factory
from agency_crm.tests.cases.http import DENIED, NUMBER, AgencyHTTPCase, side_by_side

ID_NUMBER = "11010519491231002X"
# the DocTypes of a client, besides all whose name begins so
OF_CLIENTS = ("Follow Up", "Follow Up Task", "Viewing", "Contact Reveal", "Match Pair", "Call List")

# a record's own holes are tried on these, one with a list of its own and one that hangs on it; of all others, where
# the same predicate answers, those of EACH
THOROUGHLY = ("Client", "Client Requirement")
EACH = (
	"form",
	"get_list",
	"count",
	"search of a link, rows ignored",
	"a link is checked",
	"set_value",
	"share",
	"like",
)

# hole -> (method, arguments) asked of a DocType and its record: DOCTYPE and NAME stand for them
READING = {
	"form": ("frappe.desk.form.load.getdoc", {"doctype": "DOCTYPE", "name": "NAME"}),
	"form's timeline": ("frappe.desk.form.load.get_docinfo", {"doctype": "DOCTYPE", "name": "NAME"}),
	"mails and calls of the timeline": (
		"frappe.desk.form.load.get_communications",
		{"doctype": "DOCTYPE", "name": "NAME"},
	),
	"next of the form": (
		"frappe.desk.form.utils.get_next",
		{"doctype": "DOCTYPE", "value": "NAME", "prev": 0, "filters": []},
	),
	"connections count": ("frappe.desk.notifications.get_open_count", {"doctype": "DOCTYPE", "name": "NAME"}),
	"linked with": ("frappe.desk.form.linked_with.get", {"doctype": "DOCTYPE", "docname": "NAME"}),
	"linked with, to cancel": (
		"frappe.desk.form.linked_with.get_submitted_linked_docs",
		{"doctype": "DOCTYPE", "name": "NAME"},
	),
	"get": ("frappe.client.get", {"doctype": "DOCTYPE", "name": "NAME"}),
	"get by filter": ("frappe.client.get", {"doctype": "DOCTYPE", "filters": {"name": "NAME"}}),
	"get_value": (
		"frappe.client.get_value",
		{"doctype": "DOCTYPE", "filters": {"name": "NAME"}, "fieldname": ["owner", "creation"]},
	),
	"get_list": (
		"frappe.client.get_list",
		{"doctype": "DOCTYPE", "fields": ["*"], "limit_page_length": 0},
	),
	"get_list, any of": (
		"frappe.client.get_list",
		{"doctype": "DOCTYPE", "fields": ["*"], "or_filters": {"name": "NAME", "owner": ["like", "%"]}},
	),
	"get_list of a child of something": (
		"frappe.client.get_list",
		{"doctype": "DOCTYPE", "parent": "Client", "fields": ["*"], "limit_page_length": 0},
	),
	"count": ("frappe.client.get_count", {"doctype": "DOCTYPE", "filters": {"name": "NAME"}}),
	"count of a list": (
		"frappe.desk.reportview.get_count",
		{"doctype": "DOCTYPE", "filters": [["DOCTYPE", "name", "=", "NAME"]], "fields": ["name"]},
	),
	"list": (
		"frappe.desk.reportview.get",
		{"doctype": "DOCTYPE", "fields": ["*"], "filters": [], "page_length": 500},
	),
	"report view": (
		"frappe.desk.reportview.get_list",
		{"doctype": "DOCTYPE", "fields": ["name", "owner"], "filters": [], "page_length": 500},
	),
	"list, sorted": (
		"frappe.desk.reportview.get",
		{"doctype": "DOCTYPE", "fields": ["name"], "filters": [], "order_by": "`tabDOCTYPE`.modified desc"},
	),
	"list, grouped": (
		"frappe.desk.reportview.get",
		{
			"doctype": "DOCTYPE",
			"fields": ["count(name) as `rows`", "owner"],
			"filters": [["DOCTYPE", "name", "=", "NAME"]],
			"group_by": "owner",
		},
	),
	"groups of a list": (
		"frappe.desk.listview.get_group_by_count",
		{"doctype": "DOCTYPE", "current_filters": '[["DOCTYPE", "name", "=", "NAME"]]', "field": "owner"},
	),
	"tags of a list": (
		"frappe.desk.reportview.get_sidebar_stats",
		{"doctype": "DOCTYPE", "stats": ["_user_tags"], "filters": [["DOCTYPE", "name", "=", "NAME"]]},
	),
	"dashboard of a filter": (
		"frappe.desk.reportview.get_filter_dashboard_data",
		{"doctype": "DOCTYPE", "stats": [{"name": "owner", "type": "Data"}], "filters": []},
	),
	"export": (
		"frappe.desk.reportview.export_query",
		{"doctype": "DOCTYPE", "fields": ["name"], "filters": [], "file_format_type": "CSV", "title": "x"},
	),
	"template with data": (
		"frappe.core.doctype.data_import.data_import.download_template",
		{"doctype": "DOCTYPE", "export_fields": {"DOCTYPE": ["name", "owner"]}, "export_records": "all"},
	),
	"data export": (
		"frappe.core.doctype.data_export.exporter.export_data",
		{"doctype": "DOCTYPE", "with_data": 1, "all_doctypes": 1, "file_type": "CSV"},
	),
	"search of a link": (
		"frappe.desk.search.search_link",
		{"doctype": "DOCTYPE", "txt": "", "page_length": 500},
	),
	"search of a link, rows ignored": (
		"frappe.desk.search.search_link",
		{"doctype": "DOCTYPE", "txt": "", "page_length": 500, "ignore_user_permissions": 1},
	),
	"search in a dialogue, rows ignored": (
		"frappe.desk.search.search_widget",
		{"doctype": "DOCTYPE", "txt": "", "page_length": 500, "ignore_user_permissions": 1},
	),
	"tasks, as ERPNext's CRM shows them": (
		"erpnext.crm.utils.get_open_activities",
		{"ref_doctype": "DOCTYPE", "ref_docname": "NAME"},
	),
	"search by number": (
		"frappe.desk.search.search_widget",
		{"doctype": "DOCTYPE", "txt": "NAME", "filters": {"name": "NAME"}},
	),
	"link title": ("frappe.desk.search.get_link_title", {"doctype": "DOCTYPE", "docname": "NAME"}),
	"a link is checked": (
		"frappe.client.validate_link",
		{"doctype": "DOCTYPE", "docname": "NAME", "fields": ["owner"]},
	),
	"link preview": ("frappe.desk.link_preview.get_preview_data", {"doctype": "DOCTYPE", "docname": "NAME"}),
	"boards": ("frappe.desk.doctype.kanban_board.kanban_board.get_kanban_boards", {"doctype": "DOCTYPE"}),
	"calendar": (
		"frappe.desk.calendar.get_events",
		{
			"doctype": "DOCTYPE",
			"start": "2000-01-01",
			"end": "2100-01-01",
			"field_map": {"start": "creation", "end": "creation", "title": "name"},
		},
	),
	"number card": (
		"frappe.desk.doctype.number_card.number_card.get_result",
		{
			"doc": {"document_type": "DOCTYPE", "function": "Count"},
			"filters": [["DOCTYPE", "name", "=", "NAME"]],
		},
	),
	"chart": (
		"frappe.desk.doctype.dashboard_chart.dashboard_chart.get",
		{
			"chart": {
				"chart_type": "Group By",
				"document_type": "DOCTYPE",
				"group_by_type": "Count",
				"group_by_based_on": "name",
				"type": "Bar",
				"timeseries": 0,
				"filters_json": '[["DOCTYPE", "name", "=", "NAME"]]',
			}
		},
	),
	"print": ("frappe.www.printview.get_html_and_style", {"doc": "DOCTYPE", "name": "NAME"}),
	"raw print": ("frappe.www.printview.get_rendered_raw_commands", {"doc": "DOCTYPE", "name": "NAME"}),
	"PDF": ("frappe.utils.print_format.download_pdf", {"doctype": "DOCTYPE", "name": "NAME"}),
	"PDF of several": (
		"frappe.utils.print_format.download_multi_pdf",
		{"doctype": "DOCTYPE", "name": '["NAME"]', "format": "Standard"},
	),
	"PDF of a built format": (
		"frappe.utils.weasyprint.download_pdf",
		{"doctype": "DOCTYPE", "name": "NAME", "print_format": "Standard"},
	),
	"who it is shared with": ("frappe.share.get_users", {"doctype": "DOCTYPE", "name": "NAME"}),
	"who follows it": (
		"frappe.desk.form.document_follow.get_follow_users",
		{"doctype": "DOCTYPE", "doc_name": "NAME"},
	),
	"rights on it": ("frappe.client.get_doc_permissions", {"doctype": "DOCTYPE", "docname": "NAME"}),
	"pictures of it": ("frappe.core.api.file.get_attached_images", {"doctype": "DOCTYPE", "names": ["NAME"]}),
	"tagged ones": ("frappe.desk.doctype.tag.tag.get_tagged_docs", {"doctype": "DOCTYPE", "tag": "急"}),
	"tagged ones, by a pattern": (
		"frappe.desk.doctype.tag.tag.get_tagged_docs",
		{"doctype": "DOCTYPE", "tag": "%"},
	),
	"room of its events": ("frappe.realtime.can_subscribe_doc", {"doctype": "DOCTYPE", "docname": "NAME"}),
	"workflow steps": (
		"frappe.model.workflow.get_transitions",
		{"doc": {"doctype": "DOCTYPE", "name": "NAME"}},
	),
	"next of the form, by a value": (
		"frappe.desk.form.utils.get_next",
		{"doctype": "DOCTYPE", "value": "NAME", "prev": 0, "sort_field": "owner"},
	),
}
WRITING = {
	"set_value": (
		"frappe.client.set_value",
		{"doctype": "DOCTYPE", "name": "NAME", "fieldname": "owner", "value": "Guest"},
	),
	"save": ("frappe.client.save", {"doc": {"doctype": "DOCTYPE", "name": "NAME"}}),
	"save of the form": (
		"frappe.desk.form.save.savedocs",
		{"doc": {"doctype": "DOCTYPE", "name": "NAME"}, "action": "Save"},
	),
	"delete": ("frappe.client.delete", {"doctype": "DOCTYPE", "name": "NAME"}),
	"delete in a list": ("frappe.desk.reportview.delete_items", {"doctype": "DOCTYPE", "items": '["NAME"]'}),
	"rename": (
		"frappe.client.rename_doc",
		{"doctype": "DOCTYPE", "old_name": "NAME", "new_name": "mine"},
	),
	"title": (
		"frappe.model.rename_doc.update_document_title",
		{"doctype": "DOCTYPE", "docname": "NAME", "name": "mine"},
	),
	"bulk update": (
		"frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs",
		{"doctype": "DOCTYPE", "docnames": '["NAME"]', "action": "update", "data": {"owner": "Guest"}},
	),
	"comment": (
		"frappe.desk.form.utils.add_comment",
		{
			"reference_doctype": "DOCTYPE",
			"reference_name": "NAME",
			"content": "x",
			"comment_email": "x@x.example",
			"comment_by": "x",
		},
	),
	"e-mail": (
		"frappe.core.doctype.communication.email.make",
		{"doctype": "DOCTYPE", "name": "NAME", "content": "x", "recipients": "x@x.example"},
	),
	"assignment": (
		"frappe.desk.form.assign_to.add",
		{"doctype": "DOCTYPE", "name": "NAME", "assign_to": ["CAT"]},
	),
	"assignment, rights ignored": (
		"frappe.desk.form.assign_to.add",
		{"doctype": "DOCTYPE", "name": "NAME", "assign_to": ["CAT"], "ignore_permissions": 1},
	),
	"assignment taken back": (
		"frappe.desk.form.assign_to.remove",
		{"doctype": "DOCTYPE", "name": "NAME", "assign_to": "ANN", "ignore_permissions": 1},
	),
	"assignments taken back": (
		"frappe.desk.form.assign_to.remove_multiple",
		{"doctype": "DOCTYPE", "names": '["NAME"]', "ignore_permissions": 1},
	),
	"assignment by rule": (
		"frappe.automation.doctype.assignment_rule.assignment_rule.bulk_apply",
		{"doctype": "DOCTYPE", "docnames": ["NAME"]},
	),
	"task": (
		"frappe.client.insert",
		{
			"doc": {
				"doctype": "ToDo",
				"description": "x",
				"allocated_to": "CAT",
				"reference_type": "DOCTYPE",
				"reference_name": "NAME",
			}
		},
	),
	"participant in an event": (
		"frappe.client.insert",
		{
			"doc": {
				"doctype": "Event",
				"subject": "x",
				"starts_on": "2100-01-01 00:00:00",
				"event_participants": [{"reference_doctype": "DOCTYPE", "reference_docname": "NAME"}],
			}
		},
	),
	"contact": (
		"frappe.client.insert",
		{
			"doc": {
				"doctype": "Contact",
				"first_name": "x",
				"links": [{"link_doctype": "DOCTYPE", "link_name": "NAME"}],
			}
		},
	),
	"comment of a web page": (
		"frappe.templates.includes.comments.comments.add_comment",
		{
			"reference_doctype": "DOCTYPE",
			"reference_name": "NAME",
			"comment": "x",
			"comment_email": "x",
			"comment_by": "x",
			"route": "",
		},
	),
	"comment, as a record": (
		"frappe.client.insert",
		{
			"doc": {
				"doctype": "Comment",
				"comment_type": "Comment",
				"content": "x",
				"reference_doctype": "DOCTYPE",
				"reference_name": "NAME",
			}
		},
	),
	"call, as a record": (
		"frappe.client.insert",
		{
			"doc": {
				"doctype": "Communication",
				"communication_type": "Communication",
				"subject": "x",
				"reference_doctype": "DOCTYPE",
				"reference_name": "NAME",
			}
		},
	),
	"share": ("frappe.share.add", {"doctype": "DOCTYPE", "name": "NAME", "user": "CAT"}),
	"tag": ("frappe.desk.doctype.tag.tag.add_tag", {"tag": "我的", "dt": "DOCTYPE", "dn": "NAME"}),
	"like": ("frappe.desk.like.toggle_like", {"doctype": "DOCTYPE", "name": "NAME", "add": "Yes"}),
	"follow": (
		"frappe.desk.form.document_follow.update_follow",
		{"doctype": "DOCTYPE", "doc_name": "NAME", "following": True},
	),
	"file": (
		"frappe.client.attach_file",
		{"doctype": "DOCTYPE", "docname": "NAME", "filename": "x.txt", "filedata": "x"},
	),
	"reminder": (
		"frappe.automation.doctype.reminder.reminder.create_new_reminder",
		{
			"remind_at": "2100-01-01 00:00:00",
			"description": "x",
			"reminder_doctype": "DOCTYPE",
			"reminder_docname": "NAME",
		},
	),
	"repetition": (
		"frappe.automation.doctype.auto_repeat.auto_repeat.make_auto_repeat",
		{"doctype": "DOCTYPE", "docname": "NAME"},
	),
}
# what points at a record, by which it may be left on one
POINTING = {
	"Comment": ("reference_doctype", "reference_name"),
	"Communication": ("reference_doctype", "reference_name"),
	"ToDo": ("reference_type", "reference_name"),
	"DocShare": ("share_doctype", "share_name"),
	"Tag Link": ("document_type", "document_name"),
	"Document Follow": ("ref_doctype", "ref_docname"),
	"File": ("attached_to_doctype", "attached_to_name"),
	"Reminder": ("reminder_doctype", "reminder_docname"),
	"Auto Repeat": ("reference_doctype", "reference_document"),
	"Event Participants": ("reference_doctype", "reference_docname"),
	"Dynamic Link": ("link_doctype", "link_name"),
	"Communication Link": ("link_doctype", "link_name"),
}
KEPT_ASIDE = ("owner", "modified", "_liked_by", "_assign", "_user_tags", "_comments")


class TestClientsUnseen(AgencyHTTPCase):
	@classmethod
	def prepare(cls):
		super().prepare()
		token = frappe.generate_hash(length=10)
		cls.number = factory.make_phone()
		ann = {"agent": cls.agency.agents["ann"]}
		client = factory.make_client(
			client_name=f"隐秘{token}", wechat=f"wx{token}", phones=[{"number": cls.number}], **ann
		)
		cls.client = client.name
		cls.client_name = client.client_name
		cls.mine = factory.make_client(agent=cls.agency.agents["cat"]).name
		wish = factory.make_requirement(client=client.name, remarks=f"想要{token}")
		call = {"method": "Call", "content": f"电话里说{token}", "followed_on": now_datetime()}
		cls.records = {
			"Client": client.name,
			"Client Requirement": wish.name,
			"Follow Up": cls.agency.write("Follow Up", "", client=client.name, **ann, **call),
			"Viewing": factory.make_viewing(
				cls.agency.listings["Public"], client=client.name, remarks=f"带看{token}", **ann
			).name,
			"Contact Reveal": cls.agency.write(
				"Contact Reveal",
				"",
				client=client.name,
				user=cls.agency.users["ann"],
				revealed_at=now_datetime(),
			),
		}
		reveals.keep("Client", client.name, {"id_number": ID_NUMBER})
		cls.records["Client Private"] = frappe.db.get_value("Client Private", {"client": client.name})
		cls.agency.note("Client", client.name, "ann lead boss admin")
		for doctype in visibility.PREDICATES:
			if doctype.startswith("Client") or doctype in OF_CLIENTS:
				unseen = (name for name, who in cls.agency.seen.get(doctype, {}).items() if "cat" not in who)
				cls.records.setdefault(doctype, next(unseen, None))
		phone = client.phones[0]
		cls.words = {
			*filter(None, cls.records.values()),
			*(cls.client_name, token, cls.number, ID_NUMBER),
			*(
				phone.phone_number,
				phone.number_masked,
				frappe.db.get_value("Phone Number", phone.phone_number, "number_encrypted"),
				secrets.hash_number(cls.number),
			),
		}
		client.add_comment("Comment", f"评论{token}")
		client.add_tag("急")
		paper = {"file_name": f"{token}.txt", "is_private": 1, "content": token}
		home = {"attached_to_doctype": "Client", "attached_to_name": client.name}
		cls.paper = frappe.get_doc({"doctype": "File", **paper, **home}).insert()
		task = {"reference_type": "Client", "reference_name": client.name, "description": token}
		frappe.get_doc({"doctype": "ToDo", "allocated_to": cls.agency.users["ann"], **task}).insert()
		said = {"client": client.name, "method": "Call", "content": token, "followed_on": now_datetime()}
		frappe.get_doc({"doctype": "Follow Up", **ann, **said}).insert().delete()

	def setUp(self):
		super().setUp()
		self.cat = self.people["cat"]

	def assert_nothing(self, answer, asked: str, words=None):
		"""An answer holds none of the words that weren't in what was asked."""
		told = [word for word in words or self.words if word not in asked and word in answer.text]
		self.assertFalse(told, f"{answer.status_code} {answer.text[-600:]}")

	def filled(self, arguments: dict, doctype: str, name: str) -> dict:
		text = json.dumps(arguments, ensure_ascii=False)
		for word, value in (
			("DOCTYPE", doctype),
			("NAME", name),
			("CAT", self.agency.users["cat"]),
			("ANN", self.agency.users["ann"]),
		):
			text = text.replace(word, value)
		return json.loads(text)

	def test_every_doctype_of_a_client_is_asked_about(self):
		missing = [doctype for doctype, name in self.records.items() if not name]
		self.assertEqual(missing, [], "tests/world.py has no record of it that cat doesn't see")

	def attempts(self, holes: dict):
		"""(hole, DocType, its record, method, arguments with the places of both filled)."""
		for doctype, name in self.records.items():
			for hole, (method, arguments) in holes.items():
				if doctype in THOROUGHLY or hole in EACH:
					yield hole, doctype, name, method, self.filled(arguments, doctype, name)

	def attempt(self, attempt: tuple):
		*_what, method, asked = attempt
		return self.cat.call(method, **asked)

	def attempt_of_both(self, attempt: tuple) -> tuple:
		"""The answer of a record, and where it isn't refused that of one which isn't there, but for its name."""
		_hole, doctype, name, method, asked = attempt
		answer, text = self.attempt(attempt), json.dumps(asked)
		if not (answer.ok and name in text and doctype in THOROUGHLY):
			return answer, None
		nobody = name[:-1] + "x"
		other = self.cat.call(method, **json.loads(text.replace(name, nobody)))
		return answer, other.ok and other.text.replace(nobody, name)

	def test_reading(self):
		"""No word comes back, and a record that is there is answered as one that isn't."""
		attempts = self.attempts(READING)
		for (hole, doctype, _name, _method, asked), (answer, other) in side_by_side(
			self.attempt_of_both, attempts
		):
			with self.subTest(hole=hole, doctype=doctype):
				self.assert_nothing(answer, json.dumps(asked))
				if other:  # not found is no more than refused: a number is the next of a series
					self.assertEqual(answer.text, other)

	def test_writing(self):
		"""Nothing is left on a record, and nobody is told of one."""
		before = self.state()
		for (hole, doctype, *_how, asked), answer in side_by_side(self.attempt, self.attempts(WRITING)):
			with self.subTest(hole=hole, doctype=doctype):
				self.assert_nothing(answer, json.dumps(asked))
		frappe.db.rollback()  # to see what the server wrote
		self.assert_untouched(before)

	def test_rest(self):
		"""Both versions, a record and a list."""
		for doctype, name in self.records.items():
			for hole, verb, path, params in (
				("REST, a record", "GET", f"api/resource/{doctype}/{name}", {}),
				(
					"REST, a list",
					"GET",
					f"api/resource/{doctype}",
					{"fields": '["*"]', "limit_page_length": 0},
				),
				("REST, a change", "PUT", f"api/resource/{doctype}/{name}", {}),
				("REST, a method", "POST", f"api/resource/{doctype}/{name}", {"run_method": "get_title"}),
				("REST 2, a record", "GET", f"api/v2/document/{doctype}/{name}", {}),
				("REST 2, a list", "GET", f"api/v2/document/{doctype}", {"fields": '["*"]', "limit": 500}),
				(
					"REST 2, a count",
					"GET",
					f"api/v2/doctype/{doctype}/count",
					{"filters": f'{{"name": "{name}"}}'},
				),
				("REST 2, a method", "POST", f"api/v2/document/{doctype}/{name}/method/get_title", {}),
			):
				if doctype not in THOROUGHLY and verb != "GET":
					continue
				with self.subTest(hole=hole, doctype=doctype):
					answer = self.cat.ask(verb, path, params=params)
					self.assert_nothing(answer, path + json.dumps(params))
					if name in path:
						self.assertFalse(answer.ok, answer.text[-300:])
					if answer.ok and "count" in hole:
						self.assertEqual(answer.json().get("data") or 0, 0)

	def test_numbers_by_filter_and_order(self):
		"""Digit by digit, of what hangs on a client and of what cat may list."""
		columns = [
			["Client Phone", "phone_number", "like", "%"],
			["Client Phone", "number_masked", "like", f"{self.number[:3]}%"],
			["Client Phone", "number", "like", "1%"],
			["Client", "client_name", "=", self.client_name],
			["Client", "wechat", "like", "wx%"],
		]
		for condition in columns:
			asked = {
				"doctype": "Client",
				"filters": [["Client", "agent", "=", self.agency.agents["ann"]], condition],
			}
			for hole, method, more in (
				("filter of a list", "frappe.desk.reportview.get", {"fields": ["name"]}),
				("filter", "frappe.client.get_list", {}),
				("any of", "frappe.client.get_list", {"or_filters": [condition]}),
				("filter of a count", "frappe.client.get_count", {}),
				("filter of a list's count", "frappe.desk.reportview.get_count", {"fields": ["name"]}),
			):
				with self.subTest(hole=hole, condition=condition):
					answer = self.cat.call(method, **asked, **more)
					self.assert_nothing(answer, json.dumps({**asked, **more}))
					if answer.ok:
						self.assertIn(answer.json().get("message"), (0, [], {}, None))
		for doctype, column in (("Client Private", "id_number"), ("Client Private", "identity_number")):
			for condition in (
				{"filters": [[doctype, column, "like", "1%"]]},
				{"order_by": f"`tab{doctype}`.`{column}`"},
			):
				with self.subTest(hole="filter or order by another table", column=column):
					answer = self.cat.call(
						"frappe.client.get_list", doctype="Client", fields=["name"], **condition
					)
					self.assertFalse(answer.ok, answer.text[-300:])
		for table in ("Client Phone", "Client Private"):
			for method in (
				"frappe.client.get_count",
				"frappe.desk.reportview.get",
				"frappe.desk.reportview.get_count",
			):
				with self.subTest(hole="the table by itself", table=table, method=method):
					self.assertFalse(self.cat.call(method, doctype=table, fields=["name"], filters=[]).ok)

	def test_words_of_it(self):
		"""Search by what is known of the person: name, number."""
		for hole, method, arguments in (
			("global search", "frappe.utils.global_search.search", {"text": self.client_name}),
			(
				"search of a link",
				"frappe.desk.search.search_link",
				{"doctype": "Client", "txt": self.client_name},
			),
			("search by number", "frappe.desk.search.search_link", {"doctype": "Client", "txt": self.number}),
			("find by number", "agency_crm.api.privacy.reveals.find_client", {"number": self.number}),
			("mentions", "frappe.desk.search.get_names_for_mentions", {"search_term": self.client_name}),
			(
				"search of files",
				"frappe.core.api.file.get_files_by_search_text",
				{"text": self.paper.file_name},
			),
			("files of a folder", "frappe.core.api.file.get_files_in_folder", {"folder": "Home/Attachments"}),
			("tags", "frappe.desk.doctype.tag.tag.get_documents_for_tag", {"tag": "急"}),
			("contacts of mails", "frappe.email.get_contact_list", {"txt": self.client_name}),
			("notices", "frappe.desk.doctype.notification_log.notification_log.get_notification_logs", {}),
			("open documents", "frappe.desk.notifications.get_notifications", {}),
		):
			with self.subTest(hole=hole):
				answer = self.cat.call(method, **arguments)
				self.assert_nothing(answer, json.dumps(arguments, ensure_ascii=False))

	def test_what_points_at_it(self):
		"""Comments, tasks, tags, files, versions, deleted records and logs are listed without their record."""
		for doctype in (
			*POINTING,
			*("Version", "Deleted Document", "Notification Log", "Activity Log", "Error Log", "Access Log"),
			*(
				"View Log",
				"Email Queue",
				"Data Export",
				"Prepared Report",
				"Route History",
				"Energy Point Log",
			),
		):
			for hole, answer in (
				(
					"REST",
					self.cat.resource("GET", doctype, params={"fields": '["*"]', "limit_page_length": 0}),
				),
				(
					"list",
					self.cat.call(
						"frappe.desk.reportview.get", doctype=doctype, fields=["*"], page_length=500
					),
				),
			):
				with self.subTest(hole=hole, doctype=doctype):
					self.assert_nothing(answer, "")
		for hole, path in (
			("file by its address", self.paper.file_url.lstrip("/")),
			("file by its number", f"{self.paper.file_url.lstrip('/')}?fid={self.paper.name}"),
			("file by download", f"api/method/download_file?file_url={self.paper.file_url}"),
		):
			with self.subTest(hole=hole):
				self.assertEqual(self.cat.ask("GET", path).status_code, DENIED)
		theirs = {
			"doctype": "File",
			"file_name": "mine.txt",
			"file_url": self.paper.file_url,
			"is_private": 1,
		}
		self.assertFalse(self.cat.call("frappe.client.insert", doc=theirs).ok, "file by a file of one's own")

	def test_a_field_of_a_linked_record(self):
		"""cat's own request names a client by number; Frappe joins the client's other columns without asking."""
		asked = {"number": NUMBER, "reason": "同一位客户，想一起跟进"}
		answer = self.cat.call("agency_crm.api.pools.requests.ask_by_number", **asked)
		self.assertTrue(answer.ok, answer.text[-2000:])
		(request,) = answer.json()["message"]
		name, column = frappe.db.get_value("Client", self.secret, "client_name"), "client.client_name"
		for hole, method, arguments in (
			("get_list", "frappe.client.get_list", {"fields": ["name", column]}),
			("get_value", "frappe.client.get_value", {"filters": request, "fieldname": ["name", column]}),
			("list", "frappe.desk.reportview.get", {"fields": ["name", f"{column} as said"], "filters": []}),
			("report", "frappe.desk.query_report.get_data_for_custom_field", {"field": column}),
		):
			for person in ("cat", "lead"):
				with self.subTest(hole=hole, person=person):
					answer = self.people[person].call(method, doctype="Client Request", **arguments)
					self.assertIn(request, answer.text)
					self.assertEqual(name in answer.text, person == "lead")

	def test_naming_it_on_a_record_of_ones_own(self):
		"""Who maintains a listing is shown its owner's numbers, who makes a deal its people's names."""
		theirs, mine = {"client": self.client, "share": 50}, {"client": self.mine, "share": 50}
		home = {"listing_type": "Sale", "estate": self.agency.estate, "building_no": "9", "room_no": "901"}
		home |= {"gross_area": 90, "asking_price": 3000000}
		deal = {"listing": self.agency.listings["Public"], "client": self.mine, "deal_price": 3000000}
		buyers = [{"side": "Buyer", **row} for row in (mine, theirs)]
		for hole, doctype, values in (
			("owner", "Listing", {**home, "owners": [theirs]}),
			("owner named twice: the error says who", "Listing", {**home, "owners": [theirs, theirs]}),
			("client of a deal", "Deal", {**deal, "client": self.client}),
			("party to a deal", "Deal", {**deal, "parties": buyers}),
			("deal about a hidden listing", "Deal", {**deal, "listing": self.agency.listings["Private"]}),
		):
			with self.subTest(hole=hole):
				answer = self.cat.resource("POST", doctype, json=values)
				self.assertEqual(answer.status_code, DENIED, answer.text[-300:])
				self.assert_nothing(answer, json.dumps(values))
		for doctype, values in (("Listing", {**home, "owners": [mine]}), ("Deal", deal)):
			answer = self.cat.resource("POST", doctype, json=values)
			self.assertTrue(answer.ok, answer.text[-300:])

	def test_prints_made_up(self):
		"""A form sends the record it wants printed; a print has what is stored, not what was sent."""
		hidden, dan = self.agency.listings["Private"], self.agency.agents["dan"]
		stops = [{"doctype": "Viewing Stop", "listing": hidden}]
		row = {"doctype": "Client Handover Row", "record_type": "Client", "record": self.client}
		handover = {"rows": [{**row, "to_agent": dan}], "to_agents": [{"agent": dan}]}
		handover["from_agent"] = self.agency.agents["ann"]
		seen = next(name for name, who in self.agency.seen["Viewing"].items() if "cat" in who)
		for person, doctype, name, made_up, print_format in (
			("cat", "Viewing", "new-viewing-1", {"stops": stops}, "Viewing Confirmation"),
			("cat", "Viewing", seen, {"stops": stops}, "Viewing Confirmation"),
			("sue", "Client Handover", "new-client-handover-1", handover, "Client Handover List"),
		):
			with self.subTest(hole="print", person=person, name=name):
				doc = {"doctype": doctype, "name": name, "__islocal": int(name != seen), **made_up}
				answer = self.people[person].call(
					"frappe.www.printview.get_html_and_style", doc=doc, print_format=print_format
				)
				self.assertEqual(answer.ok, name == seen, answer.text[-300:])
				self.assert_nothing(answer, "", [hidden, *self.words])

	def test_reports(self):
		"""A report an agent may run has the rows the agent sees; the others don't open."""
		for report in frappe.get_all("Report", {"module": "Agency CRM"}, pluck="name"):
			for method in ("frappe.desk.query_report.run", "frappe.desk.query_report.export_query"):
				with self.subTest(hole="report", report=report):
					asked = {"report_name": report, "filters": {}, "file_format_type": "CSV"}
					self.assert_nothing(self.cat.call(method, **asked), "")

	def test_our_own_endpoints(self):
		"""Each of them, given the record's number for every argument that may be one."""
		before = self.state()
		kinds = {doctype.lower().replace(" ", "_"): name for doctype, name in self.records.items()}
		words = {"doctype": "Client", "reason": "x"}
		attempts = [
			(method, {name: words.get(name) or kinds.get(name, self.client) for name in arguments})
			for method, arguments in endpoints()
		]
		for (method, asked), answer in side_by_side(self.attempt, attempts):
			with self.subTest(hole="an endpoint of ours", method=method):
				self.assert_nothing(answer, json.dumps(asked))
		frappe.db.rollback()  # to see what the server wrote
		self.assert_untouched(before)

	def test_whose_it_is_they_see_it(self):
		"""The same attempts by the client's own agent succeed, but for the number: what refuses cat isn't chance."""
		ann = self.people["ann"]
		for hole in ("form", "get", "get_list", "list", "search of a link", "link title", "count", "print"):
			method, arguments = READING[hole]
			with self.subTest(hole=hole):
				answer = ann.call(method, **self.filled(arguments, "Client", self.client))
				self.assertTrue(answer.ok, answer.text[-300:])
				self.assertNotIn(self.number, answer.text)
				self.assertNotIn(secrets.hash_number(self.number), answer.text)
				self.assertTrue(
					any(word in answer.text for word in (self.client, self.client_name, '"message":1'))
				)

	def assert_untouched(self, before: dict):
		after = self.state()
		changed = {what: (before[what], after[what]) for what in before if before[what] != after[what]}
		self.assertEqual(changed, {})

	def state(self) -> dict:
		"""What stands on the records and points at them; who has been told of something."""
		found: dict = {}
		for doctype, name in self.records.items():
			columns = [column for column in KEPT_ASIDE if frappe.db.has_column(doctype, column)]
			stored = frappe.db.get_value(doctype, name, columns, as_dict=True) or {}
			found |= {(doctype, column): value for column, value in stored.items()}
			for pointer, (kind, what) in POINTING.items():
				pointing = {kind: doctype, what: name}
				found[doctype, pointer] = frappe.db.count(pointer, pointing)
			tasks = {"reference_type": doctype, "reference_name": name}
			found[doctype, "tasks"] = frappe.get_all("ToDo", tasks, pluck="status")
		told = {"for_user": self.agency.users["cat"]}
		return {**found, "notices": frappe.db.count("Notification Log", told)}


def endpoints():
	"""Every endpoint of ours that a user calls by name, with its arguments."""
	folder = Path(frappe.get_app_path("agency_crm", "api"))
	for path in sorted(folder.rglob("*.py")):
		parts = path.relative_to(folder).with_suffix("").parts
		if parts[0] == "frappe" and parts[-1] not in ("logins", "workflow_mail"):
			continue
		module = ".".join(("agency_crm.api", *parts)).removesuffix(".__init__")
		for name, function in vars(frappe.get_module(module)).items():
			if function in frappe.whitelisted and function.__module__ == module:
				yield f"{module}.{name}", list(signature(function).parameters)
