"""Questions to SI that become guidance for all, and wishes that people vote for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from fellestorg.calloffs.tests.world import somebody
from fellestorg.kernel.actors import ANONYMOUS
from fellestorg.kernel.models import Message
from fellestorg.marketplace.guidance import asking, feedback, queries, wishes
from fellestorg.marketplace.guidance.models import Article, ExpertQuestion, Wish, WishVote
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")
NOW = datetime(2023, 11, 1, 9, tzinfo=UTC)
PUBLIC = {"nb": {"question": "Kan et fylke bruke avtalen?", "answer": "Nei, bare de som er navngitt."}}


def asked(who: str = "innkjoper", **more: str) -> ExpertQuestion:
    actor, person = somebody(who)
    given = {"title": "Kan vi bruke avtalen?", "body": "Vi er nye.", "category": "saas"} | more
    return asking.ask(given, actor=actor, person=person, now=NOW)


def answered(**public: Any) -> ExpertQuestion:
    return asking.answer(asked(), public or PUBLIC, ["skyreisen"], actor=somebody("avtaleforvalter-ikt")[0], now=NOW)


def test_an_answer_reaches_whoever_asked_and_then_all_without_the_name() -> None:
    row = answered()
    actor, person = somebody("innkjoper")
    assert Message.objects.filter(recipient=person.key, code="expert_question_answered").count() == 1
    assert queries.question_visible_to(ANONYMOUS, row.pk) is None
    assert queries.question_visible_to(somebody("innkjopar")[0], row.pk) is None
    assert queries.question_visible_to(actor, row.pk) == row
    asking.publish(row, actor=somebody("si-admin")[0], now=NOW)
    shown = queries.answers("nn")[0]
    assert (shown.question, shown.language, shown.related) == ("Kan et fylke bruke avtalen?", "nb", ("skyreisen",))
    assert person.name not in repr(shown) and row.organisation.name not in repr(shown)
    assert row.pk in {one.id for one in queries.answers("nb", about="skyreisen")}


def test_whoever_answered_does_not_publish_and_the_database_holds_it() -> None:
    row = answered()
    with pytest.raises(Refused) as refused:
        asking.publish(row, actor=somebody("avtaleforvalter-ikt")[0], now=NOW)
    assert refused.value.code == "own_words"
    with pytest.raises(DatabaseError), transaction.atomic():
        ExpertQuestion.objects.filter(pk=row.pk).update(
            state="published", published_by_key=row.answered_by_key, published_at=NOW
        )


@pytest.mark.parametrize(
    ("public", "code"),
    [
        ({"nb": {"question": "Q", "answer": "Ragna Skarvøy spurte."}}, "name"),
        ({"nb": {"question": "Q om Direktoratet for demodata", "answer": "A"}}, "name"),
        ({"nb": {"question": "Q", "answer": ""}}, "missing"),
        ({"en": {"question": "Q", "answer": "A"}}, "missing"),
        ({"nb": {"question": "Q", "answer": "Ring 22334455"}}, "number"),
    ],
    ids=["asker", "agency", "half", "other language", "number"],
)
def test_an_answer_that_names_whoever_asked_or_lacks_their_language_is_refused(public: Any, code: str) -> None:
    with pytest.raises(BadInput) as error:
        answered(**public)
    assert code in {one.code for one in error.value.problems}


@pytest.mark.parametrize("who", ["atea", "revisor"])
def test_suppliers_and_auditors_neither_ask_nor_wish_nor_vote(who: str) -> None:
    with pytest.raises(Refused):
        asked(who)
    actor, person = somebody(who)
    with pytest.raises(Refused):
        wishes.wish({"title": "Mer"}, actor=actor, person=person, now=NOW)
    with pytest.raises(Refused):
        wishes.vote(Wish.objects.order_by("pk")[0], True, actor=actor, person=person, now=NOW)


def test_a_question_with_an_address_or_without_words_is_refused_with_all_that_is_wrong() -> None:
    with pytest.raises(BadInput) as error:
        asked(title="", body="Skriv til meg@eksempel.no", category="finnes-ikke")
    assert {(one.where, one.code) for one in error.value.problems} == {
        ("title", "missing"), ("body", "email"), ("category", "unknown"),
    }  # fmt: skip


def test_a_closed_question_is_seen_by_whoever_asked_alone() -> None:
    row = answered()
    asking.publish(row, actor=somebody("si-admin")[0], now=NOW)
    asking.close(row, "Svaret er utdatert.", actor=somebody("si-admin")[0], now=NOW)
    assert queries.question_visible_to(ANONYMOUS, row.pk) is None
    assert queries.question_visible_to(somebody("innkjoper")[0], row.pk) is not None
    with pytest.raises(Refused):
        asking.publish(row, actor=somebody("si-admin")[0], now=NOW)


def test_a_person_has_one_vote_for_a_wish_and_may_take_it_back() -> None:
    actor, person = somebody("innkjoper")
    row = wishes.wish({"title": "Enklere søk"}, actor=actor, person=person, now=NOW)
    second, other = somebody("innkjopar")
    assert wishes.vote(row, True, actor=actor, person=person, now=NOW) == 1
    assert wishes.vote(row, True, actor=second, person=other, now=NOW) == 2
    shown = queries.wish(second, row.pk, "nb")
    assert shown is not None and (shown.votes, shown.organisations, shown.voted) == (2, 2, True)
    assert wishes.vote(row, False, actor=second, person=other, now=NOW) == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        WishVote.objects.create(wish=row, person=person, organisation=row.organisation, given_at=NOW)


def test_a_wish_is_declined_with_a_reason_and_whoever_wished_is_told_in_their_language() -> None:
    actor, person = somebody("innkjopar")
    row = wishes.wish({"title": "Meir"}, actor=actor, person=person, now=NOW)
    si = somebody("si-admin")[0]
    with pytest.raises(BadInput) as error:
        wishes.decide(row, "declined", {}, actor=si, now=NOW)
    assert [one.where for one in error.value.problems] == ["reason_nb"]
    wishes.decide(row, "declined", {"nb": "Ikke nå.", "nn": "Ikkje no."}, actor=si, now=NOW)
    told = Message.objects.get(recipient=person.key, code="wish_decided")
    assert told.params["state"]["en"] != told.params["state"]["nb"]
    shown = queries.wish(actor, row.pk, "nn")
    assert shown is not None and (shown.state, shown.reason) == ("declined", "Ikkje no.")
    with pytest.raises(Refused):
        wishes.vote(row, False, actor=actor, person=person, now=NOW)
    with pytest.raises(Refused):
        wishes.decide(row, "planned", {}, actor=actor, now=NOW)


def test_wishes_stand_by_votes_and_those_taken_off_the_list_are_gone() -> None:
    rows = queries.wishes(ANONYMOUS, "nb")
    assert [one.votes for one in rows] == sorted((one.votes for one in rows), reverse=True)
    first = Wish.objects.get(pk=rows[0].id)
    wishes.hide(first, "Navn i teksten.", actor=somebody("si-admin")[0], now=NOW)
    assert queries.wish(ANONYMOUS, first.pk, "nb") is None
    assert {one.state for one in queries.wishes(ANONYMOUS, "nb", state="declined")} == {"declined"}


def _ask(number: int) -> object:
    return asked(title=f"Spørsmål {number}")


def _wish(number: int) -> object:
    actor, person = somebody("innkjoper")
    return wishes.wish({"title": f"Ønske {number}"}, actor=actor, person=person, now=NOW)


def _feedback(number: int) -> object:
    article = Article.objects.get(slug="skyreisen")
    return feedback.give(article, "session:a", "ja", "", version=1, language="nb", now=NOW)


@pytest.mark.parametrize(
    ("send", "room"), [(_ask, asking), (_wish, wishes), (_feedback, feedback)], ids=["question", "wish", "feedback"]
)
def test_what_is_sent_has_a_pace_that_passes(send: Any, room: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_IN_A_QUARTER", 2)
    for number in range(2):
        send(number)
    with pytest.raises(Refused) as refused:
        send(2)
    assert refused.value.code == "too_often"
    monkeypatch.setitem(globals(), "NOW", NOW + timedelta(minutes=16))
    send(3)


def test_many_new_sessions_cannot_fill_one_article(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "MOST_ON_ONE", 2)
    answers = [
        Client().post("/skytjenester/veiledning/skyreisen/hjalp", {"answer": "nei"}).status_code for _ in range(3)
    ]
    assert answers == [302, 302, 429]


def test_the_forms_say_so_and_keep_what_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_IN_A_QUARTER", 0)
    monkeypatch.setattr(wishes, "MOST_IN_A_QUARTER", 0)
    client = Client()
    client.post("/logg-inn", {"person": "innkjoper"})
    for page in ("sporsmal/still", "onsker/nytt"):
        answer = client.post(f"/skytjenester/{page}", {"title": "Hvorfor det?", "body": "Lang tekst"})
        assert answer.status_code == 429 and "Hvorfor det?" in answer.content.decode()
