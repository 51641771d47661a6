"""What is told to the browsers as records change: read where socket.io's server reads it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe.utils.background_jobs import get_redis_connection_without_auth


@contextmanager
def listening() -> Iterator[list[dict]]:
	"""Collect the events of the site: each has its `event`, `room` and `message`."""
	heard: list[dict] = []
	channel = get_redis_connection_without_auth().pubsub(ignore_subscribe_messages=True)
	channel.subscribe("events")
	channel.get_message(timeout=1)
	try:
		yield heard
		while message := channel.get_message(timeout=0.5):
			event = json.loads(message["data"])
			if event.get("namespace") == frappe.local.site:
				heard.append(event)
	finally:
		channel.close()


def touch(doctype: str, name: str) -> None:
	"""Let everybody be told that a record has changed and been commented on, as its form does."""
	doc = frappe.get_doc(doctype, name)
	doc.notify_update()
	doc.add_comment("Comment", "x")
	frappe.db.after_commit.run()
