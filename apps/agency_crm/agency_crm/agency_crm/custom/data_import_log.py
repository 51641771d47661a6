"""Frappe's log of an import's row, which also says what of the row was left as it was."""

import json

from frappe import _
from frappe.core.doctype.data_import_log.data_import_log import DataImportLog

from agency_crm.framework import system_fields


class AgencyDataImportLog(DataImportLog):
	def db_insert(self, *args, **kwargs):
		left = system_fields.left_by_import()
		if left and self.success:
			said = _("Left as they were, for only the system writes them: {0}.").format("; ".join(left))
			self.messages = json.dumps([{"message": said}])
		super().db_insert(*args, **kwargs)
