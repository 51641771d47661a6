"""What is up, and what everything rests on, with how to mend it."""

import json
import os
import pwd
import shutil
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from command import handover, keeper, proven, services, sites, system
from command.bench import check_source
from command.place import HOME, ROOT, SITE, SITES, SOURCES, ports, private
from command.shell import Failure, say

SETTINGS = "agency_crm.setup.checks.settings"
BACKUP_DAYS = 7

# sent as they stand; a browser would tidy them. The last one asks Frappe's website for a file beside its pages
OUTSIDE = (
	"/files/../../site_config.json",
	"/files/..%2f..%2fsite_config.json",
	"/files//etc/passwd",
	"/files/%2fetc%2fpasswd",
	"/assets/../common_site_config.json",
	"/../public/images/default-avatar.png",
)


def status() -> int:
	"""Print what is up; return 1 where something is down."""
	states = list(services.states())
	for name, up, told in states:
		say(f"{'✓' if up else '✗'} {name:12} {told}")
	return int(not all(up for _name, up, _told in states))


def doctor() -> int:
	"""Print every check with how to mend what isn't well; return 1 where something isn't."""
	faults = 0
	for name, ok, mend in checks():
		say(f"✓ {name}" if ok else f"✗ {name}: {mend}")
		faults += not ok
	say(f"\n{faults} to mend" if faults else "\nAll well")
	return int(bool(faults))


def checks() -> Iterator[tuple[str, bool, str]]:
	"""Yield each check with whether it is well and how to mend it."""
	yield from machine_checks()
	yield from source_checks()
	yield from bench_checks()
	for name, up, told in services.states():
		yield f"Service {name}", up, f"{told}; ./agency start brings it up, .agency/logs/{name}.log says why"
	yield from web_checks(ports()["web"])
	yield from office_checks()
	yield from site_checks()


def machine_checks() -> Iterator[tuple[str, bool, str]]:
	"""What the machine must have."""
	for need in (*system.NEEDS, *system.NODE_NEEDS):
		yield need.name, need.met(), f"./agency start installs {' '.join(need.packages)}"
	browser = system.BROWSER_NEED
	yield f"{browser.name}, for the tests", browser.met(), "./agency test installs it"
	free = shutil.disk_usage(ROOT).free // 2**20
	yield f"Disk: {free} MB free", free >= system.RUN_SPACE, "make room"


def source_checks() -> Iterator[tuple[str, bool, str]]:
	"""Whether updates can be had."""
	for app in SOURCES:
		try:
			check_source(app)
			yield f"Source of {app}", True, ""
		except Failure as failure:
			yield f"Source of {app}", False, str(failure)


def bench_checks() -> Iterator[tuple[str, bool, str]]:
	"""What start made in the folder."""
	for app in (*SOURCES, "agency_crm"):
		yield f"App {app}", (ROOT / "apps" / app / app).is_dir(), "run ./agency start"
	yield proven.told(), True, ""
	yield from owner_checks()


def owner_checks() -> Iterator[tuple[str, bool, str]]:
	"""Who runs everything and whose it is; and that nobody else may read what is secret."""
	me = pwd.getpwuid(os.getuid())
	others = ", ".join(name for name, uid in running() if uid != me.pw_uid)
	hand_over = "./agency start, as root, hands everything over to the system user AGENCY_USER names"
	yield (
		f"Everything runs as {me.pw_name}",
		me.pw_uid != 0 and not others,
		f"{others or 'what is open to it is the whole machine'}; {hand_over}",
	)
	if ROOT.stat().st_uid != me.pw_uid:
		alone = os.getgrouplist(me.pw_name, me.pw_gid) == [me.pw_gid]
		yield (
			f"{me.pw_name} has no shell and no other groups",
			alone and Path(me.pw_shell).name in ("nologin", "false"),
			f"usermod --shell /usr/sbin/nologin --groups '' {me.pw_name}",
		)
	stray = handover.not_of(me.pw_uid)
	yield f"What start made belongs to {me.pw_name}", not stray, f"{stray} doesn't; {hand_over}"
	open_to_all = [str(path) for path in private() if path.stat().st_mode & 0o077]
	yield (
		f"Logins, passwords, dumps and backups are readable by {me.pw_name} alone",
		not open_to_all,
		f"chmod go= {' '.join(open_to_all[:5])}",
	)


