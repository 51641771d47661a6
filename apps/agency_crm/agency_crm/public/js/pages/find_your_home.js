// The client's page: places to choose from, several of them; the budget's unit; what brought the visitor.

/* global guest_page */

const MOST_PLACES = 5;
const { form } = guest_page;
const place = document.getElementById("place");
const suggested = document.getElementById("suggested");
const chosen = document.getElementById("chosen");
const places = new Set();

guest_page.suggest(place, suggested, "suggest_places");
place.addEventListener("input", take_suggested);
place.addEventListener("change", take);
place.addEventListener("keydown", (event) => {
	if (event.key === "Enter" && !event.isComposing) {
		event.preventDefault();
		take();
	}
});
guest_page.also((data) => {
	const landing = new URLSearchParams(location.search);
	data.set("places", [...places].join("\n"));
	data.set("referral", landing.get("from") || "");
	data.set("campaign", landing.get("utm_source") || "");
});

function take_suggested() {
	if ([...suggested.children].some((option) => option.value === place.value)) {
		take();
	}
}

/** Make what stands in the box one of the places. */
function take() {
	const name = place.value.trim();
	if (!name || places.size === MOST_PLACES) {
		return;
	}
	place.value = "";
	suggested.replaceChildren();
	if (!places.has(name)) {
		places.add(name);
		show(name);
	}
}

function show(name) {
	const chip = document.createElement("button");
	chip.type = "button";
	chip.textContent = `${name} ×`;
	chip.setAttribute("aria-label", `${form.dataset.remove} ${name}`);
	chip.addEventListener("click", () => {
		places.delete(name);
		chip.remove();
		update();
	});
	chosen.append(chip);
	update();
}

function update() {
	chosen.hidden = !places.size;
	place.disabled = places.size === MOST_PLACES;
}
