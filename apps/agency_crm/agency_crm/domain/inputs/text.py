"""Folding of typed text: widths, spaces, Chinese numerals, keys for comparing names, pinyin initials."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from cn2an import cn2an
from pypinyin import Style, lazy_pinyin

# NFKC leaves these dashes alone; a person typing one always means "-".
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−─"), "-")
# Format characters that are no part of a letter: joiners of no width, marks of direction, byte order marks,
# and fillers that show nothing. The joiner inside an emoji that is put together of several stays.
_EMOJI = "[\u2640-\u27bf\ufe0f\U0001f300-\U0001faff]"
_INVISIBLE = re.compile(
	rf"(?!(?<={_EMOJI})\u200d{_EMOJI})"
	"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
	"\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LINE_END = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_LINE_BREAK = re.compile(rf"\s*(?:{_LINE_END.pattern})\s*")
_TAG_OPENS = re.compile(r"<(?=[A-Za-z/!?])")
_SPACES = re.compile(r"\s+")
# what a spreadsheet takes for a formula at the head of a cell; a plain number, signed too, is none
_FORMULA_OPENS = tuple("=+-@\t\r\n＝＋－＠")
_SIGNED_NUMBER = re.compile(r"[+-]\d+(?:\.\d+)?")
_NUMERAL_RUN = re.compile("[零〇一二三四五六七八九十百千两廿卅]+")
# Only before these does a numeral count something.
_COUNTED_RUN = re.compile(rf"{_NUMERAL_RUN.pattern}(?=[期区号院座栋幢楼])")
# 卅 and 两 at the head of a run are not known to cn2an in every position.
_PLAIN_NUMERALS = str.maketrans({"两": "二", "〇": "零"})


def cell_text(value: object) -> str:
	"""Return a cell's value as text: None is empty, 501.0 is "501", numbers are never in exponent form."""
	if value is None:
		return ""
	if isinstance(value, float):
		value = Decimal(repr(value))
	if isinstance(value, Decimal) and value.is_finite():
		text = format(value, "f")
		return text.rstrip("0").rstrip(".") if "." in text else text
	return str(value)


def fold(value: object) -> str:
	"""Return text in half width and upper case, one kind of dash, single spaces, none at the ends.

	Full-width letters, digits and signs become half width (NFKC), so `㎡` reads `M2`. None gives "".
	"""
	text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", cell_text(value))).upper()
	# Upper-casing and translation can leave characters NFKC would change again (ŉ, ǰ): fold once more.
	text = unicodedata.normalize("NFKC", text).translate(_DASHES)
	return _SPACES.sub(" ", text).strip()


def visible(text: str) -> str:
	"""Return text without characters that show nothing or turn the direction of others; lines end in `\\n`."""
	return _LINE_END.sub("\n", _CONTROL.sub("", _INVISIBLE.sub("", text)))


def one_line(text: str) -> str:
	"""Return text with a space for each line break, none for those at its ends."""
	return _LINE_BREAK.sub(" ", text).strip() if _LINE_BREAK.search(text) else text


def without_markup(value: str) -> str:
	"""Return text no reader takes for HTML: the `<` that would open a tag in full width, `面积<90` as it is."""
	return _TAG_OPENS.sub("＜", value)


def without_formula(text: str) -> str:
	"""Return text that no spreadsheet takes for a formula: an apostrophe before a sign that would begin one."""
	is_formula = text.lstrip(" ").startswith(_FORMULA_OPENS) and not _SIGNED_NUMBER.fullmatch(text)
	return f"'{text}" if is_formula else text


def with_formula(text: str) -> str:
	"""Return text as it was before `without_formula`."""
	return text[1:] if text[:1] == "'" and without_formula(text[1:]) == text else text


# said of a box that is left open, and of one nobody could fill
_OPEN = frozenset(
	"不限 不限制 无限制 无要求 没要求 没有要求 无所谓 都可以 都可 都行 均可 任意 随意 随便 不作要求 ANY UNLIMITED "
	"未知 不详 不清楚 暂无 暂无数据 暂无资料 待定 UNKNOWN".split()
)


def is_open(value: object) -> bool:
	"""Whether a text leaves its box open: 不限, 都可以, 未知."""
	return fold(value).replace(" ", "") in _OPEN


@lru_cache(maxsize=4096)
def _numeral(run: str) -> str:
	run = run.replace("卅", "三十").replace("廿", "二十").translate(_PLAIN_NUMERALS)
	if run[0] == "零" and set(run) == {"零"}:
		return "0" * len(run)
	try:
		return str(cn2an(run, "normal"))
	except ValueError:
		return ""


def arabic(text: str) -> str:
	"""Return text with each run of Chinese numerals as digits: 三 → 3, 十二 → 12, 二十一 → 21, 五零一 → 501.

	Runs that are no number (十十) stay as they are; 万 and 亿 are units of money and stay too.
	"""
	return _NUMERAL_RUN.sub(lambda match: _numeral(match[0]) or match[0], text)


def name_key(name: object) -> str:
	"""Return the key by which estate names and aliases are compared.

	Width, case, spaces, brackets and punctuation don't count, and 二期 equals 2期: `珠江 帝景（二期）` and
	`珠江帝景2期` have one key. Numerals inside a name stay, for 东四二条 is not 东四十二条. Empty when the
	name has no letter or digit.
	"""
	letters = "".join(char for char in fold(name) if char.isalnum())
	return _COUNTED_RUN.sub(lambda match: arabic(match[0]), letters)


def pinyin_initials(text: object) -> str:
	"""Return pinyin initials in lower case, Latin letters and digits kept: 望京新城A → wjxca."""
	parts = lazy_pinyin(fold(text), style=Style.FIRST_LETTER)
	return "".join(char for part in parts for char in part.lower() if char.isascii() and char.isalnum())
