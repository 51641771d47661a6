"""`./agency` started by root: what only root can do, then everything else as the user the bench belongs to."""

import argparse
import os
import sys
import unittest
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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
	begins = sets_up(arguments)
	user, python = ready() if begins else settled()
	if not user.uid:
		place.keep_private()
		return do(arguments)
	if begins:
		install(arguments, user, python)
		lend(arguments, user)
	if arguments.command == "test" and not arguments.frappe and arguments.part in (None, "unit"):
		os.environ[TESTED] = tested()
	return go_on([python, ROOT / "agency", *argv], arguments, user, python)


def go_on(
	again: Sequence[str | Path], arguments: argparse.Namespace, user: Account, python: str
) -> int | None:
	"""Run a sub-command as the user; wait for its end only where something is left to root then."""
	match arguments.command:
		case "update":
			return update.update(user, python)
		case "reset":
			return account.run_as(user, again) or reset.remove_emptied()
		case "import":
			with lent_rejects(arguments.file, user):
				return account.run_as(user, again)
	account.become(user, again)


def sets_up(arguments: argparse.Namespace) -> bool:
	"""Whether a sub-command makes what isn't there: an update, or an import into a site, never begins it."""
	wants_site = arguments.command == "update" or (arguments.command == "import" and not arguments.dry_run)
	return arguments.command in SETS_UP and (HOME.exists() or not wants_site)


def settled() -> tuple[Account, str]:
	"""Return as whom to run what sets nothing up, and the Python: whose the bench is, root where none is there."""
	wanted, owner = Account.named(account.wanted()), account.whose(HOME)
	if not owner or not owner.uid or (wanted and not wanted.uid):
		return ROOT_ACCOUNT, sys.executable
	return owner, account.check_machine(owner.name)


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


def install(arguments: argparse.Namespace, user: Account, python: str) -> None:
	"""Install what the user misses on the machine; the tests go on without it and say what they couldn't do.

	Raises:
		Failure: it can't be installed.
	"""
	needs = needs_of(arguments)

	def missing(needs: Sequence[system.Need]) -> list[system.Need]:
		asked = [python, "-m", "command.system", *(need.name for need in needs)]
		absent = account.ask(user, *asked, cwd=ROOT).stdout.splitlines()
		return [need for need in needs if need.name in absent]

	try:
		system.install(needs, missing)
	except Failure as failure:
		if arguments.command != "test":
			raise
		say(f"✗ {failure}")


def needs_of(arguments: argparse.Namespace) -> Sequence[system.Need]:
	"""Return what of the system a sub-command needs."""
	name, part = arguments.command, getattr(arguments, "part", None)
	if name == "import" or part in ("unit", "mutation"):
		return [system.VENV_NEED]
	if name == "test" and part in (None, "e2e"):
		return [*system.NEEDS, system.BROWSER_NEED]
	return system.NEEDS


def lend(arguments: argparse.Namespace, user: Account) -> None:
	"""Look whether the user can read what is to be imported, and let them write a measurement's file.

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


@contextmanager
def lent_rejects(file: Path, user: Account) -> Iterator[None]:
	"""Let the user write the rejected rows beside a file that is in a folder not theirs."""
	rejects = file.with_name(f"{file.name}.rejects.csv")
	if not file.is_file() or account.can(user, "test", "-w", file.parent.resolve()):
		yield
		return
	rejects.touch(0o600)
	os.chown(rejects, user.uid, user.gid)
	yield
	if not rejects.stat().st_size:
		rejects.unlink()


def tested() -> str:
	"""Run the tests that only root can run; return how many passed, failed and were skipped."""
	say("\n== as root")
	suite = unittest.defaultTestLoader.discover(str(TESTS / "as_root"), top_level_dir=str(TESTS))
	result = unittest.TextTestRunner(stream=sys.stdout, verbosity=1).run(suite)
	failed, skipped = len(result.failures) + len(result.errors), len(result.skipped)
	return f"{result.testsRun - failed - skipped} {failed} {skipped}"
