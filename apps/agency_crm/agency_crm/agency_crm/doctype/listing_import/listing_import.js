frappe.ui.form.on("Listing Import", {
	setup(frm) {
		frm.set_query("maintainer", () => ({ filters: { status: ["!=", "Left"] } }));
		frm.set_query("store", () => ({ filters: { is_group: 0 } }));
		// the server tells this user alone how far an import is
		frappe.realtime.on("listing_import", (state) => {
			if (state.name === frm.doc.name && cur_frm === frm) {
				show_progress(frm, state);
			}
		});
	},

	// a file that isn't a portal's is asked about as soon as it is there
	async after_save(frm) {
		if (frm.doc.mapping || frm.asked_about === frm.doc.file) {
			return;
		}
		frm.asked_about = frm.doc.file;
		const found = await frappe.xcall("agency_crm.api.imports.suggest_mapping", {
			listing_import: frm.doc.name,
		});
		if (!found.is_portal) {
			await frappe.model.with_doctype("Listing Import Column");
			ask_mapping(frm, found);
		}
	},

	refresh(frm) {
		frm.dashboard.clear_headline();
		if (frm.is_new()) {
			frm.set_intro(__("Save, look at what the file would give, then start."));
			return;
		}
		if (frm.doc.status === "Done") {
			frm.add_custom_button(__("Imported Listings"), () =>
				frappe.set_route("List", "Listing", { creation: [">=", frm.doc.creation] })
			);
			return;
		}
		frm.add_custom_button(__("Preview"), () => preview(frm));
		frm.add_custom_button(__("Match Columns"), () => map_columns(frm));
		const label = frm.doc.rows_done ? __("Continue") : __("Start Import");
		frm.page.set_primary_action(label, () => start(frm));
	},
});

async function map_columns(frm) {
	await frappe.model.with_doctype("Listing Import Column");
	const found = await frappe.xcall("agency_crm.api.imports.suggest_mapping", await saved(frm));
	ask_mapping(frm, found);
}

/** Ask what each column means, beginning with what it most likely is; the answer is kept as a mapping. */
function ask_mapping(frm, { mapping_name, columns }) {
	const targets = frappe.meta
		.get_docfield("Listing Import Column", "target")
		.options.split("\n")
		.map((value) => ({ value, label: __(value) }));
	const middle = Math.ceil(columns.length / 2);
	const boxes = columns.map(({ column, target, values }, number) => ({
		fieldname: `column_${number}`,
		fieldtype: "Select",
		label: frappe.utils.escape_html(column),
		options: targets,
		default: target,
		description: frappe.utils.escape_html(values.join(" · ")),
	}));
	const dialog = new frappe.ui.Dialog({
		title: __("What do the columns mean?"),
		size: "large",
		fields: [
			{
				fieldname: "mapping_name",
				fieldtype: "Data",
				label: __("Keep As"),
				default: mapping_name,
				reqd: 1,
				description: __("The next file of the same kind is read with it."),
			},
			{ fieldtype: "Column Break" },
			{
				fieldname: "source_channel",
				fieldtype: "Data",
				label: __("Source", null, "Listing Import Mapping"),
				default: mapping_name,
				reqd: 1,
				description: __("Two files of one source never make one listing twice."),
			},
			{
				fieldname: "listing_type",
				fieldtype: "Select",
				label: __("Listing Type"),
				options: ["Sale", "Lease"].map((value) => ({ value, label: __(value) })),
				default: columns.some(({ target }) => target === "rent") ? "Lease" : "Sale",
			},
			{ fieldtype: "Section Break", label: __("Columns of the File") },
			...boxes.slice(0, middle),
			{ fieldtype: "Column Break" },
			...boxes.slice(middle),
		],
		primary_action_label: __("Keep and Preview"),
		async primary_action({ mapping_name, source_channel, listing_type, ...chosen }) {
			const mapping = await frappe.db.insert({
				doctype: "Listing Import Mapping",
				mapping_name,
				source_channel,
				listing_type,
				columns: columns.map(({ column }, number) => ({
					column_name: column,
					target: chosen[`column_${number}`],
				})),
			});
			dialog.hide();
			await frm.set_value("mapping", mapping.name);
			await preview(frm);
		},
	});
	dialog.show();
}

async function saved(frm) {
	if (frm.is_dirty()) {
		await frm.save();
	}
	return { listing_import: frm.doc.name };
}

async function start(frm) {
	await frappe.xcall("agency_crm.api.imports.start", await saved(frm));
	frappe.show_alert({ message: __("The import runs in the background. You may leave this page."), indicator: "blue" });
}

function show_progress(frm, state) {
	frm.dashboard.show_progress(
		__("Import"),
		state.progress,
		__("{0} of {1} rows, {2} new, {3} rejected", [
			state.rows_done,
			state.rows_total,
			state.rows_created,
			state.rows_rejected,
		])
	);
	if (["Done", "Failed"].includes(state.status)) {
		frm.dashboard.hide_progress(__("Import"));
		frm.reload_doc();
	}
}

async function preview(frm) {
	const found = await frappe.xcall("agency_crm.api.imports.preview", await saved(frm));
	const text = (value) => frappe.utils.escape_html(cstr(value));
	const table = (heads, rows) =>
		`<table class="table table-bordered table-sm"><thead><tr>${heads
			.map((head) => `<th>${head}</th>`)
			.join("")}</tr></thead><tbody>${rows
			.map((row) => `<tr>${row.map((value) => `<td>${text(value)}</td>`).join("")}</tr>`)
			.join("")}</tbody></table>`;
	const counts = [
		[__("Rows"), found.rows_total],
		[__("New Listings"), found.rows_created],
		[__("Already There"), found.rows_known],
		[__("Rejected"), found.rows_rejected],
		[__("Look Alike"), found.rows_alike],
		[__("Estates the dictionary lacks"), found.estates_created],
	];
	const first = found.first.map((row) => [
		row.row,
		row.estate,
		row.place,
		row.listing_type,
		row.bedrooms,
		row.gross_area,
		row.floor,
		agency_crm.format_price(row.price, row.lease ? "Month" : "Wan"),
	]);
	const heads = [
		__("Row"),
		__("Estate"),
		__("Business Circle"),
		__("Listing Type"),
		__("Bedrooms"),
		__("Gross Area (m²)"),
		__("Floor"),
		__("Price"),
	];
	const figures = counts.map(
		([label, count]) => `<div><div class="h3" style="margin: 0">${count}</div>
			<div class="text-muted">${label}</div></div>`
	);
	let html = `<div style="display: flex; flex-wrap: wrap; gap: 12px 36px; margin-bottom: 1.5rem">
		${figures.join("")}</div><h5>${__("First Listings")}</h5>${table(heads, first)}`;
	if (found.rejects.length) {
		html += `<h5>${__("First Rejected Rows")}</h5>`;
		html += table([__("Row"), __("Column"), __("Reason")], found.rejects);
	}
	const dialog = new frappe.ui.Dialog({ title: __("Nothing was written yet"), size: "extra-large" });
	dialog.$body.html(html);
	dialog.show();
}
