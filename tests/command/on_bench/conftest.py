"""The bench the tests stand in, its database and Redis up."""

import pytest
from bench_site import ROOT, Site

from command import sites


@pytest.fixture
def make_site():
	"""Make sites of this bench as copies of a fresh one; they are dropped afterwards."""
	made = []

	def make(name: str) -> Site:
		sites.drop(name)
		made.append(name)
		sites.make(name, pause_scheduler=1)
		sites.migrate(name)
		return Site(ROOT, name)

	yield make
	for name in made:
		sites.drop(name)
