// Follow-up tasks and call lists: doing one, calling, going on to the next.

/** Colour and word of a task in a list: overdue ones are red. */
export function task_indicator({ status, due_on }) {
	const today = frappe.datetime.get_today();
	if (status !== "Open") {
		const colour = status === "Done" ? "green" : "gray";
		return [__(status, null, "Follow Up Task"), colour, `status,=,${status}`];
	}
	if (due_on < today) {
		return [__("Overdue", null, "Follow Up Task"), "red", `status,=,Open|due_on,<,${today}`];
	}
	if (due_on === today) {
		return [__("Due Today", null, "Follow Up Task"), "orange", `status,=,Open|due_on,=,${today}`];
	}
	return [__("Open", null, "Follow Up Task"), "blue", `status,=,Open|due_on,>,${today}`];
}

/** Write the follow-up that does a task. */
export const do_task = ({ name, client, method }, after) =>
	agency_crm.add_follow_up({ client, task: name, method }, after);

/** Show the client's main number, for a reason that is logged, over the follow-up that says how the call went. */
async function call_client(task, after) {
	const doc = await frappe.db.get_doc("Client", task.client);
	const main = doc.phones.find((row) => row.is_primary) || doc.phones[0];
	await do_task({ ...task, method: "Call" }, after);
	agency_crm.reveal({ doctype: "Client", doc }, "Phone", main.name);
}

/** What a task's form offers; a call list goes on to its next call. */
export function add_task_buttons(frm) {
	const { doc } = frm;
	frm.add_custom_button(__("Open Client"), () => frappe.set_route("Form", "Client", doc.client));
	if (doc.status !== "Open") {
		return;
	}
	const after = () => (doc.call_list ? open_next_call(doc.call_list) : frm.reload_doc());
	frm.add_custom_button(__("Call"), () => call_client(doc, after)).addClass("btn-primary");
	frm.add_custom_button(__("Follow Up", null, "Follow Up"), () => do_task(doc, after));
	frm.add_custom_button(__("Skip", null, "Follow Up Task"), () =>
		frm.set_value("status", "Skipped").then(() => frm.save().then(after))
	);
}

/** Open the next task of a call list that the user does, or the list when there is none left. */
async function open_next_call(call_list) {
	const next = await frappe.xcall("agency_crm.api.follow_ups.call_lists.next_task", { call_list });
	if (next) {
		return frappe.set_route("Form", "Follow Up Task", next);
	}
	frappe.show_alert({ message: __("No more calls of yours on this list."), indicator: "green" });
	return frappe.set_route("Form", "Call List", call_list);
}

/** How far a call list is, by agent, and the way to the next call. */
export async function show_call_list(frm) {
	if (frm.doc.status === "Making") {
		frm.set_intro(__("The calls are being made in the background."), "blue");
		return;
	}
	const found = await frappe.xcall("agency_crm.api.follow_ups.call_lists.progress", {
		call_list: frm.doc.name,
	});
	const calls = found.open + found.done + found.skipped;
	if (calls) {
		frm.dashboard.add_section(table_of(found), __("Progress"));
		frm.dashboard.show();
	} else {
		frm.set_intro(__("No calls yet: choose clients in their list and put them on this call list."));
	}
	if (found.next) {
		frm.add_custom_button(__("Next Call"), () => open_next_call(frm.doc.name)).addClass("btn-primary");
	}
	frm.add_custom_button(__("Calls"), () =>
		frappe.set_route("List", "Follow Up Task", { call_list: frm.doc.name })
	);
}

function table_of({ open, done, skipped, agents }) {
	const cells = (row) => [row.done, row.skipped, row.open].map((n) => `<td class="text-right">${n}</td>`);
	const name = (row) => frappe.utils.escape_html(row.agent_name || __("No Agent"));
	const rows = agents.map((row) => `<tr><td>${name(row)}</td>${cells(row).join("")}</tr>`);
	const percent = Math.round((100 * (done + skipped)) / (open + done + skipped));
	const heads = ["Done", "Skipped", "Open"].map(
		(status) => `<th class="text-right">${__(status, null, "Follow Up Task")}</th>`
	);
	return `<div class="progress mb-3"><div class="progress-bar bg-success" style="width: ${percent}%">
			${percent}%</div></div>
		<table class="table table-sm"><thead><tr><th>${__("Agent")}</th>${heads.join("")}</tr></thead>
		<tbody>${rows.join("")}<tr class="font-weight-bold"><td>${__("Total", null, "Follow Up Task")}</td>
		${cells({ open, done, skipped }).join("")}</tr></tbody></table>`;
}

/** In the list of clients: put the chosen ones on a call list. */
export function offer_call_list(list) {
	if (!frappe.model.can_create("Call List")) {
		return;
	}
	list.page.add_actions_menu_item(__("Put on a Call List"), () => {
		const clients = list.get_checked_items(true);
		frappe.prompt(
			{
				fieldname: "call_list",
				fieldtype: "Link",
				options: "Call List",
				label: __("Call List"),
				reqd: 1,
			},
			(values) =>
				frappe
					.xcall("agency_crm.api.follow_ups.call_lists.add", { ...values, clients }, "POST")
					.then(({ added, left_out }) => {
						const message = left_out
							? __("{0} calls added; {1} clients left out: their agents are not on the list.", [
									added,
									left_out,
								])
							: __("{0} calls added", [added]);
						frappe.show_alert({ message, indicator: left_out ? "orange" : "green" });
						frappe.set_route("Form", "Call List", values.call_list);
					}),
			__("Put on a Call List"),
			__("Add")
		);
	});
}
