"""Sub-commands that hand over: importing to the app, measuring to tests/perf, the dry run to a small program."""

import subprocess
from pathlib import Path

from command import dry_run, services, sites
from command.place import BENCH_SITE, PYTHON, ROOT, SITE, SITES
from command.shell import Failure, environment
from command.start import alone, prepare

IMPORT = "agency_crm.services.imports.run_from_command"


def import_file(file: Path, estates: Path | None, mapping: str | None, dry: bool) -> int:
	"""Import a file of listings into the site, or only try it; return the exit status.

	Raises:
		Failure: a file isn't there, or the site isn't.
	"""
	for given in filter(None, (file, estates)):
		if not given.is_file():
			raise Failure(f"There is no file {given}")
	if dry:
		options = [("--estates", estates), ("--mapping", mapping)]
		return dry_run.main([str(file), *(str(part) for option in options if option[1] for part in option)])
	if not sites.is_ready(SITE):
		raise Failure("There is no site to import into: run ./agency start first, or try it with --dry-run")
	services.start_data()
	if mapping and Path(mapping).is_file():
		mapping = str(Path(mapping).resolve())
	where = {"file": str(file.resolve()), "estates": str(estates.resolve()) if estates else None}
	sites.call("The import", SITE, IMPORT, show=True, **where, mapping=mapping)
	return 0


def measure(suite: str | None, json_file: Path | None) -> int:
	"""Measure on a site of its own, made on first use; return 1 where a figure is short of its goal."""
	with alone():
		prepare()
		sites.make(BENCH_SITE, agency_bench_site=1, pause_scheduler=1)
		sites.migrate(BENCH_SITE)
	options = [suite] if suite else []
	if json_file:
		options += ["--json", str(json_file.resolve())]
	command = [str(PYTHON), str(ROOT / "tests/perf/run.py"), BENCH_SITE, *options]
	return subprocess.run(command, cwd=SITES, env=environment(), stdin=subprocess.DEVNULL).returncode
