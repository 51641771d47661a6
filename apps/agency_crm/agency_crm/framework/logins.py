"""How often a password may be tried, by whom it is tried and from where.

- One account from one address: after some failures this pair waits. Nobody else does.
- One account from anywhere: after many failures within an hour its right password alone opens it no more. A code sent
  by mail goes with it; where the site sends no mail, an administrator lets the account in or the hour goes by.
- One address with many accounts: those that have not been logged in from there of late wait.

Frappe says of a failed log-in, whatever way it came, by a row of Activity Log: that is where it is counted and, while
the pair waits, refused. `admit` stands before a session is made, `check_permission` where Frappe asks for a password
and makes none, `try_key` where it asks for a key. The numbers are those of the single Login Limits.
"""

from collections.abc import Callable
from functools import partial
from inspect import unwrap
from math import ceil

import frappe
import pyotp
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.sessions import clear_sessions
from frappe.twofactor import confirm_otp_token, get_otpsecret_for_, send_token_via_email, should_run_2fa
from frappe.utils import add_days, cint, cstr, escape_html, now_datetime
from frappe.utils.password import passlibctx
from frappe.www import login

from agency_crm.domain.inputs.text import fold
from agency_crm.framework import addresses, languages, tries, waiting

SETTINGS = "Login Limits"
FRAPPES_OWN = "allow_consecutive_login_attempts"
STANDARD = {
	"pair_failures": 5,
	"pair_minutes": 5,
	"account_failures": 30,
	"address_accounts": 20,
	"address_minutes": 10,
	"seen_days": 30,
}
MINUTE, HOUR, DAY = 60, 3600, 86400
CODE_LASTS = 10 * MINUTE


class CodeSentError(Exception):
	"""The password was right and a code is on its way: what the log-in page shows its second box for."""

	http_status_code = 200


def limits() -> dict[str, int]:
	"""Return the numbers of Login Limits; 0 switches a rule off."""
	kept = frappe.db.get_singles_dict(SETTINGS)
	return {name: cint(kept.get(name, standard)) for name, standard in STANDARD.items()}


def keep_until_deleted(on_trash: Callable, user) -> None:
	"""Let Frappe clear away what a User has; their sessions end when the deletion is committed.

	Frappe ends them first, and commits with it: a deletion that is refused after that would have taken the
	password and the sessions all the same.
	"""
	manager, frappe.local.login_manager = getattr(frappe.local, "login_manager", None), None
	try:
		on_trash(user)
	finally:
		frappe.local.login_manager = manager
	if manager:
		frappe.db.after_commit.add(partial(_end_sessions, user.name))


def _end_sessions(user: str) -> None:
	if not frappe.db.exists("User", user):
		clear_sessions(user, force=True)


def take_over() -> None:
	"""Switch off Frappe's own counting, by which one address locks everybody who uses it; once, at set-up."""
	frappe.db.set_single_value("System Settings", FRAPPES_OWN, 0)


def hand_back() -> None:
	"""Switch Frappe's own counting on again, where it is off."""
	if not cint(frappe.db.get_single_value("System Settings", FRAPPES_OWN)):
		field = frappe.get_meta("System Settings").get_field(FRAPPES_OWN)
		frappe.db.set_single_value("System Settings", FRAPPES_OWN, cint(field.default))


def hold(log, _event: str | None = None) -> None:
	"""Before a failed log-in is logged: answer 429 where the pair has to wait anyway."""
	if _is_failure(log):
		addresses.take()
		_take_as_long(log.user)
		check_permission(log.user)


def count(log, _event: str | None = None) -> None:
	"""After a failed log-in is logged: count it, and tell the administrators when waiting begins."""
	if _is_failure(log):
		fail(log.user)


def admit(login_manager) -> None:
	"""Before a session starts with a right password: refuse it while waiting, or ask for a code."""
	addresses.take()
	if not _is_by_password():
		return
	user = login_manager.user
	check_permission(user)
	if _needs_code(user) and not should_run_2fa(user):
		_ask_for_code(login_manager)
	tries.forget(f"{_pair(user)} tries")


def check_permission(account: str, asks_for_code: bool = True) -> None:
	"""Refuse a try of an account's password from this address where it has to wait.

	`asks_for_code` is False of a way to log in that can't: an account that needs one is refused there. Raises
	TooManyRequestsError.
	"""
	_check_pair(account)
	if (seconds := tries.left(f"{_place()} waits")) and not _is_known(account):
		_refuse(seconds)
	if not asks_for_code and _needs_code(account):
		_refuse_locked(account)


