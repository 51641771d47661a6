"""What doctor sees of the machine and of a web server, asked over a real connection."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from command import doctor
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


@pytest.mark.parametrize(("bind", "open_to_others"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_a_port_that_others_reach_is_seen(bind, open_to_others):
	address = doctor.own_address()
	if not address or address.startswith("127."):
		pytest.skip("this machine is in no network")
	with socket.socket() as server:
		server.bind((bind, 0))
		server.listen()
		assert doctor.answers_at(address, server.getsockname()[1]) == open_to_others


def test_an_old_backup_is_none(tmp_path):
	folder = tmp_path / "20260101-000000"
	folder.mkdir()
	assert not doctor.is_recent([tmp_path, tmp_path / "none"], 7)
	dump = folder / "20260101_000000-agency-database.sql.gz"
	dump.touch()
	assert doctor.is_recent([tmp_path], 7)
	os.utime(dump, (0, time.time() - 8 * 86400))
	assert not doctor.is_recent([tmp_path], 7)
