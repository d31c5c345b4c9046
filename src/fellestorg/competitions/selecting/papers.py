"""What a letter to a candidate says. The same paper is a page and an accessible PDF."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from fellestorg.competitions.evaluation.grounds import ground
from fellestorg.competitions.selecting.models import CandidateLetter
from fellestorg.kernel.models import Installation
from fellestorg.kernel.text import in_language
from fellestorg.ui.formats import instant, number
from fellestorg.ui.paper import Block, Bullets, Column, Paper, Section, Table, Text


def letter_paper(letter: CandidateLetter, language: str = "") -> Paper:
    """The letter in the competition's language, or another that is asked for."""
    language = language or letter.language
    competition = letter.competition
    with translation.override(language):
        outcomes = CandidateLetter.Outcome
        title = {
            outcomes.INVITED: _("Dere er invitert"),
            outcomes.NOT_SELECTED: _("Dere er ikke valgt ut"),
            outcomes.REJECTED: _("Forespørselen deres er avvist"),
            outcomes.NOT_CONTINUED: _("Dere er ikke med videre"),
            outcomes.REVISE: _("Vi ber om tilbud"),
        }[outcomes(letter.outcome)]
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
            sections=(
                Section(_("Avgjørelsen"), tuple(_blocks(letter, language))),
                *([_ways_to_complain(letter)] if letter.outcome not in (outcomes.INVITED, outcomes.REVISE) else []),
            ),
            made_at=letter.sent_at,
        )


def _blocks(letter: CandidateLetter, language: str) -> list[Block]:
    facts, outcomes = letter.facts, CandidateLetter.Outcome
    if letter.outcome == outcomes.REVISE:
        return [Text(_("Fristen er {until}, lik for alle som er med.").format(until=instant(facts["until"])))]
    blocks: list[Block] = []
    if letter.outcome in (outcomes.REJECTED, outcomes.NOT_CONTINUED):
        rule = ground(facts["ground"], letter.competition.notice_date or letter.sent_at.date())
        blocks = [Text(f"{in_language(rule.title, language)} ({rule.source})."), Text(facts["reason"])]
        return [*blocks, *_points(facts)]
    if letter.outcome == outcomes.INVITED:
        blocks.append(Text(_("Dere går videre. Fristene og dokumentene ligger på konkurransens side.")))
    else:
        said = _("Dere er kvalifisert, men {selected} av {candidates} ble valgt ut, og dere står på plass {place}.")
        blocks.append(Text(said.format(**{key: facts[key] for key in ("selected", "candidates", "place")})))
    return [*blocks, *_points(facts)]


def _points(facts: Mapping[str, Any]) -> list[Block]:
    rows = [(one["title"], number(Decimal(one["points"])), one["reason"]) for one in facts.get("points", ())]
    if not rows:
        return []
    columns = (Column(_("Kriterium"), width="1"), Column(_("Poeng"), "right"), Column(_("Begrunnelse"), width="2"))
    return [Table(columns, tuple(rows))]


def _ways_to_complain(letter: CandidateLetter) -> Section:
    said = _("Dere kan klage til {buyer}, til Klagenemnda for offentlige anskaffelser (KOFA) eller til tingretten.")
    return Section(_("Klage"), (Bullets((said.format(buyer=letter.competition.buyer.name),)),))
