// What our pages for people without an account share: suggest places, send everything at once, say beside
// each box what is wrong. A page's own script adds what else it sends by `guest_page.also(data => …)`.

/* exported guest_page */

const guest_page = (() => {
	const form = document.getElementById("page");
	// one for each page opened: however often it is sent, it is one enquiry
	const submission_token = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
		byte.toString(16).padStart(2, "0")
	).join("");
	const additions = [];

	form.querySelectorAll("[type=radio]").forEach((radio) => radio.addEventListener("change", show_chosen));
	form.addEventListener("input", (event) => {
		mark(event.target.name, "");
		say("");
	});
	form.addEventListener("submit", send);
	show_chosen();

	/** Show the boxes of what is chosen: those with `data-if` and the value of a checked radio. */
	function show_chosen() {
		const chosen = [...form.querySelectorAll("[type=radio]:checked")].map((radio) => radio.value);
		form.querySelectorAll("[data-if]").forEach((boxes) => {
			boxes.hidden = !chosen.includes(boxes.dataset.if);
		});
	}

	/** Offer, below a box and from two characters on, what the page's endpoint `method` suggests. */
	function suggest(input, list, method) {
		input.setAttribute("list", list.id);
		input.addEventListener("input", later(300, ask));

		async function ask() {
			const typed = input.value.trim();
			if (typed.length < 2) {
				return;
			}
			const asked = new URLSearchParams({ form_token: form.form_token.value, typed });
			const answer = await fetch(`${url(method)}?${asked}`);
			const names = answer.ok ? (await answer.json()).message : [];
			list.replaceChildren(...names.map((name) => new Option(name, name)));
		}
	}

	function later(wait, call) {
		let timer;
		return () => {
			clearTimeout(timer);
			timer = setTimeout(call, wait);
		};
	}

	function url(method) {
		return `/api/method/${form.dataset.api}.${method}`;
	}

	function also(add) {
		additions.push(add);
	}

	async function send(event) {
		event.preventDefault();
		const button = form.querySelector("[type=submit]");
		const label = button.textContent;
		button.disabled = true;
		button.textContent = form.dataset.sending;
		try {
			await post();
		} catch {
			say(form.dataset.offline);
		} finally {
			button.disabled = false;
			button.textContent = label;
		}
	}

	async function post() {
		const data = new FormData(form);
		data.delete("");
		data.set("submission_token", submission_token);
		additions.forEach((add) => add(data));
		const headers = { Accept: "application/json" };
		if (form.dataset.sessionToken) {
			headers["X-Frappe-CSRF-Token"] = form.dataset.sessionToken;
		}
		const answer = await fetch(url("submit"), { method: "POST", body: data, headers });
		if (answer.status === 413) {
			return say(form.dataset.tooLarge);
		}
		const said = await answer.json();
		if (answer.ok) {
			return thank(said.message.reference_no);
		}
		const errors = said.field_errors || {};
		form.querySelectorAll("[data-box]").forEach((box) =>
			mark(box.dataset.box, errors[box.dataset.box] || "")
		);
		say(
			JSON.parse(said._server_messages || "[]")
				.map((text) => JSON.parse(text).message)
				.join(" ")
		);
		const first = form.querySelector(".wrong");
		first?.scrollIntoView({ behavior: "smooth", block: "center" });
		first?.querySelector("input, textarea")?.focus({ preventScroll: true });
	}

	function mark(name, message) {
		const box = name && form.querySelector(`[data-box="${name}"]`);
		if (box) {
			box.classList.toggle("wrong", Boolean(message));
			box.querySelector(".error").textContent = message;
		}
	}

	function say(message) {
		document.getElementById("problem").textContent = message;
	}

	function thank(number) {
		const thanks = document.getElementById("thanks");
		document.getElementById("reference").textContent = number;
		form.hidden = true;
		thanks.hidden = false;
		thanks.focus();
		window.scrollTo(0, 0);
	}

	return { form, suggest, also, mark };
})();
