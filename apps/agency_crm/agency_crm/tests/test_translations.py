"""Every text a user reads has Chinese words, and ours never replace Frappe's or ERPNext's elsewhere."""

import csv
from unittest.mock import patch

import frappe
from frappe.gettext import translate

from agency_crm.setup.messages import words_of_others
from agency_crm.tests.base import AgencyTestCase

APP = "agency_crm"
# in Frappe's Chinese: metres for minutes, "explicit", "jump to the scene", "until now"
WRONG = {"{0} m", "Clear", "Jump to field", "To Date"}


def messages(catalog) -> dict:
	"""Return (context, text) -> translation of a catalogue."""
	return {(message.context, message.id): message.string for message in catalog if message.id}


class TestTranslations(AgencyTestCase):
	def test_the_template_holds_every_text_of_the_code(self):
		with patch.object(translate, "write_catalog") as write:
			translate.generate_pot(APP)
		found = messages(write.call_args.args[1])
		self.assertEqual(sorted(map(str, found)), sorted(map(str, messages(translate.get_catalog(APP)))))

	def test_every_text_is_translated(self):
		ours = messages(translate.get_catalog(APP, "zh"))
		missing = [
			text
			for text in messages(translate.get_catalog(APP))
			if not ours.get(text) and not (text[0] is None and text[1] in words_of_others())
		]
		self.assertEqual(missing, [])

	def test_no_word_of_frappe_or_erpnext_is_translated_again_without_context(self):
		ours = messages(translate.get_catalog(APP, "zh"))
		self.assertEqual(
			[text for context, text in ours if context is None and text in words_of_others()], []
		)

	def test_words_lent_to_the_desk_are_missing_there(self):
		"""translations/zh.csv holds words of Frappe's own that it leaves in English on our users' screens, or has WRONG."""
		with open(frappe.get_app_path(APP, "translations", "zh.csv"), encoding="utf-8") as file:
			lent = {row[0] for row in csv.reader(file)}
		self.assertEqual(lent & words_of_others(), WRONG)
