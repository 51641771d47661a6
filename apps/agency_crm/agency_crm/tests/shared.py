"""Test modules shared out among several processes, each on a site of its own: whoever is free takes the next.

`bench run-tests --module agency_crm.tests.shared` with AGENCY_TEST_QUEUE, a file with one module a line. A process
removes the line it takes, so the file is empty when all are taken.
"""

import fcntl
import importlib
import os
import unittest
from collections.abc import Iterator
from pathlib import Path

QUEUE = "AGENCY_TEST_QUEUE"


def load_tests(loader: unittest.TestLoader, tests: unittest.TestSuite, pattern: str | None):
	"""Return the queue's modules as this module's tests (unittest's own protocol); none without a queue."""
	return SharedSuite(loader, Path(os.environ[QUEUE])) if os.environ.get(QUEUE) else tests


class SharedSuite(unittest.TestSuite):
	"""The tests of the queue's modules, each loaded when it is taken."""

	def __init__(self, loader: unittest.TestLoader, queue: Path):
		super().__init__()
		self.loader, self.queue = loader, queue

	def __iter__(self) -> Iterator[unittest.TestSuite]:
		while name := take(self.queue):
			yield self.loader.loadTestsFromModule(importlib.import_module(name))

	def countTestCases(self) -> int:
		return 0  # known only when all are taken

	def _removeTestAtIndex(self, index: int) -> None:
		"""unittest frees a test that has run; here none was kept."""


def take(queue: Path) -> str | None:
	"""Take the first line of a file; None where it is empty. Two processes never take the same one."""
	with queue.open("r+", encoding="utf-8") as file:
		fcntl.flock(file, fcntl.LOCK_EX)
		names = file.read().splitlines()
		file.seek(0)
		file.truncate()
		file.write("\n".join(names[1:]))
	return names[0] if names else None
