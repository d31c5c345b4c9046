"""Looks at pages with a real browser: what axe finds, what is too wide, what the content security policy stopped; pictures.

``python -m fellestorg.ui.tests.browser FOLDER`` takes pictures of the gallery and the error pages, wide and narrow,
light and dark, and lists every complaint.
"""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fellestorg.ui.middleware import POLICY
from fellestorg.ui.vendor import CHECKOUT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
STATIC = Path(__file__).resolve().parents[1] / "static"
AXE = CHECKOUT / "node_modules" / "axe-core" / "axe.min.js"
TOO_WIDE = """[...document.querySelectorAll("main *, header *, footer *")]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".fs-table") && e.checkVisibility())
    .map((e) => e.outerHTML.slice(0, 90)).slice(0, 3).join(" | ")"""
SIZES = {"wide": (1280, 900), "narrow": (390, 844)}
# A page lives for a second or two here: compiling its scripts to fast code costs more than the fast code saves.
_WORDS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--js-flags=--no-opt,--no-maglev")
VIEWS = tuple((size, scheme) for size in SIZES for scheme in ("light", "dark"))


@contextmanager
def started() -> Iterator[Browser]:
    """A Chromium. While it runs, Django takes the thread for an asynchronous one and refuses to ask the database in it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_WORDS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a module's tests."""
    with started() as browser:
        yield browser


def axe_finds(page: Page) -> list[str]:
    """What axe finds wrong with a page whose context was given ``AXE`` as a script that every page begins with: then it is
    read and made ready once, not for each page anew."""
    run = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
    return [
        f"axe {violation['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for violation in page.evaluate(run)
        for node in violation["nodes"][:4]
    ]


@contextmanager
def served(pages: Mapping[str, str]) -> Iterator[str]:
    """The pages at ``/NAME`` beside the room's static files, under the strict policy, on a free loopback port."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.split("?")[0].strip("/")
            if name in pages:
                body = pages[name].encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", POLICY)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            else:
                self.path = self.path.removeprefix("/static")
                super().do_GET()

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(STATIC)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def look(
    browser: Browser, pages: Mapping[str, str], views: Sequence[tuple[str, str]], folder: Path | None
) -> list[str]:
    """Look at every page in every view (size, colour scheme); the complaints. Pictures go to the folder, if one is given."""
    complaints: list[str] = []
    with served(pages) as origin:
        for name in pages:
            for size, scheme in views:
                where = f"{name}-{size}-{scheme}"
                width, height = SIZES[size]
                view = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
                view.add_init_script(path=AXE)
                tab = view.new_page()
                tab.on("console", functools.partial(_heard, complaints, where))
                tab.on("pageerror", functools.partial(_heard, complaints, where))
                tab.goto(f"{origin}/{name}")
                over = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
                if over > 0:
                    complaints.append(f"{where}: {over} px too wide: {tab.evaluate(TOO_WIDE)}")
                if folder is not None:
                    tab.screenshot(path=folder / f"{where}.png", full_page=True)
                complaints += [f"{where}: {line}" for line in axe_finds(tab)]
                view.close()
    return list(dict.fromkeys(complaints))


def _heard(complaints: list[str], where: str, said: object) -> None:
    complaints.append(f"{where}: {getattr(said, 'text', said)}")


if __name__ == "__main__":
    import sys

    import django

    django.setup()

    from django.test import RequestFactory

    from fellestorg.ui.pages import not_found
    from fellestorg.ui.tests import gallery

    pages = {"404": not_found(RequestFactory().get("/")).content.decode()}
    pages |= {f"gallery-{code}": gallery.page(code) for code in (sys.argv[2:] or ("nb", "nn", "en"))}
    with started() as chromium:
        found = look(chromium, pages, VIEWS, Path(sys.argv[1]))
    for complaint in found:
        print(complaint)
    sys.exit(1 if found else 0)
