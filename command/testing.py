"""`./agency test`: run each part with what it needs, count all of them, print the count last."""

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from command import keeper, mutation, services, sites, system
from command.marks import mark, set_mark
from command.place import (
	APP,
	E2E_SITE,
	HOME,
	PYTHON,
	ROOT,
	SITES,
	TEST_SITES,
	free_port,
	passwords,
	ports,
	write_private,
)
from command.shell import Failure, environment, run, say, step
from command.start import alone, prepare
from command.venv import make_venv

RESULTS = HOME / "results"
E2E_GROUP = "e2e"
ON_BENCH = "tests/command/on_bench"
CRAWL = "tests/e2e/test_crawl.py"
SHARED = "agency_crm.tests.shared"
SLOWEST = 20
# of the domain's lines and branches, in %, by the unit tests
LEAST_COVERED = 95
# databases of the queue's Redis; the office's own jobs are in 0
E2E_JOBS, SITE_JOBS = 1, 2


class Count(NamedTuple):
	"""How many tests passed, failed and were skipped."""

	passed: int = 0
	failed: int = 0
	skipped: int = 0

	def __add__(self, other: "Count") -> "Count":
		return Count(*(one + two for one, two in zip(self, other, strict=True)))

	def __str__(self) -> str:
		return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


CRASHED = Count(failed=1)


def test(part: str | None = None) -> int:
	"""Run one part, or all that aren't asked for by name; print the slowest tests and last the count.

	Return 1 where a test failed or, under CI, wasn't run.
	"""
	before, was_up = changed_files(), keeper.is_kept("data")
	RESULTS.mkdir(parents=True, exist_ok=True)
	for left in RESULTS.glob("*.xml"):
		left.unlink()
	names = [name for name in PARTS if name == (part or name) and (part or name not in BY_NAME_ONLY)]
	with ThreadPoolExecutor(1) as beside:
		# a new bench takes minutes of one core
		without_bench = beside.submit(one_by_one, [name for name in names if name in WITHOUT_BENCH])
		total = on_bench([name for name in names if name not in WITHOUT_BENCH])
		total += without_bench.result()
	if changed_files() != before:
		say(f"✗ the tests have changed the repository:\n{changed_files()}")
		total += CRASHED
	if not was_up:
		services.stop("data")
	say_slowest()
	say(f"\n{total}")
	return int(total.failed > 0)


def on_bench(names: list[str]) -> Count:
	"""Run parts that need a bench side by side; return what was counted, or what could not be."""
	if not names:
		return Count()
	if hindrance := why_not_ready():
		for name in names:
			say(f"\n== {name}\nnot run: {hindrance}")
		missed = CRASHED if os.environ.get("CI") else Count(skipped=1)
		return sum([missed] * len(names), Count())
	with ThreadPoolExecutor(len(names)) as pool:
		return sum(pool.map(counted, names), Count())


def one_by_one(names: list[str]) -> Count:
	"""Run parts one after another."""
	return sum(map(counted, names), Count())


def counted(name: str) -> Count:
	"""Return a part's count; a part that breaks off counts as failed."""
	say(f"\n== {name}")
	try:
		return PARTS[name]()
	except Failure as failure:
		say(f"✗ {name}: {failure}")
		return CRASHED


def why_not_ready() -> str:
	"""Bring everything up to where a site can be made; return why that can't be done here, or nothing."""
	try:
		with alone():
			prepare()
	except Failure as failure:
		return str(failure)
	return ""


def changed_files() -> str:
	"""Return what git says is changed or new in the repository, whoever it was cloned by."""
	if not (ROOT / ".git").exists():
		return ""
	return run("git status", ["git", "-c", f"safe.directory={ROOT}", "status", "--porcelain"])


def unit() -> Count:
	"""The domain, the house's rules and the command itself: no Frappe, seconds."""
	python, data = make_venv("unit", "domain,test"), str(RESULTS / "unit.coverage")
	measured = ["--cov=agency_crm.domain", "--cov-branch", f"--cov-fail-under={LEAST_COVERED}"]
	shown = "--cov-report=term-missing:skip-covered"
	folders = ["tests/unit", "tests/command", f"--ignore={ON_BENCH}"]
	return pytest(python, "unit", *measured, shown, *folders, COVERAGE_FILE=data) + by_root()


