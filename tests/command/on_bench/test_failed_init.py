"""bench offers to delete the folder a failed `bench init` worked in: here that is the repository."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
BRING = "from command import bench; bench.write_config(); bench.bring_frappe()"


def git(folder: Path, *command: str) -> str:
	"""Run git as somebody and return what it printed."""
	who = ["-c", "user.name=Tester", "-c", "user.email=tester@agency.example"]
	return subprocess.run(
		["git", *who, *command], cwd=folder, check=True, capture_output=True, text=True
	).stdout


@pytest.fixture
def repository(house):
	shutil.copy2(ROOT / ".gitignore", house.root)
	shutil.copy2(ROOT / "Procfile", house.root)
	git(house.root, "init", "-q", "-b", "main")
	git(house.root, "add", ".")
	git(house.root, "commit", "-q", "-m", "All there is")
	(house.root / ".agency").mkdir()
	(house.root / ".agency/cli").symlink_to(ROOT / ".agency/cli")
	return house


@pytest.fixture
def unusable(tmp_path: Path) -> str:
	"""A source with the right branch and nothing in it that could be installed."""
	source = tmp_path / "frappe"
	source.mkdir()
	git(source, "init", "-q", "-b", "version-15")
	(source / "README").write_text("not Frappe\n")
	git(source, "add", ".")
	git(source, "commit", "-q", "-m", "Nothing")
	return str(source)


def tracked(root: Path) -> dict[str, bytes]:
	return {name: (root / name).read_bytes() for name in git(root, "ls-files").splitlines()}


def test_failed_init_leaves_the_tree_and_git_alone(repository, unusable):
	before, head = tracked(repository.root), git(repository.root, "rev-parse", "HEAD")
	for _time in ("first", "again, over what the first left"):
		said = repository.python(BRING, FRAPPE_REPO=unusable)
		assert "bench init" in said, said
		assert tracked(repository.root) == before
		assert git(repository.root, "rev-parse", "HEAD") == head
		assert git(repository.root, "status", "--porcelain") == ""
		git(repository.root, "fsck", "--strict")


def test_bare_repository_is_cloned(repository, unusable, tmp_path):
	bare = tmp_path / "bare.git"
	git(tmp_path, "clone", "-q", "--bare", unusable, str(bare))
	said = repository.python(BRING, FRAPPE_REPO=str(bare))
	assert "working_tree_dir" not in said
	assert (repository.root / "apps/frappe/README").exists(), said


def test_half_made_clone_is_in_nobodys_way(repository, unusable):
	left = repository.root / "apps/frappe/.git/left-over.lock"
	left.parent.mkdir(parents=True)
	left.touch()
	repository.python(BRING, FRAPPE_REPO=unusable)
	assert not left.exists()
	assert (repository.root / "apps/agency_crm/pyproject.toml").exists()
