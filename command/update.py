"""`./agency update`: back up, bring everything forward, and back to where it was where that fails."""

import shutil
import sys
import time
from pathlib import Path

from command import bench, services, sites
from command.marks import commit, set_mark
from command.place import HOME, ROOT, SITE, SITES, SOURCES
from command.shell import Failure, run, say, step
from command.start import alone, prepare


def update() -> None:
	"""Bring the repository, Frappe, ERPNext, the requirements and the site forward, and restart.

	Raises:
		Failure: something failed; everything is back where it was, unless the message says otherwise.
	"""
	if not sites.is_ready(SITE):
		raise Failure("There is nothing to update: run ./agency start first")
	with alone():
		for app in SOURCES:
			bench.check_source(app)
		check_clean()
		services.start_data()
		sites.check_keys(SITE)
		before = {app: commit(app) for app in SOURCES} | {".": head()}
		services.stop("app")
		backup = back_up()
		try:
			with step("Pull the repository"):
				pull()
			bench.bring_forward()
			continue_with_new_code()
		except BaseException as failure:
			say(f"\n✗ {failure}\nGoing back to where it was")
			try:
				go_back(before, backup)
			except Failure as worse:
				raise Failure(f"The way back failed too; the backup is in {backup}\n{worse}") from failure
			raise Failure("The update failed; everything is back where it was") from failure
	say("Up to date")


def check_clean() -> None:
	"""Refuse to go over changes of one's own.

	Raises:
		Failure: naming the changed files.
	"""
	changed = run("git status", ["git", "status", "--porcelain", "--untracked-files=no"]).strip()
	if changed:
		raise Failure(
			f"The repository has changes of its own; commit them or put them back first:\n{changed}"
		)


def head() -> str:
	"""Return the repository's commit."""
	return run("git rev-parse", ["git", "rev-parse", "HEAD"]).strip()


def pull() -> None:
	"""Pull the repository where its branch follows another; else it stays as it is."""
	branch = run("git rev-parse", ["git", "rev-parse", "--abbrev-ref", "HEAD"]).strip()
	if run("git", ["git", "for-each-ref", "--format=%(upstream)", f"refs/heads/{branch}"]).strip():
		run("git pull", ["git", "pull", "--ff-only"])


def continue_update() -> None:
	"""Do what `start` does after a pull: requirements, assets, migration, restart."""
	prepare()
	sites.migrate(SITE)
	services.start_app()


def continue_with_new_code() -> None:
	"""Go on in a process of its own, which reads the program just pulled."""
	run("Requirements, assets, migration, restart", [sys.executable, "-m", "command.update"], show=True)


def back_up() -> Path:
	"""Back the site up with its files and configuration; return the folder."""
	folder = HOME / "backups" / time.strftime("%Y%m%d-%H%M%S")
	folder.mkdir(parents=True, mode=0o700)
	with step(f"Back up into {folder.relative_to(ROOT)}"):
		sites.frappe("bench backup", SITE, "backup", "--with-files", "--backup-path", folder)
		sites.dump(SITE, folder / "database.sql.gz")  # bench's own is encrypted where the site says so
		shutil.copy2(SITES / SITE / "site_config.json", folder / "site_config.json")
	return folder


def go_back(before: dict[str, str], backup: Path) -> None:
	"""Bring code, requirements and database back to what they were before the update, and start."""
	services.stop("app")
	for app in SOURCES:
		if commit(app) != before[app]:
			run("git reset", ["git", "reset", "--hard", before[app]], cwd=ROOT / "apps" / app)
			bench.install_requirements(app)
	run("git reset", ["git", "reset", "--keep", before["."]])
	services.start_data()
	with step("Restore the database"):
		sites.restore(SITE, backup / "database.sql.gz")
	set_mark(f"migrated:{SITE}", None)
	continue_with_new_code()


if __name__ == "__main__":
	try:
		continue_update()
	except Failure as failure:
		say(f"✗ {failure}")
		sys.exit(1)
