"""Imports of listings: the form's checks for each row, written in bulk. What that leaves out: docs/import.md."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import get_fullname, getdate
from pymysql.err import DataError

from agency_crm.domain.errors import DomainError
from agency_crm.domain.importing import base as importing
from agency_crm.domain.importing import columns, listing_rows
from agency_crm.domain.importing.base import Reject, read_object
from agency_crm.domain.importing.listing_rows import PORTAL, Mapping, ParsedListing
from agency_crm.domain.inputs import tables
from agency_crm.domain.inputs.text import name_key
from agency_crm.domain.listings import record as rules
from agency_crm.domain.places.estates import EstateIndex, EstateRow, is_estate_column, read_estates
from agency_crm.framework import bulk, files, workflow_guard
from agency_crm.services.duplicates import pairs as duplicates
from agency_crm.services.importing.base import (
	ROW_ERRORS,
	Importer,
	Refusal,
	Said,
	Written,
	as_columns,
	as_row,
	check_patterns,
	read_earlier,
	read_file,
	reading_files,
	refuse_not_given,
	say,
	take_away,
	why,
)
from agency_crm.services.importing.owners import Owners
from agency_crm.services.listings import record as listings
from agency_crm.services.listings import required
from agency_crm.services.places import dictionary, properties
from agency_crm.services.privacy import secrets
from agency_crm.services.rating import listings as rating
from agency_crm.services.rating import tags

# The form's own fields of the same name; the rest of a ParsedListing says where it comes from.
COPIED = (
	"listing_type address_text building_no unit_no room_no property_type bedrooms living_rooms kitchens "
	"bathrooms gross_area net_area floor total_floors floor_band year_built building_type elevator decoration "
	"orientation asking_price rent certificate_date remarks external_id"
).split()

# What Listing.validate runs; the people are set once for all, the property and the place are found in bulk.
CHECKS = (
	workflow_guard.check,
	listings.read_address,
	listings.fill_from_estate,
	listings.read_layout,
	listings.derive,
	listings.check_price,
	listings.check_facts,
	listings.check_dates,
	listings.check_owners,
	required.check_required,
	rating.set_marks,
	duplicates.mark,
)
# checks that need no estate
OF_NEW_ESTATES = tuple(
	check for check in CHECKS if check not in (listings.fill_from_estate, listings.derive, rating.set_marks)
)
NEW = "new"  # stands for a client who isn't there yet
SAVEPOINT = "imported_listing"
ADDRESS = ("estate", *listings.BOXES)


class ListingImporter(Importer):
	"""A Listing Import: rows become listings, with the estates the dictionary lacks."""

	doctype = "Listing Import"
	makes = ("Listing", "Estate")
	targets = listing_rows.TARGETS
	headings = columns.LISTINGS
	counted = ("rows_created", "rows_known", "rows_alike", "estates_created")

	def __init__(self, doc):
		super().__init__(doc)
		self.mapping = saved_mapping(doc.mapping)
		self.encoding = self.mapping.encoding
		self.mapped = {column for column, _target in self.mapping.columns}
		self.places: list[EstateRow] = []
		self.not_made: dict[EstateRow, str] = {}  # an estate that was refused, and why
		self.lacking: set[str] = set()  # estates neither file nor dictionary has

	def read_columns(self) -> None:
		self.columns = self.mapping.columns

	def sources(self) -> Iterator[bytes]:
		yield repr(self.mapping).encode()
		if self.doc.estates_file:
			name, content = read_file(self.doc.estates_file)
			self.places = read_estates(tables.read_table(name, content, is_heading=is_estate_column))
			yield content

	def is_heading(self, text: str) -> bool:
		return text in self.mapped or super().is_heading(text)

	def suggest(self, shown: int) -> dict:
		found = super().suggest(shown)
		return {**found, "is_portal": columns.suggest_mapping(found["header"], "") == PORTAL}

	def rows(self) -> Iterator[ParsedListing | Reject]:
		bounds = listings.bounds()
		return listing_rows.parse_rows(
			self.table,
			self.mapping,
			self.index,
			bounds,
			getdate(),
			self.outcome,
			secrets.local_area_code(),
		)

	def preview(self, shown: int) -> dict:
		named = {name_key(place.name) for place in self.places}
		kept = [row for row in dictionary.load() if name_key(row.name) not in named]
		self.index = EstateIndex([*self.places, *kept])
		return {**super().preview(shown), "estates_created": len(self.lacking)}

	def foresee(self, read: list[ParsedListing]) -> Written:
		known, refused = self._known(read), []
		self.lacking |= {parsed.estate_name for parsed in read if not parsed.estate}
		new = [parsed for parsed in read if parsed.row not in known]
		people, template, drafts = Owners(new), self._template(), []
		whose = (template["maintainer"], template["store"], self.file_name)
		for parsed in new:
			try:
				owner = people.foresee(parsed, *whose) or NEW
			except ROW_ERRORS as error:
				refused.append(self._refused(parsed, error))
				continue
			estate = parsed.estate if _is_there(parsed.estate) else EstateRow(parsed.estate_name, key=NEW)
			values = {**template, **_values(parsed, estate)}
			values["owners"] = [{"client": owner}] if parsed.owner_phones else []
			drafts.append((parsed, frappe.get_doc(values)))
		dictionary.keep_at_hand(listing.estate for _row, listing in drafts if listing.estate != NEW)
		there = _judged([draft for draft in drafts if draft[1].estate != NEW], refused)
		lacking = [draft for draft in drafts if draft[1].estate == NEW]
		taken = [*there, *_judged(lacking, refused, OF_NEW_ESTATES)]
		return Written({"rows_created": len(taken), "rows_known": len(known)}, refused)

	def begin(self) -> None:
		self.index = EstateIndex(dictionary.load())
		self._add_estates(self.places)

	def prepare(self, read: list[ParsedListing]) -> None:
		"""Make the missing estates and their metro distances; refuse the rows of an estate that can't be made."""
		self._make_lacking(read)
		dictionary.keep_metro((estate.key, parsed.metro) for parsed, estate in self._placed(read))

	def _placed(self, read: list[ParsedListing]) -> Iterator[tuple[ParsedListing, EstateRow]]:
		for parsed in read:
			try:
				estate = parsed.metro and self._find(parsed)
			except DomainError:
				continue
			if estate and estate.key:
				yield parsed, estate

	def _make_lacking(self, read: list[ParsedListing]) -> None:
		wanted = list(dict.fromkeys(_estate_of(parsed) for parsed in read if self._needs_estate(parsed)))
		frappe.db.savepoint(SAVEPOINT)
		try:
			self._add_estates(wanted)
			return
		except ROW_ERRORS:
			frappe.db.rollback(save_point=SAVEPOINT)
		for estate in wanted:
			frappe.db.savepoint(SAVEPOINT)
			try:
				self._add_estates([estate])
			except ROW_ERRORS as error:
				frappe.db.rollback(save_point=SAVEPOINT)
				self.not_made[estate] = why(error)
		frappe.clear_messages()

	def finish(self) -> dict:
		return {"rows_alike": len(self.outcome.alike)}

	def write(self, read: list[ParsedListing]) -> Written:
		"""Insert the new listings with their comments."""
		known, refused = self._known(read), []
		template, new = self._template(), []
		for parsed in read:
			if parsed.row in known:
				continue
			try:
				estate = self._find(parsed)
			except DomainError as error:
				refused.append(self.said(Reject(parsed.row, parsed.column("estate_name"), error)))
				continue
			if estate:
				new.append((parsed, {**template, **_values(parsed, estate)}))
			else:
				reason = self.not_made.get(_estate_of(parsed), _("The estate is missing"))
				refused.append((parsed.row, parsed.column("estate_name"), reason))
		dictionary.keep_at_hand(values["estate"] for _row, values in new)
		masters = tags.ensure(row["tag"] for _row, values in new for row in values["tags"])
		for row in (row for _row, values in new for row in values["tags"]):
			row["tag"] = masters[row["tag"]]
		owned = [(parsed, values) for parsed, values in new if parsed.owner_phones]
		others = [(parsed, frappe.get_doc(values)) for parsed, values in new if not parsed.owner_phones]
		written = [*_checked(others, refused), *self._with_owners(owned, refused)]
		written = _inserted(sorted(written, key=lambda pair: pair[0].row), refused)
		self._comment(written)
		return Written({"rows_created": len(written), "rows_known": len(known)}, refused)

	def tidy(self) -> None:
		"""Delete a file that holds owners' numbers in clear."""
		if _has_owners(self.columns):
			take_away(self.doc, "file")

	def _with_owners(self, rows: list[tuple], refused: list[Said]) -> list[tuple]:
		"""Return the accepted (row, Listing) pairs, each with its owner; a refused one leaves no client."""
		passed, people = [], Owners((parsed for parsed, _values in rows), keep=True)
		for parsed, values in rows:
			frappe.db.savepoint(SAVEPOINT)
			before = len(passed)
			try:
				owner = people.ensure(parsed, values["maintainer"], values["store"], self.file_name)
				listing = frappe.get_doc({**values, "owners": [{"client": owner}]})
				passed += _checked([(parsed, listing)], refused)
			except ROW_ERRORS as error:
				refused.append(self._refused(parsed, error))
			if len(passed) == before:
				frappe.db.rollback(save_point=SAVEPOINT)
				people.look_again(parsed)
		people.forget_unused()
		return passed

	def _refused(self, parsed: ParsedListing, error: Exception) -> Said:
		column = parsed.column("owner_phones")
		if isinstance(error, Refusal):
			return self.said(Reject(parsed.row, column, error))
		return parsed.row, column, why(error)

	def show(self, parsed: ParsedListing) -> dict:
		place, band = parsed.estate or parsed, parsed.floor_band
		return {
			"row": parsed.row,
			"estate": parsed.estate.name if parsed.estate else parsed.estate_name,
			"place": " ".join(part for part in (place.district, place.circle) if part),
			"gross_area": float(parsed.gross_area),
			"bedrooms": parsed.bedrooms,
			"floor": parsed.floor or (band and _(band, context="Listing")),
			"price": float(parsed.rent or parsed.asking_price),
			"listing_type": _(parsed.listing_type, context="Listing"),
			"lease": parsed.listing_type == "Lease",
		}

	def _template(self) -> dict:
		"""Return what the file's listings share: a form's defaults, and whose they are."""
		people = frappe.new_doc("Listing")
		people.update({"maintainer": self.doc.maintainer, "store": self.doc.store})
		listings.set_people(people)
		return {
			**frappe.new_doc("Listing", as_dict=True),
			"source_channel": self.mapping.source_channel,
			"maintainer": people.maintainer,
			"store": people.store,
			"last_effective_on": people.last_effective_on,
			"roles": [role.as_dict(no_nulls=True, no_default_fields=True) for role in people.roles],
		}

	def _find(self, parsed: ParsedListing) -> EstateRow | None:
		"""The estate of a row, also where an earlier row has made it since this one was read."""
		return parsed.estate or self.index.find(parsed.estate_name, parsed.district, parsed.circle)

	def _needs_estate(self, parsed: ParsedListing) -> bool:
		try:
			return self._find(parsed) is None
		except DomainError:
			return False

	def _add_estates(self, rows: Iterable[EstateRow]) -> None:
		rows = list(rows)
		made = dictionary.add(rows, self.mapping.source_channel) if rows else []
		for row in made:
			self.index.add(row)
		self.doc.estates_created += len(made)

	def _known(self, read: list[ParsedListing]) -> set[int]:
		"""Row numbers of the listings that are in the database already, by their number in the channel."""
		channel = self.mapping.source_channel
		rows = {rules.external_key(channel, row.external_id): row.row for row in read}
		return {rows[key] for key in bulk.there("Listing", "external_key", rows)}

	def _comment(self, written: list[tuple]) -> None:
		"""One summary a record, in place of the versions bulk writing doesn't make."""
		user, now = frappe.session.user, frappe.utils.now()
		stamp = (user, user, now, now, user, get_fullname(user), "Info", "Listing")
		rows = []
		for parsed, listing in written:
			lines = [_("Imported from {0}, row {1}.").format(self.file_name, parsed.row)]
			lines += [say(note) for note in parsed.notes]
			content = frappe.utils.escape_html("\n".join(lines))
			rows.append((frappe.generate_hash(length=10), *stamp, listing.name, content))
		fields = ["name", "owner", "modified_by", "creation", "modified", "comment_email", "comment_by"]
		fields += ["comment_type", "reference_doctype", "reference_name", "content"]
		frappe.db.bulk_insert("Comment", fields, rows)


