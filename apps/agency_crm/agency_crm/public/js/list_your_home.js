// The owner's page: suggest estates, shrink photos, send everything at once, say beside each box what is wrong.

const API = "/api/method/agency_crm.api.enquiries.";
const LONGEST_SIDE = 2000;
const form = document.getElementById("offer");
const thumbnails = document.getElementById("thumbnails");
const photos = new Map();
// one for each page opened: however often it is sent, it is one offer
const submission_token = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
	byte.toString(16).padStart(2, "0")
).join("");

form.estate.setAttribute("list", "estates");
form.estate.addEventListener("input", later(300, suggest));
form.querySelectorAll("[name=listing_type]").forEach((radio) =>
	radio.addEventListener("change", show_price)
);
document.getElementById("photos").addEventListener("change", add_photos);
form.addEventListener("input", (event) => {
	mark(event.target.name, "");
	say("");
});
form.addEventListener("submit", send);
show_price();

function later(wait, call) {
	let timer;
	return () => {
		clearTimeout(timer);
		timer = setTimeout(call, wait);
	};
}

async function suggest() {
	const typed = form.estate.value.trim();
	if (typed.length < 2) {
		return;
	}
	const asked = new URLSearchParams({ form_token: form.form_token.value, typed });
	const answer = await fetch(`${API}suggest_estates?${asked}`);
	const names = answer.ok ? (await answer.json()).message : [];
	document.getElementById("estates").replaceChildren(...names.map((name) => new Option(name, name)));
}

function show_price() {
	const lease = form.listing_type.value === "Lease";
	form.querySelector(".for-lease").hidden = !lease;
	form.querySelector(".for-sale").hidden = lease;
}

async function add_photos(event) {
	const chosen = [...event.target.files];
	event.target.value = "";
	mark("photos", "");
	for (const file of chosen.slice(0, Number(form.dataset.photosMax) - photos.size)) {
		show_photo(await shrunk(file));
	}
	thumbnails.querySelector(".add").hidden = photos.size >= Number(form.dataset.photosMax);
}

/** A photo as large as a screen needs it, without what a phone writes into it; as it is where that fails. */
async function shrunk(file) {
	try {
		const image = await createImageBitmap(file, { imageOrientation: "from-image" });
		const scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
		const canvas = document.createElement("canvas");
		canvas.width = Math.round(image.width * scale);
		canvas.height = Math.round(image.height * scale);
		canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
		const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
		return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
	} catch {
		return file;
	}
}

function show_photo(file) {
	const figure = document.createElement("figure");
	const image = document.createElement("img");
	const remove = document.createElement("button");
	image.src = URL.createObjectURL(file);
	image.alt = file.name;
	remove.type = "button";
	remove.textContent = "×";
	remove.setAttribute("aria-label", form.dataset.remove);
	remove.addEventListener("click", () => {
		photos.delete(figure);
		figure.remove();
		thumbnails.querySelector(".add").hidden = false;
	});
	figure.append(image, remove);
	photos.set(figure, file);
	thumbnails.querySelector(".add").before(figure);
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
	photos.forEach((file) => data.append("photos", file));
	const headers = { Accept: "application/json" };
	if (form.dataset.sessionToken) {
		headers["X-Frappe-CSRF-Token"] = form.dataset.sessionToken;
	}
	const answer = await fetch(`${API}submit`, { method: "POST", body: data, headers });
	if (answer.status === 413) {
		return say(form.dataset.tooLarge);
	}
	const said = await answer.json();
	if (answer.ok) {
		return thank(said.message.reference_no);
	}
	const errors = said.field_errors || {};
	form.querySelectorAll("[data-box]").forEach((box) => mark(box.dataset.box, errors[box.dataset.box] || ""));
	say(JSON.parse(said._server_messages || "[]").map((text) => JSON.parse(text).message).join(" "));
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
