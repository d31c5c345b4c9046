"""What an article is given, read and checked: texts, links, sources. Everything wrong is told at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.agreements.office.markup import clean
from fellestorg.kernel.text import LANGUAGES
from fellestorg.law.load import rule_book
from fellestorg.marketplace.doors import DOORS
from fellestorg.marketplace.guidance import diagrams, text
from fellestorg.marketplace.guidance.models import Article
from fellestorg.marketplace.listings import questions
from fellestorg.values import BadInput, Problem

LONGEST_TEXT, LONGEST_TITLE, LONGEST_LEAD, LONGEST_CHANGE = 40_000, 120, 400, 300
LINKS = ("categories", "agreements", "rules", "related")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_URL = re.compile(r"https://[^\s\"'<>]+\Z")


@dataclass(frozen=True, slots=True)
class Content:
    """What a version says, checked."""

    texts: dict[str, str]
    links: dict[str, list[str]]
    sources: list[dict[str, Any]]
    change: dict[str, str]


def read(given: Mapping[str, Any], kind: str, slug: str) -> Content:
    """Check what was given: ``texts`` and ``change`` by language, ``links`` by kind, ``sources`` as lines
    ``text | https://… | verifisert``. Bokmål is required; another language may be left empty. Raises BadInput."""
    problems: list[Problem] = []
    texts = {code: clean(str(given["texts"].get(code, "")))[: LONGEST_TEXT + 1] for code in LANGUAGES}
    for code in LANGUAGES:
        problems += _text_problems(code, texts[code])
    if kind == Article.Kind.GUIDE:
        problems += _unlike_steps(texts)
    change = {code: " ".join(clean(str(given["change"].get(code, ""))).split()) for code in LANGUAGES}
    problems += [
        Problem(f"change_{code}", "too_long", _("høyst %(most)s tegn") % {"most": LONGEST_CHANGE})
        for code, said in change.items()
        if len(said) > LONGEST_CHANGE
    ]
    links = {name: list(dict.fromkeys(given["links"].get(name, ()))) for name in LINKS}
    problems += _link_problems(links, slug)
    sources, wrong = read_sources(given["sources"])
    BadInput.raise_if([*problems, *wrong])
    return Content(texts, links, sources, change)


def read_place(given: Mapping[str, Any]) -> dict[str, Any]:
    """Check where a new article is to stand: ``slug``, ``kind`` and ``door``. Raises BadInput."""
    problems = []
    if not _SLUG.match(str(given["slug"])) or len(str(given["slug"])) > 80:
        problems.append(Problem("slug", "shape", _("bare små bokstaver a–z, tall og bindestrek, høyst 80 tegn")))
    elif given["slug"] in ("ny", "redaksjon") or Article.objects.filter(slug=given["slug"]).exists():
        problems.append(Problem("slug", "taken", _("det finnes alt en artikkel på denne adressen")))
    if given["kind"] not in Article.Kind.values:
        problems.append(Problem("kind", "unknown", _("ukjent type")))
    if given["door"] not in DOORS:
        problems.append(Problem("door", "unknown", _("ukjent del av markedsplassen")))
    BadInput.raise_if(problems)
    return {"slug": given["slug"], "kind": given["kind"], "door": given["door"]}


def read_sources(lines: str | Sequence[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Sources from lines of a form, or as rows; and what is wrong with them."""
    if not isinstance(lines, str):
        return [{"text": one["text"], "url": one["url"], "verified": bool(one["verified"])} for one in lines], []
    found, problems = [], []
    for number, line in enumerate((one for one in clean(lines).split("\n") if one.strip()), 1):
        said, url, mark = ([part.strip() for part in line.split("|")] + ["", ""])[:3]
        if url and not _URL.match(url):
            problems.append(
                Problem("sources", "not_https", _("linje %(n)s: adressen må begynne med https://") % {"n": number})
            )
        if not said or len(said) > 300:
            problems.append(
                Problem("sources", "missing", _("linje %(n)s: si hva kilden er, med høyst 300 tegn") % {"n": number})
            )
        found.append({"text": said, "url": url, "verified": mark.lower() in ("verifisert", "verified", "stadfesta")})
    return found, problems


def source_lines(sources: Sequence[Mapping[str, Any]]) -> str:
    """The sources as lines of a form."""
    return "\n".join(
        " | ".join([one["text"], one["url"], "verifisert" if one["verified"] else ""]).rstrip(" |") for one in sources
    )


def _text_problems(code: str, written: str) -> list[Problem]:
    where = f"text_{code}"
    if not written:
        return [Problem(where, "missing", _("teksten mangler på bokmål"))] if code == "nb" else []
    problems = []
    found = text.read(written)
    if not found.title or len(found.title) > LONGEST_TITLE:
        problems.append(
            Problem(
                where,
                "no_title",
                _("første linje er tittelen: «# Tittel», høyst %(most)s tegn") % {"most": LONGEST_TITLE},
            )
        )
    if not found.lead or len(found.lead) > LONGEST_LEAD:
        problems.append(
            Problem(where, "no_lead", _("under tittelen står ingressen, høyst %(most)s tegn") % {"most": LONGEST_LEAD})
        )
    if not found.sections:
        problems.append(Problem(where, "empty", _("artikkelen har ingen tekst under ingressen")))
    if len(written) > LONGEST_TEXT:
        problems.append(Problem(where, "too_long", _("høyst %(most)s tegn") % {"most": LONGEST_TEXT}))
    unknown = [name for name in found.diagrams if name not in diagrams.names()]
    if unknown:
        problems.append(Problem(where, "no_diagram", _("ukjent figur: %(names)s") % {"names": ", ".join(unknown)}))
    return problems


def _unlike_steps(texts: Mapping[str, str]) -> list[Problem]:
    counts = {code: sum(1 for one in text.read(said).sections if one.heading) for code, said in texts.items() if said}
    if len(set(counts.values())) <= 1:
        return []
    return [Problem("text_nb", "unlike_steps", _("en veiviser må ha like mange steg på alle språk"))]


def _link_problems(links: Mapping[str, Sequence[str]], slug: str) -> list[Problem]:
    known = {
        "categories": {key for key in links["categories"] if questions.category(key) is not None},
        "rules": set(rule_book().ids()),
        "agreements": set(FrameworkAgreement.objects.filter(key__in=links["agreements"]).values_list("key", flat=True)),
        "related": set(Article.objects.filter(slug__in=links["related"]).values_list("slug", flat=True)) - {slug},
    }
    return [
        Problem(name, "unknown", _("finnes ikke: %(names)s") % {"names": ", ".join(sorted(unknown))})
        for name in LINKS
        if (unknown := set(links[name]) - known[name])
    ]
