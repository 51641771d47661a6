"""Every function that Frappe, ERPNext and the app let be called by name, and arguments for each of its parameters."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

import frappe

APPS = ("frappe", "erpnext", "agency_crm")
# what isn't called -> why
LEFT_OUT = {
	"frappe.apps.get_incomplete_setup_route": "it says which app's wizard is to be finished, of a list in the files",
}
# a class of more than one DocType -> one of them
ABSTRACT = {
	"AccountsController": "Sales Invoice",
	"SubcontractingController": "Subcontracting Order",
	"CRMNote": "Lead",
}


@dataclass(frozen=True)
class Target:
	"""A record to ask about, and the person whose it is."""

	doctype: str
	name: str
	user: str
	records: dict[str, str]  # of our DocTypes, by DocType
	wide: bool = False  # whether all records are asked for, not this
	short: bool = False  # whether only what must be given is, and filters as a dict

	@property
	def filters(self) -> list | dict:
		one = {"name": self.name} if self.short else [[self.doctype, "name", "=", self.name]]
		return [] if self.wide else one

	@property
	def doc(self) -> dict:
		return {"doctype": self.doctype, "name": self.name}

	@property
	def chart(self) -> dict:
		shown = {"chart_type": "Group By", "document_type": self.doctype, "group_by_type": "Count"}
		shown |= {"group_by_based_on": "name", "type": "Bar", "timeseries": 0}
		return {**shown, "filters_json": frappe.as_json(self.filters)}


def _kinds() -> dict[str, Callable[[Target], object]]:
	"""Parameter -> what stands for it."""
	days, rows = (
		{"start": "creation", "end": "modified", "title": "name"},
		[{"name": "owner", "type": "Data"}],
	)
	groups: tuple[tuple[Callable[[Target], object], str], ...] = (
		(lambda target: target.doctype, DOCTYPES),
		(lambda target: target.name, NAMES),
		(lambda target: [target.name], LISTS),
		(lambda target: target.filters, "filters or_filters current_filters filters_json"),
		(lambda target: target.doc, DOCS),
		(lambda target: [target.doc], ROWS),
		(lambda target: "" if target.wide else target.name, SEARCHED),
		(lambda target: target.user, USERS),
		(lambda target: [target.user], "users recipients receiver_list email_list assign_to"),
		(lambda target: target.chart, "chart"),
		(lambda target: ["*"] if target.wide else ["name", "owner"], "fields columns filter_fields"),
		(lambda target: "name", FIELDS),
		(lambda target: "2026-11-01", DATES),
		(lambda target: "2100-01-01", LATER),
		(lambda target: 0, ZERO),
		(lambda target: 1, NUMBERS),
		(lambda target: 200, "page_length page_len limit limit_page_length"),
		(lambda target: days, "field_map"),
		(lambda target: rows, "stats"),
		(lambda target: {}, EMPTY),
		(lambda target: "x", WORDS),
	)
	return {name: make for make, names in groups for name in names.split()}


DOCTYPES = """doctype dt _doctype ref_doctype reference_doctype parent_doctype document_type master_doctype
for_doctype doctype_name reference_dt reference_type parenttype party_type voucher_type child_doctype child_type
from_doctype to_doctype goal_doctype parent_doctype_name reminder_doctype module reference_document_type"""
NAMES = """name docname dn ref_docname reference_name reference_docname doc_name document_name source_name parent
ref_name reference_doc voucher_no party value key record source title template_name label page docs_name id
communication communication_id note board_name dashboard_name chart_name report_name web_form web_form_name
print_format template email_account old_name row row_id data_import data_import_name master_name source_docname
reference_docname reminder_docname reply_name article notification page_name standing_name login_token job_id
file_name file_url file_path path route file_doc folder new_order g_calendar g_contact connected_app recorder_id
reference_report prepared_report_name custom_field contact_name payment_entry doc_no note_id tag view term
reference_no reference_number external_id bundle_id old_parent new_parent goal_value_field fid search_value"""
LISTS = """names docnames source_names docs_names file_list files reports listings clients vouchers item_codes
bank_transaction_names assets contacts links serial_nos"""
DOCS = "doc docs target_doc document prev_doc doc_dict kwargs reference"
ROWS = """items rows entries accounts invoices selected_rows item_list trans_items lost_reasons_list competitors
account_list conditions fg_items rm_details variant_items operations balance_details pricing_rules points"""
SEARCHED = "txt text search_term query_text search_text typed_text q searchtext"
USERS = """user for_user user_email owner assigned_to sender comment_email email to_user allocated_to usr
comment_by email_id user_id for_value new_email"""
FIELDS = """field fieldname searchfield field_name sort_field sort_key order_by order parent_field column_name
group_by goal_field goal_total_field goal_history_field goal_doctype_link date_field workflow_state_field
from_colname to_colname colname column_title"""
DATES = """date from_date posting_date start_date till_date followed_on left_on release_date failure_date
completion_date disposal_date reference_date bill_date from_time posting_time time delivery_date expiry_date month
from_reference_date transaction_date remind_at_first schedule_date"""
LATER = "to_date end_date end remind_at to_time valid_till to_reference_date snooze_until send_after"
ZERO = "start limit_start prev old_index permlevel merge limit_first is_child"
NUMBERS = """qty ignore_permissions ignore_user_permissions ignore_communication_links as_dict is_root new_index
amount paid_amount paid_amount_change allocated_amount split_qty sample_quantity gross_purchase_amount rate days
conversion_rate exchange_rate enable disable following public logout reset with_parent helpful permission_number
undone notify everyone period no_cache refresh reauthorize floor shown allocate_payment_amount optimize recursive
include_expired_entry with_comment_count with_data all_doctypes as_html heatmap_year_no spam force idx"""
EMPTY = """args data settings user_settings params config default_values options values result bounds typed
new_widgets blocks profile_info listview_settings sb_public_items sb_private_items address_dict item_details
chart_template hidden_list removed_listview_fields ob_steps report_settings routes step states event
coa customer_collection message_dict selected matched_payment_requests date_range attachments domain file mapping"""
WORDS = """reason content subject description method query action status role code password response message state
url language country city new_password old_password comment reply html theme host_name indicator icon color
indicator_color verification_code token access_token client_id provider redirect_to full_name msg column
new_name new_page app_name current_app app_route source_text tour_name permission_to ptype type purpose uom stock_uom currency
from_currency to_currency price_list item_code item_name timezone tz periodicity plan fcm_token license_type
from_version to_version current_state next_state queues indexes summary call_type operation data_type bank dimension
dimension_name cost_center_name cost_center_number account_name party_name customer_name collection_name
rule extension file_type template_type primary_mandatory tags like contacts_of timelog serial_no batch_no
mode_of_payment tax_category item_tax_template account_head terms_template dunning_type primary_role
primary_party secondary_role secondary_party party_account_currency asset_depr_schedule_name fiscal_year
item_group item warehouse bom bom1 bom2 bom_no production_item work_order_id workstation sco delivery_trip driver
pick_list pick_list_name rfq_name purchase_order_name service_item in_transit_warehouse child_row
type_of_transaction bank_guarantee_type bank_transaction_name asset_name asset_category purchase_doc_name
project_name payment_account credit_applicant_type credit_applicant debit_applicant_type debit_applicant
subcontract_order invoice code_list_name code_column call_log printer_setting role_profile module_profile
unit number slot building_no room_no what id_number id_type form_token submission_token old new kind
enquirer_name phone requirement_type view_name tree_method"""


@dataclass(frozen=True)
class Function:
	"""A function that may be called by name."""

	address: str
	parameters: tuple[inspect.Parameter, ...]
	verb: str
	call: Callable

	@property
	def is_method(self) -> bool:
		return "." in self.call.__qualname__

	@property
	def doctype(self) -> str | None:
		"""The DocType in whose folder it stands."""
		if self.is_method and (of := ABSTRACT.get(self.call.__qualname__.split(".")[0])):
			return of
		return _folders().get(self.call.__module__.split(".")[-1])

	@property
	def asks_any(self) -> bool:
		"""Whether it is about records of any DocType."""
		return bool({parameter.name for parameter in self.parameters} & set(DOCTYPES.split()))

	@property
	def must(self) -> set[str]:
		"""The parameters that must be given."""
		return {p.name for p in self.parameters if p.default is p.empty and p.kind not in OPEN}

	def unknown(self) -> set[str]:
		"""Those of them for which there is nothing to give."""
		return {name for name in self.must if not self._is_known(name)}

	def _is_known(self, name: str) -> bool:
		return name in KINDS or name in SHORT or name in _folders()

	def arguments(self, target: Target) -> dict:
		"""Something for every parameter that is known."""
		named = self.must if target.short else {parameter.name for parameter in self.parameters}
		if any(parameter.kind in OPEN for parameter in self.parameters):
			named = named | {"doctype", "name", "dt", "dn", "parent"}
		given = {name: self._argument(name, target) for name in named if self._is_known(name)}
		if {"start", "end"} <= named:
			given["start"] = "2000-01-01"
		return given

	def _argument(self, name: str, target: Target):
		"""A record of the DocType that the parameter is called after, or what stands for one of its name."""
		short = SHORT.get(name, {})
		kind = next((kind for word, kind in short.items() if word in self.address), _folders().get(name))
		if kind in target.records:
			return target.records[kind]
		return KINDS[name](target) if name in KINDS else target.name

	def requests(self, target: Target) -> Iterator[tuple[str, str, dict]]:
		"""How it is asked about a record: by name, all of its DocType, with no more than must be."""
		asked = []
		for how in (target, replace(target, wide=True), replace(target, short=True)):
			arguments = self.arguments(how)
			if arguments not in asked:
				asked.append(arguments)
				yield self._request(arguments, target)

	def _request(self, arguments: dict, target: Target) -> tuple[str, str, dict]:
		if not self.is_method:
			return self.verb, f"api/method/{self.address}", arguments
		method, kind = self.call.__name__, self.doctype or target.doctype
		name = target.name if target.doctype == kind else target.records.get(kind)
		record = (
			{"dt": kind, "dn": name} if name else {"docs": {"doctype": kind, "name": "x", "__islocal": 1}}
		)
		return "POST", "api/method/run_doc_method", {**record, "method": method, "args": arguments}


# a parameter's short name for a record of ours -> its DocType, by a word of the function's address
SHORT = {
	"enquiry": {"client_enquiries": "Client Enquiry", "": "Listing Enquiry"},
	"request": {
		"pools.requests": "Client Request",
		"verification": "Listing Verification",
		"": "Role Request",
	},
	"pair": {"matching": "Match Pair", "": "Duplicate Pair"},
	"handover": {"": "Client Handover"},
	"accrual": {"": "Commission Accrual"},
	"termination": {"": "Deal Termination"},
	"split": {"": "Deal Split"},
	"survivor": {"": "Listing"},
	"mandate": {"": "Listing Mandate"},
	"requirement": {"": "Client Requirement"},
	"partner": {"": "Listing Partner"},
	"key": {"agency_crm": "Listing Key"},
}
OPEN = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
KINDS = _kinds()


def _folders() -> dict[str, str]:
	"""The folder of a DocType, which is also what a parameter for one of its records is called -> the DocType."""
	if not FOLDERS:
		FOLDERS.update({frappe.scrub(name): name for name in frappe.get_all("DocType", pluck="name")})
	return FOLDERS


FOLDERS: dict[str, str] = {}


def functions() -> Iterator[Function]:
	"""All of them, once each, whatever other modules import them too."""
	for app in APPS:
		for path in sorted(Path(frappe.get_app_path(app)).rglob("*.py")):
			if "whitelist(" in path.read_text(encoding="utf-8") and not _of_tests(path):
				parts = path.relative_to(frappe.get_app_path(app)).with_suffix("").parts
				import_module(".".join((app, *parts)).removesuffix(".__init__"))
	found = {_address(marked): marked for marked in frappe.whitelisted}
	for address in sorted(found):
		if not _of_tests(Path(*address.split("."))) and address.split(".")[0] in APPS:
			yield _function(address, found[address])


def _of_tests(path: Path) -> bool:
	"""Frappe's and ERPNext's helpers for tests: a site with users has no `allow_tests`."""
	return (
		"tests" in path.parts
		or any(part.startswith(("test_", "ui_test")) for part in path.parts[:-1])
		or (path.suffix == ".py" and path.name.startswith("test_"))
	)


def _address(function: Callable) -> str:
	bare = inspect.unwrap(function)
	return f"{bare.__module__}.{bare.__qualname__}"


def _function(address: str, marked: Callable) -> Function:
	bare = inspect.unwrap(marked)
	verbs = frappe.allowed_http_methods_for_whitelisted_func.get(marked, ["POST"])
	taken = tuple(p for p in inspect.signature(bare).parameters.values() if p.name != "self")
	return Function(address, taken, "POST" if "POST" in verbs else verbs[0], bare)
