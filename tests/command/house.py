"""The command in a folder of its own, so that no test meets the bench it stands in."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# where root runs the tests itself, the copy's command is run by root too
ALL_AS_ONE = {"AGENCY_USER": "root"} if os.getuid() == 0 else {}
# settings of the bench that tests, which the copy doesn't have
OWN_SETTINGS = {"FRAPPE_REPO", "FRAPPE_BRANCH", "ERPNEXT_REPO", "ERPNEXT_BRANCH"}
# by which pytest-cov measures what tests start, too: nothing of the domain
OWN_SETTINGS |= {"COV_CORE_SOURCE"}


class House:
	"""A copy of the command with nothing set up."""

	def __init__(self, root: Path):
		self.root = root
		shutil.copytree(ROOT / "command", root / "command", ignore=shutil.ignore_patterns("__pycache__"))
		shutil.copy2(ROOT / "agency", root)
		(root / "sites").mkdir()
		app = root / "apps/agency_crm"
		app.mkdir(parents=True)
		(app / "pyproject.toml").write_text("")

	def run(self, *command: str, **extra: str) -> subprocess.CompletedProcess:
		"""Run a program in the copy and return what it did."""
		inherited = {name: value for name, value in os.environ.items() if name not in OWN_SETTINGS}
		return subprocess.run(
			command,
			cwd=self.root,
			env=inherited | ALL_AS_ONE | extra,
			stdin=subprocess.DEVNULL,
			capture_output=True,
			text=True,
			timeout=120,
		)

	def python(self, code: str, **extra: str) -> str:
		"""Run lines of Python that import the command, and return what they printed; a Failure is printed too."""
		lines = "\n".join(f"\t{line}" for line in code.strip().splitlines())
		done = self.run(
			sys.executable,
			"-c",
			f"from command.shell import Failure\ntry:\n{lines}\nexcept Failure as failure:\n\tprint(failure)",
			**extra,
		)
		assert not done.returncode, done.stderr
		return done.stdout
