"""Suite `files`: what a photo costs as it comes in, beside one decode and one encode by Pillow."""

import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from subprocess import run
from sys import executable

from figures import Figure, medians
from PIL import Image

from agency_crm.framework import pictures

RUNS = 7
PHOTO = (4032, 3024)  # a phone's 12 megapixels, held upright
LARGEST = (16_320, 12_240)  # a phone's 200
READ = """
import sys
from pathlib import Path
from agency_crm.framework import pictures
pictures.prepare(Path(sys.argv[1]).read_bytes())
print(int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024)
"""


def figures() -> Iterator[Figure]:
	"""Yield the figures of the suite."""
	content = photo(*PHOTO)
	by_pillow, ours, small = medians(
		RUNS,
		lambda _run: lambda: decode_and_encode(content),
		lambda _run: lambda: pictures.prepare(content),
		lambda _run: lambda: pictures.thumbnail(content),
		warm=1,
	)
	yield Figure("12 megapixels stored / one Pillow decode and encode", ours / by_pillow, goal=3)
	yield Figure("a card's small picture / one Pillow decode and encode", small / by_pillow)
	large = photo(*LARGEST, noise=False)
	yield Figure("200 megapixels stored / one Pillow decode and encode of 12", timed(large) / by_pillow)
	yield Figure("memory of a process that reads 200 megapixels", peak(large), "MB", goal=300)


def photo(width: int, height: int, noise: bool = True) -> bytes:
	"""A JPEG with a phone's orientation: of noise, as dense as a photo, or of one colour."""
	made = Image.effect_noise((width // 8, height // 8), 60) if noise else Image.new("L", (8, 8), 180)
	made = made.convert("RGB").resize((width, height))
	told = made.getexif()
	told[pictures.ORIENTATION] = 6
	stored = BytesIO()
	made.save(stored, "JPEG", quality=90, exif=told)
	return stored.getvalue()


def decode_and_encode(content: bytes) -> None:
	with Image.open(BytesIO(content)) as picture:
		picture.load()
		picture.save(BytesIO(), "JPEG", quality=pictures.QUALITY)


def timed(content: bytes) -> float:
	"""Return the milliseconds of one reading, the median of three."""
	return medians(3, lambda _run: lambda: pictures.prepare(content), warm=0)[0]


def peak(content: bytes) -> float:
	"""Return the most megabytes that a process of its own held."""
	with tempfile.TemporaryDirectory() as folder:
		file = Path(folder, "photo.jpg")
		file.write_bytes(content)
		return float(run([executable, "-c", READ, file], capture_output=True, text=True, check=True).stdout)
