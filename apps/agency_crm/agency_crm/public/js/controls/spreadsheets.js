// What people typed leaves a table as text: no file for a spreadsheet opens as a formula of theirs (framework/spreadsheets.py).

const FORMULA = /^\s*[=+\-@＝＋－＠]/;
const NUMBER = /^[+-]\d+(\.\d+)?$/;

const { to_csv } = frappe.tools;
frappe.tools.to_csv = (rows) =>
	to_csv(rows.map((row) => row.map((cell) => (typeof cell === "string" ? as_text(cell) : cell))));

const { csv_to_array } = frappe.utils;
frappe.utils.csv_to_array = (text, delimiter) =>
	csv_to_array(text, delimiter).map((row) =>
		row.map((cell) => (typeof cell === "string" ? as_typed(cell) : cell))
	);

/** Return a cell for Frappe's writer, which takes the HTML out of it. */
function as_text(cell) {
	const text = new DOMParser().parseFromString(cell, "text/html").documentElement.textContent;
	const neutral = is_formula(text) ? `'${text}` : text;
	return neutral.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

const as_typed = (cell) => (cell.startsWith("'") && is_formula(cell.slice(1)) ? cell.slice(1) : cell);

const is_formula = (text) => FORMULA.test(text) && !NUMBER.test(text);
