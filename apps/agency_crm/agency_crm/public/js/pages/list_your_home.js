// The owner's page: estates to choose from, and photos, shrunk before they are sent.

/* global guest_page */

const LONGEST_SIDE = 2000;
const { form } = guest_page;
const thumbnails = document.getElementById("thumbnails");
const most_photos = Number(thumbnails.dataset.most);
const photos = new Map();

guest_page.suggest(form.estate, document.getElementById("estates"), "suggest_estates");
guest_page.also((data) => photos.forEach((file) => data.append("photos", file)));
document.getElementById("photos").addEventListener("change", add_photos);

async function add_photos(event) {
	const chosen = [...event.target.files];
	event.target.value = "";
	guest_page.mark("photos", "");
	for (const file of chosen.slice(0, most_photos - photos.size)) {
		show_photo(await shrunk(file));
	}
	thumbnails.querySelector(".add").hidden = photos.size >= most_photos;
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
		return new File([blob], `${file.name.replace(/\.\w+$/, "")}.jpg`, { type: "image/jpeg" });
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
