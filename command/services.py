"""The programs the bench runs: their settings, starting, stopping, what is up."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

from command import keeper
from command.marks import code_digest, mark, set_mark
from command.place import (
	HOME,
	LOG,
	ROOT,
	SITE,
	bind_address,
	is_free,
	passwords,
	ports,
	socket_path,
	write_private,
)
from command.shell import Failure, environment, last_lines, reason, run, step

DATA = ("mariadb", "redis_cache", "redis_queue")
APP = ("web", "socketio", "schedule", "worker")
GROUPS = {"data": DATA, "app": APP}
# the ports the programs listen on, by their names in ports.json; the others listen on none
PORT_OF = {
	"mariadb": "db",
	"redis_cache": "redis_cache",
	"redis_queue": "redis_queue",
	"web": "web",
	"socketio": "socketio",
}
WAIT = 90  # seconds for a program to answer
RUNNING = "running"


def start_data() -> None:
	"""Start the database and both Redis, and wait until they answer."""
	write_settings()
	if not (HOME / "db").exists():
		with step("Make the database's folder"):
			make_database()
	start("data")
	database("select 1")


def start_app() -> None:
	"""Start web, socket.io, schedule and worker, anew where the code they run has changed."""
	digest = code_digest()
	if keeper.is_kept("app") and mark(RUNNING) != digest:
		stop("app")
	start("app", FRAPPE_SITE=SITE, AGENCY_BIND=bind_address(), AGENCY_PORT=str(ports()["web"]))
	set_mark(RUNNING, digest)


def start(
	group: str, names: tuple[str, ...] = (), port_of: dict[str, int] | None = None, **extra: str
) -> None:
	"""Start a group and wait until each of its programs answers on its port; nothing where it runs.

	`names` and `port_of` (by program) default to the bench's own; `extra` are environment variables.

	Raises:
		Failure: a port is taken, or a program doesn't come up; with what it said.
	"""
	names = names or GROUPS[group]
	if port_of is None:
		port_of = {name: ports()[PORT_OF[name]] for name in names if name in PORT_OF}
	if keeper.is_kept(group):
		wait(group, names, port_of)
		return
	with step(f"Start {', '.join(names)}"):
		keeper.end_orphans(group)
		check_ports(port_of)
		LOG.parent.mkdir(parents=True, exist_ok=True)
		with LOG.open("a") as log:
			subprocess.Popen(
				[sys.executable, "-m", "command.keeper", group, *names],
				cwd=ROOT,
				env=environment(**extra),
				stdin=subprocess.DEVNULL,
				stdout=log,
				stderr=log,
				start_new_session=True,
			)
		try:
			wait(group, names, port_of)
		except Failure:
			stop(group)
			raise


def check_ports(port_of: dict[str, int]) -> None:
	"""Refuse where another program listens on one of the ports.

	Raises:
		Failure: naming the port, its use, and where to change it.
	"""
	for name, port in port_of.items():
		if not is_free(port):
			raise Failure(
				f"Port {port}, for {name}, is taken by another program: stop that, or write another port"
				f" for {PORT_OF[name]} into {HOME / 'ports.json'}, then run this again"
			)


def wait(group: str, names: tuple[str, ...], port_of: dict[str, int]) -> None:
	"""Wait until each program of a group runs, and answers on its port if it has one.

	Raises:
		Failure: one keeps ending, or doesn't answer in time; with the last lines of its log.
	"""
	deadline = time.monotonic() + WAIT
	for name in names:
		program = {}
		while not (program.get("pid") and (name not in port_of or answers(port_of[name]))):
			if program.get("ended", 0) > 1 or time.monotonic() > deadline:
				log = HOME / f"logs/{name}.log"
				said = log.read_text(errors="replace")[-5000:] if log.exists() else ""
				raise Failure(
					f"{name} doesn't start{reason(said)}\n{last_lines(said)}\n  The whole log: {log}"
				)
			time.sleep(0.1)
			program = keeper.status(group).get("programs", {}).get(name, {})


def answers(port: int) -> bool:
	"""Whether something accepts connections on a port of this machine."""
	with socket.socket() as probe:
		probe.settimeout(1)
		return probe.connect_ex(("127.0.0.1", port)) == 0


def stop(group: str) -> None:
	"""Stop a group and wait until it is gone.

	Raises:
		Failure: another user runs it.
	"""
	while keeper.is_kept(group):
		if pid := keeper.status(group).get("pid"):
			try:
				os.kill(pid, signal.SIGTERM)
			except PermissionError:
				raise Failure(f"Another user runs {group}: stop it as root, by kill {pid}") from None
			except ProcessLookupError:
				pass
		time.sleep(0.2)


def stop_all() -> None:
	"""Stop everything, the database last."""
	for group in reversed(GROUPS):
		if keeper.is_kept(group):
			with step(f"Stop {', '.join(GROUPS[group])}"):
				stop(group)


def states() -> Iterator[tuple[str, bool, str]]:
	"""Yield each program with whether it is up and a word about it."""
	for group, names in GROUPS.items():
		programs = keeper.status(group).get("programs", {})
		for name in names:
			program = programs.get(name, {})
			port = ports().get(PORT_OF.get(name, ""))
			up = bool(program.get("pid")) and (port is None or answers(port))
			told = f"pid {program['pid']}" if program.get("pid") else "not running"
			if port:
				told += f", port {port}" + ("" if up or not program.get("pid") else " doesn't answer")
			if program.get("ended"):
				told += f", ended {program['ended']} times: see .agency/logs/{name}.log"
			yield name, up, told


def write_settings() -> None:
	"""Write the settings of MariaDB and Redis, from the ports and passwords."""
	port, password = ports(), passwords()["database"]
	memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
	write_private(
		HOME / "my.cnf",
		f"""[mysqld]
