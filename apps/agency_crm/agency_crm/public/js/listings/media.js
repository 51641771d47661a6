// A listing's pictures: uploaded by slot, several at once, shown as a gallery; its papers apart (api/listings/media.py).

import { small_picture } from "../forms/pictures";

const { escape_html } = frappe.utils;

const PHOTOS = ["Exterior", "Living Room", "Bedroom", "Kitchen", "Bathroom", "Floor Plan"];
const VIDEO = "Video";
const LINK = "VR Link";
const PAPERS = ["Certificate", "Identity", "Tenant Waiver", "Mandate", "Holding Paper"];
const ACCEPT = {
	picture: ".jpg,.jpeg,.heic,.heif,.png,.webp,.gif",
	paper: ".jpg,.jpeg,.heic,.heif,.png,.webp,.gif,.pdf",
	video: ".mp4,.m4v,.mov,.webm",
};

const label = (slot) => __(slot, null, "Listing Media");

/** Draw the gallery and the papers of the form's listing; a new one has none yet. */
export function show_media(frm) {
	const $body = frm.fields_dict.gallery.$wrapper.empty().addClass("agency-media");
	if (frm.is_new()) {
		$body.append($(`<p class="text-muted">`).text(__("Save the listing first, then add pictures.")));
		return;
	}
	const may_write = Boolean(frm.perm[0].write);
	if (may_write) {
		$body.append(add_buttons(frm, [...PHOTOS, VIDEO, LINK]));
	}
	$body.append(gallery(frm, may_write));
	const $papers = $(`<div>`).appendTo($body);
	frappe.xcall("agency_crm.api.listings.media.get_papers", { listing: frm.doc.name }).then((papers) => {
		if (papers) {
			show_papers(frm, $papers, papers, may_write);
		}
	});
}

function add_buttons(frm, slots) {
	const $row = $(`<div class="agency-media-add">`);
	for (const slot of slots) {
		$(`<button type="button" class="btn btn-default btn-sm">`)
			.text(`+ ${label(slot)}`)
			.attr("data-slot", slot)
			.on("click", () => (slot === LINK ? ask_link(frm) : choose_files(frm, slot)))
			.appendTo($row);
	}
	return $row;
}

function choose_files(frm, slot) {
	const kind = slot === VIDEO ? "video" : PAPERS.includes(slot) ? "paper" : "picture";
	$(`<input type="file" multiple>`)
		.attr("accept", ACCEPT[kind])
		.on("change", (event) => upload(frm, slot, event.target.files))
		.trigger("click");
}

/** Upload files for a slot; photos become rows, and the form is saved unless something else waits to be. */
function upload(frm, slot, files) {
	const paper = PAPERS.includes(slot);
	const rows = [];
	const uploader = new frappe.ui.FileUploader({
		doctype: frm.doctype,
		docname: frm.docname,
		fieldname: paper ? frappe.model.scrub(slot) : undefined,
		files,
		dialog_title: label(slot),
		allow_multiple: true,
		disable_file_browser: true,
		on_success(file) {
			rows.push({ slot, file: file.file_url });
			if (rows.length === files.length) {
				shown.then(() => uploader.dialog.hide());
			}
		},
	});
	// Bootstrap hides no dialog that is still fading in, and a small file is quicker than that
	const shown = new Promise((done) => uploader.dialog.$wrapper.one("shown.bs.modal", done));
	// open longer only where a file was refused: what went through counts
	uploader.dialog.$wrapper.on("hidden.bs.modal", () => {
		if (paper) {
			show_media(frm);
		} else if (rows.length) {
			change(frm, () => rows.forEach((row) => frm.add_child("media", row)));
		}
	});
	uploader.upload_files();
}

function ask_link(frm) {
	frappe.prompt(
		{ fieldname: "url", fieldtype: "Data", options: "URL", label: __("Link"), reqd: 1 },
		({ url }) => change(frm, () => frm.add_child("media", { slot: LINK, url })),
		label(LINK),
		__("Add")
	);
}

/** Change the rows, and save them where the form holds nothing else unsaved. */
function change(frm, edit) {
	const clean = !frm.is_dirty();
	edit();
	frm.doc.media.forEach((row, index) => (row.idx = index + 1));
	frm.dirty();
	if (clean) {
		frm.save();
	} else {
		show_media(frm);
	}
}

function gallery(frm, may_write) {
	const $tiles = $(`<div class="agency-media-tiles">`);
	for (const row of frm.doc.media || []) {
		const $tile = tile(row.slot, row.caption, shown(row)).appendTo($tiles);
		if (row.is_cover) {
			$tile.addClass("is-cover").append($(`<span class="agency-media-cover">`).text(__("Cover")));
		}
		if (may_write) {
			$tile.append(tools(frm, row));
			make_movable(frm, $tile, row);
		}
	}
	return $tiles;
}

