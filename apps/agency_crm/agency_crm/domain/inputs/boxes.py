"""What is typed into a box for a number, read as the cells of an import are."""

from collections.abc import Callable
from decimal import Decimal

from agency_crm.domain.importing.client_rows import parse_rooms
from agency_crm.domain.importing.listing_rows import parse_count
from agency_crm.domain.inputs import numbers
from agency_crm.domain.inputs.text import is_open

Number = Decimal | int
COUNTED = "bedrooms living_rooms kitchens bathrooms floor floors total_floors year_built built_from"
READERS: dict[str, Callable[[str], Number]] = {
	**dict.fromkeys("gross_area net_area area_min area_max".split(), numbers.parse_area),
	**dict.fromkeys(COUNTED.split(), parse_count),
	**dict.fromkeys(("bedrooms_min", "bedrooms_max"), parse_rooms),
}
# of a field without a reader of its own
BY_TYPE: dict[str, Callable[[str], Number]] = {
	"Int": numbers.parse_whole,
	"Float": numbers.parse_number,
	"Percent": numbers.parse_number,
	"Currency": lambda text: numbers.parse_price(text, "Yuan").amount,
}


def read_number(text: str, fieldname: str, fieldtype: str) -> Number | None:
	"""Return the number typed into the box of a field of a type of BY_TYPE; None where it is left open: 不限.

	Raises DomainError for what is no number.
	"""
	return None if is_open(text) else READERS.get(fieldname, BY_TYPE[fieldtype])(text)
