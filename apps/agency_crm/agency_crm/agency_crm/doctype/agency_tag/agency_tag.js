frappe.ui.form.on("Agency Tag", {
	async setup(frm) {
		frm.vocabulary = await frappe.xcall("agency_crm.api.tags.vocabulary");
		frappe.meta.get_docfield("Agency Tag Condition", "value", frm.doc.name).formatter = (
			value,
			_df,
			_options,
			row
		) => frappe.utils.escape_html(in_words(frm, row?.fact, value));
		frm.refresh_field("conditions");
	},

	onload(frm) {
		// a box is made when its row is entered: only then can it learn what its fact may be
		$(frm.wrapper).on("focusin", ".grid-row [data-fieldname=value] input", (event) =>
			offer_choices(frm, $(event.target).closest(".grid-row").attr("data-name"))
		);
	},

	refresh(frm) {
		frm.set_df_property("kind", "read_only", frappe.model.can_write("Agency Tag") ? 0 : 1);
		if (frm.doc.kind === "Rule" && frappe.model.can_write("Agency Tag")) {
			frm.add_custom_button(__("How Many Have It"), () => preview(frm));
		}
		if (!frm.is_new()) {
			frm.add_custom_button(__("Listings"), () =>
				frappe.set_route("List", "Listing", { "Listing Tag.tag": frm.doc.name })
			);
		}
	},
});

frappe.ui.form.on("Agency Tag Condition", {
	fact(frm, cdt, cdn) {
		const { operators } = frm.vocabulary[locals[cdt][cdn].fact] || { operators: ["Is"] };
		frappe.model.set_value(cdt, cdn, { operator: operators[0], value: "" });
		offer_choices(frm, cdn);
	},
});

function in_words(frm, fact, value) {
	const choices = frm.vocabulary?.[fact]?.choices || [];
	const word = (part) => choices.find((choice) => choice.value === part)?.label || part;
	return (value || "").split(", ").map(word).join("、");
}

function offer_choices(frm, name) {
	const row = frm.fields_dict.conditions.grid.grid_rows_by_docname[name];
	const box = row?.on_grid_fields_dict.value;
	if (!box || box.offers === row.doc.fact) {
		return;
	}
	box.offers = row.doc.fact;
	box.df.ignore_validation = 1; // several choices are no choice of the list: the server reads them
	box.set_data(frm.vocabulary[row.doc.fact]?.choices || []);
	box.format_for_input = (value) => in_words(frm, row.doc.fact, value);
	box.set_formatted_input(row.doc.value);
}

async function preview(frm) {
	const { found, of } = await frappe.xcall(
		"agency_crm.api.tags.preview",
		{ conditions: frm.doc.conditions },
		"POST"
	);
	frappe.msgprint({
		title: __("How Many Have It"),
		message: __("{0} of the newest {1} listings would have this tag.", [found, of]),
		indicator: "blue",
	});
}