def mutants() -> Count:
	"""Small faults in the domain, each of which a unit test must notice; the equivalent ones count as skipped."""
	return Count(*mutation.mutate(make_venv("mutation", "domain,test,mutation").with_name("mutmut")))


def by_root() -> Count:
	"""Return the count of the tests that root ran before it went on as the user everything runs as."""
	return Count(*map(int, os.environ.get("AGENCY_TESTED_AS_ROOT", "").split()))


def site() -> Count:
	"""The app's tests, in as many processes as there are sites for them."""
	return shared("site", [*(APP / "agency_crm").rglob("test_*.py")])


def deep() -> Count:
	"""The whole of what is too long for every run; the site's tests draw a day's sample of it."""
	return shared("deep", [*(APP / "agency_crm/tests/deep").rglob("test_*.py")], AGENCY_DEEP="1")


def shared(name: str, files: list[Path], **extra: str) -> Count:
	"""Run test modules on the test sites side by side, each process taking the next that nobody has taken."""
	with alone():
		for site in TEST_SITES:
			if mark(f"testing:{site}"):
				sites.drop(site)  # tests that were killed left their records in it
			sites.make(site, allow_tests=True, pause_scheduler=1)
			sites.migrate(site)
	queue = RESULTS / f"{name}.queue"
	# the largest first, so that no process is left with a long one at the end
	files.sort(key=lambda file: file.stat().st_size, reverse=True)
	queue.write_text("\n".join(".".join(file.relative_to(APP).with_suffix("").parts) for file in files))
	with ThreadPoolExecutor(len(TEST_SITES)) as pool:
		total = sum(pool.map(lambda site: take_tests(name, site, queue, extra), TEST_SITES), Count())
	return total if any(total) else CRASHED


def jobs_apart(number: int) -> dict[str, str]:
	"""Return the environment in which jobs wait where no other site's worker takes them.

	A worker takes the jobs of every site of its bench. In another database of the same Redis it finds none.
	"""
	return {"FRAPPE_REDIS_QUEUE": f"redis://127.0.0.1:{ports()['redis_queue']}/{number}"}


def take_tests(name: str, site: str, queue: Path, extra: dict[str, str]) -> Count:
	"""Run modules of a queue on a site until it is empty, and return their count."""
	result = RESULTS / f"{name}-{site}.xml"
	helper = [PYTHON, "-m", "frappe.utils.bench_helper", "frappe", "--site", site, "run-tests"]
	options = ["--app", "agency_crm", "--module", SHARED, "--junit-xml-output", result]
	# Frappe's runner tells failures by its exit status only where CI is set
	extra = {"CI": "1", "AGENCY_TEST_QUEUE": str(queue)} | jobs_apart(SITE_JOBS) | extra
	set_mark(f"testing:{site}", "begun")
	status = show(f"{name}-{site}", [*helper, *options], SITES, **extra)
	set_mark(f"testing:{site}", None)
	came_late = not status and not cases_of(result)  # the others had taken all
	return Count() if came_late else read(result, status)


def bench() -> Count:
	"""What takes a bench and no browser: restoring, another bench, a failed init."""
	return pytest(make_venv("unit", "domain,test"), "bench", ON_BENCH)


def e2e() -> Count:
	"""The office's work in a browser."""
	return in_browser("e2e", "tests/e2e", f"--ignore={CRAWL}")


def crawl() -> Count:
	"""All that each role's workspaces offer, opened in a browser."""
	return in_browser("crawl", CRAWL)