datadir = {HOME}/db
socket = {socket_path()}
pid-file = {HOME}/run/mariadb.pid
port = {port["db"]}
bind-address = 127.0.0.1
init-file = {HOME}/root.sql
{"user = root" if os.getuid() == 0 else ""}
character-set-server = utf8mb4
collation-server = utf8mb4_unicode_ci
character-set-client-handshake = FALSE
innodb_buffer_pool_size = {max(128, min(2048, memory // 4))}M
max_allowed_packet = 256M
# on since MariaDB 11.6: whoever waited for a row gets error 1020 instead of reading what it says now
loose_innodb_snapshot_isolation = OFF
# with it a join may fail with error 1032, "can't find record", as the tables' statistics happen to be
optimizer_switch = rowid_filter=off
[client]
default-character-set = utf8mb4
""",
	)
	# at each start the database's root has the password of passwords.json, and there is no other root
	write_private(
		HOME / "root.sql",
		f"""DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host NOT IN ('localhost', '127.0.0.1'));
FLUSH PRIVILEGES;
ALTER USER 'root'@'localhost' IDENTIFIED BY '{password}';
CREATE USER IF NOT EXISTS 'root'@'127.0.0.1';
ALTER USER 'root'@'127.0.0.1' IDENTIFIED BY '{password}';
GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
""",
	)
	write_private(
		HOME / "client.cnf",
		f"[client]\nuser = root\npassword = {password}\nsocket = {socket_path()}\ndefault-character-set = utf8mb4\n",
	)
	(ROOT / "config").mkdir(exist_ok=True)
	(HOME / "redis").mkdir(exist_ok=True)
	for name, rules in {
		"redis_cache": "maxmemory 256mb\nmaxmemory-policy allkeys-lru\nsave ''\n",
		"redis_queue": "dbfilename redis_queue.rdb\n",
	}.items():
		(ROOT / f"config/{name}.conf").write_text(
			f"bind 127.0.0.1\nport {port[name]}\ndir {HOME}/redis\nappendonly no\n{rules}"
		)


def make_database() -> None:
	"""Make the database's data folder: beside its place first, so that a half-made one is never taken for it."""
	part = HOME / "db.part"
	shutil.rmtree(part, ignore_errors=True)
	files = [f"--defaults-file={HOME / 'my.cnf'}", f"--datadir={part}"]
	options = ["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]
	run("mariadb-install-db", ["mariadb-install-db", *files, *options])
	part.rename(HOME / "db")


def database(statement: str) -> str:
	"""Run SQL as the database's root and return what it prints, without headings."""
	client = ["mariadb", f"--defaults-file={HOME / 'client.cnf'}", "--batch", "--skip-column-names"]
	return run("The database", [*client, "--execute", statement])
