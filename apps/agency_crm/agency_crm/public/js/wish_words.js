// What somebody looks for, in words.

/** A range in words: both ends, or the one there is. */
export function range_words(low, high, say = String) {
	if (low && high) {
		return low === high ? say(low) : `${say(low)} – ${say(high)}`;
	}
	return low ? __("from {0}", [say(low)]) : high ? __("up to {0}", [say(high)]) : "";
}

/** The budget of a requirement, in the unit of what is looked for. */
export const budget_words = ({ requirement_type, budget_min, budget_max }) =>
	range_words(budget_min, budget_max, (amount) =>
		agency_crm.format_price(amount, requirement_type === "Rent" ? "Month" : "Wan")
	);
