"""Call one function of the app on a site and print its answer, if it has one, as JSON: SITE FUNCTION ARGUMENTS-AS-JSON.

Runs in the bench's Python with `sites` as its folder. What the app refuses is said in one line, not as a
traceback.
"""

import json
import sys

import frappe
from frappe.utils import strip_html

site, function, arguments = sys.argv[1:]
frappe.init(site)
frappe.connect()
frappe.get_attr("agency_crm.framework.wraps.put_in_place")()  # as before a request or a job
try:
	answer = frappe.get_attr(function)(**json.loads(arguments))
	frappe.db.commit()
except frappe.ValidationError as error:
	sys.exit(strip_html(str(error)))
finally:
	frappe.destroy()
if answer is not None:
	print(json.dumps(answer, ensure_ascii=False, default=str))
