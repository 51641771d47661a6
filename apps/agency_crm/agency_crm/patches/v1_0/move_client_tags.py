"""The tags of a client, once a text, become rows of their own that a list filters by."""

from agency_crm.patches.v1_0.move_listing_tags import move_texts


def execute() -> None:
	move_texts("Client")
