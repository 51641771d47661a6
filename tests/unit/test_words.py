"""A value or a label that a user reads is translated with its DocType: one word has another sense elsewhere."""

import ast
import re

from source import APP, sources, tree

# names of DocTypes, roles and actions, and sentences with places: no word of a field
WITHOUT_CONTEXT = re.compile(
	r"(?i)doctype$|\.parenttype$|template$|\.allow_edit$|^administrator$|\.module$|^(label|message|word|table)$"
)
SAID = re.compile(r"(?<![\w.$])__\(([\w.?\[\]]+)\)")


def test_python_says_no_value_without_its_doctype():
	for path in sources():
		for node in ast.walk(tree(path)):
			if not (isinstance(node, ast.Call) and ast.unparse(node.func) in ("_", "frappe._")):
				continue
			said = node.args[0]
			if isinstance(said, ast.Constant) or any(keyword.arg == "context" for keyword in node.keywords):
				continue
			assert WITHOUT_CONTEXT.search(ast.unparse(said)), f"{path}:{node.lineno}: {ast.unparse(said)}"


def test_scripts_say_no_value_without_its_doctype():
	for path in [*APP.glob("public/js/**/*.*js"), *APP.glob("agency_crm/doctype/*/*.js")]:
		for found in SAID.finditer(path.read_text(encoding="utf-8")):
			said = found[1]
			assert WITHOUT_CONTEXT.search(said) or said.endswith(".action"), f"{path}: __({said})"


def test_a_notice_is_said_anew_in_each_receivers_language():
	"""What the bell tells is a function: a text that is there already has the language of whoever acted."""
	for path in sources():
		for function in ast.walk(tree(path)):
			if isinstance(function, ast.FunctionDef):
				functions = {node.name for node in ast.walk(function) if isinstance(node, ast.FunctionDef)}
				for said in told(function):
					is_function = isinstance(said, ast.Lambda) or ast.unparse(said) in functions
					assert is_function or is_handed_on(said, function), f"{path}:{said.lineno}"


def told(function: ast.FunctionDef) -> list[ast.expr]:
	names = ("notices.tell", "notices.bring_up_to_date", "queues.tell", "languages.said_to")
	calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
	return [call.args[1] for call in calls if ast.unparse(call.func) in names]


def is_handed_on(said: ast.expr, function: ast.FunctionDef) -> bool:
	typed = {arg.arg: ast.unparse(arg.annotation) for arg in function.args.args if arg.annotation}
	return re.search("Text|Callable", typed.get(ast.unparse(said), "")) is not None
