// What people type into a box, read without asking the server: the plain part of domain/inputs/numbers.py and
// domain/inputs/dates.py. tests/unit/inputs/test_boxes_of_a_form.py holds both sides to one table of examples.

export const WAN = 10000;

const NUMBER = String.raw`(\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)`;
const PRICE = new RegExp(`^[¥]?${NUMBER}(万元|万|W|元)?$`);
const PER_MONTH = /[/每]月$/;
const DATE = /^(\d{4}|\d{2})(?:年|[-./])(\d{1,2})(?:(?:月|[-./])(?:(\d{1,2})[日号]?)?)?$/;
const YEAR_ONLY = /^(\d{4}|\d{2})年$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const PIVOT = 50;

/** Text in half width and upper case, without spaces at its ends. */
export function fold(text) {
	return String(text ?? "")
		.normalize("NFKC")
		.trim()
		.toUpperCase();
}

const OPEN = new Set(
	"不限 不限制 无限制 无要求 没要求 没有要求 无所谓 都可以 都可 都行 均可 任意 随意 随便 不作要求".split(
		" "
	)
);

/** Whether a text leaves its box open: 不限. */
export function is_open(text) {
	return OPEN.has(fold(text).replaceAll(" ", ""));
}

/**
 * A price typed in a box of 万元 ("Wan") or 元 ("Yuan"): its amount in 元; {as_wan, as_yuan} for a bare
 * number above `ask_above` in a box of 万元; null for what only the server reads, or nobody.
 */
export function read_price(text, unit, ask_above) {
	let folded = fold(text).replaceAll(" ", "");
	folded = unit === "Yuan" ? folded.replace(PER_MONTH, "") : folded;
	const match = PRICE.exec(folded);
	const number = match ? Number(match[1].replaceAll(",", "")) : 0;
	if (!number) {
		return null;
	}
	const amount = (factor) => Math.round(number * factor * 100) / 100;
	if (match[2]) {
		return amount(match[2] === "元" ? 1 : WAN);
	}
	if (unit === "Yuan") {
		return amount(1);
	}
	return number > ask_above ? { as_wan: amount(WAN), as_yuan: amount(1) } : amount(WAN);
}

const plain = (sign) => sign.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A number with these signs between thousands and before its decimals; null for what only the server reads. */
export function plain_number(text, group, point) {
	const folded = fold(text);
	const decimals = point ? `(?:${plain(point)}\\d*)?` : "";
	const grouped = group ? `|\\d{1,3}(?:${plain(group)}\\d{3})+${decimals}` : "";
	const bare = point ? `|${plain(point)}\\d+` : "";
	if (!new RegExp(`^-?(?:\\d+${decimals}${grouped}${bare})$`).test(folded)) {
		return null;
	}
	const ungrouped = group ? folded.replaceAll(group, "") : folded;
	return Number(point ? ungrouped.replace(point, ".") : ungrouped);
}

/** The day a text names as yyyy-mm-dd, the first of a month or year where it names no more; null for no date. */
export function read_date(text) {
	const folded = fold(text).replaceAll(" ", "");
	const match = COMPACT.exec(folded) || DATE.exec(folded) || YEAR_ONLY.exec(folded);
	if (!match) {
		return null;
	}
	const [typed_year, month, day] = [match[1], Number(match[2] || 1), Number(match[3] || 1)];
	const century = typed_year.length === 4 ? 0 : Number(typed_year) <= PIVOT ? 2000 : 1900;
	const date = new Date(Date.UTC(Number(typed_year) + century, month - 1, day));
	const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
	return exists ? date.toISOString().slice(0, 10) : null;
}
