// Typing as people in Chinese offices do: full width, dates as they are spoken, an input method.

import { fold, read_date } from "./boxes.mjs";

const { ControlInt, ControlDate, ControlDatetime } = frappe.ui.form;

// every box for a number ends here
const evaluate = ControlInt.prototype.eval_expression;
ControlInt.prototype.eval_expression = function (value) {
	return evaluate.call(this, typeof value === "string" ? fold(value) : value);
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
	return parse_datetime.call(
		this,
		day ? frappe.datetime.str_to_user(`${day} ${time}${seconds}`) : value
	);
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
