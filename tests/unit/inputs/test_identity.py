"""Numbers of identity cards as people type them."""

import pytest

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.identity import parse_id_card


@pytest.mark.parametrize(
	"text", ["11010519491231002X", "１１０１０５１９４９１２３１００２ｘ", "110105 19491231 002x"]
)
def test_reads_one_number(text):
	assert parse_id_card(text) == "11010519491231002X"


@pytest.mark.parametrize(
	"text", ["", None, "110105491231002", "110105194912310021", "11010519491331002X", "A1010519491231002X"]
)
def test_refuses_what_is_mistyped(text):
	with pytest.raises(DomainError) as error:
		parse_id_card(text)
	assert not text or text not in str(error.value)


@pytest.mark.parametrize("position", range(17))
def test_one_digit_mistyped_is_noticed(position):
	number = "11010519491231002X"
	wrong = str((int(number[position]) + 1) % 10)
	with pytest.raises(DomainError):
		parse_id_card(number[:position] + wrong + number[position + 1 :])
