"""Writing articles: drafts, a second person who publishes, and reading through again. Every action is one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.agreements.office.markup import clean
from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.text import LANGUAGES
from fellestorg.marketplace.guidance import content, text
from fellestorg.marketplace.guidance.content import Content
from fellestorg.marketplace.guidance.models import Article, ArticleDraft, ArticleVersion
from fellestorg.marketplace.guidance.policy import EDITORS, may_edit, may_publish, require
from fellestorg.organisations.models import Person
from fellestorg.organisations.queries import current_grants
from fellestorg.values import BadInput, Refused, digest

LONGEST_BETWEEN_REVIEWS = timedelta(days=2 * 366)
TELL_BEFORE = timedelta(days=14)


@transaction.atomic
def create(given: Mapping[str, Any], *, actor: Actor, now: datetime) -> Article:
    """A new article with its first draft; nobody but SI sees it before it is published.

    ``given`` has ``slug``, ``kind`` and ``door``, and what :func:`save_draft` takes. Raises BadInput, Refused.
    """
    require(may_edit(actor))
    place = content.read_place(given)
    found = content.read(given, place["kind"], place["slug"])
    review = clock.local_day(now) + timedelta(days=365)
    article = Article.objects.create(**place, created_at=now, review_on=review, editor=_person(actor))
    _write(article, found, actor, now)
    _record(article, "article_drafted", actor, now, {"kind": article.kind})
    return article


@transaction.atomic
def save_draft(
    article: Article, given: Mapping[str, Any], *, actor: Actor, now: datetime, seen: str | None = None
) -> ArticleDraft:
    """Write the draft of the next version. ``given``: ``texts`` and ``change`` by language, ``links`` and ``sources``.
    ``seen``: what :func:`token` said when the writer began.

    A draft that waited for a second person no longer does. Raises BadInput with every problem, Refused where somebody else
    has written in it since.
    """
    require(may_edit(actor))
    found = content.read(given, article.kind, article.slug)
    locked = _locked(article)
    if seen is not None and seen != token(locked):
        raise Refused("written_meanwhile", _("Noen andre har skrevet i utkastet etter at du åpnet det."))
    draft = _write(locked, found, actor, now)
    _record(locked, "article_drafted", actor, now, {})
    return draft


def token(article: Article) -> str:
    """What a writer begins with: the draft, or what is published where there is none. Another once that is another."""
    draft = ArticleDraft.objects.filter(article=article).first()
    said = [draft.texts, draft.links, draft.sources, draft.change] if draft is not None else []
    return digest([_next_number(article), *said])


@transaction.atomic
def submit(article: Article, *, actor: Actor, now: datetime) -> ArticleDraft:
    """Say that the draft is ready; the other editors get a message. Raises Refused without a draft."""
    require(may_edit(actor))
    locked = _locked(article)
    draft = _draft(locked)
    draft.submitted_at = now
    draft.save(update_fields=["submitted_at"])
    _record(locked, "article_submitted", actor, now, {})
    told = {"title": _titles(draft.texts), "who": actor.name}
    people = [one for one in editors(clock.local_day(now)) if one.key != actor.key]
    messages.tell(people, "article_submitted", told, link=f"/skytjenester/veiledning/{locked.slug}/rediger", at=now)
    return draft


@transaction.atomic
def publish(article: Article, *, review_on: date, actor: Actor, now: datetime) -> ArticleVersion:
    """Publish the draft as the next version. ``review_on``: when it is to be read through, within two years.

    Raises Refused where there is no draft that waits, or for whoever wrote in it; BadInput for the day.
    """
    locked = _locked(article)
    draft = _draft(locked)
    require(may_publish(actor, draft.authors))
    if draft.submitted_at is None:
        raise Refused("not_submitted", _("Utkastet er ikke sendt til en annen ennå."))
    _check_review(review_on, now)
    version = ArticleVersion.objects.create(
        article=locked,
        number=_next_number(locked),
        texts=draft.texts,
        links=draft.links,
        sources=draft.sources,
        change=draft.change,
        written_by_key=draft.written_by_key,
        written_by=draft.written_by,
        published_by_key=actor.key,
        published_by=actor.name,
        published_at=now,
    )
    draft.delete()
    locked.review_on, locked.withdrawn_at, locked.review_told_for = review_on, None, None
    locked.save(update_fields=["review_on", "withdrawn_at", "review_told_for"])
    told = {"version": version.number, "written_by": version.written_by, "review_on": review_on.isoformat()}
    _record(locked, "article_published", actor, now, told, (version,))
    return version


@transaction.atomic
def discard(article: Article, *, actor: Actor, now: datetime) -> None:
    """Throw the draft away; what is published stands. Raises Refused without a draft."""
    require(may_edit(actor))
    locked = _locked(article)
    _draft(locked).delete()
    _record(locked, "article_draft_discarded", actor, now, {})


@transaction.atomic
def reviewed(article: Article, *, review_on: date, actor: Actor, now: datetime) -> Article:
    """Say that the article was read through and still holds; it stands in its change log. Raises Refused, BadInput."""
    require(may_edit(actor))
    locked = _locked(article)
    if not locked.versions.exists():
        raise Refused("not_published", _("Artikkelen er ikke publisert."))
    _check_review(review_on, now)
    locked.review_on, locked.review_told_for = review_on, None
    locked.save(update_fields=["review_on", "review_told_for"])
    _record(locked, "article_reviewed", actor, now, {"review_on": review_on.isoformat()})
    return locked


@transaction.atomic
def look_after(article: Article, *, actor: Actor, now: datetime) -> Article:
    """Become the article's editor: the one who is told when it is to be read through. Raises Refused."""
    require(may_edit(actor))
    locked = _locked(article)
    locked.editor, locked.review_told_for = _person(actor), None
    locked.save(update_fields=["editor", "review_told_for"])
    _record(locked, "article_editor_set", actor, now, {})
    return locked


