"""`./agency bench`: its suites are there before a site is connected."""

import subprocess

from command.place import PYTHON, ROOT, SITES


def test_suites_are_listed_without_a_site():
	done = subprocess.run(
		[PYTHON, ROOT / "tests/perf/run.py", "--help"], cwd=SITES, capture_output=True, text=True, timeout=120
	)
	assert done.returncode == 0, done.stderr[-2000:]
	for suite in ("core", "duplicates", "files", "ledger", "listings", "matching"):
		assert suite in done.stdout
