"""An update pulls the repository between its phases, and takes the pull back where the new code fails."""

import subprocess
from pathlib import Path

import pytest

# what the phases do takes Frappe; here each only says that it ran
UPDATE = """
from command import update
def run_as(_user, command):
	print(command[-1])
	return int(command[-1] == "{failing}")
update.account.run_as = run_as
update.update()
"""


def git(folder: Path, *command: str) -> str:
	"""Run git as somebody and return what it printed."""
	who = ["-c", "user.name=Tester", "-c", "user.email=tester@agency.example"]
	return subprocess.run(
		["git", *who, *command], cwd=folder, check=True, capture_output=True, text=True
	).stdout


@pytest.fixture
def newer(house, tmp_path):
	"""A clone whose origin is a commit ahead; return the two commits."""
	(house.root / ".gitignore").write_text(".agency/\n__pycache__/\n")
	git(house.root, "init", "-q", "-b", "main")
	git(house.root, "add", ".")
	git(house.root, "commit", "-q", "-m", "What is here")
	git(tmp_path, "clone", "-q", "house", "origin")
	(tmp_path / "origin/new").touch()
	git(tmp_path / "origin", "add", ".")
	git(tmp_path / "origin", "commit", "-q", "-m", "What is new")
	git(house.root, "remote", "add", "origin", str(tmp_path / "origin"))
	git(house.root, "fetch", "-q", "origin")
	git(house.root, "branch", "-q", "--set-upstream-to", "origin/main")
	return [git(folder, "rev-parse", "HEAD") for folder in (house.root, tmp_path / "origin")]


@pytest.mark.parametrize(
	("failing", "phases", "at", "said"),
	[
		("", "check begin forward", 1, "Up to date"),
		("begin", "check begin", 0, ""),
		("forward", "check begin forward back", 0, "The update failed; everything is back where it was"),
	],
	ids=["goes well", "can't begin", "can't be brought up"],
)
def test_update(house, newer, failing: str, phases: str, at: int, said: str):
	printed = house.python(UPDATE.format(failing=failing))
	ran = [line for line in printed.splitlines() if line in ("check", "begin", "forward", "back")]
	assert ran == phases.split()
	assert git(house.root, "rev-parse", "HEAD") == newer[at]
	assert said in printed
	assert (house.root / "new").exists() == bool(at)
	if at:  # as readable as the rest of the clone
		assert (house.root / "new").stat().st_mode & 0o044 == 0o044
