"""The procurement protocol (FOA §§ 10-5 and 25-5): assembled from what has happened, so that it is always current."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from fellestorg.competitions.award.stages import rounds_section, selection_section
from fellestorg.competitions.award.words import COMPLAINT_OUTCOMES
from fellestorg.competitions.dialogue.evidence import evidence_of
from fellestorg.competitions.evaluation import queries
from fellestorg.competitions.evaluation.grounds import REDUCE, ground
from fellestorg.competitions.evaluation.shown import ranking_view
from fellestorg.competitions.models import Competition
from fellestorg.competitions.tenders.models import Opening
from fellestorg.competitions.tenders.queries import opened
from fellestorg.competitions.words import TASKS, procedure_name
from fellestorg.kernel import clock
from fellestorg.kernel.events import RootHead
from fellestorg.kernel.models import Event, Installation
from fellestorg.kernel.text import in_language
from fellestorg.kernel.verbs import verb_name
from fellestorg.law.procedures import procedure
from fellestorg.ui.formats import NOTHING, day, instant, money, number
from fellestorg.ui.paper import Block, Bullets, Column, Facts, Paper, Section, Table, Text


def protocol_paper(
    competition: Competition, *, inside: bool, language: str, at: datetime, head: RootHead | None = None
) -> Paper:
    """The protocol as it stands at ``at``. Those not ``inside`` are not shown reasons that quote a tender's content."""
    with translation.override(language):
        title = _("Anskaffelsesprotokoll for {number}").format(number=competition.number)
        demo = Installation.objects.filter(kind=Installation.Kind.DEMO).exists()
        return Paper(
            title=title,
            lead=competition.title,
            language=language,
            author=competition.buyer.name,
            keywords=(competition.number, competition.procedure),
            header=(competition.buyer.name, _("Demodata – ikke et virkelig kjøp") if demo else competition.number),
            footer=title,
            of=_("av"),
            facts=_facts(competition),
            sections=tuple(section for section in _sections(competition, inside, head) if section is not None),
            made_at=at,
        )


def _facts(competition: Competition) -> tuple[tuple[str, str], ...]:
    rows = [
        (_("Oppdragsgiver"), f"{competition.buyer.name} ({competition.buyer.number})"),
        (_("Prosedyre"), f"{procedure_name(competition)} ({procedure(competition.procedure).law})"),
        (_("Anslått verdi"), money(competition.estimated_value) if competition.estimated_value else NOTHING),
        (_("Kunngjort eller sendt"), instant(competition.published_at) if competition.published_at else NOTHING),
        (_("Tilbudsfrist"), instant(competition.tenders_until) if competition.tenders_until else NOTHING),
        (_("Åpnet"), instant(competition.opened_at) if competition.opened_at else NOTHING),
    ]
    if competition.deadline_reason:
        rows.append((_("Hvorfor fristen er kortere"), competition.deadline_reason))
    if competition.decided_at:
        rows.append((_("Valget meddelt"), instant(competition.decided_at)))
    if competition.standstill_until:
        rows.append((_("Karensperioden varer til og med"), day(competition.standstill_until)))
    if competition.concluded_at:
        rows.append((_("Kontrakt inngått"), instant(competition.concluded_at)))
    if competition.cancelled_at:
        rows.append((_("Avlyst"), f"{instant(competition.cancelled_at)}: {competition.cancelled_reason}"))
    return tuple(rows)


def _sections(competition: Competition, inside: bool, head: RootHead | None) -> list[Section | None]:
    return [
        _people(competition) if inside else None,
        _evidence(competition) if inside else None,
        selection_section(competition, inside=inside),
        rounds_section(competition, inside=inside),
        _tenders(competition),
        *_rejected(competition),
        *([_ranking(competition)] if competition.decided_at or inside else []),
        _awards(competition),
        _complaints(competition),
        _log(competition) if inside else None,
        _proof(head),
    ]


def _people(competition: Competition) -> Section:
    rows = [
        (
            one.person.name,
            str(TASKS[one.task]),
            _("trådte til side") if one.stepped_back_at else instant(one.declared_at) if one.declared_at else NOTHING,
            one.declaration or NOTHING,
        )
        for one in competition.team.select_related("person")
    ]
    columns = (
        Column(_("Navn"), width="1"),
        Column(_("Oppgave")),
        Column(_("Erklært habil")),
        Column(_("Bindinger"), width="1"),
    )
    return Section(_("Hvem som har deltatt"), (Table(columns, tuple(rows)),))


