"""Steps that more than one walk takes."""

import io

from pypdf import PdfReader


def add_client(desk, name: str, role: str, phone: str) -> str:
	"""Record a client with a phone number; return the record's name."""
	desk.new("Client")
	desk.type("client_name", name)
	desk.tick(role)
	desk.cell("phones", 1, "number", phone)
	return desk.save()


def pages_of(pdf: bytes) -> list[str]:
	"""Return the text of each page of a PDF."""
	return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
