"""Users: borrowed from a few that are made once a site."""

import frappe

# a new user costs a second (Frappe drops its caches at each), so tests borrow these, made once a site
SPARE_USERS = {
	"Agency Agent": 10,
	"Agency Assistant": 2,
	"Agency Title Officer": 2,
	"Agency Store Manager": 4,
	"Agency Accountant": 3,
	"Agency Cashier": 2,
	"Agency Administrator": 2,
}
borrowed: set[str] = set()  # by the running test; AgencyTestCase gives them back


def make_user(*roles: str, **fields):
	"""A desk user with these roles: a spare one where there is one and no field is asked for."""
	if len(roles) == 1 and not fields:
		for name in spare_names(roles[0]):
			if name not in borrowed and frappe.db.exists("User", name):
				borrowed.add(name)
				return frappe.get_doc("User", name)
	token = frappe.generate_hash(length=8)
	return _new_user(f"{token}@agency.example", *roles, **fields)


def make_spare_users() -> None:
	"""Make the spare users a site lacks."""
	for role in SPARE_USERS:
		for name in spare_names(role):
			if not frappe.db.exists("User", name):
				_new_user(name, role)


def spare_names(role: str) -> list[str]:
	"""Names of the spare users of a role."""
	stem = role.lower().replace(" ", "-")
	return [f"{stem}-{number}@spare.example" for number in range(1, SPARE_USERS.get(role, 0) + 1)]


def _new_user(email: str, *roles: str, **fields):
	values = {"email": email, "first_name": f"User {email.split('@')[0]}", "send_welcome_email": 0}
	user = frappe.get_doc({"doctype": "User", **values, **fields})
	user.flags.no_welcome_mail = True
	user.append_roles(*roles)
	return user.insert(ignore_permissions=True)  # perm: test data
