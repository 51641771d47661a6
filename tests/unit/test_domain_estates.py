"""What a listing takes from its estate: the nearest station and the point on the map."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.estates import nearest_metro, point


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