def _evidence(competition: Competition) -> Section | None:
    rows = tuple(
        (f"{one.kind} {one.reference}", one.title, instant(one.attached_at), one.sha256)
        for one in evidence_of(competition)
    )
    columns = (
        Column(_("Nummer")),
        Column(_("Tittel"), width="1"),
        Column(_("Lagt ved")),
        Column("SHA-256", width="1"),
    )
    return Section(_("Grunnlag fra markedet"), (Table(columns, rows, size=8),)) if rows else None


def _tenders(competition: Competition) -> Section | None:
    if competition.opened_at is None:
        return None
    blocks: list[Block] = []
    for one in Opening.objects.filter(competition=competition).select_related("first", "second"):
        said = _("Åpnet {at} av {first} og {second}.")
        blocks.append(Text(said.format(at=instant(one.opened_at), first=one.first.name, second=one.second.name)))
    rows = tuple((one.supplier.name, instant(one.submitted_at), one.sha256[:16] + "…") for one in opened(competition))
    columns = (Column(_("Leverandør"), width="1"), Column(_("Mottatt")), Column("SHA-256"))
    blocks.append(Table(columns, rows) if rows else Text(_("Det kom ingen tilbud.")))
    return Section(_("Tilbudene"), tuple(blocks))


def _rejected(competition: Competition) -> list[Section]:
    notice = competition.notice_date or clock.today()
    points: dict[bool, list[str]] = {False: [], True: []}
    for row in queries.rejections(competition).values():
        rule = ground(row.ground, notice)
        told = f"{row.supplier.name}: {in_language(rule.title)} ({rule.source}). {row.reason}"
        points[row.ground == REDUCE].append(told)
    titles = ((False, _("Avviste tilbud")), (True, _("Ikke valgt til neste runde")))
    return [Section(title, (Bullets(tuple(points[reduced])),)) for reduced, title in titles if points[reduced]]


def _ranking(competition: Competition) -> Section | None:
    blocks: list[Block] = []
    for lot in competition.lots.all():
        newest = queries.newest_ranking(lot)
        if newest is None:
            continue
        view = ranking_view(newest)
        columns = (
            Column(_("Nr."), "right"),
            Column(_("Leverandør"), width="1"),
            Column(_("Pris"), "right"),
            *(Column(title, "right") for title in view.criteria),
            Column(_("Sum"), "right"),
        )
        rows = tuple(
            (
                str(one.rank),
                one.name,
                money(one.price),
                *(number(Decimal(points)) for points in one.points),
                number(one.total, 2),
            )
            for one in view.rows
        )
        blocks += [Text(f"{lot.title}. {_('Modell')}: {view.model}."), Table(columns, rows)]
        if view.warnings:
            blocks.append(Bullets(tuple(view.warnings)))
    return Section(_("Evalueringen"), tuple(blocks)) if blocks else None


def _awards(competition: Competition) -> Section | None:
    points = []
    for one in competition.awards.order_by("version"):
        said = _("Valg {version}, meddelt {at}.").format(version=one.version, at=instant(one.sent_at))
        points.append(f"{said} {one.reason}".strip())
    contracts = [one for award in competition.awards.all() for one in award.contracts.select_related("supplier", "lot")]
    points += [
        _("{lot}: kontrakt med {supplier} på plass {rank}, {value}.").format(
            lot=one.lot.title, supplier=one.supplier.name, rank=one.rank, value=money(one.value)
        )
        for one in contracts
    ]
    return Section(_("Valg og kontrakt"), (Bullets(tuple(points)),)) if points else None


def _complaints(competition: Competition) -> Section | None:
    points = tuple(
        f"{one.supplier.name}, {instant(one.received_at)}: {COMPLAINT_OUTCOMES[one.outcome]}. {one.answer}".strip()
        for one in competition.complaints.select_related("supplier")
    )
    return Section(_("Klager"), (Bullets(points),)) if points else None


def _log(competition: Competition) -> Section:
    events = Event.objects.filter(subject=competition.subject).order_by("seq")
    rows = tuple((instant(one.at), one.actor_name, verb_name(one.verb)) for one in events)
    columns = (Column(_("Når")), Column(_("Hvem"), width="1"), Column(_("Hva"), width="2"))
    return Section(_("Hva som har skjedd"), (Table(columns, rows, size=8),))


def _proof(head: RootHead | None) -> Section | None:
    if head is None:
        return None
    return Section(
        _("Etterprøving"),
        (Facts(((_("Rotkjedens ledd"), str(head.seq)), (_("Rotkjedens hode"), head.hash))),),
    )
