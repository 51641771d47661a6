import frappe

from agency_crm.framework import fetched, workflow_guard
from agency_crm.services.clients import record, stages
from agency_crm.services.duplicates import pairs as duplicates
from agency_crm.services.listings import (
	changes,
	leases,
	mandates,
	media,
	required,
	roles,
	title,
	verification,
)
from agency_crm.services.listings import record as listings
from agency_crm.services.matching import notices, pairs
from agency_crm.services.privacy import reveals
from agency_crm.services.rating import listings as rating


class Listing(workflow_guard.GuardedDocument):
	# dialogs of the form fill them
	typed_fields = ("media", "price_reason")

	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from agency_crm.agency_crm.doctype.listing_media.listing_media import ListingMedia
		from agency_crm.agency_crm.doctype.listing_owner.listing_owner import ListingOwner
		from agency_crm.agency_crm.doctype.listing_role.listing_role import ListingRole
		from agency_crm.agency_crm.doctype.listing_tag.listing_tag import ListingTag

		acquired_by: DF.Literal["", "Purchase", "Gift", "Inheritance", "Housing Reform"]
		address_text: DF.Data | None
		asking_price: DF.Currency
		available_from: DF.Date | None
		bathrooms: DF.Int
		bedrooms: DF.Int
		building_no: DF.Autocomplete | None
		building_type: DF.Literal["", "Tower", "Slab", "Slab-Tower", "Bungalow", "Other"]
		certificate_date: DF.Date | None
		certificate_no: DF.Data | None
		cover: DF.AttachImage | None
		decoration: DF.Literal["", "Rough", "Simple", "Fine", "Luxury"]
		deed_tax_date: DF.Date | None
		deposit_months: DF.Float
		district: DF.Link | None
		elevator: DF.Literal["", "Yes", "No"]
		estate: DF.Link
		external_id: DF.Data | None
		external_key: DF.Data | None
		floor: DF.Int
		floor_band: DF.Literal["", "Basement", "Bottom", "Low", "Middle", "High", "Top"]
		grade: DF.Literal["", "A", "B", "C", "D"]
		grade_rank: DF.Float
		grade_reasons: DF.JSON | None
		grade_score: DF.Float
		gross_area: DF.Float
		has_school: DF.Check
		held_since: DF.Date | None
		held_since_reason: DF.Data | None
		is_urgent: DF.Check
		key_status: DF.Literal["None", "In", "Out", "Overdue", "Lost", "Returned"]
		kitchens: DF.Int
		lapse_reminded_on: DF.Date | None
		last_effective_on: DF.Datetime | None
		last_follow_up_on: DF.Datetime | None
		latitude: DF.Float
		layout: DF.Data | None
		lease_back_refused_on: DF.Date | None
		lease_end: DF.Date | None
		lease_reminded_on: DF.Date | None
		lease_start: DF.Date | None
		leased: DF.Check
		listed_on: DF.Date | None
		listing_type: DF.Literal["Sale", "Lease"]
		live_key: DF.Data | None
		living_rooms: DF.Int
		longitude: DF.Float
		maintainer: DF.Link | None
		mandate_end: DF.Date | None
		mandate_start: DF.Date | None
		mandate_type: DF.Literal["Ordinary", "Exclusive"]
		match_price: DF.Currency
		media: DF.Table[ListingMedia]
		merged_into: DF.Link | None
		metro_distance: DF.Int
		mortgaged: DF.Check
		net_area: DF.Float
		next_follow_up_on: DF.Date | None
		orientation: DF.Data | None
		owners: DF.Table[ListingOwner]
		ownership_type: DF.Literal[
			"",
			"Commodity Housing",
			"Purchased Public Housing",
			"Economically Affordable",
			"Shared Ownership",
			"Other",
		]
		payment_months: DF.Int
		phase: DF.Literal["Draft", "Live", "Held", "Closing", "Closed", "Dead"]
		pinned_by: DF.Link | None
		pinned_until: DF.Date | None
		price_change: DF.Currency
		price_changed_on: DF.Datetime | None
		price_reason: DF.SmallText | None
		property: DF.Link | None
		property_type: DF.Literal["", "Residential", "Apartment", "Villa", "Commercial"]
		remarks: DF.SmallText | None
		rent: DF.Currency
		rent_terms: DF.Data | None
		roles: DF.Table[ListingRole]
		room_no: DF.Autocomplete | None
		scope: DF.Literal["Public", "Area", "Store", "Private"]
		sealed: DF.Check
		sole_home: DF.Check
		sole_home_on: DF.Date | None
		sole_home_verified: DF.Check
		source_channel: DF.Data | None
		status: DF.Literal[
			"Draft",
			"Verifying",
			"Available",
			"On Hold",
			"Under Offer",
			"Sold",
			"Leased",
			"Sold Elsewhere",
			"Withdrawn",
			"Invalid",
		]
		status_reason: DF.SmallText | None
		store: DF.Link | None
		tag_names: DF.SmallText | None
		tags: DF.TableMultiSelect[ListingTag]
		tenant_waived: DF.Check
		territory: DF.Link | None
		title: DF.Data | None
		to_compare: DF.Check
		to_match: DF.Check
		total_floors: DF.Int
		unit_no: DF.Autocomplete | None
		unit_price: DF.Currency
		verification_due_on: DF.Date | None
		verification_status: DF.Literal["Unverified", "Verified", "Failed", "Expired"]
		verified_on: DF.Date | None
		verified_price: DF.Currency
		viewing_count: DF.Int
		year_built: DF.Int
	# end: auto-generated types

	def validate(self):
		# who changes it, and whose it is
		workflow_guard.check(self)
		roles.check_changes(self)
		listings.set_people(self)
		# read what was typed
		listings.read_address(self)
		listings.fill_from_estate(self)
		listings.read_layout(self)
		listings.read_orientation(self)
		listings.read_rent_terms(self)
		# derive: what is checked next hangs on it
		listings.derive(self)
		# check
		listings.check_number(self)
		listings.check_price(self)
		listings.check_facts(self)
		listings.check_dates(self)
		leases.check_dates(self)
		record.check_named(self, "owners", self.flags.let_in or ())
		listings.check_owners(self)
		# the home it is of, found by an address that stands; its pictures in their slots
		listings.set_property(self)
		listings.warn_of_room(self)
		media.arrange(self)
		title.check_title(self)
		required.check_required(self)
		# keep: the days and amounts of changes, what the rules make of it all, marks for the background
		changes.note(self)
		rating.set_marks(self)
		duplicates.mark(self)
		notices.mark(self)

	def on_update(self):
		media.settle(self)
		mandates.follow_store(self)
		duplicates.follow_store(self)
		verification.follow_listing_change(self)
		roles.close_ended_requests(self)
		changes.record(self)
		stages.follow_listing(self)
		fetched.carry(self)

	def on_trash(self):
		reveals.forget(self)
		pairs.forget(self)
		changes.forget(self)
		duplicates.forget(self)

	def check_transition(self, old_row, new_row):
		listings.check_transition(self, old_row, new_row)

	def db_insert(self, *args, **kwargs):
		with listings.one_listing_an_address(self):
			super().db_insert(*args, **kwargs)

	def db_update(self):
		with listings.one_listing_an_address(self):
			super().db_update()


