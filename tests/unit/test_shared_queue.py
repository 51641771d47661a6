"""Test modules are shared out among processes: each is taken once."""

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from agency_crm.tests.shared import take

NAMES = [f"module_{number}" for number in range(200)]


def take_all(queue: Path) -> list[str]:
	"""Take until nothing is left."""
	return list(iter(lambda: take(queue), None))


def test_each_module_is_taken_once_in_the_order_of_the_queue(tmp_path: Path):
	queue = tmp_path / "queue"
	queue.write_text("\n".join(NAMES))
	with ProcessPoolExecutor(2) as pool:
		taken = [*pool.map(take_all, [queue, queue])]
	assert sorted(taken[0] + taken[1]) == sorted(NAMES)
	assert all(names == sorted(names, key=NAMES.index) for names in taken)
	assert queue.read_text() == ""
