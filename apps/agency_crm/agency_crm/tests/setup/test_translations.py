"""Every text a user reads has Chinese words, and ours never replace Frappe's or ERPNext's elsewhere."""

import csv
import json
import warnings
from collections.abc import Collection
from pathlib import Path
from unittest.mock import patch

import frappe
from frappe.gettext import translate

from agency_crm.setup.messages import words_of_others
from agency_crm.tests.base import AgencyTestCase

APP = "agency_crm"
# whose Chinese words ours are compared with; another version may have more of them
COMPARED = "15.55."
# in their Chinese: metres for minutes, a quantity of money, "explicit", a bank card's debit, trust, a distinction,
# delete files, an optional country, "jump to the scene", a receipt a "payment", strontium, "until now"
WRONG = {
	*("{0} m", "Amount {0} {1} against {2} {3}", "Clear", "Credit ({0})", "Debit ({0})", "Difference"),
	*("Drop files here", "Is Optional State", "Jump to field", "No", "Payment Entry", "Payment Type", "Sr"),
	"To Date",
}


def messages(catalog) -> dict:
	"""Return (context, text) -> translation of a catalogue."""
	return {(message.context, message.id): message.string for message in catalog if message.id}


def places() -> dict[str, set[tuple[str, str]]]:
	"""Return a text of our DocTypes -> where it stands: (DocType, "label" or "option")."""
	found: dict[str, set[tuple[str, str]]] = {}
	for path in Path(frappe.get_app_path(APP, APP, "doctype")).glob("*/*.json"):
		doctype = json.loads(path.read_text(encoding="utf-8"))
		for field in doctype["fields"]:
			is_select = field["fieldtype"] == "Select"
			options = (field.get("options") or "").split("\n") if is_select else ()
			for kind, text in [("label", field.get("label")), *(("option", option) for option in options)]:
				if text and not text.isdigit():
					found.setdefault(text, set()).add((doctype["name"], kind))
	return found


class TestTranslations(AgencyTestCase):
	def assert_none(self, words: Collection) -> None:
		"""Fail where there are words; with another version of Frappe than the compared one, warn."""
		if words and not frappe.__version__.startswith(COMPARED):
			warnings.warn(f"Frappe {frappe.__version__} translates by itself: {sorted(words)}", stacklevel=2)
		else:
			self.assertEqual(list(words), [])

	def test_the_template_holds_every_text_of_the_code(self):
		with patch.object(translate, "write_catalog") as write:
			translate.generate_pot(APP)
		found = messages(write.call_args.args[1])
		ours = messages(translate.get_catalog(APP))
		self.assertEqual(sorted(map(str, ours.keys() - found.keys())), [])
		missing = found.keys() - ours.keys()
		# a label that this version translates without its DocType is another's to translate
		labels = {text for text in missing if text[0] and (None, text[1]) in ours}
		self.assertEqual(sorted(map(str, missing - labels)), [])
		self.assert_none(sorted(map(str, labels)))

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
		self.assert_none([text for context, text in ours if context is None and text in words_of_others()])

	def test_a_text_of_several_places_is_right_at_each(self):
		"""shared_words.csv holds what was read there. A new place is read in Chinese and added, or has its own word
		in zh.po with the DocType as context."""
		shared = {
			(text, doctype, kind)
			for text, where in places().items()
			if len(where) > 1
			for doctype, kind in where
		}
		with open(frappe.get_app_path(APP, "tests", "shared_words.csv"), encoding="utf-8") as file:
			read = {
				(row["text"], row["doctype"], row["kind"]): row["chinese"] for row in csv.DictReader(file)
			}
		own = messages(translate.get_catalog(APP, "zh"))
		new = {place for place in shared - read.keys() if (place[1], place[0]) not in own}
		self.assertEqual(
			sorted(new), [], "read these in Chinese at their place, then add them to shared_words.csv"
		)
		self.assertEqual(
			sorted(read.keys() - shared), [], "these are no longer shared: take them out of shared_words.csv"
		)
		said = {(text, doctype, kind): frappe._(text, "zh", doctype) for text, doctype, kind in read}
		self.assert_none(sorted((*place, said[place]) for place in read if said[place] != read[place]))

	def test_words_lent_to_the_desk_are_missing_there(self):
		"""translations/zh.csv holds words of Frappe's own that it leaves in English on our users' screens, or has WRONG."""
		with open(frappe.get_app_path(APP, "translations", "zh.csv"), encoding="utf-8") as file:
			lent = {row[0] for row in csv.reader(file) if not any(row[2:])}
		self.assertLessEqual(WRONG, lent)
		self.assert_none((lent & words_of_others()) - WRONG)
