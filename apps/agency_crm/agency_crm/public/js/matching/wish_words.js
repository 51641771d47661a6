// What somebody looks for, in words.

import { price_list_formatter, price_without_unit } from "../controls/prices";

/** A range in words: both ends, or the one there is; `say_low` says the lower of two. */
export function range_words(low, high, say = String, say_low = say) {
	if (low && high) {
		return low === high ? say(low) : `${say_low(low)} – ${say(high)}`;
	}
	return low ? __("from {0}", [say(low)]) : high ? __("up to {0}", [say(high)]) : "";
}

/** The budget of a requirement, in the unit of what is looked for, said once. */
export function budget_words({ requirement_type, budget_min, budget_max }) {
	const unit = requirement_type === "Rent" ? "Month" : "Wan";
	return range_words(
		budget_min,
		budget_max,
		(amount) => price_list_formatter(amount, unit),
		(amount) => price_without_unit(amount, unit)
	);
}
