"""What a page of the site may load, run and send: a foreign thing is put into each, and seen stopped."""

import io
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest
from desk import at_desk
from PIL import Image
from playwright.sync_api import Error, expect

FOREIGN = "http://foreign.example"
GUEST_PAGES = ("list-your-home", "find-your-home", "stop-mails")
FRAPPE_PAGES = ("login", "update-password", "no-page-of-this-name")
# put each into the page, as a hole in it would; tell what it came to
ATTACK = """foreign => {
	window.reports = [];
	document.addEventListener("securitypolicyviolation", event => reports.push(event.effectiveDirective));
	const add = (tag, values) => document.body.appendChild(Object.assign(document.createElement(tag), values));
	add("script", { src: `${foreign}/script.js` });
	add("iframe", { src: `${foreign}/frame` });
	add("object", { data: `${foreign}/object` });
	add("img", { src: `${foreign}/picture.png` });
	add("link", { rel: "stylesheet", href: `${foreign}/style.css` });
	add("base", { href: `${foreign}/` });
	add("form", { action: `${foreign}/form`, method: "post" }).submit();
	fetch(`${foreign}/fetch`, { mode: "no-cors" }).catch(() => {});
	add("script", { textContent: "window.ran_inline = true" });
}"""
OUTCOME = """foreign => ({
	reports: [...new Set(window.reports)].sort(),
	base: document.baseURI.startsWith(foreign),
	inline: Boolean(window.ran_inline),
	foreign: Boolean(window.ran_foreign),
})"""
STOPPED = [
	*("base-uri", "connect-src", "form-action", "frame-src", "img-src", "object-src"),
	*("script-src-elem", "style-src-elem"),
]
PICTURE = io.BytesIO()
Image.new("RGB", (8, 8)).save(PICTURE, "PNG")


@pytest.fixture
def window(browser):
	"""A window of a guest's; what it asks of the foreign host is in `window.asked`, and would be answered."""
	context = browser.new_context(locale="zh-CN")
	page = context.new_page()
	watch(page)
	yield page
	context.close()


def watch(page) -> None:
	page.asked = []

	def answer(route):
		page.asked.append(route.request.url)
		route.fulfill(body="window.ran_foreign = true", content_type="text/javascript")

	page.context.route(f"{FOREIGN}/**", answer)


def assert_stopped(page, inline: bool, reports: list[str] = STOPPED) -> None:
	page.evaluate(ATTACK, FOREIGN)
	for _half_second in range(60):  # a busy browser reports late
		page.wait_for_timeout(500)
		told = page.evaluate(OUTCOME, FOREIGN)
		if told["reports"] == reports:
			break
	assert page.asked == []
	assert told == {"reports": reports, "base": False, "inline": inline, "foreign": False}


@pytest.mark.parametrize("path", GUEST_PAGES)
def test_our_pages_for_guests_let_nothing_foreign_in(window, url, path):
	window.goto(f"{url}/{path}")
	assert_stopped(window, inline=False)


@pytest.mark.parametrize("path", FRAPPE_PAGES)
def test_frappes_pages_run_only_what_stands_in_them(window, url, path):
	window.goto(f"{url}/{path}")
	assert_stopped(window, inline=True)


def test_the_desk_lets_nothing_foreign_in(browser, url, logins):
	with at_desk(browser, url, logins["Administrator"]) as desk:
		watch(desk.page)
		assert desk.page.evaluate("eval('1 + 1')") == 2  # its forms' conditions are
		assert_stopped(desk.page, inline=True)


def test_the_desk_prints_and_hears_without_a_report(browser, url, logins):
	with at_desk(browser, url, logins["Administrator"]) as desk:
		desk.page.wait_for_function("() => frappe.realtime.socket?.connected")
		desk.go("print", "User", "Administrator")
		printed = desk.page.frame_locator("iframe.print-format-container").locator("body")
		expect(printed).to_contain_text("administrator", timeout=60_000)
		desk.page.goto(f"{url}/printview?doctype=User&name=Administrator")
		expect(desk.page.locator(".print-format")).to_contain_text("administrator")
		assert desk.errors == []


@pytest.mark.parametrize("path", ["login", "list-your-home"])
def test_another_site_shows_no_page_of_ours_in_a_frame(window, another_site, url, path):
	frame = f'<iframe src="{url}/{path}"></iframe>'
	with window.expect_console_message(lambda line: "frame-ancestors 'self'" in line.text):
		window.goto(another_site(frame))


def test_a_file_is_shown_in_a_sandbox(window, url, logins, stored):
	window.goto(stored("picture.png", PICTURE.getvalue()))
	expect(window.locator("img")).to_be_visible()
	assert_stopped(window, inline=False, reports=[])  # no script of the page's hears of it


@pytest.mark.parametrize("name", ["page.html", "drawing.svg", "page.xhtml", "script.js"])
def test_a_page_that_was_uploaded_before_is_saved_and_not_shown(window, url, stored, name):
	attack = f"<script>fetch('{FOREIGN}/page')</script>"
	with window.expect_download() as download, pytest.raises(Error, match="Download is starting"):
		window.goto(stored(name, attack.encode()))
	assert Path(download.value.path()).read_text() == attack
	assert window.asked == []


@pytest.fixture
def stored(url):
	"""Put a public file on the site's disk, as one that was uploaded before such were refused; give its address."""
	files = []

	def store(name: str, content: bytes) -> str:
		folder = Path(os.environ["AGENCY_SITES"], os.environ["AGENCY_SITE"], "public/files")
		files.append(folder / f"{uuid4().hex}-{name}")
		files[-1].write_bytes(content)
		return f"{url}/files/{files[-1].name}"

	yield store
	for file in files:
		file.unlink()


@pytest.fixture
def another_site():
	"""Serve a page from another address of this machine; the browser keeps the world's pages from asking it."""
	page = b""

	class Handler(BaseHTTPRequestHandler):
		def do_GET(self):
			self.send_response(200)
			self.send_header("Content-Type", "text/html")
			self.end_headers()
			self.wfile.write(page)

		def log_message(self, *what):
			"""Say nothing."""

	server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
	Thread(target=server.serve_forever, daemon=True).start()

	def serve(text: str) -> str:
		nonlocal page
		page = text.encode()
		return f"http://127.0.0.1:{server.server_port}/"

	yield serve
	server.shutdown()
	server.server_close()
