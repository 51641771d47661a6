"""What comes with a listing: what is stored, where, for whom, on a real site with real files."""

from base64 import b64encode
from io import BytesIO
from pathlib import Path

import frappe
import pillow_heif
from frappe.utils import get_files_path
from PIL import Image

from agency_crm.api.listings import media as api
from agency_crm.services.listings import media
from agency_crm.tests import factory
from agency_crm.tests.cases.listings import ListingCase
from agency_crm.tests.factory import picture
from agency_crm.tests.users import as_user

JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"  # a head, no picture
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"


def on_disk() -> set[str]:
	return {path.name for private in (0, 1) for path in Path(get_files_path(is_private=private)).iterdir()}


class MediaCase(ListingCase):
	"""A listing of the agent; the files of a class go after its records."""

	@classmethod
	def setUpClass(cls):
		cls.addClassCleanup(cls.clear_disk, on_disk())
		super().setUpClass()
		with as_user(cls.agent.user):
			cls.listing = factory.make_listing(estate=cls.estate.name)
		cls.other = factory.make_agent()

	@staticmethod
	def clear_disk(before: set[str]):
		for name in on_disk() - before:
			for private in (0, 1):
				Path(get_files_path(name, is_private=private)).unlink(missing_ok=True)

	def setUp(self):
		super().setUp()
		self.before = (frappe.db.count("File"), on_disk())

	def upload(self, name="客厅.jpg", content=None, listing=None, field=None, **values):
		"""A File attached to the listing; its content is like no other's."""
		if content is None:
			content = picture()
		home = {
			"attached_to_doctype": "Listing",
			"attached_to_name": listing or self.listing.name,
			"attached_to_field": field,
		}
		return frappe.get_doc(
			{"doctype": "File", "file_name": name, "content": content, **home, **values}
		).insert()

	def upload_unattached(self):
		"""A public File that goes with nothing yet."""
		file = frappe.get_doc({"doctype": "File", "file_name": "b.jpg", "content": picture()}).insert()
		self.assertFalse(file.is_private)
		return file

	def private_copy(self, file):
		"""What a public File became."""
		return frappe.get_last_doc("File", {"file_name": ("like", f"{file.file_name[:1]}%"), "is_private": 1})

	def show(self, *rows: tuple, user=None):
		"""Add (slot, file) rows to the listing and save it."""
		listing = frappe.get_doc("Listing", self.listing.name)
		for slot, file in rows:
			listing.append("media", {"slot": slot, "file": file.file_url})
		with as_user(user or self.agent.user):
			return listing.save()

	def may_open(self, file, user: str) -> bool:
		with as_user(user):
			return bool(frappe.get_doc("File", file.name).is_downloadable())


class TestPhotos(MediaCase):
	"""Of a phone's photo what is seen is kept, upright."""

	def assert_upright(self, content: bytes):
		kept = Image.open(BytesIO(content))
		self.assertEqual((kept.format, kept.size, dict(kept.getexif())), ("JPEG", (40, 60), {}))
		self.assertLess(kept.getpixel((20, 5))[1], 80)

	def test_it_is_stored_upright_without_place_and_camera(self):
		with as_user(self.agent.user):
			file = self.upload(content=factory.phone_photo())
		self.assert_upright(Path(file.get_full_path()).read_bytes())

	def test_an_iphones_becomes_a_jpeg(self):
		stored = BytesIO()
		pillow_heif.from_pillow(Image.open(BytesIO(picture()))).save(stored)
		with as_user(self.agent.user):
			file = self.upload("IMG_1.HEIC", stored.getvalue())
		self.assertTrue(file.file_url.endswith(".jpg"))
		kept = Image.open(file.get_full_path())
		self.assertEqual((kept.format, kept.size), ("JPEG", (16, 16)))
		self.show(("Bedroom", file))

	def test_one_of_too_many_pixels_is_refused(self):
		with as_user(self.agent.user), self.assertRaisesRegex(frappe.ValidationError, "200.*megapixels"):
			self.upload(content=factory.huge_photo(30_000, 20_000))

	def test_a_small_one_for_cards_goes_with_the_photo(self):
		with as_user(self.agent.user):
			file = self.upload(content=factory.phone_photo(960, 640))
			answer = api.thumbnail(file.file_url)
			self.assertEqual(Image.open(BytesIO(answer.data)).size, (320, 480))
			self.assertEqual(api.thumbnail(file.file_url).data, answer.data)
			(kept,) = Path(frappe.get_site_path("private", "thumbnails")).glob(f"{file.content_hash}*")
			paper = self.upload("a.jpg", field="identity", attached_to_doctype="Listing Private")
		with as_user(self.other.user):
			self.assertRaises(frappe.PermissionError, api.thumbnail, paper.file_url)
		frappe.delete_doc("File", file.name)
		self.assertFalse(kept.exists())


