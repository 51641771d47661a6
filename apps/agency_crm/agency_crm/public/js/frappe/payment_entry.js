// A receipt says that it is one: the Desk calls every Payment Entry by one name.

frappe.ui.form.on("Payment Entry", {
	refresh: say_receipt,
	payment_type: say_receipt,
});

function say_receipt(frm) {
	if (frm.doc.payment_type !== "Receive") {
		frm.toolbar.set_title();
		return;
	}
	const name = frm.doc.title || frm.doc.name;
	frm.page.set_title(frm.is_new() ? __("New Receipt") : __("Receipt {0}", [name]));
}
