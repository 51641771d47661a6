"""Copies of homes are found and neighbours are not: the trial of `./agency bench duplicates` on made-up homes."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from agency_crm.domain.duplicates.likeness import LikenessRules, Points
from agency_crm.domain.inputs.layout import Layout, format_layout
from agency_crm.domain.places.estates import EstateIndex, EstateRow
from agency_crm.setup.demo import content
from agency_crm.tests import copies

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = ROOT / "apps/agency_crm/agency_crm/agency_crm/doctype/agency_settings/agency_settings.json"


@pytest.fixture(scope="module")
def rules() -> LikenessRules:
	"""What an agency starts with."""
	fields = json.loads(SETTINGS.read_text("utf-8"))["fields"]
	given = {field["fieldname"]: field.get("default") for field in fields}
	points = Points(**{name: int(given[f"duplicate_points_{name}"]) for name in Points.__annotations__})
	return LikenessRules(Decimal(given["duplicate_area_percent"]), int(given["duplicate_score_min"]), points)


@pytest.fixture(scope="module")
def homes() -> list[copies.Home]:
	places = list(content.estates(Random(5), 40))
	estates = [EstateRow(place.name, "东区", place.circle, key=place.name) for place in places]
	estates = copies.with_aliases(estates)
	made = [
		copies.Home(
			estates[home.estate],
			home.building,
			home.unit,
			home.room,
			format_layout(Layout(*home.layout)),
			home.gross_area,
			home.floor,
			home.total_floors,
			home.price / 10_000,
			owner=str(number),
		)
		for number, home in enumerate(content.homes(Random(5), places, 600, date(2026, 3, 2), lease_share=0))
	]
	return copies.with_neighbours(made, Random(6))


@pytest.fixture(scope="module")
def index(homes) -> EstateIndex:
	return EstateIndex({home.estate.key: home.estate for home in homes}.values())


def test_whole_addresses(homes, index, rules):
	found = copies.trial(homes, index, rules, Random(7), copies.whole)
	assert found.recall >= 0.99
	assert found.precision >= 0.98


def test_without_a_room_the_queue_finds_what_looks_alike(homes, index, rules):
	found = copies.trial(homes, index, rules, Random(8), copies.roomless)
	assert found.recall >= 0.4


def test_the_owners_number_finds_the_rest(homes, index, rules):
	alone = copies.trial(homes, index, rules, Random(8), copies.roomless)
	known = copies.trial(homes, index, rules, Random(8), copies.roomless, owners=True)
	assert known.recall >= 0.99 > alone.recall
	assert known.precision > alone.precision


def test_the_trial_has_neighbours_that_look_the_same(homes):
	looks = [(home.estate.key, home.building, home.layout, home.gross_area, home.floor) for home in homes]
	assert len(looks) - len(set(looks)) > len(homes) / 10
	assert len({home.address for home in homes}) == len(homes)
