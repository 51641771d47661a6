"""What may be uploaded with a listing: pictures, papers and videos that are what their names say.

The content decides, by its first bytes; the name only has to agree with it. Sizes are in MB.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Literal

import filetype

from agency_crm.domain.errors import DomainError

Kind = Literal["Picture", "Paper", "Video"]

_MB = 1024 * 1024
_PHONE_VIDEO = {"mp4", "m4v", "mov", "3gp"}  # one container: phones don't agree on its name
# kind -> ending of the name -> what the content may be
_ENDINGS: dict[Kind, dict[str, set[str]]] = {
	"Picture": {
		# a phone's own kind, which some send under the other name
		"jpg": {"jpg", "heic"},
		"jpeg": {"jpg", "heic"},
		"png": {"png", "apng"},
		"webp": {"webp"},
		"gif": {"gif"},
		"heic": {"heic", "jpg"},
		"heif": {"heic", "jpg"},
	},
	"Paper": {"pdf": {"pdf"}},
	"Video": {"mp4": _PHONE_VIDEO, "m4v": _PHONE_VIDEO, "mov": _PHONE_VIDEO, "webm": {"webm", "mkv"}},
}


def check(name: str, content: bytes, largest: Mapping[Kind, int]) -> Kind:
	"""Return the kind of a file by its name and content; `largest` holds the kinds taken, each with its bound (0: none).

	Raises:
		DomainError: another kind, another content than the name says, nothing in it, or larger than the bound.
	"""
	ending = PurePath(name).suffix.lower()[1:]
	kind = next((kind for kind in largest if ending in _ENDINGS[kind]), None)
	if not kind:
		raise DomainError("{0} is not of a kind that is taken: {1}", name, ", ".join(endings(largest)))
	if largest[kind] and len(content) > largest[kind] * _MB:
		size = -(-len(content) // _MB)
		raise DomainError("{0} has {1} MB, above the bound of {2} MB", name, size, largest[kind])
	if not content or filetype.guess_extension(content) not in _ENDINGS[kind][ending]:
		raise DomainError("{0} is not what its name says: its content is of another kind", name)
	return kind


def endings(kinds: Iterable[Kind]) -> list[str]:
	"""Return the endings of the names of files of these kinds."""
	return [ending for kind in kinds for ending in _ENDINGS[kind]]
