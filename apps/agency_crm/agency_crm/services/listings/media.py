"""Photos, videos and links of a listing, and papers that only those who work on it see.

Photos and videos are private files attached to the Listing, readable by its readers. A paper (`PAPERS`) is a
private file attached to the Listing Private of the same name, with its slot as `attached_to_field`: only those
who work on the listing list and open it. That holds for every way in: an upload for the slot's field, a File
over REST, a row of Listing Media (which the save takes out). Rules: docs/rules/listings.md, "Pictures and
papers".
"""

from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import frappe
from frappe import _
from frappe.core.api.file import get_max_file_size
from frappe.core.doctype.file.utils import find_file_by_url
from frappe.utils import escape_html, get_url

from agency_crm.domain.errors import DomainError
from agency_crm.domain.inputs.text import without_markup
from agency_crm.domain.listings import files
from agency_crm.framework import jobs, pictures

# DocTypes whose files are checked before they are stored, and always private
HOMES = (
	"Listing",
	"Listing Private",
	"Listing Enquiry",
	"Listing Mandate",
	"Listing Verification",
	"Role Request",
)
PHOTOS = ("Exterior", "Living Room", "Bedroom", "Kitchen", "Bathroom", "Floor Plan")
PAPERS = ("Certificate", "Identity", "Tenant Waiver", "Mandate", "Holding Paper")
KINDS: dict[str, tuple[files.Kind, ...]] = {
	**dict.fromkeys(PHOTOS, ("Picture",)),
	**dict.fromkeys(PAPERS, ("Picture", "Paper")),
	"Video": ("Video",),
}
PAPER_FIELDS = {frappe.scrub(slot): slot for slot in PAPERS}
PRIVATE = "/private/files/"
WATCHED = ("file_url", "is_private", "attached_to_doctype", "attached_to_name", "attached_to_field")


def check_upload(
	name: str, content: bytes, *kinds: files.Kind, megapixels: float | None = None
) -> files.Kind:
	"""Return what an upload is ("Picture", "Paper" or "Video"; one of `kinds` where they are named).

	Raises ValidationError where it isn't what its name says, is of another kind, larger than Agency Settings
	let it be, or a picture of more than `megapixels`. Called before anything of it is stored or decoded.
	"""
	with _explained(name):
		kind = files.check(name, content, _largest(kinds))
		if kind == "Picture":
			pictures.check(content, megapixels)
		return kind


def ready(name: str, content: bytes) -> tuple[str, bytes]:
	"""Return name and content of a checked picture as it is kept: upright, bounded, without place and time.

	An iPhone's HEIC becomes a JPEG. Raises ValidationError for a damaged one.
	"""
	with _explained(name):
		kept = pictures.prepare(content)
	if kept.startswith(b"\xff\xd8") and Path(name).suffix.lower() in (".heic", ".heif"):
		name = f"{Path(name).stem}.jpg"
	return name, kept


def thumbnail(file) -> bytes:
	"""Return a small JPEG of a picture's File, kept beside the site's files. Raises ValidationError where it is none."""
	kept = _thumbnail_path(file)
	if kept and kept.is_file():
		return kept.read_bytes()
	path = Path(file.get_full_path())
	with _explained(file.file_name):
		small = pictures.thumbnail(path.read_bytes() if path.is_file() else b"")
	if kept:
		kept.parent.mkdir(exist_ok=True)
		partial = kept.with_suffix(f".{frappe.generate_hash(length=8)}")
		partial.write_bytes(small)
		partial.replace(kept)
	return small


def delete_thumbnail(file) -> None:
	"""Delete the small picture of a File whose content goes."""
	if kept := _thumbnail_path(file):
		kept.unlink(missing_ok=True)


def _thumbnail_path(file) -> Path | None:
	"""Return a path made of the content's hash: no two pictures share one, no upload can replace one."""
	digest = file.content_hash or ""
	return Path(frappe.get_site_path("private", "thumbnails", f"{digest}.jpg")) if digest.isalnum() else None


