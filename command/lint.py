"""`./agency lint`: what pre-commit runs at a commit (.pre-commit-config.yaml), over everything."""

import shutil
import subprocess
from pathlib import Path

from command import system
from command.marks import files_digest, once, set_mark
from command.place import HOME, ROOT
from command.shell import environment, run
from command.venv import make_venv

PINNED = [ROOT / "lint/package.json", ROOT / "lint/package-lock.json"]
SCRIPTS = HOME / "lint-js"
NPM = system.Need("npm", lambda: bool(system.which("npm")), ("npm",))


def lint() -> int:
	"""Run every hook on every file; return 1 where one found or changed something."""
	python = make_venv("lint", "lint")
	install_scripts_linters()
	return run_hooks(python)


def install_scripts_linters() -> None:
	"""Bring what lints the Desk's scripts into .agency, as lint/package-lock.json pins it."""

	def install() -> None:
		system.install([NPM])
		if not system.has_node():
			system.install_node()
		shutil.rmtree(SCRIPTS, ignore_errors=True)
		SCRIPTS.mkdir(parents=True)
		for file in PINNED:
			shutil.copy(file, SCRIPTS)
		run("npm ci", ["npm", "ci", "--no-audit", "--no-fund"], cwd=SCRIPTS)

	if not (SCRIPTS / "node_modules").is_dir():
		set_mark("lint-js", None)
	once("lint-js", files_digest(PINNED), "Install the linters of the scripts into .agency/lint-js", install)


def run_hooks(python: Path) -> int:
	"""Run pre-commit on the screen, whoever the repository was cloned by."""
	trusted = {
		"GIT_CONFIG_COUNT": "1",
		"GIT_CONFIG_KEY_0": "safe.directory",
		"GIT_CONFIG_VALUE_0": str(ROOT),
	}
	command = [python, "-m", "pre_commit", "run", "--all-files", "--show-diff-on-failure"]
	done = subprocess.run([str(part) for part in command], cwd=ROOT, env=environment(**trusted))
	return int(done.returncode != 0)
