"""What the rules make of records of one kind: read with a lock, decided by one function, written if changed.

A kind's file says how its rows are read and what follows from them (Marked). Code that writes facts past a
record's save calls that file's `refresh`. Bulk writes leave `modified` alone.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from agency_crm.domain.rating import tagging
from agency_crm.framework import jobs
from agency_crm.services.rating import tags

PREVIEWED = 10000  # of so many of the newest a preview says how many meet a rule
Decided = tuple[dict, list[tags.Row]]  # the values of a kind's fields, and its tag rows


class Marked(NamedTuple):
	"""A kind of record that rules mark: how its rows are read, what is known of them besides, what they come to."""

	doctype: str  # one of domain/rating/tagging.VOCABULARIES
	fields: tuple[str, ...]  # what the rules write
	query: Callable  # names -> the query of their rows
	related: Callable[[Sequence[str]], dict]  # names -> name -> what other tables know
	facts: Callable  # row, related -> its facts
	decide: Callable[..., Decided]  # row, related, the tag rows it has, rules -> the one place that decides


def set_marks(kind: Marked, doc, related, rules) -> None:
	"""Set what the rules make of a record that is being saved."""
	values, rows = kind.decide(doc, related, tags.rows_of(doc), rules)
	doc.update(values)
	tags.set_rows(doc, rows)


def refresh(kind: Marked, names: Sequence[str], rules) -> None:
	"""Recompute the marks of records whose facts were written past their form.

	They are read with a lock, so that a save at the same time is neither lost nor overwritten.
	"""
	rows = kind.query(names).for_update().run(as_dict=True)
	related = kind.related(names)
	tags.write_marks(
		kind.doctype, rows, kind.fields, lambda row, had: kind.decide(row, related[row.name], had, rules)
	)


def preview(kind: Marked, names: Sequence[str], conditions: tuple[tagging.Condition, ...]) -> dict:
	"""{"found", "of"}: how many of these records meet all conditions of a rule."""
	rule, found = tagging.Rule("", conditions), 0
	for start in range(0, len(names), jobs.CHUNK):
		chunk = names[start : start + jobs.CHUNK]
		related = kind.related(chunk)
		for row in kind.query(chunk).run(as_dict=True):
			found += len(tagging.tags_of([rule], kind.facts(row, related[row.name])))
	return {"found": found, "of": len(names)}
