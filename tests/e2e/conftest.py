"""What the browser tests stand on: the running site, one Chromium, an office of its own.

The command sets AGENCY_URL, AGENCY_LOGINS (a JSON file, role -> {"user", "password"}, "Administrator"
among them), CHROMIUM, and AGENCY_SITE in AGENCY_SITES for the nights that pass. A failing step leaves a picture and the text of every open window in
`.agency/e2e`.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from desk import Desk, at_desk
from office import Office
from playwright.sync_api import Browser, Error, sync_playwright

ARTEFACTS = Path(__file__).parents[2] / ".agency" / "e2e"
CHROMIUM_ARGS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
	"--no-first-run",
]


class People:
	"""Everybody's windows: logged in when first asked for, open until the end of the tests."""

	def __init__(self, browser: Browser, url: str):
		self.browser, self.url = browser, url
		self.stack = ExitStack()
		self.desks: dict[str, Desk] = {}

	def at(self, login: dict) -> Desk:
		"""Return the window of the person with this login."""
		if login["user"] not in self.desks:
			self.desks[login["user"]] = self.stack.enter_context(at_desk(self.browser, self.url, login))
		return self.desks[login["user"]]


@pytest.fixture(scope="session")
def url() -> str:
	return os.environ["AGENCY_URL"].rstrip("/")


@pytest.fixture(scope="session")
def logins() -> dict:
	return json.loads(Path(os.environ["AGENCY_LOGINS"]).read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
	path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
	with sync_playwright() as playwright:
		browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
		yield browser
		browser.close()


@pytest.fixture(scope="session")
def people(browser: Browser, url: str, request: pytest.FixtureRequest) -> Iterator[People]:
	people = request.session.people = People(browser, url)
	with people.stack:
		yield people


@pytest.fixture(scope="session")
def office(url: str, logins: dict) -> Office:
	return Office(url, logins["Administrator"])


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
	"""Keep what the windows show where a test fails; let the later steps of its walk not run."""
	report = (yield).get_result()
	if report.failed and report.when == "call":
		if "steps" in item.keywords:
			item.parent.failed_step = item.name
		for user, desk in getattr(getattr(item.session, "people", None), "desks", {}).items():
			folder = ARTEFACTS / re.sub(r"\W+", "-", item.name)
			folder.mkdir(parents=True, exist_ok=True)
			name = user.split("@")[0]
			try:
				desk.page.screenshot(path=folder / f"{name}.png")
				text = f"{desk.page.url}\n\n{desk.page.inner_text('body')}\n\n" + "\n".join(desk.errors)
				(folder / f"{name}.txt").write_text(text, encoding="utf-8")
				dialogs = desk.page.locator(".modal.show").all_inner_texts()
				if dialogs or desk.errors:
					report.sections.append((f"{desk.page.url} of {user}", "\n".join(dialogs + desk.errors)))
			except Error:
				continue  # the browser itself is gone


def pytest_runtest_setup(item: pytest.Item) -> None:
	failed = getattr(item.parent, "failed_step", None)
	if "steps" in item.keywords and failed:
		pytest.fail(f"not run: {failed} failed before it", pytrace=False)


def pytest_configure(config: pytest.Config) -> None:
	config.addinivalue_line("markers", "steps: the tests of this class are one walk, in order")
