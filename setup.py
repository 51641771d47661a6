"""Lets `bench get-app <this repository>` install the app into another bench; all but the name is the app's own."""

import re
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.config.pyprojecttoml import load_file

project = load_file("apps/agency_crm/pyproject.toml")["project"]
version = re.search(r'__version__ = "(.+)"', Path("agency_crm/__init__.py").read_text(encoding="utf-8"))[1]

# bench reads the name off this file, so it is written out
setup(
	name="agency_crm",
	version=version,
	description=project["description"],
	license=project["license"]["text"],
	python_requires=project["requires-python"],
	install_requires=project["dependencies"],
	extras_require=project["optional-dependencies"],
	packages=find_packages(include=["agency_crm", "agency_crm.*"]),
	include_package_data=True,
)
