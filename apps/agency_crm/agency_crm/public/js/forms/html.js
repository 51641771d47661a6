// Values and tables as the Desk's own parts of a form write them; nothing here is HTML but what these make.

export const money = (value) => (value == null ? "" : format_number(value, null, 2));
export const percent = (value) => (value == null ? "" : `${Number(value)} %`);
export const text = (value) => frappe.utils.escape_html(value == null ? "" : String(value));

/** Returns a table of rows of HTML; `numbers` are the columns that stand to the right. */
export function table(head, rows, foot = null, numbers = []) {
	const cell = (tag, value, index) =>
		`<${tag} class="${numbers.includes(index) ? "text-right" : ""}">${value}</${tag}>`;
	const line = (tag, values) =>
		`<tr>${values.map((value, index) => cell(tag, value, index)).join("")}</tr>`;
	const body = rows.length
		? rows.map((row) => line("td", row)).join("")
		: `<tr><td colspan="${head.length}" class="text-muted">${__("None yet")}</td></tr>`;
	return `<table class="table table-bordered table-sm">
		<thead>${line("th", head)}</thead><tbody>${body}</tbody>
		${foot ? `<tfoot>${line("th", foot)}</tfoot>` : ""}</table>`;
}
