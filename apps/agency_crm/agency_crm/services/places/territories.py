"""Districts and business circles in ERPNext's tree of territories."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable

import frappe
from frappe import _
from frappe.utils.nestedset import get_root_of

from agency_crm.domain.inputs.text import name_key

DOCTYPE = "Territory"


def unassigned_name() -> str:
	"""Name of the territory of estates whose business circle nobody has given yet."""
	return _("Business Circle to Be Given", lang=frappe.db.get_default("lang"))


def places() -> dict[str, tuple[str, str]]:
	"""Return territory -> (district, business circle): a group is a district, a leaf a circle of its parent."""
	rows = frappe.get_all(DOCTYPE, fields=["name", "parent_territory", "is_group"], order_by="")
	root = get_root_of(DOCTYPE)
	found = {}
	for row in rows:
		district = "" if row.parent_territory == root else row.parent_territory or ""
		found[row.name] = (row.name, "") if row.is_group else (district, _circle(row.name, district))
	return found | {unassigned_name(): ("", "")}


def names_like(typed: str, limit: int) -> list[str]:
	"""Names of at most `limit` business circles that begin with `typed`."""
	key = name_key(typed)
	found = [name for name, (_district, circle) in places().items() if name_key(circle).startswith(key)]
	return sorted(found if key else [])[:limit]


def find(name: str) -> str | None:
	"""The one business circle that bears this name, with its district's or without; None where several do."""
	key = name_key(name)
	circles = {place: circle for place, (_district, circle) in places().items() if circle}
	found = [place for place in circles if name_key(place) == key] or [
		place for place, circle in circles.items() if name_key(circle) == key
	]
	return found[0] if len(found) == 1 and key else None


def ensure(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
	"""Return (district, business circle) -> territory, making those that are missing.

	A new district stands under the root. A circle without a name stands for its district; without both it is
	`unassigned_name`. ERPNext knows each name once: a circle whose name is taken elsewhere, or belongs to
	several districts, carries its district's name too.
	"""
	wanted = set(wanted)
	root = get_root_of(DOCTYPE)
	names = set(frappe.get_all(DOCTYPE, pluck="name", order_by=""))
	districts = {district for district, _circle_name in wanted if district}
	_add_children(root, sorted(districts - names), is_group=True)
	names |= districts
	known = {place: name for name, place in places().items()}
	times = Counter(circle for _district, circle in wanted)
	found, missing = {}, defaultdict(list)
	for district, circle in sorted(wanted):
		place = (district, circle)
		if not circle:
			found[place] = district or unassigned_name()
			if found[place] not in names:
				missing[root].append(found[place])
		elif place in known:
			found[place] = known[place]
		elif not district and circle in names:
			found[place] = circle
		else:
			long = district and (circle in names or times[circle] > 1)
			found[place] = _long_name(circle, district) if long else circle
			missing[district or root].append(found[place])
	for parent, circles in missing.items():
		_add_children(parent, circles, is_group=False)
	return found


def _long_name(circle: str, district: str) -> str:
	return f"{circle}（{district}）"


def _circle(name: str, district: str) -> str:
	return name.removesuffix(_long_name("", district))


def _add_children(parent: str, names: list[str], is_group: bool) -> None:
	"""Insert leaves at the end of a parent: one shift of the nested set for all of them.

	By document each would shift the whole tree on its own.
	"""
	if not names:
		return
	tree = frappe.qb.DocType(DOCTYPE)
	right = frappe.db.get_value(DOCTYPE, parent, "rgt", for_update=True)
	for column in (tree.lft, tree.rgt):
		frappe.qb.update(tree).set(column, column + 2 * len(names)).where(column >= right).run()
	frappe.qb.update(tree).set(tree.is_group, 1).where(tree.name == parent).run()
	frappe.clear_document_cache(DOCTYPE, parent)
	now, user = frappe.utils.now(), frappe.session.user
	rows = [
		(name, name, parent, parent, int(is_group), right + 2 * at, right + 2 * at + 1, user, user, now, now)
		for at, name in enumerate(names)
	]
	fields = ["name", "territory_name", "parent_territory", "old_parent", "is_group", "lft", "rgt"]
	frappe.db.bulk_insert(DOCTYPE, [*fields, "owner", "modified_by", "creation", "modified"], rows)


def within(names: Collection[str]) -> dict[str, frozenset[str]]:
	"""Return territory -> itself and all it lies in."""
	if not names:
		return {}
	node, above = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType(DOCTYPE).as_("above")
	rows = (
		frappe.qb.from_(node)
		.join(above)
		.on((above.lft <= node.lft) & (above.rgt >= node.rgt))
		.select(node.name, above.name)
		.where(node.name.isin(sorted(names)))
	).run()
	found = defaultdict(set)
	for name, holder in rows:
		found[name].add(holder)
	return {name: frozenset(holders) for name, holders in found.items()}