def fail(account: str) -> None:
	"""Count a failed try of an account's password from this address."""
	rules = limits()
	_count_pair(account, rules)
	_count_account(account, rules)
	_count_place(account, rules)


def release(account: str) -> None:
	"""Reset an account's counts: its password alone opens it again, from anywhere."""
	tries.forget_all(_of(account))


def mail_reset_link(user: str) -> None:
	"""Mail a link to set a password, as a job, where there is an account that may have one."""
	found = frappe.get_doc("User", user) if frappe.db.exists("User", user) else None
	if found and found.enabled and found.name != "Administrator":
		found.validate_reset_password()
		with languages.speaking(languages.of(user)):
			found.reset_password(send_email=True)


def mail_login_link(email: str) -> None:
	"""Mail a link to log in by, as a job, where there is an account that may log in."""
	if frappe.db.get_value("User", email, "enabled"):
		with languages.speaking(languages.of(email)):
			unwrap(login.send_login_link)(email)  # its limit counts requests


def try_key(validate_api_key_secret: Callable, api_key, api_secret, *args, **kwargs):
	"""Try an API key as Frappe does, and count the failures as those of passwords."""
	# a key is too long to guess: only the caller's address waits, so nobody can lock out the key's owner
	_check_pair(_key(api_key))
	try:
		return validate_api_key_secret(api_key, api_secret, *args, **kwargs)
	except frappe.AuthenticationError:
		_count_pair(_key(api_key), limits())
		frappe.db.commit()  # the refusal rolls back; that it was told stays
		raise


def try_password(account: str, attempt: Callable):
	"""Return what `attempt` returns, which has another server judge the password; a refusal is counted."""
	try:
		return attempt()
	except frappe.ValidationError:
		frappe.db.rollback()
		fail(account)
		frappe.db.commit()  # the refusal rolls back; what was counted was told
		raise


def _is_failure(log) -> bool:
	return bool(
		log.operation == "Login" and log.status == "Failed" and getattr(frappe.local, "request", None)
	)


def _is_by_password() -> bool:
	"""Who comes with a link from a mail or from another site's log-in has guessed nothing."""
	return frappe.form_dict.get("cmd") == "login" or frappe.request.path == "/api/method/login"


def _take_as_long(account: str) -> None:
	"""Hash once where there was no password to compare: an unknown account must not answer sooner."""
	table = frappe.qb.Table("__Auth")
	mine = (table.doctype == "User") & (table.name == account) & (table.fieldname == "password")
	if not frappe.qb.from_(table).select(1).where(mine & (table.encrypted == 0)).run():
		passlibctx.dummy_verify()


def _check_pair(account: str) -> None:
	if seconds := tries.left(f"{_pair(account)} waits"):
		_refuse(seconds)


def _count_pair(account: str, rules: dict[str, int]) -> None:
	most, window = rules["pair_failures"], rules["pair_minutes"] * MINUTE
	if most and window and tries.count(f"{_pair(account)} tries", window) >= most:
		tries.forget(f"{_pair(account)} tries")

		def subject() -> str:
			return _("{0} waits at {1} after {2} failed log-ins.").format(
				account, frappe.local.request_ip, most
			)

		_begin(f"{_pair(account)} waits", window, account, subject)


def _count_account(account: str, rules: dict[str, int]) -> None:
	most = rules["account_failures"]
	if most and tries.count(f"{_of(account)} hour", HOUR) >= most:

		def subject() -> str:
			return _("{0} needs a code to log in: {1} log-ins failed within an hour.").format(account, most)

		_begin(f"{_of(account)} code", HOUR, account, subject)


def _count_place(account: str, rules: dict[str, int]) -> None:
	most, window = rules["address_accounts"], rules["address_minutes"] * MINUTE
	if most and window and tries.count(f"{_place()} accounts", window, tries.short(fold(account))) >= most:

		def subject() -> str:
			return _("Log-ins of {0} accounts failed at {1}, where accounts not known there wait.").format(
				most, frappe.local.request_ip
			)

		_begin(f"{_place()} waits", window, account, subject)


def _needs_code(account: str) -> bool:
	"""An outsider can't shut out Administrator: from where they are known their password goes on to be enough."""
	needs = tries.left(f"{_of(account)} code")
	return bool(needs and not (account == "Administrator" and _is_known(account)))