def _values(parsed: ParsedListing, estate: EstateRow) -> dict:
	read = {name: getattr(parsed, name) for name in COPIED}
	values = {name: value for name, value in read.items() if value not in (None, "")}
	return {
		**values,
		"estate": estate.key,
		"tags": [{"tag": name} for name in tags.split_names(parsed.tags)],
	}


def saved_mapping(name: str | None) -> Mapping:
	"""Return a Listing Import Mapping as the domain reads it; without a name the portal's."""
	if not name:
		return PORTAL
	saved = frappe.get_cached_doc("Listing Import Mapping", name)
	return Mapping(
		saved.source_channel, as_columns(saved.columns), saved.listing_type, saved.encoding or None
	)


def keep_mapping(mapping: str | None) -> str | None:
	"""Name of the Listing Import Mapping meant: one that is there, or one made from a JSON file."""
	if not mapping or frappe.db.exists("Listing Import Mapping", mapping):
		return mapping
	path = Path(mapping)
	if not path.is_file():
		frappe.throw(_("{0} is neither a saved mapping nor a file.").format(frappe.bold(mapping)))
	try:
		read = Mapping.from_dict(read_object(path.read_bytes()))
	except DomainError as error:
		frappe.throw(f"{path.name}: {error}")
	return _save(path.stem, read)


