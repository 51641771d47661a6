// What the server is asked about a box while somebody types; a save waits for it.

const open = new Set();

/** Resolves with the answer; where it is refused, which is said, with what the box held, and that is shown again. */
export function answered(control, asking) {
	let is_read = true;
	const value = asking.catch(() => {
		is_read = false;
		const kept = control.get_model_value();
		control.set_formatted_input(kept);
		return kept;
	});
	const noted = value.then(() => is_read);
	open.add(noted);
	noted.then(() => open.delete(noted));
	return value;
}

const { save } = frappe.ui.form.Form.prototype;
frappe.ui.form.Form.prototype.save = async function (...given) {
	if (open.size) {
		const read = await Promise.all(open);
		// what was read is in the record by then
		await new Promise((done) => setTimeout(done));
		if (!read.every(Boolean)) {
			return;
		}
	}
	return save.apply(this, given);
};