@contextmanager
def _explained(name: str):
	"""Say what is wrong with an upload in the user's language, naming it."""
	try:
		yield
	except DomainError as error:
		message = _(error.template).format(*(frappe.bold(escape_html(str(value))) for value in error.params))
		if name not in error.params:
			message = f"{frappe.bold(escape_html(name))}: {message}"
		frappe.throw(message, title=_("Not Uploaded"))


def receive(file) -> None:
	"""Check a File before Frappe stores it; a refused one leaves nothing in the table or on the disk.

	Raises PermissionError for a listing the user may not change, or an address of somebody else's private file;
	ValidationError as `check_upload` does.
	"""
	if file.is_folder:
		return
	if not _brings_content(file):
		_check_address(file)
	if file.attached_to_doctype not in HOMES:
		return
	file.file_name = without_markup(file.file_name or "")
	if file.attached_to_doctype == "Listing" and file.attached_to_field in PAPER_FIELDS:
		file.attached_to_doctype = "Listing Private"
	_check_home(file)
	slot = PAPER_FIELDS.get(file.attached_to_field)
	name, brought = file.file_name or file.file_url or "", _brings_content(file)
	kind = check_upload(name, _content(file), *KINDS.get(slot, ()))
	if brought and kind == "Picture":
		file.file_name, file.content = ready(name, file.content)
	file.is_private = 1


def keep(file) -> None:
	"""Check a File again that gets another address or parent, or is to be made public."""
	if not file.is_new() and any(file.has_value_changed(field) for field in WATCHED):
		receive(file)


def arrange(listing) -> None:
	"""Check the new rows of a listing's media, take the papers out of it and choose its cover.

	The cover is the photo ticked last, else the first. Raises ValidationError naming the row: no file of the
	slot's kind that this user may bring, or no link.
	"""
	before = listing.get_doc_before_save()
	known = _rows(before)
	for row in listing.media:
		if row.slot == "VR Link":
			_check_link(row)
		elif (row.slot, row.file) not in known:
			_check_file(listing, row)
	listing.flags.papers = [row for row in listing.media if row.slot in PAPERS]
	for row in listing.flags.papers:
		listing.remove(row)
	_choose_cover(listing, before.cover if before else None)


def settle(listing) -> None:
	"""After a save: attach the files of new rows, papers apart, and delete those taken out."""
	before = listing.get_doc_before_save()
	known = _rows(before)
	for row in [*listing.media, *(listing.flags.papers or [])]:
		if row.file and (row.slot, row.file) not in known:
			_attach(listing, row)
	if (before.cover if before else None) != listing.cover:
		_mark_cover(listing)
	kept = _rows(listing) | {(row.slot, row.file) for row in listing.flags.papers or []}
	removed = {file for _slot, file in known} - {file for _slot, file in kept} - {None, ""}
	if removed:
		frappe.enqueue(
			"agency_crm.services.listings.media.delete",
			listing=listing.name,
			urls=sorted(removed),
			enqueue_after_commit=True,
		)


def delete(listing: str, urls: list[str]) -> None:
	"""Delete files taken out of a listing's media; as a job, because a deleted file can't be rolled back."""
	home = {"attached_to_doctype": "Listing", "attached_to_name": listing}
	shown = frappe.get_all("Listing Media", {"parent": listing, "file": ("in", urls)}, pluck="file")
	gone = frappe.get_all("File", {**home, "file_url": ("in", set(urls) - set(shown))}, pluck="name")
	jobs.each(gone, _delete_file)


def _delete_file(name: str) -> None:
	frappe.delete_doc("File", name, ignore_permissions=True)  # perm: the row was theirs to remove


