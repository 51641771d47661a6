"""`./agency import FILE --dry-run`: read an office's file without Frappe and without a database.

Needs Python and a small environment for the domain's packages, made on first use.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from command.place import APP, HOME, ROOT
from command.shell import environment
from command.venv import make_venv

ENVIRONMENT = HOME / "domain"
SETTINGS = APP / "agency_crm/agency_crm/doctype/agency_settings/agency_settings.json"
SHOWN = 20


def main(argv: Sequence[str]) -> int:
	"""Read the file named in `argv`, print what an import would do and write the rejects beside the file.

	Returns the exit status: 0 also where rows were rejected, 1 where the file can't be read.
	"""
	arguments = parser().parse_args(argv)
	if Path(sys.prefix) != ENVIRONMENT:
		python = make_venv(ENVIRONMENT.name, "domain")
		paths = os.pathsep.join((str(ROOT), str(APP)))
		here = [str(python), "-m", "command.dry_run", *argv]
		return subprocess.call(here, env=environment(PYTHONPATH=paths))
	return report(arguments)


def parser() -> argparse.ArgumentParser:
	"""The arguments, which `./agency import` takes too."""
	options = argparse.ArgumentParser(prog="agency import --dry-run", description=__doc__.splitlines()[0])
	options.add_argument("file", type=Path, help="CSV or XLSX file of listings")
	options.add_argument("--estates", type=Path, help="CSV or XLSX file of estates, districts and circles")
	options.add_argument(
		"--mapping", type=Path, help="JSON file saying what the columns mean: docs/import.md"
	)
	return options


def report(arguments: argparse.Namespace) -> int:
	"""Read, print and write: runs where the domain's packages are."""
	from agency_crm.domain.errors import DomainError
	from agency_crm.domain.estates import EstateIndex, read_estates
	from agency_crm.domain.importing import PORTAL, Mapping, Outcome, ParsedListing, check_columns, parse_rows
	from agency_crm.domain.tables import read_table, write_rejects
	from agency_crm.domain.text import name_key

	try:
		mapping = PORTAL
		if arguments.mapping:
			mapping = Mapping.from_dict(json.loads(arguments.mapping.read_text(encoding="utf-8")))
		table = read_table(arguments.file.name, arguments.file.read_bytes(), mapping.encoding)
		check_columns(table, mapping)
		places = []
		if arguments.estates:
			places = read_estates(read_table(arguments.estates.name, arguments.estates.read_bytes()))
	except (DomainError, OSError, ValueError) as error:
		print(f"✗ {error}", file=sys.stderr)
		return 1
	outcome, unknown = Outcome(), set()
	for parsed in parse_rows(table, mapping, EstateIndex(places), shipped_bounds(), date.today(), outcome):
		if isinstance(parsed, ParsedListing) and not parsed.estate:
			unknown.add(name_key(parsed.estate_name))
	rejected = [(reject.row, reject.column, str(reject.error)) for reject in outcome.rejects]
	total = len(table.rows)
	print(f"{arguments.file}: {total:,} rows")
	print(f"  {outcome.listings:,} would become listings")
	print(f"  {len(rejected):,} rejected ({len(rejected) / max(total, 1):.2%})")
	print(f"  {len(outcome.alike):,} look like another row of the file; both would be taken")
	print(f"  {len(places):,} estates in the estates file, {len(unknown):,} more named by rows alone")
	show(f"row {row}: {f'{column}: ' if column else ''}{reason}" for row, column, reason in rejected)
	show(f"row {later} looks like row {first}" for first, later in outcome.alike)
	if rejected:
		file = arguments.file.with_name(f"{arguments.file.name}.rejects.csv")
		try:
			file.write_bytes(write_rejects(table, rejected))
			print(f"All rejected rows with their reasons: {file}")
		except OSError as error:
			print(f"The rejected rows can't be written beside the file: {error}", file=sys.stderr)
	print("Nothing was written to a database.")
	return 0


def shipped_bounds():
	"""The bounds Agency Settings starts with; a site may have set others."""
	from agency_crm.domain.listing import Bounds

	fields = json.loads(SETTINGS.read_text(encoding="utf-8"))["fields"]
	defaults = {field["fieldname"]: field.get("default") for field in fields}
	names = ("area_min", "area_max", "price_min", "price_max", "rent_min", "rent_max")
	return Bounds(**{name: Decimal(defaults[name]) for name in names}, floors_max=int(defaults["floors_max"]))


def show(lines) -> None:
	"""Print the first lines, and how many more there are."""
	lines = list(lines)
	for line in lines[:SHOWN]:
		print(f"    {line}")
	if len(lines) > SHOWN:
		print(f"    … and {len(lines) - SHOWN:,} more")


if __name__ == "__main__":
	sys.exit(main(sys.argv[1:]))
