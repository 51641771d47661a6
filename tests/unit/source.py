"""The app's source as the tests of its layout read it."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "apps/agency_crm/agency_crm"


def sources(folder: Path = APP) -> list[Path]:
	return [path for path in sorted(folder.rglob("*.py")) if not is_test(path)]


def is_test(path: Path) -> bool:
	return path.name.startswith("test_") or path.relative_to(APP).parts[0] == "tests"


def tree(path: Path) -> ast.Module:
	return ast.parse(path.read_text(encoding="utf-8"))