function tile(slot, caption, content) {
	return $(`<figure class="agency-media-tile">`)
		.append(content)
		.append($(`<figcaption>`).text([label(slot), caption].filter(Boolean).join(" · ")));
}

function shown(row) {
	const url = escape_html(row.file || row.url || "");
	if (row.slot === VIDEO) {
		return `<video src="${url}" preload="metadata" controls></video>`;
	}
	const content =
		row.slot === LINK
			? `<span class="agency-media-link">${frappe.utils.icon("link-url", "lg")}</span>`
			: `<img src="${escape_html(small_picture(row.file || row.url || ""))}" loading="lazy" alt="${escape_html(row.caption || label(row.slot))}">`;
	return `<a href="${url}" target="_blank" rel="noopener noreferrer">${content}</a>`;
}

function tools(frm, row) {
	const tool = (icon, title, act) =>
		$(`<button type="button" class="btn btn-xs btn-default">`)
			.html(frappe.utils.icon(icon, "xs"))
			.attr({ title, "aria-label": title })
			.on("click", act);
	const $tools = $(`<div class="agency-media-tools">`);
	if (PHOTOS.includes(row.slot) && !row.is_cover) {
		$tools.append(
			tool("star", __("Make Cover"), () =>
				change(frm, () => {
					frm.doc.media.forEach((other) => (other.is_cover = 0));
					row.is_cover = 1;
				})
			)
		);
	}
	return $tools.append(
		tool("edit", __("Caption"), () => ask_caption(frm, row)),
		tool("delete", __("Delete"), () =>
			frappe.confirm(__("Delete this picture?"), () =>
				change(frm, () => frappe.model.clear_doc(row.doctype, row.name))
			)
		)
	);
}

function ask_caption(frm, row) {
	frappe.prompt(
		[
			{
				fieldname: "slot",
				fieldtype: "Select",
				label: __("Slot", null, "Listing Media"),
				options: slots_like(row.slot).map((slot) => ({ value: slot, label: label(slot) })),
				default: row.slot,
			},
			{ fieldname: "caption", fieldtype: "Data", label: __("Caption"), default: row.caption },
		],
		({ slot, caption }) => change(frm, () => Object.assign(row, { slot, caption: caption || "" })),
		__("Caption"),
		__("Save")
	);
}

const slots_like = (slot) => (PHOTOS.includes(slot) ? PHOTOS : [slot]);

// dragged onto another picture, it takes that one's place
function make_movable(frm, $tile, row) {
	$tile
		.attr("draggable", true)
		.on("dragstart", ({ originalEvent }) => originalEvent.dataTransfer.setData("agency/media", row.name))
		.on("dragover", (event) => event.preventDefault())
		.on("drop", (event) => {
			event.preventDefault();
			const { media } = frm.doc;
			const from = media.findIndex(
				({ name }) => name === event.originalEvent.dataTransfer.getData("agency/media")
			);
			const to = media.indexOf(row);
			if (from >= 0 && from !== to) {
				change(frm, () => media.splice(to, 0, ...media.splice(from, 1)));
			}
		});
}

function show_papers(frm, $papers, papers, may_write) {
	$(`<h5>`).text(__("Papers")).appendTo($papers);
	$(`<p class="text-muted small">`)
		.text(__("Only those who work on the listing see these."))
		.appendTo($papers);
	if (may_write) {
		$papers.append(add_buttons(frm, PAPERS));
	}
	const $list = $(`<ul class="list-unstyled">`).appendTo($papers);
	for (const paper of papers) {
		const $line = $(`<li>`).appendTo($list);
		$line.append(
			$(`<a target="_blank" rel="noopener noreferrer">`)
				.attr("href", `${paper.file_url}?fid=${encodeURIComponent(paper.name)}`)
				.text(`${label(paper.slot)}: ${paper.file_name}`),
			$(`<span class="text-muted small">`).text(` ${frappe.datetime.str_to_user(paper.creation)} `)
		);
		if (may_write) {
			$(`<button type="button" class="btn btn-xs btn-default">`)
				.text(__("Delete"))
				.on("click", () =>
					frappe.confirm(__("Delete {0}?", [escape_html(paper.file_name)]), () =>
						frappe
							.xcall("frappe.client.delete", { doctype: "File", name: paper.name })
							.then(() => show_media(frm))
					)
				)
				.appendTo($line);
		}
	}
}
