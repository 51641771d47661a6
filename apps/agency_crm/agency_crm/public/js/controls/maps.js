// Every map of the Desk, Frappe's own views and fields too, shows the pictures of Agency Settings, or none: no public
// server is asked unless the office names one.

const NONE = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
const { map_tiles, map_attribution } = frappe.boot.agency_crm?.finding || {};

Object.assign(frappe.utils.map_defaults, {
	tiles: map_tiles || NONE,
	options: { attribution: frappe.utils.escape_html(map_attribution || ""), maxZoom: 18 },
});
