"""On real listings the score finds the home a client means where a plain filter doesn't: recall and NDCG at 20.

The listings are read from AGENCY_DATA, by default `../shared/data/beijing` beside the checkout; without them nothing
is measured. Weights were tuned on the even wishes (tests/perf/tune_matching.py), reported are odd ones.
"""

import os
from pathlib import Path
from random import Random

import pytest

from agency_crm.tests import wishes

ROOT = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("AGENCY_DATA") or ROOT.parent / "shared/data/beijing")
SEED, EVERY = 20240601, 6
GOAL = 1.5


@pytest.mark.skipif(not (DATA / "listings.csv").exists(), reason=f"no listings.csv in {DATA}")
def test_the_score_finds_better_than_a_plain_filter():
	asked = list(wishes.wishes(wishes.circles(DATA), Random(SEED)))[1::EVERY]
	ways = {
		"match": wishes.by_score(),
		"newest of what meets budget and area": wishes.newest(preferences=False),
		"newest of what meets every wish": wishes.newest(preferences=True),
	}
	found = {name: wishes.quality(asked, order) for name, order in ways.items()}
	for name, quality in found.items():
		print(f"{name}: recall@20 {quality.recall:.3f}, NDCG@20 {quality.ndcg:.3f}, {len(asked)} wishes")
	ours, *plain = found.values()
	for other in plain:
		assert ours.recall >= GOAL * other.recall
		assert ours.ndcg >= GOAL * other.ndcg
