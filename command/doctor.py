"""What is up, and what everything rests on, with how to mend it."""

import json
import shutil
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException

from command import services, sites, system
from command.bench import check_source
from command.keeper import is_kept
from command.place import HOME, LOGINS, ROOT, SITE, SITES, SOURCES, ports
from command.shell import Failure, say

SETTINGS = "agency_crm.setup.checks.settings"
PRIVATE = (HOME / "passwords.json", LOGINS, SITES / "common_site_config.json")

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
	for file in PRIVATE:
		if file.exists():
			yield (
				f"{file.relative_to(ROOT)} is private",
				not file.stat().st_mode & 0o077,
				f"chmod 600 {file}",
			)


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
	if not sites.is_ready(SITE) or not is_kept("data"):
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
