"""Articles: written by one, published by another, read through in time; and whether they helped."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from fellestorg.calloffs.tests.world import somebody
from fellestorg.kernel.actors import SYSTEM, Actor
from fellestorg.kernel.models import Event, Message
from fellestorg.marketplace.guidance import actions, feedback, product, queries
from fellestorg.marketplace.guidance.commands import guidance
from fellestorg.marketplace.guidance.models import Article, ArticleDraft, ArticleVersion, Feedback
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")
NOW = datetime(2023, 11, 1, 9, tzinfo=UTC)
REVIEW = date(2024, 6, 1)


def given(**more: Any) -> dict[str, Any]:
    return {
        "slug": "kjope-lagring",
        "kind": "article",
        "door": "procurement",
        "texts": {"nb": "# Kjøpe lagring\nKort sagt.\n\n## Hvor mye\nMål først.", "nn": "", "en": ""},
        "change": {"nb": "Første."},
        "links": {"categories": ["cips"], "rules": ["FA-3"], "agreements": [], "related": ["skyreisen"]},
        "sources": "Egen erfaring\nForskriften | https://lovdata.no | verifisert",
    } | more


def writer() -> Actor:
    return somebody("avtaleforvalter-ikt")[0]


def other() -> Actor:
    return somebody("si-admin")[0]


def made(**more: Any) -> Article:
    return actions.create(given(**more), actor=writer(), now=NOW)


def published(**more: Any) -> Article:
    article = made(**more)
    actions.submit(article, actor=writer(), now=NOW)
    actions.publish(article, review_on=REVIEW, actor=other(), now=NOW)
    return article


def test_an_article_is_public_once_another_has_published_it() -> None:
    article = made()
    assert queries.article("kjope-lagring", "nb") is None
    actions.submit(article, actor=writer(), now=NOW)
    told = Message.objects.filter(code="article_submitted")
    assert writer().key not in {one.recipient for one in told}
    assert other().key in {one.recipient for one in told}
    actions.publish(article, review_on=REVIEW, actor=other(), now=NOW)
    view = queries.article("kjope-lagring", "en")
    assert view is not None
    assert (view.title, view.language, view.missing, view.version) == ("Kjøpe lagring", "nb", ("nn", "en"), 1)
    assert view.sources[1] == {"text": "Forskriften", "url": "https://lovdata.no", "verified": True}
    verbs = Event.objects.filter(subject="article:kjope-lagring").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["article_drafted", "article_submitted", "article_published"]


def test_whoever_wrote_in_the_draft_never_publishes_it() -> None:
    article = made()
    actions.save_draft(article, given(), actor=somebody("avtaleforvalter-kontor")[0], now=NOW)
    actions.submit(article, actor=writer(), now=NOW)
    for name in ("avtaleforvalter-ikt", "avtaleforvalter-kontor"):
        with pytest.raises(Refused) as refused:
            actions.publish(article, review_on=REVIEW, actor=somebody(name)[0], now=NOW)
        assert refused.value.code == "own_words"


def test_a_change_to_the_draft_takes_it_back_from_whoever_was_to_publish_it() -> None:
    article = made()
    actions.submit(article, actor=writer(), now=NOW)
    actions.save_draft(article, given(), actor=writer(), now=NOW)
    with pytest.raises(Refused) as refused:
        actions.publish(article, review_on=REVIEW, actor=other(), now=NOW)
    assert refused.value.code == "not_submitted"


@pytest.mark.parametrize("name", ["innkjoper", "atea", "revisor", "prosjektleder"])
def test_only_si_writes_guidance(name: str) -> None:
    actor = somebody(name)[0]
    article = Article.objects.get(slug="skyreisen")
    for act in (
        lambda: actions.create(given(), actor=actor, now=NOW),
        lambda: actions.save_draft(article, given(), actor=actor, now=NOW),
        lambda: actions.withdraw(article, "fordi den er feil", actor=actor, now=NOW),
        lambda: actions.reviewed(article, review_on=REVIEW, actor=actor, now=NOW),
    ):
        with pytest.raises(Refused):
            act()


def test_the_database_refuses_a_version_that_its_writer_published_and_any_change_of_one() -> None:
    version = ArticleVersion.objects.get(article=published())
    row = {name: getattr(version, name) for name in ("texts", "links", "sources", "change", "published_at")}
    who = {"written_by_key": "person:1", "written_by": "A", "published_by_key": "person:1", "published_by": "A"}
    with pytest.raises(DatabaseError), transaction.atomic():
        ArticleVersion.objects.create(article=version.article, number=2, **row, **who)
    with pytest.raises(DatabaseError), transaction.atomic():
        ArticleVersion.objects.filter(pk=version.pk).update(written_by="En annen")
    with pytest.raises(DatabaseError), transaction.atomic():
        version.delete()


def test_everything_wrong_with_an_article_is_told_at_once() -> None:
    wrong = given(
        slug="Kjøpe",
        texts={"nb": "# T\nIngress.\n\n!diagram finnes_ikke", "nn": "uten tittel", "en": ""},
        sources="Noe | http://lovdata.no",
        links={"categories": ["x"], "rules": ["FA-99"], "agreements": ["y"], "related": ["z"]},
    )
    with pytest.raises(BadInput) as error:
        actions.create(wrong, actor=writer(), now=NOW)
    assert {one.where for one in error.value.problems} == {"slug"}
    with pytest.raises(BadInput) as error:
        actions.create({**wrong, "slug": "kjope"}, actor=writer(), now=NOW)
    found = {(one.where, one.code) for one in error.value.problems}
    assert found >= {
        ("text_nb", "no_diagram"), ("text_nn", "no_title"), ("sources", "not_https"), ("categories", "unknown"),
        ("rules", "unknown"), ("agreements", "unknown"), ("related", "unknown"),
    }  # fmt: skip
    assert not Article.objects.filter(slug="kjope").exists()


def test_a_guide_has_as_many_steps_in_every_language() -> None:
    texts = {"nb": "# A\nB.\n\n## 1\nx\n\n## 2\ny", "nn": "# A\nB.\n\n## 1\nx", "en": ""}
    with pytest.raises(BadInput) as error:
        made(kind="guide", texts=texts)
    assert [one.code for one in error.value.problems] == ["unlike_steps"]


def test_older_versions_stand_and_the_change_log_says_what_is_new() -> None:
    article = published()
    texts = {"nb": "# Kjøpe lagring\nKort sagt.\n\n## Hvor mye\nMål to ganger.", "nn": "", "en": ""}
    actions.save_draft(article, given(texts=texts, change={"nb": "Strengere."}), actor=writer(), now=NOW)
    actions.submit(article, actor=writer(), now=NOW)
    actions.publish(article, review_on=REVIEW, actor=other(), now=NOW + timedelta(days=1))
    actions.reviewed(article, review_on=date(2024, 9, 1), actor=writer(), now=NOW + timedelta(days=2))
    rows = queries.changes(article, "nb")
    assert [(one.number, one.text) for one in rows] == [(None, ""), (2, "Strengere."), (1, "Første.")]
    assert [(one.kind, one.text) for one in rows[1].lines] == [("removed", "Mål først."), ("added", "Mål to ganger.")]
    old = queries.article("kjope-lagring", "nb", 1)
    assert old is not None and "Mål først." in old.text.plain


def test_what_is_withdrawn_is_not_found_and_comes_back_with_a_new_version() -> None:
    article = published()
    actions.withdraw(article, "Loven er endret.", actor=other(), now=NOW)
    assert queries.article("kjope-lagring", "nb") is None
    assert "kjope-lagring" not in {one.slug for one in queries.published("nb")}
    actions.save_draft(article, given(), actor=writer(), now=NOW)
    actions.submit(article, actor=writer(), now=NOW)
    actions.publish(article, review_on=REVIEW, actor=other(), now=NOW)
    assert queries.article("kjope-lagring", "nb") is not None


@pytest.mark.parametrize("day", [date(2023, 11, 1), date(2026, 1, 1)])
def test_the_next_reading_is_after_today_and_within_two_years(day: date) -> None:
    with pytest.raises(BadInput):
        actions.reviewed(Article.objects.get(slug="skyreisen"), review_on=day, actor=writer(), now=NOW)


def test_the_editor_is_told_once_when_an_article_is_to_be_read_through() -> None:
    article = Article.objects.get(slug="informasjonssikkerhet")
    assert article.review_on == date(2023, 11, 11)
    assert actions.tell_of_reviews(now=NOW) == 1
    assert actions.tell_of_reviews(now=NOW + timedelta(days=1)) == 0
    (told,) = Message.objects.filter(code="article_review_due")
    assert (told.recipient, told.params["day"]) == (writer().key, "2023-11-11")
    actions.reviewed(article, review_on=date(2023, 12, 1), actor=writer(), now=NOW)
    assert actions.tell_of_reviews(now=NOW) == 0
    assert actions.tell_of_reviews(now=NOW + timedelta(days=20)) == 1


def test_the_products_articles_come_once_change_with_the_product_and_leave_sis_own_alone(monkeypatch: Any) -> None:
    assert product.load(now=NOW) == []
    said = product._text
    monkeypatch.setattr(product, "_text", lambda slug, code: said(slug, code) + "\n\nNytt.")
    article = Article.objects.get(slug="skyreisen")
    last = article.versions.get()
    own = {"texts": last.texts, "links": last.links, "sources": last.sources, "change": {}}
    actions.save_draft(article, own, actor=writer(), now=NOW)
    actions.submit(article, actor=writer(), now=NOW)
    actions.publish(article, review_on=REVIEW, actor=other(), now=NOW)
    assert "skyreisen" not in product.load(now=NOW)
    view = queries.article("informasjonssikkerhet", "nb")
    assert view is not None and view.version == 2 and "Nytt." in view.text.plain
    assert view.row.written_by_key == SYSTEM.key


def test_an_agreement_and_a_rule_find_their_articles() -> None:
    assert [one.slug for one in queries.linked("agreements", "ombruk-ikt", "nb")] == ["ombruk-bygg-og-utstyr"]
    assert "personopplysninger-og-overforing" in {one.slug for one in queries.linked("rules", "CLOUD-SCC", "nn")}


def test_a_reader_counts_once_and_the_last_word_counts() -> None:
    article = Article.objects.get(slug="skyreisen")
    before = feedback.helped(article)
    for answer in ("ja", "ja", "nei"):
        feedback.give(article, "person:7", answer, "", version=1, language="nb", now=NOW)
    feedback.give(article, "session:abc", "ja", "Bra.", version=1, language="nb", now=NOW)
    after = feedback.helped(article)
    assert (after.yes - before.yes, after.no - before.no) == (1, 1)
    kept = " ".join(str(one) for one in Feedback.objects.filter(article=article).values_list())
    assert "person:7" not in kept and "session:abc" not in kept
    assert feedback.digest(article, "x") != feedback.digest(Article.objects.get(slug="informasjonssikkerhet"), "x")


@pytest.mark.parametrize(("answer", "comment"), [("kanskje", ""), ("ja", "ring 22334455"), ("ja", "x" * 501)])
def test_feedback_that_is_no_answer_or_names_somebody_is_refused(answer: str, comment: str) -> None:
    with pytest.raises(BadInput):
        feedback.give(Article.objects.get(slug="skyreisen"), "p", answer, comment, version=1, language="nb", now=NOW)


def test_the_command_loads_and_lists(capsys: Any) -> None:
    assert guidance(["load", "--json"]) == 0
    assert capsys.readouterr().out == '{"written": []}\n'
    assert guidance(["list", "--language", "nn"]) == 0
    assert "Skyreisa: frå behov til exit" in capsys.readouterr().out


def test_of_two_who_write_at_once_the_second_is_met_with_both_texts_and_loses_nothing() -> None:
    page = "/skytjenester/veiledning/kjope-lagring/rediger"
    made()
    one, two = Client(), Client()
    one.post("/logg-inn", {"person": "avtaleforvalter-ikt"})
    two.post("/logg-inn", {"person": "avtaleforvalter-kontor"})
    seen = [client.get(page).context["seen"] for client in (one, two)]
    text = "# Kjøpe lagring\nKort sagt.\n\n## Hvor mye\n{}"
    assert one.post(page, {"text_nb": text.format("Mål to ganger."), "seen": seen[0]}).status_code == 302
    mine = {"text_nb": text.format("Mål aldri."), "change_nb": "Min endring"}
    answer = two.post(page, mine | {"seen": seen[1]})
    said = answer.content.decode()
    assert answer.status_code == 409
    assert "<del>Mål to ganger.</del>" in said and "<ins>Mål aldri.</ins>" in said and "Min endring" in said
    assert ArticleDraft.objects.get(article__slug="kjope-lagring").texts["nb"].endswith("Mål to ganger.")
    # A mistake on the way does not make the other's text read.
    wrong = two.post(page, mine | {"text_nb": "uten tittel", "seen": seen[1]})
    assert (wrong.status_code, wrong.context["seen"]) == (422, seen[1])
    assert two.post(page, mine | {"seen": answer.context["seen"]}).status_code == 302
    assert ArticleDraft.objects.get(article__slug="kjope-lagring").texts["nb"].endswith("Mål aldri.")
    assert one.post(page, mine).status_code == 409
