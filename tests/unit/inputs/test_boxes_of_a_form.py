"""The Desk's own reading of prices and dates says what the domain says."""

import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs import numbers
from agency_crm.domain.inputs.dates import parse_date
from agency_crm.domain.inputs.text import is_open

BOXES = Path(__file__).parents[3] / "apps/agency_crm/agency_crm/public/js/controls/boxes.mjs"
PRICES = [
	*("350", "350万", "350.5w", "３５０．５Ｗ", "3500000元", "¥3,500,000元", "￥ 3500000 元", "350 万元"),
	*("20000", "20001", "3,500,000", "0.55万", ".5", "5500", "5,500.00", "350.123456万", "12.345"),
]
RENTS = ["5500", "5500元/月", "５５００", "0.55万/月", "5,500元每月"]
LEFT_TO_THE_SERVER = [
	"三百五十万",
	"1.2亿",
	"1亿2000万",
	"800k",
	"350万5000元",
	"",
	"0",
	"-350",
	"abc",
	"350-380",
]
DATES = [
	*("2024.5.1", "24年5月", "２０２４年５月１日", "2024年", "99-12-31", "20240501", "2024/5", "2024-02-29"),
	*("2024.13.1", "2023-02-29", "5.1", "", "abc", "20241301"),
]

pytestmark = pytest.mark.skipif(not shutil.which("node"), reason="Node is not installed here")


def in_the_desk(expression: str, texts: list[str]) -> list:
	"""Evaluate `expression` of `text` in Node for each of `texts`."""
	script = f"""
		import {{ read_price, read_date, plain_number }} from {json.dumps(BOXES.as_uri())};
		const texts = {json.dumps(texts)};
		console.log(JSON.stringify(texts.map((text) => {expression})));
	"""
	done = subprocess.run(
		["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True
	)
	return json.loads(done.stdout)


def in_the_domain(text: str):
	try:
		return float(numbers.parse_price(text, "Wan").amount)
	except numbers.AmbiguousUnit as error:
		return {"as_wan": float(error.as_wan.amount), "as_yuan": float(error.as_yuan.amount)}


def test_a_price_in_a_wan_box():
	asked = int(numbers.AMBIGUOUS_ABOVE)
	desk = in_the_desk(f'read_price(text, "Wan", {asked})', PRICES)
	assert dict(zip(PRICES, desk, strict=True)) == {text: in_the_domain(text) for text in PRICES}


def test_a_rent():
	desk = in_the_desk('read_price(text, "Yuan", 20000)', RENTS)
	assert [Decimal(str(amount)) for amount in desk] == [numbers.parse_rent(text) for text in RENTS]


def test_what_is_not_plain_is_left_to_the_server():
	assert in_the_desk('read_price(text, "Wan", 20000)', LEFT_TO_THE_SERVER) == [None] * len(
		LEFT_TO_THE_SERVER
	)


def test_a_plain_number_is_no_sum():
	"""Frappe would calculate 9-10/18 and 120-5, and make nothing of 约120平."""
	texts = [
		"120",
		" １２０．５ ",
		"-3",
		"1,200",
		"12,00",
		".5",
		"9-10/18",
		"120-5",
		"2*3",
		"约120平",
		"1e3",
		"",
		"--1",
	]
	read = in_the_desk('plain_number(text, ",", ".")', texts)
	assert read == [120, 120.5, -3, 1200, None, 0.5, *[None] * 7]
	assert in_the_desk('plain_number(text, ".", ",")', ["1.200,5", "0,5", "1.2"]) == [1200.5, 0.5, None]
	assert in_the_desk('plain_number(text, "\'", ".")', ["1'200.5"]) == [1200.5]


def test_a_date():
	def day(text):
		try:
			return parse_date(text).isoformat()
		except DomainError:
			return None

	assert in_the_desk("read_date(text)", DATES) == [day(text) for text in DATES]


def test_a_box_is_left_open_in_the_same_words():
	texts = ["不限", " 无所谓 ", "都 可 以", "350", "", "无"]
	script = f"""
		import {{ is_open }} from {json.dumps(BOXES.as_uri())};
		console.log(JSON.stringify({json.dumps(texts)}.map(is_open)));
	"""
	done = subprocess.run(
		["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True
	)
	assert json.loads(done.stdout) == [is_open(text) for text in texts] == [True] * 3 + [False] * 3
