"""Which of the server's functions the browsers call: one of the two sources of the gate's table.

A run writes them to `.agency/e2e/calls.json`; the app's `tests/requests/recorded_calls.json` is what the table is
compared with (`test_gate_table.py` beside it).
"""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Error, Request

CALLED = Path(__file__).parents[2] / ".agency" / "e2e" / "calls.json"
# arguments that name a second function, which the first one calls
NAMING = ("query", "method", "tree_method", "cmd")
ADDRESS = re.compile(r"/api/(?:v\d/)?method/([\w.]+)")
calls: set[str] = set()


def record(request: Request) -> None:
	"""Keep the names of the functions that a request calls."""
	address = urlsplit(request.url)
	if not (found := ADDRESS.match(address.path)):
		return
	try:
		sent = request.post_data or ""
	except Error:  # a file that is no text
		sent = ""
	arguments = {**parse_qs(address.query), **parse_qs(sent)}
	given = {name: arguments[name][0] for name in NAMING if name in arguments}
	if found[1] == "run_doc_method":
		calls.add(f"{_doctype(arguments)}.{given.get('method')}")
	else:
		calls.update((found[1], *(name for name in given.values() if "." in name)))


def keep() -> None:
	"""Write down the calls of this run, and those of the run before that it didn't make."""
	CALLED.parent.mkdir(parents=True, exist_ok=True)
	before = json.loads(CALLED.read_text(encoding="utf-8")) if CALLED.exists() else []
	CALLED.write_text(json.dumps(sorted(calls.union(before)), indent="\t") + "\n", encoding="utf-8")


def _doctype(arguments: dict) -> str:
	if "dt" in arguments:
		return arguments["dt"][0]
	return json.loads(arguments["docs"][0])["doctype"]
