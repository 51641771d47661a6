const money = (value) => (value == null ? "" : format_currency(value));
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

	// a way out needs its reason before the server is asked
	before_workflow_action(frm) {
		const action = frm.selected_workflow_action;
		const workflow = frappe.workflow.workflows[frm.doctype];
		const ways = workflow.transitions.filter(
			(row) => row.state === frm.doc.status && row.action === action
		);
		const next = workflow.states.find((row) => ways.some((way) => way.next_state === row.state));
		if (!next || next.update_value !== "Dead" || frm.doc.docstatus !== 0 || frm.doc.void_reason) {
			return;
		}
		frappe.dom.unfreeze();
		return new Promise((resolve, reject) => {
			const dialog = new frappe.ui.Dialog({
				title: __("Reason for Ending"),
				fields: [
					{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
				],
				primary_action_label: __(action),
				primary_action({ reason }) {
					dialog.given = true;
					dialog.hide();
					frm.set_value("void_reason", reason)
						.then(() => frm.save())
						.then(resolve, reject);
				},
				on_hide: () => dialog.given || reject(),
			});
			dialog.show();
		});
	},
});

function show_sheet(frm) {
	return frappe.xcall("agency_crm.api.deals.deal_sheet", { deal: frm.doc.name }).then((sheet) => {
		frm.fields_dict.fees_html.$wrapper.html(fees_table(sheet));
		frm.fields_dict.splits_html.$wrapper.html(splits_table(sheet));
		frm.fields_dict.splits_html.$wrapper.find("[data-confirm]").on("click", (event) => {
			const split = event.currentTarget.dataset.confirm;
			frappe
				.xcall("agency_crm.api.deals.confirm_split", { split }, "POST")
				.then(() => show_sheet(frm));
		});
		show_headline(frm, sheet);
		add_buttons(frm, sheet);
	});
}

function fees_table({ fees, totals }) {
	const head = [__("Fee"), __("Side"), __("Fee Type"), __("Payer"), __("Amount"), __("Due On"), __("Invoice")];
	const rows = fees.map((fee) => [
		`<a href="/app/deal-fee/${encodeURIComponent(fee.name)}">${text(fee.name)}</a>`,
		text(__(fee.side)),
		text(__(fee.fee_type)),
		text(fee.payer_name),
		money(fee.amount),
		fee.due_on ? frappe.datetime.str_to_user(fee.due_on) : "",
		fee.sales_invoice ? text(fee.sales_invoice) : "",
	]);
	const foot = [__("Total"), "", "", "", money(totals.fees), "", ""];
	const sums = [
		[__("Invoiced"), totals.invoiced],
		[__("Credited"), totals.credited],
		[__("Received"), totals.received],
		[__("Outstanding"), totals.outstanding],
	];
	const line = sums.map(([label, value]) => `${label} <b>${money(value)}</b>`).join(" · ");
	return table(head, rows, rows.length ? foot : null, [4]) + `<p class="text-muted">${line}</p>`;
}

function splits_table({ splits, totals }) {
	const head = [
		__("Role"),
		__("Payee"),
		__("Percent"),
		__("Commission Rate"),
		__("Realised Performance"),
		__("Accrued"),
		__("Paid"),
		__("Confirmed On"),
	];
	const rows = splits.map((row) => [
		text(__(row.role)),
		text(row.payee),
		percent(row.percent),
		percent(row.rate),
		money(row.realised),
		money(row.accrued),
		money(row.paid),
		confirmation(row),
	]);
	const foot = [__("Total"), "", percent(totals.percent), "", "", "", "", ""];
	return table(head, rows, rows.length ? foot : null, [2, 3, 4, 5, 6]);
}

function confirmation(row) {
	if (row.confirmed_on) {
		return frappe.datetime.str_to_user(row.confirmed_on);
	}
	return row.mine
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

function show_headline(frm, { totals }) {
	if (frm.doc.phase === "Closed" && totals.outstanding > 0) {
		frm.dashboard.set_headline_alert(__("Completed, fee outstanding"), "orange");
	}
}

function add_buttons(frm, { fees, may }) {
	if (may.add_fee) {
		frm.add_custom_button(__("Add Fee"), () => add_fee(frm, fees));
	}
	if (may.propose && frm.doc.split_template) {
		frm.add_custom_button(__("Propose Splits"), () =>
			frappe
				.xcall("agency_crm.api.deals.propose_splits", { deal: frm.doc.name }, "POST")
				.then(() => show_sheet(frm))
		);
	}
	if (may.terminate) {
		frm.add_custom_button(__("Terminate"), () =>
			frappe.new_doc("Deal Termination", { deal: frm.doc.name })
		);
	}
}

// the side without a fee comes first, with the rate of Agency Settings
function add_fee(frm, fees) {
	const side = fees.some((fee) => fee.side === "Buyer") ? "Seller" : "Buyer";
	const party = (frm.doc.parties || []).find((row) => row.side === side);
	const lease = frm.doc.deal_type === "Lease";
	const field = lease
		? { Buyer: "tenant_fee_months", Seller: "landlord_fee_months" }[side]
		: { Buyer: "buyer_fee_percent", Seller: "seller_fee_percent" }[side];
	frappe.db.get_single_value("Agency Settings", field).then((rate) =>
		frappe.new_doc("Deal Fee", {
			deal: frm.doc.name,
			side,
			payer: party ? party.client : frm.doc.client,
			basis: lease ? "Months of Rent" : "Percent of Price",
			rate,
		})
	);
}