class TestUploads(MediaCase):
	def assert_nothing_stored(self):
		self.assertEqual((frappe.db.count("File"), on_disk()), self.before)

	def refuse(self, error=frappe.ValidationError, user=None, **values):
		with as_user(user or self.agent.user), self.assertRaises(error):
			self.upload(**values)
		self.assert_nothing_stored()

	def test_what_is_not_what_its_name_says_is_never_stored(self):
		html = b"<script>alert(1)</script>"
		self.refuse(content=html)
		self.refuse(content=JPG)
		self.refuse(name="a.svg", content=b"<svg onload='alert(1)'/>")
		self.refuse(name="a.html", content=html)
		self.refuse(name="a.exe", content=b"MZ\x90\x00")
		self.refuse(name="a.mp4", content=JPG)
		self.refuse(content=b64encode(html).decode(), decode=True)
		self.refuse(content=html, file_url="https://example.com/a.jpg")

	def test_what_is_too_large_is_never_stored(self):
		frappe.db.set_single_value("Agency Settings", {"photo_max_mb": 1, "video_max_mb": 2})
		self.refuse(content=picture().ljust(1024 * 1024 + 1))
		self.refuse(name="a.mp4", content=MP4.ljust(2 * 1024 * 1024 + 1))
		with as_user(self.agent.user):
			self.assertTrue(self.upload(name="a.mp4", content=MP4.ljust(2 * 1024 * 1024)).name)

	def test_a_photo_is_private_and_read_by_who_reads_the_listing(self):
		with as_user(self.agent.user):
			file = self.upload(is_private=0)
			encoded = self.upload(
				content="data:image/jpeg;base64," + b64encode(picture()).decode(), decode=True
			)
		for photo in (file, encoded):
			self.assertTrue(photo.is_private)
			self.assertTrue(photo.file_url.startswith("/private/files/"))
		self.assertTrue(Path(encoded.get_full_path()).read_bytes().startswith(JPG[:3]))
		self.assertTrue(self.may_open(file, self.other.user))
		self.assertFalse(self.may_open(file, "Guest"))

	def test_no_photo_becomes_public_again(self):
		with as_user(self.agent.user):
			file = self.upload()
			file.is_private = 0
			file.save()
		self.assertTrue(frappe.get_doc("File", file.name).is_private)
		self.assertIn(Path(file.file_url).name, on_disk())

	def test_who_may_not_change_the_listing_uploads_nothing(self):
		for field in (None, "certificate"):
			self.refuse(frappe.PermissionError, self.other.user, field=field)
		home = {"attached_to_doctype": "Listing Private"}
		self.refuse(frappe.PermissionError, self.other.user, field="certificate", **home)
		self.refuse(field="anything", **home)

	def test_an_address_of_another_s_private_file_gives_no_way_to_it(self):
		with as_user(self.agent.user):
			paper = self.upload("房产证.jpg", field="certificate")
		self.before = (frappe.db.count("File"), on_disk())
		for url in (
			paper.file_url,
			paper.file_url.replace("files/", "files/./"),
			frappe.utils.get_url(paper.file_url),
		):
			for home in ("ToDo", None):
				values = {"content": b"", "file_url": url, "attached_to_doctype": home}
				self.refuse(frappe.PermissionError, self.other.user, **values)
		with as_user(self.other.user):
			own = frappe.get_doc({"doctype": "File", "file_name": "a.txt", "content": "a"}).insert()
			own.file_url = paper.file_url
			self.assertRaises(frappe.PermissionError, own.save)

	def test_a_file_moved_to_a_listing_is_looked_at_then(self):
		with as_user(self.agent.user):
			file = frappe.get_doc({"doctype": "File", "file_name": "a.png", "content": "no picture"}).insert()
			file.update({"attached_to_doctype": "Listing", "attached_to_name": self.listing.name})
			self.assertRaises(frappe.ValidationError, file.save)

	def test_a_bound_above_the_site_s_own_is_said(self):
		settings = frappe.get_doc("Agency Settings")
		settings.video_max_mb = 100000
		settings.save()
		self.assertIn("System Settings", str(frappe.get_message_log()))


