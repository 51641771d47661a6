"""The demo's content: the same from the same seed, no address twice, floors that the buildings have."""

from datetime import date
from random import Random

from agency_crm.domain.inputs import address
from agency_crm.domain.inputs.phones import parse_phone
from agency_crm.setup.demo import content

TODAY = date(2026, 3, 2)


def made(seed: int = 1, count: int = 500) -> tuple[list[content.Estate], list[content.Home]]:
	places = list(content.estates(Random(seed), 60))
	return places, list(content.homes(Random(seed), places, count, TODAY))


def test_the_same_seed_gives_the_same_agency():
	assert made(1) == made(1)
	assert made(1) != made(2)


def test_no_estate_and_no_address_occurs_twice():
	places, homes = made()
	assert len({place.name for place in places}) == len(places)
	keys = {address.property_key(str(home.estate), *address_of(home)) for home in homes}
	assert None not in keys and len(keys) == len(homes)


def address_of(home: content.Home) -> tuple[str, str, str]:
	parts = address.combine(home.building, home.unit, home.room)
	return parts.building, parts.unit, parts.room


def test_homes_stand_in_the_buildings_of_their_estate():
	places, homes = made()
	for home in homes:
		floors = {str(number): floors for number, _units, floors in places[home.estate].buildings}
		assert home.floor <= floors[home.building] == home.total_floors
		assert home.price > 0 and home.held_since < TODAY
	assert {home.listing_type for home in homes} == {"Sale", "Lease"}


def test_numbers_look_real_and_occur_once():
	people = list(content.people(Random(1), 300, start=1000))
	assert len({person.phone for person in people}) == len(people)
	assert all(parse_phone(person.phone) for person in people)
