"""The web server's settings: one site, whatever name it is asked by, with its assets and files.

The Procfile's DEV_SERVER=1 makes the browser look for socket.io on its own port; behind a proxy set it to 0.
"""

import json
import os
from pathlib import Path

_config = json.loads(Path("sites/common_site_config.json").read_text(encoding="utf-8"))

chdir = "sites"
bind = f"{os.environ.get('AGENCY_BIND') or '127.0.0.1'}:{os.environ.get('AGENCY_PORT') or _config['webserver_port']}"
workers = min(4, os.cpu_count() or 1)
worker_class = "gthread"
threads = 4
timeout = 120
graceful_timeout = 10
# longer than browsers, clients and the proxy before us keep one: who closes first must not be we, as a request is sent
keepalive = 90
max_requests = 5000
max_requests_jitter = 500
# of one worker, in MB; a print takes some 200 while it runs
max_memory = int(os.environ.get("AGENCY_WEB_MEMORY_MB") or 1000)
preload_app = True


def post_fork(server, worker):
	"""Answer with the one site, by its name, instead of looking for a site named as the host."""
	import frappe.app

	frappe.app._site = os.environ.get("FRAPPE_SITE") or _config["default_site"]


def pre_request(worker, request):
	"""End a worker that holds too much, as one that has answered `max_requests`: another takes its place."""
	if worker.alive and held() > max_memory:
		worker.log.info("Autorestarting worker after current request: it holds more than %s MB", max_memory)
		worker.alive = False


def held() -> int:
	"""Return the memory this process holds, in MB."""
	pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
	return pages * os.sysconf("SC_PAGESIZE") // 2**20
