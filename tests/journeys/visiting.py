"""Somebody at the web address: signs in, fills in forms, presses buttons and reads what the page says."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client

_SILENT = ("script", "style", "template", "svg", "option")


@dataclass
class Form:
    """A form of a page: where it goes, what it holds, and what its buttons say."""

    action: str
    fields: dict[str, Any] = field(default_factory=dict)
    buttons: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.title, self.words, self.forms = "", [""], [Form("")]
        self.links: dict[str, str] = {}
        self.main = self.silent = self.button = 0
        self.in_title, self.link, self.area = False, "", ""

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        given = dict(pairs)
        if tag == "main":
            self.main += 1
        elif tag in _SILENT:
            self.silent += 1
        elif tag == "form":
            self.forms.append(Form(given.get("action") or ""))
        elif tag == "button":
            self.button += 1
        elif tag == "a":
            self.link = given.get("href") or ""
        elif tag == "textarea":
            self.area = given.get("name") or ""
            self.forms[-1].fields[self.area] = ""
        elif tag == "input" and given.get("name") and given.get("type") not in ("file", "submit", "radio", "checkbox"):
            self.forms[-1].fields.setdefault(given["name"] or "", []).append(given.get("value") or "")
        self.in_title = tag == "title"

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self.main -= 1
        elif tag in _SILENT:
            self.silent -= 1
        elif tag == "button":
            self.button -= 1
        elif tag == "a":
            self.link = ""
        elif tag == "textarea":
            self.area = ""
        elif tag == "form":
            self.forms.append(Form(""))
        self.in_title = False

    def handle_data(self, data: str) -> None:
        if self.area:
            self.forms[-1].fields[self.area] += data if self.forms[-1].fields[self.area] else data.removeprefix("\n")
        if self.in_title:
            self.title += data
        if self.button:
            self.forms[-1].buttons += data
        if self.link:
            self.links[data.strip()] = self.link
        if self.main and not self.silent and data.strip():
            self.words.append(data)


@dataclass(frozen=True)
class Page:
    """An answer as read: its status, where it lies, the words of its main part, its links and forms."""

    response: HttpResponse
    path: str

    @property
    def status(self) -> int:
        return self.response.status_code

    @cached_property
    def html(self) -> str:
        return self.response.content.decode()

    @cached_property
    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.html)
        return reader

    @cached_property
    def words(self) -> str:
        """The visible text of the main part, with one plain space between words."""
        return re.sub(r"[\s\u00a0\u202f]+", " ", " ".join(self._read.words)).strip()

    @property
    def links(self) -> dict[str, str]:
        return self._read.links

    def form(self, button: str) -> Form:
        """The form whose button says this."""
        forms = {re.sub(r"\s+", " ", form.buttons).strip(): form for form in self._read.forms}
        found = next((form for text, form in forms.items() if button in text), None)
        assert found is not None, f"no button {button!r} among {list(forms)} on {self.path}: {self.words[:900]}"
        return found

    def hidden(self, name: str) -> str:
        """What the first field of this name holds."""
        return next(form.fields[name][0] for form in self._read.forms if name in form.fields)

    @property
    def needs(self) -> list[dict[str, Any]]:
        """The needs behind the buttons of an answer, best first."""
        fields = [form.fields.get("need") for form in self._read.forms]
        return [json.loads(one[0]) for one in fields if one]


class Visitor:
    """A browser of somebody's own. ``Visitor()`` has not signed in."""

    def __init__(self, username: str = "", language: str = "") -> None:
        self.client = Client()
        if username:
            self.send("/logg-inn", {"person": username}, status=302)
        if language:
            self.client.cookies["django_language"] = language

    def read(self, path: str, status: int = 200) -> Page:
        """Open an address."""
        return self._page(self.client.get(path), path, status)

    def send(self, path: str, fields: dict[str, Any] | None = None, status: int = 302) -> Page:
        """Send a form to an address."""
        return self._page(self.client.post(path, fields or {}), path, status)

    def press(self, page: Page, button: str, status: int = 302, **typed: Any) -> Page:
        """Press a button of a page, with what was typed; follow where the answer leads."""
        form = page.form(button)
        answered = self.send(form.action or page.path, {**form.fields, **typed}, status)
        return self.read(answered.response["Location"]) if status == 302 else answered

    def state(self, status: int = 200, **typed: Any) -> Page:
        """State a need in the form of a new call-off."""
        return self.press(self.read("/avrop/nytt"), "Finn avtale", status, **typed)

    def call_off(self, **typed: Any) -> str:
        """State a need, press the first button, and return the number of the call-off."""
        return self.number(self.commit(self.state(**typed)))

    def commit(self, answer: Page) -> Page:
        """Press the one button of an answer and read the call-off's page."""
        sent = self.send("/avrop/gjor", {"need": json.dumps(answer.needs[0])})
        return self.read(sent.response["Location"])

    def json(self, path: str) -> Any:
        """Read an address as data."""
        return json.loads(self.read(path).response.content)

    def pdf(self, path: str) -> bytes:
        """Download a PDF."""
        page = self.read(path)
        assert page.response["Content-Type"] == "application/pdf"
        assert page.response.content.startswith(b"%PDF-")
        return page.response.content

    @staticmethod
    def number(page: Page) -> str:
        """The number of the call-off whose page this is."""
        return page.path.rpartition("/")[2]

    def _page(self, response: HttpResponse, path: str, status: int) -> Page:
        page = Page(response, path)
        assert page.status == status, (
            f"{path}: {page.status}, {page.words[:600] if page.status != 302 else response['Location']}"
        )
        return page
