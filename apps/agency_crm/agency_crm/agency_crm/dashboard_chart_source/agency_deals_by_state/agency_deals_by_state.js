frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Agency Deals by State"] = {
	method: "agency_crm.api.desk.cards.deals_by_state",
	filters: [],
};
