"""An installation for real use, from an empty folder to its first call-off, as processes and over the wire."""

from __future__ import annotations

import email
import email.policy
import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pyotp
import pytest
from stdnum.no import orgnr

from fellestorg.kernel.workbooks import workbook_of
from tests.journeys.visiting import Page

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("real-server")]
HOUSE = Path(__file__).resolve().parents[1]
SECONDS = 120.0


def number(first: str) -> str:
    """An invented organisation number that begins like this."""
    return next(found for digit in range(10) if orgnr.is_valid(found := f"{first}{digit}"))


OWNER, AGENCY = number("31000000"), number("31000010")
BEST, SECOND = number("21000000"), number("21000010")
PASSWORDS = {"kari.admin": "en lang setning om kaffe", "ola.innkjop": "fire hester og en sykkel"}


class Browser:
    """Cookies, form tokens and files, as a browser has them."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def open(self, path: str, fields: dict[str, Any] | None = None, file: bytes | None = None) -> Page:
        headers = {"Referer": self.origin + path}
        data = None if fields is None else urlencode(fields, doseq=True).encode()
        if file is not None:
            mark = uuid.uuid4().hex
            parts = [
                f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
                for name, value in (fields or {}).items()
            ]
            head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="sheet"\r\n\r\n'
            data = b"".join([*parts, head.encode(), file, f"\r\n--{mark}--\r\n".encode()])
            headers["Content-Type"] = f"multipart/form-data; boundary={mark}"
        request = urllib.request.Request(self.origin + path, data, headers)
        try:
            with self.opener.open(request, timeout=30) as answer:
                found = SimpleNamespace(status_code=answer.status, content=answer.read())
                return Page(found, answer.url.removeprefix(self.origin))  # type: ignore[arg-type]
        except urllib.error.HTTPError as error:
            found = SimpleNamespace(status_code=error.code, content=error.read())
            return Page(found, path)  # type: ignore[arg-type]

    def press(self, page: Page, button: str, file: bytes | None = None, **typed: Any) -> Page:
        form = page.form(button)
        fields = {name: value[0] if isinstance(value, list) else value for name, value in form.fields.items()}
        return self.open(form.action or page.path, {**fields, **typed}, file)


class Installation:
    """A data folder and what serves from it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.link = folder, ""
        with socket.socket() as trial:
            trial.bind(("127.0.0.1", 0))
            self.port = int(trial.getsockname()[1])
        self.origin = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str] | None = None
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("FELLESTORG", "DATABASE"))}
        self.environment = {**clean, "PYTHONPATH": str(HOUSE / "src"), "FELLESTORG_WORKERS": "1"}

    def run(self, *words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "fellestorg", *words, "--data-dir", str(folder or self.folder)]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False, timeout=SECONDS
        )

    def start(self) -> None:
        words = ["run", "--port", str(self.port), "--data-dir", str(self.folder)]
        with (self.folder.parent / "run.log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "fellestorg", *words],
                env=self.environment, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True,
            )  # fmt: skip
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == f"ready {self.origin}\n", self.log()
        said = iter(self.process.stdout.readline, "")
        told = next(line for line in said if "/velkommen/" in line or "Ctrl-C" in line).strip()
        self.link = told.removeprefix(self.origin) if "/velkommen/" in told else ""

    def stop(self) -> None:
        if self.process is not None:
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGTERM)
            self.process.wait(SECONDS)
            if self.process.stdout is not None:
                self.process.stdout.close()

    def log(self) -> str:
        return (self.folder.parent / "run.log").read_text()

    def letters(self) -> list[str]:
        found = []
        for path in sorted((self.folder / "mail").glob("*.eml")):
            letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            body = letter.get_body(("plain",))
            assert body is not None
            found.append(f"{letter['To']} {letter['Subject']}\n{body.get_content()}")
        return found


def until(condition: Callable[[], Any], what: str) -> Any:
    pause, deadline = threading.Event(), time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        pause.wait(0.1)
    raise AssertionError(f"{what} did not come true")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("real") / "var")
    try:
        made.start()
        yield made
    finally:
        made.stop()


def key_on(page: Page) -> str:
    """The key of the code app, as the page shows it for those who cannot scan."""
    found = re.search(r"<code[^>]*>((?:[A-Z2-7]{4} ?)+)</code>", page.html)
    assert found is not None and "<svg" in page.html, page.words
    return found[1].replace(" ", "")


def spare_codes(page: Page) -> list[str]:
    found = re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", page.html)
    assert len(found) == 10, page.words
    return found


def sheet(rows: list[dict[str, str]]) -> bytes:
    """A workbook with the house's own names of columns; every other test of sheets uses the words people see."""
    headings = list(dict.fromkeys(name for row in rows for name in row))
    return workbook_of("Ark", headings, [[row.get(name, "") for name in headings] for row in rows])


