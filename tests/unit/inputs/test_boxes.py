"""What is typed into a form's boxes for numbers."""

import pytest

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.boxes import read_number


@pytest.mark.parametrize(
	("fieldname", "fieldtype", "text", "number"),
	[
		("gross_area", "Float", "约120平", 120),
		("gross_area", "Float", "８９．５㎡", 89.5),
		("area_max", "Float", "100平米", 100),
		("floor", "Int", "9层", 9),
		("year_built", "Int", "2003年建", 2003),
		("bedrooms", "Int", "3室", 3),
		("bedrooms_min", "Int", "三室", 3),
		("household_size", "Int", "三", 3),
		("household_size", "Int", "－１", -1),
		("share", "Percent", "50%", 50),
		("share", "Percent", "33.333333", 33.333333),
		("amount", "Currency", "1.2万", 12000),
		("amount", "Currency", "4,000元", 4000),
		("gross_area", "Float", "不限", None),
		("household_size", "Int", "未知", None),
	],
)
def test_a_number_is_read_as_an_import_reads_it(fieldname, fieldtype, text, number):
	read = read_number(text, fieldname, fieldtype)
	assert (read if read is None else float(read)) == number


@pytest.mark.parametrize(
	("fieldname", "fieldtype", "text"),
	[
		("floor", "Int", "9-10/18"),
		("gross_area", "Float", "120-5"),
		("gross_area", "Float", "2室1厅"),
		("household_size", "Int", "3.5"),
		("household_size", "Int", "2+1"),
		("share", "Percent", "1/2"),
		("rate", "Float", "abc"),
		("amount", "Currency", "100-5"),
	],
)
def test_what_is_no_number_is_refused_with_what_was_typed(fieldname, fieldtype, text):
	with pytest.raises(DomainError) as refused:
		read_number(text, fieldname, fieldtype)
	assert text in str(refused.value)
