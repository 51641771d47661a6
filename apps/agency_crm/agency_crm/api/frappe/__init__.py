"""Frappe's own endpoints, given the check they lack: they keep Frappe's arguments, and hooks.py puts them in place."""