SHEETS: dict[str, list[dict[str, str]]] = {
    "organisations": [
        {"number": AGENCY, "name": "Prøvedirektoratet", "kind": "Statlig virksomhet", "region": "NO081"},
        {"number": BEST, "name": "Første Leveranse AS", "kind": "Leverandør", "email": "ordre@forste.example"},
        {"number": SECOND, "name": "Andre Leveranse AS", "kind": "supplier", "email": "ordre@andre.example"},
    ],
    "people": [
        {"username": "ola.innkjop", "name": "Ola Innkjøp", "email": "ola@prove.example", "organisation": AGENCY,
         "role": "Innkjøper", "limit": "500 000", "invite": "ja"},
        {"username": "per.forvalter", "name": "Per Forvalter", "email": "per@eier.example", "organisation": OWNER,
         "role": "Avtaleforvalter"},
    ],
    "agreements": [
        {"key": "stoler", "title_nb": "Fellesavtale for stoler", "category": "office", "manager": "per.forvalter",
         "starts": "01.01.2026", "ends": "31.12.2027", "extensions": "2028-12-31 2029-12-30"},
    ],
    "lots": [
        {"agreement": "stoler", "key": "kontor", "title_nb": "Kontorstoler", "scope_nb": "Stoler til kontor.",
         "cpv": "39111000", "categories": "chair", "max_value": "1 000 000,00", "suppliers": f"{BEST} {SECOND}"},
    ],
    "participants": [{"agreement": "stoler", "organisation": AGENCY}],
    "delivery-terms": [
        {"agreement": "stoler", "lot": "kontor", "supplier": BEST, "lead_days": "5", "freight": "250"},
    ],
    "policies": [
        {"agreement": "stoler", "lot": "kontor", "amount_below": "100000", "mechanism": "Rangert: nummer 1 som kan levere",
         "source": "Rammeavtalen punkt 4"},
        {"agreement": "stoler", "lot": "kontor", "amount_below": "", "mechanism": "mini_competition",
         "source": "Rammeavtalen punkt 4"},
    ],
    "openings": [{"agreement": "stoler", "lot": "kontor", "amount": "400000"}],
}  # fmt: skip
PRICES = (
    "item;name_nb;category;cpv;standard_assortment;product_name;supplier_number;unit_price\r\n"
    "STOL-1;Kontorstol med armlene;chair;39111000;1;Prøvestol;P-1;1890,00\r\n"
)


def test_from_an_empty_folder_to_the_first_call_off(place: Installation, tmp_path: Path) -> None:
    admin = Browser(place.origin)
    assert "Demo" not in admin.open("/").words and "person" not in admin.open("/logg-inn").html.split("<main")[1]
    assert place.link and place.link not in place.log()

    page = admin.open(place.link)
    typed: dict[str, Any] = {
        "number": f"{OWNER[:3]} {OWNER[3:6]} {OWNER[6:]}", "organisation": "Eierdirektoratet", "name": "Kari Admin",
        "email": "kari@eier.example", "username": "Kari.Admin", "language": "nb", "password": PASSWORDS["kari.admin"],
        "again": PASSWORDS["kari.admin"],
    }  # fmt: skip
    wrong = admin.press(page, "Gå videre", **{**typed, "number": "123456789"})
    assert wrong.status == 422 and "kontrollsiffer" in wrong.words
    page = admin.press(page, "Gå videre", **typed)
    key = key_on(page)
    assert admin.press(page, "Bekreft koden", code="000000").status == 422
    spare = spare_codes(admin.press(page, "Bekreft koden", code=pyotp.TOTP(key).now()))
    assert admin.open(place.link).status == 404

    page = admin.open("/oppsett")
    assert page.status == 200 and "Mangler" in page.words
    admin.press(page, "Logg ut")
    assert "/logg-inn" in admin.open("/oppsett").path
    given: dict[str, Any] = {"username": "kari.admin", "password": PASSWORDS["kari.admin"]}
    page = admin.open("/logg-inn?next=/oppsett")
    assert admin.press(page, "Logg inn", **given, code="12345").status == 422
    assert admin.press(page, "Logg inn", **given, code=spare[0]).path == "/oppsett"

    for kind, rows in SHEETS.items():
        page = admin.open(f"/oppsett/{kind}")
        seen = admin.press(page, "Les inn", sheet(rows), preview="1")
        assert seen.status == 200 and "Ingenting er lagret" in seen.words, (kind, seen.words)
        done = admin.press(page, "Les inn", sheet(rows))
        assert done.path == "/oppsett", (kind, done.words)
    prices = tmp_path / "priser.csv"
    prices.write_text(PRICES)
    words = ["catalogue", "import", str(prices), "--agreement", "stoler", "--lot", "kontor", "--supplier", BEST]
    found = place.run(*words, "--json")
    assert found.returncode == 0, found.stdout + found.stderr
    assert "Alt er på plass" in admin.open("/oppsett").words
    assert place.run("setup", "status").returncode == 0

    letter = until(lambda: next((one for one in place.letters() if "ola@prove.example" in one), ""), "the invitation")
    link = re.search(rf"{place.origin}(/velkommen/\S+)", letter)
    assert link is not None and link[1] not in admin.open("/hendelser").html
    buyer = Browser(place.origin)
    chosen = PASSWORDS["ola.innkjop"]
    page = buyer.press(buyer.open(link[1]), "Gå videre", password=chosen, again=chosen)
    spare_codes(buyer.press(page, "Bekreft koden", code=pyotp.TOTP(key_on(page)).now()))
    answer = buyer.press(buyer.open("/avrop/nytt"), "Finn avtale", lines="STOL-1;10")
    page = buyer.press(answer, "Gjør avropet")
    assert "Første Leveranse AS" in page.words and "Bestilt" in page.words, page.words
    shown = json.loads(place.run("ceiling", "show", "stoler", "--json").stdout)["lots"][0]
    assert shown["used"] == "419150.00"  # the opening balance, ten chairs and their freight

    secrets = (*PASSWORDS.values(), key, *spare, place.link.rpartition("/")[2], link[1].rpartition("/")[2])
    log = place.run("psql", "-At", "-c", "SELECT payload, subject, actor_name FROM kernel_event").stdout
    mails = place.run("psql", "-At", "-c", "SELECT * FROM kernel_mail, organisations_account").stdout
    assert "kari.admin" in log and not [one for one in secrets if one in log + mails + place.log()]
    assert place.run("audit", "verify").returncode == 0