@transaction.atomic
def withdraw(article: Article, reason: str, *, actor: Actor, now: datetime) -> Article:
    """Take an article off the pages; its versions stay. Publishing a new version brings it back. Raises Refused, BadInput."""
    require(may_edit(actor))
    locked = _locked(article)
    said = " ".join(clean(reason).split())
    if len(said) < 10 or len(said) > 500:
        raise BadInput.of("reason", "reason", _("skriv en begrunnelse på mellom 10 og 500 tegn"))
    if locked.withdrawn_at is not None:
        raise Refused("withdrawn", _("Artikkelen er alt trukket."))
    locked.withdrawn_at = now
    locked.save(update_fields=["withdrawn_at"])
    _record(locked, "article_withdrawn", actor, now, {"reason": said})
    return locked


def tell_of_reviews(*, now: datetime) -> int:
    """Tell the editor (or where there is none, all) of articles to be read through within 14 days, each once. Returns how
    many articles were told of; bears being run twice."""
    day = clock.local_day(now)
    told = 0
    with transaction.atomic():
        due = Article.objects.select_for_update(of=("self",), skip_locked=True).select_related("editor")
        for article in due.filter(review_on__lte=day + TELL_BEFORE, withdrawn_at=None, versions__number=1):
            if article.review_told_for == article.review_on:
                continue
            last = article.versions.order_by("-number")[0]
            people = [_recipient(article.editor)] if article.editor is not None else editors(day)
            told_of = {"title": _titles(last.texts), "day": article.review_on.isoformat()}
            link = f"/skytjenester/veiledning/{article.slug}/rediger"
            messages.tell(people, "article_review_due", told_of, link=link, at=now)
            article.review_told_for = article.review_on
            article.save(update_fields=["review_told_for"])
            told += 1
    return told


def editors(day: date) -> list[Recipient]:
    """Everybody who edits guidance, as they are told."""
    people = Person.objects.filter(pk__in=current_grants(day).filter(role__in=EDITORS).values("person"), active=True)
    return [_recipient(person) for person in people.order_by("pk")]


def _write(article: Article, found: Content, actor: Actor, now: datetime) -> ArticleDraft:
    draft = ArticleDraft.objects.filter(article=article).first() or ArticleDraft(article=article, authors=[])
    draft.texts, draft.links, draft.sources, draft.change = found.texts, found.links, found.sources, found.change
    draft.authors = sorted({*draft.authors, actor.key})
    draft.written_by_key, draft.written_by, draft.written_at, draft.submitted_at = actor.key, actor.name, now, None
    draft.save()
    return draft


def _check_review(day: date, now: datetime) -> None:
    today = clock.local_day(now)
    if not today < day <= today + LONGEST_BETWEEN_REVIEWS:
        raise BadInput.of("review_on", "day", _("velg en dag etter i dag og innen to år"))


def _locked(article: Article) -> Article:
    return Article.objects.select_for_update().get(pk=article.pk)


def _draft(article: Article) -> ArticleDraft:
    draft = ArticleDraft.objects.filter(article=article).first()
    if draft is None:
        raise Refused("no_draft", _("Artikkelen har ikke noe utkast."))
    return draft


def _next_number(article: Article) -> int:
    last = article.versions.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _titles(texts: Mapping[str, str]) -> dict[str, str]:
    return {code: text.read(texts.get(code) or texts["nb"]).title for code in LANGUAGES}


def _person(actor: Actor) -> Person | None:
    kind, _colon, key = actor.key.partition(":")
    return Person.objects.filter(pk=int(key)).first() if kind == "person" and key.isdecimal() else None


def _recipient(person: Person) -> Recipient:
    return Recipient(person.key, person.email, person.language)


def _record(
    article: Article,
    verb: str,
    actor: Actor,
    now: datetime,
    payload: dict[str, Any],
    covers: tuple[ArticleVersion, ...] = (),
) -> None:
    subject = f"article:{article.slug}"
    events.record(Happening(subject, verb, subject, actor, now, payload, covers))
