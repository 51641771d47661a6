"""Keep a group of the Procfile's programs running: `python3 -m command.keeper GROUP NAME…`.

It holds the lock of its group's file for as long as it lives, which is how others see that it does; the file
tells its process id and its programs'. A program that ends is started again, later each time. SIGTERM ends
the programs.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from command.place import HOME, ROOT, read_json, write_private
from command.shell import environment

RUN = HOME / "run"
LOGS = HOME / "logs"
# signals and the seconds given to each; a worker finishes its job at the first and breaks it off at the second
FIRMNESS = ((signal.SIGTERM, 20), (signal.SIGTERM, 40), (signal.SIGKILL, 5))
LONGEST_WAIT = 30


def procfile() -> dict[str, str]:
	"""Return the Procfile's programs by name."""
	lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
	return dict(line.split(": ", 1) for line in lines if ": " in line)


def status_file(group: str) -> Path:
	"""Return the file in which a group's keeper tells what it runs."""
	return RUN / f"{group}.json"


def is_kept(group: str) -> bool:
	"""Whether a group's keeper lives."""
	RUN.mkdir(parents=True, exist_ok=True)
	with (RUN / f"{group}.lock").open("a") as lock:
		try:
			fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except BlockingIOError:
			return True
	return False


def status(group: str) -> dict:
	"""Return what a living keeper tells: its pid, and each program's pid and how often it ended; else nothing."""
	return read_json(status_file(group)) if is_kept(group) else {}


def born(pid: int) -> str | None:
	"""Return when a process began, which with its id names it; None where none of that id runs."""
	try:
		state, *facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
	except OSError:
		return None
	return None if state == "Z" else facts[18]


class Program:
	"""One line of the Procfile, run in a session of its own with its output in a log."""

	def __init__(self, name: str, command: str):
		self.name, self.command = name, command
		self.process: subprocess.Popen | None = None
		self.ended, self.next_start = 0, 0.0

	def look(self) -> bool:
		"""Start it if it isn't running and its time has come; return whether anything changed."""
		if self.process and self.process.poll() is not None:
			self.process = None
			self.ended += 1
			self.next_start = time.monotonic() + min(2**self.ended, LONGEST_WAIT)
			return True
		if self.process or time.monotonic() < self.next_start:
			return False
		with (LOGS / f"{self.name}.log").open("a") as log:
			self.process = subprocess.Popen(
				["sh", "-c", self.command],
				cwd=ROOT,
				env=environment(),
				stdin=subprocess.DEVNULL,
				stdout=log,
				stderr=log,
				start_new_session=True,
			)
		return True

	def as_dict(self) -> dict:
		"""Return what others may know of it."""
		pid = self.process.pid if self.process else None
		return {"pid": pid, "born": born(pid) if pid else None, "ended": self.ended}


def keep(group: str, names: list[str]) -> None:
	"""Run a group until SIGTERM."""
	RUN.mkdir(parents=True, exist_ok=True)
	LOGS.mkdir(parents=True, exist_ok=True)
	with (RUN / f"{group}.lock").open("a") as lock:
		fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
		asked_to_end = []
		for number in (signal.SIGTERM, signal.SIGINT):
			signal.signal(number, lambda *_: asked_to_end.append(True))
		commands = procfile()
		programs = [Program(name, commands[name]) for name in names]
		while not asked_to_end:
			if any([program.look() for program in programs]):
				tell(group, programs)
			time.sleep(0.2)
		end([program.process for program in programs if program.process])
		status_file(group).unlink(missing_ok=True)


def tell(group: str, programs: list[Program]) -> None:
	"""Write what runs into the group's file."""
	told = {"pid": os.getpid(), "programs": {program.name: program.as_dict() for program in programs}}
	write_private(status_file(group), json.dumps(told, indent=1))


def end(processes: list[subprocess.Popen]) -> None:
	"""Ask programs to end, more and more firmly, until all have."""
	for number, patience in FIRMNESS:
		for process in processes:
			process.send_signal(number)
		deadline = time.monotonic() + patience
		while any([process.poll() is None for process in processes]):
			if time.monotonic() > deadline:
				break
			time.sleep(0.1)
		else:
			return


def end_orphans(group: str) -> None:
	"""End what the programs of a keeper that was killed left running."""
	for program in read_json(status_file(group)).get("programs", {}).values():
		pid, deadline = program["pid"], time.monotonic() + 60
		while pid and born(pid) == program["born"] and time.monotonic() < deadline:
			os.kill(pid, signal.SIGTERM)
			time.sleep(0.2)
	status_file(group).unlink(missing_ok=True)


if __name__ == "__main__":
	keep(sys.argv[1], sys.argv[2:])
