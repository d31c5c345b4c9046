"""What the protocol says of the stages before the tenders: candidates and the selection, rounds and who went on."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from fellestorg.competitions.models import Competition
from fellestorg.competitions.rounds.queries import minutes_of
from fellestorg.competitions.selecting import queries
from fellestorg.competitions.selecting.models import ParticipationRequest
from fellestorg.competitions.selecting.policy import requests_opened, two_stages
from fellestorg.competitions.selecting.shown import standing_of
from fellestorg.competitions.selecting.words import METHODS
from fellestorg.organisations.models import Organisation
from fellestorg.ui.formats import NOTHING, day, instant, number
from fellestorg.ui.paper import Block, Bullets, Column, Section, Table, Text


def selection_section(competition: Competition, *, inside: bool) -> Section | None:
    """Who asked to participate, how each stood, and who was selected by which rules. Once the requests are opened; the
    reasons for points to those inside alone."""
    if not requests_opened(competition):
        return None
    given = queries.rules_of(competition)
    least, rule = queries.law_minimum(competition)
    told = (
        _("Høyst {most} inviteres, og minst {least} når så mange er kvalifisert. {method}.").format(
            most=given.maximum, least=given.minimum, method=METHODS[given.method]
        )
        if given.maximum
        else _("Alle som er kvalifisert, inviteres.")
    )
    law = _("{rule}: loven krever minst {least} ({source}).").format(rule=rule.id, least=least, source=rule.source)
    blocks: list[Block] = [Text(f"{told} {law}")]
    newest = queries.newest_selection(competition)
    placed = {one["supplier"]: one for one in newest.placed} if newest else {}
    rows = [
        (
            one.name,
            instant(one.request.row.received_at),
            standing_of(one)[0],
            number(Decimal(placed[one.number]["total"]), 2) if placed.get(one.number, {}).get("total") else NOTHING,
            _("Invitert") if placed.get(one.number, {}).get("selected") else NOTHING,
        )
        for one in queries.candidates_of(competition)
    ]
    columns = (
        Column(_("Kandidat"), width="1"),
        Column(_("Mottatt")),
        Column(_("Kvalifikasjon")),
        Column(_("Sum"), "right"),
        Column(_("Utvelgelse")),
    )
    blocks.append(Table(columns, tuple(rows)) if rows else Text(_("Det kom ingen forespørsler innen fristen.")))
    if inside and (reasons := _reasons(competition)):
        blocks.append(Bullets(reasons))
    return Section(_("Forespørsler og utvelgelse"), tuple(blocks))


def rounds_section(competition: Competition, *, inside: bool) -> Section | None:
    """Each round: what it was about, who took part, and when their minutes were written."""
    found = list(competition.rounds.all())
    if not found:
        return None
    numbers = {number for one in found for number in one.participants}
    names = dict(Organisation.objects.filter(number__in=numbers).values_list("number", "name"))
    blocks: list[Block] = []
    for one in found:
        told = _("Runde {number}, startet {at}.").format(number=one.number, at=instant(one.begun_at))
        blocks.append(Text(f"{told} {one.about}" if inside else told))
        written = minutes_of(one)
        blocks.append(
            Bullets(
                tuple(
                    _("{name}: møte {day}, referat i versjon {version}.").format(
                        name=names[who], day=day(written[who].met_on), version=written[who].version
                    )
                    if who in written
                    else _("{name}: ikke noe referat.").format(name=names[who])
                    for who in one.participants
                )
            )
        )
    return Section(_("Forhandling og dialog"), tuple(blocks))


def cancelled_candidates(competition: Competition) -> list[Organisation]:
    """Everybody with a request that stands, who must be told when the competition ends before there are tenders."""
    if not two_stages(competition):
        return []
    rows = ParticipationRequest.objects.filter(competition=competition).order_by("version")
    newest = {row.supplier_id: row.withdrawn for row in rows.defer("sealed")}
    standing = [pk for pk, withdrawn in newest.items() if not withdrawn]
    return list(Organisation.objects.filter(pk__in=standing).order_by("number"))


def _reasons(competition: Competition) -> tuple[str, ...]:
    titles = {one.key: one.title for one in queries.criteria_of(competition)}
    return tuple(
        _("{name}, {criterion}: {points}. {reason}").format(
            name=row.supplier.name, criterion=titles.get(key, key), points=number(row.points), reason=row.reason
        )
        for (_who, key), row in queries.points_of(competition).items()
    )
