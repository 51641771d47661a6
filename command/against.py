"""`./agency test --frappe`: the suites on another Frappe and ERPNext, in a bench of its own."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

from command.bench import trust_repositories
from command.place import PORTS, ROOT, SOURCES, free_port, write_private
from command.proven import versions
from command.shell import Failure, environment, run, say
from command.testing import count_of

# below the home: `bench` takes any folder above for its own bench, and looks no higher than the home
BENCHES = Path.home() / ".cache/agency-crm"
SUITES = ("unit", "site", "e2e", "bench")
APART = 500  # how far its ports lie from this bench's


def test(wanted: str, part: str | None) -> int:
	"""Run one suite or all on a branch of the sources, or on the clones `frappe` and `erpnext` in a folder.

	Print a line for each with its count, and how long all took; return 1 where a test failed.

	Raises:
		Failure: the folder has no such clones, or the repository can't be cloned.
	"""
	settings = sources(wanted)
	bench = BENCHES / re.sub(r"[^\w.]+", "-", wanted).strip("-.")
	bring(bench)
	begun = time.monotonic()
	status = run_suites(bench, part, settings)
	here, minutes = versions(bench), (time.monotonic() - begun) / 60
	say("\n| Frappe | ERPNext | suite | tests |\n|---|---|---|---|")
	for suite in [part] if part else SUITES:
		count = count_of(bench / ".agency/results", suite)
		say(f"| {here['frappe']} | {here['erpnext']} | {suite} | {count} |")
	say(f"\nAll in {minutes:.0f} minutes")
	return status


def sources(wanted: str) -> dict[str, str]:
	"""Return the settings that say where Frappe and ERPNext come from. Raises Failure."""
	folder = Path(wanted).expanduser()
	if not folder.is_dir():
		return {branch: wanted for _repository, _official, branch in SOURCES.values()}
	settings = {}
	for app, (repository, _official, branch) in SOURCES.items():
		clone = next((path for path in (folder / app, folder / f"{app}.git") if path.is_dir()), None)
		if not clone:
			raise Failure(f"{folder} holds no clone of {app}: neither {app} nor {app}.git")
		told = run("git rev-parse", ["git", "-C", clone.resolve(), "rev-parse", "--abbrev-ref", "HEAD"])
		settings |= {repository: clone.resolve().as_uri(), branch: told.strip()}
	return settings


def bring(bench: Path) -> None:
	"""Clone this repository's last commit, or bring the clone to it; its ports are its own and stay."""
	trust_repositories()
	if not (bench / ".git").is_dir():
		run("git clone", ["git", "clone", "--quiet", "--no-hardlinks", ROOT, bench])
	run("git fetch", ["git", "-C", bench, "fetch", "--quiet", "origin", "HEAD"])
	run("git reset", ["git", "-C", bench, "reset", "--quiet", "--hard", "FETCH_HEAD"])
	ports = bench / ".agency/ports.json"
	if not ports.exists():
		write_private(ports, json.dumps({name: free_port(port + APART) for name, port in PORTS.items()}))


def run_suites(bench: Path, part: str | None, settings: dict[str, str]) -> int:
	"""Run one suite or all of the bench, which makes itself first; return 0 where all of it passed, else 1."""
	command = [sys.executable, bench / "agency", "test", *([part] if part else [])]
	done = subprocess.run(command, cwd=bench, env=environment(CI="1", **settings), stdin=subprocess.DEVNULL)
	return int(done.returncode > 0)
