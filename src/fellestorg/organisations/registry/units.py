"""A unit of the register as the house reads it. Pure. Nothing in an answer is taken on trust."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from fellestorg.organisations.rules import clean_number
from fellestorg.values import BadInput

_LONGEST_NAME = 300


class BadAnswerError(ValueError):
    """An answer that is not what the interface's description says."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A legal entity on the register. ``form`` is a code (AS, ENK, ORGL, NUF …), ``language`` nb or nn or empty.

    ``bankrupt_on`` and ``deleted_on`` are empty where the register does not tell the day.
    """

    number: str
    name: str
    form: str = ""
    address: str = ""
    website: str = ""
    language: str = ""
    sector: str = ""
    employees: int | None = None
    registered_on: date | None = None
    bankrupt: bool = False
    bankrupt_on: date | None = None
    dissolving: bool = False
    compulsory: bool = False
    deleted: bool = False
    deleted_on: date | None = None

    @property
    def trades(self) -> bool:
        """Whether it may enter into agreements: neither bankrupt, nor being wound up by force, nor deleted."""
        return not (self.bankrupt or self.compulsory or self.deleted)

    def as_json(self) -> dict[str, Any]:
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(self).items()}


def unit_from_json(kept: Mapping[str, Any]) -> Unit:
    """A unit as :meth:`Unit.as_json` wrote it."""
    days = ("registered_on", "bankrupt_on", "deleted_on")
    given: dict[str, Any] = dict(kept)
    return Unit(**given | {key: date.fromisoformat(given[key]) for key in days if given.get(key)})


def unit_of(data: Any) -> Unit:
    """The unit in an answer (``Enhet``). Raises BadAnswerError where number or name is missing or cannot be."""
    if not isinstance(data, Mapping):
        raise BadAnswerError("a unit is not an object")
    try:
        number = clean_number(str(data.get("organisasjonsnummer", "")))
    except BadInput as error:
        raise BadAnswerError(str(error)) from None
    name = _text(data, "navn", _LONGEST_NAME)
    deleted_on = _day(data, "slettedato")
    if not name and deleted_on is None:
        raise BadAnswerError(f"unit {number} has no name")
    employees = data.get("antallAnsatte")
    spoken = _text(data, "maalform", 20).lower()
    return Unit(
        number,
        name,
        form=_text(_inside(data, "organisasjonsform"), "kode", 10),
        address=_address(_inside(data, "forretningsadresse") or _inside(data, "postadresse")),
        website=_text(data, "hjemmeside", 300),
        language={"bokmål": "nb", "nynorsk": "nn"}.get(spoken, ""),
        sector=_text(_inside(data, "institusjonellSektorkode"), "kode", 10),
        employees=employees if isinstance(employees, int) and 0 <= employees < 10_000_000 else None,
        registered_on=_day(data, "registreringsdatoEnhetsregisteret"),
        bankrupt=data.get("konkurs") is True,
        bankrupt_on=_day(data, "konkursdato"),
        dissolving=data.get("underAvvikling") is True,
        compulsory=data.get("underTvangsavviklingEllerTvangsopplosning") is True,
        deleted=deleted_on is not None,
        deleted_on=deleted_on,
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """What the register says now and did not before. ``kind`` is a kind of ``RegistryChange``."""

    kind: str
    on: date
    before: str
    after: str


def differences(before: Unit | None, now: Unit, today: date) -> list[Difference]:
    """What somebody who trades with a unit must know. Without ``before``, only what is wrong with it counts."""
    old = before or Unit(now.number, now.name)
    found = []
    if now.bankrupt and not old.bankrupt:
        found.append(Difference("bankruptcy", now.bankrupt_on or today, "", ""))
    if now.compulsory and not old.compulsory:
        found.append(Difference("compulsory", today, "", ""))
    if now.dissolving and not old.dissolving:
        found.append(Difference("dissolution", today, "", ""))
    if now.deleted and not old.deleted:
        found.append(Difference("deletion", now.deleted_on or today, "", ""))
    if now.name and now.name.casefold() != old.name.casefold():
        found.append(Difference("name", today, old.name, now.name))
    return found


def _inside(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    return value if isinstance(value, Mapping) else {}


def _text(data: Mapping[str, Any], key: str, most: int) -> str:
    value = data.get(key)
    return " ".join(value.split())[:most] if isinstance(value, str) else ""


def _day(data: Mapping[str, Any], key: str) -> date | None:
    value = data.get(key)
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _address(data: Mapping[str, Any]) -> str:
    lines = data.get("adresse")
    street = [line for line in lines if isinstance(line, str)] if isinstance(lines, list) else []
    place = f"{_text(data, 'postnummer', 12)} {_text(data, 'poststed', 60)}".strip()
    return ", ".join(part for part in (*street, place) if part)[:300]
