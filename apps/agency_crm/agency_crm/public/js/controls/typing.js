// Typing as people in Chinese offices do: full width, dates as they are spoken, an input method.

import { answered } from "./asked";
import { fold, plain_number, read_date } from "./boxes.mjs";

const { ControlInt, ControlFloat, ControlDate, ControlDatetime } = frappe.ui.form;

// every box for a number ends here; those of other apps calculate
const evaluate = ControlInt.prototype.eval_expression;
ControlInt.prototype.eval_expression = function (value) {
	return evaluate.call(this, typeof value === "string" ? fold(value) : value);
};

// in a form of ours 9-10 is a floor and no sum: what isn't plain the server reads, or says that it is no number
const is_ours = ({ df, frm, doc, layout }) =>
	(frm || doc || layout) && df.parent && frappe.get_meta(df.parent)?.module === "Agency CRM";
const is_typed = (control, value) => typeof value === "string" && fold(value) && is_ours(control);

for (const { prototype } of [ControlInt, ControlFloat]) {
	const { parse } = prototype;
	prototype.parse = function (value) {
		if (!is_typed(this, value)) {
			return parse.call(this, value);
		}
		const format = this.df.fieldtype === "Currency" ? this.get_number_format() : get_number_format();
		const { group_sep, decimal_str } = get_number_format_info(format);
		const number = plain_number(value, group_sep, decimal_str);
		const fits = number !== null && (this.df.fieldtype !== "Int" || Number.isInteger(number));
		return fits ? parse.call(this, number) : value;
	};
}

ControlInt.prototype.validate = function (value) {
	const read = this.parse(value);
	if (typeof read !== "string") {
		return read;
	}
	const { parent: doctype, fieldname } = this.df;
	const parent_doctype = this.doc?.parenttype;
	const asked = { text: read, doctype, fieldname, parent_doctype };
	return answered(this, frappe.xcall("agency_crm.api.desk.boxes.read_number", asked));
};

const TIME = /\s+(\d{1,2}:\d{2}(?::\d{2})?)$/;
const parse_date = ControlDate.prototype.parse;
ControlDate.prototype.parse = function (value) {
	const day = value && read_date(value);
	return day || parse_date.call(this, value);
};
const parse_datetime = ControlDatetime.prototype.parse;
ControlDatetime.prototype.parse = function (value) {
	const folded = fold(value);
	const day = read_date(folded.replace(TIME, ""));
	const time = TIME.exec(folded)?.[1] || "00:00";
	const seconds = time.split(":").length === 3 ? "" : ":00";
	return parse_datetime.call(this, day ? frappe.datetime.str_to_user(`${day} ${time}${seconds}`) : value);
};

// under every moment Frappe names the time zone: an office in one needs no note of it
const describe_datetime = ControlDatetime.prototype.set_description;
ControlDatetime.prototype.set_description = function () {
	const zone = frappe.boot.time_zone;
	this.df.hide_timezone ||= zone && zone.user === zone.system;
	describe_datetime.call(this);
};

// Enter that ends a composition belongs to the input method: it neither submits nor chooses anything
window.addEventListener(
	"keydown",
	(event) => {
		if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) {
			event.stopImmediatePropagation();
		}
	},
	true
);
