"""What a listing takes from its estate: the nearest station and the point on the map."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.errors import DomainError
from agency_crm.domain.places.estates import EstateIndex, EstateRow, nearest_metro, point


@given(st.lists(st.one_of(st.none(), st.integers(0, 5000))))
def test_the_nearest_station_is_one_whose_distance_is_known(distances):
	known = [distance for distance in distances if distance]
	assert nearest_metro(distances) == (min(known) if known else 0)


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_the_point_drawn_on_the_map_is_read_back(latitude, longitude):
	shape = {"geometry": {"type": "Point", "coordinates": [longitude, latitude]}}
	line = {"geometry": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}}
	drawn = json.dumps({"type": "FeatureCollection", "features": [line, shape]})
	assert point(drawn) == (latitude, longitude)


@pytest.mark.parametrize("text", [None, "", "{}", "[]", "no json", '{"features": [1]}', '{"features": null}'])
def test_what_is_no_point_is_nowhere(text):
	assert point(text) == (0, 0)


def test_an_old_name_that_is_another_s_by_now_is_asked_about():
	index = EstateIndex([EstateRow("望京花园", "朝阳", "望京"), EstateRow("新望京", aliases=("望京花园",))])
	with pytest.raises(DomainError) as caught:
		index.find("望京花园")
	assert "新望京" in str(caught.value)
	assert index.find("望京花园", "朝阳").name == "望京花园"
	assert index.find("新望京").name == "新望京"
