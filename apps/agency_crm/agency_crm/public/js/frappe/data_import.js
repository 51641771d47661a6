// Frappe shows the messages of rows that failed alone: a row that came in may have had fields of the system.

frappe.ui.form.on("Data Import", {
	async render_import_log(frm) {
		const method = "frappe.core.doctype.data_import.data_import.get_import_logs";
		const logs = await frappe.xcall(method, { data_import: frm.doc.name });
		const lines = logs.filter(({ success }) => success).flatMap(left_of_row);
		const { $wrapper } = frm.get_field("import_log_preview");
		$wrapper.siblings(".agency-left-out").remove();
		if (lines.length) {
			const title = $("<h6>").text(__("What the import left as it was"));
			$(`<div class="agency-left-out">`).append(title, lines).insertAfter($wrapper);
		}
	},
});

function left_of_row({ row_indexes, messages }) {
	const said = JSON.parse(messages || "[]");
	const rows = JSON.parse(row_indexes).join(", ");
	return Array.isArray(said) ? said.map(({ message }) => $("<p>").text(`${rows}: ${message}`)) : [];
}