def likely_mapping(doc, name: str) -> str | None:
	"""Return the mapping for the file of an import for which nobody chose one; none for a portal's file.

	It is the mapping of that name, or one kept by it, of what the file's columns most likely mean.
	"""
	if frappe.db.exists("Listing Import Mapping", name):
		return name
	with reading_files():
		table = ListingImporter(doc).read_table(*read_file(doc.file))
	likely = columns.suggest_mapping(table.columns, name)
	return None if likely == PORTAL else _save(name, likely)


def _save(name: str, read: Mapping) -> str:
	return save_mapping(
		{
			"mapping_name": name,
			"source_channel": read.source_channel,
			"listing_type": read.listing_type,
			"encoding": read.encoding,
			"columns": [as_row(*pair) for pair in read.columns],
		}
	)


def save_mapping(values: dict) -> str:
	"""Keep a Listing Import Mapping by its name, in place of an earlier one that the user may write; return the name."""
	name = values.get("mapping_name")
	there = frappe.db.exists("Listing Import Mapping", name)
	saved = (
		frappe.get_doc("Listing Import Mapping", name) if there else frappe.new_doc("Listing Import Mapping")
	)
	saved.update(values)
	return saved.save().name


def check_mapping(doc) -> None:
	"""Refuse a mapping that says nothing of the estate, or two things of one column."""
	columns = [row.column_name for row in doc.columns]
	twice = next((column for column in columns if columns.count(column) > 1), None)
	if twice:
		frappe.throw(_("{0}: {1} stands there twice.").format(frappe.bold(_("Columns")), twice))
	check_patterns(doc, listing_rows.TARGETS)
	named = [importing.named_targets(target) for _column, target in as_columns(doc.columns)]
	if not any("estate_name" in targets for targets in named):
		refuse_not_given("estate_name", "Listing Import Column")


