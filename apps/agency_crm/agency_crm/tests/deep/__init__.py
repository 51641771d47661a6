"""Tests whose whole is too much for every run: `./agency test deep` runs them whole, any other run a sample."""

import os
from collections.abc import Iterable
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
