// Matches on the forms of a requirement, a client and a listing: the best with why, what to do with them, and
// what is remembered of the pairs (api/matching/board.py).

import { asked_price, facts_line, tag_pills, unit_price } from "../listings/words";
import { new_with_rows, open_pdfs } from "../forms/records";
import { reason_line } from "../forms/reasons";
import { budget_words, range_words } from "./wish_words";
import { reason_field } from "../forms/fields";

const { escape_html, get_form_link } = frappe.utils;
const word = (text) => __(text || "", null, "Match Pair");
const ask = (method, args) => frappe.xcall(`agency_crm.api.matching.board.${method}`, args, "POST");

/** Show the matches of the form's requirement, or of the open ones of its client. */
export function show_matches(frm) {
	when_shown(frm, async ($box) => {
		const requirements = await requirements_of(frm);
		if (!requirements.length) {
			return $box.html(empty(__("No open requirement yet: add one, and what suits it stands here.")));
		}
		const $list = $(`<div>`);
		const draw = ({ name, client }) =>
			frappe
				.xcall("agency_crm.api.matching.board.get_listings", { requirement: name })
				.then((found) => {
					const again = () => draw({ name, client });
					new Board($list, found, { side: "home", again, client, requirement: name }).draw();
				});
		$box.empty().append(requirements.length > 1 ? choice(requirements, draw) : "", $list);
		await draw(requirements[0]);
	});
}

/** Show the clients who would want the form's listing. */
export function show_matching_clients(frm) {
	when_shown(frm, async ($box) => {
		const listing = frm.doc.name;
		const found = await frappe.xcall("agency_crm.api.matching.board.get_clients", { listing });
		const again = () => show_matching_clients(frm);
		new Board($box, found, { side: "person", again, live: frm.doc.phase === "Live" }).draw();
	});
}

/** Fill the form's box of matches when its tab is looked at: nobody else waits for them. */
function when_shown(frm, fill) {
	const { $wrapper } = frm.get_field("matches_html");
	const name = frm.doc.name;
	let asked = false;
	const show = () => {
		if (!asked && frm.doc.name === name && $wrapper.is(":visible")) {
			asked = true;
			$wrapper.html(empty(__("Looking …")));
			fill($wrapper);
		}
	};
	frm.$wrapper.off("shown.bs.tab.matches").on("shown.bs.tab.matches", show);
	show();
}

async function requirements_of(frm) {
	if (frm.doctype === "Client Requirement") {
		return [frm.doc];
	}
	return frappe.db.get_list("Client Requirement", {
		filters: { client: frm.doc.name, status: "Open" },
		fields: ["name", "client", "requirement_type", "budget_min", "budget_max"],
		order_by: "modified desc",
	});
}

/** Several requirements of one client: a button each. */
function choice(requirements, draw) {
	const $row = $(`<div class="agency-picker">`);
	requirements.forEach((row, index) =>
		$(`<button type="button" class="btn btn-xs">`)
			.addClass(index ? "btn-default" : "btn-primary")
			.text(`${__(row.requirement_type, null, "Client Requirement")} ${budget_words(row)}`)
			.on("click", (event) => {
				$row.children().removeClass("btn-primary").addClass("btn-default");
				$(event.currentTarget).addClass("btn-primary").removeClass("btn-default");
				draw(row);
			})
			.appendTo($row)
	);
	return $row;
}

/** Pairs drawn one below the other; `side` says what differs: the home of a requirement, the person of a listing. */
class Board {
	constructor($box, { matches, remembered, may_write }, about) {
		Object.assign(this, { $box, matches, remembered, may_write, ...about });
	}

	draw() {
		const none =
			this.side === "home"
				? __("Nothing on the market suits it now. A wider budget or place may.")
				: __("Nobody you know of asks for such a home now.");
		this.$box
			.empty()
			.addClass("agency-matches")
			.append(
				this.bar(),
				this.matches.length ? this.matches.map((pair) => this.row(pair)) : empty(none),
				this.known()
			);
	}

	/** How many there are; of listings, what to do with those that are ticked. */
	bar() {
		const $bar = $(`<div class="agency-matches-bar">`);
		$(`<span>`)
			.text(__("{0} matches", [this.matches.length]))
			.appendTo($bar);
		if (this.side === "home" && this.matches.length && this.may_write) {
			this.$chosen = $(`<span class="text-muted">`).appendTo($bar);
			this.$many = $(`<span class="agency-matches-many">`)
				.append(
					button(__("New Viewing"), () => this.view(this.chosen())),
					button(__("Sheets to Send"), () => this.send(this.chosen()))
				)
				.appendTo($bar);
			this.count();
		}
		return $bar;
	}

