"""What of Frappe this app stands in for, subclasses or calls by a private name stands in one table, and nothing else."""

import ast
import json
import re
import runpy
from pathlib import Path

from source import APP, sources, tree

TABLE = json.loads((APP / "framework/theirs.json").read_text(encoding="utf-8"))
ENTRIES = TABLE["entries"]
# private by their name alone: documented, or Python's own
PUBLIC = {"_", "_dict", "_asdict", "_replace", "_fields"}
# what every DocType is made of, and errors
PLAIN_BASES = ("frappe.model.document.Document", "Error")
# what a script of ours changes of Frappe's for the whole Desk
CHANGED = re.compile(
	r"^(?:const|let) \{ (\w+) \} = (?:frappe\.views\.\w+\.prototype|frappe);|^frappe\.([a-z_]+) = ", re.M
)


def last_names() -> set[str]:
	return {re.split(r"[.:]", name)[-1] for name in ENTRIES}


def imported(module: ast.Module) -> dict[str, str]:
	"""Return the names a module takes from Frappe or ERPNext -> what each is."""
	return {
		alias.asname or alias.name: f"{node.module}.{alias.name}"
		for node in ast.walk(module)
		if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("frappe", "erpnext")
		for alias in node.names
	}


def test_what_the_hooks_replace_stands_in_the_table():
	found = runpy.run_path(str(APP / "hooks.py"))
	for theirs, ours in (found["override_whitelisted_methods"] | found["wraps_of_frappe"]).items():
		moved = theirs.startswith("agency_crm.")
		assert moved or ENTRIES[theirs]["ours"] == ours, theirs
	classes = {entry["ours"] for entry in ENTRIES.values()}
	assert set(found["override_doctype_class"].values()) <= classes


def test_what_is_subclassed_stands_in_the_table():
	for path in sources():
		module = tree(path)
		names = imported(module)
		for node in ast.walk(module):
			if not isinstance(node, ast.ClassDef):
				continue
			bases = [names.get(ast.unparse(base), "") for base in node.bases]
			missing = [
				base for base in bases if base and not base.endswith(PLAIN_BASES) and base not in ENTRIES
			]
			assert not missing, f"{path}: {missing}"


def test_what_is_called_by_a_private_name_stands_in_the_table():
	known = last_names()
	for path in sources():
		for node in ast.walk(tree(path)):
			if (
				not isinstance(node, ast.Attribute)
				or not node.attr.startswith("_")
				or node.attr.startswith("__")
			):
				continue
			owner = ast.unparse(node.value)
			if owner in ("self", "cls") or node.attr in PUBLIC | known:
				continue
			assert is_named(owner, node.attr), f"{path}:{node.lineno}: {owner}.{node.attr}"


def is_named(owner: str, attribute: str) -> bool:
	"""Whether an entry's reason names a private variable."""
	return any(attribute in entry["why"] for entry in ENTRIES.values())


def test_private_imports_stand_in_the_table():
	for path in sources():
		private = [what for what in imported(tree(path)).values() if what.split(".")[-1].startswith("_")]
		missing = [what for what in private if not what.endswith("._") and what not in ENTRIES]
		assert not missing, f"{path}: {missing}"


def test_what_scripts_change_stands_in_the_table():
	known = last_names()
	for path in sorted((APP / "public/js").rglob("*.js")):
		for found in CHANGED.finditer(path.read_text(encoding="utf-8")):
			name = found[1] or found[2]
			assert name in known, f"{path}: {name}"


def test_each_entry_says_what_it_is_for_and_ours_is_there():
	for name, entry in ENTRIES.items():
		assert entry["why"], name
		assert is_there(entry["ours"]), entry["ours"]


def test_each_entry_was_looked_at_on_a_version_that_was_proven():
	assert TABLE["proven"]
	for name, entry in ENTRIES.items():
		assert entry["digests"], name
		assert entry["digests"].keys() <= TABLE["proven"].keys(), name


def is_there(ours: str) -> bool:
	"""Whether a name of ours is a script, a module or something a module defines."""
	if ours.endswith(".js"):
		return (APP.parent / ours).exists()
	path = Path(APP.parent, *ours.split("."))
	if path.with_suffix(".py").exists():
		return True
	module = path.parent.with_suffix(".py")
	return module.exists() and path.name in {getattr(node, "name", "") for node in tree(module).body}
