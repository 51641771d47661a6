"""Our moved endpoints answer at their old address for one release; its use is logged.

The hook `override_whitelisted_methods` holds old -> new; what the site itself stored is rewritten by a patch.
"""

import frappe

APP = __name__.partition(".")[0]


def note(address: str) -> None:
	"""Log the use of an address that answers for one release more."""
	new = address.startswith(f"{APP}.") and frappe.get_hooks("override_whitelisted_methods", {}).get(address)
	if new:
		frappe.logger(APP).warning("%s has moved to %s; called by %s", address, new[-1], frappe.session.user)


def addresses() -> dict[str, str]:
	"""Return where an endpoint of ours was -> where it is."""
	hooks = frappe.get_hooks("override_whitelisted_methods", {})
	return {old: new[-1] for old, new in hooks.items() if old.partition(".")[0] == APP}


def rewrite(text: str) -> str:
	"""Return a script or an address of the site's own with the new addresses in it."""
	for old, new in addresses().items():
		text = text.replace(old, new)
	return text
