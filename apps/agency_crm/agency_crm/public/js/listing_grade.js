// The grade of a listing on its form: a bar for each part and item, with the points it gives.

const word = (text) => __(text, null, "Listing Grade Weight");
const points = (value) => format_number(value, null, Number.isInteger(value) ? 0 : 1);
const sum = (rows, key) => rows.reduce((total, row) => total + row[key], 0);

function bar(share, strong) {
	const height = strong ? 8 : 4;
	return `<div style="flex: 1; height: ${height}px; border-radius: 4px; background: var(--gray-200); overflow: hidden">
		<div style="width: ${100 * share}%; height: 100%; background: var(--primary-color, var(--blue-500));
			opacity: ${strong ? 1 : 0.55}"></div></div>`;
}

function line(label, got, most, strong) {
	const weight = strong ? "font-weight: 600; margin-top: 10px" : got ? "" : "color: var(--text-muted)";
	return `<div style="display: flex; align-items: center; gap: 10px; padding: 2px 0; ${weight}">
		<span style="width: 11em">${frappe.utils.escape_html(label)}</span>${bar(most ? got / most : 0, strong)}
		<span style="width: 6em; text-align: right">${points(got)} / ${points(most)}</span></div>`;
}

/** Draw why the form's listing has its grade, in the field grade_html. */
export function show_grade(frm) {
	show_tags(frm);
	const field = frm.get_field("grade_html");
	const reasons = JSON.parse(frm.doc.grade_reasons || "[]");
	if (!reasons.length) {
		field.html("");
		return;
	}
	const names = {
		Attributes: __("Attributes", null, "Listing Grade Weight"),
		Freshness: __("Freshness", null, "Listing Grade Weight"),
		Completeness: __("Completeness", null, "Listing Grade Weight"),
	};
	const steps = {
		Fresh: __("Fresh", null, "Listing Grade Weight"),
		Ageing: __("Ageing", null, "Listing Grade Weight"),
		Stale: __("Stale", null, "Listing Grade Weight"),
	};
	const parts = Object.entries(names).map(([part, name]) => {
		const rows = reasons.filter((reason) => reason.part === part);
		if (!rows.length) {
			return "";
		}
		const fresh = part === "Freshness";
		const label = fresh ? `${name} · ${steps[rows[0].item]}` : name;
		const items = fresh ? [] : rows.map((row) => line(word(row.item), row.points, row.most));
		return line(label, sum(rows, "points"), sum(rows, "most"), true) + items.join("");
	});
	field.html(`<div style="max-width: 560px; margin-bottom: var(--margin-md)">${parts.join("")}</div>`);
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
			.xcall(`agency_crm.api.grades.${method}`, { listing: frm.doc.name }, "POST")
			.then(() => frm.reload_doc())
	);
}
