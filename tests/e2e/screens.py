"""Whose screens are looked at, and which words on them are of the other language."""

import re

ROLES = (
	"Agency Agent",
	"Agency Assistant",
	"Agency Title Officer",
	"Agency Store Manager",
	"Agency Accountant",
	"Agency Cashier",
	"Agency Administrator",
)
# signs of units, short names and Frappe's own words that it leaves in English
ALLOWED = {"CNY", "VAT", "PDF", "ID", "Ctrl", "kg"}
WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2,}(?![A-Za-z0-9])")
# the number of a record, a value that a text names
NO_WORD = re.compile(r"\b[A-Z]+(?:-\d+)+\b|\{\w+\}")
LABELS = """() => [...document.querySelectorAll([
	'.control-label', '.section-head', '.form-tabs .nav-link', '.grid-heading-row .static-area',
	'.help-box', '.form-message', '.page-head .title-text', '.page-head button', '.indicator-pill',
	'.dt-cell--header', '.filter-label', '.report-summary .summary-label',
	'.widget-title', '.shortcut-widget-box .widget-label', '.number-label',
].join(','))]
	.filter(element => element.checkVisibility())
	.map(element => element.innerText.trim())
	.concat([...document.querySelectorAll('.form-page select option')].map(option => option.innerText.trim()))
	.filter(Boolean)"""


def foreign_words(desk) -> list[str]:
	"""Return the labels on the screen that hold a word of Latin letters which isn't allowed."""
	labels = {label: NO_WORD.sub("", label) for label in desk.page.evaluate(LABELS)}
	return sorted(label for label, text in labels.items() if set(WORD.findall(text)) - ALLOWED)
