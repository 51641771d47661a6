"""What a browser asks beside functions: lists, prints, pages, files; DOCTYPE, NAME and FIELD stand for what is hidden."""

# what a list of a DocType is asked by
LISTS = {
	"REST": ("GET", "api/resource/DOCTYPE", {"fields": ["*"], "limit_page_length": 0}),
	"REST, one": ("GET", "api/resource/DOCTYPE/NAME", {}),
	"REST, one, linked fields in full": ("GET", "api/resource/DOCTYPE/NAME", {"expand_links": 1}),
	"REST, sorted": ("GET", "api/resource/DOCTYPE", {"order_by": "FIELD desc", "limit_page_length": 500}),
	"REST, filtered": (
		"GET",
		"api/resource/DOCTYPE",
		{"fields": ["*"], "filters": [["DOCTYPE", "FIELD", "!=", ""]]},
	),
	"REST, any of": (
		"GET",
		"api/resource/DOCTYPE",
		{"fields": ["*"], "filters": {"name": "NAME"}, "or_filters": [["name", "like", "%"]]},
	),
	"REST, a method": ("POST", "api/resource/DOCTYPE/NAME", {"run_method": "as_dict"}),
	"REST, a change": ("PUT", "api/resource/DOCTYPE/NAME", {}),
	"REST, deleted": ("DELETE", "api/resource/DOCTYPE/NAME", {}),
	"REST 2": ("GET", "api/v2/document/DOCTYPE", {"fields": ["*"], "limit": 500}),
	"REST 2, one": ("GET", "api/v2/document/DOCTYPE/NAME", {}),
	"REST 2, copied": ("GET", "api/v2/document/DOCTYPE/NAME/copy", {}),
	"REST 2, count": ("GET", "api/v2/doctype/DOCTYPE/count", {"filters": {"FIELD": ["!=", ""]}}),
	"REST 2, meta": ("GET", "api/v2/doctype/DOCTYPE/meta", {}),
	"list": (
		"POST",
		"api/method/frappe.desk.reportview.get",
		{"doctype": "DOCTYPE", "fields": ["*"], "page_length": 500},
	),
	"list, grouped": (
		"POST",
		"api/method/frappe.desk.reportview.get",
		{
			"doctype": "DOCTYPE",
			"fields": ["`FIELD`", "count(name) as `rows`"],
			"group_by": "`FIELD`",
			"filters": [],
		},
	),
	"list, summed": (
		"POST",
		"api/method/frappe.desk.reportview.get",
		{"doctype": "DOCTYPE", "fields": ["sum(`FIELD`) as `all`", "max(`FIELD`) as `most`"], "filters": []},
	),
	"report view": (
		"POST",
		"api/method/frappe.desk.reportview.get_list",
		{"doctype": "DOCTYPE", "fields": ["name", "`FIELD`"], "filters": [], "page_length": 500},
	),
	"export": (
		"POST",
		"api/method/frappe.desk.reportview.export_query",
		{
			"doctype": "DOCTYPE",
			"fields": ["name", "`FIELD`"],
			"filters": [],
			"file_format_type": "CSV",
			"title": "x",
		},
	),
	"export, a workbook": (
		"POST",
		"api/method/frappe.desk.reportview.export_query",
		{
			"doctype": "DOCTYPE",
			"fields": ["name", "`FIELD`"],
			"filters": [],
			"file_format_type": "Excel",
			"title": "x",
		},
	),
	"export, the importer's": (
		"POST",
		"api/method/frappe.core.doctype.data_import.data_import.download_template",
		{"doctype": "DOCTYPE", "export_fields": {"DOCTYPE": ["name", "FIELD"]}, "export_records": "all"},
	),
	"export, data": (
		"POST",
		"api/method/frappe.core.doctype.data_export.exporter.export_data",
		{"doctype": "DOCTYPE", "with_data": 1, "all_doctypes": 1, "file_type": "CSV"},
	),
	"search, rows ignored": (
		"POST",
		"api/method/frappe.desk.search.search_widget",
		{
			"doctype": "DOCTYPE",
			"txt": "",
			"page_length": 500,
			"ignore_user_permissions": 1,
			"filter_fields": ["FIELD"],
		},
	),
	"a child of another": (
		"POST",
		"api/method/frappe.client.get_list",
		{"doctype": "DOCTYPE", "parent": "Listing", "fields": ["*"], "limit_page_length": 0},
	),
	"a value": (
		"POST",
		"api/method/frappe.client.get_value",
		{"doctype": "DOCTYPE", "filters": {"name": "NAME"}, "fieldname": ["name", "FIELD"]},
	),
	"a value of a single": (
		"POST",
		"api/method/frappe.client.get_single_value",
		{"doctype": "DOCTYPE", "field": "FIELD"},
	),
	"a password": (
		"POST",
		"api/method/frappe.client.get_password",
		{"doctype": "DOCTYPE", "name": "NAME", "fieldname": "FIELD"},
	),
	"link, checked": (
		"POST",
		"api/method/frappe.client.validate_link",
		{"doctype": "DOCTYPE", "docname": "NAME", "fields": ["FIELD"]},
	),
	"link, its title": (
		"POST",
		"api/method/frappe.desk.search.get_link_title",
		{"doctype": "DOCTYPE", "docname": "NAME"},
	),
	"print": ("GET", "printview", {"doctype": "DOCTYPE", "name": "NAME"}),
	"print, by key": ("GET", "printview", {"doctype": "DOCTYPE", "name": "NAME", "key": "x"}),
	"print, of a form": (
		"POST",
		"api/method/frappe.www.printview.get_html_and_style",
		{"doc": "DOCTYPE", "name": "NAME"},
	),
	"PDF": (
		"GET",
		"api/method/frappe.utils.print_format.download_pdf",
		{"doctype": "DOCTYPE", "name": "NAME"},
	),
	"PDF of several": (
		"GET",
		"api/method/frappe.utils.print_format.download_multi_pdf",
		{"doctype": "DOCTYPE", "name": ["NAME"], "format": "Standard"},
	),
	"number card": (
		"POST",
		"api/method/frappe.desk.doctype.number_card.number_card.get_result",
		{
			"doc": {"document_type": "DOCTYPE", "function": "Sum", "aggregate_function_based_on": "FIELD"},
			"filters": [],
		},
	),
	"page of a list": ("GET", "list", {"doctype": "DOCTYPE"}),
	"page of a record": ("GET", "DOCTYPE/NAME", {}),
	"Desk": ("GET", "app/DOCTYPE/NAME", {}),
}
CHART = "api/method/frappe.desk.doctype.dashboard_chart.dashboard_chart.get"
# what a chart may be -> how it is asked for
CHARTS = {
	"group by, counted": {"chart_type": "Group By", "group_by_type": "Count", "group_by_based_on": "FIELD"},
	**{
		f"group by, {sort}": {
			"chart_type": "Group By",
			"group_by_type": sort,
			"group_by_based_on": "name",
			"aggregate_function_based_on": "FIELD",
		}
		for sort in ("Sum", "Average")
	},
	**{
		f"over time, {sort}": {
			"chart_type": sort,
			"timeseries": 1,
			"based_on": "creation",
			"value_based_on": "FIELD",
			"timespan": "Last Year",
			"time_interval": "Yearly",
		}
		for sort in ("Count", "Sum", "Average")
	},
	"heat map": {
		"chart_type": "Sum",
		"type": "Heatmap",
		"timeseries": 1,
		"based_on": "creation",
		"value_based_on": "FIELD",
	},
	"heat map, by an expression": {
		"chart_type": "Sum",
		"type": "Heatmap",
		"timeseries": 1,
		"based_on": "creation",
		"value_based_on": "if(`FIELD` != '', 77777777, 0)",
	},
}
# addresses that are of no DocType
PAGES = (
	*("", "app", "me", "login", "search?q=TEXT", "sitemap.xml", "rss.xml", "robots.txt", "website_script.js"),
	*(
		"list-your-home",
		"find-your-home",
		"stop-mails",
		"stop-mails?client=CLIENT",
		"update-password",
		"third_party_apps",
	),
	*(
		"backups/x.sql.gz",
		"private/backups/x.sql",
		"files/../site_config.json",
		"files/..%2f..%2fsite_config.json",
	),
	*(
		"private/files/..%2f..%2fsite_config.json",
		"files/%2fetc%2fpasswd",
		"private/files/FILE",
		"files/FILE",
		"FILE",
	),
	*(
		"api/method/download_file?file_url=/private/files/FILE",
		"api/method/frappe.core.api.file.get_attached_images",
	),
	*(
		"qrcode?k=x",
		"message",
		"error",
		"404",
		"orders",
		"invoices",
		"contact",
		"about",
		"desk",
		"apps",
		"complete_signup",
	),
	*(
		"api/method/frappe.realtime.get_user_info",
		"api/method/frappe.auth.get_logged_user",
		"addresses",
		"issues",
	),
)
