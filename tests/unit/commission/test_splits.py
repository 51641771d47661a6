"""Templates filled by who held each role."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.commission.splits import TemplateRow, check_template, check_whole, propose
from agency_crm.domain.errors import DomainError

TEMPLATE = [
	TemplateRow("Entry", Decimal(10), "Maintainer"),
	TemplateRow("Maintainer", Decimal(30), "Closing"),
	TemplateRow("Closing", Decimal(60)),
]
names = st.lists(st.sampled_from("abcdefg"), unique=True, max_size=7)


def shares(rows):
	return [(row.role, row.agent, row.percent) for row in rows]


def test_each_role_to_its_holder():
	held = {"Entry": ["a"], "Maintainer": ["b"], "Closing": ["c"]}
	assert shares(propose(TEMPLATE, held)) == [
		("Entry", "a", 10),
		("Maintainer", "b", 30),
		("Closing", "c", 60),
	]


def test_fallbacks_go_on_until_somebody_holds_one():
	assert shares(propose(TEMPLATE, {"Closing": ["c"]})) == [
		("Entry", "c", 10),
		("Maintainer", "c", 30),
		("Closing", "c", 60),
	]


def test_several_share_equally_what_is_left_to_the_first():
	rows = propose([TemplateRow("Closing", Decimal(100))], {"Closing": ["a", "b", "c"]})
	assert [row.percent for row in rows] == [Decimal("33.333334"), Decimal("33.333333"), Decimal("33.333333")]
	rows = propose([TemplateRow("Closing", Decimal(100))], {"Closing": list("abcdef")})
	assert [row.percent for row in rows] == [Decimal("16.666670"), *[Decimal("16.666666")] * 5]


@given(names, names, names.filter(bool))
def test_always_the_whole(entry, maintainer, closing):
	rows = propose(TEMPLATE, {"Entry": entry, "Maintainer": maintainer, "Closing": closing})
	check_whole([row.percent for row in rows])


def test_nothing_and_less_than_one_are_percentages():
	check_whole([Decimal(0), Decimal("0.5"), Decimal("99.5")])


@pytest.mark.parametrize(
	("rows", "why"),
	[
		([], "The splits make 0 %, not 100 %"),
		([TemplateRow("Closing", Decimal(99))], "The splits make 99 %, not 100 %"),
		([TemplateRow("Closing", Decimal("100.50"))], "The splits make 100.5 %, not 100 %"),
		(
			[TemplateRow("Closing", Decimal(110)), TemplateRow("Entry", Decimal(-10))],
			"A percentage can't be below 0",
		),
		(
			[TemplateRow("Closing", Decimal(50)), TemplateRow("Closing", Decimal(50))],
			"The role Closing stands twice in the template",
		),
		(
			[TemplateRow("Closing", Decimal(100), "Nobody")],
			"The fallback Nobody is not a role of the template",
		),
		(
			[TemplateRow("Closing", Decimal(50), "Entry"), TemplateRow("Entry", Decimal(50), "Closing")],
			"The fallbacks of Closing go round in a circle",
		),
		# a circle that the first role only leads into
		(
			[
				TemplateRow("Key", Decimal(10), "Entry"),
				TemplateRow("Entry", Decimal(30), "Closing"),
				TemplateRow("Closing", Decimal(60), "Entry"),
			],
			"The fallbacks of Key go round in a circle",
		),
	],
)
def test_templates_that_cannot_be_filled(rows, why):
	with pytest.raises(DomainError) as caught:
		check_template(rows)
	assert str(caught.value) == why
	with pytest.raises(DomainError) as caught:
		propose(rows, {"Closing": ["a"], "Entry": ["b"]})
	assert str(caught.value) == why


def test_nobody_at_all():
	with pytest.raises(DomainError) as caught:
		propose(TEMPLATE, {"Maintainer": []})
	assert str(caught.value) == "Nobody holds the role Entry nor one it falls back to"
