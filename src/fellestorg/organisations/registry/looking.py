"""One question to the register: by its interface where one is set up, else by the file that was read."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from fellestorg.organisations.models import Organisation, RegisteredUnit
from fellestorg.organisations.registry.client import Registry, RegistryDownError
from fellestorg.organisations.registry.units import Unit, unit_from_json

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the register said. ``source`` is ``api``, ``file`` or, where nothing could be asked, ``none``; ``unit`` is None
    where it knows no such number, or was not asked."""

    unit: Unit | None
    source: str
    as_of: datetime | None = None

    @property
    def asked(self) -> bool:
        return self.source != "none"


def registry() -> Registry | None:
    """The interface, where an address is set up."""
    return Registry(settings.BRREG_URL) if settings.BRREG_URL else None


def look_up(number: str, now: datetime) -> Answer:
    """What the register says of a Norwegian number. A register that does not answer is not an error: the file is asked,
    and where there is none either, nobody was."""
    there = registry()
    if there is not None:
        try:
            unit = there.unit(number)
        except RegistryDownError as error:
            log.warning("the register did not answer: %s", error)
        else:
            if unit is not None and not Organisation.objects.filter(number=number).exists():
                # What is kept of organisations we know is what they are watched by, and only the watch renews it.
                keep(unit, RegisteredUnit.Source.API, now)
            return Answer(unit, "api", now)
    kept = RegisteredUnit.objects.filter(number=number).first()
    if kept is not None:
        return Answer(unit_from_json(kept.facts), kept.source, kept.as_of)
    latest = RegisteredUnit.objects.filter(source=RegisteredUnit.Source.FILE).order_by("-as_of").first()
    return Answer(None, "file", latest.as_of) if latest else Answer(None, "none")


def keep(unit: Unit, source: str, now: datetime) -> None:
    """Keep what the register said."""
    facts = {"name": unit.name, "facts": unit.as_json(), "source": source, "as_of": now}
    RegisteredUnit.objects.update_or_create(number=unit.number, defaults=facts)
