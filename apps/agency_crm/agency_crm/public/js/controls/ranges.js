// A range in one box of a list's filters, typed as agents say it: "200-300", "90以上", "800以下". Its value is
// [low, high] in the field's own unit, null for an open end: what Frappe's "between" holds.

import { fold } from "./boxes.mjs";

const ABOVE = /^(?:>=?|≥)(.+)$|^(.+?)(?:及?以上|起|\+|ORMORE)$/;
const BELOW = /^(?:<=?|≤)(.+)$|^(.+?)(?:以下|以内|内|ORLESS)$/;
const BETWEEN = /^(.*?)(?:[-~–—至到])(.*)$/;
const UNITS = /[万元平米㎡室居]|m²/g;

/** The range a text means, in its `unit`; null for none. A number alone is `exact`, or the upper end. */
export function read_range(text, { unit, exact } = {}) {
	const bare = String(text ?? "")
		.replaceAll(unit || " ", "")
		.replace(UNITS, "");
	const folded = fold(bare).replaceAll(/[\s,]/g, "");
	const number = (part) => (part ? Number(part) : null);
	const [above, below, between] = [ABOVE, BELOW, BETWEEN].map((way) => way.exec(folded));
	let range;
	if (above || below) {
		const end = number((above || below).slice(1).find(Boolean));
		range = above ? [end, null] : [null, end];
	} else if (between) {
		range = [number(between[1]), number(between[2])];
	} else {
		range = exact ? [number(folded), number(folded)] : [null, number(folded)];
	}
	const ends = range.filter((end) => end !== null);
	if (!ends.length || ends.some((end) => Number.isNaN(end))) {
		return null;
	}
	return ends.length === 2 && range[0] > range[1] ? range.reverse() : range;
}

/** `200-300万`: a range as it is shown; `unit` stands behind the number. */
export function format_range([low, high], unit = "") {
	if (low === null || low === undefined) {
		return __("{0} or less", [`${high}${unit}`]);
	}
	if (high === null || high === undefined) {
		return __("{0} or more", [`${low}${unit}`]);
	}
	return low === high ? `${low}${unit}` : `${low}-${high}${unit}`;
}

/** The ranges between `steps`, the first and the last of them open. */
export function ranges_between(steps) {
	return [null, ...steps]
		.map((low, index) => [low, steps[index] ?? null])
		.filter(([low, high]) => low || high);
}

// df: presets ([low, high] each), factor (a typed 1 is so many of the field), unit, exact
frappe.ui.form.ControlRange = class ControlRange extends frappe.ui.form.ControlAutocomplete {
	make_input() {
		this.df.ignore_validation = true;
		this.df.options = this.df.presets.map((range) => format_range(range, this.df.unit));
		super.make_input();
	}

	get_value() {
		const range = read_range(this.get_input_value(), this.df);
		return range && range.map((end) => (end === null ? null : end * (this.df.factor || 1)));
	}

	set_value(value) {
		const typed = Array.isArray(value) ? this.show(value) : value;
		return super.set_value(typed);
	}

	/** What was typed is shown as it was read; what was not understood says so. */
	validate(text) {
		const range = read_range(text, this.df);
		if (text && !range) {
			frappe.show_alert({
				message: __("{0}: {1} is no range; write 200-300.", [
					this.df.label,
					frappe.utils.escape_html(text),
				]),
				indicator: "orange",
			});
		}
		return range ? format_range(range, this.df.unit) : "";
	}

	show(value) {
		const factor = this.df.factor || 1;
		return format_range(
			value.map((end) => (end === null || end === "" ? null : flt(end / factor, 6))),
			this.df.unit
		);
	}
};
