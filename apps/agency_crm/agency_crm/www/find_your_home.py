"""The page on which a client says what they look for, without an account (services/intake/client_page.py)."""

from agency_crm.services.intake import client_page

no_cache = 1


def get_context(context) -> None:
	client_page.PAGE.show(context)
