"""What a person meets in a real browser: the main job with and without scripts, wide and narrow; every main page whole.

``FELLESTORG_PICTURES=FOLDER`` keeps a picture of every page that is looked at.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fellestorg.ui.tests.browser import AXE, CHROMIUM, SIZES, TOO_WIDE, axe_finds, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

__all__ = ["chromium"]
PICTURES = os.environ.get("FELLESTORG_PICTURES")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),  # one site and one browser for them all
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]
BASKET = "PAP-KOPI-01%3B200%0ASKR-KULE-01%3B500%0AARK-ESKE-01%3B20"


class Visit:
    """Somebody at a screen, and every complaint that the browser or the layout gave."""

    def __init__(self, context: BrowserContext, origin: str, size: str) -> None:
        self.context, self.origin, self.size = context, origin, size
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", lambda said: self._heard(said.text))
        self.page.on("pageerror", lambda error: self._heard(str(error)))

    def _heard(self, said: str) -> None:
        # An error page is an error to the browser as well; that is what was asked for.
        if "Failed to load resource" not in said or "status of 5" in said:
            self.complaints.append(f"{self.page.url}: {said}")

    def sign_in(self, username: str) -> None:
        self.page.goto(f"{self.origin}/logg-inn")
        self.press(self.page.locator(f"button[name=person][value={username}]"))

    def go(self, path: str) -> None:
        self.page.goto(self.origin + path)

    def see(self, path: str, name: str, axe: Collection[str]) -> None:
        """Open a page and see it in both sizes. It begins in the one that is, so that each page changes the screen once."""
        self.go(path)
        self.see_both(name, axe)

    def see_both(self, name: str, axe: Collection[str]) -> None:
        """Look at the open page as it is and in the other size, and ask axe in those named."""
        for size in sorted(SIZES, key=lambda size: size != self.size):
            if size != self.size:
                self.become(size)
            self.look(name)
            if size in axe:
                self.ask_axe()

    def press(self, button: Locator) -> None:
        """Press what leads to another page, and be there: a click alone comes back before the page is left."""
        with self.page.expect_navigation():
            button.click()

    def become(self, size: str) -> None:
        """Change the screen: wide is light, narrow is dark."""
        self.size, (width, height) = size, SIZES[size]
        self.page.emulate_media(color_scheme="light" if size == "wide" else "dark")
        self.page.set_viewport_size({"width": width, "height": height})

    def look(self, name: str) -> None:
        """Note what is too wide, and keep a picture where pictures are kept."""
        over = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            self.complaints.append(f"{self.page.url}: {over} px too wide: {self.page.evaluate(TOO_WIDE)}")
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(PICTURES) / f"{name}-{self.size}.png", full_page=True)

    def ask_axe(self) -> None:
        """Note every violation that axe finds."""
        self.complaints += [f"{self.page.url} ({self.size}): {found}" for found in axe_finds(self.page)]


Visiting = Callable[..., Any]


@pytest.fixture(scope="module")
def signed_in() -> dict[str, Any]:
    """The cookies of everybody who has signed in: nobody needs to do it twice."""
    return {}


@pytest.fixture
def visiting(chromium: Browser, demo_site: str, signed_in: dict[str, Any]) -> Visiting:
    @contextmanager
    def visit(size: str, username: str = "", **options: Any) -> Iterator[Visit]:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height}, storage_state=signed_in.get(username), **options
        )
        context.set_default_timeout(30_000)
        try:
            made = Visit(context, demo_site, size)
            if username and username not in signed_in:
                made.sign_in(username)
                signed_in[username] = context.storage_state()
            yield made
            assert not made.complaints, "\n".join(dict.fromkeys(made.complaints))
        finally:
            context.close()

    return visit


BUYERS = {
    "nb": ("innkjoper", "10 bærbare PC-er", ("Finn avtale", "Gjør avropet", "Bestilt", "Kanseller", "Kansellert")),
    "nn": ("innkjopar", "3 berbare PC-ar", ("Finn avtale", "Gjer avropet", "Bestilt", "Kanseller", "Kansellert")),
}


# Every two of language, width and scripts meet.
@pytest.mark.parametrize(
    ("language", "size", "scripts"),
    [("nb", "wide", True), ("nb", "narrow", False), ("nn", "wide", False), ("nn", "narrow", True)],
)
def test_from_a_need_to_a_call_off_and_back(visiting: Visiting, language: str, size: str, scripts: bool) -> None:
    username, need, (find, make, made, cancel, cancelled) = BUYERS[language]
    with visiting(size, username, java_script_enabled=scripts) as visit:
        page = visit.page
        visit.go("/avrop/nytt")
        page.locator("[name=text]").fill(need)
        page.locator("[name=buyer_reference]").fill("4711")
        visit.press(page.get_by_role("button", name=re.compile(find)))
        visit.look(f"job-answer-{username}")
        assert "Atea AS" in page.locator("main").inner_text()
        visit.press(page.get_by_role("button", name=re.compile(make)).first)
        page.wait_for_url(re.compile(r"/avrop/SI-\d{4}-\d+$"))
        visit.look(f"job-call-off-{username}")
        shown = page.locator("main").inner_text()
        assert made in shown and "4711" in shown
        number = page.url.rpartition("/")[2]
        for link in (f"{number}/protokoll.pdf", f"{number}/bestilling/{number}-1.pdf"):
            assert visit.context.request.get(f"{visit.origin}/avrop/{link}").body().startswith(b"%PDF-")
        page.locator("summary, u-summary", has_text=re.compile(cancel)).first.click()
        page.locator("#cancel-reason").fill("Feil modell")
        visit.press(page.get_by_role("button", name=cancel, exact=True))
        page.wait_for_url(re.compile(r"/avrop/SI-\d{4}-\d+$"))
        assert cancelled in page.locator("main").inner_text()
        visit.go("/avrop")
        assert number in page.locator("main").inner_text()
        visit.look(f"job-list-{username}")


def test_a_basket_is_filled_from_the_price_list_on_a_phone(visiting: Visiting) -> None:
    with visiting("narrow", "innkjoper") as visit:
        page = visit.page
        visit.go("/avtaler/forbruksmateriell/forbruk/priser")
        fields = page.locator("input[name=quantity]")
        fields.nth(0).fill("20")
        fields.nth(3).fill("100")
        visit.press(page.get_by_role("button", name="Legg i kurven"))
        visit.go("/avrop/nytt")
        visit.press(page.get_by_role("button", name="Finn avtale og pris"))
        visit.look("basket-answer")
        assert "lavest" in page.locator("main").inner_text().lower()


PAGES: dict[str, tuple[str, ...]] = {
    "": (
        "/", "/logg-inn", "/avtaler", "/avtaler/pc-utstyr", "/avtaler/pc-utstyr/pc", "/avtaler/pc-utstyr/pc/priser",
        "/avtaler/pc-utstyr/deltakere", "/virksomheter", "/virksomheter/986252932", "/hjelp", "/hjelp/gjore-avrop",
        "/tilgjengelighet", "/om", "/finnes-ikke",
        "/skytjenester", "/skytjenester/firmaer", "/skytjenester/firmaer/vilkar", "/skytjenester/tjenester",
        "/skytjenester/tjenester/anskaffelseshjelp-sky", "/skytjenester/veiledning",
        "/skytjenester/veiledning/anskaffelse-og-bruk", "/skytjenester/ordliste", "/skytjenester/sporsmal",
        "/skytjenester/onsker", "/skytjenester/sok?q=lagring+pris%3A100+OR+type%3Aarticle", "/skytjenester/marked",
        "/skytjenester/marked/undersokelser", "/skytjenester/muligheter", "/skytjenester/endringer",
        "/skytjenester/journal",
    ),
    "innkjoper": (
        "/", "/avrop/nytt", "/avrop/nytt?lines=PC-14-STD%3B10", "/avrop/nytt?lines=PC-14-STD%3B40",
        "/avrop/nytt?lines=PC-16-GRAF-64%3B10", "/avrop/nytt?text=xyzzy", f"/avrop/nytt?lines={BASKET}", "/avrop",
        "/avtaler/forbruksmateriell/forbruk/priser", "/meg", "/meldinger", "/kjop?text=kontorstol", "/varer?q=penn",
        "/reiser/fly?fra=OSL&til=TOS", "/reiser/hotell", "/reiser/leiebil", "/reiser/bestillinger",
        "/avrop/over-levetiden?vare=PC-14-STD&avtale=pc-utstyr", "/avtaler/forbruksmateriell/kom-i-gang",
        "/skytjenester/kortlister/ny", "/skytjenester/sok/lagrede",
    ),
    "innkjopar": ("/", "/avrop/nytt?lines=PC-14-STD%3B3", "/avrop", "/avtaler/mobil-2022/mobil", "/meg", "/hjelp/nettopris"),
    "godkjenner": ("/", "/meg"),
    "avtaleforvalter-ikt": (
        "/", "/avtaler/pc-utstyr", "/avtaler/pc-utstyr/mac", "/avtaler/pc-utstyr/pc/tak", "/avtaler/pc-utstyr/pc/forvalt",
        "/avtaler/pc-utstyr/pc/priser/les-inn", "/meldinger",
    ),
    "si-admin": (
        "/virksomheter/986252932", "/hendelser", "/meg", "/kjop/dekning", "/avtaler/reisebyra/reisebyra/fordeling",
        "/avtaler/forbruksmateriell/forbruk/priser/utvikling", "/avtaler/telefoni",
        "/skytjenester/moderering", "/skytjenester/moderering/sak/1", "/skytjenester/firmaer/til-kontroll",
        "/skytjenester/veiledning/redaksjon", "/skytjenester/sporsmal/ko",
    ),
    "revisor": ("/", "/avrop", "/hendelser", "/hendelser/1", "/avtaler/pc-utstyr/mac/tak"),
    "atea": ("/", "/avrop", "/avtaler/pc-utstyr/pc/priser"),
    "skyfirma": (
        "/skytjenester/mine-tjenester", "/skytjenester/mine-tjenester/ny", "/skytjenester/mine-tjenester/les-inn",
    ),
}  # fmt: skip
# The parts that look otherwise on a phone stand on these: menu, cards, wide tables, forms and charts.
NARROW_TOO = {
    ("", "/avtaler"), ("innkjoper", "/"), ("innkjoper", f"/avrop/nytt?lines={BASKET}"), ("innkjoper", "/avrop"),
    ("avtaleforvalter-ikt", "/avtaler/pc-utstyr/mac"),
}  # fmt: skip

# Who else sees the same parts again; their pages are looked at for width alone.
SEEN_BEFORE = ("innkjopar", "godkjenner", "revisor")
# From their list of call-offs to the first of them.
FOLLOWED = ("innkjoper", "revisor", "atea", "godkjenner")


# Each page is opened once and seen narrow and dark, wide and light, so that it is read in both colour schemes.
@pytest.mark.parametrize("username", PAGES)
def test_every_main_page_is_accessible_and_fits(visiting: Visiting, username: str) -> None:
    wide = () if username in SEEN_BEFORE else ("wide",)
    with visiting("narrow", username, reduced_motion="reduce", color_scheme="dark") as visit:
        visit.context.add_init_script(path=AXE)
        for path in PAGES[username]:
            visit.see(path, named(username, path), (*wide, "narrow") if (username, path) in NARROW_TOO else wide)
        if username in FOLLOWED:
            visit.go("/avrop")
            visit.press(visit.page.locator("tbody a").first)
            visit.see_both(f"{username}-call-off", wide)


def named(username: str, path: str) -> str:
    """What a picture of the page is called."""
    return f"{username or 'public'}-{re.sub(r'[^a-z0-9]+', '-', path.lower()).strip('-') or 'front'}"[:80]
