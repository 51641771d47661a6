frappe.query_reports["Commission Reconciliation"] = {
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: frappe.defaults.get_user_default("Company"),
		},
		{ fieldname: "store", label: __("Store"), fieldtype: "Link", options: "Store" },
		{ fieldname: "deal", label: __("Deal"), fieldtype: "Link", options: "Deal" },
		{ fieldname: "from_date", label: __("Signed From"), fieldtype: "Date" },
		{ fieldname: "to_date", label: __("Signed Until"), fieldtype: "Date" },
		{ fieldname: "only_differences", label: __("Only Differences"), fieldtype: "Check" },
	],

	// a difference that isn't 0.00 can't be overlooked; a deal's column says nothing of a payee
	formatter(value, row, column, data, default_formatter) {
		if (column.fieldtype === "Currency" && (value === null || value === undefined)) return "";
		const shown = default_formatter(value, row, column, data);
		const off = column.is_difference && Math.abs(flt(value, 2)) > 0;
		if (off) return `<span class="text-danger bold">${shown}</span>`;
		const open = column.is_open && Math.abs(flt(value, 2)) > 0;
		return open ? `<span class="text-warning bold">${shown}</span>` : shown;
	},
};
