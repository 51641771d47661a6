"""`./agency reset`: remove what start made, after asking."""

import os
import shutil
from pathlib import Path

from command import marks
from command.handover import FOLDERS
from command.place import HOME, ROOT, SITES
from command.services import stop_all
from command.shell import Failure, ask, say, step
from command.start import alone

MADE = ("env", "config", "logs", "archived", "patches.txt", "apps/frappe", "apps/erpnext")


def reset() -> None:
	"""Stop everything and remove it: sites with all their data, Frappe, ERPNext, the database.

	Raises:
		Failure: nobody said yes.
	"""
	say(
		f"This removes every site with ALL ITS DATA AND BACKUPS, the database, Frappe and ERPNext from {ROOT}."
	)
	if not ask("Remove them?"):
		raise Failure("Nothing was removed: only `yes`, typed in a terminal, does it")
	with alone():
		stop_all()
		with step("Remove what start made"):
			remove(marks.FILE)  # first, so that nothing half removed counts as finished
			for site in SITES.iterdir():
				if site.name != "README.md":
					remove(site)
			for name in MADE:
				remove(ROOT / name)
			remove(HOME)


def remove(path: Path) -> None:
	"""Remove a file, a link or a folder, if it is there; where that is root's to do, only empty it."""
	mine = os.access(path.parent, os.W_OK)
	if path.is_dir() and not path.is_symlink():
		shutil.rmtree(path) if mine else [remove(inside) for inside in path.iterdir()]
	elif mine:
		path.unlink(missing_ok=True)


def remove_emptied() -> None:
	"""Remove what a reset by another user could only empty: root does, of the folders it made for them."""
	(ROOT / "patches.txt").unlink(missing_ok=True)
	for folder in FOLDERS:
		if folder != SITES and folder.is_dir() and not any(folder.iterdir()):
			folder.rmdir()
