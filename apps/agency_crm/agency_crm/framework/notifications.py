"""A Notification that fails is logged and no longer refuses the save.

Frappe turns whatever its condition or text raises into a refusal of the record's save.
"""

from collections.abc import Callable

import frappe
from frappe import _

SAVEPOINT = "agency_notification"
# these have ended the transaction, so the save must fail
LOST = (frappe.QueryDeadlockError, frappe.QueryTimeoutError)


def send_or_log(evaluate_alert: Callable, doc, alert, event: str) -> None:
	"""Send a notification of a record; log what it raises, with the record, and go on."""
	said = len(frappe.get_message_log())
	frappe.db.savepoint(SAVEPOINT)
	try:
		evaluate_alert(doc, alert, event)
	except Exception as error:
		if isinstance(error.__context__, LOST):
			raise
		trace = frappe.get_traceback()
		frappe.db.rollback(save_point=SAVEPOINT)
		del frappe.local.message_log[said:]
		name = alert if isinstance(alert, str) else alert.name
		title = _("Notification {0} failed").format(name)
		frappe.log_error(title, trace, reference_doctype=doc.doctype, reference_name=doc.name)
	else:
		frappe.db.release_savepoint(SAVEPOINT)
