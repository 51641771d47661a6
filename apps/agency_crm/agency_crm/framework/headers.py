"""The headers of every answer: what a browser may load for a page and run in it, and what it only saves.

Frappe's answers get them in its event `after_request`, on any bench. What never comes there (a file of the
bench's, the refusal of a request) gets them from the web server's application.
"""

import mimetypes
import re
from typing import NamedTuple

import frappe
from frappe.utils import cint
from frappe.website.router import get_page_info_from_web_form
from werkzeug.datastructures import Headers

from agency_crm.framework.folders import FILES, PRIVATE_FILES

CSP = "Content-Security-Policy"
ALWAYS = {
	"X-Content-Type-Options": "nosniff",
	# other sites learn the address's host, as a server of map tiles wants to, and never the record
	"Referrer-Policy": "strict-origin-when-cross-origin",
}
EVERYWHERE = {
	"object-src": "'none'",
	"base-uri": "'self'",
	"form-action": "'self'",
	"frame-ancestors": "'self'",
}
PAGE = {
	"default-src": "'self'",
	"script-src": "'self'",
	"style-src": "'self' 'unsafe-inline'",
	"img-src": "'self' data: blob:",
	"font-src": "'self' data:",
	"connect-src": "'self'",
	"media-src": "'self' blob:",
	"worker-src": "'self' blob:",
	"frame-src": "'self' blob:",
	**EVERYWHERE,
}
UPLOAD = {"sandbox": "", "default-src": "'none'", **EVERYWHERE}
UPLOADS = (FILES, PRIVATE_FILES)
HOST = re.compile(r"[\w.-]+|\[[\da-fA-F:.]+\]")


def as_text(policy: dict) -> str:
	"""A policy as the header says it."""
	return "; ".join(f"{directive} {sources}".strip() for directive, sources in policy.items())


STRICTEST, STRICTEST_UPLOAD = as_text(PAGE), as_text(UPLOAD)


class Kind(NamedTuple):
	"""Files that a browser shows by themselves, and what its own page around them needs."""

	mimetype: str
	needs: dict


SHOWN = (
	Kind(r"image/(?!svg)[\w.-]+", {"style-src": "'unsafe-inline'"}),
	Kind(r"application/pdf", {}),
	# the page's player asks for the file once more, as a page of this site
	Kind(
		r"(audio|video)/[\w.-]+",
		{"sandbox": "allow-same-origin", "media-src": "'self'", "style-src": "'unsafe-inline'"},
	),
)


def add(response, request) -> None:
	"""after_request: give an answer of Frappe's its headers, and make an upload that isn't shown an attachment."""
	if response is None:  # a refusal of werkzeug's, answered after this
		return
	if request.path.startswith(UPLOADS) and response.status_code < 300:
		save_or_show(response, request.path)
	elif response.mimetype == "text/html":
		response.headers[CSP] = page_policy(request)
	add_missing(response.headers, request.path)


def add_missing(headers: Headers, path: str) -> None:
	"""Give an answer the headers that it hasn't yet: the strictest of their kind."""
	for name, value in ALWAYS.items():
		headers.setdefault(name, value)
	headers.setdefault(CSP, STRICTEST_UPLOAD if path.startswith(UPLOADS) else STRICTEST)


def save_or_show(response, path: str) -> None:
	"""Let a browser show pictures, PDFs, sound and films that people uploaded, and save everything else."""
	kind = next((kind for kind in SHOWN if re.fullmatch(kind.mimetype, mimetype_of(path))), None)
	response.headers[CSP] = as_text(UPLOAD | (kind.needs if kind else {}))
	if not kind:
		response.headers["Content-Disposition"] = "attachment"


def mimetype_of(path: str) -> str:
	"""A file's kind by its name; a compressed one is just bytes, whatever is in it."""
	kind, encoding = mimetypes.guess_type(path)
	return kind if kind and not encoding else "application/octet-stream"


def only_own_scripts() -> None:
	"""Let the page that is being made run no script but this site's files: none that stands in the page."""
	frappe.local.flags.only_own_scripts = True


def page_policy(request) -> str:
	"""The policy of a page: scripts that stand in it for Frappe's own pages; eval for the Desk and Web Forms."""
	policy = PAGE | {"connect-src": f"'self' {_socket(request)}".strip()}
	if not frappe.local.flags.only_own_scripts:
		policy["script-src"] += " 'unsafe-inline'"
	is_desk = request.path == "/app" or request.path.startswith("/app/")
	if is_desk or get_page_info_from_web_form(request.path.strip("/ ")):
		policy["script-src"] += " 'unsafe-eval'"
	if is_desk:
		pictures = (frappe.get_attr(method)() for method in frappe.get_hooks("picture_sources"))
		policy["img-src"] = " ".join([policy["img-src"], *filter(None, pictures)])
	for directive, sources in (frappe.conf.content_security_sources or {}).items():
		policy[directive] = f"{policy.get(directive, '')} {sources}".strip()
	return as_text(policy)


def _socket(request) -> str:
	"""Where the browser reaches socket.io: on a port of its own, or by this site's address through a proxy.

	http and ws mean https and wss too.
	"""
	host = HOST.match(request.host or "")
	if not host:
		return ""
	port = (
		f":{cint(frappe.conf.socketio_port) or 9000}"
		if frappe.local.dev_server
		else request.host[host.end() :]
	)
	return f"http://{host[0]}{port} ws://{host[0]}{port}" if re.fullmatch(r"(:\d+)?", port) else ""
