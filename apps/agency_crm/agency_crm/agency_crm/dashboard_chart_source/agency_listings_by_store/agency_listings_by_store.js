frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Agency Listings by Store"] = {
	method: "agency_crm.api.desk.cards.listings_by_store",
	filters: [],
};
