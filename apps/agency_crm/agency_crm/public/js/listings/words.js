// A listing's facts as lists, cards and comparisons say them.

const { escape_html } = frappe.utils;

/** The phases of a listing that hasn't ended (domain/phases.py). */
export const ON_OFFER = ["Draft", "Live", "Held", "Closing"];

/** What is asked: a sale's price or a lease's rent. */
export const asked_price = (doc) =>
	doc.listing_type === "Lease"
		? agency_crm.format_price(doc.rent, "Month")
		: agency_crm.format_price(doc.asking_price, "Wan");

/** A sale's price per m². */
export const unit_price = (doc) =>
	doc.listing_type === "Lease" || !doc.unit_price
		? ""
		: `${format_number(doc.unit_price, null, 0)} ${__("CNY/m²")}`;

/** `5/18层`, or the band where the floor isn't known. */
export function floor_of(doc) {
	if (doc.floor) {
		const floors = [doc.floor, doc.total_floors].filter(Boolean).join("/");
		return __("Floor {0}", [floors]);
	}
	return doc.floor_band ? __(doc.floor_band, null, "Listing") : "";
}

/** What the title doesn't say: floor, orientation, business circle. */
export const facts_line = (doc) =>
	[floor_of(doc), doc.orientation, doc.territory].filter(Boolean).map(escape_html).join(" · ");

export const tag_pills = (doc) =>
	(doc.tag_names || "")
		.split("、")
		.filter(Boolean)
		.map((tag) => `<span class="agency-tag">${escape_html(tag)}</span>`)
		.join("");

/** Whole days since a day or moment; null for none. */
export const days_since = (moment) =>
	moment ? Math.max(frappe.datetime.get_day_diff(frappe.datetime.get_today(), moment), 0) : null;

export const days_ago = (moment) => {
	const days = days_since(moment);
	return days === null ? "" : days ? __("{0} days ago", [days]) : __("Today");
};
