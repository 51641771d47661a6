// A client's word on the homes of a viewing, quick to give: stars, the price, what didn't suit, a note each.

import { picker } from "../controls/picks";
import { options_of } from "../forms/fields";

const { escape_html } = frappe.utils;
const MOST_INTEREST = 5;
const word = (text) => __(text, null, "Viewing Stop");
const part = (text) => __(text, null, "Matching Weight");
const read_list = (text) => (text || "").split(",").filter(Boolean);

const opinions = () =>
	options_of("Viewing Stop", "price_opinion")
		.map(({ value }) => value)
		.filter(Boolean);

/** What didn't suit is kept as words of the match and shown as the trade says them. */
export function say_dislikes(frm) {
	frm.fields_dict.stops.grid.update_docfield_property("dislikes", "formatter", (value) =>
		escape_html(read_list(value).map(part).join("、"))
	);
}

/** Whether a home of the viewing lacks the client's word. */
export const lacks_feedback = (frm) => frm.doc.stops.some((stop) => !stop.feedback || !stop.interest);

/** Ask for the client's word on every home; resolves when it is saved, rejects when it is put off. */
export async function give_feedback(frm) {
	const { stops } = frm.doc;
	const titles = await agency_crm.fetch_titles(
		"Listing",
		stops.map((stop) => stop.listing)
	);
	return new Promise((resolve, reject) => {
		let saved = false;
		const dialog = new frappe.ui.Dialog({
			title: __("What the Client Said"),
			size: "large",
			primary_action_label: __("Save"),
			async primary_action() {
				for (const [index, said] of answers.entries()) {
					const { doctype, name } = stops[index];
					await frappe.model.set_value(doctype, name, said);
				}
				saved = true;
				dialog.hide();
				frm.save().then(resolve, reject);
			},
			on_hide: () => saved || reject(),
		});
		const answers = stops.map(({ interest, price_opinion, dislikes, feedback }) => ({
			interest,
			price_opinion,
			dislikes,
			feedback,
		}));
		dialog.$body.append(stops.map((stop, index) => home(titles[index], answers[index])));
		dialog.show();
	});
}

/** The boxes of one home, which write into `said`. */
function home(title, said) {
	const $note = $(`<textarea class="form-control" rows="2">`)
		.attr({ placeholder: __("In the client's words"), "aria-label": word("Feedback") })
		.val(said.feedback)
		.on("input", (event) => {
			said.feedback = event.target.value;
		});
	return $(`<section class="agency-feedback">`).append(
		$(`<h5>`).text(title),
		line(word("Interest (1-5)"), stars(said)),
		line(
			word("Price Opinion"),
			picker(opinions(), word, [said.price_opinion], (chosen) => {
				said.price_opinion = chosen.at(-1) || "";
				return [said.price_opinion];
			})
		),
		line(
			word("What Didn't Suit"),
			picker(frappe.boot.agency_crm.match_words, part, read_list(said.dislikes), (chosen) => {
				said.dislikes = chosen.join(",");
				return chosen;
			})
		),
		$note
	);
}

const line = (label, $control) =>
	$(`<div class="agency-feedback-line">`).append($(`<label>`).text(label), $control);

function stars(said) {
	const $stars = $(`<div class="agency-stars" role="radiogroup">`);
	const draw = () =>
		$stars.children().each((index, star) => {
			$(star)
				.toggleClass("is-on", index < said.interest)
				.attr("aria-checked", index + 1 === said.interest);
		});
	for (let value = 1; value <= MOST_INTEREST; value++) {
		$(`<button type="button" role="radio">★</button>`)
			.attr("aria-label", value)
			.on("click", () => {
				said.interest = value;
				draw();
			})
			.appendTo($stars);
	}
	draw();
	return $stars;
}
