"""Our fields on ERPNext's vouchers: plain links, no Accounting Dimension (it would stand on 50 forms).

`deal` is copied to returns, so that a credit note counts for the deal of its invoice.
"""

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

MODULE = "Agency CRM"


def _link(fieldname: str, label: str, options: str, after: str, **more) -> dict:
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": "Link",
		"options": options,
		"insert_after": after,
		"search_index": 1,
		"print_hide": 1,
		"module": MODULE,
		**more,
	}


# the fee is one of the deal's
OF_DEAL = '[["Deal Fee", "deal", "like", "eval: doc.deal || \\"%\\""]]'

FIELDS = {
	"Sales Invoice": [
		_link("deal", "Deal", "Deal", "customer", in_standard_filter=1),
		_link("deal_fee", "Deal Fee", "Deal Fee", "deal", link_filters=OF_DEAL),
	],
	"Payment Entry": [
		_link("deal", "Deal", "Deal", "party_name", in_standard_filter=1),
		{
			"fieldname": "money_of_deals",
			"label": "Money of Deals",
			"fieldtype": "Small Text",
			"insert_after": "deal",
			"module": MODULE,
			**dict.fromkeys(("hidden", "read_only", "no_copy", "print_hide", "allow_on_submit"), 1),
		},
	],
	"Payment Entry Reference": [
		_link("deal", "Deal", "Deal", "reference_name", read_only=1, in_list_view=1, allow_on_submit=1)
	],
	"Journal Entry Account": [_link("deal", "Deal", "Deal", "cost_center")],
}
# how many of the ten columns of its table a field takes, so that with ours the last one still stands there
WIDTHS = {"Payment Entry Reference": {"reference_doctype": 1, "deal": 1}}


def make_custom_fields() -> None:
	"""Add the fields and the widths that are missing; what an administrator changed on them stays."""
	missing = {
		doctype: [field for field in fields if not _exists(doctype, field["fieldname"])]
		for doctype, fields in FIELDS.items()
	}
	create_custom_fields({doctype: fields for doctype, fields in missing.items() if fields})
	for doctype, widths in WIDTHS.items():
		for fieldname, width in widths.items():
			if not frappe.db.exists("Property Setter", _width(doctype, fieldname)):
				make_property_setter(
					doctype, fieldname, "columns", width, "Int", validate_fields_for_doctype=False
				)


def remove_custom_fields() -> None:
	for doctype, widths in WIDTHS.items():
		for fieldname in widths:
			frappe.db.delete("Property Setter", _width(doctype, fieldname))
	for doctype, fields in FIELDS.items():
		for field in fields:
			name = {"dt": doctype, "fieldname": field["fieldname"]}
			for custom_field in frappe.get_all("Custom Field", name, pluck="name"):
				frappe.delete_doc("Custom Field", custom_field, force=True)
		frappe.clear_cache(doctype=doctype)


def _width(doctype: str, fieldname: str) -> dict:
	return {"doc_type": doctype, "field_name": fieldname, "property": "columns"}


def _exists(doctype: str, fieldname: str) -> bool:
	return bool(frappe.db.exists("Custom Field", {"dt": doctype, "fieldname": fieldname}))
