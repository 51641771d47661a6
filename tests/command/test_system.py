"""Which Python makes the bench, what the machine must have, and how its database is set."""

import sys

import pytest

ALL, OLDER, NEWER = ">=3.10,<3.14", ">=3.10,<3.13", ">=3.14,<3.15"


@pytest.mark.parametrize(
	("python", "required", "is_taken"),
	[
		("3.13", ALL, True),
		("3.13", OLDER, False),
		("3.12", OLDER, True),
		("3.13", NEWER, False),
		("3.13", ">=3.10", True),
		("3.9", ">= 3.10, < 3.14", False),
		("3.13", "", True),
	],
)
def test_python_is_one_that_frappe_takes(house, python: str, required: str, is_taken: bool):
	said = house.python(f"from command import system; print(system.is_taken({python!r}, {required!r}))")
	assert said.strip() == str(is_taken)


def pythons(house, this: str, there: dict[str, str], required: str) -> str:
	"""Return what the bench is made with where `this` runs the command and the machine has those."""
	return house.python(f"""
import sys
from command import system
sys.version_info = type("Version", (), dict(zip(("major", "minor"), {tuple(map(int, this.split(".")))})))
system.which = {there}.get
print(system.bench_python({required!r}))
""").strip()


def test_debian_13_makes_the_bench_with_its_own_python(house):
	assert pythons(house, "3.13", {}, ALL) == sys.executable


def test_frappe_that_does_not_know_3_13_gets_an_older_one(house):
	assert pythons(house, "3.13", {"python3.11": "/usr/bin/python3.11"}, OLDER) == "/usr/bin/python3.11"
	assert pythons(house, "3.13", {}, OLDER) == "3.12"


def test_python_that_frappe_asks_for_is_read_of_its_branch(house):
	source = house.root / "source"
	git = ["git", "-C", source, "-c", "user.name=A", "-c", "user.email=a@example.com"]
	source.mkdir()
	(source / "pyproject.toml").write_text(f'[project]\nname = "frappe"\nrequires-python = "{OLDER}"\n')
	for command in (["init", "-q", "-b", "ours"], ["add", "."], ["commit", "-q", "-m", "A"]):
		house.run(*map(str, [*git, *command]))
	said = house.python(
		f"from command import bench; print(bench.python_of(bench.read_project({source.as_uri()!r}, 'ours')))"
	)
	assert said.strip() == OLDER
	assert house.python("from command import bench; print(bench.python_of('[project]'))").strip() == ""


def test_what_a_restore_runs_is_installed(house):
	packages = house.python("from command import system; print(*(need.packages for need in system.NEEDS))")
	assert "'file'" in packages


def test_machine_without_wkhtmltopdf_will_do(house):
	names = house.python("from command import system; print(*(need.name for need in system.NEEDS))")
	assert "wkhtmltopdf" not in names


def test_who_waited_for_a_row_reads_what_it_says_now(house):
	house.python("from command import services; services.write_settings()")
	assert "\nloose_innodb_snapshot_isolation = OFF\n" in (house.root / ".agency/my.cnf").read_text()
