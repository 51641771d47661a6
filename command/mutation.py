"""`./agency test mutation`: do the unit tests notice a small fault in the rules of money, addresses and numbers?

mutmut makes the faults ("mutants") in a copy below `.agency` and runs for each the tests that call the function it is
in. One that no test notices has survived: a better test kills it, or it stands in `EQUIVALENT` with the reason why
nothing can tell it from the original.
"""

import ast
import json
import shutil
from collections.abc import Iterator
from difflib import ndiff
from pathlib import Path
from typing import NamedTuple

from command.place import APP, HOME, ROOT
from command.shell import run, say, step

COPY = HOME / "mutants"
TESTS = "tests/unit"
EQUIVALENT = f"{TESTS}/equivalent_mutants.json"
DOMAIN = "agency_crm/domain"
# modules of the domain; the tests of rooms/a are tests/unit/rooms/test_a.py
MODULES = (
	"money",
	"commission/dues",
	"commission/payout",
	"commission/receipts",
	"commission/splits",
	"pools/clocks",
	"duplicates/likeness",
	"inputs/address",
	"inputs/phones",
)
LEAST_KILLED = 90
AT_ONCE = 2
# pytest: a test failed, or pytest itself; mutmut: the tests came to no end
NOTICED = {1, 3, 24, -24, 36, 152, 255}

SETTINGS = """[mutmut]
source_paths = agency_crm
only_mutate =
	{modules}
pytest_add_cli_args_test_selection =
	{tests}
pytest_add_cli_args =
	-p
	no:cacheprovider
	--hypothesis-profile=mutation
timeout_constant = 4
track_dependencies = false
use_git_change_detection = false
"""


class Mutant(NamedTuple):
	"""A fault: the function it is in, the lines it changes and what they become."""

	function: str
	line: str
	becomes: str


def mutate(mutmut: Path) -> tuple[int, int, int]:
	"""Try every mutant, say what is wrong, and return how many were killed, are wrong and are equivalent.

	Wrong are survivors nobody explains, explanations of what didn't survive, and too few killed.
	"""
	make_copy()
	with step("Mutate, and run the tests of each mutant"):
		run("mutmut", [mutmut, "run", "--max-children", str(AT_ONCE)], cwd=COPY)
	killed = total = 0
	survived: set[Mutant] = set()
	for module in MODULES:
		results = results_of(module)
		alive = {name for name, code in results.items() if code not in NOTICED}
		say(f"{module}: {len(results) - len(alive)} of {len(results)} killed, {len(alive)} survived")
		killed, total = killed + len(results) - len(alive), total + len(results)
		survived |= mutants_of(module, alive)
	explained = set(equivalent())
	wrong = [
		*(f"a mutant survives: {said(mutant)}" for mutant in sorted(survived - explained)),
		*(
			f"{EQUIVALENT} has what doesn't survive: {said(mutant)}"
			for mutant in sorted(explained - survived)
		),
	]
	if killed * 100 < LEAST_KILLED * total:
		wrong.append(f"{killed} of {total} are killed, less than {LEAST_KILLED} %")
	for text in wrong:
		say(f"✗ {text}")
	return killed, len(wrong), len(survived & explained)


def make_copy() -> None:
	"""Copy the domain, its tests and mutmut's settings to where mutants may be made."""
	shutil.rmtree(COPY, ignore_errors=True)
	shutil.copytree(APP / DOMAIN, COPY / DOMAIN, ignore=shutil.ignore_patterns("__pycache__"))
	shutil.copy2(APP / "agency_crm/__init__.py", COPY / "agency_crm")
	tests = [test_of(module) for module in MODULES]
	for file in (f"{TESTS}/conftest.py", *tests):
		(COPY / file).parent.mkdir(parents=True, exist_ok=True)
		shutil.copy2(ROOT / file, COPY / file)
	modules = [f"{DOMAIN}/{module}.py" for module in MODULES]
	settings = SETTINGS.format(modules="\n\t".join(modules), tests="\n\t".join(tests))
	(COPY / "setup.cfg").write_text(settings, encoding="utf-8")


def test_of(module: str) -> str:
	"""Return the file with a module's tests."""
	room, _slash, name = f"/{module}".rpartition("/")
	return f"{TESTS}{room}/test_{name}.py"


def results_of(module: str) -> dict[str, int | None]:
	"""Return a module's mutants by name, with what the tests ended with."""
	meta = COPY / "mutants" / DOMAIN / f"{module}.py.meta"
	return json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]


def mutants_of(module: str, names: set[str]) -> set[Mutant]:
	"""Return what the mutants of these names change."""
	source = (COPY / "mutants" / DOMAIN / f"{module}.py").read_text(encoding="utf-8")
	lines = source.splitlines()
	bodies = {
		node.name: [
			line.strip().replace(node.name, plain(node.name))
			for line in lines[node.lineno - 1 : node.end_lineno]
		]
		for node in ast.parse(source).body
		if isinstance(node, ast.FunctionDef)
	}
	found = set()
	for name in names:
		mutant = name.rpartition(".")[2]
		original = mutant.rpartition("__mutmut_")[0]
		changes = [*ndiff(bodies[f"{original}__mutmut_orig"], bodies[mutant])]
		line, becomes = (
			" ".join(change[2:] for change in changes if change.startswith(sign)) for sign in ("- ", "+ ")
		)
		found.add(Mutant(f"{module}.{plain(mutant)}", line, becomes))
	return found


def plain(name: str) -> str:
	"""Return the name of a function of which mutmut has made this one: x_fen__mutmut_3 is of fen."""
	return name.rpartition("__mutmut_")[0].removeprefix("x_")


def equivalent() -> Iterator[Mutant]:
	"""Yield the mutants of which is written down why nothing can tell them from the original."""
	for entry in json.loads((ROOT / EQUIVALENT).read_text(encoding="utf-8")):
		for becomes in entry["becomes"]:
			yield Mutant(entry["function"], entry["line"], becomes)


def said(mutant: Mutant) -> str:
	"""Return a mutant as it is shown."""
	return f"{mutant.function}\n    - {mutant.line}\n    + {mutant.becomes}"
