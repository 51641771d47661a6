// A number that another client has: asked about while it is typed and before a save (api/privacy/known_numbers.py), with the
// three answers of the trade. The server refuses what was not answered.

import { text as escape } from "../forms/html";
import { options_of, reason_field } from "../forms/fields";

frappe.ui.form.on("Client Phone", {
	// what is no number was said already
	number: (frm, doctype, name) => ask(frm, frappe.get_doc(doctype, name)).catch(() => {}),
});

frappe.ui.form.on("Client", {
	async validate(frm) {
		for (const row of frm.doc.phones || []) {
			await ask(frm, row);
			if (row.number && !row.related_as && (await look(frm, row)).length) {
				frappe.validated = false;
				return;
			}
		}
	},
});

/** Whose the row's number is, asked of the server once for each number that is typed. */
function look(frm, { number }) {
	frm.known_numbers ||= {};
	return (frm.known_numbers[number] ||= frappe
		.xcall(
			"agency_crm.api.privacy.known_numbers.look",
			{ number, client: frm.is_new() ? null : frm.doc.name },
			"POST"
		)
		.catch((refusal) => {
			delete frm.known_numbers[number];
			throw refusal;
		}));
}

/** Ask who has the row's number, if anybody has; resolves when it is answered or left open. */
async function ask(frm, row) {
	const { number } = row;
	if (!number || row.related_as) {
		return;
	}
	const found = await look(frm, row);
	if (!found.length || row.number !== number) {
		return;
	}
	// a save right behind the typing waits for the same answer
	frm.known_answer ||= show(frm, row, found).finally(() => delete frm.known_answer);
	await frm.known_answer;
}

function show(frm, row, found) {
	const whose = found.flatMap((known) => known.whose);
	const seen = whose.find(({ name }) => name);
	const set = (field, value) => frappe.model.set_value(row.doctype, row.name, field, value);
	return new Promise((resolve) => {
		const dialog = new frappe.ui.Dialog({
			title: __("Number Already Known"),
			fields: [
				{ fieldtype: "HTML", options: found.map(told).join("") },
				{
					fieldname: "relation",
					fieldtype: "Select",
					label: __("Who That Is to This Client"),
					options: options_of("Client Relation", "relation"),
					description: __("For a related person; the number then stands on both."),
				},
				{
					fieldname: "person_name",
					fieldtype: "Data",
					label: __("Their Name"),
					hidden: Boolean(seen),
				},
			],
			primary_action_label: __("A Related Person"),
			async primary_action({ relation, person_name }) {
				if (!relation || !(seen || person_name)) {
					frappe.show_alert({
						message: seen
							? __("Say who that is to this client.")
							: __("Say who that is to this client, and their name."),
						indicator: "orange",
					});
					return;
				}
				await set("related_as", relation);
				if (!seen) {
					frm.add_child("relations", { relation, person_name });
					frm.refresh_field("relations");
				}
				dialog.hide();
			},
			secondary_action_label: __("The Same Person"),
			secondary_action() {
				dialog.hide();
				if (seen) {
					frappe.set_route("Form", "Client", seen.name);
				} else {
					ask_for_access(row.number);
				}
			},
			on_hide: resolve,
		});
		dialog.add_custom_action(__("A Wrong Number"), () => set("number", "").then(() => dialog.hide()));
		dialog.show();
	});
}

function told({ number_masked, whose }) {
	const lines = whose.map(({ name, client_name, agent, store }) => {
		const place = [agent || __("no agent"), store || __("no store")].map(escape).join(" · ");
		return name
			? `<a href="/app/client/${encodeURIComponent(name)}">${escape(client_name)}</a> · ${place}`
			: __("A client of {0}", [place]);
	});
	return `<p><b>${escape(number_masked)}</b><br>${lines.join("<br>")}</p>`;
}

function ask_for_access(number) {
	frappe.prompt(
		reason_field(),
		({ reason }) =>
			frappe
				.xcall("agency_crm.api.pools.requests.ask_by_number", { number, reason }, "POST")
				.then(() => frappe.show_alert({ message: __("Access is asked for."), indicator: "green" })),
		__("Ask for Access"),
		__("Ask")
	);
}
