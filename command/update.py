"""`./agency update`: back up, bring everything forward, and back to where it was where that fails.

The repository is whose it was cloned by, everything else whose the bench is: these may be two. So pulling, and
taking that back, is done here by who started it, and what is between in phases, programs of their own that run
as the bench's user and read the code there is by then.
"""

import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from command import account, bench, place, proven, services, sites
from command.marks import commit, set_mark
from command.place import HOME, ROOT, SITE, SITES, SOURCES, read_json, write_private
from command.shell import Failure, run, say, step
from command.start import alone, prepare

# what the way back needs to know
BEFORE = HOME / "update.json"


def update(user: account.Account | None = None, python: str = sys.executable) -> int | None:
	"""Bring the repository, Frappe, ERPNext, the requirements and the site forward, and restart.

	`user` runs the bench, with `python`; where none is given, who runs this does.

	Raises:
		Failure: something failed; everything is back where it was, unless the message says otherwise.
	"""

	def phase(name: str) -> int:
		user_or_me = user or account.Account("", os.getuid(), os.getgid())
		return account.run_as(user_or_me, [python, "-m", "command.update", name])

	if phase("check"):
		return 1
	with alone():
		if phase("begin"):
			return 1
		before = head()
		try:
			with step("Pull the repository"):
				pull()
			if phase("forward"):
				raise Failure("The new code can't be brought up")
		except BaseException as failure:
			say(f"\n✗ {failure}\nGoing back to where it was")
			git("reset", "--keep", before)
			if phase("back"):
				raise Failure("The way back failed too; the backup is in .agency/backups") from failure
			raise Failure("The update failed; everything is back where it was") from failure
	say("Up to date")


def git(*command: str) -> str:
	"""Run git on the repository as who cloned it, and return what it printed.

	Its files stay as readable as they were for the user the bench belongs to.
	"""
	cloner = account.whose(ROOT)
	become = account.prefix(cloner) if cloner else []
	extra = {"HOME": str(Path(f"~{cloner.name}").expanduser())} if become else {}
	trusted = [*become, "git", "-c", f"safe.directory={ROOT}", *command]
	return run(f"git {command[0]}", trusted, umask=0o022, **extra)


def head() -> str:
	"""Return the repository's commit."""
	return git("rev-parse", "HEAD").strip()


def pull() -> None:
	"""Pull the repository where its branch follows another; else it stays as it is."""
	branch = git("rev-parse", "--abbrev-ref", "HEAD").strip()
	if git("for-each-ref", "--format=%(upstream)", f"refs/heads/{branch}").strip():
		git("pull", "--ff-only")


def check() -> None:
	"""Refuse where there is nothing to update, a source can't be reached, or the repository was changed.

	Raises:
		Failure: says which; names the changed files.
	"""
	if not sites.is_ready(SITE):
		raise Failure("There is nothing to update: run ./agency start first")
	for app in SOURCES:
		bench.check_source(app)
	if changed := git("status", "--porcelain", "--untracked-files=no").strip():
		raise Failure(
			f"The repository has changes of its own; commit them or put them back first:\n{changed}"
		)


def begin() -> None:
	"""Stop what uses the site and back it up."""
	services.start_data()
	sites.check_keys(SITE)
	services.stop("app")
	before = {app: commit(app) for app in SOURCES}
	write_private(BEFORE, json.dumps({"apps": before, "backup": str(back_up())}))


def back_up() -> Path:
	"""Back the site up with its files and configuration; return the folder."""
	folder = HOME / "backups" / time.strftime("%Y%m%d-%H%M%S")
	folder.mkdir(parents=True, mode=0o700)
	with step(f"Back up into {folder.relative_to(ROOT)}"):
		sites.frappe("bench backup", SITE, "backup", "--with-files", "--backup-path", folder)
		sites.dump(SITE, folder / "database.sql.gz")  # bench's own is encrypted where the site says so
		shutil.copy2(SITES / SITE / "site_config.json", folder / "site_config.json")
	return folder


def forward() -> None:
	"""Bring Frappe and ERPNext forward, and everything up with the code just pulled."""
	bench.bring_forward()
	bring_up()


def bring_up() -> None:
	"""Do what `start` does after a pull: requirements, assets, migration, restart."""
	prepare()
	sites.migrate(SITE)
	services.start_app()
	say(proven.told())


def back() -> None:
	"""Bring the apps, their requirements and the database back to what they were, and everything up."""
	services.stop("app")
	before = read_json(BEFORE)
	for app in SOURCES:
		if commit(app) != before["apps"][app]:
			run("git reset", ["git", "reset", "--hard", before["apps"][app]], cwd=ROOT / "apps" / app)
			bench.install_requirements(app)
	services.start_data()
	with step("Restore the database"):
		sites.restore(SITE, Path(before["backup"]) / "database.sql.gz")
	set_mark(f"migrated:{SITE}", None)
	bring_up()


PHASES = {"check": check, "begin": begin, "forward": forward, "back": back, "bring-up": bring_up}


def main(argv: Sequence[str]) -> int:
	"""Run one phase; an update begun by an older version of this names none and wants everything brought up."""
	name = argv[0] if argv else "bring-up"
	try:
		if account.is_root():
			from command import as_root

			user, python = as_root.ready()
			if user.uid:
				return account.run_as(user, [python, "-m", "command.update", name])
		place.keep_private()
		PHASES[name]()
	except Failure as failure:
		say(f"✗ {failure}")
		return 1
	return 0


if __name__ == "__main__":
	sys.exit(main(sys.argv[1:]))
