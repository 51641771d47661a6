import json
from pathlib import Path

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
setup_wizard_complete = "agency_crm.setup.defaults.make_defaults"
before_uninstall = "agency_crm.setup.uninstall.before_uninstall"
before_tests = "agency_crm.tests.setup.before_tests"

# permissions/visibility.py: one predicate per DocType; permissions/pointers.py: what points at such records
_seen_by_row = (
	"Call List",
	"Client",
	"Client Import",
	"Client Enquiry",
	"Client Erasure",
	"Client Mailing",
	"Client Handover",
	"Client Movement",
	"Client Request",
	"Client Requirement",
	"Commission Accrual",
	"Commission Payout",
	"Commission Statement",
	"Contact Reveal",
	"Deal",
	"Deal Fee",
	"Deal Split",
	"Deal Termination",
	"Duplicate Pair",
	"Follow Up",
	"Follow Up Task",
	"Key Movement",
	"Listing",
	"Listing Enquiry",
	"Listing Change",
	"Listing Follower",
	"Listing Import",
	"Listing Key",
	"Listing Mandate",
	"Listing Verification",
	"Match Pair",
	"Property",
	"Role Request",
	"Viewing",
	"Workflow Action",
)
# permissions/personal.py: what Frappe keeps for one person
_personal = (
	"Dashboard Settings",
	"Document Follow",
	"Energy Point Log",
	"List Filter",
	"Notification Log",
	"Workspace",
)
permission_query_conditions = {
	"*": "agency_crm.permissions.visibility.child_conditions",
	**dict.fromkeys(_seen_by_row, "agency_crm.permissions.visibility.row_conditions"),
	**dict.fromkeys(_personal, "agency_crm.permissions.personal.row_conditions"),
	"File": "agency_crm.permissions.pointers.row_conditions",
	"Tag Link": "agency_crm.permissions.pointers.row_conditions",
}
has_permission = {
	**dict.fromkeys(_seen_by_row, "agency_crm.permissions.visibility.has_permission"),
	**dict.fromkeys(_personal, "agency_crm.permissions.personal.has_permission"),
	"Custom HTML Block": "agency_crm.framework.shared_scripts.has_permission",
	"File": "agency_crm.permissions.pointers.has_paper",
	"Prepared Report": "agency_crm.permissions.pointers.is_own_report",
	"Tag Link": "agency_crm.permissions.pointers.has_tag",
}
override_doctype_class = {
	"Assignment Rule": "agency_crm.agency_crm.custom.assignment_rule.AgencyAssignmentRule",
	"Data Import Log": "agency_crm.agency_crm.custom.data_import_log.AgencyDataImportLog",
	"File": "agency_crm.agency_crm.custom.file.AgencyFile",
}
# endpoints of Frappe that ask nobody's right, or for rows so that no index serves
override_whitelisted_methods = {
	"frappe.core.doctype.user.user.reset_password": "agency_crm.api.frappe.logins.reset_password",
	"frappe.core.doctype.user.user.update_password": "agency_crm.api.frappe.logins.update_password",
	"frappe.core.doctype.user.user.verify_password": "agency_crm.api.frappe.logins.verify_password",
	"frappe.integrations.doctype.ldap_settings.ldap_settings.login": "agency_crm.api.frappe.logins.login_by_ldap",
	"frappe.www.login.send_login_link": "agency_crm.api.frappe.logins.send_login_link",
	"frappe.integrations.oauth2.get_token": "agency_crm.api.frappe.logins.get_token",
	"frappe.client.get_count": "agency_crm.api.frappe.lists.get_count",
	"frappe.client.validate_link": "agency_crm.api.frappe.links.validate_link",
	"frappe.automation.doctype.assignment_rule.assignment_rule.bulk_apply": "agency_crm.api.frappe.forms.apply_rules",
	"frappe.desk.desktop.get_desktop_page": "agency_crm.api.frappe.forms.get_desktop_page",
	"frappe.desk.desktop.get_workspace_sidebar_items": "agency_crm.api.frappe.forms.get_workspace_sidebar_items",
	"frappe.desk.form.assign_to.remove": "agency_crm.api.frappe.forms.unassign",
	"frappe.desk.form.assign_to.remove_multiple": "agency_crm.api.frappe.forms.unassign_many",
	"frappe.desk.form.utils.get_next": "agency_crm.api.frappe.forms.get_next",
	"frappe.desk.like.toggle_like": "agency_crm.api.frappe.forms.toggle_like",
	"erpnext.crm.utils.get_open_activities": "agency_crm.api.frappe.forms.get_open_activities",
	"frappe.desk.search.search_link": "agency_crm.api.frappe.links.search_link",
	"frappe.desk.search.search_widget": "agency_crm.api.frappe.links.search_widget",
	"frappe.desk.search.get_link_title": "agency_crm.api.frappe.links.get_link_title",
	"frappe.desk.reportview.get": "agency_crm.api.frappe.lists.get_page",
	"frappe.desk.reportview.get_count": "agency_crm.api.frappe.lists.get_page_count",
	"frappe.desk.query_report.run": "agency_crm.api.frappe.reports.run_report",
	"frappe.desk.query_report.export_query": "agency_crm.api.frappe.reports.export_report",
	"frappe.client.get": "agency_crm.api.frappe.lists.get_one",
	"frappe.desk.listview.get_group_by_count": "agency_crm.api.frappe.lists.get_group_by_count",
	"frappe.utils.global_search.search": "agency_crm.api.frappe.lists.search_everywhere",
	"frappe.desk.doctype.dashboard_chart.dashboard_chart.get": "agency_crm.api.frappe.reports.get_chart",
	"frappe.desk.doctype.number_card.number_card.get_result": "agency_crm.api.frappe.reports.get_card",
	"frappe.desk.doctype.number_card.number_card.get_percentage_difference": (
		"agency_crm.api.frappe.reports.get_card_difference"
	),
	"frappe.core.doctype.prepared_report.prepared_report.make_prepared_report": (
		"agency_crm.api.frappe.reports.make_prepared_report"
	),
	"frappe.desk.reportview.save_report": "agency_crm.api.frappe.reports.save_report",
	"frappe.desk.reportview.delete_report": "agency_crm.api.frappe.reports.delete_report",
	"frappe.desk.doctype.tag.tag.add_tag": "agency_crm.api.frappe.forms.add_tag",
	"frappe.desk.doctype.tag.tag.add_tags": "agency_crm.api.frappe.forms.add_tags",
	"frappe.desk.doctype.tag.tag.remove_tag": "agency_crm.api.frappe.forms.remove_tag",
	"frappe.desk.form.document_follow.get_follow_users": "agency_crm.api.frappe.forms.get_follow_users",
	"frappe.desk.page.user_profile.user_profile.get_energy_points_percentage_chart_data": (
		"agency_crm.api.frappe.forms.get_energy_points_percentage_chart_data"
	),
	"frappe.workflow.doctype.workflow.workflow.get_workflow_state_count": (
		"agency_crm.api.frappe.forms.get_workflow_state_count"
	),
	"frappe.share.get_users": "agency_crm.api.frappe.forms.get_shares",
	"frappe.desk.form.linked_with.get_submitted_linked_docs": (
		"agency_crm.api.frappe.forms.get_submitted_linked_docs"
	),
	"frappe.rename_doc": "agency_crm.api.frappe.forms.rename_doc",
	"frappe.desk.doctype.notification_log.notification_log.mark_as_read": (
		"agency_crm.api.frappe.forms.mark_as_read"
	),
	"frappe.desk.doctype.kanban_board.kanban_board.update_order": "agency_crm.api.frappe.boards.update_order",
	"frappe.desk.doctype.kanban_board.kanban_board.update_order_for_single_card": (
		"agency_crm.api.frappe.boards.update_order_for_single_card"
	),
	"frappe.desk.doctype.workspace.workspace.save_page": "agency_crm.api.frappe.forms.save_workspace",
	"frappe.desk.doctype.workspace.workspace.update_page": "agency_crm.api.frappe.forms.update_workspace",
	"frappe.utils.pdf.is_wkhtmltopdf_valid": "agency_crm.api.frappe.prints.is_wkhtmltopdf_valid",
	"frappe.utils.print_format.download_multi_pdf": "agency_crm.api.frappe.prints.download_multi_pdf",
	"frappe.utils.print_format.download_multi_pdf_async": (
		"agency_crm.api.frappe.prints.download_multi_pdf_async"
	),
	"frappe.desk.doctype.tag.tag.get_tagged_docs": "agency_crm.api.frappe.lists.get_tagged",
	"frappe.geo.utils.get_coords": "agency_crm.api.frappe.lists.get_coords",
	"frappe.workflow.doctype.workflow_action.workflow_action.apply_action": "agency_crm.api.frappe.workflow_mail.apply_action",
	"frappe.workflow.doctype.workflow_action.workflow_action.confirm_action": "agency_crm.api.frappe.workflow_mail.confirm_action",
	"frappe.www.printview.get_html_and_style": "agency_crm.api.frappe.prints.get_print",
	"frappe.www.printview.get_rendered_raw_commands": "agency_crm.api.frappe.prints.get_raw_print",
}

