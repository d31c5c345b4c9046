"""The framework document as an accessible PDF (PDF/UA-1, PDF/A-2a)."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _

from fellestorg.agreements.models import FrameworkAgreement, FrameworkDocument
from fellestorg.agreements.office.contacts import ContactView
from fellestorg.agreements.office.document_view import SectionView, section_views
from fellestorg.agreements.office.markup import as_rich
from fellestorg.kernel.models import Installation
from fellestorg.kernel.text import in_language, localised
from fellestorg.ui import formats, paper
from fellestorg.ui.paper import Block, Bullets, Column, Paper, Rich, Run, Section, Table, Text


def document_pdf(document: FrameworkDocument, agreement: FrameworkAgreement, language: str, day: date) -> bytes:
    """A published version as a PDF in the language that is active and given, with rules and contacts as on a day.

    It holds what the public may see, whoever asks, so that it can be passed on.
    """
    return _set(document_paper(document, agreement, language, day))


# The public may ask for it, and setting one takes a third of a second: the same paper is set once.
@lru_cache(maxsize=64)
def _set(made: Paper) -> bytes:
    return paper.pdf(made)


def document_paper(document: FrameworkDocument, agreement: FrameworkAgreement, language: str, day: date) -> Paper:
    """What the PDF says."""
    assert document.published_at is not None and document.valid_from is not None
    owner = in_language({"nb": agreement.owner.name, "nn": agreement.owner.name_nn, "en": agreement.owner.name_en})
    name = localised(agreement, "title", language)
    title = _("Rammedokument: {agreement}").format(agreement=name)
    demo = Installation.objects.filter(kind=Installation.Kind.DEMO).exists()
    views = section_views(document, agreement, language, day, names=False)
    return Paper(
        title=title,
        lead="",
        language=language,
        author=owner,
        keywords=(agreement.key, f"v{document.version}"),
        header=(owner, _("Demodata") if demo else ""),
        footer=title,
        of=_("av"),
        facts=(
            (_("Avtale"), f"{name} ({agreement.key})"),
            (_("Versjon"), str(document.version)),
            (_("Gjelder fra"), formats.day(document.valid_from)),
            (_("Regler og kontakter per"), formats.day(day)),
        ),
        sections=tuple(Section(one.heading, tuple(_blocks(one))) for one in views),
        made_at=document.published_at,
    )


def _blocks(view: SectionView) -> list[Block]:
    blocks: list[Block] = []
    if not view.translated:
        blocks.append(Text(_("Denne delen finnes ikke på språket ditt ennå. Her står den på bokmål."), "note"))
    blocks += as_rich(view.text, settings.BASE_URL)
    for title, words in view.rules:
        blocks.append(Rich(((Run(title, bold=True),),)))
        if words is None:
            blocks.append(Text(_("Avropsreglene er ikke lagt inn ennå. Før det kan ingen gjøre avrop.")))
            continue
        if words.intro:
            blocks.append(Text(words.intro))
        steps = tuple(" ".join(filter(None, (step.text, step.note))) for step in words.steps)
        blocks += [Bullets(steps), Text(f"{words.decides} {words.tie}".strip())]
    if view.contacts:
        blocks.append(_contacts(view.contacts))
    return blocks


def _contacts(contacts: tuple[ContactView, ...]) -> Table:
    columns = (
        Column(_("Hvem"), width="1"),
        Column(_("Rolle"), width="1"),
        Column(_("E-post"), width="1.2"),
        Column(_("Telefon")),
    )
    rows = tuple(
        (one.organisation, one.role_name, one.email or formats.NOTHING, one.phone or formats.NOTHING)
        for one in contacts
    )
    return Table(columns, rows)