	chosen() {
		return this.matches.filter((pair) => pair.chosen);
	}

	count() {
		const chosen = this.chosen().length;
		this.$chosen.text(chosen ? __("{0} ticked", [chosen]) : __("Tick several for one viewing."));
		this.$many.find("button").prop("disabled", !chosen);
	}

	row(pair, remembered = false) {
		const $row = $(`<div class="agency-match">`).toggleClass("is-home", this.side === "home");
		if (this.side === "home") {
			$row.append(remembered || !this.may_write ? "" : this.tick(pair), picture(pair.home));
		}
		$row.append(
			$(`<div class="agency-match-what">`).html(
				(this.side === "home" ? home_words(pair) : person_words(pair)) +
					(remembered ? happened(pair) : chips(pair))
			),
			this.score($row, pair),
			this.buttons(pair, remembered)
		);
		return $row;
	}

	tick(pair) {
		const $box = $(`<input type="checkbox">`).attr("aria-label", pair.home.title);
		return $box.on("change", () => {
			pair.chosen = $box.prop("checked");
			this.count();
		});
	}

	/** The score; a click shows the points of each part. */
	score($row, pair) {
		if (!pair.reasons.length) {
			return $(`<div class="agency-match-score">`);
		}
		const $score = $(`<button type="button" class="agency-match-score" aria-expanded="false">`)
			.attr("title", __("Why"))
			.html(`<b>${Math.round(pair.score)}</b><i><span style="width: ${pair.score}%"></span></i>`);
		return $score.on("click", () => {
			const $why = $row.next(".agency-match-why");
			$score.attr("aria-expanded", !$why.length);
			return $why.length ? $why.remove() : $row.after(why(pair));
		});
	}

	buttons(pair, remembered) {
		const $buttons = $(`<div class="agency-match-buttons">`);
		if (!this.may_write) {
			return $buttons;
		}
		if (pair.status === "Rejected") {
			return $buttons.append(
				button(__("Show Again"), () => ask("show_again", names(pair)).then(this.again))
			);
		}
		const live = pair.home.phase === "Live";
		return $buttons.append(
			live ? button(__("New Viewing"), () => this.view([pair])) : "",
			button(__("Sheet"), () => this.send([pair])),
			remembered ? "" : button(__("Not Suitable"), () => this.reject(pair))
		);
	}

	/** A new viewing with these pairs' listings as its stops. */
	async view(rows) {
		await choose(rows);
		const stops = rows.map(({ listing }) => ({ listing }));
		new_with_rows("Viewing", { client: rows[0].client }, "stops", stops);
	}

	/** The sheets of these listings in one file, to send; the client has been shown them. */
	async send(rows) {
		open_pdfs(
			"Listing",
			rows.map(({ listing }) => listing),
			"Listing Sheet"
		);
		await choose(rows, true);
		this.again();
	}

	reject(pair) {
		frappe.prompt(
			reason_field(),
			({ reason }) => ask("reject", { ...names(pair), reason }).then(this.again),
			__("Not Suitable"),
			__("Not Suitable")
		);
	}

	known() {
		const { remembered } = this;
		if (!remembered.length) {
			return "";
		}
		const $known = $(`<details class="agency-matches-known">`);
		$known.append($(`<summary>`).text(__("Shown, viewed or not suitable ({0})", [remembered.length])));
		return $known.append(remembered.map((pair) => this.row(pair, true)));
	}
}

const names = ({ requirement, listing }) => ({ requirement, listing });
const choose = (rows, shown = false) =>
	ask("choose", {
		requirement: rows[0].requirement,
		listings: rows.map(({ listing }) => listing),
		shown,
	});

const empty = (text) => `<p class="text-muted">${escape_html(text)}</p>`;

const button = (label, act) =>
	$(`<button type="button" class="btn btn-default btn-xs">`).text(label).on("click", act);

const link = (doctype, name, title) =>
	`<a href="${get_form_link(doctype, name)}" class="agency-match-title">${escape_html(title || name)}</a>`;

