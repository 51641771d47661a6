// The file of a client: whom others name it as, and the way to have it erased.

import { text as escape } from "../forms/html";
import { reason_field } from "../forms/fields";

/** Show who names this client among their people, below its own: a relation is kept once and seen on both. */
export function show_named_by(frm) {
	const rows = frm.doc.__onload?.named_by || [];
	const line = ({ name, client_name, relation }) =>
		__("the {0} of {1}", [
			escape(__(relation, null, "Client Relation")),
			`<a href="/app/client/${encodeURIComponent(name)}">${escape(client_name)}</a>`,
		]);
	const html = rows.map((row) => `<div class="mb-2">${line(row)}</div>`).join("");
	frm.get_field("related_html").html(
		html && `<div class="text-muted mb-1">${__("This client is")}</div>${html}`
	);
	const company = frm.doc.client_type === "Company";
	frm.set_df_property("relations", "label", company ? __("Contact Persons") : __("Related People"));
}

/** What is done most with a client. */
export function add_client_buttons(frm) {
	frm.add_custom_button(__("Follow Up", null, "Follow Up"), () =>
		agency_crm.add_follow_up({ client: frm.doc.name }, () => frm.reload_doc())
	);
	const { name: client, is_tenant, is_buyer } = frm.doc;
	const requirement_type = is_tenant && !is_buyer ? "Rent" : "Buy";
	frm.add_custom_button(__("New Requirement"), () => {
		// the boxes above the budget are filled
		frappe.route_hooks.after_load = (opened) => opened.get_field("budget_min")?.$input.focus();
		frappe.new_doc("Client Requirement", { client, requirement_type });
	});
	frm.add_custom_button(__("New Viewing"), () => frappe.new_doc("Viewing", { client: frm.doc.name }));
}

/** In the menu: have a person erased who asks for it. */
export function add_erasure(frm) {
	if (frm.doc.erased_on) {
		frm.set_intro(__("This person was erased on {0}.", [frappe.datetime.str_to_user(frm.doc.erased_on)]));
		return;
	}
	frm.page.add_menu_item(__("Ask for Erasure"), () =>
		frappe.prompt(
			reason_field({
				description: __(
					"Who asked, when and how. A manager decides; what is erased doesn't come back."
				),
			}),
			({ reason }) =>
				frappe
					.xcall("agency_crm.api.privacy.erasures.ask", { client: frm.doc.name, reason }, "POST")
					.then((name) => frappe.set_route("Form", "Client Erasure", name)),
			__("Ask for Erasure"),
			__("Ask")
		)
	);
}
