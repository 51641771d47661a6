"""Say each text in its receiver's language; in the background, in that of the job's user."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import frappe
from frappe.translate import get_language, get_user_lang, print_language


def site() -> str:
	"""The site's language."""
	return frappe.get_system_settings("language") or "en"


def of(user: str) -> str:
	"""A user's language, else the site's."""
	return get_user_lang(user)


@contextmanager
def speaking(language: str) -> Iterator[None]:
	"""Translate into a language within the block. Frappe's own context manager fails to restore it on an error."""
	before, templates = frappe.local.lang, frappe.local.jenv
	try:
		with print_language(language):
			yield
	finally:
		frappe.local.lang, frappe.local.jenv = before, templates


def said_to(users: Iterable[str], text: Callable[[], str]) -> dict[str, str]:
	"""Return user -> what `text` says in their language; it is called once a language."""
	spoken = {user: of(user) for user in users}
	said = {}
	for language in sorted(set(spoken.values())):
		with speaking(language):
			said[language] = text()
	return {user: said[language] for user, language in spoken.items()}


def take_for_guest(**_context) -> None:
	"""Answer who isn't logged in, with a key or without, in the language their request asks for, else the site's.

	Frappe up to 15.55 asks before it knows of a session, and answers in the bench's.
	"""
	if frappe.session.user == "Guest":
		frappe.local.lang = get_language()


def take_for_job(**_context) -> None:
	"""Let a job speak its user's language, where Frappe has the bench's; what the system does by itself, the site's."""
	user = frappe.session.user
	frappe.local.lang = site() if user in frappe.STANDARD_USERS else of(user)
