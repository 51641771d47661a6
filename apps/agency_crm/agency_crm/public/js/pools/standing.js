// Whose a client is: when it falls, claiming from a pool, answering an assignment, asking those above.

import { reason_field } from "../forms/fields";

/** On a client's form: say when it falls and where it stands, offer what its viewer may do. */
export async function show_standing(frm) {
	const { doc } = frm;
	const manager = frappe.user.has_role(["Agency Store Manager", "Agency Administrator"]);
	["agent", "store"].forEach((field) => frm.toggle_enable(field, manager));
	frm.toggle_enable("collaborators", manager || doc.agent === frappe.boot.agency_crm?.agent);
	const args = { client: doc.name };
	const found = await frappe.xcall("agency_crm.api.pools.clients.standing", args, "GET");
	if (frm.doc.name !== doc.name) {
		return;
	}
	say_standing(frm, found);
	const act = (label, step, options) =>
		agency_crm.add_step(frm, label, `agency_crm.api.pools.clients.${step}`, args, options);
	if (found.may_claim) {
		act(__("Claim"), "claim").addClass("btn-primary");
	}
	if (found.asked) {
		act(__("Accept Client"), "accept").addClass("btn-primary");
		frm.add_custom_button(__("Pass On"), () => pass_on(args));
	}
	const group = __("Whose Client");
	if (found.may_extend) {
		act(__("Extend Once"), "extend", { group });
	}
	if (doc.agent && frappe.model.can_create("Client Request")) {
		const own = doc.agent === frappe.boot.agency_crm?.agent;
		const label = own || manager ? __("Give to Another Agent") : __("Ask for Transfer");
		frm.add_custom_button(
			label,
			() => frappe.new_doc("Client Request", { ...args, kind: "Transfer" }),
			group
		);
	}
	frm.add_custom_button(__("Movements"), () => frappe.set_route("List", "Client Movement", args), group);
}

// who passes a client on no longer sees it
function pass_on(args) {
	const reason = reason_field();
	frappe.prompt(
		reason,
		(values) =>
			frappe
				.xcall("agency_crm.api.pools.clients.refuse", { ...args, ...values }, "POST")
				.then(() => frappe.set_route("List", "Client")),
		__("Pass On"),
		__("Pass On")
	);
}

function say_standing(frm, found) {
	const { doc } = frm;
	const day = (value) => frappe.datetime.str_to_user(value);
	frm.dashboard.clear_headline();
	if (found.asked) {
		const until = found.answer_by ? __("Answer by {0}.", [day(found.answer_by)]) : "";
		const text = __("This client came in and was given to you.");
		frm.dashboard.set_headline_alert(`${text} ${until}`, "orange");
	} else if (doc.pool !== "Private") {
		const pool = __(doc.pool, null, "Client");
		frm.dashboard.set_headline(
			__("In the pool {0} since {1}", [pool, day(doc.pool_since.split(" ")[0])])
		);
	} else if (found.falls_on) {
		const soon = frappe.datetime.get_day_diff(found.falls_on, frappe.datetime.get_today()) <= 3;
		frm.dashboard.set_headline_alert(
			__("Falls to the store's pool on {0} without a follow-up, a viewing or an offer", [
				day(found.falls_on),
			]),
			soon ? "orange" : "blue"
		);
	}
}

/** The button of a row in the list of clients: claim one of a pool. */
export const claim_button = {
	show: (doc) => doc.pool !== "Private" && frappe.boot.agency_crm?.agent,
	get_label: () => __("Claim"),
	get_description: () => __("Become this client's agent"),
	action: (doc) =>
		frappe
			.xcall("agency_crm.api.pools.clients.claim", { client: doc.name }, "POST")
			.then(() => frappe.set_route("Form", "Client", doc.name)),
};
