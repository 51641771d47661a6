"""Ports, sources and secrets: chosen once, and the user's settings heard."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path


def test_ports_are_free_and_kept(house):
	with socket.socket() as other:
		other.bind(("127.0.0.1", 0))
		taken = other.getsockname()[1]
		code = f"""
from command import place
place.PORTS = dict.fromkeys(place.PORTS, {taken})
import json
import os
print(json.dumps(place.ports()))
"""
		first = json.loads(house.python(code))
	assert taken not in first.values()
	assert len(set(first.values())) == 5
	assert json.loads(house.python(code)) == first


def test_secrets_are_private_and_kept(house):
	code = "from command import place; print(place.passwords())"
	assert house.python(code) == house.python(code)
	assert (house.root / ".agency/passwords.json").stat().st_mode & 0o777 == 0o600


def test_source_is_a_setting(house, tmp_path):
	code = "from command import place; print(*place.source('erpnext'))"
	assert house.python(code).split() == ["https://github.com/frappe/erpnext.git", "version-15"]
	mirror = "https://mirror.example/erpnext.git"
	assert house.python(code, ERPNEXT_REPO=mirror, ERPNEXT_BRANCH="main").split() == [mirror, "main"]
	assert house.python(code, ERPNEXT_REPO=str(tmp_path)).split()[0] == f"file://{tmp_path}"


def test_source_stays_what_it_was(house):
	mirror = "https://mirror.example/frappe.git"
	house.python("from command import place; place.keep_source('frappe')", FRAPPE_REPO=mirror)
	code = "from command import place; print(*place.source('frappe'), *place.source('erpnext'))"
	assert house.python(code).split()[0] == mirror
	assert house.python(code).split()[2] == "https://github.com/frappe/erpnext.git"


CHECK = "from command import bench; bench.check_sources()"


def test_unreachable_source_is_named_with_its_setting(house, tmp_path):
	said = house.python(CHECK, FRAPPE_REPO=f"file://{tmp_path}/nothing.git")
	assert len(said.splitlines()) == 1
	assert f"file://{tmp_path}/nothing.git" in said
	assert "FRAPPE_REPO" in said
	assert not (house.root / "apps/frappe").exists()


def test_missing_branch_is_named_with_its_setting(house, tmp_path):
	subprocess.run(["git", "init", "-q", "--bare", tmp_path / "frappe.git"], check=True)
	said = house.python(CHECK, FRAPPE_REPO=str(tmp_path / "frappe.git"), FRAPPE_BRANCH="version-99")
	assert "version-99" in said
	assert "FRAPPE_BRANCH" in said


def have_bench_command(house) -> Path:
	"""Have the command think bench is installed, so that nothing is downloaded; return its Python."""
	house.python("from command import marks, bench; marks.set_mark('cli', bench.VERSION)")
	python = house.root / ".agency/cli/bin/python"
	python.parent.mkdir(parents=True)
	python.symlink_to(sys.executable)
	return python


def test_bench_command_whose_python_is_gone_is_installed_anew(house):
	python = have_bench_command(house)
	code = """
from command import bench
bench.install_cli = lambda: print("installed anew")
bench.make_bench()
"""
	nowhere = "file:///nowhere/frappe.git"
	assert "installed anew" not in house.python(code, FRAPPE_REPO=nowhere)
	python.unlink()
	python.symlink_to(house.root / "gone")
	assert "installed anew" in house.python(code, FRAPPE_REPO=nowhere)


def test_start_stops_at_an_unreachable_source(house, tmp_path):
	have_bench_command(house)
	said = house.python(
		"from command import bench; bench.make_bench()", FRAPPE_REPO=f"file://{tmp_path}/nothing.git"
	)
	assert "FRAPPE_REPO" in said
	assert sorted(path.name for path in (house.root / "apps").iterdir()) == ["agency_crm"]


def test_assets_are_built_here_and_fetched_from_nowhere(house):
	code = """
from command import bench
bench.run = lambda _what, command, **_settings: print(*command[1:])
bench.build()
"""
	whole = [
		line for line in house.python(code).splitlines() if line.startswith("build") and "--app" not in line
	]
	assert whole == ["build --force"]


def bare(folder: Path, name: str) -> Path:
	"""Make a bare repository with a branch as a source has it."""
	work, repository = folder / "work", folder / name
	git = ["git", "-c", "user.name=Tester", "-c", "user.email=tester@agency.example"]
	for command in (
		(*git, "init", "-q", "-b", "version-15", work),
		(*git, "-C", work, "commit", "-q", "--allow-empty", "-m", "Nothing"),
		(*git, "clone", "-q", "--bare", work, repository),
	):
		subprocess.run([str(part) for part in command], check=True)
	return repository


def test_bare_repository_on_this_machine_is_answered_for_the_official_address(house, tmp_path):
	"""bench itself ends in a traceback at one."""
	source = bare(tmp_path, "mirror-of-frappe.git")
	code = """
import subprocess
from command import bench
from command.shell import environment
address, branch, settings = bench.bench_source("frappe")
print(address)
print(subprocess.run(["git", "ls-remote", address, branch], env=environment(**settings), capture_output=True, text=True).stdout)
"""
	address, found = house.python(code, FRAPPE_REPO=str(source)).splitlines()[:2]
	assert address == "https://github.com/frappe/frappe.git"
	assert "refs/heads/version-15" in found
	elsewhere = "https://mirror.example/frappe.git"
	assert house.python(code, FRAPPE_REPO=elsewhere).splitlines()[0] == elsewhere


def test_bench_beside_it_that_cant_be_read_is_named(house):
	config = house.root.parent / "other/sites/common_site_config.json"
	config.parent.mkdir(parents=True)
	config.write_text("{}")
	config.chmod(0)
	said = house.python("from command import bench; bench.check_neighbours()")
	# root reads everything
	assert (str(config) in said) == (os.getuid() != 0)
