"""What the doctor says of a web server, asked over a real connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from command.doctor import web_checks
from command.place import free_port


@contextmanager
def web_server(answer: int) -> Iterator[int]:
	"""Yield the port of a server that answers every path with one status."""

	class Handler(BaseHTTPRequestHandler):
		def do_GET(self):
			self.send_response(answer)
			self.end_headers()

		def log_message(self, *what):
			"""Say nothing."""

	server = HTTPServer(("127.0.0.1", 0), Handler)
	Thread(target=server.serve_forever, daemon=True).start()
	try:
		yield server.server_port
	finally:
		server.shutdown()
		server.server_close()


def test_a_server_that_gives_away_the_machines_files_is_named():
	with web_server(200) as port:
		[(_name, is_well, mend)] = web_checks(port)
	assert not is_well
	assert "/files/../../site_config.json" in mend


def test_a_server_that_keeps_them_is_well():
	with web_server(404) as port:
		[(_name, is_well, _mend)] = web_checks(port)
	assert is_well


def test_a_server_that_is_down_is_told_of_elsewhere():
	assert not list(web_checks(free_port(8900)))
