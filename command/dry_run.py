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
	options.add_argument("file", type=Path, help="CSV or XLSX file of listings, or of clients")
	options.add_argument("--clients", action="store_true", help="the file is one of clients")
	options.add_argument("--requirement", help="Buy or Rent, of clients whose row doesn't say")
	options.add_argument("--estates", type=Path, help="CSV or XLSX file of estates, districts and circles")
	options.add_argument(
		"--mapping", type=Path, help="JSON file saying what the columns mean: docs/import.md"
	)
	return options


def report(arguments: argparse.Namespace) -> int:
	"""Read, print and write: runs where the domain's packages are."""
	from agency_crm.domain.errors import DomainError
	from agency_crm.domain.importing.base import Outcome
	from agency_crm.domain.importing.columns import usual_heading
	from agency_crm.domain.inputs.tables import write_rejects

	outcome = Outcome()
	try:
		table, notes = (read_clients if arguments.clients else read_listings)(arguments, outcome)
	except (DomainError, OSError, ValueError) as error:
		print(f"✗ {error}", file=sys.stderr)
		return 1
	rejected = [(reject.row, *reject.told(usual_heading)) for reject in outcome.rejects]
	total = len(table.rows)
	print(f"{arguments.file}: {total:,} rows")
	print(f"  {outcome.taken:,} would become {'clients' if arguments.clients else 'listings'}")
	print(f"  {len(rejected):,} rejected ({len(rejected) / max(total, 1):.2%})")
	for note in notes:
		print(f"  {note}")
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


def read_listings(arguments: argparse.Namespace, outcome) -> tuple:
	"""Read a file of listings into `outcome`; return its table, and what is to be said of it besides."""
	from agency_crm.domain.importing.base import check_columns, read_object
	from agency_crm.domain.importing.columns import LISTINGS, suggest_mapping
	from agency_crm.domain.importing.listing_rows import PORTAL, TARGETS, Mapping, ParsedListing, parse_rows
	from agency_crm.domain.inputs.tables import read_table
	from agency_crm.domain.inputs.text import name_key
	from agency_crm.domain.places.estates import EstateIndex, is_estate_column, read_estates

	given = None
	if arguments.mapping:
		given = Mapping.from_dict(read_object(arguments.mapping.read_bytes()))
	mapped = {column for column, _target in given.columns} if given else set()
	table = read_table(
		arguments.file.name,
		arguments.file.read_bytes(),
		given.encoding if given else None,
		lambda text: text in mapped or LISTINGS.knows(text),
	)
	mapping = given or suggest_mapping(table.columns, arguments.file.stem)
	said = () if mapping in (given, PORTAL) else told(mapping.columns)
	check_columns(table, mapping.columns, TARGETS)
	places, unknown = [], set()
	if arguments.estates:
		content = arguments.estates.read_bytes()
		places = read_estates(read_table(arguments.estates.name, content, is_heading=is_estate_column))
	for parsed in parse_rows(table, mapping, EstateIndex(places), shipped_bounds(), date.today(), outcome):
		if isinstance(parsed, ParsedListing) and not parsed.estate:
			unknown.add(name_key(parsed.estate_name))
	return table, (
		f"{len(outcome.alike):,} look like another row of the file; both would be taken",
		f"{len(places):,} estates in the estates file, {len(unknown):,} more named by rows alone",
		*said,
		*unread(table, mapping.columns),
	)


def read_clients(arguments: argparse.Namespace, outcome) -> tuple:
	"""The same of a file of clients; whether a number is known already, only a site can say."""
	from agency_crm.domain.importing.base import check_columns, read_columns
	from agency_crm.domain.importing.client_rows import TARGETS, parse_rows
	from agency_crm.domain.importing.columns import CLIENTS, likely
	from agency_crm.domain.inputs.tables import read_table

	table = read_table(arguments.file.name, arguments.file.read_bytes(), is_heading=CLIENTS.knows)
	columns = likely(table.columns, CLIENTS)
	if arguments.mapping:
		columns = read_columns(arguments.mapping.read_bytes())
	check_columns(table, columns, TARGETS)
	rows = sum(1 for _row in parse_rows(table, columns, arguments.requirement, outcome))
	twice = f"{len(outcome.alike):,} of {rows:,} have a number of an earlier row: nobody is entered twice"
	return table, (twice, *told(columns), *unread(table, columns))


def told(columns) -> list[str]:
	"""What each column is taken for."""
	return [f"{column} → {target}" for column, target in columns]


def unread(table, columns) -> list[str]:
	"""What of the file isn't read."""
	names = table.unread(column for column, _target in columns)
	said = (
		[f"Nothing says where these columns go, and they are not read: {', '.join(names)}"] if names else []
	)
	if table.left_out:
		said.append(f"Totals and repeated headers left out: rows {', '.join(map(str, table.left_out))}")
	if table.other_sheets:
		said.append(f"One sheet is read, and not {', '.join(table.other_sheets)}")
	return said


def shipped_bounds():
	"""The bounds Agency Settings starts with; a site may have set others."""
	from agency_crm.domain.listings.record import Bounds

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
