"""A test run's count is what its result says, and a runner that ended badly never passes."""

from pathlib import Path

import pytest

RESULT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"/>
<testcase name="c"><failure message="no"/></testcase>
<testcase name="d"><error message="no"/></testcase>
<testcase name="e"><skipped message="later"/></testcase>
</testsuite></testsuites>"""
GOOD = '<testsuite><testcase name="a"/><testcase name="b"><skipped/></testcase></testsuite>'


@pytest.mark.parametrize(
	("text", "status", "said"),
	[
		(RESULT, 1, "2 passed, 2 failed, 1 skipped"),
		(GOOD, 0, "1 passed, 0 failed, 1 skipped"),
		(GOOD, 139, "1 passed, 1 failed, 1 skipped"),
		(GOOD[:40], 0, "0 passed, 1 failed, 0 skipped"),
		("<testsuite/>", 0, "0 passed, 1 failed, 0 skipped"),
		(None, 0, "0 passed, 1 failed, 0 skipped"),
	],
	ids=["failures", "good", "crashed after the tests", "half a file", "no tests", "no file"],
)
def test_count(house, text: str | None, status: int, said: str):
	file = house.root / "result.xml"
	if text:
		file.write_text(text)
	printed = house.python(
		f"from pathlib import Path\nfrom command.testing import read\nprint(read(Path('result.xml'), {status}))"
	)
	assert printed.splitlines()[-1] == said


RUN = """
from command import testing
from command.testing import Count
testing.why_not_ready = lambda: "no Frappe here"
testing.PARTS = {"unit": lambda: Count(3, 0, 1), "site": None, "e2e": None}
print("status", testing.test())
"""


def test_what_could_not_run_is_said(house):
	printed = house.python(RUN, CI="")
	assert printed.count("not run: no Frappe here") == 2
	assert printed.splitlines()[-2:] == ["3 passed, 0 failed, 3 skipped", "status 0"]


def test_what_could_not_run_fails_under_ci(house):
	assert house.python(RUN, CI="true").splitlines()[-2:] == ["3 passed, 2 failed, 1 skipped", "status 1"]


def test_part_that_breaks_off_fails(house):
	printed = house.python(
		"""
from command import testing
def broken(): raise Failure("the disk is full")
testing.PARTS = {"unit": broken}
print("status", testing.test("unit"))
"""
	)
	assert "✗ unit: the disk is full" in printed
	assert printed.splitlines()[-2:] == ["0 passed, 1 failed, 0 skipped", "status 1"]


def test_slowest_tests_are_named(house):
	(house.root / ".agency/results").mkdir(parents=True)
	cases = (
		'<testcase classname="a" name="quick" time="0.1"/><testcase classname="a" name="slow" time="61.5"/>'
	)
	printed = house.python(
		f"""
from pathlib import Path
from command import testing
def work():
	Path(".agency/results/one.xml").write_text('<testsuite>{cases}</testsuite>')
	return testing.Count(2)
testing.PARTS = {{"unit": work}}
testing.test()
"""
	)
	assert printed.index("   61.5  a.slow") < printed.index("    0.1  a.quick")


def test_parts_run_side_by_side_and_are_counted_together(house):
	"""Each waits for all the others to have begun: one after another they would never end."""
	printed = house.python(
		"""
from threading import Barrier
from command import testing
from command.testing import Count
testing.why_not_ready = lambda: ""
met = Barrier(4)
def meet():
	met.wait(60)
	return Count(1)
testing.PARTS = {"unit": meet, "site": meet, "e2e": meet, "bench": meet, "deep": None}
print("status", testing.test())
"""
	)
	assert printed.splitlines()[-2:] == ["4 passed, 0 failed, 0 skipped", "status 0"]


def test_changed_repository_fails(house):
	house.run("git", "init", "-q")
	printed = house.python(
		"""
from pathlib import Path
from command import testing
def careless():
	Path("left-behind").touch()
	return testing.Count(1)
testing.PARTS = {"unit": careless}
print("status", testing.test("unit"))
"""
	)
	assert "left-behind" in printed
	assert printed.splitlines()[-1] == "status 1"


def test_ci_runs_the_tests():
	script = (Path(__file__).resolve().parents[2] / ".ci/run").read_text()
	assert script.splitlines()[-1] == "exec ./agency test"
