"""What the machine must have: checked each time, installed by the system's packages only where it is missing."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterable
from ctypes.util import find_library
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from command.place import HOME, ROOT
from command.shell import Failure, environment, run, step

PYTHONS = ("3.13", "3.12", "3.11", "3.10")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SETUP_SPACE, RUN_SPACE = 4096, 300  # MB


class Need(NamedTuple):
	"""Something the machine must have, how to see that it does, and the packages that bring it."""

	name: str
	met: Callable[[], bool]
	packages: tuple[str, ...]


def which(program: str) -> str | None:
	"""Return a program's path, the bench's own tools and the system's servers included."""
	return shutil.which(program, path=environment()["PATH"])


def version(program: str) -> tuple[int, ...]:
	"""Return the first version number a program says it has, (0,) where it can't be run."""
	path = which(program)
	if not path:
		return (0,)
	said = subprocess.run(
		[path, "--version"], capture_output=True, text=True, env=environment(), cwd="/", check=False
	).stdout
	number = re.search(r"\d+(\.\d+)+", said)
	return tuple(map(int, number[0].split("."))) if number else (0,)


def bench_python(required: str) -> str:
	"""Return the Python the bench is made with: this one, or the newest on the machine that Frappe takes.

	`required` is what Frappe's pyproject.toml says of it (`>=3.10,<3.14`). Where the machine has none the bare
	version, which bench's uv brings.
	"""
	taken = [python for python in PYTHONS if is_taken(python, required)] or [*PYTHONS]
	if f"{sys.version_info.major}.{sys.version_info.minor}" in taken:
		return sys.executable
	return next(filter(None, (which(f"python{wanted}") for wanted in taken)), taken[0])


def is_taken(python: str, required: str) -> bool:
	"""Whether a Python of this version (`3.12`) is within a requirement's `>=` and `<`."""
	minor = int(python.split(".")[1])
	bounds = [(sign, int(bound)) for sign, bound in re.findall(r"(>=|<)\s*3\.(\d+)", required)]
	return all(minor >= bound if sign == ">=" else minor < bound for sign, bound in bounds)


def has_headers() -> bool:
	"""Whether C extensions can be built for this Python."""
	return (Path(sysconfig.get_paths()["include"]) / "Python.h").exists()


def has_venv() -> bool:
	"""Whether this Python can make virtual environments."""
	return not subprocess.run(
		[sys.executable, "-c", "import venv, ensurepip"], capture_output=True
	).returncode


def has_chinese_font() -> bool:
	"""Whether some font draws Chinese, without which every printed page is boxes."""
	return bool(
		which("fc-list") and subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True).stdout
	)


def browser() -> str | None:
	"""Return the system's Chromium."""
	return next(filter(None, map(which, BROWSERS)), None)


def has_node() -> bool:
	"""Whether Node is new enough for Frappe 15."""
	return version("node") >= (18,)


def has_yarn() -> bool:
	"""Whether yarn is there, and not the other program of that name."""
	return version("yarn") >= (1, 22)


INSTALLING = Lock()
VENV_NEED = Need("Python venv", has_venv, ("python3-venv",))
NEEDS = (
	Need("git", lambda: bool(which("git")), ("git",)),
	Need("a C compiler", lambda: bool(which("gcc")), ("build-essential",)),
	Need("Python headers", has_headers, ("python3-dev",)),
	VENV_NEED,
	Need("MariaDB server 10.6", lambda: version("mariadbd") >= (10, 6), ("mariadb-server", "mariadb-client")),
	Need("Redis", lambda: bool(which("redis-server")), ("redis-server",)),
	Need("Pango", lambda: bool(find_library("pangoft2-1.0")), ("libpango-1.0-0", "libpangoft2-1.0-0")),
	Need("a Chinese font", has_chinese_font, ("fontconfig", "fonts-noto-cjk")),
	Need("file, which bench restore runs", lambda: bool(which("file")), ("file",)),
	Need("npm", lambda: bool(which("npm")) or (has_node() and has_yarn()), ("npm",)),
)
NODE_NEEDS = (Need("Node 18", has_node, ("node@20",)), Need("yarn 1.22", has_yarn, ("yarn@1",)))
BROWSER_NEED = Need("Chromium", lambda: bool(browser()), ("chromium",))


def missing(needs: Iterable[Need]) -> list[Need]:
	"""Return the needs that aren't met."""
	return [need for need in needs if not need.met()]


def install(needs: Iterable[Need] = NEEDS, missing: Callable[[Iterable[Need]], list[Need]] = missing) -> None:
	"""Install the system's packages for what is missing; one thread at a time, as apt has it.

	`missing` looks for whom it is: what root finds, the user everything runs as may not.

	Raises:
		Failure: they can't be installed here, or what they brought doesn't do.
	"""
	with INSTALLING:
		_install(needs, missing)


def _install(needs: Iterable[Need], missing: Callable[[Iterable[Need]], list[Need]]) -> None:
	absent = missing(needs)
	if not absent:
		return
	packages = [package for need in absent for package in need.packages]
	names = ", ".join(need.name for need in absent)
	if not which("apt-get"):
		raise Failure(f"{names} missing, and this isn't Debian or Ubuntu: install what brings {packages}")
	sudo = [] if os.getuid() == 0 else ["sudo", "DEBIAN_FRONTEND=noninteractive"]
	if sudo and not which("sudo"):
		raise Failure(f"{names} missing. As root: apt-get install {' '.join(packages)}")
	with step(f"Install {' '.join(packages)}"):
		run("apt-get update", [*sudo, "apt-get", "update"], DEBIAN_FRONTEND="noninteractive")
		run(
			"apt-get install",
			[*sudo, "apt-get", "install", "-y", "--no-install-recommends", *packages],
			DEBIAN_FRONTEND="noninteractive",
		)
	if absent := missing(absent):
		names = ", ".join(need.name for need in absent)
		raise Failure(
			f"{names} still missing after the installation: install it by hand, then run this again"
		)


def install_node() -> None:
	"""Bring Node and yarn into the bench's own tools where the system has none that will do."""
	absent = missing(NODE_NEEDS)
	if not absent:
		return
	packages = [package for need in absent for package in need.packages]
	with step(f"Install {' '.join(packages)} into .agency/tools"):
		run("npm install", ["npm", "install", "--prefix", HOME / "tools", *packages])


def check_space(megabytes: int) -> None:
	"""Refuse to begin what would fill the disk.

	Raises:
		Failure: fewer than `megabytes` MB are free.
	"""
	free = shutil.disk_usage(ROOT).free // 2**20
	if free < megabytes:
		raise Failure(f"The disk of {ROOT} has {free} MB free, {megabytes} MB are needed: make room")


if __name__ == "__main__":
	# what of the needs named isn't met for the user who runs this
	asked = [need for need in (*NEEDS, BROWSER_NEED) if need.name in sys.argv[1:]]
	print(*(need.name for need in missing(asked)), sep="\n")
