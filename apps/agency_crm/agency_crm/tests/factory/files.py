"""Pictures."""

from io import BytesIO
from secrets import token_bytes

from PIL import Image


def picture() -> bytes:
	"""A small photo like no other."""
	stored = BytesIO()
	Image.frombytes("RGB", (16, 16), token_bytes(16 * 16 * 3)).save(stored, "JPEG")
	return stored.getvalue()


def phone_photo(width: int = 60, height: int = 40) -> bytes:
	"""A photo of a phone held upright, its left half red: turned by its orientation, with place and camera."""
	made = Image.frombytes("RGB", (width, height), token_bytes(width * height * 3))
	made.paste("red", (0, 0, width // 2, height))
	told = made.getexif()
	told[0x0112], told[0x010F] = 6, "A phone"
	told.get_ifd(0x8825)[1] = "N"
	stored = BytesIO()
	made.save(stored, "JPEG", exif=told)
	return stored.getvalue()


def huge_photo(width: int, height: int) -> bytes:
	"""A small JPEG whose head says that it has so many pixels."""
	content = picture()
	frame = content.index(b"\xff\xc0") + 5
	return content[:frame] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + content[frame + 4 :]