def take_mapping(doc) -> None:
	"""Give a file of refused rows the mapping of the import that refused them."""
	if doc.mapping:
		return
	found = read_earlier(
		doc,
		lambda name: {column for column, _target in saved_mapping(name).columns},
		read_by="mapping",
		mapping=("is", "set"),
	)
	doc.mapping = found or doc.mapping


def check_files(doc) -> None:
	"""Refuse a file the user may not read: a saved record would attach it and so open it.

	One that holds owners' numbers must be private.
	"""
	for fieldname in ("file", "estates_file"):
		if doc.get(fieldname) and doc.has_value_changed(fieldname):
			files.readable(doc.get(fieldname))
	if doc.file and doc.mapping and _has_owners(saved_mapping(doc.mapping).columns):
		files.private(doc.file)


def _has_owners(columns: importing.Columns) -> bool:
	return any("owner_phone" in importing.named_targets(target) for _column, target in columns)


def _checked(rows: list[tuple], refused: list[Said]) -> list[tuple]:
	"""Return the (row, Listing) pairs a save of the form would take, each with its property; add why not to
	`refused`.
	"""
	rows = _judged(rows, refused)
	properties.ensure([[listing.get(name) for name in ADDRESS] for _row, listing in rows])
	return _sift(rows, (listings.set_property,), refused)


