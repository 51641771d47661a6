import "./controls/spreadsheets";
import "./controls/typing";
import "./controls/words";
import "./controls/maps";
import "./clients/list";
import "./listings/views";
import "./privacy/known_numbers";
import "./frappe/logins";
import "./frappe/realtime";
import { add_client_buttons, add_erasure, show_named_by } from "./clients/file";
import { claim_button, show_standing } from "./pools/standing";
import { show_level, show_profile } from "./clients/profile";
import { show_sheet } from "./deals/sheet";
import { add_decisions } from "./forms/decisions";
import { show_pair } from "./duplicates/pairs";
import { ask_price_reason, keep_prices, show_changes } from "./listings/changes";
import { mark_required, offer_required_fields, pick_orientation, show_title } from "./listings/form";
import { imports } from "./importing/imports";
import { give_feedback, lacks_feedback, say_dislikes } from "./viewings/feedback";
import { show_grade } from "./listings/grade";
import { show_media } from "./listings/media";
import * as listing from "./listings/words";
import * as queue from "./intake/queue";
import { add_mandate_buttons } from "./listings/mandates";
import { show_learned, show_matches, show_matching_clients } from "./matching/board";
import { add_role_buttons } from "./listings/roles";
import { pick_wishes } from "./controls/picks";
import { small_picture } from "./forms/pictures";
import { reason_field } from "./forms/fields";
import { price_list_formatter } from "./controls/prices";
import {
	change_address,
	show_past,
	show_property_history,
	suggest_address,
} from "./listings/property_history";
import {
	add_follow_up,
	add_step,
	chosen_way,
	fetch_titles,
	new_with_rows,
	open_made,
	open_pdf,
	reason_before_action,
	set_own_agent,
} from "./forms/records";
import { add_referral_link, show_referrals } from "./clients/referrals";
import { add_reveal_buttons, reveal, set_client_private, set_listing_private } from "./privacy/reveal";
import {
	add_task_buttons,
	do_task,
	offer_call_list,
	show_call_list,
	task_indicator,
} from "./follow_ups/tasks";
import { budget_words } from "./matching/wish_words";

frappe.provide("agency_crm");
Object.assign(agency_crm, {
	add_client_buttons,
	add_decisions,
	add_erasure,
	add_follow_up,
	add_mandate_buttons,
	add_referral_link,
	add_reveal_buttons,
	add_role_buttons,
	add_step,
	add_task_buttons,
	ask_price_reason,
	change_address,
	do_task,
	chosen_way,
	claim_button,
	fetch_titles,
	format_budget: budget_words,
	format_price: price_list_formatter,
	give_feedback,
	imports,
	keep_prices,
	lacks_feedback,
	listing,
	mark_required,
	offer_required_fields,
	new_with_rows,
	offer_call_list,
	open_made,
	open_pdf,
	pick_orientation,
	pick_wishes,
	queue,
	reason_before_action,
	reason_field,
	reveal,
	say_dislikes,
	set_client_private,
	set_listing_private,
	set_own_agent,
	show_call_list,
	show_changes,
	show_deal_sheet: show_sheet,
	show_grade,
	show_level,
	show_learned,
	show_matches,
	show_matching_clients,
	show_media,
	show_named_by,
	show_pair,
	show_past,
	show_profile,
	show_standing,
	show_property_history,
	show_referrals,
	show_title,
	small_picture,
	suggest_address,
	task_indicator,
});
