// What a client said beside what they looked at, and why they have their level.

import { reason_bars } from "../forms/reasons";
import { range_words } from "../matching/wish_words";

const { escape_html } = frappe.utils;
const word = (text) => HOW_FRESH[text]?.() || __(text, null, "Client Level Weight");
const HOW_FRESH = {
	Fresh: () => __("Fresh", null, "Client Level Weight"),
	Ageing: () => __("Ageing", null, "Client Level Weight"),
	Stale: () => __("Stale", null, "Client Level Weight"),
};
const UNITS = { Buy: "Wan", Rent: "Month" };
const OPEN = `<span class="text-muted">–</span>`;
const percent = (value) => `${format_number(value, null, 0)} %`;

/** Draw why the form's client has their level, in the field level_html; an owner who seeks nothing has none. */
export function show_level(frm) {
	const reasons = JSON.parse(frm.doc.level_reasons || "[]");
	const parts = [
		["Attributes", __("What Speaks for a Deal", null, "Client Level Weight")],
		["Freshness", __("Last Contact", null, "Client Level Weight")],
		["Completeness", __("What Is Known", null, "Client Level Weight")],
	];
	const by_hand = frm.doc.level_by_hand
		? `<p class="text-muted">${__("The level is set by hand; by rule it would follow these points.")}</p>`
		: "";
	frm.get_field("level_html").html(
		reasons.length ? by_hand + reason_bars(reasons, parts, word) : __("Looks for nothing: no level.")
	);
}

/** Draw what was said beside what was looked at, in the field profile_html of a client or a requirement. */
export async function show_profile(frm) {
	const may_see = frappe.model.can_read("Client Requirement");
	frm.toggle_display("profile_html", may_see);
	if (!may_see) {
		return;
	}
	const of_requirement = frm.doctype === "Client Requirement";
	const blocks = await frappe.xcall(
		"agency_crm.api.clients.profile.get_profile",
		of_requirement ? { client: frm.doc.client, requirement: frm.doc.name } : { client: frm.doc.name }
	);
	const nothing = `<p class="text-muted">${__(
		"No open requirement and no viewing yet: nothing to compare."
	)}</p>`;
	frm.get_field("profile_html").html(blocks.map(table).join("") || nothing);
}

function table({ requirement_type, said, looked, differences }) {
	const unit = UNITS[requirement_type];
	const names = {
		price: requirement_type === "Buy" ? __("Price") : __("Monthly Rent", null, "Listing"),
		area: __("Area", null, "Client Level Weight"),
		bedrooms: __("Layout", null, "Listing"),
		places: __("Places", null, "Client Requirement"),
	};
	const rows = Object.entries(names).map(
		([item, name]) => `<tr>
			<th>${escape_html(name)}</th>
			<td>${said ? escape_html(SAID[item](said, unit)) || OPEN : OPEN}</td>
			<td>${escape_html(LOOKED[item](looked, unit)) || OPEN}
				${differences
					.filter((found) => found.item === item)
					.map(mark)
					.join("")}</td></tr>`
	);
	return `<table class="table table-bordered agency-profile">
		<thead><tr>
			<th>${__(requirement_type, null, "Client Requirement")}</th>
			<th>${__("What They Said")}</th>
			<th>${__("What They Looked At")} <span class="text-muted">${__("{0} listings", [looked.listings])}</span></th>
		</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function mark({ item, direction, percent: by }) {
	const text = {
		Above: __("{0} above what they said", [percent(by)]),
		Below: __("{0} below what they said", [percent(by)]),
		Outside:
			item === "places" ? __("{0} elsewhere", [percent(by)]) : __("{0} other than said", [percent(by)]),
	}[direction];
	return ` <span class="indicator-pill no-indicator-dot orange">${text}</span>`;
}

const price = (amount, unit) => agency_crm.format_price(amount, unit);
const square = (amount) => `${format_number(amount, null, Number.isInteger(amount) ? 0 : 1)} ㎡`;
const rooms = (count) => __("{0} bedrooms", [count]);

const SAID = {
	price: (said, unit) => range_words(said.price_min, said.price_max, (amount) => price(amount, unit)),
	area: (said) => range_words(said.area_min, said.area_max, square),
	bedrooms: (said) => range_words(said.bedrooms_min, said.bedrooms_max, rooms),
	places: (said) => [...said.places, ...said.estates].join("、"),
};

const span = (of, say) =>
	of ? `${__("about {0}", [say(of.mean)])}（${range_words(of.low, of.high, say)}）` : "";
const shares = (rows, say) => rows.map(([what, share]) => `${say(what)} ${percent(share)}`).join("、");

const LOOKED = {
	price: (looked, unit) => span(looked.price, (amount) => price(amount, unit)),
	area: (looked) => span(looked.area, square),
	bedrooms: (looked) => shares(looked.bedrooms, rooms),
	places: (looked) => shares(looked.places, String),
};
