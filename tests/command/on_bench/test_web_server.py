"""The web server as the Procfile runs it: it keeps connections, and no worker that holds too much."""

import subprocess
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest

from command.place import ROOT, TEST_SITES, free_port
from command.shell import environment

APPLICATION = "agency_crm.framework.web_server:application"
KEPT = 5  # seconds; gunicorn's own settings close after 2


class Server:
	def __init__(self, log: Path, **settings: str):
		self.port, self.log = free_port(8300), log
		command = [
			ROOT / "env/bin/gunicorn",
			"--config",
			"command/gunicorn.py",
			"--log-file",
			log,
			APPLICATION,
		]
		settings |= {"AGENCY_PORT": str(self.port), "FRAPPE_SITE": TEST_SITES[0]}
		self.process = subprocess.Popen(command, cwd=ROOT, env=environment(**settings))

	def connect(self) -> HTTPConnection:
		"""Return a connection on which something has been answered."""
		for _ in range(300):
			connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
			try:
				self.ask(connection)
				return connection
			except OSError:
				time.sleep(0.2)
		raise TimeoutError(self.log.read_text())

	@staticmethod
	def ask(connection: HTTPConnection) -> int:
		connection.request("GET", "/api/method/ping")
		answer = connection.getresponse()
		answer.read()
		return answer.status


@pytest.fixture
def serve(tmp_path):
	started = []

	def start(**settings: str) -> Server:
		started.append(Server(tmp_path / "web.log", **settings))
		return started[-1]

	yield start
	for server in started:
		server.process.terminate()
		server.process.wait()


def test_idle_connection_is_kept(serve):
	connection = serve().connect()
	connection.auto_open = 0  # a closed one fails instead of being opened anew
	time.sleep(KEPT)
	assert Server.ask(connection) == 200


def test_worker_that_holds_too_much_gives_way(serve):
	server = serve(AGENCY_WEB_MEMORY_MB="1")
	for _ in range(4):
		server.connect().close()
	assert "it holds more than 1 MB" in server.log.read_text()