# where an endpoint of ours was a release ago -> where it is: it answers at both (framework/moved.py)
override_whitelisted_methods |= json.loads(
	(Path(__file__).parent / "api/moved.json").read_text(encoding="utf-8")
)

# framework/events.py: what a room announces to those above it
agency_events = {
	"client_progressed": "agency_crm.services.follow_ups.plans.follow_progress",
	"client_stage_entered": "agency_crm.services.follow_ups.plans.follow_stage",
}

doc_events = {
	"*": {
		"before_insert": "agency_crm.framework.names.keep_series",
		"before_validate": "agency_crm.framework.saves.before_validate",
	},
	"Territory": {
		"on_update": "agency_crm.services.places.estates.carry_district",
		"after_rename": "agency_crm.services.places.estates.carry_district",
	},
	"User": {"before_validate": "agency_crm.permissions.colleagues.keep"},
	"Version": {"before_insert": "agency_crm.services.privacy.secrets.leave_out_of_version"},
	"Activity Log": {
		"before_insert": "agency_crm.framework.logins.hold",
		"after_insert": "agency_crm.framework.logins.count",
	},
	"Communication": {"validate": "agency_crm.permissions.personal.check_sender"},
	"DocShare": {"validate": "agency_crm.permissions.pointers.refuse_share"},
	("ToDo", "Document Follow", "Tag Link", "File", "Reminder", "Comment"): {
		"validate": "agency_crm.permissions.pointers.check_pointer"
	},
	("Event", "Contact", "Address"): {"validate": "agency_crm.permissions.pointers.check_rows"},
	"Letter Head": {
		"validate": "agency_crm.framework.shared_scripts.check_letter_head",
		"on_update": "agency_crm.framework.shared_scripts.check_letter_head",
	},
	"Role": {"before_rename": "agency_crm.setup.roles.keep_name"},
	"Workflow": {
		"validate": [
			"agency_crm.setup.workflows.check_conditions",
			"agency_crm.setup.workflows.keep_states_in_use",
		],
		"on_update": "agency_crm.setup.workflows.sync_status_options",
		"after_delete": "agency_crm.setup.workflows.sync_status_options",
	},
	# vouchers only mark deals; the marked ones are compared once, before the commit
	"Payment Ledger Entry": {"on_submit": "agency_crm.accounting.marks.mark_entry"},
	"Journal Entry": {
		"validate": "agency_crm.accounting.loose.keep_deals",
		"before_update_after_submit": "agency_crm.accounting.loose.keep_deals",
		"on_submit": "agency_crm.accounting.marks.mark_voucher",
		"before_cancel": "agency_crm.accounting.accruals.check_own_journal",
		"on_cancel": "agency_crm.accounting.marks.mark_journal_cancelled",
		"on_trash": "agency_crm.accounting.marks.mark_voucher",
	},
	"Sales Invoice": {
		"validate": "agency_crm.accounting.invoices.check",
		"on_submit": "agency_crm.accounting.invoices.note_on_fee",
		"before_cancel": [
			"agency_crm.accounting.invoices.check_not_terminated",
			"agency_crm.accounting.invoices.check_not_billed_again",
			"agency_crm.accounting.marks.mark_settled",
		],
		"on_cancel": "agency_crm.accounting.invoices.note_on_fee",
	},
	"Payment Entry": {
		"validate": [
			"agency_crm.accounting.receipts.name_deals",
			"agency_crm.accounting.receipts.name_vouchers",
		],
		"before_update_after_submit": "agency_crm.accounting.receipts.name_deals",
	},
	("Payment Entry", "Sales Invoice", "Unreconcile Payment"): {
		"on_submit": "agency_crm.accounting.marks.mark_voucher",
		"on_cancel": "agency_crm.accounting.marks.mark_voucher",
		"on_trash": "agency_crm.accounting.marks.mark_voucher",
	},
}

