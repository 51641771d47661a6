// What the server is asked about a box while somebody types; a save waits for it.

const open = new Map();

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
	open.set(noted, control);
	noted.then(() => open.delete(noted));
	return value;
}

/** Resolves with whether all that is asked could be read; what was read is in the record by then. */
async function is_all_read() {
	const read = await Promise.all(open.keys());
	await new Promise((done) => setTimeout(done));
	return read.every(Boolean);
}

const { save } = frappe.ui.form.Form.prototype;
frappe.ui.form.Form.prototype.save = async function (...given) {
	if (open.size && !(await is_all_read())) {
		return;
	}
	return save.apply(this, given);
};

// so does the button that ends a dialog, for the boxes in it: what they are asked may be a dialog too
window.addEventListener(
	"click",
	async (event) => {
		const button = event.target.closest?.(".modal .btn-modal-primary");
		const dialog = button?.closest(".modal");
		if (![...open.values()].some((control) => dialog?.contains(control.$wrapper?.[0]))) {
			return;
		}
		event.stopImmediatePropagation();
		if (await is_all_read()) {
			button.click();
		}
	},
	true
);
