"""The repository made into a bench: its command, Frappe, ERPNext, our app, the built assets."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from command import system
from command.marks import commit, files_digest, framework_digest, mark, once, set_mark
from command.place import (
	APP,
	BENCH,
	HOME,
	PYTHON,
	ROOT,
	SITE,
	SITES,
	SOURCES,
	address,
	keep_source,
	passwords,
	ports,
	read_json,
	source,
	write_private,
)
from command.shell import Failure, environment, run, step

VERSION = "5.31.0"
# Frappe 15 imports pkg_resources, which later ones no longer have
SETUPTOOLS = "setuptools<81"
ANSWER_WITHIN = 60  # seconds


def make_bench() -> None:
	"""Do what is not done yet to make the repository a bench with our app in it."""
	trust_repositories()
	if not os.access(HOME / "cli/bin/python", os.X_OK):
		set_mark("cli", None)
	once("cli", VERSION, f"Install the bench command {VERSION}", install_cli)
	check_sources()
	write_config()
	once("frappe", "there", "Bring Frappe and make the bench", bring_frappe)
	if mark("environment") or not os.access(PYTHON, os.X_OK):
		with step("Make the bench's environment anew: its Python can't be run any more"):
			renew_environment()
	once("erpnext", "there", "Bring ERPNext", bring_erpnext)
	write_config()  # bench rewrites it while it makes itself
	once("app", files_digest([APP / "pyproject.toml"]), "Install the app's requirements", install_app)
	(SITES / "apps.txt").write_text("frappe\nerpnext\nagency_crm\n")
	build()


def trust_repositories() -> None:
	"""Let a system user's git read what others cloned: the repository, and sources on this machine.

	It is asked as often by programs of git's own, which hear a file in the home and no option.
	"""
	if Path.home() == HOME / "home":
		(HOME / "home").mkdir(exist_ok=True)
		(HOME / "home/.gitconfig").write_text("[safe]\n\tdirectory = *\n")


def renew_environment() -> None:
	"""Make the bench's environment for the apps that are there, as after its Python was root's alone."""
	set_mark("environment", "begun")
	set_mark("app", None)
	shutil.rmtree(ROOT / "env", ignore_errors=True)
	required = python_of((ROOT / "apps/frappe/pyproject.toml").read_text(encoding="utf-8"))
	run("bench setup env", [BENCH, "setup", "env", "--python", system.bench_python(required)])
	run("pip install setuptools", [PYTHON, "-m", "pip", "install", SETUPTOOLS])
	if mark("erpnext"):
		run("pip install erpnext", [PYTHON, "-m", "pip", "install", "-e", ROOT / "apps/erpnext", SETUPTOOLS])
	set_mark("environment", None)


def install_cli() -> None:
	"""Install frappe-bench into a virtual environment of its own."""
	cli = HOME / "cli"
	shutil.rmtree(cli, ignore_errors=True)
	run("The virtual environment", [sys.executable, "-m", "venv", cli])
	run("pip install frappe-bench", [cli / "bin/pip", "install", f"frappe-bench=={VERSION}"])


def check_sources() -> None:
	"""Look whether the sources that are still to be brought can be reached.

	Raises:
		Failure: one can't, or has no such branch; names the setting that changes it.
	"""
	for app in SOURCES:
		if not mark(app):
			check_source(app)


def check_source(app: str) -> None:
	"""Look whether a source can be reached and has its branch."""
	address, branch = source(app)
	setting, _official, branch_setting = SOURCES[app]
	try:
		done = subprocess.run(
			["git", "ls-remote", address, branch],
			stdin=subprocess.DEVNULL,
			capture_output=True,
			text=True,
			env=environment(GIT_TERMINAL_PROMPT="0"),
			timeout=ANSWER_WITHIN,
			check=True,
		)
	except subprocess.TimeoutExpired:
		raise unreachable(address, f"no answer in {ANSWER_WITHIN} s", setting) from None
	except subprocess.CalledProcessError as error:
		raise unreachable(
			address, (error.stderr.strip().splitlines() or ["git says nothing"])[0], setting
		) from None
	if not done.stdout.strip():
		raise Failure(f"{address} has no branch {branch}: set {branch_setting} to one it has")


def unreachable(address: str, why: str, setting: str) -> Failure:
	"""Return what to say of a source that can't be reached."""
	return Failure(f"{address} can't be reached ({why}): set {setting} to an address or path that can")


