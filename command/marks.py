"""Which steps are finished and with what, so that a second run skips them and an interrupted one goes on."""

import fcntl
import hashlib
import json
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

from command.place import APP, HOME, ROOT, read_json, write_private
from command.shell import step

FILE = HOME / "state.json"
GENERATED = {"__pycache__", "node_modules", "dist"}
GENERATED_SUFFIXES = {".pyc", ".mo"}


def mark(name: str) -> str | None:
	"""Return what a step was last finished with."""
	return read_json(FILE).get(name)


def set_mark(name: str, value: str | None) -> None:
	"""Write down what a step is finished with, or with None that it is to be done again."""
	HOME.mkdir(exist_ok=True)
	with FILE.with_suffix(".lock").open("a") as lock:
		fcntl.flock(lock, fcntl.LOCK_EX)  # parts of a test run finish steps at the same moment
		marks = {key: kept for key, kept in (read_json(FILE) | {name: value}).items() if kept is not None}
		write_private(FILE, json.dumps(marks, indent=1, sort_keys=True))


def once(name: str, key: str, title: str, work: Callable[[], object]) -> bool:
	"""Do a step unless it was finished with the same key; return whether it was done now."""
	if mark(name) == key:
		return False
	set_mark(name, None)
	with step(title):
		work()
	set_mark(name, key)
	return True


def files_digest(paths: Iterable[Path]) -> str:
	"""Return a digest of the files in these folders, what programs generate left out."""
	digest = hashlib.sha256()
	for folder in paths:
		for file in sorted([folder] if folder.is_file() else folder.rglob("*")):
			if file.is_file() and not GENERATED & set(file.parts) and file.suffix not in GENERATED_SUFFIXES:
				digest.update(str(file.relative_to(ROOT)).encode())
				digest.update(file.read_bytes())
	return digest.hexdigest()[:16]


def commit(app: str) -> str:
	"""Return the commit an app brought by git stands at, empty where it isn't there."""
	done = subprocess.run(
		["git", "-C", str(ROOT / "apps" / app), "rev-parse", "HEAD"], capture_output=True, text=True
	)
	return done.stdout.strip()[:12] if (ROOT / "apps" / app / ".git").exists() else ""


def framework_digest() -> str:
	"""Return the commits of Frappe and ERPNext."""
	return f"{commit('frappe')} {commit('erpnext')}"


def code_digest() -> str:
	"""Return what everything that runs was made from: our app's files, Frappe's and ERPNext's commits."""
	return f"{files_digest([APP])} {framework_digest()}"
