"""Several writers at one moment, each on a connection of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread

import frappe

WAITING = "select 1 from information_schema.processlist where id = %s and info like %s"


@dataclass
class Outcome:
	"""What became of one writer: committed, or the error that was rolled back."""

	error: Exception | None = None
	connection: int | None = None

	def stands_at(self, statement: str) -> bool:
		"""Whether the writer's connection waits in such a statement, or the writer has failed."""
		waits = self.connection and frappe.db.sql(WAITING, (self.connection, f"%{statement}"))
		return bool(self.error or waits)


def at_once(*acts: Callable[[], object], held_at: str) -> list[Outcome]:
	"""Run the acts at once and return their outcomes in the same order.

	The caller's connection holds a lock: once all the acts wait for it, in a statement like `held_at`, it is
	rolled back, so each has already read what was there before the others wrote.
	"""
	outcomes = [Outcome() for _ in acts]
	pairs = zip(acts, outcomes, strict=True)
	threads = [Thread(target=_run, args=(frappe.local.site, *pair)) for pair in pairs]
	for thread in threads:
		thread.start()
	while any(thread.is_alive() for thread in threads) and not all(
		outcome.stands_at(held_at) for outcome in outcomes
	):
		threads[0].join(0.05)
	frappe.db.rollback()
	for thread in threads:
		thread.join()
	return outcomes


def _run(site: str, act: Callable[[], object], outcome: Outcome) -> None:
	frappe.init(site=site)
	frappe.connect()
	try:
		outcome.connection = frappe.db.sql("select connection_id()")[0][0]
		act()
		frappe.db.commit()
	except Exception as error:
		outcome.error = error
		frappe.db.rollback()
	finally:
		frappe.destroy()
