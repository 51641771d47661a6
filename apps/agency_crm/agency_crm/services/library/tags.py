"""A listing's tags: those the rules give it, and free ones of those who work on it. Rules: design.md §2."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import cstr

from agency_crm.permissions.visibility import ADMINISTRATOR
from agency_crm.services import bulk

SEPARATOR = "、"


def split_names(text: str | None) -> list[str]:
	"""The tags of a text like `近地铁、随时看房`, each once."""
	return list(dict.fromkeys(filter(None, map(str.strip, cstr(text).split(SEPARATOR)))))


def ensure(names: Iterable[str]) -> dict[str, str]:
	"""Return the Agency Tag of every name, a free one made where there is none; case makes no other tag."""
	names = list(names)
	wanted = {name.casefold(): name for name in names}
	there = {name.casefold(): name for name in bulk.there("Agency Tag", "tag_name", wanted.values())}
	for name in (name for key, name in wanted.items() if key not in there):
		tag = frappe.get_doc({"doctype": "Agency Tag", "tag_name": name, "kind": "Free"})
		tag.insert(ignore_permissions=True, ignore_if_duplicate=True)  # perm: an import brings its tags
	return {name: there.get(name.casefold(), wanted[name.casefold()]) for name in names}


def write_names(listing) -> None:
	"""Keep the tags as one text, for lists and cards."""
	listing.tag_names = SEPARATOR.join(row.tag for row in listing.tags)


def check_tag(tag) -> None:
	"""A name holds no separator; a rule's tag is an administrator's."""
	tag.tag_name = cstr(tag.tag_name).strip()
	if SEPARATOR in tag.tag_name:
		frappe.throw(_("Agency Tag {0}: a tag's name has no {1}.").format(tag.tag_name, SEPARATOR))
	if tag.kind == "Rule" and not tag.flags.in_setup:
		frappe.only_for((ADMINISTRATOR, "System Manager"))