function picture({ name, photo }) {
	const inner = photo
		? `<img src="${escape_html(encodeURI(photo))}" loading="lazy" alt="">`
		: `<span>${__("No photo yet")}</span>`;
	return $(`<a class="agency-match-photo" href="${get_form_link("Listing", name)}">${inner}</a>`);
}

const home_words = ({ home }) => `<div class="agency-match-head">
		${link("Listing", home.name, home.title)}<b class="agency-match-price">${asked_price(home)}</b>
		<span class="text-muted">${unit_price(home)}</span></div>
	<div class="text-muted">${facts_line(home)} ${tag_pills(home)}</div>`;

function person_words({ person, wish, requirement }) {
	const level = person.level ? `<span class="agency-grade">${escape_html(person.level)}</span>` : "";
	const urgent =
		wish.urgency === "High"
			? ` · ${__("Urgency", null, "Client Requirement")}: ${__("High", null, "Client Requirement")}`
			: "";
	const about = [__(person.stage || "", null, "Client"), person.agent_name].filter(Boolean);
	return `<div class="agency-match-head">${level}${link("Client Requirement", requirement, person.client_name)}
			<span class="text-muted">${escape_html(about.join(" · "))}</span></div>
		<div class="text-muted">${escape_html(wish_line(wish))}${urgent}</div>`;
}

const wish_line = (wish) =>
	[
		budget_words(wish),
		range_words(wish.area_min, wish.area_max, (area) => `${area} m²`),
		range_words(wish.bedrooms_min, wish.bedrooms_max, (rooms) => __("{0} bedrooms", [rooms])),
	]
		.filter(Boolean)
		.join(" · ");

/** What counts most first: green where it is all that was asked, orange where it is beside it. */
const chips = ({ reasons }) =>
	`<div class="agency-match-chips">${reasons
		.filter(({ part }) => part !== "Grade")
		.sort((one, other) => other.most - one.most)
		.map(
			({ points, most, text }) =>
				`<span class="${points < most ? "is-beside" : "is-met"}">${escape_html(text)}</span>`
		)
		.join("")}</div>`;

const why = ({ reasons }) =>
	`<div class="agency-match-why">${reasons
		.map(({ label, text, points, most }) => reason_line(`${label} · ${text}`, points, most))
		.join("")}</div>`;

function happened(pair) {
	const day = { Shown: pair.shown_on, Viewed: pair.viewed_on, Rejected: pair.rejected_on }[pair.status];
	const colour = { Shown: "blue", Viewed: "green", Rejected: "gray" }[pair.status];
	const when = frappe.datetime.str_to_user(day.split(" ")[0]);
	return `<div class="agency-match-chips"><span class="indicator-pill ${colour}">${word(pair.status)}</span>
		<span class="text-muted">${[when, pair.reject_reason].filter(Boolean).map(escape_html).join(" · ")}</span></div>`;
}

/** Show what viewings taught of the form's requirement, each lesson with a way to undo it. */
export function show_learned(frm) {
	const rows = frm.doc.learned || [];
	const may_write = Boolean(frm.perm[0].write);
	const set = (undone, row) =>
		ask("set_undone", { requirement: frm.doc.name, undone, row }).then(() => frm.reload_doc());
	const $box = frm.get_field("learned_html").$wrapper.empty().addClass("agency-learned");
	for (const row of rows) {
		const part = __(row.part, null, "Matching Weight");
		const text = row.factor > 1 ? __("{0} matters more", [part]) : __("{0} matters less", [part]);
		const viewing = `<a href="${get_form_link("Viewing", row.viewing)}">${row.viewing}</a>`;
		const source = __("from viewing {0}", [viewing]);
		const $row = $(`<div>`)
			.toggleClass("is-undone", Boolean(row.undone))
			.html(
				`<span>${escape_html(text)} <b>×${format_number(row.factor, null, 2)}</b></span>
			<span class="text-muted">${source} · ${frappe.datetime.str_to_user(row.learned_on.split(" ")[0])}</span>`
			);
		if (may_write) {
			const label = row.undone ? __("Let It Count Again") : __("Undo", null, "Client Requirement");
			$row.append(button(label, () => set(!row.undone, row.name)));
		}
		$box.append($row);
	}
	if (may_write && rows.filter((row) => !row.undone).length > 1) {
		$box.append(button(__("Undo All"), () => set(true)));
	}
}