class TestPapers(MediaCase):
	def assert_paper(self, file, slot="Certificate"):
		file = frappe.get_doc("File", file.name)
		self.assertTrue(file.is_private)
		self.assertTrue(file.file_url.startswith("/private/files/"))
		self.assertTrue(self.may_open(file, self.agent.user))
		self.assertTrue(self.may_open(file, self.manager))
		self.assertFalse(self.may_open(file, self.other.user))
		self.assertFalse(self.may_open(file, "Guest"))
		self.assertIn(file.name, [row["name"] for row in media.papers(self.listing.name, slot)])
		with as_user(self.other.user):
			self.assertEqual(frappe.get_list("File", {"name": file.name}), [])
			self.assertFalse(frappe.has_permission("File", "read", doc=file.name))

	def test_an_upload_for_its_slot_is_seen_only_by_who_works_on_the_listing(self):
		with as_user(self.agent.user):
			file = self.upload("身份证.jpg", field="identity", is_private=0)
		self.assert_paper(file, "Identity")

	def test_a_row_of_the_media_becomes_a_paper(self):
		with as_user(self.agent.user):
			photo = self.upload()
			public = self.upload_unattached()
		listing = self.show(("Certificate", photo), ("Certificate", public), ("Bedroom", self.photo()))
		self.assertEqual([(row.slot, row.idx) for row in listing.reload().media], [("Bedroom", 1)])
		self.assert_paper(photo)
		self.assert_paper(self.private_copy(public))

	def photo(self):
		with as_user(self.agent.user):
			return self.upload()

	def test_a_photo_whose_slot_becomes_a_paper_s_leaves_the_rows(self):
		photo = self.photo()
		listing = self.show(("Bedroom", photo))
		listing.media[0].slot = "Certificate"
		with as_user(self.agent.user):
			listing.save()
		self.assertFalse(frappe.db.exists("Listing Media", {"parent": listing.name}))
		self.assert_paper(photo)

	def test_a_row_of_an_older_version_becomes_a_paper(self):
		with as_user(self.agent.user):
			photo = self.upload_unattached()
		photo.db_set({"attached_to_doctype": "Listing", "attached_to_name": self.listing.name})
		row = {"parent": self.listing.name, "parenttype": "Listing", "parentfield": "media"}
		frappe.get_doc(
			{"doctype": "Listing Media", **row, "slot": "Certificate", "file": photo.file_url}
		).db_insert()
		media.move_paper(frappe.get_last_doc("Listing Media", {"parent": self.listing.name}))
		self.assertFalse(frappe.db.exists("Listing Media", {"parent": self.listing.name}))
		self.assert_paper(self.private_copy(photo))

	def test_who_leaves_the_listing_no_longer_opens_its_papers(self):
		with as_user(self.other.user):
			listing = self.make(room_no="777")
			paper = self.upload(field="certificate", listing=listing.name)
		self.assertTrue(self.may_open(paper, self.other.user))
		frappe.db.set_value("Listing", listing.name, {"maintainer": self.agent.name, "store": self.store})
		frappe.db.delete("Listing Role", {"parent": listing.name})
		self.assertFalse(self.may_open(paper, self.other.user))


