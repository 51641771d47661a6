"""What of Frappe and ERPNext we stand in for is as it was when we last looked."""

import unittest

from agency_crm.framework import theirs


class TestTheirs(unittest.TestCase):
	def test_their_source_is_one_that_ours_was_proven_with(self):
		found = theirs.differing()
		self.assertEqual(found, {}, "\n".join(f"{name}: {what}" for name, what in found.items()))

	def test_a_change_of_theirs_is_seen(self):
		name, ours = "frappe.share.get_users", "agency_crm.api.frappe.forms.get_shares"
		self.assertIn(theirs.digest_of(name, ours), theirs.read()["entries"][name]["digests"].values())
		self.assertNotEqual(theirs.digest_of(name, ours), theirs.digest_of("frappe.share.add", ours))
