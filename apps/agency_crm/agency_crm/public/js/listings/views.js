// The views of Listing: the list and its filters, cards with pictures, the map by what it shows, and the
// comparison. Frappe's own views, told what they lack.

import { compare } from "./compare";
import { WAN } from "../controls/boxes.mjs";
import { asked_price, days_since, facts_line, tag_pills, unit_price } from "./words";
import { ranges_between } from "../controls/ranges";
import { keeps_tag_filter, tag_filter, use_views } from "../controls/views";

const { escape_html } = frappe.utils;
const word = (text) => __(text, null, "Listing");

// what agents ask for, in this order; the rest of the standard filters follows
const FIRST = [
	"listing_type",
	"territory",
	"estate",
	"asking_price",
	"rent",
	"gross_area",
	"bedrooms",
	"floor_band",
	"orientation",
	"tag",
	"metro_distance",
	"status",
];
const MOST_COUNTED = 201; // "200+" costs a fifth of Frappe's "1000+"; a click counts all
const COLUMNS = [
	"status_field",
	"asking_price",
	"floor",
	"tag_names",
	"grade",
	"last_follow_up_on",
	"maintainer",
];

function filter_fields() {
	const { price_steps, rent_steps, area_steps } = frappe.boot.agency_crm.finding;
	const range = (fieldname, label, presets, more = {}) => ({
		fieldtype: "Range",
		condition: "between",
		is_filter: 1,
		fieldname,
		label,
		presets,
		...more,
	});
	const rooms = [1, 2, 3, 4].map((rooms) => [rooms, rooms]);
	return [
		range("asking_price", word("Asking Price"), ranges_between(price_steps), {
			factor: WAN,
			unit: __("×10k"),
		}),
		range("rent", word("Monthly Rent"), ranges_between(rent_steps)),
		range("gross_area", word("Gross Area (m²)"), ranges_between(area_steps), { unit: "㎡" }),
		range("bedrooms", word("Bedrooms"), [...rooms, [5, null]], { exact: true }),
		range("metro_distance", word("Metro Distance (m)"), [
			[1, 500],
			[1, 800],
			[1, 1000],
			[1, 1500],
		]),
		{
			fieldtype: "Select",
			condition: "like",
			is_filter: 1,
			fieldname: "orientation",
			label: word("Orientation"),
			options: [
				"",
				{ value: "%南%北%", label: __("South and North") },
				{ value: "%南%", label: __("South") },
				{ value: "%东%", label: __("East") },
				{ value: "%西%", label: __("West") },
				{ value: "%北%", label: __("North") },
			],
		},
		tag_filter("Listing Tag", __("Tag", null, "Listing Tag")),
	];
}

// Frappe says a filter's options without the DocType they are a word of: Available as of stock
function say_options(field) {
	const { fieldtype, options } = field.df;
	if (fieldtype === "Select" && typeof options === "string") {
		field.df.options = options.split("\n").map((value) => ({ value, label: value && word(value) }));
		field.refresh();
	}
}

const with_filters = (View) =>
	class extends keeps_tag_filter(View, "Listing Tag") {
		setup_defaults() {
			this.custom_filter_configs = filter_fields();
			this.count_upper_bound = MOST_COUNTED;
			return super.setup_defaults();
		}

		get_list_view_settings() {
			return super.get_list_view_settings().then(() => {
				const shown = this.list_view_settings;
				shown.disable_comment_count ??= 1;
				shown.total_fields ||= COLUMNS.length + 2;
				shown.fields ||= JSON.stringify(COLUMNS.map((fieldname) => ({ fieldname })));
			});
		}

		setup_filter_area() {
			const { filters } = this;
			this.filters = [];
			super.setup_filter_area();
			const area = this.filter_area;
			const { fields_dict } = this.page;
			// a part of a title is no index's to find: the estate has a box of its own
			fields_dict.title?.$wrapper.remove();
			delete fields_dict.title;
			Object.values(fields_dict).forEach(say_options);
			for (const field of [...FIRST].reverse()) {
				area.standard_filters_wrapper.prepend(fields_dict[field]?.$wrapper);
			}
			// a range belongs into its box, not among the filters one builds by hand
			const { set_standard_filter } = area;
			area.set_standard_filter = (rows) =>
				set_standard_filter.call(
					area,
					rows.map(([doctype, field, condition, value]) => [
						doctype,
						field,
						fields_dict[field]?.df.fieldtype === "Range" ? "=" : condition,
						value,
					])
				);
			this.filters = filters;
			return filters?.length ? area.set(filters) : undefined;
		}

		get_group_by() {
			const tables = this.get_filters_for_args().filter(([doctype]) => doctype !== this.doctype);
			// a listing has a tag once
			return tables.every(([doctype]) => doctype === "Listing Tag") ? null : super.get_group_by();
		}

		get_actions_menu_items() {
			const item = { label: __("Compare"), action: () => compare(this.get_checked_items(true)) };
			return [{ ...item, standard: true }, ...super.get_actions_menu_items()];
		}
	};

class ListingList extends with_filters(frappe.views.ListView) {}

