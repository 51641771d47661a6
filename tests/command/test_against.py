"""The suites on another Frappe: where it comes from, and the clone they run in."""

import subprocess
from pathlib import Path

import pytest

from command import against, proven
from command.shell import Failure


def git(folder: Path, *command: str) -> None:
	identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
	subprocess.run(["git", *identity, "-C", folder, *command], check=True, capture_output=True)


def clone(folder: Path, branch: str) -> Path:
	folder.mkdir()
	git(folder, "init", "-b", branch)
	git(folder, "commit", "--allow-empty", "-m", "x")
	return folder


def test_branch_is_taken_of_both_sources():
	assert against.sources("version-15-hotfix") == {
		"FRAPPE_BRANCH": "version-15-hotfix",
		"ERPNEXT_BRANCH": "version-15-hotfix",
	}


def test_folder_with_clones_names_them_and_their_branches(tmp_path):
	frappe = clone(tmp_path / "frappe", "newer")
	subprocess.run(
		["git", "clone", "--bare", frappe, tmp_path / "erpnext.git"], check=True, capture_output=True
	)
	assert against.sources(str(tmp_path)) == {
		"FRAPPE_REPO": frappe.as_uri(),
		"FRAPPE_BRANCH": "newer",
		"ERPNEXT_REPO": (tmp_path / "erpnext.git").as_uri(),
		"ERPNEXT_BRANCH": "newer",
	}


def test_folder_without_a_clone_says_which(tmp_path):
	clone(tmp_path / "frappe", "newer")
	with pytest.raises(Failure, match=r"holds no clone of erpnext"):
		against.sources(str(tmp_path))


def test_clone_follows_the_last_commit_and_keeps_its_ports(tmp_path, monkeypatch):
	house = clone(tmp_path / "house", "main")
	monkeypatch.setattr(against, "ROOT", house)
	bench = tmp_path / "bench"
	against.bring(bench)
	kept = (bench / ".agency/ports.json").read_text()
	(house / "new").write_text("x")
	git(house, "add", "new")
	git(house, "commit", "-m", "y")
	against.bring(bench)
	assert (bench / "new").exists()
	assert (bench / ".agency/ports.json").read_text() == kept


def test_versions_are_read_and_told(tmp_path, monkeypatch):
	for app, version in {"frappe": "15.55.1", "erpnext": "15.65.1"}.items():
		package = tmp_path / "apps" / app / app
		package.mkdir(parents=True)
		(package / "__init__.py").write_text(f'import os\n\n__version__ = "{version}"\n')
	assert proven.versions(tmp_path) == {"frappe": "15.55.1", "erpnext": "15.65.1"}
	monkeypatch.setattr(proven, "versions", lambda: {"frappe": "15.999.0", "erpnext": "15.998.0"})
	assert "Frappe 15.999.0 and ERPNext 15.998.0; the product was last proven on 15." in proven.told()