def papers(listing: str, slot: str | None = None) -> list[dict]:
	"""Return the papers of a listing, oldest first: name, file_name, file_url, slot, creation, owner.

	Who may know of them is the caller's question.
	"""
	home = {"attached_to_doctype": "Listing Private", "attached_to_name": listing}
	if slot:
		home["attached_to_field"] = frappe.scrub(slot)
	fields = ["name", "file_name", "file_url", "attached_to_field", "creation", "owner"]
	found = frappe.get_all("File", home, fields, order_by="creation")
	return [{**row, "slot": PAPER_FIELDS.get(row.pop("attached_to_field"))} for row in found]


def move_paper(row) -> None:
	"""Make a paper of a stored row of Listing Media (name, parent, slot, file), and its file private."""
	home = {"attached_to_doctype": "Listing", "attached_to_name": row.parent}
	for name in frappe.get_all("File", {**home, "file_url": row.file}, pluck="name"):
		file = frappe.get_doc("File", name)
		file = file if file.is_private else _private_copy(file)
		paper = {"attached_to_doctype": "Listing Private", "attached_to_field": frappe.scrub(row.slot)}
		file.db_set({**paper, "attached_to_name": row.parent})
	frappe.db.delete("Listing Media", {"name": row.name})


def has_paper(listing, slot: str) -> bool:
	"""Whether a paper of the slot is there, or comes with this save of the Listing."""
	coming = (row.slot for row in listing.flags.papers or [])
	return slot in coming or bool(papers(listing.name, slot))


def check_settings(settings) -> None:
	"""Say where Frappe's own bound, which holds for every request, is below those of Agency Settings."""
	bound = get_max_file_size() // (1024 * 1024)
	for field in ("photo_max_mb", "video_max_mb"):
		if settings.has_value_changed(field) and settings.get(field) > bound:
			frappe.msgprint(
				_(
					"This site takes no file above {0} MB: raise it in System Settings for {1} to count."
				).format(bound, frappe.bold(_(settings.meta.get_label(field), context=settings.doctype))),
				indicator="orange",
			)


def _largest(kinds: tuple[files.Kind, ...]) -> dict[files.Kind, int]:
	"""The kinds with the largest size of each in MB."""
	settings = frappe.get_cached_doc("Agency Settings")
	sizes = {
		"Picture": settings.photo_max_mb,
		"Paper": settings.photo_max_mb,
		"Video": settings.video_max_mb,
	}
	return {kind: size for kind, size in sizes.items() if not kinds or kind in kinds}


def _brings_content(file) -> bool:
	return bool(file.is_new() and file.content)


def _check_address(file) -> None:
	"""Refuse the address of a private file that the user may not open, or that is written in another way."""
	url = unquote((file.file_url or "").removeprefix(get_url()))
	known = url.startswith("/private/") and frappe.db.exists(
		"File", {"file_url": url, "name": ("!=", file.name or "")}
	)
	if ".." in url or "//" in url or "/./" in url or (known and not find_file_by_url(url)):
		frappe.throw(_("You may not use the file {0}.").format(escape_html(url)), frappe.PermissionError)


def _check_home(file) -> None:
	"""Refuse an upload to a listing the user may not change; a paper needs a slot and a saved listing."""
	paper = file.attached_to_doctype == "Listing Private"
	if paper and file.attached_to_field not in PAPER_FIELDS:
		frappe.throw(_("A paper is uploaded to one of: {0}.").format(", ".join(PAPER_FIELDS)))
	if file.attached_to_doctype not in ("Listing", "Listing Private") or file.flags.ignore_permissions:
		return
	saved = paper or frappe.db.exists("Listing", file.attached_to_name)
	frappe.has_permission(
		"Listing", "write" if saved else "create", doc=file.attached_to_name if saved else None, throw=True
	)


def _content(file) -> bytes:
	"""What is to be stored or, of a File by its address, what is stored."""
	if _brings_content(file):
		content = file.get_content()
		file.content = content.encode() if isinstance(content, str) else content
		file.file_url = None
		return file.content
	place = PRIVATE if file.is_new() else ("/files/", PRIVATE)
	if not (file.file_url or "").startswith(place):
		frappe.throw(
			_("Upload the file itself: {0} is no file of this site's private ones.").format(
				escape_html(file.file_url or "")
			)
		)
	file.file_name = file.file_name or Path(file.file_url).name
	path = Path(file.get_full_path())
	return path.read_bytes() if path.is_file() else b""


