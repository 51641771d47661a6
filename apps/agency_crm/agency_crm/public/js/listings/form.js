// What makes a listing's form quick: directions by a click, the agency's required facts, years derived.

import { DIRECTIONS, pick_words } from "../controls/picks";

/** Directions to click under the box that keeps them as text. */
export const pick_orientation = (frm) => pick_words(frm, "orientation", DIRECTIONS);

/** Mark what the agency requires of this type before saving; say what the market will ask for. */
export function mark_required(frm) {
	const rules = (frappe.boot.agency_crm?.required || []).filter(
		({ listing_type }) => !listing_type || listing_type === frm.doc.listing_type
	);
	const fields = (moment) =>
		rules.filter(({ required_when }) => required_when === moment).map(({ fieldname }) => fieldname);
	(frm.required_marks || []).forEach((fieldname) => frm.toggle_reqd(fieldname, false));
	frm.required_marks = fields("Saving");
	frm.required_marks.forEach((fieldname) => frm.toggle_reqd(fieldname, true));
	const missing = fields("Going on the Market").filter((fieldname) => {
		const value = frm.doc[fieldname];
		return Array.isArray(value) ? !value.length : !value;
	});
	if (frm.doc.phase === "Draft" && !frm.is_new() && missing.length) {
		const labels = missing.map((fieldname) => __(frm.get_docfield(fieldname).label, null, frm.doctype));
		frm.set_intro(__("Before it goes on the market: {0}", [labels.join("、")]), "orange");
	}
}

/** What the title will ask for later, and how long the home has been held. */
export function show_title(frm) {
	const { doc } = frm;
	if (doc.listing_type === "Sale" && doc.leased && !doc.tenant_waived) {
		frm.set_intro(__("Leased: the tenant's waiver is needed before a deal goes to review."), "orange");
	}
	if (doc.sealed) {
		frm.set_intro(__("Sealed by a court: it can't be on the market."), "red");
	}
	const held = doc.held_since ? moment().diff(doc.held_since, "months") : 0;
	const years = Math.floor(held / 12);
	const mark = years >= 5 ? __("over five years") : years >= 2 ? __("over two years") : "";
	const text = doc.held_since ? __("{0} years {1} months", [years, held % 12]) : "";
	frm.set_df_property(
		"held_since",
		"description",
		[text, mark].filter(Boolean).join(" · ") || __("The earlier of certificate and deed tax date.")
	);
}

/** In Agency Settings, name Listing's fields as its form does. */
export async function offer_required_fields(frm) {
	const choices = await frappe.xcall("agency_crm.api.listings.required.get_choices");
	const { grid } = frm.fields_dict.required_fields;
	const label_of = (value) => choices.find((choice) => choice.value === value)?.label || value || "";
	grid.update_docfield_property("fieldname", "options", choices);
	grid.update_docfield_property("fieldname", "formatter", (value) =>
		frappe.utils.escape_html(label_of(value))
	);
	grid.refresh();
}
