// What happened to a listing: its price over time with the states as marks, every entry below, and its followers.

import { add_pin_button } from "./grade";
import { reason_field } from "../forms/fields";
import { text as escape } from "../forms/html";

const SAMPLES = 12;
const DAY = 24 * 60 * 60 * 1000;

const time_of = (at) => frappe.datetime.str_to_obj(at).getTime();
const unit = (frm) => (frm.doc.listing_type === "Lease" ? "Month" : "Wan");
const price = (frm, value) => agency_crm.format_price(value, unit(frm));

/** Fetch and draw the history of the form's listing, with the buttons that need to know who is asking. */
export async function show_changes(frm) {
	const field = frm.get_field("history_html");
	const name = frm.doc.name;
	const found = await frappe.xcall("agency_crm.api.listings.changes.history", { listing: name });
	if (frm.doc.name !== name) {
		return;
	}
	add_follow_button(frm, found.follows);
	if (found.may_pin) {
		add_pin_button(frm);
	}
	field.html(`<div class="listing-price-chart"></div>${entries(frm, found.entries)}`);
	// a chart takes its width from a box that is shown
	frm.$wrapper.off("shown.bs.tab.history").on("shown.bs.tab.history", () => draw(frm, field, found));
	draw(frm, field, found);
}

function draw(frm, field, found) {
	const box = field.$wrapper.find(".listing-price-chart");
	if (!box.is(":visible") || box.children().length) {
		return;
	}
	const { labels, values } = sampled(found, time_of(frappe.datetime.now_datetime()));
	const in_unit = (value) => (unit(frm) === "Wan" ? value / 10000 : value);
	new frappe.Chart(box.get(0), {
		type: "line",
		height: 200,
		animate: 0, // a chart resized while it moves throws
		colors: ["blue"],
		data: { labels, datasets: [{ name: __("Price"), values: values.map(in_unit) }] },
		axisOptions: { xIsSeries: 0, xAxisMode: "tick", shortenYAxisNumbers: 0 },
		lineOptions: { hideDots: 0, regionFill: 1, dotSize: 3 },
		tooltipOptions: {
			formatTooltipY: (value) => price(frm, unit(frm) === "Wan" ? value * 10000 : value),
		},
	});
}

/** The price on evenly spaced days up to `now`; a day's label is the state the listing came into, or its date. */
function sampled({ prices, entries }, now) {
	const start = time_of(prices[0].at);
	const step = Math.max((now - start) / (SAMPLES - 1), DAY);
	const count = Math.min(SAMPLES, Math.max(2, Math.ceil((now - start) / step) + 1));
	const labels = [];
	const values = [];
	for (let index = 0; index < count; index++) {
		const until = index === count - 1 ? now : start + index * step;
		const last = prices.filter((point) => time_of(point.at) <= until).pop() || prices[0];
		const states = entries.filter(
			({ field, at }) => field === "Status" && time_of(at) <= until && time_of(at) > until - step
		);
		const date = moment(until).format("M/D");
		labels.push(states.length ? __(states.pop().new, null, "Listing") : date);
		values.push(last.price);
	}
	return { labels, values };
}

function entries(frm, rows) {
	const shown = (row, value) =>
		row.field === "Price" ? price(frm, value) : escape(__(value || "", null, "Listing"));
	// that the floor price changed is told, not from what to what
	const change = (row) =>
		row.field === "Floor Price"
			? __("Changed")
			: [shown(row, row.old), shown(row, row.new)].filter(Boolean).join(" → ");
	const lines = [...rows].reverse().map(
		(row) => `<tr><td class="text-muted">${frappe.datetime.str_to_user(row.at)}</td>
			<td>${escape(__(row.field, null, "Listing Change"))}</td>
			<td>${change(row)}</td>
			<td>${escape(row.reason)}</td><td class="text-muted">${escape(row.by_name)}</td></tr>`
	);
	return lines.length
		? `<div style="max-height: 260px; overflow: auto"><table class="table table-sm">${lines.join("")}</table></div>`
		: `<p class="text-muted">${__("Nothing has changed yet.")}</p>`;
}

function add_follow_button(frm, follows) {
	const call = (method, args) =>
		frappe
			.xcall(`agency_crm.api.listings.changes.${method}`, { listing: frm.doc.name, ...args }, "POST")
			.then(() => frm.reload_doc());
	frm.add_custom_button(follows ? __("Following") : __("Follow Changes"), () => {
		const dialog = new frappe.ui.Dialog({
			title: __("Follow Changes"),
			fields: [
				{
					fieldtype: "HTML",
					options: __("The bell tells you at once when its price or its status changes."),
				},
				{
					fieldname: "daily_mail",
					fieldtype: "Check",
					label: __("A mail of the day's changes too"),
					default: follows?.daily_mail,
				},
			],
			primary_action_label: __("Follow"),
			primary_action: ({ daily_mail }) => call("follow", { daily_mail }).then(() => dialog.hide()),
			...(follows && {
				secondary_action_label: __("Unfollow"),
				secondary_action: () => call("unfollow").then(() => dialog.hide()),
			}),
		});
		dialog.show();
	});
}

/** Before a save that changes the price of a listing that was on the market: ask why; resolves when it is said. */
export function ask_price_reason(frm) {
	const field = frm.doc.listing_type === "Lease" ? "rent" : "asking_price";
	const old = frm.saved_prices?.[field];
	if (!frm.doc.listed_on || frm.doc.price_reason || flt(old) === flt(frm.doc[field])) {
		return;
	}
	return new Promise((resolve, reject) => {
		const dialog = new frappe.ui.Dialog({
			title: __("Why the Price Changes"),
			fields: [
				{
					fieldtype: "HTML",
					options: `${price(frm, old)} → <b>${price(frm, frm.doc[field])}</b>`,
				},
				reason_field(),
			],
			primary_action_label: __("Save"),
			primary_action({ reason }) {
				frm.doc.price_reason = reason;
				dialog.hide();
				resolve();
			},
			on_hide: () => {
				if (!frm.doc.price_reason) {
					frappe.validated = false;
					reject();
				}
			},
		});
		dialog.show();
	});
}

/** Keep the prices as they are stored, to know at a save what they were. */
export function keep_prices(frm) {
	if (frm.is_dirty() && frm.saved_prices) {
		return;
	}
	frm.saved_prices = { asking_price: frm.doc.asking_price, rent: frm.doc.rent };
}
