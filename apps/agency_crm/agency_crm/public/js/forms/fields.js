// Fields that the dialogs of several forms ask for.

/** Why; `more` says what is different about the field. */
export const reason_field = (more) => ({
	fieldname: "reason",
	fieldtype: "Small Text",
	label: __("Reason"),
	reqd: 1,
	...more,
});

/** The options of a DocType's field, each in the user's language; the DocType's meta is loaded. */
export function options_of(doctype, fieldname) {
	const { options } = frappe.meta.get_docfield(doctype, fieldname);
	return options.split("\n").map((value) => ({ value, label: value && __(value, null, doctype) }));
}
