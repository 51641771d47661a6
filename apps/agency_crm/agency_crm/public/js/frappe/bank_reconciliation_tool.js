// Until a closing balance is typed ERPNext counts with none at all, and shows NaN for the difference.

frappe.ui.form.on("Bank Reconciliation Tool", {
	onload({ doc }) {
		doc.bank_statement_closing_balance ??= 0;
	},
});
