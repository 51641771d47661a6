"""The user everything runs as: whoever starts it, or, where that is root, a system user of its own."""

import os
import pwd
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from command.place import HOME, ROOT
from command.shell import Failure, last_lines, say
from command.system import PYTHONS

SETTING, DEFAULT = "AGENCY_USER", "agency"
NOBODY = 65534
# folders of root's own, which another user's programs must not look into
OWN_FOLDERS = ("XDG_", "SUDO_")
OWN_FILES = {
	"PYTHONHOME",
	"MAIL",
	"PIP_CACHE_DIR",
	"UV_CACHE_DIR",
	"YARN_CACHE_FOLDER",
	"NPM_CONFIG_CACHE",
	"NPM_CONFIG_USERCONFIG",
	"NPM_CONFIG_PREFIX",
}
# what programs would write into the clone, which is not the user's
CACHES = {
	"PYTHONPYCACHEPREFIX": "python",
	"HYPOTHESIS_STORAGE_DIRECTORY": "hypothesis",
	"RUFF_CACHE_DIR": "ruff",
}
# what of the clone the programs read
READ = (".git", "agency", "command", "apps/agency_crm", "tests", "docs", "Procfile")


class Account(NamedTuple):
	"""A user of the machine."""

	name: str
	uid: int
	gid: int

	@classmethod
	def named(cls, name: str) -> "Account | None":
		"""Return the user of this name, None where there is none."""
		try:
			found = pwd.getpwnam(name)
		except KeyError:
			return None
		return cls(name, found.pw_uid, found.pw_gid)


ROOT_ACCOUNT = Account("root", 0, 0)


def is_root() -> bool:
	"""Whether this process may do anything."""
	return os.getuid() == 0


def whose(path: Path) -> Account | None:
	"""Return who owns a file or folder, None where it isn't there or they are no longer a user."""
	try:
		return Account.named(pwd.getpwuid(path.stat().st_uid).pw_name)
	except (FileNotFoundError, KeyError):
		return None


def check_owner() -> None:
	"""Refuse to work on another user's bench.

	Raises:
		Failure: it is one; names who may.
	"""
	if is_root() or not HOME.exists() or HOME.stat().st_uid == os.getuid():
		return
	owner = whose(HOME)
	name = owner.name if owner else f"user {HOME.stat().st_uid}"
	raise Failure(f"The bench in {ROOT} belongs to {name}: run this as root, or as {name}")


def wanted() -> str:
	"""Return the name of the user that root is to run everything as.

	It is the setting's, else the one whose the bench is already, root excepted, else the default.

	Raises:
		Failure: the setting is no user's name.
	"""
	name = os.environ.get(SETTING)
	if name and not re.fullmatch(r"[a-z_][a-z0-9_-]{0,31}", name):
		raise Failure(f"{SETTING}={name} is no name for a system user: use small letters, digits, - and _")
	owner = whose(HOME)
	return name or (owner.name if owner and owner.uid else DEFAULT)


def make(name: str) -> Account:
	"""Return the user of this name, made without shell, password and other groups where there is none."""
	if not Account.named(name):
		options = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
		command = ["useradd", *options, "--home-dir", str(HOME / "home"), name]
		environment = os.environ | {"PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"}
		try:
			done = subprocess.run(command, env=environment, capture_output=True, text=True)
		except OSError as error:
			raise Failure(f"The system user {name} can't be made: useradd: {error.strerror}") from error
		if done.returncode:
			raise Failure(
				f"The system user {name} can't be made; name another by {SETTING}\n{last_lines(done.stderr)}"
			)
		say(f"Made the system user {name}, which everything runs as")
	return Account.named(name)


