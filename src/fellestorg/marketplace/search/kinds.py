"""The kinds of things that are searched, and what each says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.models import FrameworkAgreement, NewsItem
from fellestorg.agreements.office.markup import as_plain
from fellestorg.competitions.models import Competition
from fellestorg.competitions.queries import visible_to as competitions_visible_to
from fellestorg.kernel import clock
from fellestorg.kernel.actors import ANONYMOUS, Actor, Grant
from fellestorg.kernel.text import LANGUAGES
from fellestorg.marketplace.firms.models import Firm
from fellestorg.marketplace.firms.queries import visible_to as firms_visible_to
from fellestorg.marketplace.guidance.models import ArticleVersion, ExpertQuestion
from fellestorg.marketplace.guidance.text import read as read_article
from fellestorg.marketplace.listings import questions
from fellestorg.marketplace.listings.answers import facet_values
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.marketplace.listings.queries import Published, as_seen, published_rows
from fellestorg.marketplace.search.entries import Entry, Kind, register_kind

# Somebody who sees what firms show to buyers alone.
_A_BUYER = Actor("buyer", "", (Grant("buyer", ""),))


def register() -> None:
    """Every kind of the house's own. Called once, when Django has started."""
    register_kind(
        Kind("service", _("Skytjeneste"), 10, services, {"listing": _itself, "firm": _services_of}),
        Kind("firm", _("Firma"), 20, firms, {"firm": _itself}),
        Kind("article", _("Veiledning"), 30, articles, {"article": _itself}),
        Kind("answer", _("Spørsmål og svar"), 40, answers, {"expert_question": _itself}),
        Kind("agreement", _("Avtale"), 50, agreements, {"agreement": _itself, "lot": _agreement_of_lot}),
        Kind("news", _("Nyhet"), 60, news, {"agreement": _news_of}),
        Kind("competition", _("Konkurranse"), 70, competitions, {"competition": _itself}),
    )


def services(keys: list[str] | None) -> Iterator[Entry]:
    """Public listings: for all, or what the public sees and what buyers see where that is more."""
    rows = published_rows()
    if keys is not None:
        rows = rows.filter(listing__key__in=keys)
    day = clock.today()
    for row in rows:
        public, buyers = as_seen(row, ANONYMOUS, day), as_seen(row, _A_BUYER, day)
        if _said(public) == _said(buyers):
            yield _service(row, public, "all")
        else:
            yield _service(row, public, "public")
            yield _service(row, buyers, "buyers")


def firms(keys: list[str] | None) -> Iterator[Entry]:
    """Verified firms."""
    rows = firms_visible_to(ANONYMOUS)
    if keys is not None:
        rows = rows.filter(organisation__number__in=keys)
    for row in rows.filter(state=Firm.State.VERIFIED):
        number = row.organisation.number
        yield Entry(
            number, {"nb": row.organisation.name}, reverse("firm", args=[number]), row.verified_at or row.registered_at,
            texts=(number,), facets={"firm": [number]},
        )  # fmt: skip


def articles(keys: list[str] | None) -> Iterator[Entry]:
    """The newest version of each article, in the languages it has."""
    rows = ArticleVersion.objects.filter(article__withdrawn_at=None).order_by("article_id", "-number")
    if keys is not None:
        rows = rows.filter(article__slug__in=keys)
    for row in rows.distinct("article_id").select_related("article"):
        read = {code: read_article(row.texts[code]) for code in LANGUAGES if row.texts.get(code)}
        yield Entry(
            row.article.slug,
            {code: text.title for code, text in read.items()},
            reverse("guidance_article", args=[row.article.slug]),
            row.published_at,
            {code: as_plain(text.lead) for code, text in read.items()},
            [said for text in read.values() for section in text.sections for said in (section.heading, section.plain)],
            {"category": row.links.get("categories", []), "agreement": row.links.get("agreements", [])},
        )


def answers(keys: list[str] | None) -> Iterator[Entry]:
    """Answers that were published for all; never who asked."""
    rows = ExpertQuestion.objects.filter(state="published")
    if keys is not None:
        rows = rows.filter(pk__in=[key for key in keys if key.isdecimal()])
    for row in rows:
        yield Entry(
            str(row.pk),
            {code: said["question"] for code, said in row.public.items()},
            reverse("expert_question", args=[row.pk]),
            row.published_at or row.asked_at,
            texts=[as_plain(said["answer"]) for said in row.public.values()],
            facets={"category": [row.category] if row.category else []},
        )


