// The form of a request that somebody above decides: Role Request, Client Request (services/office/decisions.py).

import { reason_field } from "./fields";

/** Offer to decide, or to take back; `api` has approve, refuse, withdraw, the `involved` agents decide nothing. */
export function add_decisions(frm, api, asking, involved) {
	if (frm.is_new() || frm.doc.status !== "Open") {
		return;
	}
	const add = (label, step, ask) =>
		agency_crm.add_step(frm, label, `${api}.${step}`, { request: frm.doc.name }, { ask });
	const reason = reason_field();
	const me = frappe.boot.agency_crm?.agent;
	const manager = frappe.user.has_role(["Agency Store Manager", "Agency Administrator"]);
	if (manager && !(me && [asking, ...involved].includes(me))) {
		add(__("Approve", null, "Role Request"), "approve").addClass("btn-primary");
		add(__("Refuse", null, "Role Request"), "refuse", reason);
	}
	if ((me && me === asking) || frm.doc.owner === frappe.session.user) {
		add(__("Take Back", null, "Role Request"), "withdraw");
	}
}