additional_timeline_content = {"Client": ["agency_crm.services.clients.timeline.items"]}

scheduler_events = {
	"all": ["agency_crm.framework.deferred.flush"],
	"hourly": [
		"agency_crm.framework.refusals.write_all",
		"agency_crm.services.pools.assignment.pass_on_unanswered",
		"agency_crm.services.pools.handovers.resume",
		"agency_crm.services.intake.client_enquiries.convert_waiting",
		"agency_crm.services.follow_ups.call_lists.make_all",
		"agency_crm.services.notifications.mailings.run",
		"agency_crm.services.deals.record.lapse_drafts",
		"agency_crm.services.duplicates.pairs.compare_marked",
		"agency_crm.services.listings.followers.tell_all",
		"agency_crm.services.listings.keys.note_overdue",
		"agency_crm.services.rating.listings.resume",
		"agency_crm.services.listings.verification.note_overdue",
		"agency_crm.services.matching.notices.tell_all",
	],
	"daily": [
		"agency_crm.services.follow_ups.plans.run",
		"agency_crm.services.follow_ups.tasks.tell_overdue",
		"agency_crm.services.commission.splits.confirm_silent",
		"agency_crm.services.listings.followers.mail_changes",
		"agency_crm.services.listings.leases.run_daily",
		"agency_crm.services.listings.mandates.run_daily",
		"agency_crm.services.listings.verification.ask_again",
	],
	"hourly_long": ["agency_crm.services.privacy.erasure.run"],
	"daily_long": [
		"agency_crm.accounting.accruals.compare_all",
		"agency_crm.services.rating.clients.refresh_all",
		"agency_crm.services.rating.listings.refresh_live",
		"agency_crm.services.matching.nightly.run",
	],
	"cron": {
		"0 2 * * *": ["agency_crm.services.pools.listings.run", "agency_crm.services.pools.clients.run"]
	},
}

