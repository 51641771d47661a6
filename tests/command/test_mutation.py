"""What of the faults put into the domain counts as noticed, as explained and as wrong."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MUTATED = """
def x_half__mutmut_orig(whole):
	return whole / 2

def x_half__mutmut_1(whole):
	return whole * 2

def x_half__mutmut_2(whole):
	return whole / 3
"""
RUN = """
from pathlib import Path
from command import mutation
mutation.make_copy = mutation.run = lambda *given, **named: None
mutation.MODULES, mutation.LEAST_KILLED = ("money",), 50
print(mutation.mutate(Path("mutmut")))
"""


@pytest.mark.parametrize(
	("ended", "explained", "count", "said"),
	[
		((1, 0), ["return whole / 3"], "(1, 0, 1)", ""),
		((-24, 0), ["return whole / 3"], "(1, 0, 1)", ""),
		(
			(1, 0),
			[],
			"(1, 1, 0)",
			"a mutant survives: money.half\n    - return whole / 2\n    + return whole / 3",
		),
		((1, 33), [], "(1, 1, 0)", "a mutant survives: money.half"),
		((1, 1), ["return whole / 3"], "(2, 1, 0)", "has what doesn't survive: money.half"),
		((1, 0), ["return whole / 3", "return 1"], "(1, 1, 1)", "+ return 1"),
		((0, 0), ["return whole * 2", "return whole / 3"], "(0, 1, 2)", "0 of 2 are killed, less than 50 %"),
	],
	ids=["explained", "no end", "unexplained", "untested", "killed after all", "unknown", "too few"],
)
def test_survivors_are_explained_and_nothing_else_is(house, ended, explained, count, said):
	copy = house.root / ".agency/mutants/mutants/agency_crm/domain"
	copy.mkdir(parents=True)
	(copy / "money.py").write_text(MUTATED)
	names = [f"agency_crm.domain.money.x_half__mutmut_{number}" for number in (1, 2)]
	results = {"exit_code_by_key": dict(zip(names, ended, strict=True))}
	(copy / "money.py.meta").write_text(json.dumps(results))
	entry = {"function": "money.half", "line": "return whole / 2", "becomes": explained, "why": "a test"}
	(house.root / "tests/unit").mkdir(parents=True)
	(house.root / "tests/unit/equivalent_mutants.json").write_text(json.dumps([entry]))
	printed = house.python(RUN)
	assert printed.splitlines()[-1] == count
	assert said in printed
	assert ("✗" in printed) == bool(said)


def test_each_explanation_is_of_a_line_that_is_there():
	entries = json.loads((ROOT / "tests/unit/equivalent_mutants.json").read_text("utf-8"))
	for entry in entries:
		module = entry["function"].rpartition(".")[0]
		source = (ROOT / f"apps/agency_crm/agency_crm/domain/{module}.py").read_text("utf-8")
		assert entry["line"] in " ".join(source.split()), entry
		assert entry["why"] and entry["becomes"], entry
