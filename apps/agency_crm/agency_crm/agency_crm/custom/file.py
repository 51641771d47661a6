"""Frappe's File, with a look at what comes in: it is stored in `before_insert`, where no hook comes first."""

import frappe
from frappe.core.doctype.file.file import File

from agency_crm.framework import uploads
from agency_crm.permissions import pointers
from agency_crm.services.listings import media


class AgencyFile(File):
	def before_insert(self):
		uploads.keep_what_is_found(self)
		uploads.check(self)
		media.receive(self)
		uploads.refuse_public_page(self)
		with uploads.explained(self):
			super().before_insert()

	def validate(self):
		if not self.is_new():
			uploads.keep_what_is_found(self)
		uploads.check(self)
		media.keep(self)
		uploads.refuse_public_page(self)
		with uploads.explained(self):
			super().validate()

	def delete_file_data_content(self, only_thumbnail=False):
		if uploads.is_needed_by_others(self):
			return
		super().delete_file_data_content(only_thumbnail)
		media.delete_thumbnail(self)

	def is_downloadable(self):
		# Frappe asks its own function, which knows no papers
		works_on_it = pointers.has_paper(self)
		allowed = super().is_downloadable() if works_on_it is None else works_on_it
		if not allowed:
			frappe.clear_messages()  # they name the record it hangs on
		return allowed