on_login = "agency_crm.framework.logins.admit"
# Frappe empties its cache for anybody who sends a log-in without a name: these counts, and what waits to be inserted, stay
persistent_cache_keys = ["agency_tries", "system_insert_queue"]

export_python_type_annotations = True
require_type_annotated_api_methods = True

# what of Frappe runs inside ours, for want of a hook: framework/wraps.py
wraps_of_frappe = {
	"frappe.app.handle_exception": "agency_crm.framework.bad_requests.answer",
	"frappe.auth.validate_api_key_secret": "agency_crm.framework.logins.try_key",
	"frappe.core.doctype.data_import.importer.read_csv_content": "agency_crm.framework.spreadsheets.read_csv",
	"frappe.core.doctype.file.file.optimize_image": "agency_crm.framework.pictures.shrink",
	"frappe.core.doctype.file.file.strip_exif_data": "agency_crm.framework.pictures.strip_metadata",
	"frappe.core.doctype.file.utils.optimize_image": "agency_crm.framework.pictures.shrink",
	"frappe.desk.form.document_follow.get_message": "agency_crm.permissions.pointers.tell_follower",
	"frappe.desk.form.load.get_versions": "agency_crm.permissions.levels.narrow_versions",
	"frappe.desk.utils.get_csv_bytes": "agency_crm.framework.spreadsheets.csv_bytes",
	"frappe.email.doctype.auto_email_report.auto_email_report.make_xlsx": (
		"agency_crm.framework.spreadsheets.make_xlsx"
	),
	"frappe.handler.optimize_image": "agency_crm.framework.pictures.shrink",
	"frappe.core.doctype.user.user.User.on_trash": "agency_crm.framework.logins.keep_until_deleted",
	"frappe.desk.form.load.get_title_values_for_link_and_dynamic_link_fields": (
		"agency_crm.permissions.links.hide_titles"
	),
	"frappe.desk.notifications.get_doc_count": "agency_crm.permissions.counts.count_seen",
	"frappe.desk.reportview.get_field_info": "agency_crm.framework.labels.head_export",
	"frappe.email.doctype.notification.notification.evaluate_alert": "agency_crm.framework.notifications.send_or_log",
	"frappe.model.base_document.BaseDocument.set": "agency_crm.framework.plain_values.refuse_structures",
	"frappe.model.base_document.BaseDocument.update": "agency_crm.framework.stored.keep_identity",
	"frappe.model.db_query.DatabaseQuery.apply_fieldlevel_read_permissions": (
		"agency_crm.permissions.levels.leave_out_hidden"
	),
	"frappe.model.db_query.DatabaseQuery.extract_tables": "agency_crm.permissions.links.hide_unseen",
	"frappe.model.db_query.DatabaseQuery.prepare_filter_condition": (
		"agency_crm.permissions.levels.check_filter"
	),
	"frappe.model.db_query.DatabaseQuery.sanitize_fields": "agency_crm.framework.arguments.check_fields",
	"frappe.model.db_query.DatabaseQuery.validate_order_by_and_group_by": (
		"agency_crm.permissions.levels.check_order"
	),
	"frappe.model.db_query.get_permitted_fields": "agency_crm.permissions.colleagues.show_less",
	"frappe.model.document.Document._validate_links": "agency_crm.permissions.links.ask_right_first",
	"frappe.model.document.Document.check_if_latest": "agency_crm.framework.system_fields.ask_right_first",
	"frappe.model.document.Document.validate_higher_perm_levels": "agency_crm.framework.stored.ask_of_stored",
	"frappe.permissions.has_controller_permissions": "agency_crm.permissions.reasons.ask_controllers",
	"frappe.permissions.has_permission": "agency_crm.permissions.reasons.leave_out_others",
	"frappe.permissions.has_child_permission": "agency_crm.permissions.rows.ask_of_record",
	"frappe.realtime.publish_realtime": "agency_crm.permissions.realtime.hide_names",
	"frappe.utils.csvutils.UnicodeWriter.writerow": "agency_crm.framework.spreadsheets.write_row",
	"frappe.utils.data.sanitize_column": "agency_crm.framework.arguments.check_column",
	"frappe.utils.pdf.get_pdf": "agency_crm.framework.pdf.use_weasyprint",
	"frappe.utils.safe_exec.get_visible_columns": "agency_crm.framework.labels.head_print",
	"frappe.utils.xlsxutils.make_xlsx": "agency_crm.framework.spreadsheets.make_xlsx",
	"frappe.www.printview.validate_key": "agency_crm.permissions.reasons.hide_missing",
	"frappe.www.printview.set_link_titles": "agency_crm.permissions.links.hide_printed_titles",
	"pdfkit.from_string": "agency_crm.framework.paper.print_anyway",
}
# addresses and logins before anything is answered, names and the gate before any function is called
before_request = [
	"agency_crm.framework.wraps.put_in_place",
	"agency_crm.framework.addresses.take",
	"agency_crm.framework.languages.take_for_guest",
	"agency_crm.framework.arguments.check",
	"agency_crm.framework.routes.check",
	"agency_crm.framework.plain_values.check_names",
	"agency_crm.framework.gate.stand_in",
]
before_job = ["agency_crm.framework.wraps.put_in_place", "agency_crm.framework.languages.take_for_job"]
# the roles of each group that the gate's table has beside guests, website users and desk users
gate_groups = {
	"accounts": ["Agency Accountant", "Agency Cashier", "Accounts User", "Accounts Manager"],
	# what asks no right, and is no cashier's
	"ledger": ["Agency Accountant", "Accounts User", "Accounts Manager"],
	"masters": ["Agency Administrator"],
}
after_request = [
	"agency_crm.framework.headers.add",
	"agency_crm.framework.tracebacks.hide",
	"agency_crm.permissions.levels.narrow_answer",
]
# whose pictures the Desk shows beside this site's: framework/headers.py
picture_sources = ["agency_crm.services.listings.finding.tile_source"]
jinja = {
	"methods": [
		"agency_crm.domain.inputs.numbers.format_wan",
		"agency_crm.services.pools.handovers.handover_facts",
		"agency_crm.services.listings.sheet.listing_sheet",
	]
}

doctype_js = {
	"Bank Reconciliation Tool": "public/js/frappe/bank_reconciliation_tool.js",
	"Data Import": "public/js/frappe/data_import.js",
	"File": "public/js/frappe/file_form.js",
	"Payment Entry": "public/js/frappe/payment_entry.js",
	"Workflow": "public/js/frappe/workflow.js",
}
app_include_js = ["agency_crm.bundle.js"]
web_include_js = ["/assets/agency_crm/js/pages/login_page.js"]
app_include_css = ["agency_crm.bundle.css"]
extend_bootinfo = "agency_crm.services.desk.boot.add_to_boot"
standard_queries = {
	"Estate": "agency_crm.api.desk.boxes.search_estates",
	"Listing": "agency_crm.api.listings.finding.search_listings",
}
