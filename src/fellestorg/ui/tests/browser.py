"""Looks at pages with a real browser: pictures, what axe finds, what the content security policy stopped.

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

from fellestorg.ui.middleware import POLICY
from fellestorg.ui.vendor import CHECKOUT

if TYPE_CHECKING:
    from playwright.sync_api import Page

STATIC = Path(__file__).resolve().parents[1] / "static"
AXE = CHECKOUT / "node_modules" / "axe-core" / "axe.min.js"
TOO_WIDE = """[...document.querySelectorAll("main *, header *, footer *")]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".fs-table") && e.checkVisibility())
    .map((e) => e.outerHTML.slice(0, 90)).slice(0, 3).join(" | ")"""
SIZES = {"wide": (1280, 900), "narrow": (390, 844)}
VIEWS = tuple((size, scheme) for size in SIZES for scheme in ("light", "dark"))


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


def look(pages: Mapping[str, str], folder: Path, views: Sequence[tuple[str, str]] = VIEWS) -> int:
    """Picture every page in every view (size, colour scheme); print every complaint; 1 when there was one."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    complaints: list[str] = []
    with served(pages) as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name in pages:
            for size, scheme in views:
                where = f"{name}-{size}-{scheme}"
                width, height = SIZES[size]
                # Twice: as a reader sees it, and with the policy lifted so that axe can be let in.
                for axe in (False, True):
                    view = browser.new_context(
                        viewport={"width": width, "height": height}, color_scheme=scheme, bypass_csp=axe
                    )
                    tab = view.new_page()
                    tab.on("console", functools.partial(_heard, complaints, where))
                    tab.on("pageerror", functools.partial(_heard, complaints, where))
                    tab.goto(f"{origin}/{name}")
                    if axe:
                        complaints += [f"{where}: {line}" for line in _axe(tab)]
                    else:
                        over = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
                        if over > 0:
                            complaints.append(f"{where}: {over} px too wide: {tab.evaluate(TOO_WIDE)}")
                        tab.screenshot(path=folder / f"{where}.png", full_page=True)
                    view.close()
        browser.close()
    for complaint in dict.fromkeys(complaints):
        print(complaint)
    return 1 if complaints else 0


def _axe(tab: Page) -> Iterator[str]:
    tab.add_script_tag(path=AXE)
    for violation in tab.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]:
        for node in violation["nodes"][:4]:
            yield f"axe {violation['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"


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
    sys.exit(look(pages, Path(sys.argv[1])))
