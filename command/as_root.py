"""`./agency` started by root: what only root can do, then everything else as the user the bench belongs to."""

import argparse
import os
import sys
import unittest
from collections.abc import Callable, Sequence
from pathlib import Path

from command import account, handover, place, reset, services, system, update
from command.account import ROOT_ACCOUNT, Account
from command.place import HOME, ROOT
from command.shell import Failure, say

SETS_UP = ("start", "test", "bench", "update", "import")
TESTS = ROOT / "tests/command"
TESTED = "AGENCY_TESTED_AS_ROOT"


def run(argv: Sequence[str], arguments: argparse.Namespace, do: Callable) -> int | None:
	"""Run a sub-command that root started, as the user it is to run as; return its exit status.

	Raises:
		Failure: it can't be run as that user here; says what hinders it, before anything is installed.
	"""
	name = arguments.command
	if name not in SETS_UP or (name in ("update", "import") and not HOME.exists()):
		user, python = settled(), sys.executable
		if user.uid:
			python = account.check_machine(user.name)
	else:
		user, python = ready()
	if not user.uid:
		place.keep_private()
		return do(arguments)
	if name in SETS_UP:
		install(name, arguments, user, python)
		lend(arguments, user)
	if name == "test" and arguments.part in (None, "unit"):
		os.environ[TESTED] = tested()
	if name == "update":
		return update.update(user, python)
	if name == "reset":
		return account.run_as(user, [python, ROOT / "agency", *argv]) or reset.remove_emptied()
	account.become(user, [python, ROOT / "agency", *argv])


def settled() -> Account:
	"""Return as whom to run what sets nothing up: whose the bench is, root where none is there."""
	wanted = Account.named(account.wanted())
	if wanted and not wanted.uid:
		return wanted
	return account.whose(HOME) or ROOT_ACCOUNT


def ready() -> tuple[Account, str]:
	"""Make everything ready for the user; return them, and the Python they run."""
	name, before = account.wanted(), account.whose(HOME)
	python = account.check_machine(name)
	user = account.make(name)
	if before and before.uid != user.uid:
		stop_as(before, python)
	if before or user.uid:
		handover.hand_over(user)
	return user, python


def stop_as(before: Account, python: str) -> None:
	"""Stop what runs as the user the bench belonged to."""
	if not before.uid:
		return services.stop_all()
	account.run_as(before, [python, ROOT / "agency", "stop"])


def install(name: str, arguments: argparse.Namespace, user: Account, python: str) -> None:
	"""Install what the user misses on the machine; the tests go on without it and say what they couldn't do.

	Raises:
		Failure: it can't be installed.
	"""
	needs = needs_of(name, arguments)

	def missing(needs: Sequence[system.Need]) -> list[system.Need]:
		asked = [python, "-m", "command.system", *(need.name for need in needs)]
		absent = account.ask(user, *asked, cwd=ROOT).stdout.splitlines()
		return [need for need in needs if need.name in absent]

	try:
		system.install(needs, missing)
	except Failure as failure:
		if name != "test":
			raise
		say(f"✗ {failure}")


def needs_of(name: str, arguments: argparse.Namespace) -> Sequence[system.Need]:
	"""Return what of the system a sub-command needs."""
	part = getattr(arguments, "part", None)
	if name == "import" or part == "unit":
		return [system.VENV_NEED]
	if name == "test" and part in (None, "e2e"):
		return [*system.NEEDS, system.BROWSER_NEED]
	return system.NEEDS


def lend(arguments: argparse.Namespace, user: Account) -> None:
	"""Let the user write the file a measurement is to go into.

	Raises:
		Failure: the user can't read a file to import, or write that one.
	"""
	for file in filter(None, (getattr(arguments, name, None) for name in ("file", "estates", "mapping"))):
		if Path(file).is_file() and not account.can(user, "test", "-r", Path(file).resolve()):
			copy = HOME / Path(file).name
			raise Failure(
				f"{user.name}, the user everything runs as, can't read {file}:"
				f" install -m 600 -o {user.name} {file} {copy}, then import that copy"
			)
	if file := getattr(arguments, "json", None):
		if not file.exists():
			with file.open("x"):
				os.chown(file, user.uid, user.gid)
		if not account.can(user, "test", "-w", file.resolve()):
			raise Failure(f"{user.name}, the user everything runs as, can't write {file}: name another file")


def tested() -> str:
	"""Run the tests that only root can run; return how many passed, failed and were skipped."""
	say("\n== as root")
	suite = unittest.defaultTestLoader.discover(str(TESTS / "as_root"), top_level_dir=str(TESTS))
	result = unittest.TextTestRunner(stream=sys.stdout, verbosity=1).run(suite)
	failed, skipped = len(result.failures) + len(result.errors), len(result.skipped)
	return f"{result.testsRun - failed - skipped} {failed} {skipped}"
