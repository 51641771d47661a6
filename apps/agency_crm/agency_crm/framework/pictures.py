"""Pictures as they come from phones and cameras: bounded before they are decoded, upright, without what else they tell.

A file of a few hundred kilobytes may hold a hundred million pixels, four bytes each in memory. A picture's head says
how many, so that is read first. A JPEG is decoded at a half, a quarter or an eighth of its size where it is large,
which costs a fraction of the time and memory.
"""

from collections.abc import Callable
from io import BytesIO
from math import sqrt

import filetype
import frappe
from frappe import _
from PIL import Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile
from pillow_heif import HeifImageFile

from agency_crm.domain.errors import DomainError

MEGAPIXEL = 1_000_000
# megapixels of a picture that is taken, and that one keeps
MOST_JPEG, MOST = 200, 40
KEPT = 12
# a phone's 12 megapixels are a little more: not worth making it anew
SLACK = 1.05
DECODED = 24  # megapixels at once: a larger JPEG is read reduced
QUALITY = 85
THUMBNAIL = 480  # pixels of the longer side
ORIENTATION = 0x0112
# what a JPEG's segments hold that its pixels need: frame, colours, how they are stored
_OF_PIXELS = (b"JFIF", b"JFXX", b"ICC_PROFILE", b"Adobe")
_TOLD = {"exif", "xmp", "XML:com.adobe.xmp", "photoshop", "comment"}


class TooLargeError(DomainError):
	"""A picture has more megapixels than are taken."""

	def __init__(self, most: float):
		super().__init__("The picture has more than {0} megapixels: send it in a smaller size", most)


def megapixels(content: bytes) -> float:
	"""Return the size of a picture by its head, nothing of it being decoded. Raises DomainError as `check` does."""
	width, height = _open(content).size
	return width * height / MEGAPIXEL


def check(content: bytes, most: float | None = None) -> None:
	"""Refuse a content that is no picture, or one of too many megapixels (`most`, where fewer are taken).

	Raises:
		DomainError: what is wrong with it.
	"""
	_bounded(content, most)


def prepare(content: bytes) -> bytes:
	"""Return a picture as it is kept: upright, at most 12 megapixels, without place, time and camera.

	HEIC becomes JPEG. One that needs none of it, or moves, is returned as it is. Raises DomainError.
	"""
	picture = _bounded(content)
	profile = picture.info.get("icc_profile") if picture.mode in ("RGB", "L", "RGBA") else None
	try:
		_open(content).verify()  # by its checksums: nothing is decoded
		if getattr(picture, "is_animated", False) or not _needs_work(picture):
			return content
		kind = "JPEG" if picture.format in ("JPEG", "MPO", "HEIF") else picture.format
		return _encode(_upright(picture), kind, icc_profile=profile)
	except (OSError, SyntaxError, ValueError) as error:
		raise DomainError("The picture is damaged: save it anew and upload it again") from error


def thumbnail(content: bytes, side: int = THUMBNAIL, quality: int = 80) -> bytes:
	"""Return a picture as a small JPEG, `side` pixels at most. Raises DomainError."""
	picture = _bounded(content)
	try:
		picture.thumbnail((side, side))
		upright = ImageOps.exif_transpose(picture)
		if upright.mode in ("RGBA", "LA", "P", "PA"):
			upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright.convert("RGBA"))
		return _encode(upright, "JPEG", quality=quality)
	except (OSError, SyntaxError, ValueError) as error:
		raise DomainError("The picture is damaged: save it anew and upload it again") from error


def strip_metadata(_original: Callable, content: bytes, content_type: str) -> bytes:
	"""Return an uploaded JPEG as it is kept. Frappe's own copies it pixel by pixel, and leaves it lying on its side.

	Raises ValidationError.
	"""
	try:
		return prepare(content)
	except DomainError as error:
		raise refusal(error) from error


def shrink(optimize: Callable, content: bytes, content_type: str, **how) -> bytes:
	"""Return an uploaded picture made smaller by Frappe, which decodes it whatever its size. Raises ValidationError."""
	try:
		check(content)
	except TooLargeError as error:
		raise refusal(error) from error
	except DomainError:
		pass  # a drawing, or a damaged one: Frappe's to tell
	return optimize(content, content_type, **how)


def refusal(error: DomainError) -> frappe.ValidationError:
	"""Return, told in the user's language, what is wrong with a picture."""
	sentence = _(error.template).format(*error.params)
	frappe.msgprint(sentence, title=_("Not Uploaded"), indicator="red")
	return frappe.ValidationError(sentence)


def _open(content: bytes) -> Image.Image:
	"""Open a picture by its head. Pillow's own bound, below 200 megapixels, holds in Image.open alone."""
	try:
		if content.startswith(b"\xff\xd8\xff"):
			return JpegImageFile(BytesIO(content))
		if filetype.guess_extension(content) == "heic":
			return HeifImageFile(BytesIO(content))
		return Image.open(BytesIO(content))
	except Image.DecompressionBombError as error:
		raise TooLargeError(MOST) from error
	except (OSError, SyntaxError, ValueError, RuntimeError) as error:
		raise DomainError("The picture is damaged: save it anew and upload it again") from error


def _bounded(content: bytes, most: float | None = None) -> Image.Image:
	picture = _open(content)
	width, height = picture.size
	# one that is stored in passes is held in memory whole, however small it is wanted
	in_passes = picture.format != "JPEG" or picture.info.get("progressive")
	bound = min(MOST if in_passes else MOST_JPEG, most or MOST_JPEG)
	if width * height * getattr(picture, "n_frames", 1) > bound * SLACK * MEGAPIXEL:
		raise TooLargeError(bound)
	return picture


def _needs_work(picture: Image.Image) -> bool:
	is_large = picture.format == "JPEG" and _is_large(picture)
	return is_large or picture.format == "HEIF" or _tells(picture)


def _is_large(picture: Image.Image) -> bool:
	return picture.width * picture.height > KEPT * SLACK * MEGAPIXEL


def _tells(picture: Image.Image) -> bool:
	"""Whether a picture holds more than its pixels: place, time, camera, words."""
	segments = getattr(picture, "applist", ())
	if any(not data.startswith(_OF_PIXELS) for _name, data in segments):
		return True
	return bool(_TOLD & picture.info.keys()) or bool(getattr(picture, "text", None))


def _upright(picture: Image.Image) -> Image.Image:
	"""Decode a picture, a large JPEG reduced, and turn it as its camera was held."""
	if picture.format == "JPEG" and _is_large(picture):
		width, height = picture.size
		scale = next(step for step in (1, 2, 4, 8) if width * height <= DECODED * MEGAPIXEL * step**2)
		picture.draft(None, (width // scale, height // scale))
		width, height = picture.size
		ratio = min(1, sqrt(KEPT * MEGAPIXEL / (width * height)))
		picture.thumbnail((int(width * ratio), int(height * ratio)), Image.Resampling.BICUBIC, None)
	return ImageOps.exif_transpose(picture)


def _encode(picture: Image.Image, kind: str, **how) -> bytes:
	if kind == "JPEG" and picture.mode not in ("RGB", "L"):
		picture = picture.convert("RGB")
	if kind in ("JPEG", "WEBP"):
		how.setdefault("quality", QUALITY)
	for told in _TOLD:
		picture.info.pop(told, None)
	kept = BytesIO()
	picture.save(kept, kind, **{name: value for name, value in how.items() if value is not None})
	return kept.getvalue()
