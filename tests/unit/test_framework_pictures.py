"""Pictures are bounded before they are decoded, turned upright, and lose what else they tell."""

import struct
import subprocess
import sys
import zlib
from io import BytesIO

import pytest

Image = pytest.importorskip("PIL.Image")
pytest.importorskip("frappe")
pillow_heif = pytest.importorskip("pillow_heif")

from agency_crm.domain.errors import DomainError  # noqa: E402
from agency_crm.framework import pictures  # noqa: E402

ORIENTATION, GPS = 0x0112, 0x8825
MB_AT_MOST = 300
READS = """
import sys
from pathlib import Path
from agency_crm.framework import pictures
content = Path(sys.argv[1]).read_bytes()
for read in (pictures.prepare, pictures.thumbnail):
	try:
		read(content)
	except pictures.TooLargeError:
		pass
status = Path("/proc/self/status").read_text()
print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


def picture(width=60, height=40, kind="JPEG", orientation=None, mode="RGB", **how) -> bytes:
	"""A picture whose left half is red."""
	made = Image.new(mode, (width, height), "white")
	made.paste(Image.new(mode, (width // 2, height), "red"), (0, 0))
	if orientation:
		how["exif"] = made.getexif()
		how["exif"][ORIENTATION] = orientation
		how["exif"].get_ifd(GPS)[1] = "N"
		how["exif"][0x010F] = "A phone"
	stored = BytesIO()
	made.save(stored, kind, **how)
	return stored.getvalue()


def opened(content: bytes):
	return Image.open(BytesIO(content))


@pytest.mark.parametrize(
	("orientation", "size", "red"),
	[(1, (60, 40), (5, 20)), (3, (60, 40), (55, 20)), (6, (40, 60), (20, 5)), (8, (40, 60), (20, 55))],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_is_turned_upright_and_says_no_more(kind, orientation, size, red):
	kept = opened(pictures.prepare(picture(kind=kind, orientation=orientation)))
	assert (kept.format, kept.size, dict(kept.getexif())) == (kind, size, {})
	assert kept.convert("RGB").getpixel(red)[1] < 80


def test_one_that_needs_nothing_stays_as_it_is():
	for content in (picture(), picture(kind="PNG"), picture(kind="GIF", mode="P")):
		assert pictures.prepare(content) == content
	kept = pictures.prepare(picture(orientation=6))
	assert pictures.prepare(kept) == kept


def test_a_large_one_is_kept_with_12_megapixels():
	kept = opened(pictures.prepare(picture(6000, 4000)))
	assert 11 < kept.width * kept.height / 1e6 <= 12 and kept.width / kept.height == pytest.approx(1.5, 0.01)
	phones = picture(4032, 3024)
	assert pictures.prepare(phones) == phones


def test_an_iphones_is_read():
	held = opened(picture(orientation=6)).getexif().tobytes()
	stored = BytesIO()
	pillow_heif.from_pillow(opened(picture())).save(stored, exif=held)
	content = stored.getvalue()
	kept = opened(pictures.prepare(content))
	assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (40, 60), {})
	assert kept.getpixel((20, 5))[1] < 80
	assert opened(pictures.thumbnail(content)).format == "JPEG"


def claiming(width: int, height: int, kind: str, **how) -> bytes:
	"""A small picture whose head says that it is a large one."""
	content = picture(kind=kind, **how)
	if kind == "PNG":
		head = b"IHDR" + struct.pack(">II", width, height) + content[24:29]
		return content[:12] + head + struct.pack(">I", zlib.crc32(head)) + content[33:]
	frame = content.index(b"\xff\xc2" if how.get("progressive") else b"\xff\xc0") + 5
	return content[:frame] + struct.pack(">HH", height, width) + content[frame + 4 :]


@pytest.mark.parametrize(
	("width", "height", "kind", "how"),
	[
		(20_000, 11_000, "JPEG", {}),
		(8000, 6000, "JPEG", {"progressive": True}),
		(8000, 6000, "PNG", {}),
		(30_000, 20_000, "PNG", {}),
	],
)
def test_one_of_too_many_pixels_is_refused_unread(width, height, kind, how):
	content = claiming(width, height, kind, **how)
	for read in (pictures.check, pictures.prepare, pictures.thumbnail):
		with pytest.raises(DomainError, match="megapixels"):
			read(content)


def test_each_frame_counts():
	frames = [Image.new("L", (1000, 1000), shade) for shade in range(45)]
	content = BytesIO()
	frames[0].save(content, "GIF", save_all=True, append_images=frames[1:])
	with pytest.raises(DomainError):
		pictures.check(content.getvalue())


def test_a_large_jpeg_may_be_read():
	pictures.check(claiming(16_320, 12_240, "JPEG"))


def test_a_stranger_may_send_fewer():
	pictures.check(claiming(6000, 4000, "JPEG"), 24)
	with pytest.raises(DomainError, match="24"):
		pictures.check(claiming(6000, 4400, "JPEG"), 24)


@pytest.mark.parametrize(
	"content", [b"", b"\xff\xd8\xff\xe0" + b"x" * 50, b"<svg>", picture()[:400], b"%PDF-1.4"]
)
def test_a_damaged_one_is_refused_with_words(content):
	with pytest.raises(DomainError):
		pictures.check(content)
		pictures.thumbnail(content)


def test_one_whose_pixels_are_damaged_is_not_kept():
	content = bytearray(picture(kind="PNG"))
	content[content.index(b"IDAT") + 12] ^= 0xFF
	with pytest.raises(DomainError):
		pictures.prepare(bytes(content))


def test_a_small_one_for_a_card():
	small = opened(pictures.thumbnail(picture(4032, 3024, orientation=6)))
	assert (small.format, small.size) == ("JPEG", (360, 480))
	assert opened(pictures.thumbnail(picture(kind="PNG", mode="RGBA"))).mode == "RGB"


@pytest.mark.parametrize(
	("width", "height", "kind"),
	[(9700, 9700, "JPEG"), (7300, 5400, "PNG")],
)
def test_memory_stays_within_its_bound(tmp_path, width, height, kind):
	"""The most a process of its own ever held, the libraries and both readings included."""
	file = tmp_path / "picture"
	file.write_bytes(picture(width, height, kind, compress_level=1))
	said = subprocess.run([sys.executable, "-c", READS, file], capture_output=True, text=True, check=True)
	assert int(said.stdout) <= MB_AT_MOST


def test_frappes_own_way_of_taking_metadata_away_is_ours():
	content = picture(orientation=6)
	kept = pictures.strip_metadata(None, content, "image/jpeg")
	assert opened(kept).size == (40, 60)