def write_config() -> None:
	"""Write our entries of common_site_config.json; what others wrote into it stays."""
	file = SITES / "common_site_config.json"
	port = ports()
	ours = {
		"db_host": "127.0.0.1",
		"db_port": port["db"],
		"root_login": "root",
		"root_password": passwords()["database"],
		"redis_cache": f"redis://127.0.0.1:{port['redis_cache']}",
		"redis_queue": f"redis://127.0.0.1:{port['redis_queue']}",
		"socketio_port": port["socketio"],
		"webserver_port": port["web"],
		"default_site": SITE,
		"host_name": address(),
		"serve_default_site": True,
		"frappe_user": owner(),
		"shallow_clone": True,
		"live_reload": False,
	}
	kept = read_json(file)
	if kept != kept | ours:
		write_private(file, json.dumps(kept | ours, indent=1, sort_keys=True))


def owner() -> str:
	"""Return the name of the user who runs this."""
	import pwd

	return pwd.getpwuid(os.getuid()).pw_name


def bring_frappe() -> None:
	"""Make the bench around the repository; what an interrupted or failed try left is removed first.

	bench offers to delete the folder it failed in, here the repository with `.git`: it must find nobody to
	say yes, so standard input is closed.
	"""
	address, branch, settings = bench_source("frappe")
	check_neighbours()
	remove_half_made("frappe", "erpnext")
	shutil.rmtree(ROOT / "env", ignore_errors=True)
	flags = ["--ignore-exist", "--no-procfile", "--no-backups", "--skip-assets"]
	flags += ["--skip-redis-config-generation"]
	python = system.bench_python(python_of(read_project(*source("frappe"))))
	origin = ["--frappe-path", address, "--frappe-branch", branch, "--python", python]
	run("bench init", [BENCH, "init", ".", *flags, *origin], **settings)
	if not (ROOT / "apps/frappe/frappe").is_dir() or not PYTHON.exists():
		raise Failure("bench init ended well but left no Frappe: run this again")
	run("pip install setuptools", [PYTHON, "-m", "pip", "install", SETUPTOOLS])
	keep_origin("frappe")


def read_project(address: str, branch: str) -> str:
	"""Return the pyproject.toml of a repository's branch, empty where it has none.

	bench wants to be told the Python before it clones.
	"""
	with TemporaryDirectory() as folder:
		part = ["--quiet", "--depth", "1", "--filter=blob:none", "--no-checkout", "--branch", branch]
		run("git clone", ["git", "clone", *part, address, folder])
		there = run("git ls-tree", ["git", "-C", folder, "ls-tree", "HEAD", "pyproject.toml"])
		return run("git show", ["git", "-C", folder, "show", "HEAD:pyproject.toml"]) if there.strip() else ""


def python_of(project: str) -> str:
	"""Return the Pythons a pyproject.toml says its project runs on, empty where it says nothing."""
	said = re.search(r'^requires-python\s*=\s*"(.*)"', project, re.MULTILINE)
	return said[1] if said else ""


def check_neighbours() -> None:
	"""Look whether the benches beside this one can be read: `bench init` asks each for its ports.

	Raises:
		Failure: one can't; names its file.
	"""
	for config in ROOT.parent.glob("*/sites/common_site_config.json"):
		if not os.access(config, os.R_OK):
			raise Failure(
				f"bench reads the ports of the benches beside this one, and {owner()} can't read {config}: move"
				f" the clone elsewhere, or let {owner()} own that bench too"
			)


