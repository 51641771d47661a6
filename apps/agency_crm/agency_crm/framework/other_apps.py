"""Functions of apps without a table in the gate: users with a desk may call them as shipped."""

import ast
from collections.abc import Iterator
from pathlib import Path

import frappe

from agency_crm.framework import gate


def functions() -> dict[str, list[str]]:
	"""Return app -> its functions that may be called over HTTP, for installed apps without lines in the table."""
	others = [app for app in frappe.get_installed_apps() if app not in (*gate.HELD, gate.APP)]
	return {app: sorted(callable_functions(Path(frappe.get_app_path(app)))) for app in others}


def callable_functions(folder: Path) -> Iterator[str]:
	"""Yield module and name of each function below a package that is marked for calls over HTTP."""
	for file in folder.rglob("*.py"):
		text = file.read_text(encoding="utf-8", errors="replace")
		if "whitelist" not in text or "node_modules" in file.parts:
			continue
		module = ".".join(file.relative_to(folder.parent).with_suffix("").parts).removesuffix(".__init__")
		yield from _marked(ast.parse(text), module)


def _marked(tree: ast.AST, above: str) -> Iterator[str]:
	for node in ast.iter_child_nodes(tree):
		if isinstance(node, ast.ClassDef):
			yield from _marked(node, f"{above}.{node.name}")
		elif isinstance(node, ast.FunctionDef) and any(map(_is_mark, node.decorator_list)):
			yield f"{above}.{node.name}"


def _is_mark(decorator: ast.expr) -> bool:
	called = decorator.func if isinstance(decorator, ast.Call) else decorator
	return ast.unparse(called) in ("frappe.whitelist", "whitelist")