def test_the_folder_and_its_keys_are_their_owners_alone(place: Installation) -> None:
    assert place.folder.stat().st_mode & 0o777 == 0o700
    for name in ("secret_key", "account_key"):
        assert (place.folder / name).stat().st_mode & 0o777 == 0o600


def test_what_is_dumped_while_it_runs_comes_back_the_same(place: Installation, tmp_path: Path) -> None:
    file, fresh = tmp_path / "all.fellestorg", tmp_path / "fresh"
    dumped = place.run("dump", str(file), "--json")
    assert dumped.returncode == 0, dumped.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    assert place.run("dump", str(file)).returncode == 2
    restored = place.run("restore", str(file), "--json", folder=fresh)
    assert restored.returncode == 0, restored.stderr
    answer = json.loads(restored.stdout)
    assert answer["same_head"] and answer["root_head"] == json.loads(dumped.stdout)["root_head"] != ""
    assert answer["faults"] == 0 and answer["events"] > 10
    assert place.run("audit", "verify", folder=fresh).returncode == 0
    for name in ("secret_key", "account_key"):
        assert (fresh / name).read_text() == (place.folder / name).read_text()
        assert (fresh / name).stat().st_mode & 0o777 == 0o600
    query = "SELECT count(*) FROM django_session"
    assert place.run("psql", "-At", "-c", query, folder=fresh).stdout.strip() == "0"
    again = place.run("restore", str(file), folder=fresh)
    assert again.returncode == 1 and "holds an installation already" in again.stderr
    damaged = bytearray(file.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (tmp_path / "damaged").write_bytes(damaged)
    for name, content in (("damaged", None), ("cut", bytes(damaged[:9000])), ("text", b"hei"), ("empty", b"")):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        found = place.run("restore", str(tmp_path / name), folder=tmp_path / "other")
        assert found.returncode == 2 and "Traceback" not in found.stderr, (name, found.stderr)
        assert not (tmp_path / "other").exists()


def test_a_demo_and_a_real_installation_never_share_a_folder(place: Installation) -> None:
    for words in (["--no-serve"], ["--no-serve", "--fresh"]):
        found = place.run("demo", *words)
        assert found.returncode == 1 and "real" in found.stderr and "Traceback" not in found.stderr
    assert place.run("audit", "verify").returncode == 0


def test_a_later_start_prints_no_link(place: Installation) -> None:
    found = place.run("admin-link")
    assert found.returncode == 1 and "administrator" in found.stderr
    place.stop()
    place.start()
    assert place.link == ""
    assert Browser(place.origin).open("/logg-inn").status == 200


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--host", "no.such.host.example"], "no address"),
        (["--port", "x"], "invalid int"),
        (["--nope"], "unrecognized"),
    ],
)
def test_a_start_that_cannot_be_is_said_in_words(place: Installation, words: list[str], said: str) -> None:
    found = place.run("run", *words, folder=place.folder.parent / "nothing")
    assert found.returncode == 2 and said in found.stderr and "Traceback" not in found.stderr
    assert found.stdout == ""
