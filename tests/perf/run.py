"""Measure on a site that `agency bench` made: one line a figure, exit status 1 where one is short of its
goal.

Usage, from the bench's `sites` folder: run.py SITE [SUITE] [--json FILE] [--seed N]
"""

import argparse
import json
import sys
from pathlib import Path

import frappe

sys.path.insert(0, str(Path(__file__).parent))
import core
import duplicates
import files
import ledger
import listings
import matching

SUITES = {
	"core": core.figures,
	"duplicates": duplicates.figures,
	"files": files.figures,
	"ledger": ledger.figures,
	"listings": listings.figures,
	"matching": matching.figures,
}


def main() -> int:
	"""Run one suite, or all, and return the exit status."""
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument("site")
	parser.add_argument("suite", nargs="?", choices=sorted(SUITES))
	parser.add_argument("--json", type=Path)
	parser.add_argument("--seed", type=int, help="of the suite ledger")
	arguments = parser.parse_args()
	frappe.init(arguments.site)
	frappe.connect()
	try:
		if not frappe.conf.agency_bench_site:
			sys.exit(f"{arguments.site} is not a site that `agency bench` made: nothing was measured")
		frappe.set_user("Administrator")
		frappe.flags.mute_emails = True
		figures = []
		for name, suite in SUITES.items():
			if arguments.suite in (None, name):
				for figure in suite(arguments.seed) if name == "ledger" else suite():
					print(figure.line(), flush=True)
					figures.append(figure)
	finally:
		frappe.destroy()
	if arguments.json:
		arguments.json.write_text(
			json.dumps([figure.as_dict() for figure in figures], ensure_ascii=False, indent=1) + "\n"
		)
	return int(any(figure.short for figure in figures))


if __name__ == "__main__":
	sys.exit(main())
