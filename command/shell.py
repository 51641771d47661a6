"""Run programs, show steps and how long they took, fail with one clear line."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from command.place import HOME, LOG, ROOT


class Failure(Exception):
	"""Something the user can mend: the message says what is wrong and what to do."""


def say(text: str = "") -> None:
	"""Print a line at once."""
	print(text, flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
	"""Show a step and how long it took."""
	start = time.monotonic()
	say(f"• {name} …")
	try:
		yield
	except BaseException:
		say(f"  ✗ {name}: stopped after {time.monotonic() - start:.1f} s")
		raise
	say(f"  ✓ {name}: {time.monotonic() - start:.1f} s")


def is_own() -> bool:
	"""Whether the bench is of the user this runs as: root runs no tool of another user's and writes no file."""
	return not HOME.exists() or HOME.stat().st_uid == os.getuid()


def environment(**extra: str) -> dict[str, str]:
	"""Return this process's environment with the bench's own tools first in the path."""
	tools = (HOME / "cli/bin", HOME / "tools/node_modules/.bin") if is_own() else ()
	path = os.pathsep.join([*map(str, tools), os.environ.get("PATH", ""), "/usr/sbin:/sbin"])
	return os.environ | {"PATH": path, "PIP_DISABLE_PIP_VERSION_CHECK": "1"} | extra


def run(
	what: str,
	command: Sequence[str | Path],
	cwd: Path = ROOT,
	show: bool = False,
	umask: int = -1,
	**extra: str,
) -> str:
	"""Run a program without standard input and return what it printed, which also goes to the log.

	`what` names it in the error; `show` lets it print on the screen instead; `umask` is the program's, if not
	this one's; `extra` are environment variables.

	Raises:
		Failure: it can't be run or ends with another status than 0; with the last lines it said.
	"""
	arguments = [str(part) for part in command]
	try:
		done = subprocess.run(
			arguments,
			cwd=cwd,
			env=environment(**extra),
			stdin=subprocess.DEVNULL,
			stdout=None if show else subprocess.PIPE,
			stderr=None if show else subprocess.STDOUT,
			text=True,
			errors="replace",
			umask=umask,
		)
	except OSError as error:
		raise Failure(f"{what}: {arguments[0]} can't be run: {error.strerror}") from error
	output = done.stdout or ""
	write_log(f"\n$ {arguments[0]} {arguments[1] if arguments[1:] else ''} … ({what})\n{output}")
	if done.returncode:
		raise Failure(f"{what} failed{reason(output)}\n{last_lines(output)}\n  The whole log: {LOG}")
	return output


def write_log(text: str) -> None:
	"""Add to the bench's log, where it isn't another user's."""
	if not is_own():
		return
	LOG.parent.mkdir(parents=True, exist_ok=True)
	with LOG.open("a", encoding="utf-8") as log:
		log.write(text)


def last_lines(text: str, count: int = 12) -> str:
	"""Return the last lines of a program's output, indented; progress bars count as one line."""
	lines = [line.rsplit("\r", 1)[-1].rstrip() for line in text.splitlines()]
	return "\n".join(f"    {line}" for line in [line for line in lines if line][-count:])


def reason(output: str) -> str:
	"""Return what a known cause in a program's output asks the user to do, with a colon before it."""
	causes = {
		"No space left on device": "the disk is full: make room and run it again",
		"Errcode: 28": "the disk is full: make room and run it again",
		"Address already in use": "a port is taken: see `./agency status`, or change it in .agency/ports.json",
		"Could not resolve host": "a host can't be reached: check the network",
		"Temporary failure in name resolution": "a host can't be reached: check the network",
	}
	return next((f": {advice}" for cause, advice in causes.items() if cause in output), "")


def ask(question: str) -> bool:
	"""Ask a question that only `yes` answers; nobody there to answer is no."""
	if not sys.stdin.isatty():
		return False
	return input(f"{question} [yes/no] ").strip().lower() == "yes"
