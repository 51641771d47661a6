"""A night that comes, in the site's own process: the days till then have passed, nobody did anything."""

import subprocess
import sys
from os import environ

AT_NIGHT = """
import sys
from datetime import datetime, timedelta

import frappe
import time_machine

from agency_crm.services.pools import clients as pools

site, client, days = sys.argv[1:]
frappe.init(site)
frappe.connect()
night = datetime.now().replace(hour=18) + timedelta(days=int(days))  # 02:00 in Shanghai is 18:00 in UTC
with time_machine.travel(night, tick=True):
	# the reminders of the nights between
	frappe.db.set_value("Client", client, "fall_reminded_on", frappe.utils.add_days(frappe.utils.today(), -1))
	pools.fall(client)
frappe.db.commit()
frappe.destroy()
"""


def let_fall(client: str, days: int) -> None:
	"""Do for a client what the schedule does at night, in so many days."""
	command = [sys.executable, "-c", AT_NIGHT, environ["AGENCY_SITE"], client, str(days)]
	subprocess.run(command, cwd=environ["AGENCY_SITES"], check=True)