def agreements(keys: list[str] | None) -> Iterator[Entry]:
    """Agreements that are no drafts, with what their lots cover."""
    rows = _no_drafts().prefetch_related("lots")
    if keys is not None:
        rows = rows.filter(key__in=keys)
    for row in rows:
        lots = list(row.lots.all())
        yield Entry(
            row.key,
            {code: getattr(row, f"title_{code}") for code in LANGUAGES},
            reverse("agreement", args=[row.key]),
            datetime.combine(row.starts, time.min, clock.OSLO),
            {code: getattr(row, f"summary_{code}") for code in LANGUAGES},
            [getattr(lot, f"{field}_{code}") for lot in lots for field in ("title", "scope") for code in LANGUAGES],
            {"category": {row.category, *(one for lot in lots for one in lot.categories)}, "agreement": [row.key]},
        )


def news(keys: list[str] | None) -> Iterator[Entry]:
    """What was told of agreements and not taken back."""
    rows = NewsItem.objects.filter(withdrawn_at=None, agreement__in=_no_drafts()).select_related("agreement")
    if keys is not None:
        rows = rows.filter(pk__in=keys)
    for row in rows:
        yield Entry(
            str(row.pk),
            {code: getattr(row, f"title_{code}") for code in LANGUAGES},
            f"{reverse('news', args=[row.agreement.key])}#nyhet-{row.pk}",
            row.published_at,
            texts=[as_plain(getattr(row, f"body_{code}")) for code in LANGUAGES],
            facets={"agreement": [row.agreement.key], "category": [row.agreement.category]},
        )


def competitions(keys: list[str] | None) -> Iterator[Entry]:
    """Competitions that everybody may see."""
    seen = competitions_visible_to(ANONYMOUS)
    rows: Iterable[Competition] = (seen if keys is None else seen.filter(number__in=keys)).prefetch_related("lots")
    for row in rows:
        yield Entry(
            row.number,
            {row.language: row.title},
            reverse("competition", args=[row.number]),
            row.published_at or row.created_at,
            texts=[row.number, row.description, row.buyer.name, *(lot.title for lot in row.lots.all())],
        )


def _no_drafts() -> QuerySet[FrameworkAgreement]:
    """Agreements that everybody may see (see ``agreements/middleware.py``)."""
    return FrameworkAgreement.objects.filter(Q(lots__policies__isnull=False) | Q(halts__isnull=False)).distinct()


def _service(row: ListingVersion, seen: Published, audience: str) -> Entry:
    category = questions.category(seen.category)
    number = seen.firm.organisation.number
    facets: dict[str, Iterable[str]] = {
        "category": [seen.category, *([category.parent] if category and category.parent else [])],
        "firm": [number],
    }
    asked = questions.questions_of(seen.category)
    for question in asked:
        if question.facet:
            facets[question.key] = facet_values(question, seen.answers.get(question.key, {}).get("value"))
    titles = {seen.main_language: seen.text("title", seen.main_language)}
    titles |= {code: said["title"] for code, said in seen.texts.items() if said.get("title")}
    return Entry(
        seen.key,
        titles,
        reverse("listing", args=[seen.key]),
        seen.published_at or row.saved_at,
        {code: said["summary"] for code, said in seen.texts.items() if said.get("summary")},
        [
            seen.firm.organisation.name,
            *(said.get("description", "") for said in seen.texts.values()),
            *_answered(seen),
            *_category_names(seen.category),
            *(str(one.get("title", "")) for one in seen.prices),
        ],
        facets,
        audience,
    )


def _category_names(key: str) -> Iterator[str]:
    """A category's name, and that of the one it is a part of, in every language."""
    found = questions.category(key)
    while found:
        yield from found.labels.values()
        found = questions.category(found.parent)


def _answered(seen: Published) -> Iterator[str]:
    """What was answered in words, and the options' names in every language."""
    for question in questions.questions_of(seen.category):
        value = seen.answers.get(question.key, {}).get("value")
        if isinstance(value, str) and not question.option_words:
            yield value
        for code in facet_values(question, value) if value is not None and question.option_words else ():
            yield from question.option_words.get(code, {}).values()


def _said(seen: Published) -> tuple[object, object]:
    return {key: answer.get("value") for key, answer in seen.answers.items()}, list(seen.prices)


def _itself(key: str) -> list[str]:
    return [key]


def _services_of(number: str) -> list[str]:
    rows = Firm.objects.filter(organisation__number=number)
    return list(rows.filter(listings__isnull=False).values_list("listings__key", flat=True))


def _agreement_of_lot(key: str) -> list[str]:
    return [key.partition("/")[0]]


def _news_of(key: str) -> list[str]:
    return [str(pk) for pk in NewsItem.objects.filter(agreement__key=key).values_list("pk", flat=True)]
