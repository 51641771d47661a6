"""Records for tests: each function makes one valid record, its arguments override fields."""

import frappe
