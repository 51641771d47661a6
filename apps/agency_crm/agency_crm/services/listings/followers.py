"""Who hears of a listing's changes: its followers and role holders.

The bell tells them at once, and of many changes within a short time once. Those who chose it get a mail of the
day's changes. Nobody is told of a listing they may not see.
"""

import frappe
from frappe import _
from frappe.utils import add_to_date, cint, cstr, get_url_to_form, now_datetime

from agency_crm.domain.inputs.numbers import format_wan
from agency_crm.domain.money import exact
from agency_crm.framework import jobs, languages, notices, system_fields
from agency_crm.services.office import people

DOCTYPE = "Listing Follower"
CHUNK = 500


def follow(listing: str, daily_mail: bool = False) -> None:
	"""Subscribe the session's user to a listing they may read; asked again, change their choice."""
	found = _mine(listing)
	follower = frappe.get_doc(DOCTYPE, found) if found else frappe.new_doc(DOCTYPE, listing=listing)
	follower.user = frappe.session.user
	if daily_mail and not follower.daily_mail:
		follower.mailed_to = now_datetime()
	follower.daily_mail = int(daily_mail)
	with system_fields.writing(follower):
		follower.save(ignore_permissions=True)  # perm: one's own row, of a listing the endpoint asked for


def unfollow(listing: str) -> None:
	"""Unsubscribe the session's user from a listing."""
	frappe.db.delete(DOCTYPE, {"listing": listing, "user": frappe.session.user})


def choice(listing: str) -> dict | None:
	"""{"daily_mail"} where the session's user follows the listing, else None."""
	found = _mine(listing)
	return {"daily_mail": frappe.db.get_value(DOCTYPE, found, "daily_mail")} if found else None


def tell_all() -> None:
	"""Notify followers and role holders of every new change, one notice for each listing.

	Runs after a save that wrote one, and hourly for what is left. A user's unread notice of the last minutes
	(Agency Settings) is updated instead; whoever made the last change isn't told.
	"""
	me, after = frappe.session.user, ""
	try:
		while names := _untold_after(after):
			jobs.each(names, _tell)
			after = names[-1]
	finally:
		frappe.set_user(me)


def mail_changes() -> None:
	"""The daily job: mail each user the changes of the listings they follow by mail.

	A user's mail and the mark of how far it reaches are one transaction, so a second run sends nothing twice.
	Without a mail account nothing is marked, and a later mail reaches back.
	"""
	if frappe.db.exists("Email Account", {"enable_outgoing": 1, "default_outgoing": 1}):
		users = frappe.get_all(DOCTYPE, {"daily_mail": 1}, pluck="user", distinct=True, order_by="user")
		jobs.each(users, mail_user)


def mail_user(user: str) -> None:
	"""Send a user, in their language, the changes not mailed yet of the listings they follow by mail and may see."""
	with languages.speaking(languages.of(user)):
		_mail(user)


def _mail(user: str) -> None:
	fields = ["name", "listing", "mailed_to"]
	followers = frappe.get_all(DOCTYPE, {"user": user, "daily_mail": 1}, fields)
	names, until = [row.listing for row in followers], now_datetime()
	receiver = frappe.db.get_value("User", user, ["email", "enabled"], as_dict=True)
	shown = frappe.get_list("Listing", {"name": ("in", names)}, ["name", "title"], user=user, limit=0)
	since = {row.listing: row.mailed_to for row in followers}
	by_listing: dict[str, list] = {}
	for change in _changes(names, min(since.values())) if receiver.enabled else []:
		if change.at > since[change.listing]:
			by_listing.setdefault(change.listing, []).append(change)
	listings = [
		{"title": row.title, "link": get_url_to_form("Listing", row.name), "lines": lines}
		for row in shown
		if (lines := describe(by_listing.get(row.name, [])))
	]
	if listings:
		frappe.sendmail(
			recipients=[receiver.email],
			subject=_("Changes on {0} listings you follow").format(len(listings)),
			template="listing_changes",
			args={"listings": listings},
		)
	marks = frappe.qb.DocType(DOCTYPE)
	rows = [row.name for row in followers]
	frappe.qb.update(marks).set(marks.mailed_to, until).where(marks.name.isin(rows)).run()


def describe(changes: list) -> list[str]:
	"""Changes of one listing as lines, each field once from its first to its last value."""
	lines = []
	for field in dict.fromkeys(change.field for change in changes):
		of_field = [change for change in changes if change.field == field]
		old, new = of_field[0].old, of_field[-1].new
		label = _(field, context="Listing Change")
		if field == "Floor Price":
			lines.append(_("{0} changed").format(label))
		elif old != new:
			old, new = (_shown(field, value, of_field[0].listing_type) for value in (old, new))
			lines.append(_("{0} from {1} to {2}", context="Listing Change").format(label, old, new))
	return lines


def _untold_after(after: str) -> list[str]:
	untold = {"told": 0, "listing": (">", after)}
	return frappe.get_all(
		"Listing Change", untold, pluck="listing", distinct=True, order_by="listing", limit=CHUNK
	)


def _tell(listing: str) -> None:
	untold = {"listing": listing, "told": 0}
	new = frappe.get_all("Listing Change", untold, ["by", "at"], order_by="at")
	frappe.db.set_value("Listing Change", untold, "told", 1, update_modified=False)
	frappe.set_user(new[-1].by or "Administrator")
	minutes = cint(frappe.get_cached_doc("Agency Settings").notice_quiet_minutes)
	quiet_since = add_to_date(now_datetime(), minutes=-max(minutes, 1))
	since = min(quiet_since, add_to_date(new[0].at, seconds=-1))
	title, changes = frappe.db.get_value("Listing", listing, "title"), _changes({listing}, since)

	def subject() -> str:
		return f"{title}: {'; '.join(describe(changes))}"

	link = f"/app/listing/{listing}"
	users = [user for user in _audience(listing) if frappe.has_permission("Listing", doc=listing, user=user)]
	told = notices.bring_up_to_date(users, subject, link, quiet_since)
	notices.tell(set(users) - told, subject, "Listing", listing, link=link)


def _changes(listings, since) -> list:
	"""The changes of listings after a time, oldest first, with the listing's type."""
	return frappe.get_all(
		"Listing Change",
		{"listing": ("in", list(listings)), "at": (">", since)},
		["listing", "listing.listing_type", "field", "old", "new", "at"],
		order_by="at",
	)


def _audience(listing: str) -> set[str]:
	roles = {"parent": listing, "parenttype": "Listing", "approved_at": ("is", "set")}
	roles["ended_at"] = ("is", "not set")
	agents = frappe.get_all("Listing Role", roles, pluck="agent")
	agents.append(frappe.db.get_value("Listing", listing, "maintainer"))
	followers = frappe.get_all(DOCTYPE, {"listing": listing}, pluck="user")
	return {*followers, *people.users_of(set(agents))}


def _mine(listing: str) -> str | None:
	return frappe.db.exists(DOCTYPE, {"listing": listing, "user": frappe.session.user})


def _shown(field: str, value: str | None, listing_type: str) -> str:
	if field != "Price":
		return _(cstr(value), context="Listing")
	if listing_type == "Lease":
		return _("{0} CNY a month").format(f"{exact(value):,.0f}")
	return _("{0} × 10,000 CNY").format(format_wan(exact(value)))
