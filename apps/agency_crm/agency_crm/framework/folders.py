"""Files inside a folder, whatever a path or symlink says; and the addresses of uploaded files."""

import os

from werkzeug.security import safe_join

FILES, PRIVATE_FILES = "/files/", "/private/files/"


def find_file(folder: str | None, path: str) -> str | None:
	"""Return a file inside a folder; nothing where it is none, or a link that leads out of it."""
	if not folder or leads_out(folder, path):
		return None
	file = safe_join(folder, path)
	return file if os.path.isfile(file) else None


def leads_out(folder: str, path: str) -> bool:
	"""Whether a path ends outside the folder once every link is resolved."""
	file, root = safe_join(folder, path), os.path.realpath(folder)
	return not file or os.path.commonpath([root, os.path.realpath(file)]) != root
