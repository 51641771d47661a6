"""`./agency test`: run each part with what it needs, count all of them, print the count last."""

import json
import os
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from command import keeper, services, sites, system
from command.place import E2E_SITE, HOME, PYTHON, ROOT, SITES, TEST_SITE, free_port, passwords, write_private
from command.shell import Failure, environment, run, say, step
from command.start import alone, prepare
from command.venv import make_venv

RESULTS = HOME / "results"
E2E_GROUP = "e2e"
ON_BENCH = "tests/command/on_bench"


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
	"""Run one part, or all; print the count last and return 1 where a test failed or, under CI, wasn't run."""
	before, was_up = changed_files(), keeper.is_kept("data")
	RESULTS.mkdir(parents=True, exist_ok=True)
	total = Count()
	hindrance = None
	for name, work in PARTS.items():
		if part not in (None, name):
			continue
		say(f"\n== {name}")
		if name != "unit" and hindrance is None:
			hindrance = why_not_ready()
		if name != "unit" and hindrance:
			say(f"not run: {hindrance}")
			total += CRASHED if os.environ.get("CI") else Count(skipped=1)
		else:
			total += counted(work)
	if changed_files() != before:
		say(f"✗ the tests have changed the repository:\n{changed_files()}")
		total += CRASHED
	if not was_up:
		services.stop("data")
	say(f"\n{total}")
	return int(total.failed > 0)


def counted(work: Callable[[], Count]) -> Count:
	"""Return a part's count; a part that breaks off counts as failed."""
	try:
		return work()
	except Failure as failure:
		say(f"✗ {failure}")
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
	python = make_venv("unit", "domain,test")
	return pytest(python, "unit", "tests/unit", "tests/command", f"--ignore={ON_BENCH}")


def site() -> Count:
	"""The app's tests on a site of their own, and beside them what takes a bench: restoring, another bench, a failed init."""
	with alone():
		sites.make(TEST_SITE, allow_tests=True, pause_scheduler=1)
		sites.migrate(TEST_SITE)
	python, said = make_venv("unit", "domain,test"), RESULTS / "bench.log"
	# on two cores they take little more together than the longer one alone
	with ThreadPoolExecutor(1) as aside:
		bench = aside.submit(pytest, python, "bench", ON_BENCH, said=said)
		result = RESULTS / "site.xml"
		result.unlink(missing_ok=True)
		helper = [PYTHON, "-m", "frappe.utils.bench_helper", "frappe", "--site", TEST_SITE, "run-tests"]
		# Frappe's runner tells failures by its exit status only where CI is set
		status = show([*helper, "--app", "agency_crm", "--junit-xml-output", result], SITES, CI="1")
	say(said.read_text(encoding="utf-8"))
	return read(result, status) + bench.result()


def e2e() -> Count:
	"""A browser on a site with the demo, reused, with web, socket.io and worker of its own."""
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
	)
	try:
		return pytest(
			PYTHON,
			"e2e",
			"tests/e2e",
			AGENCY_URL=address,
			AGENCY_LOGINS=str(logins),
			AGENCY_SITE=E2E_SITE,
			AGENCY_SITES=str(SITES),
			CHROMIUM=system.browser() or "",
		)
	finally:
		with step("Stop the browser test's site"):
			services.stop(E2E_GROUP)


def pytest(python: Path, name: str, *folders: str, said: Path | None = None, **extra: str) -> Count:
	"""Run pytest on folders and return its count; what it says goes on the screen, or into the file `said`."""
	result = RESULTS / f"{name}.xml"
	result.unlink(missing_ok=True)
	options = ["-q", "-p", "no:cacheprovider", "--junit-xml", result]
	return read(result, show([python, "-m", "pytest", *options, *folders], ROOT, said, **extra))


def show(command: list, cwd: Path, said: Path | None = None, **extra: str) -> int:
	"""Run a program on the screen, or into the file `said`, nobody at its input, and return its exit status."""
	arguments = [str(part) for part in command]
	options = {"cwd": cwd, "env": environment(**extra), "stdin": subprocess.DEVNULL}
	if not said:
		return subprocess.run(arguments, **options).returncode
	with said.open("w", encoding="utf-8") as file:
		return subprocess.run(arguments, stdout=file, stderr=subprocess.STDOUT, **options).returncode


def read(result: Path, status: int) -> Count:
	"""Return the count of a JUnit file; a runner that ended badly has failed at least once, whatever it wrote."""
	try:
		cases = list(ElementTree.parse(result).iter("testcase"))
	except (OSError, ElementTree.ParseError):
		say(f"✗ the tests left no result (exit status {status})")
		return CRASHED
	failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
	skipped = sum(case.find("skipped") is not None for case in cases)
	count = Count(len(cases) - failed - skipped, failed, skipped)
	if (status or not cases) and not failed:
		say(f"✗ the tests ended with exit status {status} after {len(cases)} tests")
		count += CRASHED
	return count


PARTS = {"unit": unit, "site": site, "e2e": e2e}
