import "./typing";
import "./words";
import { show_pair } from "./duplicates";
import { add_mandate_buttons } from "./mandates";
import { price_list_formatter } from "./prices";
import {
	add_follow_up,
	fetch_titles,
	new_with_rows,
	open_made,
	open_pdf,
	reason_before_action,
	set_own_agent,
} from "./records";
import { add_reveal_buttons, reveal, set_client_private, set_listing_private } from "./reveal";

frappe.provide("agency_crm");
Object.assign(agency_crm, {
	add_follow_up,
	add_mandate_buttons,
	add_reveal_buttons,
	fetch_titles,
	format_price: price_list_formatter,
	new_with_rows,
	open_made,
	open_pdf,
	reason_before_action,
	reveal,
	set_client_private,
	set_listing_private,
	set_own_agent,
	show_pair,
});
