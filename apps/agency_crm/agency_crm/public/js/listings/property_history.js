// The address boxes of a listing's form with what the dictionary knows, and what was listed there before.

import { table, text } from "../forms/html";

const ask = (method, args) => frappe.xcall(`agency_crm.api.listings.properties.${method}`, args);

/** Another estate, building or unit: suggest anew, and look what was listed there. */
export function change_address(frm) {
	suggest_address(frm);
	show_past(frm);
}

/** Suggest buildings of the estate, units and rooms of the building. */
export async function suggest_address(frm) {
	const { estate, building_no, unit_no } = frm.doc;
	if (!estate || !frappe.model.can_read("Property")) {
		return;
	}
	const known = await ask("suggest", { estate, building_no, unit_no });
	set_suggestions(frm, "building_no", known.buildings);
	set_suggestions(frm, "unit_no", known.units);
	set_suggestions(frm, "room_no", known.rooms);
}

function set_suggestions(frm, fieldname, values) {
	const field = frm.fields_dict[fieldname];
	// a building or room of which nobody knows yet is typed as before
	field.df.ignore_validation = true;
	field.set_data?.(values);
}

/** Show what the user may know of earlier listings and deals of the new listing's address. */
export async function show_past(frm) {
	const { estate, building_no, unit_no, room_no } = frm.doc;
	const place = { estate, building_no, unit_no, room_no };
	const past = frm.is_new() && estate && building_no && room_no ? await ask("history_at", place) : null;
	const found = past && (past.listings.length || past.deals.length);
	frm.toggle_display("past_section", Boolean(found));
	const $body = frm.fields_dict.past_html.$wrapper.empty();
	if (!found) {
		return;
	}
	$body.append(past_table(past));
	if (Object.keys(past.facts).length) {
		$(`<button type="button" class="btn btn-default btn-sm">`)
			.text(__("Take Over the Facts"))
			.on("click", () => take_over(frm, past.facts))
			.appendTo($body);
	}
}

// what was typed already stays
async function take_over(frm, facts) {
	const untouched = ([field]) => !frm.doc[field] || frm.doc[field] === frm.get_docfield(field).default;
	const taken = Object.entries(facts).filter(untouched);
	await frm.set_value(Object.fromEntries(taken));
	frappe.show_alert({ message: __("{0} facts taken over", [taken.length]), indicator: "green" });
}

/** Draw the history of a Property on its form. */
export async function show_property_history(frm) {
	const past = await ask("history_of", { property: frm.doc.name });
	frm.fields_dict.history_html.$wrapper.empty().append(past_table(past));
}

function past_table({ listings, deals }) {
	const rows = [
		...listings.map((row) => [
			link("Listing", row.name, row.title),
			__(row.listing_type, null, "Listing"),
			price(row.listing_type, row.asking_price, row.rent),
			__(row.status, null, "Listing"),
			row.listed_on || row.creation,
		]),
		...deals.map((row) => [
			link("Deal", row.name, `${__("Deal")} ${row.name}`),
			__(row.deal_type, null, "Deal"),
			price(row.deal_type, row.deal_price, row.monthly_rent),
			__(row.status, null, "Deal"),
			row.signed_on,
		]),
	];
	if (!rows.length) {
		return $(`<p class="text-muted">`).text(__("Nothing was listed here that you may see."));
	}
	const heads = [__("Record"), __("Type"), __("Price"), __("Status"), __("Date")];
	const cells = (row) => [row[0], text(row[1]), row[2], text(row[3]), day(row[4])];
	return $(table(heads, rows.map(cells)));
}

const day = (moment) => (moment ? frappe.datetime.str_to_user(String(moment).slice(0, 10)) : "");
const price = (type, sale, rent) =>
	type === "Lease" ? agency_crm.format_price(rent, "Month") : agency_crm.format_price(sale, "Wan");
const link = (doctype, name, title) =>
	`<a href="${frappe.utils.get_form_link(doctype, name)}">${text(title || name)}</a>`;
