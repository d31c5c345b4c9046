"""View models of the reading pages: what a template is given, finished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.kernel.text import in_language, localised
from fellestorg.law.load import rule_book
from fellestorg.marketplace.guidance import feedback, queries, rendering
from fellestorg.marketplace.guidance.queries import AnswerView, ArticleView
from fellestorg.marketplace.guidance.rendering import Explained
from fellestorg.marketplace.guidance.words import DOORS, KINDS
from fellestorg.marketplace.listings import questions
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule an article builds on, as it stands on a day. ``version`` is its first day."""

    id: str
    title: str
    version: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere."""

    label: str
    url: str
    text: str = ""


def card(one: ArticleView, day: date) -> dict[str, Any]:
    """An article in a list."""
    return {
        "title": one.title,
        "lead": one.lead,
        "url": reverse("guidance_article", args=[one.slug]),
        "kind": KINDS[one.kind],
        "steps": len(one.steps) if one.kind == "guide" else 0,
        "door": DOORS[one.door],
        "published_at": one.published_at,
        "version": one.version,
        "language": one.language,
        "missing": language_names(one.missing),
        "overdue": one.review_on < day,
    }


def article_context(view: ArticleView, language: str, day: date, *, whole: bool) -> dict[str, Any]:
    """What an article's page shows. A guide shows its steps as a list, or all of them where ``whole``."""
    explained = Explained(view.language)
    is_guide = view.kind == "guide"
    opening = [one for one in view.text.sections if not one.heading]
    shown = opening if is_guide and not whole else view.text.sections
    return {
        "view": view,
        "sections": rendering.sections(shown, explained, first=1 - len(opening)),
        "steps": steps_of(view) if is_guide and not whole else [],
        "is_guide": is_guide,
        "whole": whole,
        "words": explained.met,
        "missing_reader": view.language != language,
        "overdue": view.review_on < day,
        "rules": rules_of(view, language, day),
        "agreements": agreements_of(view, language),
        "categories": categories_of(view),
        "related": related_to(view, language),
        "answers": answers_about(view, language),
        "helped": feedback.helped(view.article),
        "door": DOORS[view.door],
        "kind": KINDS[view.kind],
    }


def step_context(view: ArticleView, number: int, language: str) -> dict[str, Any]:
    """What the page of a guide's step shows; the steps beside it are named."""
    explained = Explained(view.language)
    steps = steps_of(view)
    return {
        "view": view,
        "section": rendering.sections([view.steps[number - 1]], explained, first=number)[0],
        "number": number,
        "steps": steps,
        "previous": steps[number - 2] if number > 1 else None,
        "next": steps[number] if number < len(steps) else None,
        "words": explained.met,
        "missing_reader": view.language != language,
        "helped": feedback.helped(view.article),
    }


def steps_of(view: ArticleView) -> list[Link]:
    """The steps of a guide with their pages."""
    return [
        Link(step.heading, reverse("guidance_step", args=[view.slug, number]))
        for number, step in enumerate(view.steps, 1)
    ]


def rules_of(view: ArticleView, language: str, day: date) -> list[RuleLine]:
    """The rules an article names, in the version of the day; where none holds that day, the one that comes first after."""
    book = rule_book()
    found = []
    for rule_id in view.links["rules"]:
        try:
            rule = book.rule(rule_id, on=day)
        except BadInput:
            rule = book.versions(rule_id)[0]
        title = in_language(rule.title, language)
        found.append(RuleLine(rule.id, title, rule.version, rule.source, rule.verified))
    return found


def agreements_of(view: ArticleView, language: str) -> list[Link]:
    """The agreements an article is about, those that this house has."""
    rows = FrameworkAgreement.objects.filter(key__in=view.links["agreements"]).order_by("key")
    return [Link(localised(row, "title", language), f"/avtaler/{row.key}") for row in rows]


def categories_of(view: ArticleView) -> list[Link]:
    """The listings' categories that an article is about, each leading to the services in it."""
    found = [questions.category(key) for key in view.links["categories"]]
    return [Link(one.label, f"{reverse('listings')}?kategori={one.key}") for one in found if one is not None]


def related_to(view: ArticleView, language: str) -> list[Link]:
    """The articles to read next."""
    found = {one.slug: one for one in queries.published(language)}
    return [
        Link(found[slug].title, reverse("guidance_article", args=[slug]), found[slug].lead)
        for slug in view.links["related"]
        if slug in found
    ]


def answers_about(view: ArticleView, language: str) -> list[AnswerView]:
    """Questions and answers that point to an article."""
    return queries.answers(language, about=view.slug)


def crumbs(*more: Crumb) -> list[Crumb]:
    """The path to a page of the guidance."""
    return [Crumb(_("Forsiden"), "/"), Crumb(_("Skytjenester"), reverse("marketplace")), *more]


def guidance_crumbs(*more: Crumb) -> list[Crumb]:
    """The path to a page below the list of articles."""
    return crumbs(Crumb(_("Veiledning"), reverse("guidance")), *more)


def language_names(codes: tuple[str, ...]) -> str:
    """Languages by name."""
    names = {"nb": _("bokmål"), "nn": _("nynorsk"), "en": _("engelsk")}
    return ", ".join(names[code] for code in codes)
