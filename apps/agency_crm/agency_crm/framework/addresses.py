"""The address of a request: its connection's other end, or what a trusted proxy reports.

Frappe believes the header X-Forwarded-For, which any client can set. Limits by address would then limit nobody,
and a user's allowed addresses would admit everybody. The site's configuration names its proxies, as addresses
or networks: `"trusted_proxies": ["127.0.0.1", "10.0.0.0/8"]`. Without that entry the header is not read.
"""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network

import frappe
from frappe.utils import cstr

THIS_MACHINE = "127.0.0.1"
SETTING = "trusted_proxies"


def take(**_context) -> None:
	"""Tell Frappe the request's address; called before each request, and before each log-in."""
	if getattr(frappe.local, "request", None):
		frappe.local.request_ip = find(
			cstr(frappe.request.remote_addr),
			cstr(frappe.get_request_header("X-Forwarded-For")),
			trusted(),
		)


def trusted() -> list[str]:
	"""Return the proxies that the site's configuration trusts."""
	named = frappe.conf.get(SETTING) or []
	return named.split(",") if isinstance(named, str) else named


def current() -> str:
	"""Return the request's address as the limits count it: of IPv6 the network of one customer."""
	address = ip_address(cstr(getattr(frappe.local, "request_ip", None)) or THIS_MACHINE)
	if address.version == 6:
		return str(ip_network((address, 64), strict=False))
	return str(address)


def find(peer: str, forwarded: str, proxies: Iterable[str]) -> str:
	"""Return the last address on the way here that is no trusted proxy.

	`forwarded` is the header: the client first, then each proxy. A proxy appends the address that called it, so
	only what follows the last untrusted address can be believed.
	"""
	# a socket file has no address: its callers are on this machine
	way = [*(part.strip() for part in forwarded.split(",") if part.strip()), peer or THIS_MACHINE]
	networks = [ip_network(proxy.strip(), strict=False) for proxy in proxies]
	last = way[-1]
	for hop in reversed(way):
		if not (address := _read(hop)):
			break
		last = str(address)
		if not any(address in network for network in networks):
			break
	return last


def _read(text: str):
	try:
		address = ip_address(text.strip("[]"))
	except ValueError:
		return None
	return getattr(address, "ipv4_mapped", None) or address
