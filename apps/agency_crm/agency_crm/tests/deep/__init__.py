"""Tests whose whole is too much for every run: `./agency test deep` runs them whole, any other run a sample."""

import os
from collections.abc import Iterable, Sequence
from datetime import date
from random import Random

WHOLE = os.environ.get("AGENCY_DEEP") == "1"
# how many of those who may ask one thing do so in one run
ASKED_BY = 3


def sample(items: Iterable, least: int) -> list:
	"""Return all items of a whole run, otherwise `least` of them in their order, others on each day."""
	items = list(items)
	if WHOLE or len(items) <= least:
		return items
	chosen = Random(date.today().isoformat()).sample(range(len(items)), least)
	return [items[index] for index in sorted(chosen)]


def turn(people: Sequence[str], place: int) -> list[str]:
	"""Return who of `people` asks the thing at a place of a list: three of them, the next three on the next day.

	Neighbours in the list are asked by others, so that in every run each function, each DocType and each person meet
	pair by pair. All three together would be 180,000 calls and hours: they meet within a few days.
	"""
	first = (place + date.today().toordinal()) * ASKED_BY
	return [people[(first + step) % len(people)] for step in range(min(ASKED_BY, len(people)))]
