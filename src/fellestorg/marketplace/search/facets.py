"""What a search may be narrowed by: the kind of thing, its category, who offers it, and what firms answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.models import Lot
from fellestorg.agreements.words import category_name
from fellestorg.kernel.text import LANGUAGES
from fellestorg.marketplace.listings import questions
from fellestorg.marketplace.search.entries import kinds
from fellestorg.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class Facet:
    """``names``: what it may be called in front of a colon. ``labels(codes)``: the codes' names in the reader's language;
    ``codes(value)``: the codes that somebody may mean by what they wrote."""

    key: str
    label: str | Promise
    names: tuple[str, ...]
    labels: Callable[[list[str]], Mapping[str, str]]
    codes: Callable[[str], list[str]]


def facets() -> list[Facet]:
    """Every facet, in the order of the page: the four of everything, then the questions that firms answer."""
    return [*_of_everything(), *(_of_question(one) for one in _asked())]


def names() -> frozenset[str]:
    """Every name that a filter may begin with."""
    return frozenset(
        name
        for some in (*(facet.names for facet in _of_everything()), *map(_question_names, _asked()))
        for name in some
    )


def facet_of(key: str) -> Facet | None:
    """A facet by its key."""
    return next((facet for facet in facets() if facet.key == key), None)


def facet_named(name: str) -> str:
    """The key of the facet that is called this in some language; empty for none."""
    return next((facet.key for facet in facets() if name.casefold() in facet.names), "")


def value_named(key: str, value: str) -> list[str]:
    """The codes somebody may mean by a value: its code, or its name in any language."""
    facet = facet_of(key)
    return facet.codes(value) if facet else []


def _of_everything() -> list[Facet]:
    return [
        Facet("type", gettext_lazy("Slag"), ("type", "slag", "kind"), _kind_labels, _kind_codes),
        Facet("category", gettext_lazy("Kategori"), ("kategori", "category"), _category_labels, _category_codes),
        Facet("firm", gettext_lazy("Firma"), ("firma", "firm", "leverandør", "supplier"), _firm_labels, _firm_codes),
        Facet("agreement", gettext_lazy("Avtale"), ("avtale", "agreement"), _as_they_are, _one_code),
    ]


def _asked() -> list[questions.Question]:
    return [one for one in questions.catalogue().questions.values() if one.facet]


def _question_names(question: questions.Question) -> tuple[str, str]:
    """A question is named by its key, with and without signs between the words."""
    return question.key, question.key.replace("_", "")


def _of_question(question: questions.Question) -> Facet:
    """A question's facet."""
    words = {code: dict(named) for code, named in question.option_words.items()}

    def labels(codes: list[str]) -> Mapping[str, str]:
        yes_no = {"ja": _("Ja"), "nei": _("Nei")}
        options = question.options
        return {code: options.get(code) or yes_no.get(code, code) for code in codes}

    def codes(value: str) -> list[str]:
        wanted = value.casefold()
        found = [
            code for code, named in words.items() if wanted in {code.casefold(), *map(str.casefold, named.values())}
        ]
        return found or {"yes": ["ja"], "no": ["nei"]}.get(wanted, [wanted])

    return Facet(question.key, question.text, _question_names(question), labels, codes)


def _kind_labels(codes: list[str]) -> Mapping[str, str]:
    return {kind.key: str(kind.label) for kind in kinds() if kind.key in codes}


def _kind_codes(value: str) -> list[str]:
    wanted, found = value.casefold(), []
    for kind in kinds():
        said = {kind.key}
        for language in LANGUAGES:
            with translation.override(language):
                said.add(str(kind.label).casefold())
        if wanted in said:
            found.append(kind.key)
    return found


def _category_labels(codes: list[str]) -> Mapping[str, str]:
    return {code: found.label if (found := questions.category(code)) else category_name(code) for code in codes}


def _category_codes(value: str) -> list[str]:
    wanted = value.casefold()
    found = [
        one.key
        for one in questions.catalogue().categories.values()
        if wanted in {one.key.casefold(), *(name.casefold() for name in one.labels.values())}
    ]
    if found:
        return found
    used = {code for codes in Lot.objects.values_list("categories", flat=True) for code in codes} | {
        "ict",
        "office",
        "travel",
    }
    return [code for code in sorted(used) if wanted in (code, category_name(code).casefold())] or [wanted]


def _firm_labels(codes: list[str]) -> Mapping[str, str]:
    return dict(Organisation.objects.filter(number__in=codes).values_list("number", "name"))


def _firm_codes(value: str) -> list[str]:
    found = Organisation.objects.filter(name__iexact=value).values_list("number", flat=True)
    return list(found) or [value.replace(" ", "").upper()]


def _as_they_are(codes: list[str]) -> Mapping[str, str]:
    return {code: code for code in codes}


def _one_code(value: str) -> list[str]:
    return [value.casefold()]
