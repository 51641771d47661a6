// A state or option in the trade's words: Frappe looks its translation up without the DocType, and shows
// ERPNext's word for Available, Draft or Requested.

const format_select = frappe.form.formatters.Select;
frappe.form.formatters.Select = function (value, df) {
	return df?.parent && value ? __(value, null, df.parent) : format_select(value, df);
};

const get_indicator = frappe.get_indicator;
frappe.get_indicator = function (doc, doctype = doc.doctype, ...rest) {
	const indicator = get_indicator(doc, doctype, ...rest);
	const [field, , state] = (indicator?.[2] || "").split(",");
	if (state && doc[field] === state) {
		indicator[0] = __(state, null, doctype);
	}
	return indicator;
};
