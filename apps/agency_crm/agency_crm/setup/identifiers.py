"""The fields that hold a number another system gave, the keys that we make of what was typed, and a file's address.

Who may read one row of an address may read the file: on the disk `a.pdf` and `a.PDF` are two.
"""

from agency_crm.framework import exact

IDENTIFIERS = {
	"Client Enquiry": ("external_id", "external_key", "submission_token"),
	"Estate": ("external_id", "external_key"),
	"File": ("file_url",),
	"Listing": ("external_id", "external_key", "live_key"),
	"Listing Enquiry": ("submission_token",),
	"Property": ("property_key",),
}


def make_exact() -> None:
	"""Have the database compare them as our code does: equal is what is written with the same characters."""
	exact.make_exact(IDENTIFIERS)


def inexact() -> list[str]:
	"""Return those that the database compares by its own collation."""
	return exact.inexact(IDENTIFIERS)
