"""What a client's word on the homes they viewed teaches of what matters to them.

A lesson is a factor that the weight of one part of the match is multiplied by: above 1 the part matters more to
this client than to most, below 1 less. Rules: docs/rules/matching.md, "Learning".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

ONE = Decimal(1)
HUNDREDTH = Decimal("0.01")
LEAST_INTEREST, LIKED, MOST_INTEREST = 1, 4, 5
HALF = Decimal("0.5")
TOO_HIGH, LOW = "Too High", "Low"


@dataclass(frozen=True)
class Impression:
	"""What a client said of one home they viewed.

	`interest` 1-5, `dislikes` the parts that didn't suit, `price_opinion` "Too High", "Fair", "Low" or "".
	`shares`: part -> how far the home met it by the match, 0-1; a part not known is left out.
	"""

	interest: int
	dislikes: frozenset[str] = frozenset()
	price_opinion: str = ""
	shares: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class LearningRules:
	"""`step`: what one clear word adds to a weight (0.2 is a fifth); `most`: all words together at most.

	A weight grows at most `most`-fold and shrinks at most to its `most`-th part.
	"""

	step: Decimal = Decimal("0.2")
	most: Decimal = Decimal(2)


def lessons(impressions: Iterable[Impression], budget: str, rules: LearningRules) -> dict[str, Decimal]:
	"""Return part -> factor of what the impressions of one viewing teach, to the hundredth; none of factor 1.

	A part that didn't suit matters, the more the less the client was interested. So does the part `budget`
	where the price was too high; less, by half a word, where it was low. A part that a home hardly met, and
	the client liked the home nevertheless, matters less.
	"""
	words: dict[str, Decimal] = {}

	def add(part: str, word: Decimal) -> None:
		words[part] = words.get(part, Decimal(0)) + word

	for seen in impressions:
		disliked = seen.dislikes | ({budget} if seen.price_opinion == TOO_HIGH else frozenset())
		for part in disliked:
			add(part, Decimal(MOST_INTEREST + 1 - seen.interest) / MOST_INTEREST)
		if seen.price_opinion == LOW and budget not in disliked:
			add(budget, -HALF)
		if seen.interest >= LIKED:
			missed = {part for part, share in seen.shares.items() if share < HALF} - disliked
			for part in missed:
				add(part, -Decimal(seen.interest - LIKED + 1) / (MOST_INTEREST - LIKED + 1))
	factors = {part: _bounded((ONE + rules.step) ** word, rules) for part, word in sorted(words.items())}
	return {part: factor for part, factor in factors.items() if factor != ONE}


def together(lessons: Iterable[tuple[str, Decimal]], rules: LearningRules) -> dict[str, Decimal]:
	"""Return part -> factor of all lessons (part, factor) of a requirement, in whatever order they came."""
	product: dict[str, Decimal] = {}
	for part, factor in lessons:
		product[part] = product.get(part, ONE) * factor
	return {part: _bounded(factor, rules) for part, factor in product.items()}


def _bounded(factor: Decimal, rules: LearningRules) -> Decimal:
	return min(max(factor, ONE / rules.most), rules.most).quantize(HUNDREDTH)
