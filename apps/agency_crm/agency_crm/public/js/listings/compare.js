// Up to four listings side by side, what differs among them marked.

import { asked_price, floor_of, tag_pills, unit_price } from "./words";
import { small_picture } from "../forms/pictures";

const MOST = 4;
const { escape_html } = frappe.utils;

// row's label -> its text of one listing
function field(name) {
	const df = frappe.meta.get_docfield("Listing", name);
	return [__(df.label, null, "Listing"), (doc) => frappe.format(doc[name], df, { inline: true }, doc)];
}
const rows = () => [
	[__("Price"), (doc) => `<b>${asked_price(doc)}</b>`],
	[__("Unit Price"), unit_price],
	field("layout"),
	field("gross_area"),
	field("net_area"),
	[__("Floor", null, "Listing"), floor_of],
	...[
		"orientation",
		"decoration",
		"elevator",
		"property_type",
		"building_type",
		"year_built",
		"territory",
		"metro_distance",
		"has_school",
		"held_since",
		"sole_home",
		"mandate_type",
		"key_status",
	].map(field),
	[__("Tags"), tag_pills],
	...["grade", "verification_status", "listed_on", "last_follow_up_on", "status"].map(field),
];

/** Show the listings of these names side by side; too few or too many are told so. */
export async function compare(listings) {
	if (listings.length < 2 || listings.length > MOST) {
		frappe.msgprint({
			title: __("Compare"),
			message: __("Choose two to {0} listings to compare; {1} are chosen.", [MOST, listings.length]),
			indicator: "orange",
		});
		return;
	}
	const docs = await frappe.xcall("agency_crm.api.listings.finding.compare", { listings });
	const dialog = new frappe.ui.Dialog({ title: __("Compare"), size: "extra-large" });
	dialog.$body.html(table(docs));
	dialog.show();
}

function table(docs) {
	const cells = (tag, of) => docs.map((doc) => `<${tag}>${of(doc)}</${tag}>`).join("");
	const body = rows()
		.map(([label, text]) => [label, docs.map(text)])
		.filter(([, texts]) => texts.some((text) => text && text !== "0"))
		.map(([label, texts]) => {
			const differs = new Set(texts).size > 1 ? "agency-differs" : "";
			const row = texts.map((text) => `<td>${text || "–"}</td>`).join("");
			return `<tr class="${differs}"><th>${escape_html(label)}</th>${row}</tr>`;
		})
		.join("");
	return `<div class="agency-compare"><table class="table">
		<thead>
			<tr><th></th>${cells("td", photos)}</tr>
			<tr><th></th>${cells("td", title)}</tr>
		</thead>
		<tbody>${body}</tbody>
	</table></div>`;
}

const title = (doc) =>
	`<a href="${frappe.utils.get_form_link("Listing", doc.name)}">${escape_html(doc.title || doc.name)}</a>`;

function photos(doc) {
	const [cover, ...others] = doc.photos.map(
		({ file, slot }) =>
			`<a href="${escape_html(file)}" target="_blank" title="${escape_html(__(slot, null, "Listing Media"))}">
				<img src="${escape_html(small_picture(file))}" loading="lazy" alt=""></a>`
	);
	return cover
		? `<div class="agency-compare-cover">${cover}</div><div class="agency-compare-more">${others
				.slice(0, 4)
				.join("")}</div>`
		: `<div class="agency-card-empty">${__("No photo yet")}</div>`;
}
