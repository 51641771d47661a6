"""A bench's sites as an administrator at the terminal has them."""

import json
import subprocess
from pathlib import Path

from command.shell import environment

ROOT = Path(__file__).resolve().parents[3]


class Site:
	"""A site of a bench, reached as an administrator at the terminal reaches it."""

	def __init__(self, bench: Path, name: str):
		self.bench, self.name = bench, name

	@property
	def config_file(self) -> Path:
		return self.bench / "sites" / self.name / "site_config.json"

	@property
	def config(self) -> dict:
		return json.loads(self.config_file.read_text())

	def command(self, *arguments: str | Path) -> str:
		"""Run one of bench's own commands on the site."""
		return run(self.bench, ROOT / ".agency/cli/bin/bench", "--site", self.name, *arguments)

	def python(self, code: str) -> str:
		"""Run code in the site, commit, and return what it printed."""
		begin = f"import frappe\nfrappe.init('{self.name}')\nfrappe.connect()\n"
		end = "\nfrappe.db.commit()\nfrappe.destroy()\n"
		return run(self.bench / "sites", self.bench / "env/bin/python", "-c", begin + code + end)


def run(folder: Path, *command: str | Path) -> str:
	"""Run a program, nobody at its input, and return what it printed; fail with all it said."""
	done = subprocess.run(
		[str(part) for part in command],
		cwd=folder,
		env=environment(),
		stdin=subprocess.DEVNULL,
		stdout=subprocess.PIPE,
		stderr=subprocess.STDOUT,
		text=True,
	)
	assert not done.returncode, f"{command}:\n{done.stdout[-5000:]}"
	return done.stdout
