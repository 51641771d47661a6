// Why a listing has its grade, a client their level: a bar for each part and item, with the points it gives.

const points = (value) => format_number(value, null, Number.isInteger(value) ? 0 : 1);
const sum = (rows, key) => rows.reduce((total, row) => total + row[key], 0);

function bar(share, strong) {
	const height = strong ? 8 : 4;
	return `<div style="flex: 1; height: ${height}px; border-radius: 4px; background: var(--gray-200); overflow: hidden">
		<div style="width: ${100 * share}%; height: 100%; background: var(--primary-color, var(--blue-500));
			opacity: ${strong ? 1 : 0.55}"></div></div>`;
}

/** One bar: a label, how much of what could be had, in points. */
export function reason_line(label, got, most, strong) {
	const weight = strong ? "font-weight: 600; margin-top: 10px" : got ? "" : "color: var(--text-muted)";
	return `<div style="display: flex; align-items: center; gap: 10px; padding: 2px 0; ${weight}">
		<span style="width: 11em">${frappe.utils.escape_html(label)}</span>${bar(most ? got / most : 0, strong)}
		<span style="width: 6em; text-align: right">${points(got)} / ${points(most)}</span></div>`;
}

/**
 * The bars of reasons [{part, item, points, most}]. `parts` are [part, its name] in their order, `word` says an
 * item; of freshness the item says how fresh.
 */
export function reason_bars(reasons, parts, word) {
	const drawn = parts.map(([part, name]) => {
		const rows = reasons.filter((reason) => reason.part === part);
		if (!rows.length) {
			return "";
		}
		const fresh = part === "Freshness";
		const label = fresh ? `${name} · ${word(rows[0].item)}` : name;
		const items = fresh ? [] : rows.map((row) => reason_line(word(row.item), row.points, row.most));
		return reason_line(label, sum(rows, "points"), sum(rows, "most"), true) + items.join("");
	});
	return `<div style="max-width: 560px; margin-bottom: var(--margin-md)">${drawn.join("")}</div>`;
}
