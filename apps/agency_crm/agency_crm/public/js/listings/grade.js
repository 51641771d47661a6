// The grade of a listing on its form, its statements and pins.

import { reason_bars } from "../forms/reasons";

const word = (text) => __(text, null, "Listing Grade Weight");

/** Draw why the form's listing has its grade, in the field grade_html. */
export function show_grade(frm) {
	show_tags(frm);
	const reasons = JSON.parse(frm.doc.grade_reasons || "[]");
	const parts = [
		["Attributes", __("Attributes", null, "Listing Grade Weight")],
		["Freshness", __("Freshness", null, "Listing Grade Weight")],
		["Completeness", __("Completeness", null, "Listing Grade Weight")],
	];
	frm.get_field("grade_html").html(reasons.length ? reason_bars(reasons, parts, word) : "");
}

// below the tags: which of them rest on the owner's statement alone
function show_tags(frm) {
	const stated = (frm.doc.tags || []).filter((row) => row.by_statement).map((row) => row.tag);
	const text = stated.length ? __("By the owner's statement alone: {0}", [stated.join("、")]) : "";
	frm.get_field("tags").set_description(frappe.utils.escape_html(text));
}

/** The button of a manager: put the listing above the others for the days of Agency Settings, or take that back. */
export function add_pin_button(frm) {
	const pinned = frm.doc.pinned_until && frm.doc.pinned_until >= frappe.datetime.get_today();
	if (!pinned && frm.doc.phase !== "Live") {
		return;
	}
	const [label, method] = pinned ? [__("Unpin"), "unpin"] : [__("Pin"), "pin"];
	frm.add_custom_button(label, () =>
		frappe
			.xcall(`agency_crm.api.rating.grades.${method}`, { listing: frm.doc.name }, "POST")
			.then(() => frm.reload_doc())
	);
}
