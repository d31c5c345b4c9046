"""What readers see of the guidance: articles with their newest version, answers for all, wishes with their votes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from fellestorg.kernel.actors import ANONYMOUS, Actor
from fellestorg.kernel.models import Event
from fellestorg.kernel.text import LANGUAGES, in_language
from fellestorg.marketplace.guidance.models import Article, ArticleVersion, ExpertQuestion, Wish, WishVote
from fellestorg.marketplace.guidance.policy import may_edit
from fellestorg.marketplace.guidance.text import ArticleText, Line, Section, differences
from fellestorg.marketplace.guidance.text import read as read_text


@dataclass(frozen=True, slots=True)
class ArticleView:
    """A published article in the reader's language. ``language`` is the one it is shown in, bokmål where it lacks the
    reader's; ``missing`` are the languages it lacks."""

    slug: str
    kind: str
    door: str
    version: int
    published_at: datetime
    review_on: date
    editor: str
    language: str
    missing: tuple[str, ...]
    text: ArticleText
    links: dict[str, list[str]]
    sources: list[dict[str, Any]]
    article: Article
    row: ArticleVersion

    @property
    def title(self) -> str:
        return self.text.title

    @property
    def lead(self) -> str:
        return self.text.lead

    @property
    def steps(self) -> tuple[Section, ...]:
        """The sections with a heading: a guide's steps."""
        return tuple(one for one in self.text.sections if one.heading)


def published(language: str) -> list[ArticleView]:
    """Every article in its newest version, in the order of the doors. For pages, lists and search."""
    rows = (
        ArticleVersion.objects.filter(article__withdrawn_at=None)
        .order_by("article_id", "-number")
        .distinct("article_id")
        .select_related("article__editor")
    )
    found = [view_of(row, language) for row in rows]
    return sorted(found, key=lambda one: (_DOOR_ORDER.index(one.door), one.article.order, one.slug))


def article(slug: str, language: str, number: int | None = None) -> ArticleView | None:
    """One article, in its newest version or the one with a number; None where there is none, or it was withdrawn."""
    rows = ArticleVersion.objects.filter(article__slug=slug, article__withdrawn_at=None)
    if number is not None:
        rows = rows.filter(number=number)
    row = rows.select_related("article__editor").order_by("-number").first()
    return view_of(row, language) if row is not None else None


def linked(kind: str, key: str, language: str) -> list[ArticleView]:
    """The articles about a category, an agreement or a rule (``kind``: ``categories``, ``agreements``, ``rules``)."""
    return [one for one in published(language) if key in one.links[kind]]


def view_of(row: ArticleVersion, language: str) -> ArticleView:
    """A version in a language."""
    missing = tuple(code for code in LANGUAGES if not row.texts.get(code))
    shown = "nb" if language in missing else language
    editor = row.article.editor
    return ArticleView(
        row.article.slug,
        row.article.kind,
        row.article.door,
        row.number,
        row.published_at,
        row.article.review_on,
        editor.name if editor is not None else "",
        shown,
        missing,
        read_text(row.texts[shown]),
        row.links,
        row.sources,
        row.article,
        row,
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A line of an article's public change log: a version, or that it was read through (``number`` is None).

    ``lines`` are what was taken out and put in since the version before, in the reader's language.
    """

    at: datetime
    number: int | None
    text: str
    review_on: str = ""
    lines: tuple[Line, ...] = ()


def changes(article: Article, language: str) -> list[Change]:
    """What has been done with an article, the newest first. Public: it names nobody."""
    found = []
    before = ""
    for row in article.versions.order_by("number"):
        now = row.texts.get(language) or row.texts["nb"]
        lines = differences(before, now) if before else ()
        found.append(Change(row.published_at, row.number, in_language(row.change, language), lines=lines))
        before = now
    reviews = Event.objects.filter(subject=f"article:{article.slug}", verb="article_reviewed")
    found += [Change(one.at, None, "", one.payload["review_on"]) for one in reviews]
    return sorted(found, key=lambda one: (one.at, one.number or 0), reverse=True)


@dataclass(frozen=True, slots=True)
class AnswerView:
    """A question and its answer as all may read them: no names, and never who asked."""

    id: int
    question: str
    answer: str
    language: str
    category: str
    related: tuple[str, ...]
    published_at: datetime | None


def answers(language: str, *, category: str = "", about: str = "") -> list[AnswerView]:
    """The published answers, the newest first; perhaps only those of a category, or about an article."""
    rows = ExpertQuestion.objects.filter(state="published").order_by("-published_at", "-pk")
    if category:
        rows = rows.filter(category=category)
    if about:
        rows = rows.filter(related__contains=[about])
    return [answer_of(row, language) for row in rows]


def answer_of(row: ExpertQuestion, language: str) -> AnswerView:
    """An answer in a language: the reader's, else the one it was asked in, else any."""
    shown = next(code for code in (language, row.language, *LANGUAGES) if code in row.public)
    said = row.public[shown]
    return AnswerView(
        row.pk, said["question"], said["answer"], shown, row.category, tuple(row.related), row.published_at
    )


def question_visible_to(actor: Actor, key: int) -> ExpertQuestion | None:
    """A question that the actor may see: SI and auditors all, whoever asked their own, others those published."""
    rows = ExpertQuestion.objects.select_related("asked_by", "organisation", "handler")
    if not (may_edit(actor).allowed or actor.has("auditor")):
        rows = rows.filter(Q(state="published") | Q(asked_by__pk=_person_key(actor)))
    return rows.filter(pk=key).first()


def own_questions(actor: Actor) -> list[ExpertQuestion]:
    """What the actor has asked."""
    return list(ExpertQuestion.objects.filter(asked_by__pk=_person_key(actor)))


@dataclass(frozen=True, slots=True)
class WishView:
    """A wish as all may read it. ``voted``: whether the reader has."""

    id: int
    title: str
    body: str
    language: str
    state: str
    reason: str
    wished_at: datetime
    state_at: datetime
    votes: int
    organisations: int
    voted: bool


def wishes(actor: Actor, language: str, *, state: str = "") -> list[WishView]:
    """The wishes on the list, those most voted for first, and of those alike the newest."""
    rows = _with_votes(actor)
    if state:
        rows = rows.filter(state=state)
    return [_wish_view(row, language) for row in rows.order_by("-vote_count", "-wished_at", "-pk")]


def wish(actor: Actor, key: int, language: str) -> WishView | None:
    """One wish on the list."""
    row = _with_votes(actor).filter(pk=key).first()
    return _wish_view(row, language) if row is not None else None


_DOOR_ORDER = ("guidance", "procurement", "security", "market")


def _with_votes(actor: Actor) -> Any:
    mine = WishVote.objects.filter(wish=OuterRef("pk"), person_id=_person_key(actor))
    return Wish.objects.filter(hidden_at=None).annotate(
        vote_count=Count("votes"), bodies=Count("votes__organisation", distinct=True), mine=Exists(mine)
    )


def _wish_view(row: Any, language: str) -> WishView:
    return WishView(
        row.pk, row.title, row.body, row.language, row.state, in_language(row.reason, language), row.wished_at,
        row.state_at, row.vote_count, row.bodies, row.mine,
    )  # fmt: skip


def _person_key(actor: Actor) -> int:
    """The person's primary key; zero, which nobody has, for the public and the system."""
    kind, _colon, key = actor.key.partition(":")
    return int(key) if actor.key != ANONYMOUS.key and kind == "person" else 0
