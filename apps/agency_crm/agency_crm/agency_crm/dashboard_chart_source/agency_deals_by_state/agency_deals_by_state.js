frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Agency Deals by State"] = {
	method: "agency_crm.api.workspace.deals_by_state",
	filters: [],
};