def _rows(listing) -> set[tuple]:
	return {(row.slot, row.file) for row in listing.media} if listing else set()


def _check_link(row) -> None:
	if not (row.url or "").startswith(("https://", "http://")):
		_refuse(row, _("a VR link starts with https://"))
	row.file = None


def _check_file(listing, row) -> None:
	file = _find(listing, row.file) if row.file else None
	if not file:
		_refuse(row, _("upload a file"))
	check_upload(Path(file.file_url).name, Path(file.get_full_path()).read_bytes(), *KINDS[row.slot])
	if not file.is_private:
		row.file = _private_copy(file).file_url


def _private_copy(file):
	"""A private File of a public one's content, which is deleted once this is committed.

	Frappe moves a file only where no private one has its name.
	"""
	content = Path(file.get_full_path()).read_bytes()
	copy = {"doctype": "File", "file_name": file.file_name, "content": content, "is_private": 1}
	frappe.enqueue(
		"frappe.delete_doc",
		doctype="File",
		name=file.name,
		ignore_permissions=True,  # perm: the user's own upload, kept as the private copy
		enqueue_after_commit=True,
	)
	return frappe.get_doc(copy).insert(ignore_permissions=True)  # perm: as above


def _refuse(row, what: str) -> None:
	frappe.throw(
		_("{0}, row {1} ({2}): {3}.").format(
			frappe.bold(_("Media")), row.idx, _(row.slot, context=row.doctype), what
		)
	)


def _find(listing, url: str):
	"""The File of an address that may go with the listing: its own, else one the user may open.

	A public one only where it is the user's own and nothing else's.
	"""
	names = frappe.get_all("File", {"file_url": url}, pluck="name", order_by="creation")
	found = [frappe.get_doc("File", name) for name in names]
	own = next((file for file in found if _is_own(file, listing.name)), None)
	return own or next(
		(file for file in found if _is_free(file) or (file.is_private and file.is_downloadable())), None
	)


def _is_own(file, listing: str) -> bool:
	return file.attached_to_name == listing and file.attached_to_doctype in ("Listing", "Listing Private")


def _is_free(file) -> bool:
	"""Whether the File is the user's own and attached to nothing, or to a form that was never saved."""
	home = (file.attached_to_doctype, file.attached_to_name)
	return file.owner == frappe.session.user and not (all(home) and frappe.db.exists(*home))


def _attach(listing, row) -> None:
	paper = row.slot in PAPERS
	home = {
		"attached_to_doctype": "Listing Private" if paper else "Listing",
		"attached_to_name": listing.name,
		"attached_to_field": frappe.scrub(row.slot) if paper else None,
	}
	file = _find(listing, row.file)
	if _is_own(file, listing.name) or _is_free(file):
		file.db_set(home, update_modified=False)
	else:
		copy = {"doctype": "File", "file_url": row.file, "file_name": file.file_name, **home}
		frappe.get_doc(copy).insert(ignore_permissions=True)  # perm: they may open it and change the listing


def _choose_cover(listing, before: str | None) -> None:
	photos = [row for row in listing.media if row.slot in PHOTOS]
	ticked = [row for row in photos if row.is_cover]
	cover = next((row for row in ticked if row.file != before), next(iter(ticked or photos), None))
	for row in listing.media:
		row.is_cover = int(row is cover)
	listing.cover = cover.file if cover else None


def _mark_cover(listing) -> None:
	"""Attach the cover's File to the field, as Frappe would with a second File."""
	home = {"attached_to_doctype": "Listing", "attached_to_name": listing.name}
	frappe.db.set_value("File", {**home, "attached_to_field": "cover"}, "attached_to_field", None)
	if listing.cover:
		frappe.db.set_value("File", {**home, "file_url": listing.cover}, "attached_to_field", "cover")
