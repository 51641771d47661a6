"""Typed text stays text, also on those screens and prints of Frappe that don't escape it."""

from agency_crm.domain.inputs.text import without_markup

PLAIN = ("Data", "Small Text", "Text", "Long Text")


def keep_as_text(doc) -> None:
	"""Neutralise HTML tags in the plain-text fields of a record and of its rows."""
	for record in (doc, *doc.get_all_children()):
		for fieldname, value in [*vars(record).items()]:
			if isinstance(value, str) and "<" in value and _is_plain(record.meta.get_field(fieldname)):
				record.set(fieldname, without_markup(value))


def _is_plain(field) -> bool:
	return bool(field) and field.fieldtype in PLAIN
