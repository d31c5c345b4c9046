"""``fellestorg screenshots``: the pictures of the documents, made anew from a demo of their own.

A real browser does what a buyer does; nothing on a picture is drawn by hand. The demo lives in a throw-away data folder
(``--data-dir`` names one to keep, which makes the next time quicker), on a free port.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fellestorg import embedded
from fellestorg.values import Refused

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHECKOUT = Path(__file__).resolve().parents[3]
PICTURES = CHECKOUT / "docs" / "pictures"
WIDE, TALL, PHONE = (1280, 900), (1280, 1280), (390, 844)
LARGEST = 1_500_000  # bytes, all pictures together: whoever clones the repository carries them


def main(argv: list[str]) -> int:
    """Make every picture, or those named. Raises Refused where there is no Chromium, or the pictures grow too large."""
    parser = argparse.ArgumentParser("fellestorg screenshots", description="Make the pictures of the documents anew.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(SCENES)} (default: all)")
    parser.add_argument("--out", type=Path, default=PICTURES, help="the folder they go to (default docs/pictures)")
    options = parser.parse_args(argv)
    unknown = sorted(set(options.names) - set(SCENES))
    if unknown:
        parser.error(f"there is no picture {', '.join(unknown)}")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise Refused("no_browser", "there is no Chromium on this machine (apt install chromium)")
    options.out.mkdir(parents=True, exist_ok=True)
    from playwright.sync_api import sync_playwright

    with _demo() as origin, sync_playwright() as playwright:
        # Small machines and containers have no graphics and little /dev/shm. Chromium's sandbox refuses to be root; the
        # only pages it sees here are our own.
        words = ["--disable-gpu", "--disable-dev-shm-usage"] + (["--no-sandbox"] if os.geteuid() == 0 else [])
        browser = playwright.chromium.launch(executable_path=chromium, args=words)
        for name in options.names or SCENES:
            size, username, scene = SCENES[name]
            page = _signed_in(browser, origin, size, username)
            scene(page, origin)
            picture = options.out / f"{name}.png"
            page.screenshot(path=picture, animations="disabled", caret="hide")
            print(f"{name}  {picture.stat().st_size // 1024} kB")
            page.context.close()
        browser.close()
    total = sum(picture.stat().st_size for picture in options.out.glob("*.png"))
    if total > LARGEST:
        raise Refused(
            "too_large", f"the pictures are {total / 1e6:.1f} MB together; {LARGEST / 1e6:.1f} MB is the most"
        )
    return 0


@contextmanager
def _demo() -> Iterator[str]:
    """A demo of our own, and its address. It is stopped, and what it wrote removed, at the end."""
    kept = os.environ.get("FELLESTORG_DATA_DIR")
    with tempfile.TemporaryDirectory(prefix="fellestorg-screenshots-") as throw_away:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        words = [
            sys.executable,
            "-m",
            "fellestorg",
            "demo",
            "--data-dir",
            kept or throw_away,
            "--port",
            str(_free_port()),
        ]
        demo = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment, cwd=CHECKOUT)
        try:
            assert demo.stdout is not None
            for line in demo.stdout:
                if line.startswith("ready "):
                    yield line.split()[1]
                    break
            else:
                raise Refused("no_demo", "the demo did not start (the reason stands above)")
        finally:
            demo.terminate()
            demo.communicate()
            if not kept:
                # First the server, then its files: a folder that is written to cannot be removed.
                embedded.erase(Path(throw_away))


def _free_port() -> int:
    import socket

    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _signed_in(browser: Browser, origin: str, size: tuple[int, int], username: str) -> Page:
    view = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="nb-NO", color_scheme="light")
    page = view.new_page()
    page.goto(f"{origin}/logg-inn")
    _press(page, f"button[name=person][value={username}]")
    return page


def _press(page: Page, button: str) -> None:
    """Press the last button that fits and be on the page it leads to: a click alone comes back before that."""
    with page.expect_navigation():
        page.locator(button).last.click()


def _front(page: Page, origin: str) -> None:
    page.goto(f"{origin}/")


def _laptops(page: Page, origin: str) -> None:
    """A need in words: who is ranked first, everybody's net price, and why."""
    _ask(page, origin, "10 bærbare PC-er")


def _basket(page: Page, origin: str) -> None:
    """A basket that goes where the net price is lowest."""
    page.goto(f"{origin}/avrop/nytt")
    page.locator("details", has=page.locator("#id_lines")).locator("summary").click()
    page.locator("#id_lines").fill("PAP-KOPI-01;40\nSKR-KULE-01;100\nREN-UNIV-01;12\nARK-PERM-01;30")
    _press(page, "form.fs-form button[type=submit]")


def _call_off(page: Page, origin: str) -> None:
    _laptops(page, origin)
    _press(page, "form.fs-commit button[type=submit] >> nth=0")


def _ceiling(page: Page, origin: str) -> None:
    """The chart of what is drawn from a lot that is nearly spent."""
    page.goto(f"{origin}/avtaler/pc-utstyr/mac")
    page.locator("h2", has_text="Taket").first.evaluate("heading => heading.scrollIntoView()")


def _nynorsk(page: Page, origin: str) -> None:
    _ask(page, origin, "4 mobiltelefonar")


def _ask(page: Page, origin: str, words: str) -> None:
    page.goto(f"{origin}/avrop/nytt")
    page.locator("#id_text").fill(words)
    _press(page, "form.fs-form button[type=submit]")


def _flight(page: Page, origin: str) -> None:
    """A route's airlines by expected net price, the call-off and the way to the travel agency."""
    page.goto(f"{origin}/reiser/fly?fra=OSL&til=TOS")
    page.locator("h2", has_text="Oslo Gardermoen").first.evaluate("heading => heading.scrollIntoView()")


def _agreements(page: Page, origin: str) -> None:
    page.goto(f"{origin}/avtaler")


#: Size, whose eyes, and the way to what is shown.
SCENES: dict[str, tuple[tuple[int, int], str, Callable[[Page, str], None]]] = {
    "front": (WIDE, "innkjoper", _front),
    "answer": (TALL, "innkjoper", _laptops),
    "basket": (WIDE, "innkjoper", _basket),
    "call-off": (WIDE, "innkjoper", _call_off),
    "ceiling": (WIDE, "avtaleforvalter-ikt", _ceiling),
    "phone": (PHONE, "innkjoper", _laptops),
    "agreements": (TALL, "innkjoper", _agreements),
    "flight": (WIDE, "innkjoper", _flight),
    "nynorsk": (WIDE, "innkjopar", _nynorsk),
}
