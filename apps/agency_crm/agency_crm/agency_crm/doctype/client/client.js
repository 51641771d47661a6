// What a client's form shows and offers, a function of a subject's own each: add yours to a list below.
const ALWAYS = ["show_named_by"];
const SAVED = [
	"add_client_buttons",
	"show_standing",
	"add_reveal_buttons",
	"add_erasure",
	"show_level",
	"show_profile",
	"show_referrals",
	"show_matches",
];

frappe.ui.form.on("Client", {
	setup(frm) {
		const working = () => ({ filters: { status: ["!=", "Left"] } });
		["agent", "referred_by"].forEach((field) => frm.set_query(field, working));
		frm.set_query("agent", "collaborators", working);
		frm.set_query("tags", () => ({ filters: { kind: "Free" } }));
	},

	onload: (frm) => agency_crm.set_own_agent(frm, "agent"),

	refresh: (frm) => [...ALWAYS, ...(frm.is_new() ? [] : SAVED)].forEach((show) => agency_crm[show](frm)),

	client_type: (frm) => agency_crm.show_named_by(frm),
});
