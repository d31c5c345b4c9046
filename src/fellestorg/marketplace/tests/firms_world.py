"""A register that answers, people without a role and a firm's registration, as tests of the way in want them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.test import Client

from fellestorg.demo_data.seeded import invented_number
from fellestorg.marketplace.firms.models import Firm
from fellestorg.organisations.models import Person
from fellestorg.organisations.registry.local import Book, serving

NUMBER, GONE, BANKRUPT = invented_number(9001), invented_number(9002), invented_number(9003)
PDF = b"%PDF-1.4 fullmakt"
REGISTER = "/skytjenester/firmaer/registrer"


def _unit(number: str, name: str) -> dict[str, Any]:
    return {"organisasjonsnummer": number, "navn": name, "organisasjonsform": {"kode": "AS"}, "konkurs": False}


def person(username: str, email: str = "") -> Client:
    """Somebody with an account of her own and no role."""
    made = Person.objects.create(username=username, name=username.title(), email=email or f"{username}@demo.example")
    client = Client()
    session = client.session
    session["person"] = made.pk
    session.save()
    return client


def known(username: str) -> Client:
    client = Client()
    client.post("/logg-inn", {"person": username})
    return client


def form(number: str = NUMBER, **more: Any) -> dict[str, Any]:
    return {
        "nummer": number, "version": "2023-1", "terms": "on", "name": "Tåkeheimen Sky", "right": "role",
        "website": "https://takeheimen.example", "email": "post@takeheimen.example", **more,
    }  # fmt: skip


def ours() -> Firm:
    return Firm.objects.get(organisation__number=NUMBER)


def text(response: Any) -> str:
    content: str = response.content.decode()
    return re.sub(r"<[^>]+>|\s+", " ", content)


@contextmanager
def register(settings: Any) -> Iterator[Book]:
    """A register with a firm in it, one that is bankrupt and one that is deleted; the house asks it while this lasts."""
    book = Book({number: _unit(number, "TÅKEHEIMEN SKY AS") for number in (NUMBER, BANKRUPT)}, {GONE})
    book.units[BANKRUPT]["konkurs"] = True
    with serving(book) as address:
        settings.BRREG_URL = address
        yield book
