"""A function as another app ships it, by its module's name: for who has a desk, whatever its app lets in."""

import frappe


def greet() -> str:
	"""Answer whoever calls."""
	return "hello"


greet.__module__ = "other_app.api"
frappe.whitelist(allow_guest=True)(greet)
greet = next(function for function in reversed(frappe.whitelisted) if function.__name__ == "greet")
