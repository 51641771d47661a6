"""The layout's rules, read off the source: which room imports which, and what every endpoint does."""

import ast
import json
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from source import APP, ROOT, sources, tree

from command import house

MODULE = APP / "agency_crm"
# room -> the rooms it may import beside itself
ROOMS = {
	"domain": set(),
	"framework": {"domain"},
	"integrations": {"domain", "framework"},
	"permissions": {"domain", "framework"},
	"accounting": {"domain", "framework", "permissions"},
	"services": {"domain", "accounting", "framework", "integrations", "permissions"},
	"api": {"domain", "framework", "services", "permissions"},
	"agency_crm": {"domain", "framework", "services", "permissions"},
}
# the rooms of services: one imports only those before it; what must happen above it, it announces (framework/events.py)
SERVICES = (
	"office places privacy rating clients listings pools follow_ups matching intake viewings duplicates commission deals "
	"notifications importing desk"
).split()
FILES_A_ROOM = 16
ERPNEXT_ROOMS = {"accounting", "setup", "patches", "tests"}
CHECKS = {"has_permission", "check_permission", "only_for", "get_list"}
CONTROLLER_LINES = 120
# docs/rules/deals.md, "Fees" and "Signing"; docs/rules/deals.md#fees
NAMED = re.compile(r'(?<![\w./:-])([\w./-]*\w\.md)\b(?:#([\w-]+))?\)?((?:,?(?: and)? "[^"]+")*)')
HEADING = re.compile(r"^#+ (.+?)\s*$", re.M)


def imported(path: Path) -> set[str]:
	"""Every module a file imports, at its top or inside a function; `from a import b` counts as a.b too."""
	names = set()
	for node in ast.walk(tree(path)):
		if isinstance(node, ast.Import):
			names |= {alias.name for alias in node.names}
		elif isinstance(node, ast.ImportFrom) and node.module:
			names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
	return names


def rooms_of(path: Path) -> set[str]:
	parts = (name.split(".") for name in imported(path))
	return {part[1] for part in parts if part[0] == "agency_crm" and len(part) > 1}


def room(path: Path) -> str:
	return path.relative_to(APP).parts[0]


def shown(path: Path) -> str:
	return str(path.relative_to(ROOT))


@pytest.mark.parametrize("name", ROOMS)
def test_each_room_imports_only_what_is_below_it(name):
	known = {path.name for path in APP.iterdir() if path.is_dir()}
	wrong = {
		shown(path): rooms & known - ROOMS[name] - {name}
		for path in sources(APP / name)
		if (rooms := rooms_of(path)) & known - ROOMS[name] - {name}
	}
	assert wrong == {}


def test_the_rooms_of_services_stand_in_one_order():
	folder = APP / "services"
	assert {path.name for path in folder.iterdir() if path.name[0].isalpha()} == set(SERVICES)
	wrong = []
	for path in sources(folder):
		below = SERVICES[: SERVICES.index(path.parent.name) + 1] if path.parent != folder else []
		asked = {name.split(".")[2] for name in imported(path) if name.startswith("agency_crm.services.")}
		wrong += [f"{shown(path)}: {other}" for other in sorted(asked - set(below))]
	assert wrong == []


def test_no_room_is_crowded():
	folders = [path for floor in ("services", "domain") for path in (APP / floor).iterdir() if path.is_dir()]
	counts = {shown(folder): len(list(folder.glob("[!_]*.py"))) for folder in folders}
	assert {room: count for room, count in counts.items() if count > FILES_A_ROOM} == {}


def test_the_picture_of_the_rooms_is_drawn_from_todays_imports():
	page = house.PAGE.read_text(encoding="utf-8")
	assert house.drawn(page) == page, "python -m command.house draws it anew"


def test_no_test_borrows_from_another():
	"""What several share stands in tests/cases, tests/factory and tests/unit/source.py."""
	wrong = [
		f"{shown(path)}: {name}"
		for path in sorted((*APP.rglob("test_*.py"), *(ROOT / "tests").rglob("test_*.py")))
		for name in imported(path)
		if name.split(".")[-1].startswith("test_") or ".test_" in name
	]
	assert wrong == []


