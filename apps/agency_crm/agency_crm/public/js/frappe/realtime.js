// What stands beside the open form has changed: the server tells no more, and is asked anew with the reader's right.

const ask_anew = frappe.utils.debounce(async (frm) => {
	const { doctype, docname: name } = frm;
	const asked = new URLSearchParams({ doctype, name });
	// not by frappe.call: who lost the right meanwhile did nothing that a message should answer
	const answer = await fetch(`/api/method/frappe.desk.form.load.get_docinfo?${asked}`);
	if (answer.ok && frm.docname === name) {
		frappe.model.sync(await answer.json());
		frm.timeline?.refresh();
	}
}, 300);

$(document).on("app_ready", () =>
	frappe.realtime.on("agency_docinfo", ({ doctype, name }) => {
		const frm = window.cur_frm;
		if (frm?.doctype === doctype && frm.docname === name) {
			ask_anew(frm);
		}
	})
);
