"""What people type is text and is shown as text, also by those screens and prints of Frappe that don't escape it."""

from agency_crm.domain.text import without_markup

PLAIN = ("Data", "Small Text", "Text", "Long Text")


def keep_as_text(doc, method: str | None = None) -> None:
	"""The event `before_validate` of what people write into: a tag in a plain field, or a row's, opens none."""
	for record in (doc, *doc.get_all_children()):
		for field in record.meta.fields:
			if field.fieldtype in PLAIN:
				value = record.get(field.fieldname)
				if isinstance(value, str) and "<" in value:
					record.set(field.fieldname, without_markup(value))
