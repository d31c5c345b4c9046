"""The papers of sealed tenders: a supplier's receipt, and the protocol of an opening."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from fellestorg.competitions.tenders.models import OpenedQuality, Opening, OpeningKey, Tender
from fellestorg.competitions.tenders.submitting import to_the_second
from fellestorg.competitions.tenders.words import FAULTS
from fellestorg.kernel.models import Installation
from fellestorg.kernel.text import in_language
from fellestorg.organisations.models import Organisation
from fellestorg.ui.paper import Block, Column, Facts, Paper, Section, Table, Text, pdf


def receipt(tender: Tender, language: str) -> bytes:
    """What was delivered, by whom, when and with which hash; and the time stamp, where one has come."""
    competition = tender.competition
    rows = [
        (_("Kvittering"), tender.receipt),
        (_("Konkurranse"), f"{competition.title} ({competition.number})"),
        (_("Oppdragsgiver"), _name(competition.buyer)),
        (_("Leverandør"), _name(tender.supplier)),
        (_("Levert"), to_the_second(tender.received_at)),
        ("SHA-256", tender.sha256),
    ]
    if hasattr(tender, "withdrawal"):
        rows.append((_("Trukket"), to_the_second(tender.withdrawal.received_at)))
    if hasattr(tender, "stamp"):
        rows.append((_("Tidsstempel"), f"{to_the_second(tender.stamp.stamped_at)}, {tender.stamp.authority}"))
    if hasattr(tender, "withdrawal"):
        text = _("Tilbudet er trukket og blir ikke åpnet.")
    else:
        text = _("Innholdet er kryptert. Ingen kan lese det før to personer åpner det etter fristen.")
    mark = _("SHA-256 er et fingeravtrykk av alt dere leverte. Det viser at ingenting er endret siden.")
    return pdf(
        Paper(
            title=_("Kvittering {number}").format(number=tender.receipt),
            lead="",
            language=language,
            author=_name(competition.buyer),
            keywords=(tender.receipt, competition.number),
            header=(_name(competition.buyer), _demo() or tender.receipt),
            footer=tender.receipt,
            of=_("av"),
            facts=tuple(rows),
            sections=(Section(_("Hva kvitteringen betyr"), (Text(text), Text(mark))),),
            made_at=tender.received_at,
        )
    )


def opening_protocol(opening: Opening, language: str) -> bytes:
    """Who opened with which keys and when, every tender with its receipt and whether its hash agrees. No prices."""
    competition = opening.competition
    rows = opening.tenders.select_related("tender__supplier").order_by("tender__received_at")
    rows = rows.defer("tender__quality", "tender__price", "content", "file_keys")
    title = _("Åpningsprotokoll {number}").format(number=competition.number)
    if opening.round > 1:
        title = f"{title}, {_('runde')} {opening.round}"
    facts = (
        (_("Konkurranse"), f"{competition.title} ({competition.number})"),
        (_("Oppdragsgiver"), _name(competition.buyer)),
        (_("Tilbudsfrist"), to_the_second(competition.tenders_until) if competition.tenders_until else ""),
        (_("Åpnet"), to_the_second(opening.opened_at)),
    )
    people = Facts(
        (
            (opening.first.name, f"{to_the_second(opening.first_at)}, {_key(opening.first_key)}"),
            (opening.second.name, f"{to_the_second(opening.opened_at)}, {_key(opening.second_key)}"),
        )
    )
    return pdf(
        Paper(
            title=title,
            lead="",
            language=language,
            author=_name(competition.buyer),
            keywords=(competition.number,),
            header=(_name(competition.buyer), _demo() or competition.number),
            footer=title,
            of=_("av"),
            facts=facts,
            sections=(Section(_("Åpnet av"), (people,)), Section(_("Tilbud"), _tenders(list(rows)))),
            made_at=opening.opened_at,
        )
    )


def _tenders(rows: Sequence[OpenedQuality]) -> tuple[Block, ...]:
    if not rows:
        return (Text(_("Det kom ingen tilbud innen fristen.")),)
    columns = (
        Column(_("Leverandør"), width="1"),
        Column(_("Kvittering")),
        Column(_("Levert")),
        Column("SHA-256", width="1"),
        Column(_("Kontroll"), width="1"),
    )
    table = Table(
        columns,
        tuple(
            (
                _name(row.tender.supplier),
                row.tender.receipt,
                to_the_second(row.tender.received_at),
                # Broken so that the line can be.
                " ".join(row.tender.sha256[start : start + 16] for start in range(0, 64, 16)),
                finding(row),
            )
            for row in rows
        ),
        size=8,
    )
    return (table,)


def finding(row: OpenedQuality) -> str:
    """What the check of a tender found, in words."""
    if row.fault:
        return str(FAULTS[row.fault])
    if row.bad_files:
        return _("Disse filene er ikke slik de ble levert: %s") % ", ".join(row.bad_files)
    return _("Stemmer med kvitteringen")


def _key(key: OpeningKey) -> str:
    return _("egen nøkkel") if key.person_id else _("reservenøkkel")


def _name(organisation: Organisation) -> str:
    names = {"nb": organisation.name, "nn": organisation.name_nn, "en": organisation.name_en}
    return in_language(names)


def _demo() -> str:
    return _("Demodata") if Installation.objects.filter(kind=Installation.Kind.DEMO).exists() else ""
