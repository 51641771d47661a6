// A deal's sheet: fees, splits, what is outstanding (api/deals/sheet.py).

import { money, percent, table, text } from "../forms/html";
import { open_made } from "../forms/records";
import { add_fee } from "./fee_dialog";
import { reason_field } from "../forms/fields";

const API = "agency_crm.api.deals.sheet";

/** Shows a deal's fees and splits, each reader's part of them, and the buttons for what the reader may do. */
export function show_sheet(frm) {
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
			frappe.xcall(`${API}.propose_splits`, { deal: frm.doc.name }, "POST").then(() => frm.reload_doc())
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
	const open = (customer) => open_made(`${API}.make_receipt`, { deal: frm.doc.name, customer });
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
	const field = reason_field();
	return new Promise((resolve) =>
		frappe.prompt(field, ({ reason }) => resolve(reason), __("Confirm for the Agent"), __("Confirm"))
	);
}
