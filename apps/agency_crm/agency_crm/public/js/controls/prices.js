// Prices as the trade speaks of them: stored in 元, shown and typed in 万元. One table of fields, so that forms,
// grids, lists, filters and dialogs agree. Rules: docs/rules/typing.md, "Prices".

import { answered } from "./asked";
import { WAN, is_open, read_price } from "./boxes.mjs";

const sale_or_rent = (field) => (doc) => (doc[field] === "Rent" ? "Month" : "Wan");

const of_listing = (doc) => (doc.listing_type === "Lease" ? "Month" : "Wan");

const BUDGET = {
	budget_min: sale_or_rent("requirement_type"),
	budget_max: sale_or_rent("requirement_type"),
};

// DocType -> field -> unit, or a function of the record that gives it
const FIELDS = {
	Listing: { asking_price: "Wan", rent: "Month", unit_price: "Metre", price_change: of_listing },
	"Listing Enquiry": { asking_price: "Wan", rent: "Month" },
	"Listing Private": { floor_price: "Wan" },
	Client: { looked_price: "Wan", looked_rent: "Month" },
	"Client Enquiry": BUDGET,
	"Client Requirement": BUDGET,
	Deal: { deal_price: "Wan", monthly_rent: "Month" },
	"Agency Settings": { price_min: "Wan", price_max: "Wan", rent_min: "Month", rent_max: "Month" },
};

const UNITS = {
	Wan: { factor: WAN, decimals: 2, label: () => __("10,000 CNY") },
	Month: { factor: 1, decimals: 0, label: () => __("CNY a month") },
	// its label names the unit
	Metre: { factor: 1, decimals: 0, label: () => "" },
};

/** The unit of a field of `doc`, undefined for one in 元.角分; `price_unit` in a dialog's field names it too. */
function unit_of(df, doc) {
	const unit = df.price_unit || FIELDS[df.parent]?.[df.fieldname];
	return UNITS[typeof unit === "function" ? unit(doc || {}) : unit];
}

// never fewer decimals than the amount has: what is shown in a box is what saving it again stores
function in_unit(amount, unit) {
	const shown = flt(amount / unit.factor, 6);
	const decimals = (String(shown).split(".")[1] || "").length;
	return format_number(shown, null, Math.max(unit.decimals, decimals));
}

/** `350.00`: an amount of 元 in a unit of UNITS, to that unit's decimals. */
function price_figure(amount, unit) {
	const shown = flt(amount) / unit.factor;
	const decimals = unit.decimals || Number.isInteger(flt(shown, 2)) ? unit.decimals : 2;
	return format_number(shown, null, decimals);
}

/** `350.00 万元`: an amount of 元 in a unit of UNITS; nothing for no amount. */
function format_price(amount, unit) {
	return flt(amount) ? `${price_figure(amount, unit)} ${unit.label()}`.trim() : "";
}

const format_currency_field = frappe.form.formatters.Currency;
frappe.form.formatters.Currency = function (value, df, options, doc) {
	const unit = df && unit_of(df, doc);
	return unit
		? frappe.form.formatters._right(format_price(value, unit), options)
		: format_currency_field(value, df, options, doc);
};

frappe.ui.form.ControlCurrency = class ControlPrice extends frappe.ui.form.ControlCurrency {
	get unit() {
		return unit_of(this.df, this.get_doc());
	}

	make_input() {
		super.make_input();
		if (!this.$unit && this.unit && !this.in_grid()) {
			this.$unit = $(`<span class="text-muted" style="position: absolute; right: 10px; top: 5px">`);
			this.$unit.insertAfter(this.$input).parent().css("position", "relative");
		}
	}

	set_formatted_input(value) {
		super.set_formatted_input(value);
		this.$unit?.text(this.unit.label());
	}

	format_for_input(value) {
		const { unit } = this;
		return unit ? (flt(value) ? in_unit(flt(value), unit) : "") : super.format_for_input(value);
	}

	/** What was typed as an amount in 元; a text not read here is left for `validate` to ask about. */
	parse(text) {
		const { unit } = this;
		if (!unit || typeof text !== "string" || !text.trim()) {
			return super.parse(text);
		}
		if (is_open(text)) {
			this.typed = null;
			return 0;
		}
		const amount = read_price(text, unit.factor === WAN ? "Wan" : "Yuan", ask_above());
		this.typed = typeof amount === "number" ? null : text;
		return this.typed ?? amount;
	}

	validate(value) {
		if (!this.unit) {
			return super.validate(value);
		}
		if (this.typed === null || value !== this.typed) {
			return value ? flt(value) : value;
		}
		return answered(this, this.ask(value));
	}

	// the same amount typed another way: show it as it is always shown
	validate_and_set_in_model(value, ...rest) {
		if (this.unit && value === this.get_model_value()) {
			this.set_formatted_input(value);
		}
		return super.validate_and_set_in_model(value, ...rest);
	}

	/** Resolves with the amount in 元: asks which unit is meant, or the server what the text says. */
	ask(text) {
		const wan = this.unit.factor === WAN;
		const readings = read_price(text, wan ? "Wan" : "Yuan", ask_above());
		if (readings) {
			return ask_unit(text, readings, __(this.df.label, null, this.df.parent));
		}
		return frappe.xcall("agency_crm.api.desk.boxes.read_price", {
			text,
			unit: wan ? "Wan" : "Yuan",
			doctype: this.df.parent,
			fieldname: this.df.fieldname,
		});
	}
};

function ask_above() {
	return frappe.boot.agency_crm?.ask_unit_above || Infinity;
}

function ask_unit(text, { as_wan, as_yuan }, label) {
	return new Promise((resolve, reject) => {
		const answer = (amount) => () => {
			dialog.answered = true;
			dialog.hide();
			resolve(amount);
		};
		const dialog = new frappe.ui.Dialog({
			title: __("Which unit is meant?"),
			fields: [
				{
					fieldtype: "HTML",
					options: frappe.utils.escape_html(
						__("{0}: {1} may be 10,000 CNY or CNY.", [label, text])
					),
				},
			],
			primary_action_label: format_price(as_yuan, UNITS.Wan),
			primary_action: answer(as_yuan),
			secondary_action_label: format_price(as_wan, UNITS.Wan),
			secondary_action: answer(as_wan),
			on_hide: () => dialog.answered || reject(),
		});
		dialog.show();
	});
}

export const price_list_formatter = (value, unit) => format_price(value, UNITS[unit]);

/** An amount in a unit that is said elsewhere. */
export const price_without_unit = (value, unit) => price_figure(value, UNITS[unit]);
