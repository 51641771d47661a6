"""The steps of the filters' ranges and the address of the map."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.errors import DomainError
from agency_crm.domain.listings import finding


@given(st.lists(st.integers(1, 10**6)), st.sampled_from([", ", "，", "、", " ", ";"]))
def test_steps_come_sorted_and_once(steps, separator):
	assert finding.parse_steps(separator.join(map(str, steps))) == sorted(set(steps))


def test_full_width_and_empty():
	assert finding.parse_steps("３００，１００") == [100, 300]
	assert finding.parse_steps(None) == finding.parse_steps(" ") == []


@pytest.mark.parametrize("text", ["100-200", "一百", "0, 100", "1.5"])
def test_what_is_no_step_is_refused(text):
	with pytest.raises(DomainError, match="100, 200, 300"):
		finding.parse_steps(text)


def test_an_address_of_tiles():
	for address in ("https://t.example/{z}/{x}/{y}.png", "/files/tiles/{z}/{x}/{y}.png"):
		finding.check_tiles(address)
	for address in ("javascript:alert(1)//{z}{x}{y}", "https://t.example/{z}/{x}.png", "t/{z}/{x}/{y}"):
		with pytest.raises(DomainError, match=r"\{z\}"):
			finding.check_tiles(address)


@pytest.mark.parametrize(
	("address", "source"),
	[
		("https://t.example/{z}/{x}/{y}.png", "https://t.example"),
		("https://t.example:8443/wmts?z={z}&x={x}&y={y}", "https://t.example:8443"),
		("https://{s}.tile.example.org/{z}/{x}/{y}.png", "https://*.tile.example.org"),
		("http://t{s}.tiles.example/{z}/{x}/{y}", "http://*.tiles.example"),
		("/files/tiles/{z}/{x}/{y}.png", None),
		("https://t.example; script-src */{z}/{x}/{y}", None),
		("", None),
	],
)
def test_whose_pictures_a_map_shows(address, source):
	assert finding.tile_source(address) == source
