// The page behind the link in a client's mail: one button.

const form = document.getElementById("stop");

form.addEventListener("submit", async (event) => {
	event.preventDefault();
	const button = form.querySelector("button");
	button.disabled = true;
	const answer = await fetch("/api/method/agency_crm.api.notifications.mailings.stop", {
		method: "POST",
		headers: { "X-Frappe-CSRF-Token": form.dataset.sessionToken || "None" },
		body: new FormData(form),
	}).catch(() => null);
	if (answer?.ok) {
		form.hidden = true;
		const thanks = document.getElementById("thanks");
		thanks.hidden = false;
		thanks.focus();
		return;
	}
	button.disabled = false;
	document.getElementById("problem").textContent = form.dataset.failed;
});
