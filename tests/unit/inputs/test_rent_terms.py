from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.rent_terms import RentTerms, format_rent_terms, parse_rent_terms

DEPOSITS = st.decimals(0, 24, places=1)
PAYMENTS = st.integers(1, 24)


@pytest.mark.parametrize(
	("text", "deposit", "payment"),
	[
		("押一付三", "1", 3),
		("押2付1", "2", 1),
		("押二付六", "2", 6),
		("押两付三", "2", 3),
		("押１付３", "1", 3),
		("押 一 付 三", "1", 3),
		("付三押一", "1", 3),
		("押一个月付三个月", "1", 3),
		("押金1付3", "1", 3),
		("押1.5付3", "1.5", 3),
		("押半付一", "0.5", 1),
		("押一季付", "1", 3),
		("押一付季", "1", 3),
		("押一付半年", "1", 6),
		("押一年付", "1", 12),
		("年付押一", "1", 12),
		("押一付三（可谈）", "1", 3),
		("押零付一", "0", 1),
		("无押金月付", "0", 1),
		("免押", "0", None),
		("月付", None, 1),
		("双月付", None, 2),
		("季付", None, 3),
		("季度付", None, 3),
		("半年付", None, 6),
		("年付", None, 12),
		("付三", None, 3),
		("押一", "1", None),
	],
)
def test_parse_rent_terms(text, deposit, payment):
	assert parse_rent_terms(text) == RentTerms(None if deposit is None else Decimal(deposit), payment)


@pytest.mark.parametrize(
	"text", ["", None, "3", "面议", "押付", "押一付零", "押一付三付六", "一次付清", "押100付3"]
)
def test_what_is_none_is_refused(text):
	with pytest.raises(DomainError):
		parse_rent_terms(text)


@pytest.mark.parametrize(
	("deposit", "payment", "text"),
	[
		("1", 3, "押一付三"),
		("2", 12, "押二付十二"),
		("0", 1, "押零付一"),
		("1.5", 3, "押1.5付三"),
		(None, 6, "半年付"),
		(None, 5, "付五"),
		("1", None, "押一"),
		(None, None, ""),
	],
)
def test_format_rent_terms(deposit, payment, text):
	assert format_rent_terms(RentTerms(None if deposit is None else Decimal(deposit), payment)) == text


@given(st.none() | DEPOSITS, st.none() | PAYMENTS)
def test_formatted_terms_read_back(deposit, payment):
	terms = RentTerms(deposit, payment)
	if terms != RentTerms():
		assert parse_rent_terms(format_rent_terms(terms)) == terms


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(text):
	try:
		terms = parse_rent_terms(text)
	except DomainError:
		return
	assert terms != RentTerms()
	assert parse_rent_terms(format_rent_terms(terms)) == terms