def bring_erpnext() -> None:
	"""Clone ERPNext and install its requirements."""
	address, branch, settings = bench_source("erpnext")
	remove_half_made("erpnext")
	command = [BENCH, "get-app", address, "--branch", branch, "--skip-assets"]
	run("bench get-app erpnext", command, **settings)
	if not (ROOT / "apps/erpnext/erpnext").is_dir():
		raise Failure("bench get-app ended well but left no ERPNext: run this again")
	keep_origin("erpnext")


def bench_source(app: str) -> tuple[str, str, dict[str, str]]:
	"""Return the address and branch bench is to clone an app from, and the settings of git for it.

	A source on this machine bench opens itself: it names the app after the folder and fails at a bare
	repository. So bench is told the official address, and git answers from the source in its stead.
	"""
	address, branch = source(app)
	official = SOURCES[app][1]
	if not address.startswith("file:"):
		return address, branch, {}
	count = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
	settings = {
		"GIT_CONFIG_COUNT": str(count + 1),
		f"GIT_CONFIG_KEY_{count}": f"url.{address}.insteadOf",
		f"GIT_CONFIG_VALUE_{count}": official,
	}
	return official, branch, settings


def keep_origin(app: str) -> None:
	"""Write down where an app was brought from, in its clone too."""
	keep_source(app)
	run("git remote", ["git", "remote", "set-url", "upstream", source(app)[0]], cwd=ROOT / "apps" / app)


def remove_half_made(*apps: str) -> None:
	"""Remove what an unfinished clone left, under whatever name its address gave it."""
	for app in apps:
		set_mark(app, None)
		cloned_as = Path(source(app)[0]).name.split(".")[0]
		for name in {app, cloned_as} - {"", APP.name}:
			shutil.rmtree(ROOT / "apps" / name, ignore_errors=True)


def install_app() -> None:
	"""Install our app and what its tests need into the bench's environment."""
	run("pip install agency_crm", [PYTHON, "-m", "pip", "install", "-e", f"{APP}[domain,test]", SETUPTOOLS])


def build() -> None:
	"""Build what the browser loads, and the catalogues: only `bench build` compiles them.

	Unless forced, it would take what a server of Frappe's has built, and wait for that server.
	"""
	assets = [APP / "agency_crm/locale", APP / "agency_crm/public"]
	ours = files_digest(folder for folder in assets if folder.exists())
	forced = [BENCH, "build", "--force"]
	if once("assets", framework_digest(), "Build all assets", lambda: run("bench build", forced)):
		set_mark("assets:agency_crm", ours)
	once(
		"assets:agency_crm",
		ours,
		"Build the app's assets",
		lambda: run("bench build", [BENCH, "build", "--app", "agency_crm"]),
	)


def bring_forward() -> None:
	"""Bring Frappe and ERPNext to the newest of their branch, and their requirements with them."""
	for app in SOURCES:
		address, branch = source(app)
		folder = ROOT / "apps" / app
		with step(f"Bring {app} forward"):
			before = commit(app)
			run("git fetch", ["git", "fetch", "--depth", "1", address, branch], cwd=folder)
			run("git reset", ["git", "reset", "--hard", "FETCH_HEAD"], cwd=folder)
			keep_source(app)
		if commit(app) != before:
			install_requirements(app)


def install_requirements(app: str) -> None:
	"""Install an app's Python and Node requirements anew."""
	folder = ROOT / "apps" / app
	with step(f"Install {app}'s requirements"):
		run(f"pip install {app}", [PYTHON, "-m", "pip", "install", "-e", folder, SETUPTOOLS])
		if (folder / "package.json").exists():
			run(
				f"yarn install in {app}",
				["yarn", "install", "--check-files", "--frozen-lockfile"],
				cwd=folder,
			)
