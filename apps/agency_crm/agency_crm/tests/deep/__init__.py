"""Tests whose whole is too much for every run: `./agency test deep` runs them whole, any other run a sample."""

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from random import Random

WHOLE = os.environ.get("AGENCY_DEEP") == "1"


def sample(items: Iterable, least: int) -> list:
	"""Return all items of a whole run, otherwise `least` of them in their order, others on each day."""
	items = list(items)
	if WHOLE or len(items) <= least:
		return items
	chosen = Random(date.today().isoformat()).sample(range(len(items)), least)
	return [items[index] for index in sorted(chosen)]


def pairs(things: Sequence, people: Sequence, place: int) -> Iterator[tuple]:
	"""Yield (thing, person) so that each thing and each person is in one pair at least.

	Who meets what is another at each `place` of a list and on each day: all with all would be hours.
	"""
	first = place + date.today().toordinal()
	for step in range(max(len(things), len(people)) if things and people else 0):
		yield things[step % len(things)], people[(first + step) % len(people)]
