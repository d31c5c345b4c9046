"""What is filled in, read and checked: the agency's own part, and what one supplier is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from stdnum.no import orgnr

from fellestorg.values import BadInput, Problem

_ENDPOINT = re.compile(r"([0-9]{4}):([A-Za-z0-9._-]{1,50})")
# Peppol's scheme for Norwegian organisation numbers (ISO 6523 ICD 0192).
_ORGANISATION_NUMBERS = "0192"
_MOST_PEOPLE = 50


@dataclass(frozen=True, slots=True)
class OwnPart:
    """Where goods and invoices go and whom to ask, the same for all suppliers."""

    delivery_address: str
    invoice_address: str
    invoice_endpoint: str
    buyer_reference: str
    contact_name: str
    contact_email: str
    contact_phone: str


@dataclass(frozen=True, slots=True)
class SupplierPart:
    """What one supplier is told besides. ``people`` are (name, e-mail) of those who are to use its shop."""

    customer_number: str
    people: tuple[tuple[str, str], ...]
    note: str


_LONGEST = {
    "delivery_address": 300,
    "invoice_address": 300,
    "invoice_endpoint": 60,
    "buyer_reference": 100,
    "contact_name": 200,
    "contact_email": 254,
    "contact_phone": 30,
}
_REQUIRED = ("delivery_address", "invoice_endpoint", "contact_name", "contact_email")


def read_own(given: Mapping[str, str]) -> OwnPart:
    """The agency's own part. Raises BadInput with every problem."""
    values = {name: " ".join(given.get(name, "").replace("\x00", "").split()) for name in _LONGEST}
    problems = [Problem(name, "missing", _("Fyll ut dette.")) for name in _REQUIRED if not values[name]]
    problems += [
        Problem(name, "too_long", _("Høyst %(most)s tegn.") % {"most": most})
        for name, most in _LONGEST.items()
        if len(values[name]) > most
    ]
    if values["invoice_endpoint"] and (wrong := _endpoint_problem(values["invoice_endpoint"])):
        problems.append(Problem("invoice_endpoint", "not_an_endpoint", wrong))
    if values["contact_email"] and not _is_email(values["contact_email"]):
        problems.append(Problem("contact_email", "not_an_email", _("Skriv en e-postadresse.")))
    BadInput.raise_if(problems)
    return OwnPart(**values)


def read_supplier(given: Mapping[str, str]) -> SupplierPart:
    """What one supplier is told. Raises BadInput with every problem, each line of people by its number."""
    number = given.get("customer_number", "").replace("\x00", "").strip()
    note = given.get("note", "").replace("\x00", "").strip()
    problems = []
    if len(number) > 60:
        problems.append(Problem("customer_number", "too_long", _("Høyst %(most)s tegn.") % {"most": 60}))
    if len(note) > 2000:
        problems.append(Problem("note", "too_long", _("Høyst %(most)s tegn.") % {"most": 2000}))
    people: dict[str, str] = {}
    lines = [one for one in given.get("people", "").replace("\x00", "").splitlines() if one.strip()]
    for index, line in enumerate(lines, 1):
        name, email = _person(line)
        if not name or not _is_email(email) or len(name) > 200:
            wrong = _("Linje %(number)d: skriv navn og e-post, slik: Kari Demo <kari@demo.example>.") % {
                "number": index
            }
            problems.append(Problem("people", "not_a_person", wrong))
        people[email.casefold()] = name
    if len(lines) > _MOST_PEOPLE:
        problems.append(Problem("people", "too_many", _("Høyst %(most)s personer.") % {"most": _MOST_PEOPLE}))
    BadInput.raise_if(problems)
    return SupplierPart(number, tuple((name, email) for email, name in people.items()), note)


def _person(line: str) -> tuple[str, str]:
    cut = line.replace("<", ",").replace(">", "").replace(";", ",").rpartition(",")
    return " ".join(cut[0].split()).strip(","), cut[2].strip()


def _endpoint_problem(endpoint: str) -> str:
    found = _ENDPOINT.fullmatch(endpoint)
    if not found:
        return _("Skriv skjema og nummer, for eksempel 0192:986252932.")
    if found[1] == _ORGANISATION_NUMBERS and not orgnr.is_valid(found[2]):
        return _("Organisasjonsnummeret er ikke gyldig.")
    return ""


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254
