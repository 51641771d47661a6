"""The tags of a listing or a client: those the rules of Agency Tag give it, and free ones of its people.

The conditions are read by domain/rating/tagging.py. A kind is the DocType of what is tagged; its tags are
rows of a child DocType, with their names as one text beside them. Rules: docs/rules/listings.md, "Tags".
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import cint, cstr, escape_html

from agency_crm.domain.errors import DomainError
from agency_crm.domain.rating import tagging
from agency_crm.framework import bulk

SEPARATOR = "、"
LONGEST = 60  # characters of a tag's name
CACHE = "agency_tag_rules"
# kind -> the DocType of its rows, and what they keep
ROWS = {
	tagging.LISTING: ("Listing Tag", ("tag", "by_rule", "by_statement")),
	tagging.CLIENT: ("Client Tag", ("tag", "by_rule")),
}


class Row(NamedTuple):
	"""A tag on a record, as a Listing Tag keeps it; a Client Tag knows no statement."""

	tag: str
	by_rule: int = 0
	by_statement: int = 0


class TagRules(NamedTuple):
	"""The rules that are in force, in the order of their tags, and the names of all tags that rules give."""

	active: tuple[tagging.Rule, ...]
	names: frozenset[str]


def rules(kind: str) -> TagRules:
	"""The rules of the site for a kind, from the cache."""
	return frappe.cache.hget(CACHE, kind, generator=lambda: load_rules(kind))


def load_rules(kind: str) -> TagRules:
	"""Read the rules of a kind from the database."""
	of_kind = {"kind": "Rule", "applies_to": kind}
	tags = frappe.get_all("Agency Tag", of_kind, ["name", "enabled"], order_by="sort_order, name")
	rows = frappe.get_all(
		"Agency Tag Condition",
		{"parenttype": "Agency Tag", "parent": ("in", [tag.name for tag in tags])},
		["parent", "fact", "operator", "value"],
		order_by="parent, idx",
	)
	conditions: dict[str, list] = {}
	for row in rows:
		read = tagging.read_condition(row.fact, row.operator, row.value, kind)
		conditions.setdefault(row.parent, []).append(read)
	active = (tagging.Rule(tag.name, tuple(conditions.get(tag.name, ()))) for tag in tags if tag.enabled)
	return TagRules(tuple(active), frozenset(tag.name for tag in tags))


def forget_rules() -> None:
	"""Drop the cached rules: now, and again when the transaction that changes them ends."""
	frappe.cache.delete_value(CACHE)
	for ended in (frappe.db.after_commit, frappe.db.after_rollback):
		ended.add(_drop_cache)


def _drop_cache() -> None:
	frappe.cache.delete_value(CACHE)


def merge(current: Sequence[Row], given: Iterable[tagging.Given], names: frozenset[str]) -> list[Row]:
	"""The rows a record should have: the tags the rules give, then the free ones it has, each once."""
	by_rule = [Row(tag.tag, 1, int(tag.stated)) for tag in given]
	free = (Row(row.tag) for row in current if row.tag not in names)
	return list(dict.fromkeys([*by_rule, *free]))


def rows_of(doc) -> list[Row]:
	"""The tag rows of a record that is being saved."""
	return [Row(row.tag, cint(row.by_rule), cint(row.get("by_statement"))) for row in doc.tags]


def set_rows(doc, wanted: list[Row]) -> None:
	"""Give a record that is being saved these tag rows; rows it has already keep their names."""
	current = rows_of(doc)
	if wanted != current:
		kept = dict(zip(current, doc.tags, strict=True))
		doc.set("tags", [kept.get(row) or row._asdict() for row in wanted])


def stored_rows(kind: str, names: Sequence[str]) -> dict[str, list[Row]]:
	"""The stored tag rows of these records, by name; without those that have none."""
	doctype, fields = ROWS[kind]
	of_records = {"parent": ("in", list(names)), "parenttype": kind}
	found: dict[str, list[Row]] = {}
	for row in frappe.get_all(doctype, of_records, ["parent", *fields], order_by="parent, idx"):
		found.setdefault(row.parent, []).append(Row(*(row[field] for field in fields)))
	return found


def write_marks(
	kind: str,
	rows: Sequence,
	fields: Iterable[str],
	decide: Callable[[dict, list[Row]], tuple[dict, list[Row]]],
) -> None:
	"""Write what `decide` gives rows of a `kind`, read with a lock: the values of `fields` and the tags.

	What is as it was is not written.
	"""
	current = stored_rows(kind, [row.name for row in rows])
	changed, retagged = {}, {}
	for row in rows:
		had = current.get(row.name, [])
		values, wanted = decide(row, had)
		if any(values[field] != (row[field] or type(values[field])()) for field in fields):
			changed[row.name] = values
		if wanted != had:
			retagged[row.name] = wanted
	if changed:
		frappe.db.bulk_update(kind, changed, chunk_size=len(changed), update_modified=False)
	write_rows(kind, retagged)


def write_rows(kind: str, records: dict[str, list[Row]]) -> None:
	"""Replace the stored tag rows of these records."""
	if not records:
		return
	doctype, fields = ROWS[kind]
	frappe.db.delete(doctype, {"parent": ("in", list(records)), "parenttype": kind})
	bulk.insert_rows(
		doctype,
		("parent", "parenttype", "parentfield", "idx", *fields),
		[
			(name, kind, "tags", idx, *row[: len(fields)])
			for name, rows in records.items()
			for idx, row in enumerate(rows, 1)
		],
	)


def text_of(rows: Iterable[Row]) -> str:
	"""The tags as one text in the site's language, for lists and cards: `满五唯一(业主自述)、近地铁`."""
	language = frappe.get_system_settings("language")
	stated = _("{0} (owner's statement)", lang=language)
	return SEPARATOR.join(stated.format(row.tag) if row.by_statement else row.tag for row in rows)


