// Who brought a client, whom they brought, and the link by which they bring others.

const api = (method, args, type) => frappe.xcall(`agency_crm.api.clients.referrals.${method}`, args, type);

/** Below a client's head: who brought them and whom they brought, as far as the user sees those clients. */
export async function show_referrals(frm) {
	const { brought_by, brought } = await api("around", { client: frm.doc.name });
	add_referral_link(frm);
	if (!brought_by && !brought.length) {
		return;
	}
	const link = ({ name, client_name, stage }) =>
		`${frappe.utils.get_form_link("Client", name, true, client_name)}
		<span class="text-muted">${__(stage, null, "Client")}</span>`;
	const lines = brought.map((row) => `<li>${link(row)}</li>`).join("");
	frm.dashboard.add_section(
		(brought_by ? `<p>${__("Brought by {0}", [link(brought_by)])}</p>` : "") +
			(lines && `<p class="mb-1">${__("Brought to us:")}</p><ul class="mb-0">${lines}</ul>`),
		__("Referrals")
	);
	frm.dashboard.show();
}

/** In the menu of a client or an agent: the link by which they bring others, to copy or to take back. */
export const add_referral_link = (frm) =>
	frm.page.add_menu_item(__("Referral Link"), () => show_link(frm.doctype, frm.doc.name));

async function show_link(doctype, name) {
	const url = await api("make_link", { doctype, name }, "POST");
	const dialog = new frappe.ui.Dialog({
		title: __("Referral Link"),
		fields: [
			{
				fieldname: "url",
				fieldtype: "Data",
				label: __("Whoever comes by this link was brought by them"),
				default: url,
				read_only: 1,
			},
		],
		primary_action_label: __("Copy"),
		primary_action: () => frappe.utils.copy_to_clipboard(url),
		secondary_action_label: __("Take Back"),
		secondary_action: () =>
			api("revoke_link", { doctype, name }, "POST").then(() => {
				dialog.hide();
				frappe.show_alert(__("The link given out so far leads nowhere now."));
			}),
	});
	dialog.show();
}
