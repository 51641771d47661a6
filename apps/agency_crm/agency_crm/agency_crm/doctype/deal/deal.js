const API = "agency_crm.api.deals.sheet";
const money = (value) => (value == null ? "" : format_number(value, null, 2));
const percent = (value) => (value == null ? "" : `${Number(value)} %`);
const text = (value) => frappe.utils.escape_html(value == null ? "" : String(value));

frappe.ui.form.on("Deal", {
	setup(frm) {
		frm.set_query("listing", () => ({ filters: { phase: ["in", ["Live", "Held", "Closing"]] } }));
		frm.set_query("agent", () => ({ filters: { status: "Active" } }));
		frm.set_query("co_agents", () => ({ filters: { status: "Active" } }));
		frm.set_query("split_template", () => ({
			filters: { deal_type: frm.doc.deal_type, disabled: 0 },
		}));
	},

	refresh(frm) {
		frm.fields_dict.fees_html.$wrapper.empty();
		frm.fields_dict.splits_html.$wrapper.empty();
		if (frm.is_new()) {
			frm.set_intro(__("Save the deal first, then add the fee of each side."), "blue");
			return;
		}
		return show_sheet(frm);
	},

	before_workflow_action(frm) {
		return agency_crm.reason_before_action(
			frm,
			"void_reason",
			(_old, next) => next.update_value === "Dead" && frm.doc.docstatus === 0
		);
	},
});

function show_sheet(frm) {
	return frappe.xcall(`${API}.deal_sheet`, { deal: frm.doc.name }).then((sheet) => {
		const { fees_html, splits_html } = frm.fields_dict;
		fees_html.$wrapper.html(fees_table(frm, sheet));
		splits_html.$wrapper.html(splits_table(sheet));
		splits_html.$wrapper.find("[data-confirm]").on("click", (event) => {
			const row = sheet.splits.find(({ name }) => name === event.currentTarget.dataset.confirm);
			confirm_rows(frm, [row]);
		});
		show_headline(frm, sheet);
		add_buttons(frm, sheet);
	});
}

function fees_table(frm, { fees, totals }) {
	const label = (value) => __(value, null, "Deal Fee");
	const head = ["Side", "Fee Type", "Payer", "Discount", "Amount", "Due On", "Sales Invoice"].map(label);
	const rows = fees.map((fee) => [
		`<a href="/app/deal-fee/${encodeURIComponent(fee.name)}">${text(label(fee.side))}</a>`,
		text(label(fee.fee_type)),
		text(fee.payer_name),
		fee.discount ? money(fee.discount) : "",
		money(fee.amount),
		fee.due_on ? frappe.datetime.str_to_user(fee.due_on) : "",
		invoice_link(fee.sales_invoice),
	]);
	const foot = [__("Total"), "", "", "", money(totals.fees), "", ""];
	const open = `<p class="text-muted">${__("Outstanding")} <b>${money(totals.outstanding)}</b></p>`;
	return table(head, rows, rows.length ? foot : null, [3, 4]) + (frm.doc.docstatus === 1 ? open : "");
}

function invoice_link(name) {
	if (!name || !frappe.model.can_read("Sales Invoice")) {
		return text(name);
	}
	return `<a href="/app/sales-invoice/${encodeURIComponent(name)}">${text(name)}</a>`;
}

function splits_table({ splits, totals }) {
	const label = (value) => __(value, null, "Deal Split");
	const head = [
		label("Role"),
		__("Payee"),
		label("Percent"),
		label("Commission Rate"),
		label("Realised Performance"),
		label("Accrued"),
		label("Paid"),
		label("Confirmed On"),
	];
	const rows = splits.map((row) => [
		text(label(row.role)),
		text(row.payee),
		percent(row.percent),
		percent(row.rate),
		money(row.realised),
		money(row.accrued),
		money(row.paid),
		confirmation(row),
	]);
	const foot = [
		__("Total"),
		"",
		percent(totals.percent),
		"",
		"",
		money(totals.accrued),
		money(totals.paid),
		"",
	];
	return table(head, rows, rows.length ? foot : null, [2, 3, 4, 5, 6]);
}

function confirmation(row) {
	if (row.confirmed_on) {
		return frappe.datetime.str_to_user(row.confirmed_on.split(" ")[0]);
	}
	return row.may_confirm
		? `<button class="btn btn-xs btn-default" data-confirm="${text(row.name)}">${__("Confirm")}</button>`
		: "";
}

function table(head, rows, foot, numbers) {
	const cell = (tag, value, index) =>
		`<${tag} class="${numbers.includes(index) ? "text-right" : ""}">${value}</${tag}>`;
	const line = (tag, values) =>
		`<tr>${values.map((value, index) => cell(tag, value, index)).join("")}</tr>`;
	const body = rows.length
		? rows.map((row) => line("td", row)).join("")
		: `<tr><td colspan="${head.length}" class="text-muted">${__("None yet")}</td></tr>`;
	return `<table class="table table-bordered table-sm">
		<thead>${line("th", head)}</thead><tbody>${body}</tbody>
		${foot ? `<tfoot>${line("th", foot)}</tfoot>` : ""}</table>`;
}

