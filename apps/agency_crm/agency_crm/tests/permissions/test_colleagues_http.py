"""Frappe's User over HTTP: what an agent writes of themself, and what they see of a colleague."""

import frappe

from agency_crm.permissions.colleagues import OWN
from agency_crm.tests.cases.http import DENIED, AgencyHTTPCase

SYSTEMS = {
	"last_ip": "77",
	"last_login": "1999-12-31",
	"last_active": "1999-12-31 10:00:00",
	"last_known_versions": '{"frappe": 1}',
	"last_password_reset_date": "1999-12-31",
	"simultaneous_sessions": 77,
	"username": "sent77",
	"api_key": "sent77",
	"user_type": "Website User",
	"enabled": 0,
	"restrict_ip": "77",
	"redirect_url": "https://x.example",
	"home_settings": "{}",
	"module_profile": None,
	"unsubscribed": 1,
	"onboarding_status": "{}",
	"bypass_restrict_ip_check_if_2fa_enabled": 1,
	"social_logins": [{"provider": "x", "userid": "77"}],
	"defaults": [{"defkey": "store", "defvalue": "x"}],
	"roles": [{"role": "System Manager"}],
}
OWNS = {
	"first_name": "Anna",
	"language": "en",
	"time_zone": "Asia/Shanghai",
	"desk_theme": "Dark",
	"mute_sounds": 1,
	"bio": "sells homes",
	"mobile_no": "13800000001",
	"email_signature": "Anna",
	"send_me_a_copy": 1,
}
# of a colleague
HIDDEN = (
	"last_ip",
	"last_login",
	"last_active",
	"api_key",
	"mobile_no",
	"birth_date",
	"simultaneous_sessions",
)


