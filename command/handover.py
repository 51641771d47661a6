"""Which folders are the bench's, and how they come to belong to the user who runs it."""

import os
import shutil
import stat
import subprocess
from contextlib import suppress
from pathlib import Path

from command.account import Account
from command.place import APP, HOME, ROOT, SITES
from command.shell import step

BUILT = APP / "agency_crm/public/dist"
FOLDERS = (HOME, SITES, ROOT / "config", ROOT / "env", ROOT / "logs", ROOT / "archived", BUILT)
PATCHES = ROOT / "patches.txt"
# tracked by git, so they stay with whoever cloned the repository
CLONED = (APP, SITES / "README.md")


def made() -> list[Path]:
	"""Return the topmost of what the bench makes, as far as it is there."""
	apps = (app for app in APP.parent.iterdir() if app != APP)
	return [path for path in (*FOLDERS, PATCHES, *apps) if os.path.lexists(path)]


def not_of(uid: int) -> str:
	"""Return the first file of the bench that belongs to another user, or nothing."""
	kept = [part for path in CLONED for part in ("-path", str(path), "-prune", "-o")]
	if not made():
		return ""
	command = ["find", *map(str, made()), *kept, "!", "-uid", str(uid), "-print", "-quit"]
	return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def hand_over(account: Account) -> None:
	"""Make the folders the bench writes into, and give all that is in them to a user.

	The user may also add to the folder of apps, but not move our app in it, which root's files are.
	"""
	for folder in FOLDERS:
		folder.mkdir(parents=True, exist_ok=True)
	PATCHES.touch()
	if APP.parent.stat().st_uid != account.uid:
		os.chown(APP.parent, -1, account.gid)
		APP.parent.chmod(0o1775)
	if not_of(account.uid):
		with step(f"Hand the bench over to {account.name}"):
			for path in made():
				give(path, account)


def give(top: Path, account: Account) -> None:
	"""Give a file, or a folder and all in it, to a user, following no link."""
	with_folder = os.open(top.parent, os.O_RDONLY)
	try:
		give_entry(top.name, with_folder, account)
	finally:
		os.close(with_folder)
	if top.is_symlink() or not top.is_dir():
		return
	kept = {(path.stat().st_dev, path.stat().st_ino) for path in CLONED if path.exists()}
	for _folder, folders, files, descriptor in os.fwalk(top):
		for name in (*folders, *files):
			with suppress(FileNotFoundError):  # a running program's, gone meanwhile
				give_entry(name, descriptor, account, kept)


def give_entry(name: str, folder: int, account: Account, kept: set[tuple[int, int]] = frozenset()) -> None:
	"""Give one entry of an open folder to a user, unless it is among those kept."""
	found = os.stat(name, dir_fd=folder, follow_symlinks=False)
	if (found.st_uid, found.st_gid) == account[1:] or (found.st_dev, found.st_ino) in kept:
		return
	if stat.S_ISREG(found.st_mode) and found.st_nlink > 1:
		part_from_links(name, folder, found.st_mode)
	os.chown(name, account.uid, account.gid, dir_fd=folder, follow_symlinks=False)


def part_from_links(name: str, folder: int, mode: int) -> None:
	"""Put a copy in a file's place: its other names may be in a cache of root's."""
	copy = f".{name}.handed-over"
	source = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
	target = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder)
	with open(source, "rb") as read, open(target, "wb") as written:
		shutil.copyfileobj(read, written)
		os.fchmod(written.fileno(), stat.S_IMODE(mode))
	os.replace(copy, name, src_dir_fd=folder, dst_dir_fd=folder)
