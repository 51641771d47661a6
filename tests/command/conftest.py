"""The command in a folder of its own, so that no test meets the bench it stands in."""

import os
from pathlib import Path

import pytest
from house import House

# root has run them already, before it went on as the user the bench belongs to
collect_ignore = ["as_root"] if "AGENCY_TESTED_AS_ROOT" in os.environ else []


@pytest.fixture
def house(tmp_path: Path) -> House:
	root = tmp_path / "house"
	root.mkdir()
	return House(root)