def split_names(text: str | None) -> list[str]:
	"""The tags of a text like `近地铁、随时看房`, each once; what is too long for one is cut off."""
	names = (name.strip()[:LONGEST].strip() for name in cstr(text).split(SEPARATOR))
	return list(dict.fromkeys(filter(None, names)))


def ensure(names: Iterable[str]) -> dict[str, str]:
	"""Return the Agency Tag of every name, a free one made where there is none; case makes no other tag."""
	names = list(names)
	wanted = {name.casefold(): name for name in names}
	there = {name.casefold(): name for name in bulk.there("Agency Tag", "tag_name", wanted.values())}
	for name in (name for key, name in wanted.items() if key not in there):
		tag = frappe.get_doc({"doctype": "Agency Tag", "tag_name": name, "kind": "Free"})
		tag.insert(ignore_permissions=True, ignore_if_duplicate=True)  # perm: an import brings its tags
	return {name: there.get(name.casefold(), wanted[name.casefold()]) for name in names}


def check_tag(tag) -> None:
	"""Refuse a separator in a name, and a rule by a non-administrator or with unreadable conditions."""
	tag.tag_name = cstr(tag.tag_name).strip()
	if SEPARATOR in tag.tag_name:
		frappe.throw(_("Agency Tag {0}: a tag's name has no {1}.").format(tag.tag_name, SEPARATOR))
	if tag.kind == "Free":
		tag.conditions = []
		return
	if not tag.flags.ignore_permissions:
		frappe.has_permission("Agency Tag", "write", throw=True)  # agents may create: free ones
	if not tag.conditions:
		frappe.throw(
			_("Agency Tag {0}: a rule needs at least one condition.").format(frappe.bold(tag.tag_name)),
			frappe.MandatoryError,
		)
	read_conditions(tag)


def read_conditions(tag) -> tuple[tagging.Condition, ...]:
	"""The conditions of an Agency Tag, their words brought into English, the language they are kept in.

	Raises ValidationError that names the row that can't be read.
	"""
	read = []
	for row in tag.conditions:
		row.value = _in_english(row.fact, cstr(row.value), tag.applies_to)
		try:
			condition = tagging.read_condition(row.fact, row.operator, row.value, tag.applies_to)
			_check_values(condition)
			read.append(condition)
		except DomainError as error:
			words = (frappe.bold(escape_html(_said(param, tag.applies_to))) for param in error.params)
			message = _(error.template).format(*words)
			frappe.throw(
				_("Agency Tag {0}, row {1}: {2}.").format(tag.tag_name or "", row.idx, message),
				title=_("Check the Conditions"),
			)
	return tuple(read)


def vocabulary() -> dict:
	"""{kind: {fact: {"operators": [...], "choices": [{"value", "label"}]}}}, the labels in the user's language."""
	return {
		kind: {
			name: {"operators": fact.operators, "choices": _choices(kind, fact)}
			for name, fact in facts.items()
		}
		for kind, facts in tagging.VOCABULARIES.items()
	}


def _choices(kind: str, fact: tagging.Fact) -> list[dict]:
	if fact.record:
		names = frappe.get_list(fact.record, pluck="name", order_by="name", limit_page_length=0)
		return [{"value": name, "label": name} for name in names]
	return [{"value": word, "label": _(word, context=kind)} for word in _words_for(fact)]


def _words_for(fact: tagging.Fact) -> list[str]:
	"""The words that a fact is compared with; none where it is a number or a record."""
	if not fact.select:
		return [*fact.choices]
	doctype, fieldname = fact.select.split(".")
	return [word for word in cstr(frappe.get_meta(doctype).get_options(fieldname)).split("\n") if word]


def _check_values(condition: tagging.Condition) -> None:
	"""Raises DomainError for a record or an option that isn't there."""
	doctype, options = condition.fact.record, _words_for(condition.fact)
	missing = set(condition.values) - bulk.there(doctype, "name", condition.values) if doctype else None
	if missing:
		raise DomainError("There is no {0}", ", ".join(sorted(missing)))
	wrong = next((value for value in condition.values if options and value not in options), None)
	if wrong:
		raise DomainError("{0} is none of {1}", wrong, ", ".join(options))


def _in_english(fact: str, value: str, kind: str) -> str:
	"""A value's words, typed in the user's language, as the vocabulary has them; a number stays as it is."""
	known = tagging.VOCABULARIES[kind].get(fact)
	if not known or not (words := _words_for(known)):
		return value
	english = {_(word, context=kind): word for word in words}
	return ", ".join(english.get(part, part) for part in tagging.split_values(value))


def _said(param, kind: str) -> str:
	"""A value of an error in the user's language: a fact, an operator, choices."""
	words = cstr(param).split(", ")
	return "、".join(_(_(word, context="Agency Tag Condition"), context=kind) for word in words)


def rule_changed(tag) -> bool:
	"""Whether a saved Agency Tag gives other tags than before."""
	if tag.kind != "Rule":
		return False
	before = tag.get_doc_before_save()
	return (
		not before
		or any(tag.has_value_changed(field) for field in ("enabled", "sort_order"))
		or (read_conditions(before) != read_conditions(tag))
	)
