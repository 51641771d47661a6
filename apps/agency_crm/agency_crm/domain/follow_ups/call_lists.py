"""Who calls whom from a call list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def share(clients: Iterable[tuple[str, str | None]], open_to: Mapping[str, set[str]]) -> dict[str, str]:
	"""Return client -> agent: an agent's own clients are theirs, the others are shared as equally as can be.

	`clients` are (client, its agent or None); `open_to` is agent on the list -> clients of a pool they may see.
	A client whose agent isn't on the list, or whom nobody on it may see, is left out.
	"""
	clients = list(clients)
	shared = {client: agent for client, agent in clients if agent in open_to}
	calls = dict.fromkeys(open_to, 0)
	for agent in shared.values():
		calls[agent] += 1
	for client, agent in clients:
		if agent is None and (able := [caller for caller in open_to if client in open_to[caller]]):
			caller = min(able, key=calls.__getitem__)
			shared[client] = caller
			calls[caller] += 1
	return shared
