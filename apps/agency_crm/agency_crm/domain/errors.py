"""The error of the domain: its text and its values apart, so that a caller can translate it."""

from __future__ import annotations


class DomainError(ValueError):
	"""A value or a step that a rule of the trade refuses.

	`template` is an English sentence with `{0}`-style places and `params` are their values, so a caller
	shows it in the user's language with `_(error.template).format(*error.params)`. `str(error)` is English.
	"""

	def __init__(self, template: str, *params: object) -> None:
		super().__init__(template, *params)
		self.template = template
		self.params = params

	def __str__(self) -> str:
		return self.template.format(*self.params)
