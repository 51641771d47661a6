// What stands beside the open form has changed: the server tells no more, and is asked anew with the reader's right.

$(document).on("app_ready", () =>
	frappe.realtime.on("agency_docinfo", ({ doctype, name }) => {
		const frm = window.cur_frm;
		if (frm?.doctype === doctype && frm.docname === name && !frm.is_new()) {
			frm.reload_docinfo();
		}
	})
);
