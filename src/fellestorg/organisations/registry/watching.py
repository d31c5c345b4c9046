"""What the register says of organisations the house knows, and did not say before: a dated row, and a warning to those
concerned. A bankruptcy is proposed to SI and never recorded by itself (``organisations/insolvency.py`` does that)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.urls import reverse

from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import SYSTEM
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.organisations.models import (
    Organisation,
    Person,
    RegisteredUnit,
    RegistryChange,
    RegistryFeed,
    RoleGrant,
)
from fellestorg.organisations.queries import people_with_role
from fellestorg.organisations.registry.client import Registry, RegistryDownError
from fellestorg.organisations.registry.files import read_units
from fellestorg.organisations.registry.looking import keep, registry
from fellestorg.organisations.registry.units import Unit, differences, unit_from_json
from fellestorg.organisations.rules import NORWAY

_BATCH = 2000
# Who else is to be told: a room above knows whose agreements and pages a change touches.
Concerned = Callable[[Organisation, date], Iterable[Person]]
_concerned: list[Concerned] = []


def register_concerned(source: Concerned) -> None:
    """Add those to be told of a change. Called when a room is ready."""
    if source not in _concerned:
        _concerned.append(source)


def read_changes(now: datetime) -> list[RegistryChange]:
    """Read the feed from where it was left, and note what matters. Empty where no address is set up.

    Raises RegistryDownError where the register fails; what was noted before that stands, and the next goes on there.
    """
    there = registry()
    if there is None:
        return []
    feed, _made = RegistryFeed.objects.get_or_create(id=1)
    try:
        noted = _follow(there, feed, now)
        noted += _ask_for_unknown(there, now)
    except RegistryDownError as error:
        RegistryFeed.objects.filter(id=1).update(asked_at=now, trouble=str(error)[:300])
        raise
    RegistryFeed.objects.filter(id=1).update(asked_at=now, trouble="")
    return noted


def import_file(path: Path, now: datetime) -> tuple[int, list[RegistryChange]]:
    """Read the file of all units into the house's own copy. Answers how many, and what it told of those known here.

    One transaction: a file that breaks off leaves the copy as it was. Raises BadInput for what cannot be read.
    """
    known = {row.number: row for row in Organisation.objects.filter(country=NORWAY)}
    count, noted, batch = 0, list[RegistryChange](), list[Unit]()
    with transaction.atomic():
        for unit in read_units(path):
            count += 1
            if unit.number in known:
                noted += note(known[unit.number], unit, "file", now)
            else:
                batch.append(unit)
            if len(batch) >= _BATCH:
                _keep_all(batch, now)
                batch = []
        _keep_all(batch, now)
    return count, noted


@transaction.atomic
def note(
    organisation: Organisation, unit: Unit, source: str, now: datetime, update_id: int | None = None
) -> list[RegistryChange]:
    """Keep what the register says of an organisation; what is new is noted, with its event, and told."""
    kept = RegisteredUnit.objects.select_for_update().filter(number=unit.number).first()
    before = unit_from_json(kept.facts) if kept else None
    noted = []
    for one in differences(before, unit, clock.local_day(now)):
        row, made = RegistryChange.objects.get_or_create(
            organisation=organisation,
            kind=one.kind,
            on=one.on,
            after=one.after,
            defaults={"before": one.before, "update_id": update_id, "noted_at": now},
        )
        if made:
            noted.append(row)
            _tell(row, now)
    keep(unit, source, now)
    return noted


def changes_of(number: str) -> list[RegistryChange]:
    """What was noted of an organisation, the newest first."""
    return list(RegistryChange.objects.filter(organisation__number=number).select_related("organisation"))


def _follow(there: Registry, feed: RegistryFeed, now: datetime) -> list[RegistryChange]:
    known = {row.number: row for row in Organisation.objects.filter(country=NORWAY)}
    latest: dict[str, int] = {}
    last = feed.last_id
    for update in there.updates(feed.last_id, now - timedelta(days=1)):
        last = update.id
        if update.number in known:
            latest[update.number] = update.id
    noted = []
    numbers = sorted(latest, key=lambda number: latest[number])
    found = there.units(numbers)
    for number in numbers:
        # Removed ones are not among the others, and are asked for by themselves.
        unit = found.get(number) or there.unit(number)
        if unit is not None:
            noted += note(known[number], unit, "api", now, latest[number])
    RegistryFeed.objects.filter(id=1).update(last_id=last)
    return noted


def _ask_for_unknown(there: Registry, now: datetime) -> list[RegistryChange]:
    """Suppliers that the register was never asked about: what they are today is what changes are measured from."""
    asked = RegisteredUnit.objects.values("number")
    suppliers = Organisation.objects.filter(country=NORWAY, kind=Organisation.Kind.SUPPLIER).exclude(number__in=asked)
    noted = []
    rows = {row.number: row for row in suppliers.order_by("number")}
    for number, unit in there.units(list(rows)).items():
        noted += note(rows[number], unit, "api", now)
    return noted


def _keep_all(units: list[Unit], now: datetime) -> None:
    rows = {
        unit.number: RegisteredUnit(
            number=unit.number, name=unit.name, facts=unit.as_json(), source=RegisteredUnit.Source.FILE, as_of=now
        )
        for unit in units
    }
    RegisteredUnit.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["number"],
        update_fields=["name", "facts", "source", "as_of"],
    )


def _tell(row: RegistryChange, now: datetime) -> None:
    organisation, day = row.organisation, clock.local_day(now)
    subject = f"organisation:{organisation.number}"
    told = {"kind": row.kind, "on": row.on.isoformat(), "before": row.before, "after": row.after}
    events.record(Happening(subject, "registry_change_noted", subject, SYSTEM, now, told))
    people = {one.pk: one for source in _concerned for one in source(organisation, day)}
    if not people:
        people = {one.pk: one for one in people_with_role(RoleGrant.Role.SI_ADMIN, None, day)}
    recipients = [Recipient(one.key, one.email, one.language) for one in people.values()]
    facts = {"supplier": organisation.name, "before": row.before, "after": row.after, "on": row.on.isoformat()}
    messages.tell(
        recipients, f"registry_{row.kind}", facts, link=reverse("organisation", args=[organisation.number]), at=now
    )
