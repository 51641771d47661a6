app_name = "agency_crm"
app_title = "Agency CRM"
app_publisher = "Agency CRM contributors"
app_description = "Real-estate agency on ERPNext: listings, clients, viewings, deals and commissions"
app_email = "maintainers@agency-crm.example"
app_license = "gpl-3.0"
required_apps = ["frappe/erpnext"]

# with an entry of ours, whoever logs in opens on our workspace; with ERPNext's alone on one of ERPNext's
add_to_apps_screen = [
	{
		"name": "agency_crm",
		"logo": "/assets/agency_crm/images/agency.svg",
		"title": "Agency CRM",
		"route": "/app/agency",
	}
]

before_install = "agency_crm.setup.install.before_install"
after_install = "agency_crm.setup.install.after_install"
before_migrate = "agency_crm.setup.canary.check"
after_migrate = ["agency_crm.setup.install.after_migrate", "agency_crm.setup.canary.plant"]
before_uninstall = "agency_crm.setup.uninstall.before_uninstall"
before_tests = "agency_crm.tests.setup.before_tests"

doc_events = {
	"Workflow": {
		"on_update": "agency_crm.setup.workflows.sync_status_options",
		"after_delete": "agency_crm.setup.workflows.sync_status_options",
	},
}

scheduler_events = {
	"hourly": ["agency_crm.services.deals.lapse_drafts"],
	"daily": ["agency_crm.services.splits.confirm_silent"],
}

export_python_type_annotations = True
require_type_annotated_api_methods = True

# our print formats become pages of their own: services/pdf.py
before_request = ["agency_crm.services.pdf.use_weasyprint"]
before_job = ["agency_crm.services.pdf.use_weasyprint"]
jinja = {"methods": ["agency_crm.domain.numbers.format_wan"]}

app_include_js = ["agency_crm.bundle.js"]
extend_bootinfo = "agency_crm.services.desk.add_to_boot"
standard_queries = {"Estate": "agency_crm.api.boxes.search_estates"}
