"""A file of bookings taken in, and hand-overs counted.

A source's reference makes one booking, however often it is sent: a row that says the same is left alone, one that says
something else takes the place of the one before, which is kept. Good rows come in though others are rejected; the file
may be mended and sent anew.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.sheets import RowProblem
from fellestorg.kernel.text import LANGUAGES
from fellestorg.organisations.models import Organisation
from fellestorg.travel.bookings import policy
from fellestorg.travel.bookings.cells import Stated, understand
from fellestorg.travel.bookings.handover import reached
from fellestorg.travel.bookings.reading import Dropped, Row, Rows, read
from fellestorg.travel.bookings.tables import AgreementTables
from fellestorg.travel.models import Booking, BookingIntake, BookingSource, Channel, HandOver, Mode, RejectedRow
from fellestorg.values import Refused

# What an answer tells of a file where nearly everything is wrong; every rejected row is counted all the same.
MOST_TOLD = 1_000
_QUOTED = re.compile("«[^»]*»|“[^”]*”")


@dataclass
class TakenIn:
    """What came of a file. Every row read is new, changed, unchanged or rejected. ``intake`` is None after a preview."""

    intake: BookingIntake | None = None
    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected_rows: int = 0
    rejected: list[RowProblem] = field(default_factory=list)
    dropped: tuple[Dropped, ...] = ()
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def accepted(self) -> int:
        return self.new + self.changed + self.unchanged

    def as_json(self) -> dict[str, object]:
        """The shape of every intake's answer, with the columns that were not read."""
        return {
            "read": self.read,
            "accepted": self.accepted,
            "rejected": [one.as_json() for one in self.rejected],
            "changes": {"new": self.new, "changed": self.changed, "unchanged": self.unchanged},
            "dropped": [{"column": one.column, "code": one.code} for one in self.dropped],
        }


def take_in(
    path: Path, source: BookingSource, *, actor: Actor, now: datetime, file_name: str, preview: bool = False
) -> TakenIn:
    """Read a file of bookings (CSV, XLSX, JSON) from a source and measure each against the agreements.

    ``preview`` does the same and writes nothing. Raises Refused where the actor may not send for the source, BadInput
    where the file as a whole cannot be read; then nothing is written.
    """
    allowed = policy.may_send(actor, source)
    if not allowed.allowed:
        raise Refused(allowed.reason, policy.refusal_text(allowed.reason))
    with transaction.atomic():
        # One file at a time from a source, so that a reference is judged against what is really there.
        source = BookingSource.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=source.pk)
        rows = read(path, source.headings)
        done = write(rows, source, sent_by=actor.name, now=now, file_name=file_name, sha256=_sha256(path))
        if preview or done.intake is None:
            transaction.set_rollback(True)
            done.intake = None
            return done
        events.record(happening(done.intake, actor, now))
    return done


def write(
    rows: Rows,
    source: BookingSource,
    *,
    sent_by: str,
    now: datetime,
    file_name: str,
    sha256: str,
    tables: AgreementTables | None = None,
) -> TakenIn:
    """Write the rows of a file, in the caller's transaction and with the source locked. The event is the caller's."""
    done = TakenIn(dropped=rows.dropped)
    intake = BookingIntake.objects.create(
        source=source,
        file_name=file_name[-200:],
        sha256=sha256,
        sent_by_name=sent_by,
        sent_at=now,
        dropped=[{"column": one.column, "code": one.code} for one in rows.dropped],
    )
    writer = _Writer(source, intake, done, clock.local_day(now), tables or AgreementTables())
    for stretch in rows.stretches:
        writer.write(stretch)
    for name in ("read", "new", "changed", "unchanged"):
        setattr(intake, name, getattr(done, name))
    intake.rejected = done.rejected_rows
    intake.save()
    done.intake = intake
    return done


def happening(intake: BookingIntake, actor: Actor, now: datetime) -> Happening:
    """What the log tells of a file."""
    counts = {name: getattr(intake, name) for name in ("read", "new", "changed", "unchanged", "rejected")}
    payload = {"intake": intake.pk, "sha256": intake.sha256, **counts}
    key = intake.source.key
    return Happening(f"bookings:{key}", "bookings_taken_in", f"bookings:{key}", actor, now, payload)


def hand_over(
    agency: Organisation, mode: Mode, place: str, channel: Channel, *, actor: Actor, now: datetime
) -> HandOver:
    """Count that somebody goes on to the agency's travel agency to book. Who it was is not kept, so no event tells it.

    Raises Refused where the agency has no travel agency that can be reached, or is not the actor's own.
    """
    if agency.number not in actor.organisations(*policy.AGENCY):
        raise Refused("not_own_agency", _("Du kan bare bestille reiser for din egen virksomhet."))
    found = reached([agency.number], clock.local_day(now))
    if not found:
        raise Refused("no_travel_agency", _("Virksomheten har ikke fått tildelt reisebyrå."))
    travel_agency = Organisation.objects.get(number=found[0].travel_agency)
    return HandOver.objects.create(
        agency=agency, travel_agency=travel_agency, mode=mode, place=place[:60], channel=channel, at=now
    )


