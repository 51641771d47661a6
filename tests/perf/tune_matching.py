"""Tune what the parts of a match weigh, on every second wish of the real listings; the others are reported on.

Usage, from anywhere: PYTHONPATH=apps/agency_crm tests/perf/tune_matching.py [FOLDER]. It prints the weights of
domain/matching/score.py that were tuned, and how well they and those before find, on their half and on the other. Parts
the listings say nothing of (orientation, decoration, ...) are chosen beside them, not tuned.
"""

import sys
from pathlib import Path
from random import Random

from agency_crm.domain.matching import score as matching
from agency_crm.tests import wishes

SEED = 20240601
TUNED = ("Price", "Area", "Rooms", "Floor", "Age")
STEPS = (0.5, 0.7, 1.4, 2)
ROUNDS = 3


def main(folder: Path) -> None:
	"""Try each part's weight smaller and greater, keep what finds better, round after round."""
	asked = list(wishes.wishes(wishes.circles(folder), Random(SEED)))
	half, other = asked[::2], asked[1::2]
	best = dict(matching.DEFAULTS)
	score = found(best, half)
	for _round in range(ROUNDS):
		for part in TUNED:
			for step in STEPS:
				tried = best | {part: max(round(best[part] * step), 1)}
				if tried != best and (now := found(tried, half)) > score:
					best, score = tried, now
					print(part, best[part], f"{score:.4f}", flush=True)
	for name, weights in (("before", matching.DEFAULTS), ("tuned", best)):
		print(name, {part: weights[part] for part in TUNED}, found(weights, half), found(weights, other))


def found(weights: dict[str, float], asked: list) -> float:
	"""NDCG@20 of some weights."""
	return wishes.quality(asked, wishes.by_score(matching.Weights(weights))).ndcg


if __name__ == "__main__":
	main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/beijing"))
