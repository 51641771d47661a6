"""Who sees what, asked as users do: over HTTP, of a real server, each with a login of their own.

The matrix is role × DocType × verb; after it come the ways round it that Frappe 15 has, each tried
by an agent of another store. The ways: docs/rules/platform.md, "Rows and rights", "Secrets".
"""

from pathlib import Path

import frappe
import requests
from frappe.utils import get_files_path

from agency_crm.permissions import visibility
from agency_crm.services.privacy import secrets
from agency_crm.setup import install
from agency_crm.tests.cases.http import DENIED, NUMBER, PRICE, AgencyHTTPCase, Browser, side_by_side
from agency_crm.tests.factory import picture
from agency_crm.tests.world import ROLES

FIELD = "Agent Assistant Manager Administrator"
MONEY = "Manager Accountant Administrator"
# DocType -> who may create, write and delete one that they see
RIGHTS = {
	"Listing": (FIELD, FIELD, "Administrator"),
	"Client": (FIELD, FIELD, "Administrator"),
	"Client Handover": ("Manager Administrator", "Manager Administrator", "Administrator"),
	"Client Movement": ("", "", ""),
	"Client Request": ("Agent Manager Administrator", "Agent Manager Administrator", "Administrator"),
	"Client Erasure": ("", "", ""),
	"Client Mailing": (FIELD, FIELD, "Administrator"),
	"Client Requirement": (FIELD, FIELD, "Administrator"),
	"Call List": (FIELD, FIELD, "Administrator"),
	"Follow Up": (FIELD, "", "Administrator"),
	"Follow Up Task": (FIELD, FIELD, "Administrator"),
	"Viewing": (FIELD, FIELD, "Administrator"),
	"Deal": (FIELD, f"{FIELD} Accountant", "Administrator"),
	"Deal Fee": (f"{FIELD} Accountant", f"{FIELD} Accountant", f"{FIELD} Accountant"),
	"Deal Split": (MONEY, MONEY, MONEY),
	"Deal Termination": (MONEY, MONEY, ""),
	"Commission Accrual": ("", "", ""),
	"Commission Payout": ("Accountant Cashier", "Accountant Cashier", "Accountant"),
	"Commission Statement": ("Accountant", "Accountant", "Accountant"),
	"Contact Reveal": ("", "", ""),
	"Duplicate Pair": ("", "", ""),
	"Listing Change": ("", "", ""),
	"Listing Follower": ("", "", f"{FIELD} Officer"),
	"Client Enquiry": ("", "Assistant Manager Administrator", "Administrator"),
	"Listing Enquiry": ("", "Assistant Manager Administrator", "Administrator"),
	"Client Import": ("Assistant Manager Administrator", "Assistant Manager Administrator", "Administrator"),
	"Listing Import": ("Assistant Manager Administrator", "Assistant Manager Administrator", "Administrator"),
	"Listing Key": (FIELD, FIELD, "Administrator"),
	"Key Movement": ("", "", "Administrator"),
	"Listing Mandate": (FIELD, FIELD, "Administrator"),
	"Listing Verification": (FIELD, FIELD, "Administrator"),
	"Match Pair": ("", "", ""),
	"Property": ("", "", ""),
	"Role Request": (FIELD, FIELD, "Administrator"),
	"Workflow Action": ("", "", f"{FIELD} {MONEY} Officer Cashier"),
	"Client Private": ("", "", ""),
	"Listing Private": ("", "", ""),
}
# fewer than who sees it: maintainer, role holders and managers; of a client of a pool the managers alone
WRITERS = {
	"Public": "ann assistant lead boss admin",
	"Store": "ann assistant lead boss admin",
	"Area": "ann assistant lead boss admin",
	"Private": "ann lead boss admin",
	"Held": "ann dan lead boss admin",
	"Store client": "lead boss admin",
	"Area client": "lead boss admin",
	"a deal": "ann bob officer lead boss accountant admin",  # not dan and sue, who share in it
}


