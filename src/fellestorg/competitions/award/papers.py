"""What a letter to a tenderer says. The same paper is set as an accessible PDF and as a document that can be edited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from fellestorg.competitions.award.models import AwardLetter
from fellestorg.competitions.evaluation.grounds import REDUCE, ground
from fellestorg.kernel.models import Installation
from fellestorg.kernel.text import in_language
from fellestorg.ui.formats import NOTHING, day, instant, money, number
from fellestorg.ui.paper import Block, Bullets, Column, Paper, Section, Table, Text


def letter_paper(letter: AwardLetter, language: str = "") -> Paper:
    """The letter in the competition's language, or another that is asked for."""
    language = language or letter.language
    with translation.override(language):
        return _paper(letter, language)


def _paper(letter: AwardLetter, language: str) -> Paper:
    competition = letter.competition
    titles = {
        AwardLetter.Outcome.WON: _("Dere er valgt som leverandør"),
        AwardLetter.Outcome.LOST: _("Melding om valg av leverandør"),
        AwardLetter.Outcome.REJECTED: _("Tilbudet deres er avvist"),
        AwardLetter.Outcome.CANCELLED: _("Konkurransen er avlyst"),
    }
    title = titles[AwardLetter.Outcome(letter.outcome)]
    demo = Installation.objects.filter(kind=Installation.Kind.DEMO).exists()
    return Paper(
        title=title,
        lead=competition.title,
        language=language,
        author=competition.buyer.name,
        keywords=(competition.number, letter.supplier.number),
        header=(competition.buyer.name, _("Demodata – ikke et virkelig kjøp") if demo else competition.number),
        footer=f"{competition.number} · {letter.supplier.name}",
        of=_("av"),
        facts=(
            (_("Konkurranse"), competition.number),
            (_("Til"), f"{letter.supplier.name} ({letter.supplier.number})"),
            (_("Sendt"), instant(letter.sent_at)),
        ),
        sections=tuple(_sections(letter, language)),
        made_at=letter.sent_at,
    )


def _sections(letter: AwardLetter, language: str) -> list[Section]:
    if letter.outcome == AwardLetter.Outcome.CANCELLED:
        return [Section(_("Begrunnelse"), (Text(letter.facts["reason"]),)), _ways_to_complain(letter, None)]
    titles = dict(letter.competition.criteria.values_list("key", "title"))
    sections = [Section(one["title"], tuple(_lot(letter, one, titles, language))) for one in letter.facts["lots"]]
    return [*sections, _ways_to_complain(letter, letter.facts["standstill_until"])]


def _lot(letter: AwardLetter, told: Mapping[str, Any], titles: Mapping[str, str], language: str) -> list[Block]:
    if told["rejected"]:
        notice = letter.competition.notice_date or letter.sent_at.date()
        rule = ground(told["rejected"]["ground"], notice)
        if told["rejected"]["ground"] == REDUCE:
            said = _("Tilbudet gikk ikke videre til neste runde ({source}).").format(source=rule.source)
        else:
            said = _("Tilbudet er avvist: {ground} ({source}).").format(
                ground=in_language(rule.title, language), source=rule.source
            )
        return [
            Text(said),
            Text(told["rejected"]["reason"]),
            Text(_("Valgt leverandør: {names}.").format(names=", ".join(told["winners"]) or NOTHING)),
        ]
    blocks: list[Block] = []
    if told["won"]:
        blocks.append(Text(_("Dere er valgt, på plass {place}.").format(place=told["place"])))
    else:
        blocks.append(Text(_("Valgt leverandør: {names}.").format(names=", ".join(told["winners"]) or NOTHING)))
    if told["rank"] and letter.award is not None and letter.award.combination_id:
        blocks.append(Text(_together(told)))
    elif told["rank"]:
        blocks.append(Text(_("Tilbudet deres er nummer {rank}.").format(rank=told["rank"])))
    if told["parts"]:
        blocks.append(_points(told, titles))
        blocks += _reasons(told, titles)
    return blocks


def _together(told: Mapping[str, Any]) -> str:
    """Why a lot went where it did when all lots were awarded at once (the notice's limits and packages)."""
    said = _(
        "Delkontraktene er tildelt samlet: den laveste summen innenfor de kunngjorte grensene. Sett for seg er tilbudet "
        "deres nummer {rank} på denne delkontrakten."
    ).format(rank=told["rank"])
    if told["won"] == (told["rank"] == 1):
        return said
    return said + " " + _("Valget følger av summen for alle delkontraktene, ikke av denne alene.")


def _points(told: Mapping[str, Any], titles: Mapping[str, str]) -> Table:
    rows = [
        (
            titles.get(part["criterion"], part["criterion"]),
            _counted(part, "points", "counts"),
            _counted(part, "winning_points", "winning_counts"),
        )
        for part in told["parts"]
    ]
    in_kroner = any(part["points"] is None for part in told["parts"])
    total = _("Sum i kroner etter modellen, lavest er best") if in_kroner else _("Sum")
    rows.append((total, _figure(told["total"]), _figure(told["winning_total"])))
    return Table(
        (Column(_("Kriterium"), width="1"), Column(_("Deres tilbud"), "right"), Column(_("Valgt tilbud"), "right")),
        tuple(rows),
        totals=1,
    )


def _reasons(told: Mapping[str, Any], titles: Mapping[str, str]) -> list[Block]:
    points = []
    for part in told["parts"]:
        if not part["reason"]:
            continue
        title = titles.get(part["criterion"], part["criterion"])
        points.append(_("{criterion}, deres tilbud: {reason}").format(criterion=title, reason=part["reason"]))
        if not told["won"] and part["winning_reason"]:
            points.append(
                _("{criterion}, valgt tilbud: {reason}").format(criterion=title, reason=part["winning_reason"])
            )
    return [Bullets(tuple(points))] if points else []


def _ways_to_complain(letter: AwardLetter, until: str | None) -> Section:
    said = [
        _(
            "Dere kan klage til {buyer}, til Klagenemnda for offentlige anskaffelser (KOFA) eller til tingretten."
        ).format(buyer=letter.competition.buyer.name),
        _("Dere kan be om en utfyllende begrunnelse og om innsyn. Svar på det kommer innen 15 dager."),
    ]
    if until:
        said.insert(
            0,
            _("Karensperioden varer til og med {day}. Kontrakten inngås tidligst dagen etter.").format(
                day=day(date.fromisoformat(until))
            ),
        )
    return Section(_("Karens og klage"), (Bullets(tuple(said)),))


def _counted(part: Mapping[str, Any], points: str, counts: str) -> str:
    if part[points] is not None or part.get(counts) is None:
        return _figure(part[points])
    return money(Decimal(part[counts]), 2)


def _figure(value: str | None) -> str:
    return NOTHING if value is None else number(Decimal(value), 2)
