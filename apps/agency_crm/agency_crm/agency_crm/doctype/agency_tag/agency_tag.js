frappe.ui.form.on("Agency Tag", {
	async setup(frm) {
		frm.vocabulary = await frappe.xcall("agency_crm.api.rating.tags.vocabulary");
		offer_facts(frm);
	},

	onload(frm) {
		// a box is made when its row is entered: only then can it learn what its fact may be
		$(frm.wrapper).on("focusin", ".grid-row [data-fieldname=value] input", (event) =>
			offer_choices(frm, $(event.target).closest(".grid-row").attr("data-name"))
		);
	},

	refresh(frm) {
		offer_facts(frm);
		frm.set_df_property("kind", "read_only", frappe.model.can_write("Agency Tag") ? 0 : 1);
		if (frm.doc.kind === "Rule" && frappe.model.can_write("Agency Tag")) {
			frm.add_custom_button(__("How Many Have It"), () => preview(frm));
		}
		const kinds = frm.doc.kind === "Rule" ? [frm.doc.applies_to] : ["Listing", "Client"];
		for (const kind of frm.is_new() ? [] : kinds) {
			frm.add_custom_button({ Listing: __("Listings"), Client: __("Clients") }[kind], () =>
				frappe.set_route("List", kind, { [`${kind} Tag.tag`]: frm.doc.name })
			);
		}
	},

	// what one kind knows, the other doesn't
	applies_to(frm) {
		frm.clear_table("conditions");
		offer_facts(frm);
	},
});

frappe.ui.form.on("Agency Tag Condition", {
	fact(frm, cdt, cdn) {
		const { operators } = facts_of(frm)[locals[cdt][cdn].fact] || { operators: ["Is"] };
		frappe.model.set_value(cdt, cdn, { operator: operators[0], value: "" });
		offer_choices(frm, cdn);
	},
});

const facts_of = (frm) => frm.vocabulary?.[frm.doc.applies_to] || {};

/** The facts of the kind to choose from, and what they may be in the user's words. */
function offer_facts(frm) {
	const options = Object.keys(facts_of(frm)).map((value) => ({
		value,
		label: __(value, null, "Agency Tag Condition"),
	}));
	const { grid } = frm.fields_dict.conditions;
	grid.update_docfield_property("fact", "options", options);
	grid.update_docfield_property("value", "formatter", (value, _df, _options, row) =>
		frappe.utils.escape_html(in_words(frm, row?.fact, value))
	);
	frm.refresh_field("conditions");
}

function in_words(frm, fact, value) {
	const choices = facts_of(frm)[fact]?.choices || [];
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
	box.set_data(facts_of(frm)[row.doc.fact]?.choices || []);
	box.format_for_input = (value) => in_words(frm, row.doc.fact, value);
	box.set_formatted_input(row.doc.value);
}

async function preview(frm) {
	const { found, of } = await frappe.xcall(
		"agency_crm.api.rating.tags.preview",
		{ conditions: frm.doc.conditions, applies_to: frm.doc.applies_to },
		"POST"
	);
	frappe.msgprint({
		title: __("How Many Have It"),
		message:
			frm.doc.applies_to === "Client"
				? __("{0} of the newest {1} clients would have this tag.", [found, of])
				: __("{0} of the newest {1} listings would have this tag.", [found, of]),
		indicator: "blue",
	});
}