def _judged(rows: list[tuple], refused: list[Said], checks: Sequence[Callable] = CHECKS) -> list[tuple]:
	"""Return the (row, Listing) pairs a save of the form would take, without writing; add why not to `refused`."""
	keys = [listings.live_key(listing) for _row, listing in rows]
	taken = bulk.there("Listing", "live_key", filter(None, keys))
	return _sift(rows, (*checks, lambda listing: _check_place(listing, taken), bulk.check), refused)


def _inserted(written: list[tuple], refused: list[Said]) -> list[tuple]:
	"""Insert the listings in one go; where the database refuses one, insert each alone."""
	frappe.db.savepoint(SAVEPOINT)
	try:
		bulk.insert([listing for _row, listing in written])
		return written
	except DataError:
		frappe.db.rollback(save_point=SAVEPOINT)
	return [pair for pair in written if _insert_alone(*pair, refused)]


def _insert_alone(parsed: ParsedListing, listing, refused: list[Said]) -> bool:
	frappe.db.savepoint(SAVEPOINT)
	try:
		bulk.insert([listing])
		return True
	except DataError as error:
		frappe.db.rollback(save_point=SAVEPOINT)
		refused.append((parsed.row, "", why(error)))
		return False


def _sift(rows: list[tuple], checks: Sequence[Callable], refused: list[Said]) -> list[tuple]:
	"""Return the pairs that pass all checks; of the others note all faults at once."""
	passed = []
	for parsed, listing in rows:
		reasons = list(filter(None, (_reason(check, listing) for check in checks)))
		if reasons:
			refused.append((parsed.row, "", " · ".join(dict.fromkeys(reasons))))
		else:
			passed.append((parsed, listing))
	frappe.clear_messages()
	return passed


def _reason(check: Callable, listing) -> str:
	try:
		check(listing)
	except ROW_ERRORS as error:
		return why(error)
	return ""


def _check_place(listing, taken: set[str]) -> None:
	"""Refuse an address that is listed, in the words in which the database's own refusal is told."""
	listing.live_key = listings.live_key(listing)
	if listing.live_key in taken:
		with listings.one_listing_an_address(listing):
			raise frappe.UniqueValidationError(listing.doctype, listing.name, "live_key")


def _is_there(estate: EstateRow | None) -> bool:
	"""Whether an estate is in the dictionary, and not in the file of estates alone."""
	return bool(estate and estate.key)


def _estate_of(parsed: ParsedListing) -> EstateRow:
	return EstateRow(parsed.estate_name, parsed.district, parsed.circle)
