"""Which sub-command does what: nothing but the table and the exit status."""

import argparse
import sys
from pathlib import Path

from command import account, place
from command.shell import Failure, say


def parser() -> argparse.ArgumentParser:
	"""Return the parser of the command line."""
	top = argparse.ArgumentParser(
		prog="./agency", description="Agency CRM: set up, run, test, bring forward."
	)
	commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

	def add(name: str, description: str) -> argparse.ArgumentParser:
		return commands.add_parser(name, help=description, description=description)

	add("start", "set up what isn't there, run everything, print the address and the logins").add_argument(
		"--no-demo", action="store_true", help="without the demo agency"
	)
	add("stop", "stop everything")
	add("status", "what is up; exit status 1 where something is down")
	tests = add("test", "run the tests; the last line counts them")
	tests.add_argument(
		"--frappe",
		metavar="DIR_OR_BRANCH",
		help="in a bench of its own, on another branch of Frappe and ERPNext or on the clones in a folder",
	)
	tests.add_argument(
		"part",
		nargs="?",
		choices=("unit", "site", "e2e", "bench", "deep", "crawl", "mutation"),
		help="one part alone; `deep`, the whole of what the others draw a sample of, `crawl`, all that each role is"
		" offered, and `mutation`, faults that the unit tests must notice, run only when they are named",
	)
	add("lint", "run what pre-commit runs, over everything; exit status 1 where something is found")
	imports = add("import", "bring listings, or clients, in from a CSV or XLSX file")
	imports.add_argument("file", type=Path)
	imports.add_argument("--clients", action="store_true", help="the file is one of clients")
	imports.add_argument("--store", help="the store of rows that name none")
	imports.add_argument(
		"--requirement", choices=("Buy", "Rent"), help="of clients whose row doesn't say what they look for"
	)
	imports.add_argument("--estates", type=Path, help="the portal's file of estates")
	imports.add_argument("--mapping", help="a saved column mapping, or a JSON file of one")
	imports.add_argument("--dry-run", action="store_true", help="only try it; needs nothing but Python")
	bench = add("bench", "measure; exit status 1 where a figure is short of its goal")
	bench.add_argument("suite", nargs="?")
	bench.add_argument("--json", type=Path, metavar="FILE")
	bench.add_argument("--seed", type=int, help="of the suite ledger: what was found is found again")
	add("update", "back up, bring everything forward, migrate, restart; back on failure")
	add("doctor", "check what everything rests on and say how to mend it")
	add("reset", "remove what start made; asks first")
	return top


def do(arguments: argparse.Namespace) -> int | None:
	"""Run a sub-command and return its exit status."""
	# what a sub-command needs is imported by it alone
	from command import against, delegates, doctor, lint, reset, services, start, testing, update

	match arguments.command:
		case "start":
			return start.start(demo=not arguments.no_demo)
		case "stop":
			return services.stop_all()
		case "status":
			return doctor.status()
		case "test":
			if arguments.frappe:
				return against.test(arguments.frappe, arguments.part)
			return testing.test(arguments.part)
		case "lint":
			return lint.lint()
		case "import":
			return delegates.import_file(arguments)
		case "bench":
			return delegates.measure(arguments.suite, arguments.json, arguments.seed)
		case "update":
			return update.update()
		case "doctor":
			return doctor.doctor()
		case "reset":
			return reset.reset()


def run(argv: list[str]) -> int | None:
	"""Run the command line as the user it is to run as; what it makes is readable by that user alone."""
	arguments = parser().parse_args(argv)
	if not account.is_root():
		account.check_owner()
		place.keep_private()
		return do(arguments)
	from command import as_root

	return as_root.run(argv, arguments, do)


def main(argv: list[str]) -> int:
	"""Run the command line and return the exit status; a failure is one clear text, an interrupt 130."""
	try:
		return run(argv) or 0
	except Failure as failure:
		say(f"\n✗ {failure}")
		return 1
	except OSError as error:
		if error.errno != 28:
			raise
		say(f"\n✗ The disk is full ({error.filename}): make room and run it again")
		return 1
	except KeyboardInterrupt:
		sys.stderr.write("\nInterrupted: the next ./agency start goes on from here.\n")
		return 130
