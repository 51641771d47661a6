"""What a measurement is made of: interleaved timings, their medians, a value against its goal."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True)
class Figure:
	"""A measured value; `goal` is None for one that is only shown, `at_most` says on which side of it is
	good.
	"""

	name: str
	value: float
	unit: str = "ratio"
	goal: float | None = None
	at_most: bool = True

	@property
	def short(self) -> bool:
		"""Whether the value misses its goal."""
		if self.goal is None:
			return False
		return self.value > self.goal if self.at_most else self.value < self.goal

	def line(self) -> str:
		"""Return name, value, goal and verdict as one line."""
		goal = "-" if self.goal is None else f"{'<=' if self.at_most else '>='} {self.goal:g}"
		return (
			f"{self.name:<58} {self.value:>10.2f} {self.unit:<7} {goal:<8} {'short' if self.short else 'ok'}"
		)

	def as_dict(self) -> dict:
		"""Return the figure for a JSON file."""
		return {
			"name": self.name,
			"value": round(self.value, 3),
			"unit": self.unit,
			"goal": self.goal,
			"verdict": "short" if self.short else "ok",
		}


def medians(runs: int, *ways: Callable[[int], Callable[[], object]], warm: int = 5) -> list[float]:
	"""Return the median milliseconds of each way, called in turn so that a busy machine slows all alike.

	A way prepares, untimed, for the run of that number and returns the function whose call is timed.
	"""
	samples: list[list[float]] = [[] for _ in ways]
	for run in range(-warm, runs):
		order = list(zip(ways, samples, strict=True))
		for way, sample in order if run % 2 else reversed(order):
			timed = way(run)
			start = perf_counter()
			timed()
			if run >= 0:
				sample.append((perf_counter() - start) * 1000)
	return [median(sample) for sample in samples]
