"""`./agency` started by root: the user it makes, what that user owns and can do, and what is said where it can't run.

Only root can run these, with no more than Python brings: before anything is installed.
"""

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from house import ROOT, House

from command.keeper import born

USER = f"agency-test-{os.getpid()}"
# stands for ./agency: root's half is the real one, the user's half tells who it is and what it can do
TELLING = """
import json, os, pathlib, subprocess, sys
if os.getuid() == 0:
	from command.cli import main
	sys.exit(main(sys.argv[1:]))
def can(*command):
	return not subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL).returncode
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
print(json.dumps({
	"uid": os.getresuid(), "groups": os.getgroups(), "home": os.environ["HOME"], "user": os.environ["USER"],
	"kept": os.environ.get("A_SETTING"), "argv": sys.argv[1:], "python": sys.executable,
	"rights": status["CapEff"], "new_rights": status["NoNewPrivs"],
	"reads_private": can("cat", "PRIVATE"), "writes_own": can("touch", ".agency/own", "sites/own", "apps/own"),
	"writes_code": can("touch", "agency") or can("touch", "command/json.py"),
	"writes_given": can("sh", "-c", 'test -n "$WRITES" && echo row > "$WRITES"'),
	"moves_app": can("mv", "apps/agency_crm", "apps/elsewhere"),
	"becomes_root": can("setpriv", "--reuid=0", "true") or can("sh", "-c", "sudo -n true"),
}))
"""


@unittest.skipUnless(os.getuid() == 0, "only root can run something as another user")
class AsRoot(unittest.TestCase):
	"""A copy of the command in a folder everybody can enter, root's own as a clone is."""

	def setUp(self):
		self.addCleanup(os.umask, os.umask(0o022))  # as root's shell has it, whatever ./agency set for itself
		above = Path(tempfile.mkdtemp())
		self.addCleanup(shutil.rmtree, above)
		self.addCleanup(subprocess.run, ["userdel", USER], capture_output=True)
		above.chmod(0o755)
		(above / "house").mkdir()
		self.house = House(above / "house")

	python = sys.executable

	def agency(self, *command: str, **extra: str) -> subprocess.CompletedProcess:
		"""Run `./agency` in the copy, as root."""
		return self.house.run(self.python, "agency", *command, **{"AGENCY_USER": USER} | extra)

	def start(self, **extra: str) -> dict:
		"""Have root make everything ready, and return what the user's half tells."""
		(self.house.root / "agency").write_text(TELLING.replace("PRIVATE", str(self.private())))
		(self.house.root / ".agency").mkdir(exist_ok=True)
		done = self.agency("import", "rows.csv", "--dry-run", **extra)
		self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
		return json.loads(done.stdout.splitlines()[-1])

	def private(self) -> Path:
		"""Return a file that root alone may read."""
		file = self.house.root / "private"
		file.touch()
		file.chmod(0o600)
		return file

	def owner(self, name: str) -> str:
		return pwd.getpwuid((self.house.root / name).lstat().st_uid).pw_name


class TheUser(AsRoot):
	def test_is_made_without_shell_and_groups(self):
		self.start()
		made = pwd.getpwnam(USER)
		self.assertEqual(made.pw_shell, "/usr/sbin/nologin")
		self.assertLess(made.pw_uid, 1000)
		self.assertEqual(os.getgrouplist(USER, made.pw_gid), [made.pw_gid])

	def test_is_all_that_the_rest_runs_as(self):
		told = self.start(A_SETTING="kept", XDG_CACHE_HOME="/root/.cache")
		uid = pwd.getpwnam(USER).pw_uid
		self.assertEqual(told["uid"], [uid, uid, uid])
		self.assertEqual(told["groups"], [])
		self.assertEqual(int(told["rights"], 16), 0)
		self.assertEqual(told["new_rights"].strip(), "1")
		self.assertEqual((told["user"], told["kept"]), (USER, "kept"))
		self.assertEqual(told["home"], str(self.house.root / ".agency/home"))
		self.assertEqual(told["argv"], ["import", "rows.csv", "--dry-run"])

	def test_owns_the_folders_and_nothing_else(self):
		told = self.start()
		self.assertTrue(told["writes_own"])
		for lacked in ("reads_private", "writes_code", "moves_app", "becomes_root"):
			self.assertFalse(told[lacked], lacked)
		for name in (".agency", "sites", "env", "config", "logs"):
			self.assertEqual(self.owner(name), USER, name)
		for name in ("agency", "command/cli.py", "apps/agency_crm/pyproject.toml"):
			self.assertEqual(self.owner(name), "root", name)

	def test_reads_and_writes_the_files_it_is_given(self):
		rows = self.house.root / "rows.csv"
		rows.touch(0o600)
		said = self.agency("import", "rows.csv", "--dry-run").stdout
		self.assertIn(f"can't read rows.csv: install -m 600 -o {USER} rows.csv", said)
		rows.chmod(0o644)
		self.assertTrue(self.start(WRITES="rows.csv.rejects.csv")["writes_given"])
		self.assertEqual(self.owner("rows.csv.rejects.csv"), USER)
		(self.house.root / "rows.csv.rejects.csv").unlink()
		self.start()
		self.assertFalse((self.house.root / "rows.csv.rejects.csv").exists())

	def test_is_a_system_user_s_name(self):
		done = self.agency("start", AGENCY_USER="../etc")
		self.assertEqual(done.returncode, 1)
		self.assertIn("AGENCY_USER", done.stdout)

	def test_gives_root_no_program_to_run(self):
		self.start()
		path = self.house.python("from command import shell; print(shell.environment()['PATH'])")
		self.assertNotIn(str(self.house.root), path)


