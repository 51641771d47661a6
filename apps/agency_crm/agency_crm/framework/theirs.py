"""What of Frappe and ERPNext we replace or call by a private name, and on which versions it was proven.

`theirs.json` holds an entry for each: `ours`, why, the upstream change that made it needless (`mended`), and
the digest of their source in each version on which our tests passed. The first version with a digest is the
first that needs ours. A source that differs from all digests wants a look; so does an entry whose function is
gone.

A name is `frappe.module.Class.method`, or `app/path/file.js:method` for a script.
"""

import hashlib
import inspect
import json
import re
from pathlib import Path
from pkgutil import resolve_name

import frappe

FILE = Path(__file__).with_name("theirs.json")
OPENED, CLOSED = "{", "}"


def read() -> dict:
	"""Return the table: `proven`, Frappe's version -> ERPNext's, and `entries`, their name -> what is known of it."""
	return json.loads(FILE.read_text(encoding="utf-8"))


def differing() -> dict[str, str]:
	"""Return name -> what to do, for each source that differs from all that ours was proven with."""
	found = {}
	for name, entry in read()["entries"].items():
		digest, ours = digest_of(name, entry["ours"]), entry["ours"]
		if digest not in entry["digests"].values():
			found[name] = f"changed: look whether {ours} still fits" if digest else f"gone: is {ours} needed?"
	return found


def record() -> None:
	"""Record this version as proven, after a look at all that differs and a green run."""
	table, version = read(), frappe.__version__
	table["proven"][version] = frappe.get_attr("erpnext.__version__")
	for name, entry in table["entries"].items():
		entry["digests"][version] = digest_of(name, entry["ours"])
	FILE.write_text(json.dumps(table, ensure_ascii=False, indent="\t") + "\n", encoding="utf-8")


def digest_of(name: str, ours: str) -> str:
	"""Return a short digest of the source behind a name, empty where this version has no such thing."""
	try:
		source = _script(*name.split(":")) if ":" in name else _source(resolve_name(name), ours)
	except (ImportError, AttributeError, LookupError, FileNotFoundError):
		return ""
	return hashlib.sha256(source.encode()).hexdigest()[:12]


def _source(theirs, ours: str) -> str:
	"""The source of a function; of a class the methods that ours overrides."""
	if not inspect.isclass(theirs):
		return inspect.getsource(inspect.unwrap(theirs))
	overridden = vars(frappe.get_attr(ours))
	methods = [
		getattr(theirs, name) for name in overridden if inspect.isfunction(getattr(theirs, name, None))
	]
	return "".join(inspect.getsource(inspect.unwrap(method)) for method in methods)


def _script(path: str, method: str) -> str:
	"""The text of a method or function in a script, up to the brace that closes it."""
	app, _slash, rest = path.partition("/")
	text = Path(frappe.get_app_path(app, rest)).read_text(encoding="utf-8")
	start = re.search(rf"^.*\b{re.escape(method)}\b\s*([=:]\s*function\s*)?\([^()]*\)\s*{{", text, re.M)
	if not start:
		raise LookupError(method)
	depth, end = 1, start.end()
	while depth:
		depth += {OPENED: 1, CLOSED: -1}.get(text[end], 0)
		end += 1
	return text[start.start() : end]
