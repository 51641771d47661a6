"""Sub-commands that hand over: importing to the app, measuring to tests/perf, the dry run to a small program."""

import subprocess
from argparse import Namespace
from pathlib import Path

from command import dry_run, services, sites
from command.place import BENCH_SITE, PYTHON, ROOT, SITE, SITES
from command.shell import Failure, environment
from command.start import alone, prepare

IMPORT = "agency_crm.services.importing.runs.run_from_command"


def import_file(arguments: Namespace) -> int:
	"""Import a file of listings, or of clients, into the site, or only try it; return the exit status.

	Raises:
		Failure: a file isn't there, or the site isn't.
	"""
	file, estates, mapping = arguments.file, arguments.estates, arguments.mapping
	for given in filter(None, (file, estates)):
		if not given.is_file():
			raise Failure(f"There is no file {given}")
	if arguments.dry_run:
		options = [("--estates", estates), ("--mapping", mapping), ("--requirement", arguments.requirement)]
		given = [str(part) for option in options if option[1] for part in option]
		return dry_run.main([str(file), *given, *(["--clients"] if arguments.clients else [])])
	if not sites.is_ready(SITE):
		raise Failure("There is no site to import into: run ./agency start first, or try it with --dry-run")
	services.start_data()
	if mapping and Path(mapping).is_file():
		mapping = str(Path(mapping).resolve())
	where = {"file": str(file.resolve()), "estates": str(estates.resolve()) if estates else None}
	where |= {"doctype": "Client Import" if arguments.clients else "Listing Import", "store": arguments.store}
	where |= {"requirement_type": arguments.requirement}
	sites.call("The import", SITE, IMPORT, show=True, **where, mapping=mapping)
	return 0


def measure(suite: str | None, json_file: Path | None, seed: int | None) -> int:
	"""Measure on a site of its own, made on first use; return 1 where a figure is short of its goal."""
	with alone():
		prepare()
		sites.make(BENCH_SITE, agency_bench_site=1, pause_scheduler=1)
		sites.migrate(BENCH_SITE)
	options = [suite] if suite else []
	if json_file:
		options += ["--json", str(json_file.resolve())]
	if seed is not None:
		options += ["--seed", str(seed)]
	command = [str(PYTHON), str(ROOT / "tests/perf/run.py"), BENCH_SITE, *options]
	return subprocess.run(command, cwd=SITES, env=environment(), stdin=subprocess.DEVNULL).returncode
