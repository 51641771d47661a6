"""`./agency start`: everything from a clean clone to a running site, each finished step once."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

from command import bench, services, sites, system
from command.marks import mark
from command.place import HOME, LOGINS, SITE, address, close_private, passwords
from command.shell import Failure, say

HERE = RLock()  # parts of a test run wait for each other


@contextmanager
def alone() -> Iterator[None]:
	"""Let nobody else set up or change this bench meanwhile.

	Raises:
		Failure: somebody does.
	"""
	HOME.mkdir(exist_ok=True)
	# root too holds it while it updates, and must write to nothing that another user may have made a link
	opened = os.open(HOME / "lock", os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
	with HERE, open(opened) as lock:
		try:
			fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except BlockingIOError as error:
			raise Failure("Another ./agency is at work here: wait until it has ended") from error
		yield


def prepare() -> None:
	"""Bring everything up to where a site can be made."""
	close_private()
	system.check_space(system.RUN_SPACE if mark("assets") else system.SETUP_SPACE)
	system.install()
	system.install_node()
	bench.make_bench()
	services.start_data()


def start(demo: bool = True) -> None:
	"""Set up what isn't, bring the site to the code there is, run everything, print how to get in."""
	begun = time.monotonic()
	with alone():
		prepare()
		sites.want_demo(SITE, demo)
		sites.make(SITE)
		sites.check_keys(SITE)
		sites.migrate(SITE)
		logins = sites.load_demo(SITE, LOGINS)
		services.start_app()
	print_logins(logins)
	say(f"Up after {time.monotonic() - begun:.1f} s. Stop: ./agency stop")


def print_logins(logins: dict) -> None:
	"""Print the address and one login per role."""
	rows = {role: (login["user"], login["password"]) for role, login in logins.items()}
	rows["Administrator"] = ("Administrator", passwords()["administrator"])
	say(f"\n  {address()}\n")
	for role, (user, password) in rows.items():
		say(f"  {role:24} {user:32} {password}")
	say(
		f"\nThe logins are kept in {LOGINS.relative_to(HOME.parent) if logins else '.agency/passwords.json'}."
	)
