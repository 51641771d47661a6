"""An upload is what its name says, of a kind that is taken, and within its bound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency_crm.domain.errors import DomainError
from agency_crm.domain.listings.files import check, endings

LARGEST = {"Picture": 2, "Paper": 2, "Video": 3}
CONTENT = {
	"jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
	"png": b"\x89PNG\r\n\x1a\n" + b"\x00" * 40,
	"gif": b"GIF89a" + b"\x00" * 20,
	"webp": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
	"pdf": b"%PDF-1.7\n",
	"mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2",
	"mov": b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  ",
	"webm": b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm",
}
KINDS = {"jpg": "Picture", "png": "Picture", "gif": "Picture", "webp": "Picture", "pdf": "Paper"}


@pytest.mark.parametrize("ending", CONTENT)
def test_a_file_that_is_what_its_name_says_is_taken(ending):
	for name in (f"客厅.{ending}", f"A.B.{ending.upper()}"):
		assert check(name, CONTENT[ending], LARGEST) == KINDS.get(ending, "Video")


def test_a_phone_s_video_is_taken_by_either_of_its_names():
	assert check("a.mp4", CONTENT["mov"], LARGEST) == check("a.mov", CONTENT["mp4"], LARGEST) == "Video"
	assert check("a.jpeg", CONTENT["jpg"], LARGEST) == "Picture"


def test_an_iphones_photo_is_taken_by_either_of_its_names():
	heic = b"\x00\x00\x00\x1cftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 8
	assert {check(f"a.{ending}", heic, LARGEST) for ending in ("heic", "HEIF", "jpg")} == {"Picture"}


@pytest.mark.parametrize("ending", [ending for ending in CONTENT if ending not in ("mp4", "mov")])
def test_any_other_content_is_refused(ending):
	for other, content in CONTENT.items():
		if other != ending:
			with pytest.raises(DomainError, match="not what its name says"):
				check(f"a.{ending}", content, LARGEST)


@given(st.sampled_from(endings(LARGEST)), st.binary(max_size=40))
def test_random_bytes_are_no_file(ending, content):
	try:
		check(f"a.{ending}", b"<script>" + content, LARGEST)
	except DomainError:
		return
	raise AssertionError


@pytest.mark.parametrize("name", ["a.svg", "a.html", "a.exe", "a.jpg.php", "jpg", "a", ".", "", "a.jpg "])
def test_another_kind_is_refused_with_those_that_are_taken(name):
	with pytest.raises(DomainError, match="jpg, jpeg, png"):
		check(name, CONTENT["jpg"], LARGEST)


def test_a_kind_that_is_not_wanted_here_is_refused():
	with pytest.raises(DomainError):
		check("a.pdf", CONTENT["pdf"], {"Picture": 2})


def test_the_bound_is_named_and_the_last_byte_counts():
	mb = 1024 * 1024
	head = CONTENT["jpg"]
	assert check("a.jpg", head.ljust(2 * mb), LARGEST) == "Picture"
	with pytest.raises(DomainError, match="3 MB, above the bound of 2 MB"):
		check("a.jpg", head.ljust(2 * mb + 1), LARGEST)
	assert check("a.mp4", CONTENT["mp4"].ljust(3 * mb), LARGEST) == "Video"
	assert check("a.jpg", head.ljust(2 * mb + 1), {"Picture": 0}) == "Picture"
