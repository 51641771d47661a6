"""Where things are in the bench, which ports and secrets it uses, and the settings a user may give."""

import errno
import hashlib
import json
import os
import secrets
import socket
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".agency"
SITES = ROOT / "sites"
APP = ROOT / "apps/agency_crm"
PYTHON = ROOT / "env/bin/python"
BENCH = HOME / "cli/bin/bench"
LOG = HOME / "logs/agency.log"
LOGINS = HOME / "logins.json"

SITE = "agency"
TEST_SITES = ("agency_test", "agency_test_2")
E2E_SITE = "agency_e2e"
BENCH_SITE = "agency_bench"

# the first free port from here on is taken, once, and kept
PORTS = {"db": 13306, "redis_cache": 13000, "redis_queue": 11000, "socketio": 9000, "web": 8000}
SOURCES = {
	"frappe": ("FRAPPE_REPO", "https://github.com/frappe/frappe.git", "FRAPPE_BRANCH"),
	"erpnext": ("ERPNEXT_REPO", "https://github.com/frappe/erpnext.git", "ERPNEXT_BRANCH"),
}
BRANCH = "version-15"


def source(app: str) -> tuple[str, str]:
	"""Return the address and branch an app comes from: the environment's, else what it was first brought from,
	else the official ones.
	"""
	repository, official, branch = SOURCES[app]
	defaults = {repository: official, branch: BRANCH} | read_json(HOME / "sources.json")
	address = os.environ.get(repository) or defaults[repository]
	if Path(address).exists():  # bench would clone where a path's own remote points instead
		address = Path(address).resolve().as_uri()
	return address, os.environ.get(branch) or defaults[branch]


def keep_source(app: str) -> None:
	"""Write down where an app was brought from, for later updates."""
	repository, _official, branch = SOURCES[app]
	file = HOME / "sources.json"
	write_private(
		file, json.dumps(read_json(file) | dict(zip((repository, branch), source(app), strict=True)))
	)


def bind_address() -> str:
	"""Return the address the web server listens on: this machine alone unless AGENCY_BIND says otherwise."""
	return os.environ.get("AGENCY_BIND") or "127.0.0.1"


def address() -> str:
	"""Return the address a browser on this machine opens."""
	bind = bind_address()
	return f"http://{'127.0.0.1' if bind == '0.0.0.0' else bind}:{ports()['web']}"


def is_free(port: int) -> bool:
	"""Whether nobody listens on a port of this machine."""
	with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
		probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		try:
			probe.bind(("127.0.0.1", port))
		except OSError:
			return False
	return True


def free_port(start: int, taken: set[int] = frozenset()) -> int:
	"""Return the first free port from `start` on that isn't in `taken`."""
	return next(port for port in range(start, 65535) if port not in taken and is_free(port))


def ports() -> dict[str, int]:
	"""Return the bench's ports, chosen and written down at the first call."""
	file = HOME / "ports.json"
	kept = read_json(file)
	if set(kept) != set(PORTS):
		kept = {}
		for name, start in PORTS.items():
			kept[name] = free_port(start, set(kept.values()))
		write_private(file, json.dumps(kept, indent=1))
	return kept


def passwords() -> dict[str, str]:
	"""Return the passwords of the database's root and of Administrator, made at the first call."""
	file = HOME / "passwords.json"
	kept = read_json(file)
	if not kept:
		kept = {name: secrets.token_urlsafe(18) for name in ("database", "administrator")}
		write_private(file, json.dumps(kept, indent=1))
	return kept


def socket_path() -> Path:
	"""Return the database's socket: in the bench, or where its path would be too long, in a private folder."""
	path = HOME / "mariadb.sock"
	if len(str(path)) < 100:
		return path
	name = f"agency-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]}.sock"
	run = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
	folder = run if run.is_dir() else Path.home() / ".cache"
	if len(str(folder / name)) >= 100:
		folder = Path(f"/tmp/agency-{os.getuid()}")
	folder.mkdir(parents=True, exist_ok=True, mode=0o700)
	if folder.stat().st_uid != os.getuid():
		raise PermissionError(
			errno.EPERM, "The folder of the database's socket is another user's", str(folder)
		)
	return folder / name


def keep_private() -> None:
	"""Let nobody else read what this process and its programs make from here on."""
	os.umask(0o077)


def private() -> list[Path]:
	"""Return what only the bench's owner may read: folders and, told one by one, what is most secret in them."""
	inside = (HOME, ("*.json", "*.cnf", "*.sql*", "backups", "backups/*", "backups/*/*"))
	in_sites = (SITES, ("common_site_config.json", "*/site_config.json", "*/private", "*/private/backups/*"))
	found = [path for folder, names in (inside, in_sites) for name in names for path in folder.glob(name)]
	sites = [path.parent for path in found if path.name == "site_config.json"]
	return [path for path in (HOME, *sites, *found) if path.exists()]


def close_private() -> None:
	"""Let nobody else read what was made private only later."""
	for path in private():
		if path.stat().st_mode & 0o077:
			path.chmod(path.stat().st_mode & 0o700)


def read_json(file: Path) -> dict:
	"""Return a file's JSON object, empty where the file isn't there."""
	return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def write_private(file: Path, text: str) -> None:
	"""Write a file only its owner may read, whole or not at all."""
	file.parent.mkdir(parents=True, exist_ok=True)
	part = file.with_name(f"{file.name}.part")
	part.unlink(missing_ok=True)
	with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
		stream.write(text)
	part.replace(file)
