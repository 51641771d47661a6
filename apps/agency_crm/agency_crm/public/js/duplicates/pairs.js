// A home that may be listed already: told on the form while it is typed, and reviewed two by two.

import { text as escape } from "../forms/html";

const WATCHED = [
	"listing_type",
	"estate",
	"address_text",
	"building_no",
	"unit_no",
	"room_no",
	"gross_area",
	"floor",
	"total_floors",
	"layout",
	"bedrooms",
	"living_rooms",
	"kitchens",
	"bathrooms",
	"asking_price",
	"rent",
];

const ask = frappe.utils.debounce((frm) => {
	const typed = Object.fromEntries(WATCHED.map((field) => [field, frm.doc[field]]));
	typed.owners = (frm.doc.owners || []).map((row) => row.client).filter(Boolean);
	if (!typed.estate) {
		return tell(frm, {});
	}
	const { name } = frm.doc;
	const asked = (frm.alike_asked = {});
	frappe
		.call({
			method: "agency_crm.api.duplicates.pairs.look",
			type: "POST",
			args: { typed, listing: frm.is_new() ? null : name },
		})
		.then(({ message }) => {
			// the answer to what was typed last, on the form it was typed in
			if (asked === frm.alike_asked && name === frm.doc.name) {
				tell(frm, message);
			}
		});
}, 600);

frappe.ui.form.on("Listing", {
	...Object.fromEntries(WATCHED.map((field) => [field, ask])),
	refresh(frm) {
		frm.alike_asked = null;
		tell(frm, {});
	},
});
frappe.ui.form.on("Listing Owner", { client: (frm) => ask(frm), owners_remove: (frm) => ask(frm) });

function tell(frm, { alike = [], owner_has = [] }) {
	const lists = [
		[__("This home may be listed already"), alike],
		[__("The owner also has"), owner_has],
	].filter(([, found]) => found.length);
	frm.$alike ||= $('<div class="agency-alike" role="status">').prependTo(frm.layout.wrapper);
	frm.$alike.html(
		lists
			.map(
				([heading, found]) => `<div class="form-message orange mb-3">
					<div class="font-weight-bold">${heading}</div>
					${found.map((listing) => `<div class="mt-1">${line(listing)}</div>`).join("")}
				</div>`
			)
			.join("")
	);
}

function line({ name, title, status, agent, store, score, reasons }) {
	if (!name) {
		return __("A listing of {0}. Ask there.", [escape(store || __("another store"))]);
	}
	const link = `<a class="btn-link" href="/app/listing/${encodeURIComponent(name)}" target="_blank"
		>${escape(name)} ${escape(title)}</a>`;
	const whose = [status, agent, store].filter(Boolean).map(escape).join(" · ");
	const why = reasons ? ` — ${__("{0} points: {1}", [score, reasons.map(escape).join(" · ")])}` : "";
	return `${link} · ${whose}${why}`;
}

/** The two listings of a Duplicate Pair's form beside each other, what differs marked. */
export async function show_pair(frm) {
	const { message } = await frappe.call("agency_crm.api.duplicates.pairs.side_by_side", {
		pair: frm.doc.name,
	});
	await new Promise((done) => frappe.model.with_doctype("Listing", done));
	const { listings, reasons } = message;
	const fields = Object.keys({ ...listings[0], ...listings[1] }).filter(
		(field) => !["name", "title"].includes(field)
	);
	const rows = await Promise.all(
		fields.map(async (field) => {
			const df = frappe.meta.get_docfield("Listing", field);
			const cells = await Promise.all(listings.map((listing) => cell(listing, df)));
			return { label: __(df.label, null, "Listing"), cells };
		})
	);
	const hidden = listings.some((listing) => !listing.title);
	const head = listings.map(
		({ name, title }) =>
			`<th><a href="/app/listing/${encodeURIComponent(name)}">${escape(name)}</a>
			<div class="text-muted">${escape(title || __("A listing of another store"))}</div></th>`
	);
	const body = rows
		.filter(({ cells }) => cells.some(Boolean))
		.map(({ label, cells }) => {
			const differs = !hidden && cells[0] !== cells[1];
			const mark = differs ? ' style="background: var(--bg-orange)"' : "";
			return `<tr${mark}><td class="text-muted">${escape(label)}</td>
				${cells.map((html) => `<td>${html}</td>`).join("")}</tr>`;
		});
	frm.fields_dict.comparison_html.$wrapper.html(`
		<p>${__("{0} points: {1}", [frm.doc.score, reasons.map(escape).join(" · ")])}</p>
		<table class="table table-bordered" style="table-layout: fixed">
			<thead><tr><th></th>${head.join("")}</tr></thead>
			<tbody>${body.join("")}</tbody>
		</table>`);
	return message;
}

async function cell(listing, df) {
	const value = listing[df.fieldname];
	if (!value) {
		return "";
	}
	if (df.fieldtype === "Link") {
		return escape((await agency_crm.fetch_titles(df.options, [value]))[0]);
	}
	const shown = typeof value === "string" ? escape(value) : value;
	return frappe.format(shown, df, { inline: true }, listing);
}
