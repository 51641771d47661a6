"""What `./agency lint` and pre-commit run is pinned, asks no git host, and has the ruff that the tests have."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOOKS = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
PROJECT = (ROOT / "apps/agency_crm/pyproject.toml").read_text(encoding="utf-8")


def test_every_hook_is_local():
	assert set(re.findall(r"repo: (.+)", HOOKS)) == {"local"}


def test_every_linter_is_pinned():
	asked = re.findall(r"additional_dependencies: \[(.+)\]", HOOKS)
	assert asked
	assert [name for name in asked if not re.fullmatch(r'"[\w-]+==[\d.]+"', name)] == []


def test_lint_and_tests_have_one_ruff():
	pins = set(re.findall(r'"(ruff[^"]*)"', HOOKS + PROJECT))
	assert len(pins) == 1, pins