class ListingCards extends with_filters(frappe.views.ImageView) {
	async set_fields() {
		await super.set_fields();
		for (const field of this.settings.add_fields) {
			this._add_field(field);
		}
	}

	item_html(item) {
		const name = encodeURI(item.name);
		item._name = name;
		const title = escape_html(item.title || item.name);
		const link = this.get_form_link(item);
		const picture = item._image_url
			? `<img data-name="${name}" src="${escape_html(item._image_url)}" alt="${title}" loading="lazy">
				<div class="zoom-view" data-name="${name}">${frappe.utils.icon("expand", "xs")}</div>`
			: `<span class="agency-card-empty">${__("No photo yet")}</span>`;
		const grade = item.grade ? `<span class="agency-grade">${escape_html(item.grade)}</span>` : "";
		const days = days_since(item.listed_on);
		return `<div class="image-view-item agency-card">
			<div class="agency-card-picture image-field" data-name="${name}">
				<a href="${link}">${picture}</a>
				<input class="level-item list-row-checkbox" type="checkbox" data-name="${escape(item.name)}">
				${this.get_indicator_html(item)}
			</div>
			<div class="agency-card-text">
				<a class="agency-card-title" href="${link}">${title}</a>
				<div class="text-muted ellipsis">${facts_line(item)}</div>
				<div class="agency-card-price"><b>${asked_price(item)}</b>
					<span class="text-muted">${unit_price(item)}</span></div>
				<div class="agency-card-tags">${grade}${tag_pills(item)}</div>
				<div class="text-muted small">${days === null ? "" : __("{0} days on the market", [days])}</div>
			</div>
		</div>`;
	}
}

class ListingMap extends with_filters(frappe.views.MapView) {
	setup_defaults() {
		const done = super.setup_defaults();
		this.page_title = __("Listings on the Map");
		return done;
	}

	// Frappe would make a map of its own here, with pictures of a public server
	setup_view() {}

	// the estates in what the map shows, asked again whenever it or a filter moves
	refresh() {
		return this.load_lib.then(() => {
			this.make_map();
			return this.show_places();
		});
	}

	on_filter_change() {}

	make_map() {
		if (this.markers) {
			return;
		}
		this.$result.html(`<div class="map-view-container agency-map"></div>`);
		this.$note = $(`<div class="agency-map-note text-muted small">`).prependTo(this.$result);
		this.toggle_result_area();
		this.$result.show();
		this.$no_result.hide();
		this.map = L.map(this.$result.find(".agency-map")[0], { worldCopyJump: true, maxZoom: 18 });
		const { tiles, options } = frappe.utils.map_defaults;
		L.tileLayer(tiles, options).addTo(this.map);
		L.control.scale({ imperial: false }).addTo(this.map);
		this.markers = L.layerGroup().addTo(this.map);
		this.map.on("moveend", () => this.show_places());
	}

	async show_places() {
		const asked = this.map._loaded ? box_of(this.map) : null;
		const { bounds, places, more } = await frappe.xcall("agency_crm.api.listings.finding.on_map", {
			bounds: asked,
			filters: this.get_filters_for_args(),
		});
		if (!asked) {
			const { south, north, west, east } = bounds || CHINA;
			// which moves it, so that what it shows is asked for
			return this.map.fitBounds([
				[south, west],
				[north, east],
			]);
		}
		this.markers.clearLayers();
		for (const place of places) {
			this.add_place(place, places.length <= MOST_NAMED);
		}
		const count = places.reduce((sum, place) => sum + place.listings, 0);
		const estates = new Set(places.map((place) => place.estate)).size;
		const shown = __("{0} listings in {1} estates", [count, estates]);
		this.$note.text(more ? `${shown} · ${__("There are more: zoom in or narrow the filters.")}` : shown);
		this.freeze(false);
	}

	add_place(place, named) {
		const unit = place.listing_type === "Lease" ? "Month" : "Wan";
		const prices = [...new Set([place.lowest, place.highest])]
			.map((price) => agency_crm.format_price(price, unit))
			.join(" – ");
		const label = `${escape_html(place.estate_name)} · ${__("{0} homes", [place.listings])}<br>${prices}`;
		const icon = L.divIcon({
			// an estate's leases stand below its sales
			className: `${named ? "agency-map-place" : "agency-map-dot"} ${unit === "Month" ? "agency-map-lease" : ""}`,
			html: `<span>${named ? label : place.listings}</span>`,
			iconSize: null,
		});
		const marker = L.marker([place.latitude, place.longitude], { icon }).bindTooltip(label);
		marker.on("click", () =>
			frappe.set_route("List", "Listing", "List", {
				estate: place.estate,
				listing_type: place.listing_type,
			})
		);
		marker.addTo(this.markers);
	}
}

const MOST_NAMED = 12; // places with their names; of more, dots, for names would cover each other
const CHINA = { south: 18, north: 54, west: 73, east: 135 };

function box_of(map) {
	const bounds = map.getBounds();
	return {
		south: bounds.getSouth(),
		north: bounds.getNorth(),
		west: bounds.getWest(),
		east: bounds.getEast(),
	};
}

use_views("Listing", { ListView: ListingList, ImageView: ListingCards, MapView: ListingMap });