class TestColleagues(AgencyHTTPCase):
	@classmethod
	def prepare(cls):
		super().prepare()
		cls.ann, cls.user, cls.dan = cls.people["ann"], cls.agency.users["ann"], cls.agency.users["dan"]
		# as Frappe keeps it of a secret that a form made
		frappe.db.set_value("User", cls.user, {"api_secret": "*" * 15, "last_ip": None})
		cls.before_tests = frappe.db.get_value("User", cls.user, list(OWNS), as_dict=True)
		frappe.db.set_value("User", cls.dan, {"last_ip": "canary", "mobile_no": "canary"})

	@classmethod
	def take_away(cls):
		frappe.db.set_value("User", cls.user, {**cls.before_tests, "api_secret": None})
		frappe.db.set_value("User", cls.dan, {"last_ip": None, "mobile_no": None})
		super().take_away()

	def stored(self) -> dict:
		frappe.db.rollback()  # to see what the server wrote
		doc = frappe.get_doc("User", self.user).as_dict()
		return {
			**{field: doc[field] for field in SYSTEMS if not isinstance(SYSTEMS[field], list)},
			**{table: len(doc[table]) for table in ("social_logins", "defaults", "roles")},
		}

	def test_one_writes_nothing_of_the_systems_on_oneself(self):
		before = self.stored()
		doc = {**frappe.get_doc("User", self.user).as_dict(convert_dates_to_str=True)}
		own = {"doctype": "User", "name": self.user}
		for answer in (
			self.ann.resource("PUT", "User", self.user, json=SYSTEMS),
			self.ann.ask("PATCH", f"api/v2/document/User/{self.user}", json=SYSTEMS),
			self.ann.call("frappe.client.set_value", **own, fieldname=SYSTEMS),
			self.ann.call("frappe.client.set_value", **own, fieldname="last_ip", value="77"),
			self.ann.call("frappe.client.save", doc={**doc, **SYSTEMS}),
			self.ann.call("frappe.desk.form.save.savedocs", doc={**doc, **SYSTEMS}, action="Save"),
			self.ann.call(
				"frappe.desk.page.user_profile.user_profile.update_profile_info", profile_info=SYSTEMS
			),
		):
			with self.subTest(request=answer.request.url):
				self.assertLess(answer.status_code, 500, answer.text[-300:])
				changed = {key: value for key, value in self.stored().items() if value != before[key]}
				self.assertLessEqual(set(changed), {"last_active", "last_ip"}, changed)  # Frappe's own look
				self.assertNotIn(changed.get("last_ip"), ("77",))
				self.assertNotIn("1999", str(changed))

	def test_ones_settings_are_ones_own(self):
		self.assertLessEqual(set(OWNS), OWN)
		answer = self.ann.resource("PUT", "User", self.user, json=OWNS)
		self.assertTrue(answer.ok, answer.text[-300:])
		profile = {"profile_info": {"bio": "sells flats", "location": "Shanghai"}}
		module = "frappe.desk.page.user_profile.user_profile"
		self.assertTrue(self.ann.call(f"{module}.update_profile_info", **profile).ok)
		self.assertTrue(self.ann.call("frappe.core.doctype.user.user.switch_theme", theme="Light").ok)
		frappe.db.rollback()  # to see what the server wrote
		kept = frappe.db.get_value("User", self.user, list(OWNS), as_dict=True)
		self.assertEqual(kept, {**OWNS, "bio": "sells flats", "desk_theme": "Light"})

	def test_a_manager_writes_all(self):
		user = frappe.get_doc("User", self.user)
		kept = user.simultaneous_sessions
		user.update({"simultaneous_sessions": 7}).save()
		self.assertEqual(frappe.db.get_value("User", self.user, "simultaneous_sessions"), 7)
		user.update({"simultaneous_sessions": kept}).save()
		frappe.db.commit()  # the server writes this row too

	def test_lists_show_names_and_pictures(self):
		about = {"doctype": "User", "filters": {"name": self.dan}}
		row = self.ann.call("frappe.client.get_list", **about, fields=["*"]).json()["message"][0]
		self.assertLessEqual({"name", "full_name", "user_image", "enabled"}, set(row))
		self.assertFalse(set(HIDDEN) & set(row), row)
		row = self.ann.call("frappe.client.get_list", **about, fields=["name", *HIDDEN]).json()["message"][0]
		self.assertEqual(set(row), {"name"})
		for field in HIDDEN:
			todo = {"doctype": "ToDo", "fields": ["name", f"allocated_to.{field} as told"]}
			for answer in (
				self.ann.call("frappe.client.get_list", **about, fields=["name", field]),
				self.ann.call("frappe.client.get_value", **about, fieldname=field),
				self.ann.call("frappe.desk.reportview.get", **about, fields=[f"`tabUser`.`{field}`"]),
				self.ann.call(
					"frappe.client.validate_link", doctype="User", docname=self.dan, fields=[field]
				),
				self.ann.resource("GET", "User", params={"fields": f'["{field}"]'}),
				self.ann.call("frappe.client.get_list", **todo),
			):
				with self.subTest(field, request=answer.request.url):
					self.assertLess(answer.status_code, 500, answer.text[-300:])
					self.assertNotIn("canary", answer.text)
					self.assertNotIn(f'"{field}":', answer.text)

	def test_what_they_dont_show_is_nothing_to_filter_or_sort_by(self):
		for arguments in (
			{"filters": {"last_ip": "canary"}},
			{"filters": [["User", "mobile_no", "like", "can%"]]},
			{"or_filters": {"last_ip": "canary"}},
			{"order_by": "last_ip desc"},
			{"group_by": "last_ip", "fields": ["count(name) as n"]},
		):
			with self.subTest(arguments):
				answer = self.ann.call("frappe.client.get_list", doctype="User", **arguments)
				self.assertEqual(answer.status_code, DENIED, answer.text[-300:])
		link = {"doctype": "User", "txt": "", "filters": {"last_ip": "canary"}}
		# a refused search is answered as a missing one
		self.assertEqual(self.ann.call("frappe.desk.search.search_link", **link).status_code, 404)
		for text in (self.dan, frappe.db.get_value("User", self.dan, "full_name")):
			found = self.ann.call("frappe.desk.search.search_link", doctype="User", txt=text)
			self.assertIn(self.dan, found.text)