class TestMatrix(AgencyHTTPCase):
	"""Role × DocType × verb."""

	def test_every_doctype_with_a_predicate_is_in_it(self):
		self.assertLessEqual(set(visibility.PREDICATES), set(RIGHTS))

	def test_list_and_read(self):
		asked = [(person, doctype) for person in self.people for doctype in self.agency.seen]
		for (person, doctype), (listed, statuses) in side_by_side(self.list_and_read, asked):
			with self.subTest(person=person, doctype=doctype):
				expected = self.seen_by(person, doctype)
				self.assertEqual(listed, expected)
				for name, status in statuses.items():
					self.assertEqual(status, 200 if name in expected else DENIED, name)

	def list_and_read(self, asked: tuple[str, str]) -> tuple:
		"""What a person's list of a DocType holds, and how reading one they see and one they don't is answered."""
		person, doctype = asked
		browser, records = self.people[person], self.agency.seen[doctype]
		seen = self.seen_by(person, doctype)
		both = (*sorted(seen)[:1], *sorted(set(records) - seen)[:1])
		statuses = {name: browser.resource("GET", doctype, name).status_code for name in both}
		return browser.names(doctype, list(records)), statuses

	def seen_by(self, person: str, doctype: str) -> set[str]:
		return {name for name, readers in self.agency.seen[doctype].items() if person in readers}

	def test_create(self):
		for person, browser in self.one_of_each():
			for doctype, (create, _write, _delete) in RIGHTS.items():
				with self.subTest(person=person, doctype=doctype):
					answer = browser.resource("POST", doctype, json={})
					self.assertEqual(answer.status_code != DENIED, self.has(person, create))

	def test_write(self):
		kinds = {name: scope for scope, name in self.agency.listings.items()}
		kinds |= {name: f"{kind} client" for kind, name in self.agency.clients.items()}
		kinds[self.agency.deal] = "a deal"
		for doctype in ("Listing", "Client", "Viewing", "Deal", "Contact Reveal", "Commission Payout"):
			for name, readers in self.agency.seen[doctype].items():
				writers = WRITERS[kinds[name]].split() if kinds.get(name) in WRITERS else readers
				for person, browser in self.one_of_each():
					with self.subTest(person=person, doctype=doctype, name=name):
						may = person in writers and self.has(person, RIGHTS[doctype][1])
						answer = browser.resource("PUT", doctype, name, json={})
						self.assertEqual(answer.status_code != DENIED, may, answer.text[-300:])

	def test_delete(self):
		"""Only the refusals: the records are still asked about."""
		for doctype, records in self.agency.seen.items():
			name = next(iter(records))
			for person, browser in self.one_of_each():
				if person not in records[name] or not self.has(person, RIGHTS[doctype][2]):
					with self.subTest(person=person, doctype=doctype):
						self.assertEqual(browser.resource("DELETE", doctype, name).status_code, DENIED)

	def test_count(self):
		for person, browser in self.one_of_each():
			for doctype in ("Client", "Deal", "Listing"):
				expected = len(self.seen_by(person, doctype))
				with self.subTest(person=person, doctype=doctype):
					filters = {"name": ["in", list(self.agency.seen[doctype])]}
					answer = browser.call("frappe.client.get_count", doctype=doctype, filters=filters)
					self.assertEqual(answer.json()["message"], expected)

	def one_of_each(self) -> list[tuple[str, Browser]]:
		"""A person of each role, and an agent of another store."""
		first = {role: person for person, role in reversed(ROLES.items())}
		return [(person, self.people[person]) for person in (*first.values(), "dan")]

	def has(self, person: str, roles: str) -> bool:
		short = ROLES[person].removeprefix("Agency ").removeprefix("Store ").removeprefix("Title ")
		return short in roles.split()


