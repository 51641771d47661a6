"""Frappe's User: what of it a person writes of themself, and what others see of it.

Frappe shares every User with themself to write, the columns of the system included, and shows all columns of all
users to whoever may choose one in a link. It has a hook before a save and none in its query, so the one function that
names the columns of a list is wrapped (framework/wraps.py); levels.py asks here for filters and orders. System
Managers write and see all.
"""

from collections.abc import Callable

import frappe
from frappe.model import display_fieldtypes, table_fields

from agency_crm.framework.gate import is_unlimited

USER = "User"
# the settings page, the profile and the form of one's own; what isn't here is the system's or an administrator's
OWN = frozenset(
	"first_name middle_name last_name language time_zone user_image gender phone mobile_no birth_date location"
	" banner_image interest bio mute_sounds new_password logout_all_sessions email_signature desk_theme"
	" document_follow_notify document_follow_frequency follow_created_documents follow_commented_documents"
	" follow_liked_documents follow_shared_documents follow_assigned_documents thread_notify send_me_a_copy"
	" allowed_in_mentions default_workspace default_app search_bar notifications list_sidebar bulk_actions"
	" view_switcher form_sidebar timeline dashboard".split()
)
# what links, mentions and their searches show
SHOWN = frozenset(
	"name owner creation modified modified_by docstatus idx full_name first_name middle_name last_name email"
	" user_image enabled user_type".split()
)


def keep(user, _event: str | None = None) -> None:
	"""The event `User.before_validate`: who saves their own User changes what is in OWN, the rest stays as stored.

	What the system saves (`ignore_permissions`) is the system's; a custom field is as its administrator made it. Who
	writes another's User was given the right to.
	"""
	stored, me = user.get_doc_before_save(), frappe.session.user
	if not stored or user.name != me or user.flags.ignore_permissions or is_unlimited(me):
		return
	for field in user.meta.fields:
		own = field.fieldname in OWN or (field.get("is_custom_field") and not field.read_only)
		if own or field.fieldtype in display_fieldtypes:
			continue
		value = stored.get(field.fieldname)
		is_table = field.fieldtype in table_fields
		user.set(field.fieldname, [row.as_dict() for row in value or ()] if is_table else value)


def show_less(get_permitted_fields: Callable, doctype: str, *args, **options) -> list[str]:
	"""Return the fields of a list that the reader sees; of another's User those alone that links show."""
	found = get_permitted_fields(doctype, *args, **options)
	return [field for field in found if not hides(doctype, field, frappe.session.user)]


def hides(doctype: str, fieldname: str, user: str) -> bool:
	"""Return whether a field of User is not for a user to see in lists, nor to filter or sort by."""
	return doctype == USER and fieldname not in SHOWN and not is_unlimited(user)