function show_headline(frm, { totals, termination }) {
	if (frm.doc.phase === "Closed" && totals.outstanding > 0) {
		frm.dashboard.set_headline_alert(__("Completed, fee outstanding"), "orange");
	} else if (termination) {
		const link = `<a href="/app/deal-termination/${encodeURIComponent(termination)}">${text(termination)}</a>`;
		frm.dashboard.set_headline_alert(__("Terminated by {0}", [link]), "orange");
	}
}

function add_buttons(frm, { fees, splits, usual, payers, may }) {
	const mine = splits.filter((row) => row.mine && row.may_confirm);
	if (may.add_fee) {
		frm.add_custom_button(__("Add Fee"), () => add_fee(frm, fees, usual));
	}
	if (may.propose) {
		frm.add_custom_button(__("Propose Splits"), () =>
			frappe
				.xcall(`${API}.propose_splits`, { deal: frm.doc.name }, "POST")
				.then(() => frm.reload_doc())
		);
	}
	if (mine.length) {
		frm.add_custom_button(__("Confirm My Splits"), () => confirm_rows(frm, mine));
	}
	if (Object.keys(payers).length) {
		frm.add_custom_button(__("Receive Money"), () => receive(frm, payers));
	}
	if (may.terminate) {
		frm.add_custom_button(__("Terminate"), () =>
			frappe.new_doc("Deal Termination", { deal: frm.doc.name })
		);
	}
}

// a deal has a payer on each side
function receive(frm, payers) {
	const open = (customer) =>
		agency_crm.open_made(`${API}.make_receipt`, { deal: frm.doc.name, customer });
	const options = Object.entries(payers).map(([value, label]) => ({ value, label }));
	if (options.length === 1) {
		return open(options[0].value);
	}
	const field = { fieldname: "customer", fieldtype: "Select", label: __("Payer"), options, reqd: 1 };
	frappe.prompt(field, ({ customer }) => open(customer), __("Receive Money"), __("Continue"));
}

// one's own rows at once; for somebody else's the server wants a reason
async function confirm_rows(frm, rows) {
	const reason = rows.every((row) => row.mine) ? null : await ask_reason();
	for (const row of rows) {
		await frappe.xcall(`${API}.confirm_split`, { split: row.name, reason }, "POST");
	}
	frm.reload_doc();
}

function ask_reason() {
	const field = { fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 };
	return new Promise((resolve) =>
		frappe.prompt(field, ({ reason }) => resolve(reason), __("Confirm for the Agent"), __("Confirm"))
	);
}

// the side without a fee comes first, at the usual rate
function add_fee(frm, fees, usual) {
	const label = (value) => __(value, null, "Deal Fee");
	const options = (values) => values.map((value) => ({ value, label: label(value) }));
	const first = fees.some((fee) => fee.side === "Buyer") ? "Seller" : "Buyer";
	const payer_of = (side) => frm.doc.parties.find((row) => row.side === side)?.client;
	const service = "eval:!['Brokerage','Pass-through'].includes(doc.fee_type)";
	const dialog = new frappe.ui.Dialog({
		title: __("Add Fee"),
		fields: [
			{
				fieldname: "side",
				fieldtype: "Select",
				label: label("Side"),
				options: options(["Buyer", "Seller"]),
				default: first,
				reqd: 1,
				onchange: () => {
					const side = dialog.get_value("side");
					dialog.set_values({ payer: payer_of(side), rate: usual[side] });
				},
			},
			{
				fieldname: "fee_type",
				fieldtype: "Select",
				label: label("Fee Type"),
				options: options([
					"Brokerage",
					"Loan Service",
					"Transfer Service",
					"Other Service",
					"Pass-through",
				]),
				default: "Brokerage",
				reqd: 1,
			},
			{
				fieldname: "payer",
				fieldtype: "Select",
				label: label("Payer"),
				options: frm.doc.parties.map((row) => ({
					value: row.client,
					label: row.client_name,
				})),
				default: payer_of(first),
				reqd: 1,
			},
			{ fieldname: "due_on", fieldtype: "Date", label: label("Due On") },
			{ fieldtype: "Column Break" },
			{
				fieldname: "basis",
				fieldtype: "Select",
				label: label("Basis"),
				options: options([usual.basis, "Amount"]),
				default: usual.basis,
				reqd: 1,
			},
			{
				fieldname: "rate",
				fieldtype: "Float",
				parent: "Deal Fee",
				label: label("Rate"),
				default: usual[first],
				depends_on: "eval:doc.basis!='Amount'",
			},
			{
				fieldname: "amount",
				fieldtype: "Currency",
				parent: "Deal Fee",
				label: label("Amount"),
				depends_on: "eval:doc.basis=='Amount'",
			},
			{ fieldname: "discount", fieldtype: "Currency", parent: "Deal Fee", label: label("Discount") },
			{
				fieldname: "client_consent",
				fieldtype: "Check",
				label: label("Signed Consent"),
				depends_on: service,
			},
		],
		primary_action_label: __("Save"),
		primary_action(values) {
			frappe.db.insert({ doctype: "Deal Fee", deal: frm.doc.name, ...values }).then(() => {
				dialog.hide();
				frm.reload_doc();
			});
		},
	});
	dialog.show();
}