def test_roles_and_phases_are_named_in_one_file_each():
	"""Beside hooks.py, which Frappe reads as literals. Of phases only a line that says so is judged."""
	roles = runpy.run_path(str(APP / "permissions/roles.py"))
	named = re.compile("|".join(f'"{role}"' for role in roles.values() if str(role).startswith("Agency ")))
	phase = re.compile(r'phase.*"(?:Draft|Live|Held|Closing|Closed|Dead)"')
	homes = {APP / "permissions/roles.py", APP / "domain/phases.py", APP / "hooks.py"}
	wrong = [
		f"{shown(path)}:{number}"
		for path in sources()
		if path not in homes and room(path) != "patches" and path.parent.parent != MODULE / "doctype"
		for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
		if named.search(line) or phase.search(line)
	]
	assert wrong == []


def test_the_domain_knows_nothing_of_frappe():
	wrong = [
		shown(path)
		for path in sources(APP / "domain")
		if any(name.split(".")[0] in {"frappe", "erpnext"} for name in imported(path))
	]
	assert wrong == []


def test_only_accounting_and_set_up_import_erpnext():
	wrong = [
		shown(path)
		for path in sources()
		if room(path) not in ERPNEXT_ROOMS and any(name.split(".")[0] == "erpnext" for name in imported(path))
	]
	assert wrong == []


def test_every_page_that_is_named_is_there_and_has_the_heading():
	"""A page is named by its path from the root, or from the file that names it; its headings follow in quotes."""
	wrong, named = [], []
	for path in texts():
		# a sentence goes on in the next line, of a comment too
		text = re.sub(r"\s+(?:(?://|#) )?", " ", path.read_text(encoding="utf-8"))
		for name, anchor, quoted in NAMED.findall(text):
			page = first_file(name.lstrip("/"), path.parent, ROOT)
			headings = HEADING.findall(page.read_text(encoding="utf-8")) if page else []
			missing = [heading for heading in re.findall(r'"([^"]+)"', quoted) if heading not in headings]
			missing += [anchor] if anchor and anchor not in map(anchor_of, headings) else []
			wrong += [f"{shown(path)}: {name} {', '.join(missing)}"] if missing or not page else []
			named.append(page)
	assert named
	assert wrong == []


def test_the_code_that_the_rules_name_is_there():
	named = {
		(page.name, name)
		for page in (ROOT / "docs/rules").glob("*.md")
		for name in re.findall(r"`([\w./-]+\.(?:py|js|json|html))`", page.read_text(encoding="utf-8"))
	}
	assert named
	assert [row for row in sorted(named) if not first_file(row[1], APP, ROOT)] == []


def first_file(name: str, *folders: Path) -> Path | None:
	return next((folder / name for folder in folders if (folder / name).is_file()), None)


def texts() -> list[Path]:
	"""The text files of the repository, whoever owns it; what git ignores is somebody else's."""
	command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
	done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
	files = [ROOT / name for name in done.stdout.split("\0") if name]
	return [path for path in files if path.is_file() and b"\0" not in path.read_bytes()]


def anchor_of(heading: str) -> str:
	"""The anchor of a heading in a page, as a git host makes it."""
	return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_controllers_are_short():
	long = {}
	for path in sources(MODULE / "doctype"):
		text = re.sub(
			r"# begin: auto-generated types.*?# end: auto-generated types",
			"",
			path.read_text("utf-8"),
			flags=re.S,
		)
		lines = sum(1 for line in text.splitlines() if line.strip())
		if lines > CONTROLLER_LINES:
			long[shown(path)] = lines
	assert long == {}


def test_events_of_our_doctypes_stand_in_their_controllers():
	keys = runpy.run_path(str(APP / "hooks.py"))["doc_events"]
	named = {name for key in keys for name in (key if isinstance(key, tuple) else [key])}
	assert (
		named & {json.loads(path.read_text("utf-8"))["name"] for path in MODULE.glob("doctype/*/*.json")}
		== set()
	)


def test_every_controller_keeps_the_fields_of_the_system():
	guards = ("ShippedDocument", "KeepsSystemFields", "GuardedDocument")
	wrong = []
	for path in sources(MODULE / "doctype"):
		if path.stem != path.parent.name:
			continue
		classes = [node for node in tree(path).body if isinstance(node, ast.ClassDef)]
		bases = {ast.unparse(base).split(".")[-1] for node in classes[:1] for base in node.bases}
		if not bases & set(guards):
			wrong.append(shown(path))
	assert wrong == []


def endpoints() -> list[tuple[str, ast.FunctionDef]]:
	return [
		(f"{shown(path)}: {node.name}", node)
		for path in sources()
		for node in ast.walk(tree(path))
		if isinstance(node, ast.FunctionDef)
		and any("whitelist" in ast.unparse(mark) for mark in node.decorator_list)
	]