class TestGallery(MediaCase):
	def photos(self, count=3) -> list:
		with as_user(self.agent.user):
			return [self.upload() for _ in range(count)]

	def test_the_first_photo_is_the_cover_until_one_is_chosen(self):
		one, two, three = self.photos()
		listing = self.show(("Living Room", one), ("Bedroom", two), ("Kitchen", three))
		self.assertEqual((listing.cover, [row.is_cover for row in listing.media]), (one.file_url, [1, 0, 0]))
		listing.media[2].is_cover = 1
		listing.save()
		self.assertEqual(
			(listing.cover, [row.is_cover for row in listing.media]), (three.file_url, [0, 0, 1])
		)
		listing.remove(listing.media[2])
		listing.save()
		self.assertEqual(listing.cover, one.file_url)
		listing.update({"cover": "/private/files/anything.jpg"})
		listing.save()
		self.assertEqual(listing.cover, one.file_url)
		files = frappe.get_all("File", {"attached_to_name": listing.name}, pluck="file_url")
		self.assertEqual(len(files), len(set(files)), "one File a photo")

	def test_a_photo_that_is_taken_out_is_deleted(self):
		one, two = self.photos(2)
		listing = self.show(("Living Room", one), ("Bedroom", two))
		listing.remove(listing.media[0])
		listing.save()
		media.delete(listing.name, [one.file_url, two.file_url])
		self.assertFalse(frappe.db.exists("File", one.name))
		self.assertTrue(frappe.db.exists("File", two.name))

	def test_a_slot_takes_its_kind_alone(self):
		with as_user(self.agent.user):
			video = self.upload("a.mp4", MP4 + frappe.generate_hash().encode())
		photo = self.photos(1)[0]
		for slot, file in (("Bedroom", video), ("Video", photo)):
			with self.assertRaisesRegex(frappe.ValidationError, "kind"):
				self.show((slot, file))
		self.assertEqual(self.show(("Video", video)).cover, None)

	def test_a_row_needs_a_file_its_user_may_open(self):
		with as_user(self.agent.user):
			paper = self.upload(field="certificate")
		with as_user(self.other.user):
			theirs = self.make(room_no="888")
			theirs.append("media", {"slot": "Bedroom", "file": paper.file_url})
			self.assertRaises(frappe.ValidationError, theirs.save)
		for url in ("/private/files/none.jpg", "https://example.com/a.jpg", None):
			listing = frappe.get_doc("Listing", self.listing.name)
			listing.append("media", {"slot": "Bedroom", "file": url})
			with self.assertRaisesRegex(frappe.ValidationError, "row 1"):
				listing.save()

	def test_a_vr_link_is_an_address(self):
		listing = frappe.get_doc("Listing", self.listing.name)
		listing.append("media", {"slot": "VR Link", "url": "javascript:alert(1)"})
		self.assertRaises(frappe.ValidationError, listing.save)
		listing.reload()
		listing.append("media", {"slot": "VR Link", "url": "https://vr.example.com/1"})
		listing.save()
		self.assertEqual(listing.reload().media[0].url, "https://vr.example.com/1")

	def test_a_listing_is_made_with_its_photos_in_one_go(self):
		with as_user(self.agent.user):
			file = self.upload_unattached()
			listing = self.make(room_no="999", media=[{"slot": "Exterior", "file": file.file_url}])
		file = self.private_copy(file)
		self.assertEqual((file.attached_to_doctype, file.attached_to_name), ("Listing", listing.name))
		self.assertEqual(listing.reload().cover, file.file_url)
