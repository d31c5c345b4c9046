"""What is done is open: the change log, the journal with its shielding, access to documents, and the case for the archive."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest
from django.test import Client

from fellestorg.marketplace.listings.checks import problems_of
from fellestorg.marketplace.models import CaseAccess, Listing, ModerationCase
from fellestorg.marketplace.moderation import access, casefile, changes, complaints, deciding, journal, open_pages
from fellestorg.marketplace.tests.listings_world import NOW, PUBLIC
from fellestorg.marketplace.tests.moderation_world import WHY, refused, removed, reported, service, struck, world
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.django_db


def entries(case: ModerationCase) -> list[tuple[str, str, str, str]]:
    return [
        (one.direction, one.title, one.about, one.ground.code if one.ground else "") for one in access.documents(case)
    ]


def test_the_journal_hides_what_is_not_public_and_what_is_internal() -> None:
    of = world()
    found = entries(refused(of))
    assert found == [
        ("in", "Tjeneste til publisering", "(skjermet)", "unpublished"),
        ("internal", "Innstilling", "(skjermet)", "internal"),
        ("out", "Vedtak", "(skjermet)", "unpublished"),
    ]
    text = Client().get("/skytjenester/journal.json").content.decode()
    assert "Demolager" not in text and "One" not in text and "Other" not in text


def test_the_journal_never_names_who_reported() -> None:
    of = world()
    case, _token = reported(of, email="tips@demodata.example")
    (entry,) = access.documents(case)
    assert (entry.party, entry.about, entry.ground.code if entry.ground else "") == (
        "(skjermet)",
        "Demolager",
        "reporter",
    )
    assert "tips@" not in str(entry)


def test_the_pages_of_the_journal_count_documents_and_show_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    of = world()
    Listing.objects.filter(versions=refused(of).version).update(key="avvist")
    reported(of, sender="b")
    struck(of)
    rows = Client().get("/skytjenester/journal.json").json()["entries"]
    assert sum(journal.sizes().values()) == len(rows) > 5
    assert f"av {len(rows)}" in Client().get("/skytjenester/journal").content.decode()
    for size in (1, 2, len(rows)):
        monkeypatch.setattr(open_pages, "_SIZE", size)
        pages = [
            Client().get(f"/skytjenester/journal?side={n}").context["rows"] for n in range(1, -(-len(rows) // size) + 1)
        ]
        assert all(len(page) == size for page in pages[:-1])
        assert [one.as_row() for page in pages for one, _direction in page] == rows


def test_access_is_asked_for_by_anybody_once_and_what_is_held_back_has_its_ground() -> None:
    of = world()
    case = removed(of)
    asked = access.ask(case, sender="a", actor=PUBLIC, now=NOW)
    with pytest.raises(Refused):
        access.ask(case, sender="b", actor=PUBLIC, now=NOW)
    with pytest.raises(Refused):
        access.decide(asked, "given", [], "", "", **of.writer, now=NOW)
    for outcome, held, ground, reason in (
        ("partly", [1], "", WHY), ("partly", [1], "internal", ""), ("partly", [], "internal", WHY),
        ("partly", [9], "internal", WHY), ("refused", [], "tull", WHY), ("x", [], "", ""),
    ):  # fmt: skip
        with pytest.raises(BadInput):
            access.decide(asked, outcome, held, ground, reason, **of.one, now=NOW)
    path, client = f"/skytjenester/journal/{case.pk}", Client()
    assert WHY not in client.get(path).content.decode()
    access.decide(asked, "partly", [1], "trade_secret", "Priser er holdt tilbake.", **of.one, now=NOW)
    assert access.open_to_all(case) == [2] and "Les dokumentet 2" in client.get(path).content.decode()
    with pytest.raises(Refused):
        access.decide(asked, "given", [], "", "", **of.one, now=NOW)
    assert client.post(path).status_code == 302 and CaseAccess.objects.filter(outcome="waiting").count() == 1
    assert client.post(path).status_code == 409


def test_one_sender_does_not_fill_the_register_of_requests() -> None:
    of = world()
    case = removed(of)
    for _turn in range(5):
        access.decide(access.ask(case, sender="a", actor=PUBLIC, now=NOW), "given", [], "", "", **of.one, now=NOW)
    with pytest.raises(Refused) as no:
        access.ask(case, sender="a", actor=PUBLIC, now=NOW)
    assert no.value.code == "too_many"


def test_the_change_log_tells_what_and_why_and_never_who() -> None:
    of = world()
    case = removed(of)
    complaints.complain(case, "Vi har dokumentasjonen.", **of.writer, now=NOW)
    complaints.decide(case.complaint, "upheld", WHY, **of.third, now=NOW)
    found = changes.changes(list(changes.rows()))
    assert [one.kind for one in found] == ["restored", "removed"]
    assert found[1].reason is not None and found[1].reason.code == "unlawful" and found[1].text == WHY
    for path in ("", ".csv", ".json", ".atom"):
        answer = Client().get(f"/skytjenester/endringer{path}")
        text = answer.content.decode()
        assert answer.status_code == 200 and "Demolager" in text
        assert not any(name in text for name in ("Third", "Rita Demo", "person:"))
    assert [one.kind for one in changes.changes(list(changes.rows("removed")))] == ["removed"]
    assert list(changes.rows("removed", "another")) == []


def test_each_kind_of_change_is_found_by_its_own_name() -> None:
    of = world()
    case = deciding.take(service(of, "submitted"), **of.one, now=NOW)
    deciding.decide(case, "publish", "", "", **of.one, now=NOW)
    deciding.decide(case, "publish", "", "", **of.other, now=NOW)
    struck(of)
    assert {kind: len(changes.rows(kind)) for kind in changes.KINDS} == {
        "published": 1, "changed": 0, "corrected": 1, "restored": 0, "removed": 0, "ended": 0,
    }  # fmt: skip


def test_the_case_file_holds_the_case_and_is_the_same_twice() -> None:
    of = world()
    case = struck(of, "dispute")
    packed = casefile.pack(case)
    assert packed == casefile.pack(ModerationCase.objects.get(pk=case.pk))
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        folder = json.loads(opened.read("mappe.json"))
        assert [one["journalposttype"] for one in folder["journalposter"]] == ["I", "U", "I", "U"]
        assert all(hashlib.sha256(opened.read(one["fil"])).hexdigest() == one["sha256"] for one in folder["filer"])
        told = {one["verb"] for one in json.loads(opened.read("hendelser.json"))}
    assert told == {"moderation_reported", "moderation_asked", "moderation_answered", "moderation_decided"}


def test_every_ground_for_exemption_has_a_source_and_is_not_said_to_be_confirmed() -> None:
    assert all(one.source and one.label and not one.verified for one in journal.grounds().values())
    assert not complaints.rules().verified and set(complaints.rules().sources) == {"period", "late", "handling", "body"}


def test_a_firm_may_not_say_that_an_authority_vouches_for_it() -> None:
    of = world()
    version = service(of, "draft")
    version.texts = {"nb": {"title": "T", "summary": "Ledende, og anbefalt av NSM.", "description": "D"}}
    assert [one.where for one in problems_of(version, NOW) if one.code == "may_not_be_said"] == ["summary"]
