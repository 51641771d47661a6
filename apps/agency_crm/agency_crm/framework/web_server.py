"""The web server's application: Frappe's, and the bench's files beside it.

Frappe's own `application_with_statics` is meant for development: it joins a path to the files' folder without
checking where that ends. Here a file is served only if it lies inside its folder once every symlink is
resolved.
"""

import os
from collections.abc import Iterable

import frappe.app
from frappe.utils import get_site_name
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.security import safe_join
from werkzeug.utils import send_file
from werkzeug.wrappers import Request, Response

from agency_crm.framework import bad_requests, headers
from agency_crm.framework.folders import FILES, PRIVATE_FILES, find_file, leads_out

ASSETS = "/assets/"
MAX_AGE = 12 * 60 * 60  # seconds that browsers keep a file

frappe.app.handle_exception = bad_requests.always(frappe.app.handle_exception)


def application(environ: dict, start_response) -> Iterable[bytes]:
	"""Answer a request: a file of the bench's, or what Frappe says."""
	request = Request(environ)
	try:
		answer = answer_of_files(request)
	except HTTPException as refusal:
		answer = refusal

	def start(status: str, known: list, exc_info=None):
		complete = Headers(known)
		headers.add_missing(complete, request.path)
		return start_response(status, complete.to_wsgi_list(), exc_info)

	return (answer or frappe.app.application)(environ, start)


def answer_of_files(request: Request) -> Response | None:
	"""Return the file that is asked for; nothing where Frappe has to answer.

	Raises:
		NotFound: the path climbs out of a folder, or nothing inside it has this name.
		MethodNotAllowed: something is sent to a file.
	"""
	path = request.path
	if is_climbing(path):
		raise NotFound
	if path.startswith(PRIVATE_FILES):
		# Frappe answers for a missing file as for an unreadable one: a 404 would tell them apart
		folder = _site_folder(request, "private", "files")
		if not folder or leads_out(folder, path.removeprefix(PRIVATE_FILES)):
			raise NotFound
	elif path.startswith(ASSETS):
		return _send(request, find_asset(path.removeprefix(ASSETS)))
	elif path.startswith(FILES):
		return _send(request, find_file(_site_folder(request, "public", "files"), path.removeprefix(FILES)))
	return None


def is_climbing(path: str) -> bool:
	"""Whether a path, decoded once, has a step up, a NUL or, among files, a backslash.

	Frappe's pages join paths to folders as well, so this holds for every address.
	"""
	folder = path.startswith((ASSETS, FILES, PRIVATE_FILES))
	return ".." in path.split("/") or "\0" in path or (folder and "\\" in path)


def find_asset(path: str) -> str | None:
	"""Return a file of the assets; bench links each app's folder, and the `node_modules` in it."""
	app, _, rest = path.partition("/")
	if not rest:
		return find_file(_sites("assets"), app)
	folder = [app]
	if rest.startswith("node_modules/"):
		folder, rest = [app, "node_modules"], rest.removeprefix("node_modules/")
	return find_file(safe_join(_sites("assets"), *folder), rest)


def _send(request: Request, file: str | None) -> Response:
	if not file:
		raise NotFound
	if request.method not in ("GET", "HEAD"):
		raise MethodNotAllowed(["GET", "HEAD"])
	try:
		response = send_file(file, request.environ, mimetype=headers.mimetype_of(file), max_age=MAX_AGE)
	except OSError:
		raise NotFound from None
	if request.path.startswith(FILES):
		headers.save_or_show(response, file)
	return response


def _site_folder(request: Request, *folders: str) -> str | None:
	"""The folder of the site that Frappe would answer for."""
	site = frappe.app._site or request.headers.get("X-Frappe-Site-Name") or get_site_name(request.host)
	return safe_join(_sites(), site, *folders)


def _sites(*folders: str) -> str:
	return os.path.abspath(os.path.join(frappe.app._sites_path, *folders))
