"""Anybody reports a fault; the firm is heard before anything is done, and never learns who reported."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory

from fellestorg.kernel.models import Event, Mail, Message
from fellestorg.marketplace.models import ListingReport, ListingVersion, ModerationCase
from fellestorg.marketplace.moderation import deciding, panels, reports, senders
from fellestorg.marketplace.tests.listings_world import NOW, PUBLIC, seen
from fellestorg.marketplace.tests.moderation_world import WHY, reported, service, struck, world
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.django_db
WHO = "tips@demodata.example"
Sender = tuple[str, dict[str, str]]


def through(forwarded: str) -> Sender:
    return "10.0.0.1", {"X-Forwarded-For": forwarded}


def test_a_report_is_followed_by_its_secret_link_and_the_address_is_erased_when_it_is_decided() -> None:
    of = world()
    case, token = reported(of, email=WHO)
    assert WHO not in str(ListingReport.objects.values()) and token not in str(ListingReport.objects.values())
    followed = reports.followed(token)
    assert followed is not None and followed.pk == case.pk and reports.followed(token + "x") is None
    reports.settle(case, "no_fault", "", "Vi har sett på det, og svaret stemmer.", **of.one, now=NOW)
    mail = Mail.objects.get(recipient=WHO)
    assert token not in mail.body and ListingReport.objects.get().sealed_email == ""
    assert not Message.objects.filter(recipient=of.writer["person"].key).exists()


def test_the_firm_reads_what_is_reported_but_never_who() -> None:
    of = world()
    case, token = reported(of, email=WHO)
    reports.ask_firm(case, "Hvor ligger kopien?", **of.one, now=NOW)
    logged = json.dumps(list(Event.objects.filter(stream="listing:demolager").values("payload", "actor")))
    told = str(list(Message.objects.filter(recipient=of.writer["person"].key).values()))
    assert "moderation_report" in told and WHO not in told + logged and token not in told + logged
    (exported,) = panels.of_firm(of.firm)
    assert exported["text"] == "Hvor ligger kopien?" and WHO not in str(exported)


@pytest.mark.parametrize("outcome", ["strike", "dispute"])
def test_nothing_is_done_against_a_firm_that_has_not_been_heard(outcome: str) -> None:
    of = world()
    case, _token = reported(of)
    with pytest.raises(Refused) as no:
        reports.settle(case, outcome, "unproved_claim", WHY, **of.one, now=NOW)
    assert no.value.code == "not_heard"
    case = reports.ask_firm(case, "Hvor ligger kopien?", **of.one, now=NOW)
    with pytest.raises(Refused):
        reports.settle(case, outcome, "unproved_claim", WHY, **of.one, now=NOW + timedelta(days=14))
    case = reports.settle(case, outcome, "unproved_claim", WHY, **of.one, now=NOW + timedelta(days=15))
    assert case.state == "closed"


def test_a_disputed_answer_is_shown_so_with_what_the_firm_says_until_it_is_changed() -> None:
    of = world()
    case = struck(of, "dispute")
    (shown,) = reports.disputed("demolager")
    assert (shown.about, shown.answer, shown.reference) == ("data_location", "Bare i Norge, sier vi.", case.reference)
    public = ListingVersion.objects.get(state="published")
    changed = {"data_location": public.answers["data_location"] | {"value": ["NO", "IE"]}}
    ListingVersion.objects.filter(pk=public.pk).update(state="replaced")
    ListingVersion.objects.create(
        listing=public.listing, number=2, state="published", texts=public.texts, answers=changed, sha256="n" * 64,
        made_at=NOW, saved_at=NOW, made_by=public.made_by, submitted_at=NOW, submitted_by=public.made_by, published_at=NOW,
    )  # fmt: skip
    assert reports.disputed("demolager") == []


def test_a_struck_answer_is_gone_and_the_rest_stands() -> None:
    of = world()
    case = struck(of)
    public = seen(PUBLIC, "demolager")
    assert "data_location" not in public.answers and public.number == 2 and case.outcome == "strike"


def test_corrected_wants_something_corrected_and_removal_goes_by_notice_and_another() -> None:
    of = world()
    case, _token = reported(of)
    with pytest.raises(Refused) as no:
        reports.settle(case, "corrected", "", "Firmaet har rettet det.", **of.one, now=NOW)
    assert no.value.code == "not_corrected"
    reports.settle(case, "removal", "unlawful", WHY, **of.one, now=NOW)
    notice = ModerationCase.objects.get(kind="removal")
    assert notice.state == "hearing" and ListingVersion.objects.get().state == "published"
    with pytest.raises(Refused) as mine:
        deciding.settle(notice, "remove", WHY, **of.one, now=NOW)
    assert mine.value.code == "same_person"


@pytest.mark.parametrize(
    ("about", "text", "email", "where"),
    [
        ("finnes-ikke", "Kopien ligger i Irland.", "", "about"),
        ("iso_27001", "Kopien ligger i Irland.", "", "about"),
        ("texts", "kort", "", "text"),
        ("texts", "x" * 2001, "", "text"),
        ("texts", "Ring meg på 40 00 00 00 om dette.", "", "text"),
        ("texts", f"Skriv til {WHO} om dette.", "", "text"),
        ("texts", "Kopien ligger i Irland.", "ikke-en-adresse", "email"),
        ("texts", "Kopien ligger i Irland.", "a@b.no\nBcc: c@d.no", "email"),
        ("texts", "\x00\x00\u202e          ", "", "text"),
    ],
    ids=range(9),
)
def test_a_hostile_report_is_refused(about: str, text: str, email: str, where: str) -> None:
    of = world()
    with pytest.raises(BadInput) as bad:
        reported(of, about, text=text, email=email)
    assert where in {one.where for one in bad.value.problems} and not ModerationCase.objects.exists()


def test_one_sender_fills_neither_the_queue_nor_a_listing() -> None:
    of = world()
    service(of)
    for _turn in range(reports.rules().most_by_sender):
        reported(of)
    with pytest.raises(Refused) as no:
        reported(of)
    assert no.value.code == "too_many"
    for turn in range(reports.rules().most_on_listing - reports.rules().most_by_sender):
        reported(of, sender=str(turn))
    with pytest.raises(Refused):
        reported(of, sender="another")


@pytest.mark.parametrize(
    ("proxies", "first", "second", "same"),
    [
        (0, ("10.0.0.1", {}), ("10.0.0.2", {}), False),
        (0, through("198.51.100.1"), through("198.51.100.2"), True),  # nobody is trusted
        (1, through("198.51.100.1"), through("198.51.100.2"), False),
        (1, through("1.1.1.1, 198.51.100.1"), through("2.2.2.2, 198.51.100.1"), True),
        (2, through("198.51.100.1, 10.0.0.1"), through("198.51.100.2, 10.0.0.1"), False),
        (2, through("198.51.100.1"), through("198.51.100.2"), True),  # past one proxy
        (1, through("2001:db8:1:2::1"), through("2001:db8:1:2:ffff::9"), True),
        (1, through("2001:db8:1:2::1"), through("2001:db8:1:3::1"), False),
    ],
)
def test_senders_are_told_apart_by_what_the_trusted_proxies_say(
    proxies: int, first: Sender, second: Sender, same: bool, settings: Any
) -> None:
    settings.PROXIES = proxies
    made = [RequestFactory().get("/", REMOTE_ADDR=address, headers=headers) for address, headers in (first, second)]
    assert (senders.sender_of(made[0], NOW) == senders.sender_of(made[1], NOW)) is same


def test_only_what_is_public_is_reported_and_only_si_decides() -> None:
    of = world()
    case, _token = reported(of)
    with pytest.raises(Refused) as no:
        reports.settle(case, "no_fault", "", WHY, **of.writer, now=NOW)
    assert no.value.code == "not_si"
    ListingVersion.objects.update(state="ended")
    with pytest.raises(Refused):
        reports.report("demolager", "texts", WHY, sender="a", actor=PUBLIC, now=NOW)


def test_whoever_reports_needs_no_account_and_script_is_only_text() -> None:
    of = world()
    service(of)
    client = Client()
    path = "/skytjenester/tjenester/demolager/meld-feil"
    assert client.get(path + "?om=data_location").status_code == 200
    assert client.post(path, {"about": "texts", "text": "kort"}).status_code == 422
    text = "<script>alert(1)</script> er feil."
    answer = client.post(path, {"about": "texts", "text": text})
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert page.status_code == 200 and page["Referrer-Policy"] == "no-referrer" and "no-store" in page["Cache-Control"]
    assert "<script>alert" not in page.content.decode() and "&lt;script&gt;" in page.content.decode()
    assert client.get("/skytjenester/meldt/noe-annet").status_code == 404
    assert client.get(f"/skytjenester/moderering/sak/{ModerationCase.objects.get().pk}").status_code == 404
    assert client.get("/skytjenester/tjenester/finnes-ikke/meld-feil").status_code == 404
