"""Which Frappe and ERPNext run here, and on which the product was last proven."""

import re
from pathlib import Path

from command.place import APP, ROOT, SOURCES, read_json

TABLE = APP / "agency_crm/framework/theirs.json"


def versions(bench: Path = ROOT) -> dict[str, str]:
	"""Return app -> its version in a bench, for Frappe and ERPNext; empty where one isn't there."""
	found = {}
	for app in SOURCES:
		file = bench / "apps" / app / app / "__init__.py"
		text = file.read_text(encoding="utf-8") if file.exists() else ""
		version = re.search(r'^__version__ = "([^"]+)"', text, re.M)
		found[app] = version[1] if version else ""
	return found


def told() -> str:
	"""Return a sentence: what runs here and what the product was proven on."""
	here, proven = versions(), read_json(TABLE).get("proven", {})
	runs = f"Frappe {here['frappe']} and ERPNext {here['erpnext']}"
	if here["frappe"] in proven:
		return f"{runs}, on which the product was proven"
	known = " and ".join(f"{frappe} with ERPNext {erpnext}" for frappe, erpnext in proven.items())
	return f"{runs}; the product was last proven on {known}"
