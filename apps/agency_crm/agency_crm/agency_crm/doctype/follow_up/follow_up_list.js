frappe.listview_settings["Follow Up"] = {
	// written in one go and never changed: there is no form to fill in
	primary_action: () => agency_crm.add_follow_up({}, () => cur_list.refresh()),
};