def _is_known(account: str) -> bool:
	"""Whether the account was logged in from this address of late."""
	since = add_days(now_datetime(), -limits()["seen_days"])
	logged_in = {"user": account, "operation": "Login", "status": "Success", "creation": (">", since)}
	return bool(frappe.db.exists("Activity Log", {**logged_in, "ip_address": frappe.local.request_ip}))


def _ask_for_code(login_manager) -> None:
	"""Let in who sends the code along; else send one and show the box for it, as Frappe's second factor does."""
	if frappe.form_dict.get("otp") and frappe.form_dict.get("tmp_id"):
		confirm_otp_token(login_manager)  # a wrong one is a failed log-in
		return
	user, password = login_manager.user, _sent_password()
	if not (password and _has_mail(user)):
		_refuse_locked(user)
	frappe.local.response.update(_send_code(user, password))
	raise CodeSentError


def _send_code(user: str, password: str) -> dict:
	secret, ticket = get_otpsecret_for_(user), frappe.generate_hash(length=20)
	token = int(pyotp.TOTP(secret).now())
	# what Frappe keeps between its two steps, for as long
	for name, value in {"usr": user, "pwd": password, "otp_secret": secret, "token": token}.items():
		frappe.cache.set(f"{ticket}_{name}", value, ex=CODE_LASTS)
	issuer = frappe.db.get_single_value("System Settings", "otp_issuer_name")
	code = {"user": user, "token": token, "otp_secret": secret, "otp_issuer": issuer}
	frappe.enqueue(f"{__name__}.mail_code", queue="short", **code)
	prompt = _("This account was tried too often. A code has been sent to your e-mail address.")
	return {"verification": {"method": "Email", "setup": True, "prompt": prompt}, "tmp_id": ticket}


def mail_code(user: str, **code) -> None:
	"""Mail a user the code of a log-in in their language, as a job."""
	with languages.speaking(languages.of(user)):
		send_token_via_email(user, **code)


def _sent_password() -> str | None:
	"""Frappe has taken it out of its own arguments by now."""
	sent = frappe.request.get_json(silent=True) if frappe.request.is_json else frappe.request.values
	return sent.get("pwd") if sent else None


def _has_mail(user: str) -> bool:
	return bool(EmailAccount.find_outgoing() and frappe.db.get_value("User", user, "email"))


def _refuse(seconds: int) -> None:
	waiting.refuse(
		seconds, _("Too many failed log-ins. Please try again in {0} minutes.").format(ceil(seconds / MINUTE))
	)


def _refuse_locked(account: str) -> None:
	waiting.refuse(
		tries.left(f"{_of(account)} code"),
		_("This account was tried too often. Ask an administrator to let it in, or try again in an hour."),
	)


def _begin(key: str, seconds: int, account: str, subject: Callable[[], str]) -> None:
	"""Let a key wait; where it didn't yet, say so in Activity Log, and once a day by the administrators' bell."""
	begins = not tries.left(key)
	tries.hold(key, seconds)
	if begins:
		with languages.speaking(languages.site()):
			said = escape_html(subject())
		log = frappe.new_doc("Activity Log", user=account, subject=said, status="Failed")
		# perm: the system's own note of what was refused; the account need not be there
		log.insert(ignore_permissions=True, ignore_links=True)
		if tries.is_first(f"told {key}", DAY):
			_tell(log, subject)


def _tell(log, subject: Callable[[], str]) -> None:
	for user, said in languages.said_to(_administrators(), subject).items():
		notice = frappe.new_doc("Notification Log", for_user=user, type="Alert", subject=escape_html(said))
		notice.update({"document_type": log.doctype, "document_name": log.name, "from_user": "Administrator"})
		notice.insert(ignore_permissions=True)  # perm: a notice is its receiver's


def _administrators() -> list[str]:
	role, user = frappe.qb.DocType("Has Role"), frappe.qb.DocType("User")
	query = frappe.qb.from_(role).join(user).on(user.name == role.parent).select(user.name).distinct()
	return query.where(
		(role.role == "System Manager") & (role.parenttype == "User") & (user.enabled == 1)
	).run(pluck=True)


def _of(account: str) -> str:
	return f"account {tries.short(fold(account))}"


def _pair(account: str) -> str:
	return f"{_of(account)} {tries.short(addresses.current())}"


def _place() -> str:
	return f"place {tries.short(addresses.current())}"


def _key(api_key: str) -> str:
	return f"api_key {cstr(api_key)[:8]}…"
