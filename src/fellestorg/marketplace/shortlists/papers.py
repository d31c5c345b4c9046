"""A fixed shortlist as a paper: the same content as is kept, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from fellestorg.kernel.models import Installation
from fellestorg.kernel.text import in_language
from fellestorg.law.load import rule_book
from fellestorg.marketplace.listings.shown import category_path
from fellestorg.marketplace.shortlists.models import FixedShortlist
from fellestorg.marketplace.shortlists.shown import question_words, search_of
from fellestorg.marketplace.shortlists.words import PURPOSES
from fellestorg.ui.formats import instant
from fellestorg.ui.paper import Block, Column, Facts, Paper, Section, Table, Text


def shortlist_paper(fixed: FixedShortlist, language: str) -> Paper:
    """The paper. Everything on it is from the content that was fixed, but the words around it."""
    content = fixed.content
    with translation.override(language):
        title = _("Kortliste {number}").format(number=content["number"])
        demo = Installation.objects.filter(kind=Installation.Kind.DEMO).exists()
        chosen = [one for one in content["listings"] if one["verdict"] == "chosen"]
        left_out = [one for one in content["listings"] if one["verdict"] == "left_out"]
        return Paper(
            title=title,
            lead=content["title"],
            language=language,
            author=content["buyer"]["name"],
            keywords=(str(content["number"]), content["purpose"]),
            header=(content["buyer"]["name"], _("Demodata – ikke et virkelig kjøp") if demo else title),
            footer=title,
            of=_("av"),
            facts=(
                (_("Virksomhet"), f"{content['buyer']['name']} ({content['buyer']['number']})"),
                (_("Formål"), str(PURPOSES[content["purpose"]])),
                (_("Låst"), instant(fixed.fixed_at)),
                (_("Låst av"), fixed.fixed_by.name),
            ),
            sections=(
                Section(_("Behovet"), (Text(content["need"]),)),
                _search(content),
                _listings(_("Valgt"), chosen),
                *([_listings(_("Vurdert og ikke valgt"), left_out)] if left_out else []),
                _rules(content),
                _proof(fixed),
            ),
            made_at=fixed.fixed_at,
        )


def _search(content: Mapping[str, Any]) -> Section:
    found = search_of(content["search"])
    if found is None:
        blocks: list[Block] = [Text(_("Kortlista begynte med en sammenligning, ikke med et søk."))]
    else:
        rows = [(_("Søkeord"), found.text or _("ingen")), *found.choices]
        rows += [(_("Søkt"), instant(found.at)), (_("Treff"), str(found.total))]
        blocks = [Facts(tuple((label, value) for label, value in rows))]
    if asked := question_words(content["questions"]):
        blocks.append(Text(_("Sammenlignet på: {questions}.").format(questions="; ".join(asked))))
    return Section(_("Søket"), tuple(blocks))


def _listings(heading: str, listings: Sequence[Mapping[str, Any]]) -> Section:
    rows = tuple(
        (
            f"{one['title']}\n{one['firm']} ({one['organisation']})\n{category_path(one['category'])}",
            _("Versjon {number}").format(number=one["version"]) + f"\n{one['sha256'][:16]}…",
            one["grounds"],
        )
        for one in listings
    )
    columns = (Column(_("Tjeneste"), width="2"), Column(_("Versjon")), Column(_("Begrunnelse"), width="3"))
    note = Text(_("Etter navn. Plassen sier ikke noe om hvilken som er best."))
    return Section(heading, (note, Table(columns, rows)) if rows else (Text(_("Ingen.")),))


def _rules(content: Mapping[str, Any]) -> Section:
    blocks = []
    for one in content["rules"]:
        rule = next(found for found in rule_book().versions(one["id"]) if found.version == one["version"])
        source = rule.source if one["verified"] else _("{source}; ikke verifisert").format(source=rule.source)
        blocks.append(Text(f"{in_language(rule.text)} ({source})", tone="note"))
    return Section(_("Likebehandling"), tuple(blocks))


def _proof(fixed: FixedShortlist) -> Section:
    return Section(
        _("Etterprøving"),
        (
            Text(_("Fingeravtrykket er SHA-256 av innholdet som JSON, slik kortlista kan lastes ned.")),
            Facts((("SHA-256", fixed.sha256),)),
        ),
    )
