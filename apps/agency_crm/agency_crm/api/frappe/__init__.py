"""Frappe's endpoints that answer without asking who asks, given the check they lack.

They keep Frappe's names and arguments. `hooks.override_whitelisted_methods` puts them in place for the whole site; each
is to go once the oldest Frappe we run on has its own check.
"""
