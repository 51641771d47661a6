// Words to click instead of to type, several of them.

/** A row of words to click on and off; `choose` is told those that are on and says which stay on. */
export function picker(words, say, chosen, choose) {
	const $row = $(`<div class="agency-picker">`);
	const draw = () =>
		$row.children().each((index, box) => {
			const on = chosen.includes(words[index]);
			$(box).toggleClass("btn-primary", on).toggleClass("btn-default", !on).attr("aria-pressed", on);
		});
	for (const text of words) {
		$(`<button type="button" class="btn btn-xs">`)
			.text(say(text))
			.on("click", () => {
				const on = chosen.includes(text);
				chosen = choose(on ? chosen.filter((other) => other !== text) : [...chosen, text]);
				draw();
			})
			.appendTo($row);
	}
	draw();
	return $row;
}

/** Words to click under the box of a form that keeps them as text; `alone` shows them in its place. */
export function pick_words(frm, fieldname, words, { say = (word) => word, apart = " ", alone = false } = {}) {
	const field = frm.fields_dict[fieldname];
	const may_write = Boolean(frm.perm[0].write);
	field.$picker?.remove();
	if (!field.$input_wrapper || !(may_write || alone)) {
		return;
	}
	const chosen = (frm.doc[fieldname] || "").split(/[\s,，、]+/).filter(Boolean);
	field.$picker = picker(words, say, chosen, (next) => {
		frm.set_value(fieldname, next.join(apart));
		return next;
	});
	field.$picker.find("button").prop("disabled", !may_write);
	const $box = field.$wrapper.find(".control-input-wrapper");
	$box.toggle(!alone).after(field.$picker);
}

export const DIRECTIONS = ["南", "北", "东", "西", "东南", "西南", "东北", "西北"];

/** The kinds a client asks for, in the words of a listing's fields. */
export async function pick_wishes(frm) {
	await new Promise((ready) => frappe.model.with_doctype("Listing", ready));
	const options = (fieldname) =>
		frappe.meta.get_docfield("Listing", fieldname).options.split("\n").filter(Boolean);
	const say = (word) => __(word, null, "Listing");
	const kinds = { property_types: "property_type", floor_bands: "floor_band", decorations: "decoration" };
	for (const [wish, fieldname] of Object.entries(kinds)) {
		pick_words(frm, wish, options(fieldname), { say, apart: ", ", alone: true });
	}
	pick_words(frm, "orientations", DIRECTIONS, { alone: true });
}
