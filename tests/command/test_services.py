"""What the Procfile names is kept running, told about truly, and stopped."""

import json
import os
import signal
import socket
import time
from pathlib import Path

import pytest

START = """
from command import services
services.start("toys", ("sleeper", "quick"), {})
"""


@pytest.fixture
def toys(house):
	(house.root / "Procfile").write_text("sleeper: exec sleep 300\nquick: exec sh -c 'sleep 1.5; exit 3'\n")
	yield house
	house.python("from command import services; services.stop('toys')")


def status(house) -> dict:
	return json.loads(
		house.python("import json; from command import keeper; print(json.dumps(keeper.status('toys')))")
	)


def test_ended_program_is_started_again(toys):
	toys.python(START)
	first = status(toys)["programs"]["quick"]["pid"]
	deadline = time.monotonic() + 30
	while status(toys)["programs"]["quick"]["pid"] in (first, None) and time.monotonic() < deadline:
		time.sleep(0.2)
	programs = status(toys)["programs"]
	assert programs["quick"]["ended"] >= 1
	assert programs["sleeper"]["ended"] == 0


def test_stop_ends_all(toys):
	toys.python(START)
	told = status(toys)
	pids = [told["pid"], told["programs"]["sleeper"]["pid"]]
	assert all(Path(f"/proc/{pid}").exists() for pid in pids)
	toys.python("from command import services; services.stop('toys')")
	assert status(toys) == {}
	assert not any(is_alive(pid) for pid in pids)


def test_orphans_of_a_killed_keeper_end_with_the_next_start(toys):
	toys.python(START)
	told = status(toys)
	orphan = told["programs"]["sleeper"]["pid"]
	os.kill(told["pid"], signal.SIGKILL)
	deadline = time.monotonic() + 10
	while status(toys) and time.monotonic() < deadline:
		time.sleep(0.1)
	assert is_alive(orphan)
	toys.python(START)
	assert not is_alive(orphan)
	assert status(toys)["programs"]["sleeper"]["pid"] != orphan


def is_alive(pid: int) -> bool:
	"""Whether a process runs; a dead one that nobody has asked about yet doesn't."""
	try:
		return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
	except OSError:
		return False


def test_program_that_will_not_start_is_told_with_its_last_words(house):
	(house.root / "Procfile").write_text("mariadb: echo 'InnoDB: Errcode: 28'; exit 1\n")
	said = house.python(
		"from command import keeper, services\n"
		"try:\n"
		"	services.start('toys', ('mariadb',), {'mariadb': 13999})\n"
		"finally:\n"
		"	print(keeper.is_kept('toys'))"
	)
	assert "mariadb doesn't start: the disk is full" in said
	assert "Errcode: 28" in said
	assert "False" in said


def test_taken_port_is_named(house):
	with socket.socket() as other:
		other.bind(("127.0.0.1", 0))
		other.listen()
		port = other.getsockname()[1]
		said = house.python(f"from command import services; services.check_ports({{'web': {port}}})")
	assert f"Port {port}, for web, is taken" in said
	assert "ports.json" in said


def test_status_is_1_where_something_is_down(house):
	done = house.run("./agency", "status")
	assert done.returncode == 1
	assert done.stdout.count("not running") == 7
