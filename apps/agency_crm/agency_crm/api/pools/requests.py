"""What the forms ask about access to another's client, and its transfer. Every change is a POST."""

import frappe

from agency_crm.services.pools import requests


@frappe.whitelist(methods=["POST"])
def ask_by_number(number: str, reason: str) -> list[str]:
	"""Ask for access to the client whose number was typed, without learning who it is; return the requests."""
	frappe.has_permission("Client Request", "create", throw=True)
	return requests.ask_by_number(number, reason)


@frappe.whitelist(methods=["POST"])
def approve(request: str, reason: str | None = None) -> None:
	"""Give what a Client Request asks for, as the manager above the client's store."""
	frappe.has_permission("Client Request", "read", doc=request, throw=True)
	requests.approve(request, reason)


@frappe.whitelist(methods=["POST"])
def refuse(request: str, reason: str) -> None:
	"""Refuse a Client Request with a reason, as the manager above the client's store."""
	frappe.has_permission("Client Request", "read", doc=request, throw=True)
	requests.refuse(request, reason)


@frappe.whitelist(methods=["POST"])
def withdraw(request: str) -> None:
	"""Take back one's own open Client Request."""
	frappe.has_permission("Client Request", "read", doc=request, throw=True)
	requests.withdraw(request)