def running() -> Iterator[tuple[str, int]]:
	"""Yield each program that runs, with the user it runs as."""
	for group in services.GROUPS:
		for name, program in keeper.status(group).get("programs", {}).items():
			with suppress(OSError):
				lines = Path(f"/proc/{program['pid']}/status").read_text().splitlines()
				yield name, next(int(line.split()[1]) for line in lines if line.startswith("Uid:"))


def web_checks(port: int) -> Iterator[tuple[str, bool, str]]:
	"""What the web server must keep to itself; nothing where it is down."""
	if not services.answers(port):
		return
	open_to_all = [path for path in OUTSIDE if is_served(port, path)]
	mend = f"anybody can read {', '.join(open_to_all)}: start it with this folder's Procfile (./agency stop, start)"
	yield "Web server serves its folders alone", not open_to_all, mend


def is_served(port: int, path: str) -> bool:
	"""Whether the web server answers a path with a file or page; False where it doesn't answer at all."""
	connection = HTTPConnection("127.0.0.1", port, timeout=30)
	try:
		connection.request("GET", path)
		return connection.getresponse().status < 400
	except (OSError, HTTPException):
		return False
	finally:
		connection.close()


def site_checks() -> Iterator[tuple[str, bool, str]]:
	"""The site, its key and its settings; needs the database up."""
	yield f"Site {SITE}", sites.is_ready(SITE), "run ./agency start"
	if not sites.is_ready(SITE) or not keeper.is_kept("data"):
		return
	try:
		sites.check_keys(SITE)
		yield "Keys of phone numbers", True, ""
		answer = sites.call("The settings", SITE, SETTINGS)
	except Failure as failure:
		yield f"The settings of {SITE}", False, str(failure)
		return
	for check in json.loads(answer.strip().splitlines()[-1]):
		yield check["name"], check["ok"], check["mend"]


def office_checks() -> Iterator[tuple[str, bool, str]]:
	"""What lies outside the site and an office answers for: who reaches the machine, and its backups."""
	address = own_address()
	for use in ("web", "db", "redis_cache", "redis_queue"):
		yield (
			f"Port {ports()[use]}, {use}, answers this machine alone",
			not (address and answers_at(address, ports()[use])),
			f"it answers at {address} without HTTPS: leave AGENCY_BIND out and put a web server with HTTPS before it",
		)
	folders = (SITES / SITE / "private/backups", HOME / "backups")
	made = HOME / "passwords.json"  # at the first start, and not again
	yield (
		f"Backup of the last {BACKUP_DAYS} days",
		is_recent(folders, BACKUP_DAYS) or (made.exists() and is_younger(made, BACKUP_DAYS)),
		f"run bench --site {SITE} backup --with-files, every night, and keep it on another machine",
	)


def own_address() -> str | None:
	"""Return the address other machines reach this one by; None where it is in no network."""
	with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
		try:
			probe.connect(("192.0.2.1", 9))  # nothing is sent
		except OSError:
			return None
		return probe.getsockname()[0]


def answers_at(address: str, port: int) -> bool:
	"""Whether something accepts connections on a port of an address."""
	with socket.socket() as probe:
		probe.settimeout(1)
		return probe.connect_ex((address, port)) == 0


def is_recent(folders: Iterable[Path], days: int) -> bool:
	"""Whether one of the folders holds a dump of the database that is younger than so many days."""
	dumps = (dump for folder in folders for dump in folder.rglob("*database*.sql.gz"))
	return any(is_younger(dump, days) for dump in dumps)


def is_younger(file: Path, days: int) -> bool:
	"""Whether a file was written within so many days."""
	return time.time() - file.stat().st_mtime < days * 86400