def on_doctype_update():
	"""Indexes for what the day's work asks: what is next, of one agent; which listings look alike."""
	frappe.db.add_index("Listing", ["maintainer", "next_follow_up_on"])
	frappe.db.add_index("Listing", ["phase", "last_effective_on"])
	frappe.db.add_index("Listing", ["phase", "verification_due_on"])
	frappe.db.add_index("Listing", ["estate", "listing_type", "gross_area"])
	frappe.db.add_index("Listing", ["estate", "building_no", "room_no"])
	# the list's filters, its order, the map
	frappe.db.add_index("Listing", ["territory", "asking_price", "gross_area", "bedrooms"])
	frappe.db.add_index("Listing", ["estate", "modified"])
	frappe.db.add_index("Listing", ["territory", "modified"])
	# a district is many: the count asks the commonest filters of the index alone
	frappe.db.add_index("Listing", ["district", "modified", "asking_price", "gross_area", "bedrooms"])
	frappe.db.add_index("Listing", ["latitude", "longitude"])
	# what matching asks of thousands of listings, read of the index alone in the order of their prices
	market, facts = ["phase", "listing_type", "match_price"], ["gross_area", "match_facts"]
	frappe.db.add_index("Listing", ["territory", *market, *facts], "match_by_place")
	frappe.db.add_index("Listing", ["district", *market, *facts], "match_by_district")
	frappe.db.add_index("Listing", [*market, "district", *facts], "match_by_price")
