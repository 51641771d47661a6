import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.listings import keys

STATUSES = ("In", "Out", "Overdue", "Lost", "Returned")


def test_a_key_that_is_out_is_not_borrowed():
	assert keys.status_after("Borrow", "In") == "Out"
	for status in ("Out", "Overdue", "Lost", "Returned"):
		assert keys.status_after("Borrow", status) is None


@given(st.lists(st.sampled_from(sorted(keys.ACTIONS))))
def test_whatever_is_done_the_key_is_in_one_place(actions):
	"""Borrows and returns alternate, and only a key that is here goes out."""
	status = "In"
	for action in actions:
		after = keys.status_after(action, status)
		if after is None:
			assert status not in keys.ACTIONS[action][0]
			continue
		assert after in STATUSES
		assert (action == "Borrow") <= (status == "In")
		assert (action == "Return") <= (status in ("Out", "Overdue"))
		status = after


@pytest.mark.parametrize(
	("statuses", "shown"),
	[
		([], "None"),
		(["Out", "In"], "In"),
		(["Returned", "Lost"], "Lost"),
		(["Overdue", "Returned"], "Overdue"),
	],
)
def test_a_listing_shows_the_key_that_helps_most(statuses, shown):
	assert keys.listing_status(statuses) == shown


@pytest.mark.parametrize(
	"code",
	[
		"501",
		"0501室",
		"3-501",
		"3-2-501",
		"３号楼２单元５０１",
		"32501",
		"3501",
		"望京新城 12",
		"三号楼501",
		"WJ望京新城",
	],
)
def test_a_code_that_tells_the_address(code):
	assert keys.tells_address(code, ["望京新城"], "3", "2", "501")


@pytest.mark.parametrize(
	"code", ["", None, "K-0017", "KEY-000501", "红 12", "4-501", "3-2-502", "5011", "A501"]
)
def test_a_code_that_tells_nothing(code):
	assert not keys.tells_address(code, ["望京新城"], "3", "2", "501")


def test_without_a_room_only_the_estate_tells():
	assert not keys.tells_address("3", ["望京新城"], "3", "", "")
	assert keys.tells_address("望京新城3", ["望京新城"], "3", "", "")


@given(st.integers(1, 99), st.integers(1, 9), st.integers(101, 3999))
def test_every_way_of_writing_the_whole_address_tells_it(building, unit, room):
	home = (str(building), str(unit), str(room))
	for code in (f"{building}-{unit}-{room}", f"{building}号楼{unit}单元{room}室", f"{building}{unit}{room}"):
		assert keys.tells_address(code, [], *home)