class TestWaysRound(AgencyHTTPCase):
	"""cat, an agent of another store, tries to learn of ann's private client and of a floor price."""

	def setUp(self):
		super().setUp()
		self.cat, self.ann, self.admin = (self.people[person] for person in ("cat", "ann", "admin"))

	def assert_nothing(self, answer: requests.Response, *words: str):
		"""Refused, or answered without the words (by default the client's number, name and person)."""
		name = frappe.db.get_value("Client", self.secret, "client_name")
		for word in words or (self.secret, name, NUMBER):
			self.assertNotIn(
				word, answer.text if answer.ok else answer.text.replace(answer.request.body or "", "")
			)

	def refused(self, method: str, **arguments):
		answer = self.cat.call(method, **arguments)
		self.assertEqual(answer.status_code, DENIED, f"{method}: {answer.text[-900:]}")

	def test_nobody_decides_on_what_is_asked_but_the_managers_above(self):
		request, asked = (
			next(iter(self.agency.seen[kind])) for kind in ("Role Request", "Listing Verification")
		)
		key = next(name for name, readers in self.agency.seen["Listing Key"].items() if "dan" not in readers)
		hidden = self.agency.listings["Private"]
		for person in ("ann", "cat", "dan", "sue"):
			browser = self.people[person]
			for method, arguments in (
				("listings.roles.approve", {"request": request}),
				("listings.verification.approve", {"request": asked}),
				("listings.verification.refuse", {"request": asked, "reason": "不实"}),
			):
				with self.subTest(person=person, method=method):
					answer = browser.call(f"agency_crm.api.{method}", **arguments)
					self.assertEqual(answer.status_code, DENIED, answer.text[-300:])
		for method, arguments in (
			("listings.roles.claim", {"listing": hidden}),
			("listings.verification.report", {"listing": hidden, "reason": "不实"}),
			("listings.keys.borrow", {"key": key}),
			("listings.keys.of_listing", {"listing": hidden}),
		):
			with self.subTest(method=method):
				answer = self.people["dan"].call(f"agency_crm.api.{method}", **arguments)
				self.assertEqual(answer.status_code, DENIED, answer.text[-300:])

	def test_form(self):
		self.refused("frappe.desk.form.load.getdoc", doctype="Client", name=self.secret)
		self.refused("frappe.desk.form.load.get_docinfo", doctype="Client", name=self.secret)
		self.refused("frappe.client.get", doctype="Client", name=self.secret)
		answer = self.cat.call(
			"frappe.client.get_value", doctype="Client", filters=self.secret, fieldname="agent"
		)
		self.assert_nothing(answer, self.agency.agents["ann"])

	def test_duplicates(self):
		"""Not even for an agent of one of the two listings: a review is the office's."""
		pair = next(iter(self.agency.seen["Duplicate Pair"]))
		stays = {"survivor": self.agency.listings["Public"], "reason": "同一套"}
		for person in (self.cat, self.ann):
			for what in ("side_by_side", "merge", "dismiss", "undo"):
				answer = person.call(f"agency_crm.api.duplicates.pairs.{what}", pair=pair, **stays)
				self.assertEqual(answer.status_code, DENIED, what)
		typed = {"listing_type": "Sale", "estate": self.agency.estate}
		typed |= {"building_no": "3", "unit_no": "2", "room_no": "401"}
		answer = self.cat.call("agency_crm.api.duplicates.pairs.look", typed=typed)
		self.assertEqual(answer.json()["message"]["alike"], [{"store": self.agency.store}])

	def test_no_number_in_any_answer(self):
		"""Not even to the client's own agent, but by the reveal."""
		for answer in (
			self.ann.resource("GET", "Client", self.secret),
			self.ann.call("frappe.desk.form.load.getdoc", doctype="Client", name=self.secret),
			self.ann.call("frappe.client.get_list", doctype="Client", fields=["*"], limit_page_length=0),
		):
			self.assertTrue(answer.ok)
			self.assertNotIn(NUMBER, answer.text)
			self.assertNotIn(secrets.hash_number(NUMBER), answer.text)
		row = frappe.get_doc("Client", self.secret).phones[0].name
		what = {"what": "Phone", "doctype": "Client", "name": self.secret, "row": row, "reason": "约看"}
		self.refused("agency_crm.api.privacy.reveals.reveal", **what)
		answer = self.ann.call("agency_crm.api.privacy.reveals.reveal", **what)
		self.assertEqual(answer.json()["message"][0]["value"], NUMBER)
		self.assertFalse(
			self.ann.ask("GET", "api/method/agency_crm.api.privacy.reveals.reveal", params=what).ok
		)
		self.assertIn(
			self.agency.users["ann"],
			self.admin.resource("GET", "Contact Reveal", params={"fields": '["user"]'}).text,
		)

	def test_phones_by_filter(self):
		"""Guessing digit by digit, by list, count and report view: a number is no column any more."""
		for column, value in (("number", "138%"), ("phone_number", "%")):
			filters = [["Client Phone", column, "like", value]]
			self.assert_nothing(
				self.cat.resource(
					"GET", "Client", params={"filters": frappe.as_json(filters), "limit_page_length": 0}
				)
			)
			self.assert_nothing(
				self.cat.call(
					"frappe.desk.reportview.get", doctype="Client", fields=["name"], filters=filters
				)
			)
			if column == "number":
				answer = self.admin.call("frappe.client.get_count", doctype="Client", filters=filters)
				self.assertEqual(answer.json()["message"], 0)
		self.assertFalse(self.cat.call("frappe.client.get_count", doctype="Client Phone").ok)
		self.assertFalse(self.cat.resource("GET", "Client Phone").ok)
		answer = self.cat.call(
			"frappe.client.get_list", doctype="Client Phone", parent="Client", fields=["*"]
		)
		self.assertNotIn(secrets.hash_number(NUMBER), answer.text)

	def test_rows_of_a_record_that_is_hidden(self):
		"""Frappe lists a child DocType to whoever may read any of its parents: masked numbers, tags, relations."""
		for person in ("cat", "boss"):
			browser, seen = self.people[person], self.agency.seen["Client"]
			answer = browser.call(
				"frappe.client.get_list",
				doctype="Client Phone",
				parent="Client",
				fields=["parent"],
				filters={"parent": ["in", list(seen)]},
				limit_page_length=0,
			)
			expected = {name for name, readers in seen.items() if person in readers}
			self.assertEqual({row["parent"] for row in answer.json()["message"]}, expected)

	def test_a_row_is_written_with_its_record_alone(self):
		"""Not to a hidden record, by which one would come to see it, and not to one's own, past its checks."""
		listing, client = self.agency.listings, self.agency.clients
		rows = (
			("Client Collaborator", "Client", client["Private"], "collaborators"),
			("Listing Role", "Listing", listing["Private"], "roles"),
			("Listing Owner", "Listing", listing["Private"], "owners"),
			("Deal Co Agent", "Deal", self.agency.deal, "co_agents"),
			("Deal Party", "Deal", self.agency.deal, "parties"),
		)
		for person in ("cat", "ann", "lead"):
			for doctype, parenttype, parent, field in rows:
				with self.subTest(person=person, doctype=doctype):
					row = {"parent": parent, "parenttype": parenttype, "parentfield": field}
					row |= {"agent": self.agency.agents["cat"], "role": "Maintainer", "client": self.secret}
					before = frappe.db.count(doctype)
					for path in (f"api/resource/{doctype}", f"api/v2/document/{doctype}"):
						answer = self.people[person].ask("POST", path, json=row)
						self.assertEqual(answer.status_code, DENIED, answer.text[-300:])
					frappe.db.rollback()  # to see what the server wrote
					self.assertEqual(frappe.db.count(doctype), before)
		name = frappe.get_doc("Client", self.secret).phones[0].name
		for verb in ("GET", "PUT", "DELETE"):
			answer = self.cat.resource(verb, "Client Phone", name, json={"label": "Office"})
			self.assertEqual(answer.status_code, DENIED, f"{verb}: {answer.text[-300:]}")

	def test_a_role_is_given_with_its_user_alone(self):
		user = {"parent": self.agency.users["cat"], "parenttype": "User", "parentfield": "roles"}
		answer = self.cat.resource("POST", "Has Role", json={**user, "role": "System Manager"})
		self.assertEqual(answer.status_code, DENIED, answer.text[-300:])

	def test_floor_price_by_bisection(self):
		"""By filter, sort, field, report view and count, on the listing that cat sees."""
		listing = self.agency.listings["Public"]
		self.assertTrue(self.cat.resource("GET", "Listing", listing).ok)
		column = "`tabListing Private`.`floor_price`"
		for arguments in (
			{"filters": frappe.as_json([["Listing Private", "floor_price", ">", 1]])},
			{"fields": frappe.as_json(["name", column])},
			{"order_by": f"{column} desc"},
		):
			with self.subTest(arguments):
				self.assertFalse(self.cat.resource("GET", "Listing", params=arguments).ok)
		for method in (
			"frappe.desk.reportview.get",
			"frappe.desk.reportview.get_count",
			"frappe.client.get_count",
		):
			self.refused(method, doctype="Listing Private", fields=["name"], filters=[])
		self.refused(
			"frappe.client.get_value", doctype="Listing Private", filters=listing, fieldname="floor_price"
		)
		self.refused(
			"agency_crm.api.privacy.reveals.reveal",
			what="Floor Price",
			doctype="Listing",
			name=listing,
			reason="x",
		)
		answer = self.ann.call(
			"agency_crm.api.privacy.reveals.reveal",
			what="Floor Price",
			doctype="Listing",
			name=listing,
			reason="议价",
		)
		self.assertEqual(answer.json()["message"][0]["value"], PRICE)

	def test_list_views(self):
		"""List, board, report view, groups, export."""
		columns = {"doctype": "Client", "fields": ["name", "client_name"], "filters": []}
		for method in ("frappe.desk.reportview.get", "frappe.desk.reportview.get_list"):
			self.assert_nothing(self.cat.call(method, **columns, page_length=500))
		self.assert_nothing(
			self.cat.call(
				"frappe.desk.listview.get_group_by_count",
				doctype="Client",
				current_filters="[]",
				field="agent",
			),
			self.agency.agents["ann"],
		)
		self.refused("frappe.desk.reportview.export_query", **columns, file_format_type="CSV", title="Client")

	def test_map(self):
		"""Frappe's own map view puts every row on it."""
		asked = {"doctype": "Listing", "type": "coordinates"}
		for filters in ([], [["Listing", "estate", "=", self.agency.estate]]):
			answer = self.cat.call("frappe.geo.utils.get_coords", filters=filters, **asked)
			self.assertIn(self.agency.listings["Public"], answer.text)
			self.assertNotIn(self.agency.listings["Private"], answer.text)

	def test_links_and_search(self):
		answer = self.cat.call(
			"frappe.desk.search.get_link_title", doctype="Listing", docname=self.agency.listings["Private"]
		)
		self.assertEqual(answer.json()["message"], self.agency.listings["Private"])
		name = frappe.db.get_value("Client", self.secret, "client_name")
		self.assertNotIn(
			self.secret, self.cat.call("frappe.desk.search.search_link", doctype="Client", txt=name).text
		)
		answer = self.cat.call(
			"frappe.client.validate_link", doctype="Client", docname=self.secret, fields=["client_name"]
		)
		self.assertNotIn(name, answer.text)
		self.assertNotIn(self.secret, self.cat.call("frappe.utils.global_search.search", text=name).text)
		self.assertEqual(
			self.cat.call("agency_crm.api.privacy.reveals.find_client", number=NUMBER).json()["message"], []
		)

	def test_print_and_mail(self):
		"""Frappe prints for whoever reads: what it prints of a client has no number in it."""
		where = {"doctype": "Client", "name": self.secret}
		mail = {**where, "content": "x", "recipients": "x@x.example"}
		for person in (self.cat, self.ann):
			answer = person.call("frappe.core.doctype.communication.email.make", **mail)
			self.assertEqual(answer.status_code, DENIED)
		self.assertFalse(self.cat.ask("GET", "printview", params=where).ok)
		download = "api/method/frappe.utils.print_format.download_pdf"
		self.assertFalse(self.cat.ask("GET", download, params=where).ok)
		shown = self.ann.ask("GET", "printview", params=where).text
		self.assertIn("138****5678", shown)
		self.assertNotIn(NUMBER, shown)
		deal = {"doctype": "Deal", "name": self.agency.deal}
		self.assertFalse(self.cat.ask("GET", "printview", params=deal).ok)

	def test_what_points_at_it(self):
		"""Comments, tags, files, versions and tasks of a client are found on its form, by who sees it."""
		frappe.get_doc("Client", self.secret).add_comment("Comment", "业主手机尾号")
		file = {"file_name": "scan.txt", "is_private": 1, "content": "身份证"}
		file = frappe.get_doc(
			{"doctype": "File", **file, "attached_to_doctype": "Client", "attached_to_name": self.secret}
		)
		file.insert()
		frappe.db.commit()  # the server has a connection of its own
		self.ann.call("frappe.desk.doctype.tag.tag.add_tag", tag="急", dt="Client", dn=self.secret)
		frappe.db.rollback()  # to see what the server wrote
		self.assertTrue(frappe.db.exists("Tag Link", {"document_name": self.secret}))
		for doctype in (
			"Comment",
			"Communication",
			"Version",
			"Tag Link",
			"File",
			"ToDo",
			"Deleted Document",
		):
			with self.subTest(doctype=doctype):
				answer = self.cat.resource("GET", doctype, params={"fields": '["*"]', "limit_page_length": 0})
				self.assert_nothing(answer)
		self.assert_nothing(self.cat.call("frappe.desk.doctype.tag.tag.get_documents_for_tag", tag="#急"))
		self.assertEqual(self.cat.ask("GET", file.file_url.lstrip("/")).status_code, DENIED)
		self.assertTrue(self.ann.ask("GET", file.file_url.lstrip("/")).ok)

	def test_papers_and_photos_of_a_public_listing(self):
		"""A photo is read with its listing, a paper by who works on it, neither without a login."""
		listing = self.agency.listings["Public"]
		photo = self.upload(self.ann, listing).json()["message"]
		paper = self.upload(self.ann, listing, fieldname="certificate").json()["message"]
		self.addCleanup(self.take_away_files, photo["name"], paper["name"])
		row = {"slot": "Bedroom", "file": photo["file_url"]}
		self.assertTrue(self.ann.resource("PUT", "Listing", listing, json={"media": [row]}).ok)
		guest = requests.Session()
		for file, readers in ((photo, (self.ann, self.cat)), (paper, (self.ann,))):
			self.assertEqual((file["is_private"], file["file_url"][:15]), (1, "/private/files/"))
			for address in (file["file_url"], f"{file['file_url']}?fid={file['name']}"):
				for browser in (self.ann, self.cat):
					self.assertEqual(browser.ask("GET", address[1:]).ok, browser in readers, address)
				answer = guest.get(self.server.url + address, headers=self.server.headers)
				self.assertEqual(answer.status_code, DENIED)
		self.assertEqual(self.cat.names("File", [paper["name"]]), set())
		self.assertFalse(self.cat.resource("GET", "File", paper["name"]).ok)
		self.assertFalse(self.cat.resource("DELETE", "File", paper["name"]).ok)
		told = self.cat.call("agency_crm.api.listings.media.get_papers", listing=listing).json()
		self.assertIsNone(told.get("message"))
		self.assertNotIn(paper["file_url"], self.cat.resource("GET", "Listing", listing).text)
		# an own File of its address, its content by another name, the listing made to show it
		for home in ({}, {"attached_to_doctype": "ToDo", "attached_to_name": "x"}):
			stolen = {"file_name": "a.jpg", "file_url": paper["file_url"], "is_private": 1, **home}
			self.assertFalse(self.cat.resource("POST", "File", json=stolen).ok)
		self.assertFalse(self.upload(self.cat, listing, fieldname="certificate").ok)
		self.assertFalse(
			self.ann.resource("PUT", "File", photo["name"], json={"is_private": 0})
			.json()["data"]["file_url"]
			.startswith("/files/")
		)

	def test_an_upload_that_is_not_what_its_name_says(self):
		"""Nothing of it is in the table or on the disk, whichever door it came by."""
		listing = self.agency.listings["Public"]
		frappe.db.rollback()
		before = frappe.db.count("File")
		name = f"{frappe.generate_hash(length=8)}.jpg"
		self.assertEqual(self.upload(self.ann, listing, name, b"<script>alert(1)</script>").status_code, 417)
		home = {"attached_to_doctype": "Listing", "attached_to_name": listing}
		answer = self.ann.resource("POST", "File", json={**home, "file_name": name, "content": "<script>"})
		self.assertEqual(answer.status_code, 417)
		frappe.db.rollback()
		self.assertEqual(frappe.db.count("File"), before)
		for private in (0, 1):
			self.assertEqual(list(Path(get_files_path(is_private=private)).glob(f"{name[:8]}*")), [])

	@staticmethod
	def upload(browser: Browser, listing: str, name="a.jpg", content=None, **form) -> requests.Response:
		files = {"file": (name, content or picture())}
		data = {"doctype": "Listing", "docname": listing, "is_private": 0, **form}
		return browser.ask("POST", "api/method/upload_file", files=files, data=data)

	@staticmethod
	def take_away_files(*names: str):
		frappe.db.rollback()
		for name in names:
			frappe.delete_doc("File", name, ignore_missing=True)
		frappe.db.commit()  # what the server committed

	def test_pointing_at_it(self):
		"""Sharing, assigning, tagging and following open nothing."""
		where = {"doctype": "Client", "name": self.secret}
		tagged = {"dt": "Client", "dn": self.secret}
		user = self.agency.users["cat"]
		for method, arguments in (
			("frappe.share.add", {**where, "user": user}),
			("frappe.desk.form.assign_to.add", {**where, "assign_to": [user]}),
		):
			self.assertEqual(self.ann.call(method, **arguments).status_code, DENIED, method)
		# Frappe stumbles over its own refusal here and answers 500
		self.assertFalse(self.cat.call("frappe.desk.doctype.tag.tag.add_tag", tag="我的", **tagged).ok)
		follow = {
			"doctype": "Document Follow",
			"ref_doctype": "Client",
			"ref_docname": self.secret,
			"user": user,
		}
		self.assertEqual(self.cat.resource("POST", "Document Follow", json=follow).status_code, DENIED)
		self.assertEqual(self.cat.resource("GET", "Client", self.secret).status_code, DENIED)

	def test_reports(self):
		"""No agent runs a script report; a prepared one opens for whoever prepared it."""
		for report in frappe.get_all("Report", {"module": install.MODULE}, pluck="name"):
			self.assertFalse(self.cat.call("frappe.desk.query_report.run", report_name=report, filters={}).ok)
		report = "Commission Reconciliation"
		prepared = frappe.get_doc(
			{"doctype": "Prepared Report", "report_name": report, "status": "Completed"}
		)
		prepared.set_user_and_timestamp()
		prepared.set_new_name()
		prepared.db_insert()
		frappe.db.commit()  # the server has a connection of its own
		filters = {"prepared_report_name": prepared.name}
		for method in ("frappe.desk.query_report.run", "frappe.desk.query_report.export_query"):
			answer = self.people["accountant"].call(
				method, report_name=report, filters=filters, file_format_type="CSV"
			)
			self.assertEqual(answer.status_code, DENIED)
		self.assertFalse(self.people["accountant"].resource("GET", "Prepared Report", prepared.name).ok)

	def test_chart(self):
		"""The figures of who looked first are not shown to who looks next."""
		chart = frappe.get_doc(
			{
				"doctype": "Dashboard Chart",
				"chart_name": f"Clients {frappe.generate_hash(length=6)}",
				"chart_type": "Group By",
				"document_type": "Client",
				"group_by_type": "Count",
				"group_by_based_on": "pool",
				"type": "Bar",
				"filters_json": frappe.as_json([["Client", "name", "in", list(self.agency.seen["Client"])]]),
				"is_public": 1,
			}
		).insert()
		frappe.db.commit()  # the server has a connection of its own
		method, shown = "frappe.desk.doctype.dashboard_chart.dashboard_chart.get", []
		for browser in (self.admin, self.cat):
			figures = browser.call(method, chart_name=chart.name).json()["message"]["datasets"][0]["values"]
			shown.append(sum(figures))
		self.assertEqual(shown, [6, 1])
