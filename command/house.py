"""Draw the rooms of services/ from their imports into docs/development.md: `python -m command.house`."""

import ast
from pathlib import Path

from command.place import APP, ROOT

SERVICES = APP / "agency_crm/services"
PREFIX = "agency_crm.services."
PAGE = ROOT / "docs/development.md"
BEGIN, END = "<!-- house: drawn -->\n", "<!-- house: end -->"
EVERYWHERE = {"office", "places", "privacy"}  # nearly every room's arrows to them hide the others


def draw() -> str:
	"""Return the picture as a Mermaid diagram: a box a room, an arrow an import."""
	arrows = sorted({(room, other) for room in rooms() for other in imports(room) - EVERYWHERE - {room}})
	lines = (f"    {room} --> {other}" for room, other in arrows if room not in EVERYWHERE)
	return "\n".join(["```mermaid", "flowchart TD", *lines, "```", ""])


def rooms() -> list[str]:
	"""Return the rooms of services/."""
	return sorted(path.name for path in SERVICES.iterdir() if (path / "__init__.py").exists())


def imports(room: str) -> set[str]:
	"""Return the rooms that the files of a room import."""
	return {other for file in (SERVICES / room).glob("*.py") for other in rooms_of(file)}


def rooms_of(file: Path) -> set[str]:
	"""Return the rooms that a file imports."""
	tree = ast.parse(file.read_text(encoding="utf-8"))
	named = (node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module)
	return {name.removeprefix(PREFIX).split(".")[0] for name in named if name.startswith(PREFIX)}


def drawn(page: str) -> str:
	"""Return a page with the picture between its marks."""
	before, _begin, rest = page.partition(BEGIN)
	return before + BEGIN + draw() + END + rest.partition(END)[2]


if __name__ == "__main__":
	PAGE.write_text(drawn(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
