"""Small environments beside the bench's, for what needs no Frappe."""

import os
import shutil
import sys
from pathlib import Path
from threading import Lock

from command import system
from command.marks import files_digest, once, set_mark
from command.place import APP, HOME
from command.shell import run

MAKING = Lock()  # parts of a test run use one side by side


def make_venv(name: str, extras: str) -> Path:
	"""Make the virtual environment `.agency/NAME` with our app and some of its extras; return its Python.

	It is made anew where the requirements have changed, or its Python can't be run any more.
	"""
	folder = HOME / name

	def make() -> None:
		system.install([system.VENV_NEED])
		shutil.rmtree(folder, ignore_errors=True)
		run("The virtual environment", [sys.executable, "-m", "venv", folder])
		run("pip install", [folder / "bin/pip", "install", "-e", f"{APP}[{extras}]"])

	with MAKING:
		if not os.access(folder / "bin/python", os.X_OK):
			set_mark(f"venv:{name}", None)
		digest = files_digest([APP / "pyproject.toml"])
		once(f"venv:{name}", digest, f"Make the environment .agency/{name}", make)
	return folder / "bin/python"
