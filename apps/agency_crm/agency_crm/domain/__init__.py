"""The rules of the trade, in pure Python: frozen dataclasses, `Decimal` and `date`, nothing of Frappe."""