class _Writer:
    """Writes a file's rows, a stretch at a time."""

    def __init__(
        self, source: BookingSource, intake: BookingIntake, done: TakenIn, today: date, tables: AgreementTables
    ) -> None:
        self.source, self.intake, self.done, self.today = source, intake, done, today
        self.tables = tables
        self.references: set[str] = set()
        self.rejections: list[RejectedRow] = []
        is_agency = source.organisation.kind != Organisation.Kind.SUPPLIER
        # Cards and booking tools of an agency tell of that agency only.
        self.only_agency = source.organisation.number if is_agency else ""

    def write(self, stretch: list[Row]) -> None:
        self.done.read += len(stretch)
        stated = [one for row in stretch if (one := self._understood(row)) is not None]
        known = {
            one.reference: one
            for one in Booking.objects.filter(
                source=self.source, replaced_in=None, reference__in=[one.reference for one in stated]
            ).only("id", "reference", "digest")
        }
        fresh: list[Booking] = []
        replaced: list[int] = []
        for one in stated:
            before, digest = known.get(one.reference), one.digest()
            if before is not None and before.digest == digest:
                self.done.unchanged += 1
                continue
            if before is not None:
                replaced.append(before.pk)
                self.done.changed += 1
            else:
                self.done.new += 1
            fresh.append(self._measured(one, digest))
        Booking.objects.filter(pk__in=replaced).update(replaced_in=self.intake)
        Booking.objects.bulk_create(fresh, batch_size=1000)
        RejectedRow.objects.bulk_create(self.rejections, batch_size=1000)
        self.rejections = []

    def _understood(self, row: Row) -> Stated | None:
        stated, problems = self._judged(row)
        if problems or stated is None:
            self._reject(row, problems)
            return None
        self.references.add(stated.reference)
        return stated

    def _judged(self, row: Row) -> tuple[Stated | None, list[RowProblem]]:
        """What the row says and all that is wrong with it, in the active language."""
        stated, problems = understand(row, self.today)
        return stated, problems if stated is None else list(self._misfits(stated, row.number))

    def _misfits(self, stated: Stated, row: int) -> Iterable[RowProblem]:
        if stated.reference in self.references:
            yield RowProblem(row, "reference", "reference_twice", _("referansen står flere ganger i fila"))
        if not self.tables.is_buyer(stated.agency):
            yield RowProblem(row, "agency", "unknown_agency", _("ingen virksomhet her har dette nummeret"))
        elif self.only_agency and stated.agency != self.only_agency:
            yield RowProblem(
                row, "agency", "another_agency", _("kilden gjelder bare én virksomhet, og dette er en annen")
            )
        if stated.travel_agency and stated.travel_agency not in self.tables.organisations:
            yield RowProblem(row, "travel_agency", "unknown_travel_agency", _("ingen her har dette nummeret"))

    def _reject(self, row: Row, problems: list[RowProblem]) -> None:
        self.done.rejected_rows += 1
        room = MOST_TOLD - len(self.done.rejected)
        self.done.rejected.extend(problems[: max(room, 0)])
        # The cells are gone afterwards, so what is wrong with them is said in every language now.
        told: list[dict[str, str]] = [{} for _each in problems]
        for language in LANGUAGES:
            with translation.override(language):
                for texts, one in zip(told, self._judged(row)[1], strict=True):
                    texts[language] = _kept(one.text)
        self.rejections += [
            RejectedRow(
                intake=self.intake, row=one.row, field=one.field, code=one.code, text=_kept(one.text), texts=texts
            )
            for one, texts in zip(problems, told, strict=True)
        ]

    def _measured(self, one: Stated, digest: str) -> Booking:
        supplied = self.tables.supplied(one.mode, one.supplier)
        verdict = self.tables.verdict(one, supplied)
        km, emission = self.tables.emission(one)
        self.done.reasons[verdict.reason] += 1
        travel_agency = self._travel_agency(one)
        return Booking(
            source=self.source,
            intake=self.intake,
            reference=one.reference,
            digest=digest,
            mode=one.mode,
            agency_id=self.tables.organisations[one.agency],
            travel_agency_id=travel_agency,
            channel=one.channel,
            booked_on=one.booked_on,
            travelled_on=one.travelled_on,
            supplier_id=supplied.organisation,
            supplier_stated=one.supplier,
            place=one.place,
            cabin=one.cabin,
            fare_class=one.fare_class,
            nights=one.nights,
            days=one.days,
            km=one.km,
            fuel=one.fuel,
            published=one.published,
            paid=one.paid,
            agreement_id=verdict.agreement,
            reason=verdict.reason,
            expected=verdict.expected,
            best=verdict.best,
            own_travel_agency=self.tables.own_travel_agency(one, travel_agency),
            distance_km=km,
            co2e_kg=emission.kg,
            co2_factor=emission.factor,
            co2_rule=emission.rule,
            co2_source=emission.source,
            co2_verified=emission.verified,
            co2_missing=emission.missing,
        )

    def _travel_agency(self, one: Stated) -> int | None:
        """Who booked it: as the row says; else the source itself, where it is a travel agency and the row is not outside."""
        if one.travel_agency:
            return self.tables.organisations[one.travel_agency]
        itself = self.source.kind == BookingSource.Kind.TRAVEL_AGENCY and one.channel != Channel.OUTSIDE
        return self.source.organisation_id if itself else None


def _kept(text: str) -> str:
    """What is kept of a fault's words: not the cell they quote, which may hold a name in the wrong column."""
    return _QUOTED.sub("«…»", text)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
