"""The partners' endpoint over HTTP, as their programs call it; docs/partners.md says the same in curl."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import frappe
from frappe.utils import get_bench_path

from agency_crm.services.intake import partners
from agency_crm.tests import factory
from agency_crm.tests.cases.enquiries import PNG
from agency_crm.tests.cases.http import Browser, HTTPCase
from agency_crm.tests.users import as_user

API = "agency_crm.api.partners."
# the database's own collation holds each of these for the one before it
ALIKE = ("Ab12", "aB12", "w1", "Ｗ1", "e", "é", "🏠", "🚗")


class TestPartners(HTTPCase):
	@classmethod
	def prepare(cls):
		cls.estate = factory.make_estate(
			estate_name=f"伙伴{frappe.generate_hash(length=6)}", aliases="伙伴老名"
		)
		cls.partners, cls.tokens = [], []
		for _ in range(2):
			partner = factory.make_partner()
			key = partners.make_key(partner)
			cls.partners.append(partner)
			cls.tokens.append(f"{key['api_key']}:{key['api_secret']}")

	def setUp(self):
		super().setUp()
		self.ours, self.theirs = (Browser(self.server, token) for token in self.tokens)
		self.number = frappe.generate_hash(length=8)
		self.facts = {
			"external_id": self.number,
			"listing_type": "Sale",
			"estate": self.estate.estate_name,
			"building_no": "3号楼",
			"unit_no": "2",
			"room_no": self.number,
			"asking_price": 3500000,
			"gross_area": 89.5,
			"layout": "2室1厅",
			"floor": 5,
			"total_floors": 18,
			"decoration": "精装",
		}

	def put(self, browser=None, **changes):
		return (browser or self.ours).call(f"{API}put_listing", **{**self.facts, **changes})

	def listing(self):
		frappe.db.rollback()  # to see what the server wrote
		return frappe.get_doc("Listing", {"external_id": self.number})

	def test_sent_again_it_is_the_same_listing(self):
		answers = [
			self.put(),
			self.put(),
			self.put(asking_price="360万", decoration="毛坯"),
			self.put(rent=""),
		]
		self.assertEqual([answer.status_code for answer in answers], [200] * 4, answers[-1].text)
		said = [answer.json()["message"] for answer in answers]
		self.assertEqual([row["result"] for row in said], ["created", "unchanged", "updated", "updated"])
		listing = self.listing()
		self.assertEqual({row["name"] for row in said}, {listing.name})
		partner = self.partners[0]
		self.assertEqual((listing.source_channel, listing.store), (partner.source_channel, partner.store))
		self.assertEqual((listing.building_no, listing.layout, listing.phase), ("3", "2室1厅", "Draft"))
		self.assertEqual((listing.asking_price, listing.decoration), (3500000, "Fine"))

	def test_two_floors_are_kept_as_a_tag(self):
		"""As the form and an import keep the word, also of a listing that is there."""
		words = ("2室1厅", "复式2室1厅", "复式2室1厅")
		said = [self.put(layout=layout).json()["message"]["result"] for layout in words]
		self.assertEqual(said, ["created", "updated", "unchanged"])
		listing = self.listing()
		self.assertEqual((listing.layout, listing.bedrooms), ("2室1厅", 2))
		tag_name = frappe.db.get_value("Agency Tag", listing.tags[0].tag, "tag_name")
		self.assertEqual((tag_name, len(listing.tags)), ("复式", 1))

	def test_only_what_is_given_changes(self):
		self.put()
		answer = self.ours.call(f"{API}put_listing", external_id=self.number, asking_price=3400000)
		self.assertEqual(answer.json()["message"]["result"], "updated")
		listing = self.listing()
		self.assertEqual((listing.asking_price, listing.gross_area, listing.floor), (3400000, 89.5, 5))

	def test_sent_twice_at_once_it_is_one_listing(self):
		answers = []
		threads = [Thread(target=lambda: answers.append(self.put())) for _ in range(2)]
		for thread in threads:
			thread.start()
		for thread in threads:
			thread.join()
		self.assertEqual([answer.status_code for answer in answers], [200, 200], [a.text for a in answers])
		self.assertEqual({answer.json()["message"]["name"] for answer in answers}, {self.listing().name})

	def test_numbers_that_only_look_alike_are_different_listings(self):
		numbers = [f"{self.number} {text}" for text in ALIKE]
		for place, number in enumerate(numbers):
			answer = self.put(external_id=number, room_no=f"{place}{self.number}")
			self.assertEqual(answer.json()["message"]["result"], "created", answer.text)
		frappe.db.rollback()  # to see what the server wrote
		kept = frappe.get_all("Listing", {"external_id": ("in", numbers)}, pluck="external_id")
		self.assertEqual(sorted(kept), sorted(numbers))
		answer = self.ours.ask(
			"GET", f"api/method/{API}get_listing", params={"external_id": numbers[0].upper()}
		)
		self.assertEqual(answer.status_code, 404)

	def test_what_is_wrong_is_named_by_field(self):
		wrong = {"gross_area": "很大", "asking_price": 1, "floor": "x", "decoration": "好", "estate": "伙"}
		answer = self.put(**wrong)
		self.assertEqual(answer.status_code, 417)
		self.assertEqual(set(answer.json()["field_errors"]), set(wrong))
		self.assertIn(self.estate.estate_name, answer.json()["field_errors"]["estate"])
		answer = self.ours.call(f"{API}put_listing", external_id=self.number)
		self.assertLessEqual({"estate", "gross_area", "asking_price"}, set(answer.json()["field_errors"]))
		self.assertEqual(self.put(estate="伙伴老名").status_code, 200)

	def test_a_number_beyond_all_sizes_is_refused_as_another_is(self):
		for wrong in ({"gross_area": "9" * 400}, {"asking_price": "9" * 60}, {"asking_price": 1e308}):
			with self.subTest(**wrong):
				answer = self.put(**wrong)
				self.assertEqual(answer.status_code, 417, answer.text[-300:])
				self.assertEqual(set(answer.json()["field_errors"]), set(wrong))

	def test_a_refusal_is_in_the_language_asked_for(self):
		site = frappe.get_system_settings("language")
		said = {
			language: frappe._("{0} is not a whole number", language).format("x") for language in ("zh", "en")
		}
		asked = {"zh": "zh", "zh-CN,zh;q=0.9,en;q=0.8": "zh", "en-GB,zh;q=0.5": "en", "xx": site, None: site}
		for header, language in asked.items():
			self.ours.session.headers["Accept-Language"] = header
			self.assertEqual(self.put(floor="x").json()["field_errors"], {"floor": said[language]}, header)

	def test_an_address_somebody_else_lists(self):
		store = factory.make_store().name
		factory.make_listing(estate=self.estate.name, room_no=self.number, store=store)
		frappe.db.commit()  # for the server
		answer = self.put()
		self.assertEqual(answer.status_code, 409)
		self.assertNotIn(store, answer.text)
		self.assertNotIn("LST-", answer.text)

	def test_anothers_listing_is_as_if_there_were_none(self):
		self.put()
		for browser, status in ((self.ours, 200), (self.theirs, 404)):
			answer = browser.ask("GET", f"api/method/{API}get_listing", params={"external_id": self.number})
			self.assertEqual(answer.status_code, status)
		for method, arguments in (("withdraw_listing", {"reason": "x"}), ("add_photo", {"slot": "Kitchen"})):
			files = {"photo": ("1.png", PNG)}
			data = {"external_id": self.number, **arguments}
			answer = self.theirs.ask("POST", f"api/method/{API}{method}", data=data, files=files)
			self.assertEqual(answer.status_code, 404, answer.text)
		# a number is the partner's own: the other may use it too
		self.assertEqual(
			self.put(self.theirs, room_no=f"{self.number}9").json()["message"]["result"], "created"
		)

	def test_its_numbers_are_given_by_nobody_else(self):
		"""By the number it reads, changes and withdraws the listing."""
		agent = factory.make_agent(user=factory.make_user("Agency Agent").name)
		listing = factory.make_listing(maintainer=agent.name, store=agent.store)
		channel = self.partners[0].source_channel
		for written in (channel, f" {channel}", f"\u3000{channel}\u00a0"):
			number = {"source_channel": written, "external_id": self.number}
			with as_user(agent.user), self.assertRaisesRegex(frappe.PermissionError, "source of a partner"):
				frappe.get_doc("Listing", listing.name).update(number).save()
		frappe.db.rollback()

	def test_withdrawn(self):
		self.put()
		where = {"external_id": self.number}
		self.assertEqual(self.ours.call(f"{API}withdraw_listing", **where, reason=" ").status_code, 417)
		for result in ("withdrawn", "unchanged"):
			answer = self.ours.call(f"{API}withdraw_listing", **where, reason="业主不卖了")
			self.assertEqual(answer.json()["message"]["result"], result, answer.text)
		answer = self.ours.ask("GET", f"api/method/{API}get_listing", params=where)
		self.assertEqual(answer.json()["message"]["phase"], "Dead")
		self.assertEqual(self.put(asking_price=3000000).status_code, 409)

	def test_photos(self):
		self.put()
		picture = PNG + self.number.encode()

		def send(name: str, content: bytes, slot: str = "Living Room"):
			data = {"external_id": self.number, "slot": slot}
			files = {"photo": (name, content)}
			return self.ours.ask("POST", f"api/method/{API}add_photo", data=data, files=files)

		results = [send("1.png", picture).json()["message"]["result"] for _ in range(2)]
		self.assertEqual(results, ["created", "unchanged"])
		for name, content, slot in (
			("1.png", b"<script>alert(1)</script>", "Kitchen"),
			("1.png", picture, "Certificate"),
		):
			self.assertEqual(send(name, content, slot).status_code, 417, slot)
		listing = self.listing()
		self.assertEqual([row.slot for row in listing.media], ["Living Room"])
		self.assertTrue(frappe.db.get_value("File", {"file_url": listing.media[0].file}, "is_private"))

	def enquire(self, browser=None, **changes):
		wish = {
			"external_id": self.number,
			"requirement_type": "Buy",
			"enquirer_name": "王女士",
			"phone": factory.make_phone(),
			"consent": True,
			"budget_min": 3000000,
			"budget_max": 4000000,
			"bedrooms_min": 2,
			"places": [self.estate.estate_name],
			"needs_metro": True,
		}
		where = f"api/method/{API}put_client_enquiry"
		return (browser or self.ours).ask("POST", where, json={**wish, **changes})

	def enquiries(self):
		frappe.db.rollback()  # to see what the server wrote
		return frappe.get_all("Client Enquiry", {"external_id": self.number}, pluck="name")

	def test_a_client_enquiry_sent_again_is_the_same_one(self):
		answers = []
		threads = [Thread(target=lambda: answers.append(self.enquire())) for _ in range(2)]
		for thread in threads:
			thread.start()
		for thread in threads:
			thread.join()
		answers.append(self.enquire(budget_max=9000000))
		self.assertEqual([answer.status_code for answer in answers], [200] * 3, answers[-1].text)
		said = [answer.json()["message"] for answer in answers]
		self.assertEqual(sorted(row["result"] for row in said), ["created", "unchanged", "unchanged"])
		self.assertEqual({row["name"] for row in said}, set(self.enquiries()))
		enquiry = frappe.get_doc("Client Enquiry", said[0]["name"])
		self.assertEqual((enquiry.budget_min, enquiry.budget_max), (3000000, 4000000))
		self.assertEqual((enquiry.bedrooms_min, enquiry.needs_metro), (2, 1))
		source = (enquiry.source_channel, enquiry.source_detail, enquiry.partner, enquiry.store)
		partner = self.partners[0]
		self.assertEqual(source, ("Portal", partner.source_channel, partner.name, partner.store))
		self.assertEqual([row.estate for row in enquiry.estates], [self.estate.name])
		self.assertEqual(self.enquire(self.theirs).json()["message"]["result"], "created")

	def test_numbers_that_only_look_alike_are_different_client_enquiries(self):
		for text in ALIKE:
			answer = self.enquire(external_id=f"{self.number} {text}")
			self.assertEqual(answer.json()["message"]["result"], "created", answer.text)

	def test_what_is_wrong_with_a_client_enquiry_is_named_by_field(self):
		wrong = {"phone": "12", "budget_max": 100, "area_min": "大", "consent": False, "enquirer_name": ""}
		answer = self.enquire(**wrong)
		self.assertEqual(answer.status_code, 417)
		self.assertEqual(set(answer.json()["field_errors"]), set(wrong))
		for wrong in ({"budget_max": 1e18}, {"remarks": "长" * 1001}, {"requirement_type": "Sale"}):
			answer = self.enquire(**wrong)
			self.assertEqual(answer.status_code, 417, answer.text)
			self.assertEqual(set(answer.json()["field_errors"]), set(wrong))
		self.assertEqual(self.enquiries(), [])
		stranger = Browser(self.server, "wrong:key")
		self.assertIn(self.enquire(stranger).status_code, (401, 403))

	def test_the_key_opens_nothing_else(self):
		self.put()
		for doctype in (
			*("Listing", "Client", "Listing Enquiry", "Client Enquiry", "Client Requirement"),
			*("Listing Partner", "Estate", "Agent", "User", "Gender", "Module Def"),
		):
			for path in (f"api/resource/{doctype}", f"api/v2/document/{doctype}"):
				self.assertEqual(self.ours.ask("GET", path).status_code, 403, path)
		for doctype, values in (
			(
				"Event",
				{"subject": "Log in at evil.example", "starts_on": "2026-12-01", "event_type": "Public"},
			),
			("File", {"file_name": "x.txt", "content": "x"}),
			("Contact", {"first_name": "x"}),
		):
			self.assertEqual(self.ours.resource("POST", doctype, json=values).status_code, 403, doctype)
		self.assertEqual(self.ours.resource("GET", "Listing", self.listing().name).status_code, 403)
		self.assertEqual(self.ours.resource("POST", "Listing", json={}).status_code, 403)
		self.assertEqual(self.ours.call(f"{API}make_key", partner=self.partners[0].name).status_code, 403)
		self.assertEqual(self.ours.ask("GET", "app").status_code, 403)
		for browser in (Browser(self.server, "wrong:key"), Browser(self.server, "")):
			self.assertIn(self.put(browser).status_code, (401, 403))

	def test_limit_of_an_hour(self):
		partner = self.partners[1]
		frappe.db.set_value("Listing Partner", partner.name, "requests_an_hour", 0)
		frappe.db.commit()  # for the server
		self.assertEqual(self.put(self.theirs).status_code, 429)
		frappe.db.set_value("Listing Partner", partner.name, "requests_an_hour", 600)
		frappe.db.commit()  # for the server

	def test_the_examples_of_the_documentation(self):
		"""Each example of docs/partners.md, run as it stands there."""
		guide = Path(get_bench_path()) / "docs/partners.md"
		if not (guide.exists() and shutil.which("curl")):
			self.skipTest("neither the repository nor curl is here")
		factory.make_estate(estate_name="示例花园")
		frappe.db.commit()  # for the server
		examples = re.findall(r"```sh\n(.+?)```", guide.read_text(encoding="utf-8"), re.DOTALL)
		self.assertEqual(len(examples), 5)
		with TemporaryDirectory() as folder:
			(Path(folder) / "living-room.png").write_bytes(PNG)
			(Path(folder) / ".curlrc").write_text(f'header = "X-Frappe-Site-Name: {frappe.local.site}"\n')
			place = {
				"AGENCY": self.server.url,
				"TOKEN": self.tokens[0],
				"HOME": folder,
				"PATH": os.environ["PATH"],
			}
			for example in examples:
				done = subprocess.run(
					["bash", "-c", example], env=place, cwd=folder, capture_output=True, text=True, timeout=60
				)
				self.assertEqual(
					json.loads(done.stdout)["message"]["external_id"], "A-1001", done.stdout[:300]
				)
