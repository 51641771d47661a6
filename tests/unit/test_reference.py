"""docs/reference says what the source says."""

import ast

import pytest

from command import reference


@pytest.mark.parametrize("page", reference.pages(), ids=lambda page: page.name)
def test_the_reference_is_of_todays_source(page):
	written = page.read_text(encoding="utf-8")
	assert written == reference.pages()[page], "python -m command.reference writes it anew"


def test_an_endpoint_is_told_with_its_method_its_types_and_who_may_call_it():
	tree = ast.parse(
		'''
Way = Literal["up", "down"]

@frappe.whitelist(allow_guest=True, methods=["POST"])
@rate_limit(limit=3, seconds=60)
def go(way: Way, to: str | None = None) -> None:
	"""Go there.

	And back.
	"""

def stay(): ...
'''
	)
	(endpoint,) = reference.whitelisted(reference.API / "room/file.py", tree)
	heading, call, docstring, notes = reference.told(endpoint, ["frappe.go"])
	assert heading == "### go"
	assert (
		call.splitlines()[1]
		== "POST agency_crm.api.room.file.go(way: Literal['up', 'down'], to: str | None=None) -> None"
	)
	assert docstring == "Go there.\n\nAnd back."
	assert notes == "Guests may call it. At most `3` calls in `60` seconds. Answers for `frappe.go` too."