def prefix(account: Account) -> list[str]:
	"""Return what before a command makes root run it as a user who can gain no other rights."""
	if account.uid == os.getuid() or not is_root():
		return []
	who = [f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups"]
	# setpriv itself looks for its program with root's rights; env, which it runs, no longer
	return ["setpriv", *who, "--inh-caps=-all", "--no-new-privs", "--", "env"]


def environment(account: Account) -> dict[str, str]:
	"""Return root's environment as the user's own: settings stay, folders and caches are in the bench."""
	if account.uid == os.getuid():
		return dict(os.environ)
	kept = {
		name: value
		for name, value in os.environ.items()
		if not name.startswith(OWN_FOLDERS) and name.upper() not in OWN_FILES
	}
	for name in ("TMPDIR", "TEMP", "TMP"):
		if name in kept and not can(account, "test", "-w", kept[name]):
			del kept[name]
	enterable = [folder for folder in os.get_exec_path() if can(account, "test", "-x", folder)]
	home = HOME / "home"
	return kept | {
		"PATH": os.pathsep.join(enterable),
		"HOME": str(home),
		"USER": account.name,
		"LOGNAME": account.name,
		**{name: str(home / ".cache" / folder) for name, folder in CACHES.items()},
	}


def can(account: Account, *command: str | Path) -> bool:
	"""Whether a program run as a user ends well."""
	return not ask(account, *command).returncode


def ask(account: Account, *command: str | Path, cwd: str | Path = "/") -> subprocess.CompletedProcess:
	"""Run a program as a user, unless told otherwise where everybody may be, and return what it did.

	Raises:
		Failure: root can't become another user here.
	"""
	try:
		return subprocess.run(
			[*prefix(account), *map(str, command)],
			cwd=cwd,
			stdin=subprocess.DEVNULL,
			capture_output=True,
			text=True,
		)
	except OSError as error:
		raise Failure(f"setpriv can't be run ({error.strerror}): apt-get install util-linux") from error


def check_machine(name: str) -> str:
	"""Look whether a user, there already or not, can run what is in this folder; return the Python for it.

	Raises:
		Failure: it can't become that user, enter a folder, read the clone, or run any Python; names which.
	"""
	account = Account.named(name) or Account(name, NOBODY, NOBODY)
	became = ask(account, "true")
	if became.returncode:
		raise Failure(f"root can't run a program as {name} here: {became.stderr.strip()}")
	check_folders(account)
	return interpreter(account)


def check_folders(account: Account) -> None:
	"""Refuse a folder that a user can't come into, or a clone that it can't read.

	Raises:
		Failure: naming the outermost folder, or the first file.
	"""
	otherwise = f"or set {SETTING} to a user who can (root: docs/operations.md)"
	for folder in reversed((ROOT, *ROOT.parents)):
		if not can(account, "test", "-x", folder):
			raise Failure(
				f"{account.name}, the user everything is to run as, can't enter {folder}: chmod o+x {folder},"
				f" move the clone to a folder everybody can enter, {otherwise}"
			)
	there = [ROOT / name for name in READ if (ROOT / name).exists()]
	closed = ["(", "!", "-readable", "-o", "-type", "d", "!", "-executable", ")", "-print", "-quit"]
	if unread := ask(account, "find", *there, *closed).stdout.strip():
		names = " ".join(path.name for path in there)
		raise Failure(
			f"{account.name}, the user everything is to run as, can't read {unread}:"
			f" cd {ROOT} && chmod go+rx . && chmod -R go+rX {names}, {otherwise}"
		)


def interpreter(account: Account) -> str:
	"""Return a Python that a user can run: this one, else the first in the path or among the system's.

	Raises:
		Failure: there is none; names those it can't run.
	"""
	folders = [*os.get_exec_path(), "/usr/local/bin", "/usr/bin"]
	names = ("python3", *(f"python{version}" for version in PYTHONS))
	there = (Path(folder) / name for name in names for folder in folders)
	candidates = dict.fromkeys([sys.executable, *(str(path) for path in there if path.exists())])
	for candidate in candidates:
		if can(account, candidate, "-I", "-c", "import sys; sys.exit(sys.version_info < (3, 10))"):
			return candidate
	raise Failure(
		f"{account.name}, the user everything is to run as, can run no Python 3.10 or newer, neither of"
		f" {', '.join(candidates)}: apt-get install python3, or make one of them executable by everybody"
	)


def run_as(account: Account, command: Sequence[str | Path]) -> int:
	"""Run a program of the clone as a user, on the screen, and return its exit status."""
	return subprocess.run(
		[*prefix(account), *map(str, command)], cwd=ROOT, env=environment(account)
	).returncode


def become(account: Account, command: Sequence[str | Path]) -> None:
	"""Go on in another program as a user: this doesn't return."""
	if not can(account, "test", "-x", os.getcwd()):
		os.chdir(ROOT)
	arguments = [*prefix(account), *map(str, command)]
	sys.stdout.flush()
	os.execvpe(arguments[0], arguments, environment(account))