def test_every_endpoint_is_typed():
	wrong = [
		name
		for name, node in endpoints()
		for argument in (*node.args.args, *node.args.kwonlyargs)
		if argument.annotation is None and argument.arg != "self"
	]
	assert wrong == []


def test_every_endpoint_checks_a_permission():
	wrong = []
	for name, node in endpoints():
		calls = {
			call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
			for call in ast.walk(node)
			if isinstance(call, ast.Call)
		}
		if not calls & CHECKS:
			wrong.append(name)
	assert endpoints()
	assert wrong == []


def test_what_a_user_asks_for_is_never_read_without_permission():
	wrong = [
		f"{shown(path)}:{number}"
		for folder in (APP / "api", MODULE / "report")
		for path in sources(folder)
		for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
		if "get_all(" in line
	]
	assert wrong == []


def test_every_bypass_of_permissions_says_why():
	wrong = []
	for path in sources():
		lines = path.read_text("utf-8").splitlines()
		for number, line in enumerate(lines):
			sets = "ignore_permissions=True" in line or "ignore_permissions = True" in line
			if sets and not any("# perm:" in near for near in lines[max(number - 1, 0) : number + 1]):
				wrong.append(f"{shown(path)}:{number + 1}")
	assert wrong == []


def test_no_sql_is_built_from_strings():
	wrong = [
		shown(path)
		for path in sources()
		for node in ast.walk(tree(path))
		if isinstance(node, ast.Call)
		and getattr(node.func, "attr", "") == "sql"
		and node.args
		and not isinstance(node.args[0], ast.Constant)
	]
	assert wrong == []


def orders_of_single_values() -> list[tuple[str, str]]:
	"""(file, order_by) of each `get_value` or `get_values`, of Python and of prints."""
	found = []
	for path in sorted(APP.rglob("*.py")):
		calls = (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
		for call in calls:
			if getattr(call.func, "attr", "") in ("get_value", "get_values"):
				orders = (word.value for word in call.keywords if word.arg == "order_by")
				found += [(shown(path), order.value) for order in orders if isinstance(order, ast.Constant)]
	for path in sorted(APP.rglob("*.html")):
		text = path.read_text(encoding="utf-8")
		found += [
			(shown(path), order) for order in re.findall(r"get_values?\([^\n]*?order_by=\"([^\"]+)", text)
		]
	return found


def test_the_order_of_a_single_value_says_its_direction():
	"""Frappe's `get_value` takes a column without one in descending order, its lists in ascending order."""
	orders = [(path, order) for path, order in orders_of_single_values() if order]
	assert orders
	last_words = [(path, part.split()[-1].lower()) for path, order in orders for part in order.split(",")]
	assert [row for row in last_words if row[1] not in ("asc", "desc")] == []


def test_every_doctype_has_a_test_beside_it():
	missing = []
	for path in sorted((MODULE / "doctype").glob("*/*.json")):
		text = path.read_text("utf-8")
		if '"istable": 1' not in text and not (path.parent / f"test_{path.parent.name}.py").exists():
			missing.append(path.parent.name)
	assert missing == []


def test_no_name_is_defined_twice():
	"""The second takes the first one's place, and its callers get the other."""
	for path in sources():
		for scope in ast.walk(tree(path)):
			if isinstance(scope, ast.Module | ast.ClassDef):
				defined = [row.name for row in scope.body if isinstance(row, ast.FunctionDef | ast.ClassDef)]
				twice = {name for name in defined if defined.count(name) > 1}
				assert not twice, f"{path}: {', '.join(twice)}"


def test_ruff_is_clean():
	ruff = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")
	if not ruff:
		pytest.skip("ruff is not installed here")
	for arguments in (["check"], ["format", "--check"]):
		done = subprocess.run([ruff, *arguments, "."], cwd=ROOT, capture_output=True, text=True)
		assert done.returncode == 0, done.stdout[-3000:]


def test_a_right_that_is_only_asked_for_is_asked_silently():
	"""Frappe's Document.has_permission tells its user that they lack the right, in a popup of whatever they do."""
	for path in sources():
		for node in ast.walk(tree(path)):
			if isinstance(node, ast.Attribute) and node.attr == "has_permission":
				owner = ast.unparse(node.value)
				assert owner in ("frappe", "permissions", "frappe.permissions"), (
					f"{path}:{node.lineno}: {owner}"
				)
