// The list of Client, with the filter by segment.

import { keeps_tag_filter, tag_filter, use_views } from "../controls/views";

class ClientList extends keeps_tag_filter(frappe.views.ListView, "Client Tag") {
	setup_defaults() {
		this.custom_filter_configs = [tag_filter("Client Tag", __("Segment"))];
		return super.setup_defaults();
	}
}

use_views("Client", { ListView: ClientList });
