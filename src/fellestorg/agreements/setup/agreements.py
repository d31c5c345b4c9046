"""Agreements by sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.models import ExtensionOption, FrameworkAgreement
from fellestorg.agreements.models.agreement import FORTY_EIGHT_MONTHS
from fellestorg.agreements.setup.reading import actor_owns, key_in, texts_in
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.setup import Column, Row, Tally
from fellestorg.kernel.sheets import RowError, day_in
from fellestorg.organisations.models import Organisation, Person, RoleGrant

COLUMNS = (
    Column(
        "key", _("Nøkkel"), _("Kort navn i adresser, som pc-utstyr: små bokstaver, tall og bindestrek."), required=True
    ),
    Column("title_nb", _("Tittel"), required=True),
    Column("title_nn", _("Tittel på nynorsk"), _("Tomt: som på bokmål.")),
    Column("title_en", _("Tittel på engelsk"), _("Tomt: som på bokmål.")),
    Column("summary_nb", _("Sammendrag"), shape="long"),
    Column("summary_nn", _("Sammendrag på nynorsk"), _("Tomt: som på bokmål."), shape="long"),
    Column("summary_en", _("Sammendrag på engelsk"), _("Tomt: som på bokmål."), shape="long"),
    Column("category", _("Kategori"), _("For eksempel ict eller office."), required=True),
    Column("owner", _("Eier"), _("Organisasjonsnummeret. Tomt: virksomheten som har SI-administratoren.")),
    Column("manager", _("Avtaleforvalter"), _("Brukernavnet."), required=True),
    Column("starts", _("Første dag"), required=True, shape="day"),
    Column("ends", _("Siste dag"), _("Uten opsjoner som ikke er utløst."), required=True, shape="day"),
    Column(
        "extensions",
        _("Opsjoner på forlengelse"),
        _("Siste dag for hver opsjon, i rekkefølge, med mellomrom: 2028-03-31 2029-03-31."),
    ),
    Column(
        "ruleset_date",
        _("Kunngjort"),
        _("Datoen for kunngjøringen; den velger regelverket. Tomt: første dag."),
        shape="day",
    ),
    Column(
        "long_duration_reason",
        _("Grunn til over fire år"),
        _("Bare når avtalen med opsjoner varer over fire år."),
        shape="long",
    ),
    Column("source", _("Kilde"), _("Hvor avtalen er å lese.")),
)


def write_agreements(rows: Sequence[Row], actor: Actor, now: datetime) -> Tally:
    """Make the agreements. One that stands already must be as the row says."""
    tally = Tally()
    for row in rows:
        key = key_in(row, "key")
        given, ends = _agreement(row, actor)
        known = FrameworkAgreement.objects.filter(key=key).first()
        if not row.is_good:
            continue
        if known is None:
            tally.new += row.attempt(partial(register, FrameworkAgreement(key=key, **given), ends, actor, now))
        elif all(getattr(known, name) == value for name, value in given.items()):
            tally.unchanged += 1
        else:
            row.bad("key", "exists", gettext("avtalen finnes alt og er en annen; endre den på avtalens side"))
    return tally


def _agreement(row: Row, actor: Actor) -> tuple[dict[str, Any], list[date]]:
    starts, ends = row.day("starts"), row.day("ends")
    options = _days(row, "extensions")
    if starts and ends:
        row_days = [starts, ends, *options]
        if any(later <= earlier for earlier, later in pairwise(row_days)):
            row.bad("ends" if not options else "extensions", "out_of_order", gettext("datoene må komme i rekkefølge"))
    latest = max([one for one in (ends, *options) if one], default=None)
    reason = row.text("long_duration_reason", 2000)
    if starts and latest and latest >= starts + FORTY_EIGHT_MONTHS and not reason:
        text = gettext("avtalen varer over fire år med opsjoner; oppgi grunnen (FA-1)")
        row.bad("long_duration_reason", "over_48_months", text)
    given = {
        **texts_in(row, "title", 200),
        **texts_in(row, "summary", 4000),
        "category": row.text("category", 60),
        "owner": _owner(row, actor),
        "manager": _manager(row),
        "starts": starts,
        "ends": ends,
        "latest_end": latest,
        "long_duration_reason": reason,
        "ruleset_date": row.day("ruleset_date") or starts,
        "source": row.text("source", 300),
    }
    return given, options


def register(made: FrameworkAgreement, options: Sequence[date], actor: Actor, now: datetime) -> None:
    """Save a new agreement with its extension options, and tell the log; in the caller's transaction."""
    made.save(force_insert=True)
    first = made.ends + timedelta(days=1)
    for last in options:
        ExtensionOption.objects.create(agreement=made, starts=first, ends=last)
        first = last + timedelta(days=1)
    subject = f"agreement:{made.key}"
    told = {
        "owner": made.owner.number,
        "manager": made.manager.username,
        "from": made.starts.isoformat(),
        "to": made.ends.isoformat(),
        "options": [last.isoformat() for last in options],
    }
    events.record(Happening(subject, "agreement_registered", subject, actor, now, told))


def _owner(row: Row, actor: Actor) -> Organisation | None:
    wanted = row.text("owner", 40).replace(" ", "")
    owners = Organisation.objects.filter(grants__role=RoleGrant.Role.SI_ADMIN).distinct()
    found = list(owners.filter(number=wanted) if wanted else owners[:2])
    if len(found) != 1:
        row.bad("owner", "unknown_owner", gettext("oppgi nummeret til virksomheten som har en SI-administrator"))
        return None
    if not actor_owns(actor, found[0].number):
        row.bad("owner", "not_administrator", gettext("du er ikke SI-administrator for denne virksomheten"))
    return found[0]


def _manager(row: Row) -> Person | None:
    username = row.text("manager", 60).lower()
    found = Person.objects.filter(username=username, active=True).first()
    if username and found is None:
        row.bad("manager", "unknown_person", gettext("det finnes ingen med dette brukernavnet"))
    elif found is not None and not found.grants.filter(role=RoleGrant.Role.AGREEMENT_MANAGER).exists():
        row.bad("manager", "not_agreement_manager", gettext("personen har ikke rollen avtaleforvalter"))
    return found


def _days(row: Row, name: str) -> list[date]:
    found = []
    for text in row.many(name):
        try:
            found.append(day_in(text))
        except RowError as error:
            row.bad(name, error.code, error.text)
    return found