def in_browser(name: str, *tests: str) -> Count:
	"""Run tests in a browser on a site with the demo, reused, with web, socket.io and worker of its own."""
	system.install([system.BROWSER_NEED])
	with alone():
		sites.want_demo(E2E_SITE, True)
		sites.make(E2E_SITE, pause_scheduler=1)
		sites.migrate(E2E_SITE)
	demo = sites.load_demo(E2E_SITE, HOME / "e2e-demo.json")
	logins = HOME / "e2e-logins.json"
	administrator = {"user": "Administrator", "password": passwords()["administrator"]}
	write_private(logins, json.dumps(demo | {"Administrator": administrator}, ensure_ascii=False))
	services.stop(E2E_GROUP)
	web, socketio = free_port(8100), free_port(9100)  # only now: loading the demo takes minutes
	address = f"http://127.0.0.1:{web}"
	# every run makes its own people, and Frappe lets only 60 an hour be made
	sites.set_config(E2E_SITE, host_name=address, socketio_port=socketio, throttle_user_limit=1000)
	services.start(
		E2E_GROUP,
		("web", "socketio", "worker"),
		{"web": web, "socketio": socketio},
		FRAPPE_SITE=E2E_SITE,
		AGENCY_BIND="127.0.0.1",
		AGENCY_PORT=str(web),
		FRAPPE_SOCKETIO_PORT=str(socketio),
		**jobs_apart(E2E_JOBS),
	)
	try:
		return pytest(
			PYTHON,
			name,
			*tests,
			AGENCY_URL=address,
			AGENCY_LOGINS=str(logins),
			AGENCY_SITE=E2E_SITE,
			AGENCY_SITES=str(SITES),
			CHROMIUM=system.browser() or "",
			**jobs_apart(E2E_JOBS),
		)
	finally:
		with step("Stop the browser test's site"):
			services.stop(E2E_GROUP)


def pytest(python: Path, name: str, *arguments: str, **extra: str) -> Count:
	"""Run pytest with options and on folders, and return its count."""
	result = RESULTS / f"{name}.xml"
	options = ["-q", "-p", "no:cacheprovider", "--junit-xml", result]
	return read(result, show(name, [python, "-m", "pytest", *options, *arguments], ROOT, **extra))


def show(name: str, command: list, cwd: Path, **extra: str) -> int:
	"""Run a program, nobody at its input, and return its exit status.

	What it says goes into a log, and whole on the screen when it has ended: several run at once.
	"""
	said = RESULTS / f"{name}.log"
	say(f"• {name} … ({said.relative_to(ROOT)})")
	with said.open("w", encoding="utf-8") as file:
		status = subprocess.run(
			[str(part) for part in command],
			cwd=cwd,
			env=environment(**extra),
			stdin=subprocess.DEVNULL,
			stdout=file,
			stderr=subprocess.STDOUT,
		).returncode
	say(f"\n-- {name}\n{said.read_text(encoding='utf-8', errors='replace')}")
	return status


def say_slowest() -> None:
	"""Print the slowest tests of this run, in seconds."""
	cases = [case for file in RESULTS.glob("*.xml") for case in cases_of(file)]
	cases.sort(key=lambda case: float(case.get("time") or 0), reverse=True)
	say(f"\nThe {SLOWEST} slowest of {len(cases)} tests, in seconds:")
	for case in cases[:SLOWEST]:
		say(f"{float(case.get('time') or 0):7.1f}  {case.get('classname')}.{case.get('name')}")


def cases_of(result: Path) -> list[ElementTree.Element]:
	"""Return the tests of a JUnit file; none where it isn't there or is broken off."""
	try:
		return list(ElementTree.parse(result).iter("testcase"))
	except (OSError, ElementTree.ParseError):
		return []


def read(result: Path, status: int) -> Count:
	"""Return the count of a JUnit file; a runner that ended badly has failed at least once, whatever it wrote."""
	return count(cases_of(result), status)


def count_of(results: Path, part: str) -> Count:
	"""Return the count of a part's JUnit files in a folder; the site's tests leave one a process."""
	files = [*results.glob(f"{part}.xml"), *results.glob(f"{part}-*.xml")]
	return count([case for file in files for case in cases_of(file)], status=0)


def count(cases: list[ElementTree.Element], status: int) -> Count:
	"""Return the count of tests whose runner ended with a status."""
	if not cases:
		say(f"✗ the tests left no result (exit status {status})")
		return CRASHED
	failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
	skipped = sum(case.find("skipped") is not None for case in cases)
	total = Count(len(cases) - failed - skipped, failed, skipped)
	if status and not failed:
		say(f"✗ the tests ended with exit status {status} after {len(cases)} tests")
		total += CRASHED
	return total


PARTS = {
	"unit": unit,
	"site": site,
	"e2e": e2e,
	"bench": bench,
	"deep": deep,
	"crawl": crawl,
	"mutation": mutants,
}
BY_NAME_ONLY = {"deep", "crawl", "mutation"}
WITHOUT_BENCH = {"unit", "mutation"}