class TheHandOver(AsRoot):
	def test_gives_what_root_made(self):
		for name in (
			".agency/db/data",
			"sites/agency/site_config.json",
			"apps/frappe/file",
			"env/bin/python",
		):
			(self.house.root / name).parent.mkdir(parents=True, exist_ok=True)
			(self.house.root / name).touch()
		self.start()
		for name in (
			".agency/db/data",
			"sites/agency/site_config.json",
			"apps/frappe/file",
			"env/bin/python",
		):
			self.assertEqual(self.owner(name), USER, name)

	def test_follows_no_link(self):
		outside, own = self.private(), self.house.root / "sites"
		(own / "link").symlink_to(outside)
		os.link(outside, own / "second name")
		(own / "folder").symlink_to(self.house.root / "command")
		self.start()
		self.assertEqual(self.owner("sites/second name"), USER)
		self.assertEqual(outside.stat().st_uid, 0)
		self.assertEqual(self.owner("command/cli.py"), "root")

	def test_stops_what_root_runs(self):
		(self.house.root / "Procfile").write_text("mariadb: exec sleep 300\n")
		self.house.python("from command import services; services.start('data', ('mariadb',), {})")
		told = "from command import keeper; print(keeper.status('data').get('pid'))"
		pid = int(self.house.python(told))
		self.start()
		self.assertIsNone(born(pid))

	def test_stays_with_whom_it_was_given_to(self):
		self.start()
		self.assertEqual(self.start(AGENCY_USER="")["user"], USER)

	def test_goes_back_to_root(self):
		self.start()
		self.agency("import", "rows.csv", AGENCY_USER="root")
		self.assertEqual(self.owner(".agency/own"), "root")


class WhatHinders(AsRoot):
	def refused(self, *named: object, **extra: str) -> None:
		"""Start, see each of these named in the failure, and nothing made or installed."""
		done = self.agency("start", "--no-demo", **extra)
		self.assertEqual(done.returncode, 1, done.stdout)
		for part in named:
			self.assertIn(str(part), done.stdout)
		self.assertNotIn("Install", done.stdout)
		self.assertFalse((self.house.root / ".agency").exists())
		with self.assertRaises(KeyError):
			pwd.getpwnam(USER)

	def test_folder_above_is_named(self):
		self.house.root.parent.chmod(0o700)
		self.refused(f"can't enter {self.house.root.parent}:", "AGENCY_USER")

	def test_unreadable_file_is_named(self):
		(self.house.root / "command/cli.py").chmod(0o600)
		self.refused(f"can't read {self.house.root / 'command/cli.py'}:")

	def test_interpreter_is_named(self):
		said = self.house.python(
			"from command import account\n"
			"account.can = lambda *_: False\n"
			"account.interpreter(account.Account('agency', 65534, 65534))"
		)
		self.assertIn(f"can run no Python 3.10 or newer, neither of {sys.executable},", said)
		self.assertIn("apt-get install python3", said)

	def test_another_interpreter_is_taken(self):
		hidden = self.house.root.parent / "bin"
		hidden.mkdir(mode=0o700)
		(hidden / "python3").symlink_to("/usr/bin/python3")
		self.python = str(hidden / "python3")
		self.assertNotIn(str(hidden), self.start(PATH=f"{hidden}:{os.environ['PATH']}")["python"])


class CI(AsRoot):
	def setUp(self):
		super().setUp()
		(self.house.root / ".ci").mkdir()
		shutil.copy2(ROOT / ".ci/run", self.house.root / ".ci")
		(self.house.root / "agency").write_text('#!/bin/sh\necho "$1 as ${AGENCY_USER:-usual}"\n')

	def test_runs_as_root_where_only_root_can_be(self):
		self.house.root.parent.chmod(0o700)
		said = self.house.run("sh", ".ci/run", AGENCY_USER="").stdout.splitlines()
		self.assertIn(f"Only root can enter {self.house.root}", said[0])
		self.assertEqual(said[-1], "test as root")

	def test_runs_as_usual_elsewhere(self):
		self.assertEqual(self.house.run("sh", ".ci/run", AGENCY_USER="").stdout, "test as usual\n")


class AnOrdinaryUser(AsRoot):
	def test_runs_everything_itself(self):
		for folder, folders, files in os.walk(self.house.root):
			for name in ("", *folders, *files):
				os.chown(Path(folder) / name, 65534, 65534)
		who = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
		done = self.house.run(
			*who, "/usr/bin/python3", "agency", "status", AGENCY_USER=USER, HOME="/nonexistent"
		)
		self.assertEqual(done.stdout.count("not running"), 7, done.stdout + done.stderr)
		self.assertEqual((self.house.root / ".agency").stat().st_uid, 65534)
		self.assertEqual((self.house.root / ".agency").stat().st_mode & 0o777, 0o700)
		with self.assertRaises(KeyError):
			pwd.getpwnam(USER)

	def test_is_told_whose_the_bench_is(self):
		self.start()
		who = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
		shutil.copy2(ROOT / "agency", self.house.root)
		done = self.house.run(*who, "/usr/bin/python3", "agency", "status", HOME="/nonexistent")
		self.assertEqual(done.returncode, 1)
		self.assertIn(f"belongs to {USER}", done.stdout)
