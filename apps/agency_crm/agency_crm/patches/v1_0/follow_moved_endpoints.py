"""What the site stored names our endpoints where they are now."""

import frappe

from agency_crm.framework import moved

# an administrator's own cards, scripts and reports
STORED = {
	"Number Card": ("method",),
	"Client Script": ("script",),
	"Server Script": ("script",),
	"Custom HTML Block": ("script",),
	"Report": ("javascript", "report_script"),
	"Web Page": ("javascript",),
	"Web Form": ("client_script",),
}


def execute() -> None:
	for doctype, fields in STORED.items():
		for field in fields:
			named = {field: ("like", "%agency_crm.api.%")}
			for name, text in frappe.get_all(doctype, named, ["name", field], as_list=True):
				if (new := moved.rewrite(text)) != text:
					frappe.db.set_value(doctype, name, field, new, update_modified=False)
