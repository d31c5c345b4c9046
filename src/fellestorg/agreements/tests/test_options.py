"""Options: who answers for an agency, from which day an answer holds, and what the pages tell of it."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from fellestorg.agreements.models import AssortmentOption, OptionChoice, Participation
from fellestorg.agreements.options import answer, answers, option_facts, options_of
from fellestorg.calloffs.tests.world import agency_of, somebody
from fellestorg.kernel import clock
from fellestorg.kernel.models import Event, Message
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")
PAGE = "/avtaler/forbruksmateriell/forbruk/opsjoner"
TODAY = date(2023, 11, 1)
CHANGE = TODAY + timedelta(days=30)


def option(key: str = "blekk") -> AssortmentOption:
    rows = AssortmentOption.objects.select_related("lot__agreement__owner", "lot__agreement__manager")
    return rows.get(key=key)


def agency(username: str = "innkjoper") -> Organisation:
    return Organisation.objects.get(number=agency_of(username))


def say(key: str, chosen: bool, who: str = "lokal-avtaleforvalter", **more: Any) -> OptionChoice:
    body = more.pop("body", None) or agency()
    return answer(option(key), body, chosen, actor=somebody(who)[0], now=clock.now(), **more)


def mine(key: str, body: Organisation | None = None) -> Any:
    number = (body or agency()).number
    return next(one for one in answers("forbruksmateriell", TODAY, agencies=[number]) if one.option.key == key)


def chosen_on(key: str, day: date) -> bool:
    return next(one["chosen"] for one in option_facts(option(key).lot, agency(), day) if one["key"] == key)


def test_the_first_answer_holds_at_once() -> None:
    assert mine("blekk").state == "unanswered" and not chosen_on("blekk", TODAY)
    made = say("blekk", True)
    assert (made.valid_from, made.valid_to, made.chosen_by) == (TODAY, None, somebody("lokal-avtaleforvalter")[0].name)
    assert mine("blekk").state == "chosen" and chosen_on("blekk", TODAY)
    told = Event.objects.get(verb="option_answered")
    assert told.payload["option"] == "blekk" and told.payload["chosen"] is True


def test_a_later_answer_holds_from_a_coming_day_and_the_old_one_until_then() -> None:
    made = say("toner", False)
    assert made.valid_from == CHANGE and not made.chosen
    assert chosen_on("toner", CHANGE - timedelta(days=1)) and not chosen_on("toner", CHANGE)
    found = mine("toner")
    assert found.state == "chosen" and found.coming.valid_from == CHANGE and not found.coming.chosen


def test_a_change_that_has_not_begun_may_be_taken_back() -> None:
    say("toner", False)
    say("toner", True)
    assert mine("toner").coming is None and chosen_on("toner", CHANGE + timedelta(days=400))
    assert Event.objects.filter(verb="option_answered").latest("id").payload["took_back"] == [CHANGE.isoformat()]


def test_a_change_that_has_not_begun_may_be_moved() -> None:
    say("toner", False)
    made = say("toner", False, valid_from=date(2024, 2, 1))
    assert made.valid_from == date(2024, 2, 1)
    assert chosen_on("toner", date(2024, 1, 31)) and not chosen_on("toner", date(2024, 2, 1))
    assert OptionChoice.objects.filter(option=option("toner"), organisation=agency()).count() == 2


@pytest.mark.parametrize(
    ("key", "chosen", "who", "more", "code"),
    [
        ("toner", True, "lokal-avtaleforvalter", {}, "same_answer"),
        ("toner", False, "lokal-avtaleforvalter", {"valid_from": CHANGE - timedelta(days=1)}, "too_early"),
        ("blekk", True, "lokal-avtaleforvalter", {"valid_from": TODAY - timedelta(days=1)}, "too_early"),
        ("blekk", True, "innkjoper", {}, "not_local_manager"),
        ("blekk", True, "godkjenner", {}, "not_local_manager"),  # the agency has a local agreement manager
        ("blekk", True, "godkjennar", {}, "not_local_manager"),
        ("blekk", True, "lyreco", {}, "not_local_manager"),
        ("blekk", True, "avtaleforvalter-ikt", {"reason": "Bedt om på telefon"}, "not_local_manager"),
    ],
)
def test_what_is_refused(key: str, chosen: bool, who: str, more: dict[str, Any], code: str) -> None:
    before = OptionChoice.objects.count()
    with pytest.raises(Refused) as refused:
        say(key, chosen, who, **more)
    assert refused.value.code == code
    assert OptionChoice.objects.count() == before


def test_an_agency_that_does_not_take_part_has_nothing_to_answer() -> None:
    inside = Participation.objects.filter(agreement__key="forbruksmateriell").values("organisation")
    outside = Organisation.objects.filter(kind="agency").exclude(pk__in=inside).first()
    with pytest.raises(Refused) as refused:
        say("toner", True, "avtaleforvalter-kontor", body=outside, reason="Bedt om på telefon")
    assert refused.value.code == "not_participant"


def test_an_approver_answers_where_there_is_no_local_agreement_manager() -> None:
    RoleGrant.objects.filter(organisation=agency(), role="local_agreement_manager").update(valid_to=date(2023, 10, 31))
    assert say("blekk", True, "godkjenner").valid_from == TODAY


def test_si_answers_for_an_agency_with_a_reason_and_the_agency_is_told() -> None:
    local = Person.objects.get(username="lokal-avtaleforvalter")
    told = Message.objects.filter(recipient=local.key, code="option_chosen_for_you").count()
    with pytest.raises(BadInput) as bad:
        say("blekk", True, "avtaleforvalter-kontor", reason="kort")
    assert [one.where for one in bad.value.problems] == ["reason"]
    made = say("blekk", True, "avtaleforvalter-kontor", reason="Bedt om på telefon av virksomheten")
    assert made.reason == "Bedt om på telefon av virksomheten"
    assert Message.objects.filter(recipient=local.key, code="option_chosen_for_you").count() == told + 1


def test_an_agency_that_joins_later_chooses_from_the_day_it_joins() -> None:
    Participation.objects.filter(agreement__key="forbruksmateriell", organisation=agency()).update(
        valid_from=date(2024, 1, 1)
    )
    assert say("blekk", True).valid_from == date(2024, 1, 1)


def test_counts_are_of_those_that_take_part() -> None:
    before = {one.key: one for one in options_of("forbruksmateriell", TODAY)}
    say("blekk", True)
    after = {one.key: one for one in options_of("forbruksmateriell", TODAY)}
    assert after["blekk"].chosen == before["blekk"].chosen + 1
    assert after["blekk"].unanswered == before["blekk"].unanswered - 1
    assert options_of("pc-utstyr", TODAY) == []


def client(username: str = "", language: str = "nb") -> Client:
    made = Client()
    if username:
        assert made.post("/logg-inn", {"person": username}).status_code == 302
    made.cookies["django_language"] = language
    return made


@pytest.mark.parametrize(("language", "word"), [("nb", "Opsjoner"), ("nn", "Opsjonar"), ("en", "Options")])
def test_everybody_sees_the_options_and_how_many_have_chosen(language: str, word: str) -> None:
    page = client(language=language).get(PAGE).content.decode()
    assert word in page and '<form class="fs-form"' not in page


@pytest.mark.parametrize("who", ["innkjoper", "lyreco"])
def test_buyers_and_suppliers_may_read_the_pages(who: str) -> None:
    reader = client(who)
    for path in (
        PAGE,
        "/avtaler/forbruksmateriell/opsjoner",
        "/avtaler/forbruksmateriell",
        f"/virksomheter/{agency().number}",
    ):
        answered = reader.get(path)
        assert answered.status_code == 200, path
        assert "Toner" in answered.content.decode(), path
    assert reader.get("/avtaler/pc-utstyr/pc/opsjoner").status_code == 200


def test_the_list_is_there_as_csv_and_json_with_counts_and_filters() -> None:
    reader = client("avtaleforvalter-kontor")
    data = reader.get("/avtaler/forbruksmateriell/opsjoner.json?svar=unanswered").json()
    assert data["answers"] and {one["state"] for one in data["answers"]} == {"unanswered"}
    assert {one["option"] for one in data["options"]} == {"blekk", "lyskilder", "toner"}
    answered = reader.get("/avtaler/forbruksmateriell/opsjoner.csv")
    rows = list(csv.reader(io.StringIO(answered.content.decode("utf-8-sig")), delimiter=";"))
    agencies = Participation.objects.filter(agreement__key="forbruksmateriell").count()
    assert len(rows) == 1 + 3 * agencies


def test_who_answered_shows_only_to_those_who_may_see_the_agencys_people() -> None:
    def names(who: str) -> set[str | None]:
        data = client(who).get(f"/avtaler/forbruksmateriell/opsjoner.json?q={agency().number}").json()
        return {one["by"] for one in data["answers"] if one["state"] == "chosen"}

    assert names("lyreco") == {None}
    assert names("innkjoper") == names("revisor") == {Person.objects.get(username="lokal-avtaleforvalter").name}


def test_a_wrong_form_and_a_refusal_show_on_the_page() -> None:
    local, given = client("lokal-avtaleforvalter"), {"option": option("toner").pk, "agency": agency().number}
    assert local.post(PAGE, {**given, "chosen": "", "valid_from": ""}).status_code == 422
    answered = local.post(PAGE, {**given, "chosen": "1", "valid_from": "2023-11-01"})
    assert answered.status_code == 409 and "alt svart" in answered.content.decode()
    si = client("avtaleforvalter-kontor")
    answered = si.post(PAGE, {**given, "chosen": "0", "valid_from": "2024-02-01", "reason": ""})
    assert answered.status_code == 422
    assert local.post(PAGE, {**given, "agency": "123", "chosen": "1", "valid_from": "2023-11-01"}).status_code == 404
    assert client("revisor").post(PAGE, {**given, "chosen": "0", "valid_from": "2024-02-01"}).status_code == 403


def test_si_looks_up_an_agency_and_others_only_see_their_own() -> None:
    other = agency("innkjopar")
    page = client("avtaleforvalter-kontor").get(f"{PAGE}?virksomhet={other.number}").content.decode()
    assert f"Svarene til {other.name}" in page
    page = client("lokal-avtaleforvalter").get(f"{PAGE}?virksomhet={other.number}").content.decode()
    assert f"Svarene til {agency().name}" in page


def test_the_database_keeps_one_answer_at_a_time() -> None:
    made = OptionChoice.objects.get(option__key="toner", organisation=agency())
    with pytest.raises(IntegrityError, match="option_chosen_once_at_a_time"):
        OptionChoice.objects.create(
            option=made.option, organisation=made.organisation, chosen=False, valid_from=made.valid_from + timedelta(1),
            chosen_by="a", chosen_at=clock.now(),
        )  # fmt: skip
