"""The demo's guidance: the product's articles, what readers said, questions to SI and wishes. All of it is demodata."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.marketplace.guidance_texts import CHANGE, QUESTIONS, SMALL_BUYERS, WISHES
from fellestorg.kernel import events
from fellestorg.kernel.events import Happening
from fellestorg.kernel.text import LANGUAGES
from fellestorg.marketplace.guidance import actions, feedback, product
from fellestorg.marketplace.guidance.models import (
    Article,
    ArticleDraft,
    ExpertQuestion,
    Feedback,
    Wish,
    WishVote,
)
from fellestorg.organisations.models import Person, RoleGrant
from fellestorg.organisations.queries import actor_for

# Who looks after which article, days from the demo's day to its review, and how many it helped and did not.
_ARTICLES = {
    "skyreisen": ("si-admin", 240, 41, 5),
    "for-sma-innkjopere": ("avtaleforvalter-kontor", 200, 23, 2),
    "ombruk-bygg-og-utstyr": ("avtaleforvalter-kontor", 180, 9, 1),
    "anskaffelse-og-bruk": ("avtaleforvalter-ikt", 210, 14, 4),
    "informasjonssikkerhet": ("avtaleforvalter-ikt", 10, 19, 3),
    "personopplysninger-og-overforing": ("avtaleforvalter-ikt", 120, 17, 6),
}


def lay(ground: Ground, day: date) -> None:
    """Save the guidance as it stands on ``day``, with its events."""
    since = at(day - timedelta(days=60), 9)
    product.load(now=since)
    people = {one.username: one for one in Person.objects.filter(username__in=_usernames())}
    for slug, (username, days, yes, no) in _ARTICLES.items():
        article = Article.objects.get(slug=slug)
        article.editor, article.review_on = people[username], day + timedelta(days=days)
        article.save(update_fields=["editor", "review_on"])
        _feedback(article, yes, no, since)
    _draft(people["avtaleforvalter-kontor"], day)
    _questions(people, day)
    _wishes(people, day)


def _usernames() -> set[str]:
    asked = {one.asked_by for one in QUESTIONS} | {one.wished_by for one in WISHES}
    return asked | {username for username, *_rest in _ARTICLES.values()} | {"si-admin"}


def _feedback(article: Article, yes: int, no: int, since: datetime) -> None:
    Feedback.objects.bulk_create(
        Feedback(
            article=article,
            voter=feedback.digest(article, f"demo:{number}"),
            helped=number < yes,
            comment="Vis gjerne et eksempel." if number == yes else "",
            version=1,
            language=LANGUAGES[number % 2],
            given_at=since + timedelta(days=2, hours=number),
        )
        for number in range(yes + no)
    )


def _draft(writer: Person, day: date) -> None:
    """A draft of the next version that waits for a second person."""
    article = Article.objects.get(slug="for-sma-innkjopere")
    last = article.versions.get(number=1)
    at_time = at(day - timedelta(days=1), 14)
    texts = {code: f"{last.texts[code]}\n{SMALL_BUYERS[code]}" for code in LANGUAGES}
    given = {"texts": texts, "links": last.links, "sources": last.sources, "change": CHANGE}
    actions.save_draft(article, given, actor=actor_for(writer, day), now=at_time)
    ArticleDraft.objects.filter(article=article).update(submitted_at=at_time)


def _questions(people: dict[str, Person], day: date) -> None:
    first, second = people["avtaleforvalter-ikt"], people["si-admin"]
    for one in QUESTIONS:
        asker = people[one.asked_by]
        asked_at = at(day - timedelta(days=one.days_ago), 10)
        row = ExpertQuestion.objects.create(
            asked_by=asker,
            organisation=_grant(asker).organisation,
            language=asker.language,
            title=one.title,
            body=one.body,
            category=one.category,
            asked_at=asked_at,
            handler=first if one.public else None,
            public={code: dict(zip(("question", "answer"), said, strict=True)) for code, said in one.public.items()},
            related=list(one.related),
        )
        subject = f"expert_question:{row.pk}"
        happenings = [Happening(subject, "expert_question_asked", subject, actor_for(asker, day), asked_at)]
        if one.public:
            row.state, row.answered_at = ExpertQuestion.State.ANSWERED, asked_at + timedelta(days=2)
            row.answered_by_key, row.answered_by = first.key, first.name
            told: dict[str, object] = {"languages": sorted(one.public)}
            happenings.append(
                Happening(subject, "expert_question_answered", subject, actor_for(first, day), row.answered_at, told)
            )
        if one.published:
            row.state, row.published_at = ExpertQuestion.State.PUBLISHED, asked_at + timedelta(days=3)
            row.published_by_key, row.published_by = second.key, second.name
            told = {"answered_by": first.name}
            happenings.append(
                Happening(subject, "expert_answer_published", subject, actor_for(second, day), row.published_at, told)
            )
        row.save()
        events.record(*happenings)


def _wishes(people: dict[str, Person], day: date) -> None:
    voters = list(
        RoleGrant.objects.filter(role="buyer", valid_from__lte=day)
        .select_related("person", "organisation")
        .order_by("pk")
    )
    decider = actor_for(people["si-admin"], day)
    for place, one in enumerate(WISHES):
        who = people[one.wished_by]
        wished_at = at(day - timedelta(days=one.days_ago), 11)
        decided_at = wished_at + timedelta(days=one.decided_after)
        row = Wish.objects.create(
            wished_by=who,
            organisation=_grant(who).organisation,
            language=who.language,
            title=one.title,
            body=one.body,
            wished_at=wished_at,
            state=one.state,
            reason=one.reason,
            state_at=decided_at if one.state != "received" else wished_at,
        )
        chosen = {grant.person_id: grant for grant in voters[place * 3 : place * 3 + one.votes]}
        WishVote.objects.bulk_create(
            WishVote(wish=row, person_id=key, organisation=grant.organisation, given_at=wished_at + timedelta(hours=1))
            for key, grant in chosen.items()
        )
        subject = f"wish:{row.pk}"
        told = {"title": row.title}
        happenings = [Happening(subject, "wish_stated", subject, actor_for(who, day), wished_at, told)]
        if one.state != "received":
            decided = {"state": one.state, "reason": one.reason}
            happenings.append(Happening(subject, "wish_decided", subject, decider, decided_at, decided))
        events.record(*happenings)


def _grant(person: Person) -> RoleGrant:
    return person.grants.select_related("organisation").order_by("pk")[0]
