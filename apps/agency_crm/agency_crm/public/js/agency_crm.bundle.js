import "./spreadsheets";
import "./typing";
import "./words";
import "./maps";
import "./client_list";
import "./listing_views";
import "./known_number";
import "./logins";
import { add_client_buttons, add_erasure, show_named_by } from "./client_file";
import { claim_button, show_standing } from "./client_pools";
import { show_level, show_profile } from "./client_profile";
import { add_decisions } from "./decisions";
import { show_pair } from "./duplicates";
import { ask_price_reason, keep_prices, show_changes } from "./listing_changes";
import { mark_required, offer_required_fields, pick_orientation, show_title } from "./listing_form";
import { imports } from "./imports";
import { give_feedback, lacks_feedback, say_dislikes } from "./feedback";
import { show_grade } from "./listing_grade";
import { show_media } from "./listing_media";
import * as listing from "./listing_words";
import * as queue from "./queue";
import { add_mandate_buttons } from "./mandates";
import { show_learned, show_matches, show_matching_clients } from "./matching";
import { add_role_buttons } from "./listing_roles";
import { pick_wishes } from "./picks";
import { small_picture } from "./pictures";
import { price_list_formatter } from "./prices";
import { change_address, show_past, show_property_history, suggest_address } from "./property_history";
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
} from "./records";
import { add_referral_link, show_referrals } from "./referrals";
import { add_reveal_buttons, reveal, set_client_private, set_listing_private } from "./reveal";
import {
	add_task_buttons,
	do_task,
	offer_call_list,
	show_call_list,
	task_indicator,
} from "./tasks";
import { budget_words } from "./wish_words";

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
	reveal,
	say_dislikes,
	set_client_private,
	set_listing_private,
	set_own_agent,
	show_call_list,
	show_changes,
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
