// A PDF in the form of its File: Frappe shows it in an <embed>, which the site's policy lets in nowhere.

frappe.ui.form.on("File", {
	preview_file(frm) {
		const $embedded = frm.get_field("preview_html").$wrapper.find("object");
		if ($embedded.length) {
			$embedded.replaceWith($("<iframe width='100%' height='1190'>").attr("src", frm.doc.file_url));
		}
	},
});
